//! What a scanned or typed code is worth, for the person who stands before the certificate. This page never asks for a
//! login, a phone number or money.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::http::header;
use poem::web::Data;
use serde::Deserialize;
use serde::Serialize;

use crate::app::App;
use crate::domain::cause::Cause;
use crate::domain::certificate::Statement;
use crate::domain::deadline::numeric_date;
use crate::domain::filing_number::FilingNumber;
use crate::domain::short_code::ShortCode;
use crate::domain::standing::ClinicAct;
use crate::domain::verdict::Outcome;
use crate::domain::verdict::Reason;
use crate::domain::verdict::Verdict;
use crate::error::Error;
use crate::portal::clinic::Place;
use crate::portal::link;
use crate::portal::page;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::Online;
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
pub async fn find(app: Data<&App>, request: &Request) -> Result<Response, Oops> {
    let typed: Typed = request.params().unwrap_or_default();
    let code: String = typed.code.as_deref().unwrap_or_default().trim().chars().take(LONGEST).collect();
    if code.is_empty() {
        return page::page(&app, "find.html", &Form { empty: typed.code.is_some() });
    }
    Ok(Response::builder().status(StatusCode::SEE_OTHER).header(header::LOCATION, place(&app, &code).await?).finish())
}

/// The page of what was typed, in its one spelling.
async fn place(app: &App, typed: &str) -> Result<String, Error> {
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

/// What the paper of the code said.
#[derive(Serialize)]
struct Paper {
    name: String,
    authority: String,
    version: i32,
    issued_on: String,
    rows: Vec<Row>,
    short_code: String,
}

/// Where to look for what is filed now.
#[derive(Serialize)]
struct Newer {
    zh: String,
    en: String,
    number: String,
}

#[derive(Serialize)]
struct View {
    /// `valid`, `invalid` or `unknown`: colour and icon.
    tone: &'static str,
    outcome: Words,
    headline: Words,
    message: Words,
    /// What happened, since when.
    cause: Words,
    telemedicine: bool,
    online: Online,
    /// Since when it is suspended by itself.
    online_cause: Words,
    checked: Words,
    checked_at: String,
    reason: Option<String>,
    paper: Option<Paper>,
    /// What is written across it, where it is a copy for a purpose.
    copy: Vec<Row>,
    newer: Option<Newer>,
    /// The paper is an old version, and another is in force.
    old: bool,
    successor: Option<Place>,
    /// 现场核查, of a valid certificate.
    site: Vec<Row>,
    physicians: Vec<Physician>,
    notices: Vec<PatientNotice>,
    phones: Vec<Phone>,
    /// What was scanned, as the address of the form to report it takes it.
    presented: String,
    large: bool,
}

/// The verdict on a code. Whatever was asked, the answer is a page with a verdict.
#[handler]
pub async fn show(app: Data<&App>, request: &Request) -> Result<Response, Oops> {
    // Bytes that are no text leave the parameter out: they are no code either.
    let code: String = request.raw_path_param("code").unwrap_or_default().chars().take(LONGEST).collect();
    let large = request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair == "large=1"));
    match view(&app, &code, large).await {
        Ok(view) => page::page(&app, "verification.html", &view),
        Err(error) => {
            let Oops(mut worded) = error.into();
            worded.title = "无法核验";
            Err(Oops(worded))
        }
    }
}

async fn view(app: &App, code: &str, large: bool) -> Result<View, Error> {
    let answer = verifications::verify(app, code).await?;
    let verdict = answer.verdict;
    let message = words(answer.zh(), answer.en());
    let row = answer.certificate.as_ref();
    let statement = row.map(|row| &row.statement).filter(|_| verdict.telemedicine);
    let clinic = answer.clinic.as_ref();
    let site = clinic.filter(|_| verdict.outcome == Outcome::Valid).map(|clinic| paper::site_visit(clinic.verified_on));
    let authorities = [clinic.and_then(|clinic| clinic.supervisor_id), row.map(|row| row.authority_id)];
    Ok(View {
        tone: tone(verdict.outcome),
        outcome: words(verdict.outcome.zh(), capital(verdict.outcome.en())),
        headline: headline(&verdict, row, answer.cause.as_ref()),
        message,
        cause: paper::cause(answer.cause),
        telemedicine: verdict.telemedicine,
        online: paper::online(verdict.online),
        online_cause: paper::cause(answer.online_cause),
        checked: checked(&verdict, row),
        checked_at: paper::moment(answer.checked_at),
        reason: verdict.reason.map(|reason| format!("{:02} {}", reason.number(), reason.code())),
        paper: row.map(|row| Paper::of(row, answer.copy.as_ref())),
        copy: answer.copy.as_ref().map(paper::annotation).unwrap_or_default(),
        newer: row.and_then(|row| newer(&verdict, row)),
        old: verdict.reason == Some(Reason::Superseded),
        physicians: statement.map(treating_online).unwrap_or_default(),
        notices: statement.map(|_| paper::patient_notices(app)).unwrap_or_default(),
        phones: paper::phones(app, &authorities).await?,
        presented: presented(code, row),
        successor: answer.successor.map(Into::into),
        site: site.into_iter().collect(),
        large,
    })
}

/// What a report names: the short code where the register knows it, else what was scanned.
fn presented(code: &str, row: Option<&certificate::Model>) -> String {
    row.map_or_else(|| link::encode(code), |row| row.short_code.to_string())
}

/// Where a paper that is not good any more leads, while its clinic goes on. The new content is not shown here: whoever
/// stands before this paper must not take it for good.
fn newer(verdict: &Verdict, row: &certificate::Model) -> Option<Newer> {
    let number = row.current_number.clone();
    match verdict.reason? {
        Reason::Superseded => {
            let version = row.current_version;
            let zh = format!("查看现行版本（第{version}版）");
            Some(Newer { zh, en: format!("See version {version}, which is in force"), number })
        }
        Reason::Void | Reason::DeclaredLost => {
            Some(Newer {
                zh: "查看登记簿中的这家诊所".into(), en: "See the clinic in the register".into(), number
            })
        }
        _ => None,
    }
}

impl Paper {
    /// What was shown: the certificate, or a copy of it, which has a short code of its own.
    fn of(row: &certificate::Model, copy: Option<&kept::Model>) -> Self {
        Self {
            name: row.statement.name.clone(),
            authority: row.statement.authority.name.clone(),
            version: row.version,
            issued_on: numeric_date(row.statement.issued_on),
            rows: paper::rows(&row.statement),
            short_code: copy.map_or(&row.short_code, |copy| &copy.code).to_string(),
        }
    }
}

fn treating_online(statement: &Statement) -> Vec<Physician> {
    statement.practitioners.iter().filter(|person| person.telemedicine).map(Into::into).collect()
}

/// The colour and icon of an outcome; the word says the same.
pub const fn tone(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Valid => "valid",
        Outcome::NotValid => "invalid",
        Outcome::CannotTell => "unknown",
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

/// The verdict in a few words, for one second.
fn headline(verdict: &Verdict, row: Option<&certificate::Model>, cause: Option<&Cause>) -> Words {
    let Some(reason) = verdict.reason else {
        return words("此诊所备案现在有效", "This clinic's filing is in force");
    };
    if reason == Reason::Cancelled {
        let (zh, en) = match cause.map(|cause| cause.act) {
            Some(ClinicAct::Close) => ("该诊所已歇业", "This clinic has closed"),
            Some(ClinicAct::MoveAway) => ("该诊所已迁往其他县区", "This clinic has moved to another county"),
            Some(ClinicAct::DeemClosed) => ("该诊所视为歇业", "This clinic is deemed closed"),
            _ => ("该诊所备案已注销", "This filing has been cancelled"),
        };
        return words(zh, en);
    }
    let (zh, en) = match (reason, row) {
        (Reason::Superseded, Some(row)) => {
            let (old, new) = (row.version, row.current_version);
            let zh = format!("第{old}版已被第{new}版取代");
            return words(zh, format!("Version {old} has been superseded by version {new}"));
        }
        (Reason::Unreadable, _) => ("这不是完整的凭证码", "This is not a complete code"),
        (Reason::UnknownFormat, _) => ("这不是诊所备案凭证码", "Not the code of a clinic filing"),
        (Reason::Malformed, _) => ("该码不完整或者被改动", "The code is damaged or altered"),
        (Reason::UnknownKey, _) => ("不能确认由谁签发", "Its issuer cannot be told"),
        (Reason::KeyOutOfScope, _) => ("签发密钥无权为该地区签发", "Its key may not sign for this region"),
        (Reason::BadSignature, _) => ("签名不符，可能系伪造", "Wrong signature: it may be forged"),
        (Reason::KeyCompromised, _) => ("签发密钥已停止信任", "Its key is no longer trusted"),
        (Reason::OutsideValidity, _) => ("不在有效期内", "Outside its period of validity"),
        (Reason::Suspended, _) => ("该诊所目前停业", "This clinic is suspended"),
        (Reason::Cancelled, _) => ("该诊所备案已注销", "This filing has been cancelled"),
        (Reason::Superseded, None) => ("已被新版本取代", "Superseded by a later version"),
        (Reason::StatusStale, _) => ("当前状态未能核验", "The current status was not checked"),
        (Reason::TelemedicineNotPermitted, _) => ("目前不能开展互联网诊疗", "No telemedicine at present"),
        (Reason::FarFromAddress, _) => ("您离备案地址较远", "You are far from the filed address"),
        (Reason::NotInRegister, _) => ("登记库中查无此凭证", "The register has no such certificate"),
        (Reason::Revoked, _) => ("该诊所备案已被撤销", "This filing has been revoked"),
        (Reason::Void, _) => ("该凭证已作废", "This certificate is void"),
        (Reason::Mistyped, _) => ("短码输入有误，请重新输入", "The short code was mistyped"),
        (Reason::DeclaredLost, _) => ("该凭证已声明遗失", "Declared lost"),
        (Reason::Stopped, _) => ("该诊所被责令停止执业", "Ordered to stop practising"),
        (Reason::CopyExpired, _) => ("该加注件已过有效期", "This copy has expired"),
        (Reason::CopyWithdrawn, _) => ("该加注件已被诊所撤回", "This copy has been withdrawn"),
    };
    words(zh, en)
}

/// What was checked to come to this answer.
fn checked(verdict: &Verdict, row: Option<&certificate::Model>) -> Words {
    match (verdict.signature_ok, row) {
        (true, Some(_)) => words("签名和登记库均已核验", "Signature and register checked"),
        (true, None) => words("签名已核验，登记库中无记录", "Signature checked, no entry in the register"),
        (false, Some(_)) => {
            words("按短码查登记库；短码不带签名", "Looked up by short code, which carries no signature")
        }
        (false, None) => words("未通过核验", "Not confirmed"),
    }
}
