//! The public pages: HTML for people, without scripts, cookies or third parties. Each handler reads what was asked, calls
//! one use case and hands a view to a template.

use std::sync::Arc;

use poem::Endpoint;
use poem::EndpointExt;
use poem::Response;
use poem::Route;
use poem::get;
use poem::middleware::SizeLimit;

use crate::portal::document::Document;

mod announcements;
mod clinic;
mod clinics;
mod complaints;
mod demonstration;
mod docs;
mod document;
mod home;
mod link;
mod markdown;
mod page;
mod paper;
mod paper_check;
mod probe;
mod problems;
mod schema;
mod style;
mod telemedicine;
mod verification;

pub use page::refusal;

/// Every page. `document` is the contract as served under `/api/v1/openapi.json`. The application is expected in the
/// request's data, as `App`.
pub fn routes(document: Arc<serde_json::Value>) -> impl Endpoint<Output = Response> {
    Route::new()
        .at("/", get(home::show))
        .at("/v", get(verification::find))
        .at("/v/*code", get(verification::show))
        .at("/p/*code", get(paper_check::show))
        .at("/clinics", get(clinics::list))
        .at("/clinics/:number", get(clinic::show))
        .at("/telemedicine", get(telemedicine::list))
        .at("/announcements", get(announcements::list))
        .at("/report", get(complaints::form).post(complaints::submit.with(SizeLimit::new(complaints::LARGEST_FORM))))
        .at(
            "/report/follow",
            get(complaints::follow_form).post(complaints::follow.with(SizeLimit::new(complaints::SMALL_FORM))),
        )
        .at("/problems", get(problems::list))
        .at("/problems/:code", get(problems::show))
        .at("/docs", get(docs::list))
        .at("/docs/:operation", get(docs::show))
        .at("/demo/certificate.pdf", get(demonstration::paper))
        .at("/demo/verification", get(demonstration::verification))
        .at("/static/:file", get(style::serve))
        .at("/healthz", get(probe::health))
        .at("/robots.txt", get(probe::robots))
        .data(Arc::new(Document::of(&document)))
        .around(page::worded)
}
