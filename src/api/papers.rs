//! Papers beside the certificate: receipts, notices, records, decisions, declarations.

use chrono::{DateTime, NaiveDate, Utc};
use poem::web::Data;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Binary, Json};
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};

use crate::api::Tag;
use crate::api::auth::Caller;
use crate::api::materials::percent_encoded;
use crate::api::page::{self, Page};
use crate::api::problem::Problem;
use crate::app::App;
use crate::domain::id::{CertificateId, DecisionId, FilingId, PaperId, VisitId};
use crate::domain::paper::{Block, Field, Item, PaperContent, PaperKind};
use crate::edge::text;
use crate::error::Error;
use crate::store::entity::paper;
use crate::usecase::papers::{self, Brief, PaperFilter};

/// A paper in short.
#[derive(Debug, Object)]
pub struct PaperBrief {
    pub id: PaperId,
    /// 文书种类
    pub kind: PaperKind,
    /// 文号
    pub number: String,
    pub issued_at: DateTime<Utc>,
}

impl From<Brief> for PaperBrief {
    fn from(Brief { id, kind, number, step: _, issued_at }: Brief) -> Self {
        Self { id: PaperId(id), kind, number, issued_at }
    }
}

/// The papers that the step of this number in a history made.
pub fn of_step(papers: &[Brief], sequence: i32) -> Vec<PaperBrief> {
    papers.iter().filter(|paper| paper.step == Some(sequence)).cloned().map(Into::into).collect()
}

/// A paper in a list.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PaperSummary {
    pub id: PaperId,
    /// 文书种类
    pub kind: PaperKind,
    /// 标题
    pub title: String,
    /// 文号
    pub number: String,
    /// 落款
    pub issuer: String,
    /// The filing that it belongs to
    pub filing_id: Option<FilingId>,
    /// The visit that it belongs to
    pub visit_id: Option<VisitId>,
    /// The decision that it belongs to
    pub decision_id: Option<DecisionId>,
    /// The certificate that it is about
    pub certificate_id: Option<CertificateId>,
    pub issued_at: DateTime<Utc>,
    /// Since when it no longer counts
    pub withdrawn_at: Option<DateTime<Utc>>,
}

fn summary(row: paper::Model) -> PaperSummary {
    PaperSummary {
        id: PaperId(row.id),
        kind: row.kind,
        number: row.shown_number().to_owned(),
        title: row.content.title,
        issuer: row.content.issuer,
        filing_id: row.filing_id.map(FilingId),
        visit_id: row.visit_id.map(VisitId),
        decision_id: row.decision_id.map(DecisionId),
        certificate_id: row.certificate_id.map(CertificateId),
        issued_at: row.issued_at,
        withdrawn_at: row.withdrawn_at,
    }
}

/// What a part of a paper is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[oai(rename_all = "snake_case")]
pub enum PaperPart {
    /// `text`
    Paragraph,
    /// `text`
    Heading,
    /// `fields`
    Fields,
    /// `items`, numbered
    List,
    /// `head` and `lines`
    Table,
}

/// A label and its value.
#[derive(Debug, Object)]
pub struct PaperField {
    pub label: String,
    pub value: String,
}

impl From<Field> for PaperField {
    fn from(Field { label, value }: Field) -> Self {
        Self { label, value }
    }
}

/// A numbered item.
#[derive(Debug, Object)]
pub struct PaperItem {
    pub text: String,
    /// Place and basis; may be empty
    pub note: String,
}

impl From<Item> for PaperItem {
    fn from(Item { text, note }: Item) -> Self {
        Self { text, note }
    }
}

/// A part of a paper: what `part` names is filled.
#[derive(Debug, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct PaperBlock {
    pub part: PaperPart,
    pub text: Option<String>,
    pub fields: Option<Vec<PaperField>>,
    pub items: Option<Vec<PaperItem>>,
    pub head: Option<Vec<String>>,
    pub lines: Option<Vec<Vec<String>>>,
}

impl From<Block> for PaperBlock {
    fn from(block: Block) -> Self {
        let bare = |part| Self { part, text: None, fields: None, items: None, head: None, lines: None };
        match block {
            Block::Paragraph { text } => Self { text: Some(text), ..bare(PaperPart::Paragraph) },
            Block::Heading { text } => Self { text: Some(text), ..bare(PaperPart::Heading) },
            Block::Fields { rows } => {
                Self { fields: Some(rows.into_iter().map(Into::into).collect()), ..bare(PaperPart::Fields) }
            }
            Block::List { items } => {
                Self { items: Some(items.into_iter().map(Into::into).collect()), ..bare(PaperPart::List) }
            }
            Block::Table { head, widths: _, rows } => {
                Self { head: Some(head), lines: Some(rows), ..bare(PaperPart::Table) }
            }
        }
    }
}

/// What a paper says, in reading order.
#[derive(Debug, Object)]
#[oai(rename = "PaperContent")]
pub struct PaperContentView {
    /// 发文机关, above the title
    pub issuer: String,
    /// 标题
    pub title: String,
    /// 文号
    pub number: String,
    /// 主送; empty where it is addressed to nobody in particular
    pub addressee: String,
    pub blocks: Vec<PaperBlock>,
    /// 依据
    pub basis: Vec<String>,
    /// 救济途径, or whom to ask
    pub remedy: String,
    /// 联系方式
    pub contact: String,
    /// 落款
    pub signed_by: String,
    /// 落款日期
    pub signed_on: NaiveDate,
    /// Lines to sign on
    pub signatures: Vec<String>,
}

impl From<PaperContent> for PaperContentView {
    fn from(content: PaperContent) -> Self {
        let PaperContent {
            issuer,
            title,
            number,
            addressee,
            blocks,
            basis,
            remedy,
            contact,
            signed_by,
            signed_on,
            signatures,
        } = content;
        let blocks = blocks.into_iter().map(Into::into).collect();
        Self { issuer, title, number, addressee, blocks, basis, remedy, contact, signed_by, signed_on, signatures }
    }
}

/// A paper.
#[derive(Debug, Object)]
#[oai(rename = "Paper", skip_serializing_if_is_none)]
pub struct PaperView {
    pub id: PaperId,
    /// 文书种类
    pub kind: PaperKind,
    /// 文号
    pub number: String,
    /// What it says
    pub content: PaperContentView,
    /// 短码, to type in by hand
    pub short_code: String,
    /// What the code on the paper says
    pub code_url: String,
    /// The filing that it belongs to
    pub filing_id: Option<FilingId>,
    /// The visit that it belongs to
    pub visit_id: Option<VisitId>,
    /// The decision that it belongs to
    pub decision_id: Option<DecisionId>,
    /// The certificate that it is about
    pub certificate_id: Option<CertificateId>,
    pub issued_at: DateTime<Utc>,
    /// Since when it no longer counts
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// SHA-256 of the file, once it is drawn
    pub sha256: Option<String>,
}

fn paper_view(app: &App, row: paper::Model) -> PaperView {
    PaperView {
        id: PaperId(row.id),
        kind: row.kind,
        number: row.shown_number().to_owned(),
        content: row.content.into(),
        short_code: row.code.to_string(),
        code_url: app.settings.paper_url(&row.code),
        filing_id: row.filing_id.map(FilingId),
        visit_id: row.visit_id.map(VisitId),
        decision_id: row.decision_id.map(DecisionId),
        certificate_id: row.certificate_id.map(CertificateId),
        issued_at: row.issued_at,
        withdrawn_at: row.withdrawn_at,
        sha256: row.sha256,
    }
}

#[derive(ApiResponse)]
pub enum PaperFile {
    /// The paper.
    #[oai(status = 200, content_type = "application/pdf")]
    Pdf(
        Binary<Vec<u8>>,
        /// File name: the document number
        #[oai(header = "Content-Disposition")]
        String,
    ),
}

fn shown((row, bytes): (paper::Model, Vec<u8>)) -> PaperFile {
    let name = percent_encoded(&format!("{}.pdf", row.shown_number()));
    PaperFile::Pdf(Binary(bytes), format!("inline; filename=\"paper.pdf\"; filename*=UTF-8''{name}"))
}

pub struct Papers;

#[OpenApi(tag = "Tag::Papers")]
impl Papers {
    /// 文书列表 · List papers
    #[expect(clippy::too_many_arguments, reason = "one argument per query parameter")]
    #[oai(path = "/papers", method = "get", operation_id = "paper_list")]
    async fn list(
        &self,
        app: Data<&App>,
        caller: Caller,
        /// Only of this filing
        filing: Query<Option<FilingId>>,
        /// Only of this visit
        visit: Query<Option<VisitId>>,
        /// Only of this decision
        decision: Query<Option<DecisionId>>,
        /// 备案编号
        clinic: Query<Option<String>>,
        /// 文书种类
        kind: Query<Option<PaperKind>>,
        /// `next` of the page before
        cursor: Query<Option<String>>,
        /// 1 to 100, 50 unless given
        limit: Query<Option<u64>>,
    ) -> Result<Json<Page<PaperSummary>>, Problem> {
        let limit = page::limit(&limit)?;
        if let Some((zh, en)) = clinic.0.as_deref().and_then(text::defect) {
            return Err(Error::field("/clinic", zh, en).into());
        }
        let filter = PaperFilter {
            filing: filing.0.map(|id| id.0),
            visit: visit.0.map(|id| id.0),
            decision: decision.0.map(|id| id.0),
            clinic: clinic.0,
            kind: kind.0,
            before: page::cursor(&cursor)?,
        };
        let rows = papers::list(&app, &caller.0.actor, filter, limit).await?;
        Ok(Json(page::page(rows, limit, |row| row.id, summary)))
    }

    /// 查看文书 · Show what a paper says
    #[oai(path = "/papers/:paper_id", method = "get", operation_id = "paper_view")]
    async fn view(&self, app: Data<&App>, caller: Caller, paper_id: Path<PaperId>) -> Result<Json<PaperView>, Problem> {
        let row = papers::view(&app, &caller.0.actor, paper_id.0).await?;
        Ok(Json(paper_view(&app, row)))
    }

    /// 下载文书 · The paper's file
    #[oai(path = "/papers/:paper_id/pdf", method = "get", operation_id = "paper_pdf")]
    async fn pdf(&self, app: Data<&App>, caller: Caller, paper_id: Path<PaperId>) -> Result<PaperFile, Problem> {
        Ok(shown(papers::pdf(&app, &caller.0.actor, paper_id.0).await?))
    }

    /// 下载公告 · An announcement or a declaration of loss on paper
    #[oai(path = "/announcements/:announcement_id/pdf", method = "get", operation_id = "announcement_pdf")]
    async fn announcement(
        &self,
        app: Data<&App>,
        /// `id` of the announcement's `paper`
        announcement_id: Path<PaperId>,
    ) -> Result<PaperFile, Problem> {
        Ok(shown(papers::public_pdf(&app, announcement_id.0).await?))
    }
}
