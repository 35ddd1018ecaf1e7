//! Two addresses of a demonstration: a certificate to hold in hand, and what scanning it shows.

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::http::header;
use poem::web::Data;

use crate::app::App;
use crate::edge::wording;
use crate::portal::page::Oops;
use crate::store::entity::certificate;
use crate::usecase::certificates;
use crate::usecase::demonstration;

async fn newest(app: &App) -> Result<certificate::Model, Oops> {
    if !app.settings.demonstration {
        return Err((&wording::NOT_FOUND).into());
    }
    Ok(demonstration::newest_certificate(app).await?)
}

/// The newest certificate with 互联网诊疗, as paper.
#[handler]
pub async fn paper(app: Data<&App>) -> Result<Response, Oops> {
    let row = newest(&app).await?;
    let name = format!("inline; filename=\"{}.pdf\"", row.short_code);
    let body = certificates::paper(&app, row).await?;
    Ok(Response::builder().content_type("application/pdf").header(header::CONTENT_DISPOSITION, name).body(body))
}

/// Where the code on that paper leads.
#[handler]
pub async fn verification(app: Data<&App>) -> Result<Response, Oops> {
    let row = newest(&app).await?;
    let to = format!("/v/{}", row.digits);
    Ok(Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, to).finish())
}
