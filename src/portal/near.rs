//! Clinics nearby. The browser tells where it is only when a person taps, and only to some 100 metres; what it tells comes in
//! a form, so that it stands in no address and no log, and nothing of it is kept.

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Form;
use serde::Deserialize;
use serde::Serialize;

use crate::error::Error;
use crate::portal::clinics::{Item, divisions};
use crate::portal::forms::Refused;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::{Words, words};
use crate::portal::said::Choice;
use crate::usecase::clinics;

/// Largest form, bytes.
pub const LARGEST_FORM: usize = 1024;

/// Clinics on the page.
const SHOWN: usize = 20;

/// Where somebody is, degrees in WGS-84 as browsers tell them.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Here {
    latitude: String,
    longitude: String,
}

#[derive(Serialize)]
struct Close {
    clinic: Item,
    away: Words,
}

#[derive(Serialize)]
struct View {
    /// Nobody told yet where they are.
    asking: bool,
    close: Vec<Close>,
    /// What can be chosen without telling where one is.
    divisions: Vec<Choice>,
    as_of: Words,
}

/// The button, and streets to choose for who cannot or will not use it.
#[handler]
pub async fn start(ask: Ask) -> Result<Response, Oops> {
    Refused::none().page(&ask, "near.html", &View { asking: true, ..view(&ask).await? })
}

/// What lies around.
#[handler]
pub async fn find(ask: Ask, form: Result<Form<Here>, poem::Error>) -> Result<Response, Oops> {
    let Form(here) = form.unwrap_or_else(|_| Form(Here::default()));
    let Some((latitude, longitude)) = degrees(&here.latitude, 90.0).zip(degrees(&here.longitude, 180.0)) else {
        let told = words("没有收到有效的位置，请按街道查。", "No usable place was received; choose a street instead.");
        let refused = Refused::one(StatusCode::UNPROCESSABLE_ENTITY, "streets", told);
        return refused.page(&ask, "near.html", &view(&ask).await?);
    };
    let found = clinics::near(&ask, latitude, longitude, SHOWN).await?;
    let close = found.into_iter().map(|near| Close { away: away(near.metres), clinic: near.clinic.into() }).collect();
    Refused::none().page(&ask, "near.html", &View { close, ..view(&ask).await? })
}

async fn view(ask: &Ask) -> Result<View, Error> {
    let divisions = divisions(ask, "").await?;
    Ok(View { asking: false, close: vec![], divisions, as_of: paper::at(ask.clock.now()) })
}

/// Degrees to three places, some 100 metres: a page that sent more gets no more out of it.
fn degrees(text: &str, most: f64) -> Option<f64> {
    let degrees: f64 = text.trim().parse().ok()?;
    (degrees.abs() <= most).then(|| (degrees * 1000.0).round() / 1000.0)
}

/// A distance as exactly as it is known.
fn away(metres: f64) -> Words {
    if metres < 950.0 {
        let metres = (metres / 100.0).round().max(1.0) * 100.0;
        return words(format!("约{metres:.0}米"), format!("about {metres:.0} m"));
    }
    let far = metres / 1000.0;
    words(format!("约{far:.1}公里"), format!("about {far:.1} km"))
}
