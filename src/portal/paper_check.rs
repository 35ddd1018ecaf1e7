//! Whether the register knows a paper, for whoever holds it. Like the page of a certificate's code it never asks for a
//! login, a phone number or money; what the paper says is not shown.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::web::Data;
use serde::Serialize;

use crate::app::App;
use crate::domain::deadline::numeric_date;
use crate::domain::verdict::Outcome;
use crate::error::Error;
use crate::portal::page;
use crate::portal::page::Oops;
use crate::portal::paper;
use crate::portal::paper::Phone;
use crate::portal::paper::Row;
use crate::portal::paper::Words;
use crate::portal::paper::words;
use crate::portal::verification::LONGEST;
use crate::portal::verification::tone;
use crate::usecase::paper_checks;
use crate::usecase::paper_checks::PaperCheck;

#[derive(Serialize)]
struct View {
    /// `valid` or `invalid`: colour and icon.
    tone: &'static str,
    outcome: Words,
    headline: Words,
    message: Words,
    checked_at: String,
    /// The clinic's number, where it is in the register.
    clinic: Option<String>,
    rows: Vec<Row>,
    phones: Vec<Phone>,
}

/// The answer on a paper's code. Whatever was asked, it is a page with an answer.
#[handler]
pub async fn show(app: Data<&App>, request: &Request) -> Result<Response, Oops> {
    // Bytes that are no text leave the parameter out: they are no code either.
    let code: String = request.raw_path_param("code").unwrap_or_default().chars().take(LONGEST).collect();
    let view = view(&app, &code).await?;
    page::page(&app, "paper_check.html", &view)
}

async fn view(app: &App, code: &str) -> Result<View, Error> {
    let check = paper_checks::check(app, code).await?;
    let standing = check.standing;
    let (zh, en) = standing.advice();
    let authority = check.paper.as_ref().and_then(|row| row.authority_id);
    Ok(View {
        tone: tone(standing.outcome()),
        outcome: match standing.outcome() {
            Outcome::Valid => words("登记在案", "On record"),
            _ => words("无效", "Not valid"),
        },
        headline: words(standing.zh(), standing.en()),
        message: words(zh, en),
        checked_at: paper::moment(check.checked_at),
        clinic: check.clinic.as_ref().map(|clinic| clinic.number.clone()),
        rows: rows(&check),
        phones: paper::phones(app, &[authority]).await?,
    })
}

/// What tells the paper from others.
fn rows(check: &PaperCheck) -> Vec<Row> {
    let Some(row) = &check.paper else { return Vec::new() };
    let mut rows = vec![
        Row::new("文书种类", "Kind", row.kind.zh()).noted(row.kind.en()),
        Row::new("文号", "Number", &row.number),
        Row::new("制发单位", "Issuer", &row.content.issuer),
        Row::new("日期", "Date", numeric_date(row.content.signed_on)),
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
        rows.push(Row::new("有效期至", "Good until", numeric_date(purpose.expires_on)));
    }
    if let Some(answer) = &check.certificate {
        rows.push(Row::new("凭证现状", "Certificate now", answer.verdict.outcome.zh()).noted(answer.zh()));
    }
    if let Some(at) = row.withdrawn_at {
        rows.push(Row::new("撤回时间", "Withdrawn", paper::moment(at)));
    }
    if let Some(sha256) = &row.sha256 {
        rows.push(
            Row::new("文件校验值", "SHA-256", sha256).figures().noted("电子文件的 SHA-256 与此相同，才是登记的原件。"),
        );
    }
    rows
}
