//! What a scanned or typed code is worth, for the person who stands before the certificate. This page never asks for a
//! login, a phone number or money. A program that asks for JSON is sent to the interface, which gives the same answer.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::HeaderValue;
use poem::http::StatusCode;
use poem::http::header;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::domain::cause::Cause;
use crate::domain::filing_number::FilingNumber;
use crate::domain::short_code::ShortCode;
use crate::domain::standing::ClinicAct;
use crate::domain::verdict::OnlineCare;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Reason;
use crate::domain::verdict::Verdict;
use crate::edge::wording;
use crate::edge::wording::Worded;
use crate::error::Error;
use crate::portal::clinic::Place;
use crate::portal::link;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::PatientNotice;
use crate::portal::paper::Phone;
use crate::portal::paper::Physician;
use crate::portal::paper::Row;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::store::entity::certificate;
use crate::store::entity::paper as kept;
use crate::usecase::paper_checks;
use crate::usecase::verifications;

/// Longest typed code that is carried on, characters: a code's address has some 500, that of a copy at most 1,200.
pub const LONGEST: usize = 1_400;

#[derive(Default, Deserialize)]
struct Typed {
    code: Option<String>,
}

#[derive(Serialize)]
struct Form {
    /// The form was sent with nothing in it.
    empty: bool,
}

/// The form for a typed code; a code leads to its page, a filing number to the clinic's.
#[handler]
pub async fn find(ask: Ask, request: &Request) -> Result<Response, Oops> {
    let typed: Typed = request.params().unwrap_or_default();
    let code: String = typed.code.as_deref().unwrap_or_default().trim().chars().take(LONGEST).collect();
    if code.is_empty() {
        return ask.page("find.html", &Form { empty: typed.code.is_some() });
    }
    Ok(Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, place(&ask, &code).await?).finish())
}

/// The page of what was typed, in its one spelling.
pub(super) async fn place(app: &App, typed: &str) -> Result<String, Error> {
    if let Ok(code) = typed.parse::<ShortCode>() {
        // Papers have short codes of the same form, and people type either into the one field there is.
        let page = if paper_checks::known(app, &code).await? { "p" } else { "v" };
        return Ok(format!("/{page}/{code}"));
    }
    if let Ok(number) = typed.parse::<FilingNumber>() {
        return Ok(format!("/clinics/{number}"));
    }
    // A whole address was pasted: what follows its last stroke is the code.
    let last = typed.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let code: String = last.chars().filter(|c| !c.is_whitespace()).collect();
    Ok(if code.is_empty() { "/v".to_owned() } else { format!("/v/{}", link::encode(&code)) })
}

/// A verdict in words: the key of its sentence among the messages, and what is placed into that.
#[derive(Serialize)]
pub struct Said {
    /// `valid`, `invalid` or `unknown`: colour and icon.
    tone: &'static str,
    outcome: Words,
    key: String,
    /// Version of the paper, and of what is in force.
    old: i32,
    new: i32,
    message: Words,
}

/// What the paper of the code said.
#[derive(Serialize)]
struct Paper {
    name: String,
    authority: String,
    version: i32,
    issued_on: Words,
    rows: Vec<Row>,
    short_code: String,
}

#[derive(Serialize)]
struct View {
    said: Said,
    /// What happened, since when.
    cause: Words,
    telemedicine: bool,
    online: Words,
    /// Since when it is suspended by itself.
    online_cause: Words,
    /// The key of what was checked; none where the register could not be asked.
    checked: Option<&'static str>,
    checked_at: Words,
    reason: Option<String>,
    paper: Option<Paper>,
    /// What is written across it, where it is a copy for a purpose.
    copy: Vec<Row>,
    /// Where to look for what is filed now.
    newer: Option<String>,
    /// The paper is an old version, and another is in force.
    superseded: bool,
    successor: Option<Place>,
    /// 现场核查, and whether the owner confirmed what is filed; of a valid certificate.
    site: Vec<Row>,
    physicians: Vec<Physician>,
    notices: Vec<PatientNotice>,
    phones: Vec<Phone>,
    /// What was scanned, as the address of the form to report it takes it.
    presented: String,
}

/// The verdict on a code. Whatever was asked, the answer is a page with a verdict.
#[handler]
pub async fn show(ask: Ask, request: &Request) -> Result<Response, Oops> {
    // Bytes that are no text leave the parameter out: they are no code either.
    let code: String = request.raw_path_param("code").unwrap_or_default().chars().take(LONGEST).collect();
    if wants_json(request) {
        return Ok(elsewhere(&ask, &format!("/api/v1/verifications/{}", link::encode(&code))));
    }
    let mut response = match view(&ask, &code).await {
        Ok(view) => ask.page("verification.html", &view)?,
        Err(error) => unanswered(&ask, &code, &wording::of(error))?,
    };
    varies(&mut response);
    Ok(response)
}

/// The same page without an answer: the register could not be asked.
fn unanswered(ask: &Ask, code: &str, worded: &Worded) -> Result<Response, Oops> {
    let key = "delayed".to_owned();
    let outcome = Outcome::CannotTell;
    let message = words(&worded.zh, &worded.en);
    let said = Said { tone: tone(outcome), outcome: named(outcome), key, old: 0, new: 0, message };
    let view = View {
        said,
        cause: Words::default(),
        telemedicine: false,
        online: (OnlineCare::Unknown.zh(), OnlineCare::Unknown.en()).into(),
        online_cause: Words::default(),
        checked: None,
        checked_at: paper::at(ask.clock.now()),
        reason: None,
        paper: None,
        copy: vec![],
        newer: None,
        superseded: false,
        successor: None,
        site: vec![],
        physicians: vec![],
        notices: vec![],
        phones: vec![],
        presented: link::encode(code),
    };
    delayed(ask, "verification.html", &view, worded)
}

/// A page that cannot tell. Whatever is wrong on our side, whoever stands before the paper is told to try again soon.
pub(super) fn delayed(ask: &Ask, template: &str, view: &impl Serialize, worded: &Worded) -> Result<Response, Oops> {
    let status = match StatusCode::from_u16(worded.status) {
        Ok(status) if status.is_client_error() => status,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = ask.respond(status, template, view)?;
    response.extensions_mut().insert(wording::Code(worded.code));
    response.headers_mut().insert(header::RETRY_AFTER, worded.retry_after.unwrap_or(wording::SHORTLY).into());
    Ok(response)
}

/// Whether a program asks: browsers want HTML, whatever else they would take.
pub fn wants_json(request: &Request) -> bool {
    let accepted = request.headers().get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let kinds: Vec<_> = accepted.flat_map(|line| line.split(',')).map(|kind| kind.trim().to_lowercase()).collect();
    let takes = |wanted: &str| kinds.iter().any(|kind| kind.split(';').next() == Some(wanted));
    takes("application/json") && !takes("text/html")
}

/// Sends a program to the interface.
pub fn elsewhere(ask: &Ask, to: &str) -> Response {
    let mut response = ask.redirect(to);
    varies(&mut response);
    response
}

/// The same address has another answer for a program, and for another look.
pub fn varies(response: &mut Response) {
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept, Cookie"));
}

async fn view(app: &App, code: &str) -> Result<View, Error> {
    let answer = verifications::verify(app, code).await?;
    let verdict = answer.verdict;
    let row = answer.certificate.as_ref();
    let statement = row.map(|row| &row.statement).filter(|_| verdict.telemedicine);
    let clinic = answer.clinic.as_ref();
    let site = clinic.filter(|_| verdict.outcome == Outcome::Valid).map(|clinic| {
        std::iter::once(paper::site_visit(clinic.verified_on)).chain(paper::confirmed(clinic.confirmed_on)).collect()
    });
    let authorities = [clinic.and_then(|clinic| clinic.supervisor_id), row.map(|row| row.authority_id)];
    Ok(View {
        said: Said {
            old: row.map_or(0, |row| row.version),
            new: row.map_or(0, |row| row.current_version),
            key: key(&verdict, answer.cause.as_ref()),
            message: words(answer.zh(), answer.en()),
            ..Said::of(&verdict)
        },
        cause: paper::cause(answer.cause),
        telemedicine: verdict.telemedicine,
        online: words(verdict.online.zh(), verdict.online.en()),
        online_cause: paper::cause(answer.online_cause),
        checked: Some(checked(&verdict, row)),
        checked_at: paper::at(answer.checked_at),
        reason: verdict.reason.map(|reason| format!("{:02} {}", reason.number(), reason.code())),
        paper: row.map(|row| Paper::of(row, answer.copy.as_ref())),
        copy: answer.copy.as_ref().map(paper::annotation).unwrap_or_default(),
        newer: row.filter(|_| goes_on(&verdict)).map(|row| row.current_number.clone()),
        superseded: verdict.reason == Some(Reason::Superseded),
        physicians: statement.map(paper::treating_online).unwrap_or_default(),
        notices: statement.map(|_| paper::patient_notices(app)).unwrap_or_default(),
        phones: paper::phones(app, &authorities).await?,
        presented: presented(code, row),
        successor: answer.successor.map(Into::into),
        site: site.unwrap_or_default(),
    })
}

/// What a report names: the short code where the register knows it, else what was scanned.
fn presented(code: &str, row: Option<&certificate::Model>) -> String {
    row.map_or_else(|| link::encode(code), |row| row.short_code.to_string())
}

/// Whether a paper that is not good any more leads to its clinic, which goes on. The new content is not shown here: whoever
/// stands before this paper must not take it for good.
const fn goes_on(verdict: &Verdict) -> bool {
    matches!(verdict.reason, Some(Reason::Superseded | Reason::Void | Reason::DeclaredLost))
}

impl Paper {
    /// What was shown: the certificate, or a copy of it, which has a short code of its own.
    fn of(row: &certificate::Model, copy: Option<&kept::Model>) -> Self {
        Self {
            name: row.statement.name.clone(),
            authority: row.statement.authority.name.clone(),
            version: row.version,
            issued_on: paper::date(row.statement.issued_on),
            rows: paper::rows(&row.statement),
            short_code: copy.map_or(&row.short_code, |copy| &copy.code).to_string(),
        }
    }
}

impl Said {
    /// What is said of a verdict by itself.
    pub fn of(verdict: &Verdict) -> Self {
        Self {
            tone: tone(verdict.outcome),
            outcome: named(verdict.outcome),
            key: key(verdict, None),
            old: 0,
            new: 0,
            message: words(verdict.zh(), verdict.en()),
        }
    }
}

/// The colour and icon of an outcome; the word says the same.
pub const fn tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Valid => "valid",
        Outcome::NotValid => "invalid",
        Outcome::CannotTell => "unknown",
    }
}

/// An outcome as a heading.
fn named(outcome: Outcome) -> Words {
    let mut chars = outcome.en().chars();
    let en: String = chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect();
    words(outcome.zh(), en)
}

/// The key of the sentence for one second, among the messages: `verification-said-…`.
fn key(verdict: &Verdict, cause: Option<&Cause>) -> String {
    match (verdict.reason, cause.map(|cause| cause.act), verdict.online) {
        (None, _, OnlineCare::Permitted) => "valid".into(),
        (None, _, OnlineCare::Suspended) => "valid-suspended".into(),
        (None, ..) => "valid-not_filed".into(),
        (Some(Reason::Cancelled), Some(act @ (ClinicAct::Close | ClinicAct::MoveAway | ClinicAct::DeemClosed)), _) => {
            format!("cancelled-{}", act.code())
        }
        (Some(reason), ..) => reason.code().into(),
    }
}

/// The key of what was checked to come to this answer: `verification-checked-…`.
const fn checked(verdict: &Verdict, row: Option<&certificate::Model>) -> &'static str {
    match (verdict.signature_ok, row) {
        (true, Some(_)) => "both",
        (true, None) => "signature",
        (false, Some(_)) => "register",
        (false, None) => "none",
    }
}
