//! The pages: HTML for people, each of which works without scripts, and without third parties. Each handler reads what was
//! asked, calls one use case and hands a view to a template; what it says stands in `texts/`, in both languages.

use std::sync::Arc;
use std::sync::OnceLock;

use poem::Endpoint;
use poem::EndpointExt;
use poem::Response;
use poem::Route;
use poem::get;
use poem::middleware::SizeLimit;
use poem::post;

use crate::edge::shape::Shapes;
use crate::portal::access::account;
use crate::portal::access::factor;
use crate::portal::access::federation;
use crate::portal::access::join;
use crate::portal::access::people;
use crate::portal::access::recover;
use crate::portal::access::sign_in;
use crate::portal::access::signup;
use crate::portal::access::tokens;
use crate::portal::document::Document;

mod access;
mod announcements;
mod assets;
mod clinic;
mod clinics;
mod complaints;
mod demonstration;
mod design;
mod docs;
mod document;
mod forms;
mod guard;
mod guide;
mod held;
mod home;
mod link;
mod look;
mod lookup;
mod markdown;
mod my;
mod near;
mod offline;
mod page;
mod paper;
mod paper_check;
mod probe;
mod problems;
mod said;
mod schema;
mod self_check;
mod session;
mod telemedicine;
mod texts;
mod verification;

pub use page::{Ask, refusal};

/// Every page. `document` is the contract as served under `/api/v1/openapi.json`. The application is expected in the
/// request's data, as `App`.
pub fn routes(document: &'static serde_json::Value) -> impl Endpoint<Output = Response> {
    /// The contract as the pages need it: the same for every service of this process.
    static READ: OnceLock<(Arc<Document>, Arc<Shapes>)> = OnceLock::new();
    let (document, shapes) = READ.get_or_init(|| {
        (Arc::new(Document::of(document)), Arc::new(Shapes::of(document["components"]["schemas"].clone())))
    });
    Route::new()
        .at("/", get(home::show))
        .at("/v", get(verification::find))
        .at("/v/*code", get(verification::show))
        .at("/p/*code", get(paper_check::show))
        .at("/check-offline", get(offline::show))
        .at("/check-offline/worker.js", get(offline::worker))
        .at("/clinics", get(clinics::list))
        .at("/clinics/near", get(near::start).post(near::find.with(SizeLimit::new(near::LARGEST_FORM))))
        .at("/clinics/:number", get(clinic::show))
        .at("/telemedicine", get(telemedicine::list))
        .at("/announcements", get(announcements::list))
        .at("/report", get(complaints::form).post(complaints::submit.with(SizeLimit::new(complaints::LARGEST_FORM))))
        .at(
            "/report/follow",
            get(complaints::follow_form).post(complaints::follow.with(SizeLimit::new(complaints::SMALL_FORM))),
        )
        .at("/guide", get(guide::matters))
        .at(
            "/guide/check",
            get(self_check::questions).post(self_check::answer.with(SizeLimit::new(self_check::LARGEST_FORM))),
        )
        .at("/guide/forms/:material/:file", get(guide::sheet))
        .at("/guide/:matter", get(guide::show))
        .at("/signin", get(sign_in::form).post(sign_in::submit))
        .at("/signin/code", get(sign_in::code_form).post(sign_in::code))
        .at("/signin/enrol", get(sign_in::enrol_form).post(sign_in::enrol))
        .at("/signout", post(sign_in::sign_out))
        .at("/recover", get(recover::form).post(recover::submit))
        .at("/signin/with", get(federation::start))
        .at("/signin/back", get(federation::back))
        .at("/signup", get(signup::form).post(signup::submit))
        .at("/signup/done", get(signup::done))
        .at("/join", get(join::form).post(join::submit))
        .at("/join/done", get(join::done))
        .at("/my/people", get(my::people::list).post(my::people::invite))
        .at("/my/people/:member_id/end", get(my::people::end_form).post(my::people::end))
        .at("/my/inbox", get(my::inbox::list))
        .at("/my/inbox/read", post(my::inbox::read_all))
        .at("/my/inbox/:message_id", get(my::inbox::open))
        .at("/my/contacts", get(my::contacts::list))
        .at("/my/contacts/:channel", post(my::contacts::add))
        .at("/my/contacts/:channel/confirm", post(my::contacts::confirm))
        .at("/my/contacts/:channel/remove", post(my::contacts::remove))
        .at("/account/tokens", get(tokens::list).post(tokens::create))
        .at("/account/tokens/:token_id/end", post(tokens::end))
        .at("/account/link", get(federation::link_page).post(federation::link_start))
        .at("/account/link/end", post(federation::unlink))
        .at("/account/people", get(people::form).post(people::find))
        .at("/account/people/:account_id", get(people::show))
        .at("/account/people/:account_id/recovery", post(people::recover))
        .at("/account/people/:account_id/close", get(people::close_form).post(people::close))
        .at("/account", get(account::show))
        .at("/account/password", get(account::password_form).post(account::password))
        .at("/account/second-factor", get(factor::show).post(factor::change))
        .at("/account/sessions/end", post(account::end_session))
        .at("/account/sessions/end-others", post(account::end_others))
        .at("/held/:code", get(held::show))
        .at("/held/:code/forget", post(held::forget))
        .at("/my", get(my::desk::show))
        .at("/my/filings", post(my::desk::start))
        .at("/my/filings/:filing_id", get(my::list::show))
        .at("/my/filings/:filing_id/form/:section", get(my::section::show).post(my::section::submit))
        .at("/my/filings/:filing_id/form/:section/:item", get(my::section::show_item).post(my::section::submit_item))
        .at("/my/filings/:filing_id/form/:section/:item/copy", post(my::items::copy))
        .at("/my/filings/:filing_id/form/:section/:item/remove", post(my::items::remove))
        .at("/my/filings/:filing_id/check", get(my::submit::check).post(my::submit::submit))
        .at("/my/filings/:filing_id/done", get(my::submit::done))
        .at("/my/filings/:filing_id/case", get(my::case::show))
        .at("/my/filings/:filing_id/withdraw", get(my::case::withdraw_form).post(my::case::withdraw))
        .at("/my/filings/:filing_id/archive", get(my::case::archive))
        .at("/my/clinics/:number", get(my::clinic::show))
        .at("/my/clinics/:number/code", get(my::clinic::code))
        .at("/my/clinics/:number/confirm", post(my::clinic::confirm))
        .at("/my/clinics/:number/telemedicine", get(my::clinic::telemedicine))
        .at("/my/clinics/:number/copies", get(my::copies::show).post(my::copies::create))
        .at("/my/copies/:copy_id", get(my::copies::file))
        .at("/my/copies/:copy_id/withdraw", post(my::copies::withdraw))
        .at("/my/papers/:paper_id", get(my::papers::paper))
        .at("/my/certificates/:certificate_id", get(my::papers::certificate))
        .at(
            "/my/filings/:filing_id/materials",
            get(my::materials::show).post(my::materials::add.with(SizeLimit::new(my::materials::LARGEST_FORM))),
        )
        .at("/my/filings/:filing_id/materials/:material_id", get(my::materials::open))
        .at("/my/filings/:filing_id/materials/:material_id/remove", post(my::materials::remove))
        .at("/my/filings/:filing_id/uploads", post(my::uploads::begin))
        .at("/my/filings/:filing_id/uploads/:upload_id", get(my::uploads::view).patch(my::uploads::append))
        .at("/my/filings/:filing_id/uploads/:upload_id/cancel", post(my::uploads::cancel))
        .at("/problems", get(problems::list))
        .at("/problems/:code", get(problems::show))
        .at("/docs", get(docs::list))
        .at("/docs/:operation", get(docs::show))
        .at("/demo/certificate.pdf", get(demonstration::paper))
        .at("/demo/verification", get(demonstration::verification))
        .at("/design", get(design::show))
        .at("/static/:file", get(assets::serve))
        .at("/healthz", get(probe::health))
        .at("/robots.txt", get(probe::robots))
        .data(document.clone())
        .data(shapes.clone())
        .around(guard::own)
        .around(page::worded)
}
