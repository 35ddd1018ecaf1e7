//! Whether the register knows a paper, for whoever holds it. Like the page of a certificate's code it never asks for a
//! login, a phone number or money; what the paper says is not shown.

use poem::Request;
use poem::Response;
use poem::handler;
use serde::Serialize;

use crate::app::App;
use crate::domain::verdict::Outcome;
use crate::edge::wording;
use crate::edge::wording::Worded;
use crate::error::Error;
use crate::portal::link;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::Phone;
use crate::portal::paper::Row;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::portal::verification::LONGEST;
use crate::portal::verification::delayed;
use crate::portal::verification::elsewhere;
use crate::portal::verification::tone;
use crate::portal::verification::varies;
use crate::portal::verification::wants_json;
use crate::usecase::paper_checks;
use crate::usecase::paper_checks::PaperCheck;

#[derive(Serialize)]
struct View {
    /// `valid`, `invalid` or `unknown`: colour and icon.
    tone: &'static str,
    /// None where the register could not be asked.
    headline: Option<Words>,
    message: Words,
    checked_at: Words,
    /// The clinic's number, where it is in the register.
    clinic: Option<String>,
    rows: Vec<Row>,
    phones: Vec<Phone>,
}

/// The answer on a paper's code. Whatever was asked, it is a page with an answer.
#[handler]
pub async fn show(ask: Ask, request: &Request) -> Result<Response, Oops> {
    // Bytes that are no text leave the parameter out: they are no code either.
    let code: String = request.raw_path_param("code").unwrap_or_default().chars().take(LONGEST).collect();
    if wants_json(request) {
        return Ok(elsewhere(&ask, &format!("/api/v1/paper-checks/{}", link::encode(&code))));
    }
    let mut response = match view(&ask, &code).await {
        Ok(view) => ask.page("paper_check.html", &view)?,
        Err(error) => unanswered(&ask, &wording::of(error))?,
    };
    varies(&mut response);
    Ok(response)
}

/// The same page without an answer: the register could not be asked.
fn unanswered(ask: &Ask, worded: &Worded) -> Result<Response, Oops> {
    let view = View {
        tone: tone(Outcome::CannotTell),
        headline: None,
        message: words(&worded.zh, &worded.en),
        checked_at: paper::at(ask.clock.now()),
        clinic: None,
        rows: vec![],
        phones: vec![],
    };
    delayed(ask, "paper_check.html", &view, worded)
}

async fn view(app: &App, code: &str) -> Result<View, Error> {
    let check = paper_checks::check(app, code).await?;
    let standing = check.standing;
    let (zh, en) = standing.advice();
    let authority = check.paper.as_ref().and_then(|row| row.authority_id);
    Ok(View {
        tone: tone(standing.outcome()),
        headline: Some(words(standing.zh(), standing.en())),
        message: words(zh, en),
        checked_at: paper::at(check.checked_at),
        clinic: check.clinic.as_ref().map(|clinic| clinic.number.clone()),
        rows: rows(&check),
        phones: paper::phones(app, &[authority]).await?,
    })
}

/// What tells the paper from others.
fn rows(check: &PaperCheck) -> Vec<Row> {
    let Some(row) = &check.paper else { return Vec::new() };
    let mut rows = vec![
        Row::said("文书种类", "Kind", (row.kind.zh(), row.kind.en())),
        Row::new("文号", "Number", row.shown_number()),
        Row::new("制发单位", "Issuer", &row.content.issuer),
        Row::said("日期", "Date", paper::date(row.content.signed_on)),
    ];
    if let Some(clinic) = &check.clinic {
        rows.push(Row::new("诊所名称", "Clinic", &clinic.name));
        rows.push(Row::new("备案编号", "Filing number", paper::grouped(&clinic.number)).figures());
    }
    if let Some(purpose) = &row.purpose {
        rows.push(Row::new("用途", "Purpose", &purpose.purpose));
        if !purpose.recipient.is_empty() {
            rows.push(Row::new("使用单位", "Recipient", &purpose.recipient));
        }
        rows.push(Row::said("有效期至", "Good until", paper::date(purpose.expires_on)));
    }
    if let Some(answer) = &check.certificate {
        let outcome = answer.verdict.outcome;
        let now = Row::said("凭证现状", "Certificate now", (outcome.zh(), outcome.en()));
        rows.push(now.noted((answer.zh(), answer.en())));
    }
    if let Some(at) = row.withdrawn_at {
        rows.push(Row::said("撤回时间", "Withdrawn", paper::at(at)));
    }
    if let Some(sha256) = &row.sha256 {
        let same = "The electronic file is the registered one only if its SHA-256 is this.";
        let row = Row::new("文件校验值", "SHA-256", sha256).figures();
        rows.push(row.noted(("电子文件的 SHA-256 与此相同，才是登记的原件。", same)));
    }
    rows
}
