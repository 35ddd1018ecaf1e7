//! Papers of a filing: receipt, notice of corrections, declaration of loss.

use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::deadline::numeric_date;
use crate::domain::dossier::ClinicType;
use crate::domain::filing::{Defect, Notice};
use crate::domain::id::FilingId;
use crate::domain::issuance;
use crate::domain::law::Law;
use crate::domain::paper::{Block, Item, PaperKind};
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{authority, clinic, filing};
use crate::usecase::facts;
use crate::usecase::papers::make::{Belongs, Facts, field, make};

/// Characters of a digest that tell files apart to the eye.
const DIGEST: usize = 16;

/// 收件回执: what came in, when, by when it is dealt with, and by whom.
///
/// # Errors
/// `Invalid` when a text of the filing cannot be printed.
pub async fn received(
    app: &App,
    tx: &Tx,
    law: &Law,
    actor: &Actor,
    row: &filing::Model,
    authority: &authority::Model,
) -> Result<()> {
    let (Some(clinic_type), Some(received_on), Some(due_on)) = (row.dossier.clinic_type, row.received_on, row.due_on)
    else {
        return Ok(());
    };
    let (case, due) = (row.case_number.clone().unwrap_or_default(), numeric_date(due_on));
    let guessed =
        if row.due_guessed { "（部分年度节假日安排尚未公布，暂按周末推算）" } else { "" };
    let mut rows = vec![
        field("办件编号", &case),
        field("备案事项", row.kind.zh()),
        field("诊所名称", &row.dossier.name),
        field("诊所类别", clinic_type.zh()),
        field("诊所地址", issuance::printed_address(&row.dossier, law)),
        field("收件日期", numeric_date(received_on)),
        field("办理期限", format!("{due}{guessed}")),
        field("办理机关", &authority.name),
    ];
    if let Some(number) = number_of(tx, row).await? {
        rows.insert(2, field("备案编号", number));
    }
    let materials = tx.materials(FilingId(row.id)).await?;
    let line = |(n, material): (usize, crate::store::entity::material::Model)| {
        let name = law.material(&material.code).map_or(material.code, |m| m.name.clone());
        vec![n.to_string(), name, material.sha256.chars().take(DIGEST).collect()]
    };
    let lines: Vec<_> = (1..).zip(materials).map(line).collect();
    let mut body = vec![Block::Fields { rows }];
    if !lines.is_empty() {
        body.push(Block::Heading { text: format!("收到的材料（{}件）", lines.len()) });
        let head = ["序号", "材料", "文件摘要（SHA-256 前16位）"].map(str::to_owned).to_vec();
        body.push(Block::Table { head, widths: vec![2, 9, 7], rows: lines });
    }
    let facts = Facts {
        values: vec![
            ("clinic", row.dossier.name.clone()),
            ("case", case),
            ("kind", row.kind.zh().to_owned()),
            ("received", numeric_date(received_on)),
            ("due", due),
        ],
        body,
        ..of_filing(PaperKind::Receipt, row, clinic_type, authority)
    };
    make(app, tx, law, actor, facts).await
}

/// 一次性告知书: every defect, where it is, on what basis.
///
/// # Errors
/// `Invalid` at the defect whose text cannot be printed.
pub async fn corrections(
    app: &App,
    tx: &Tx,
    law: &Law,
    actor: &Actor,
    row: &filing::Model,
    notice: &Notice,
) -> Result<()> {
    let Some(clinic_type) = row.dossier.clinic_type else { return Ok(()) };
    let authority = tx.authority(row.authority_id.ok_or(Error::NotFound("authority"))?).await?;
    let today = app.clock.today();
    let item = |defect: &Defect| {
        let basis = facts::basis(law, today, &defect.rule, Some(clinic_type)).join("；");
        let place = law.place(&defect.pointer);
        Item {
            text: defect.detail.clone(), note: format!("位置：{place}。依据：{basis}（规则{}）。", defect.rule)
        }
    };
    let mut rows = vec![
        field("办件编号", row.case_number.clone().unwrap_or_default()),
        field("备案事项", row.kind.zh()),
        field("诊所名称", &row.dossier.name),
        field("告知次数", format!("第{}次", notice.round)),
        field("告知日期", numeric_date(today)),
    ];
    if !notice.reason.trim().is_empty() {
        rows.push(field("再次告知的原因", notice.reason.trim()));
    }
    let typed = notice.defects.iter().enumerate().map(|(n, d)| (format!("/defects/{n}/detail"), d.detail.clone()));
    let facts = Facts {
        values: vec![
            ("clinic", row.dossier.name.clone()),
            ("case", row.case_number.clone().unwrap_or_default()),
            ("kind", row.kind.zh().to_owned()),
            ("round", notice.round.to_string()),
            ("count", notice.defects.len().to_string()),
        ],
        body: vec![
            Block::Fields { rows },
            Block::Heading { text: "需要补正的内容".to_owned() },
            Block::List { items: notice.defects.iter().map(item).collect() },
        ],
        typed: typed.chain([("/reason".to_owned(), notice.reason.clone())]).collect(),
        ..of_filing(PaperKind::CorrectionNotice, row, clinic_type, &authority)
    };
    make(app, tx, law, actor, facts).await
}

/// 遗失声明 of the clinic, published with the announcement whose id it has.
///
/// # Errors
/// What the store answers.
pub async fn lost(
    app: &App,
    tx: &Tx,
    law: &Law,
    actor: &Actor,
    row: &filing::Model,
    clinic: &clinic::Model,
    announcement: Uuid,
) -> Result<()> {
    let authority = tx.authority(clinic.authority_id).await?;
    let record = &clinic.record;
    let (title, issued) = (record.kind.title().to_owned(), numeric_date(record.issued_on));
    let mut rows = vec![
        field("诊所名称", &clinic.name),
        field("备案编号", &clinic.number),
        field("诊所地址", &record.address),
        field("遗失的证照", format!("{title}第{}版", record.version)),
        field("签发日期", &issued),
        field("签发机关", &record.authority.name),
    ];
    if let Some(on) = row.particulars.as_ref().and_then(|said| said.effective_on) {
        rows.push(field("发现遗失日期", numeric_date(on)));
    }
    let mut facts = Facts {
        issuer: Some(clinic.name.clone()),
        // The clinic's own paper stands in no series of the office.
        number: row.case_number.clone(),
        addressee: String::new(),
        values: vec![
            ("clinic", clinic.name.clone()),
            ("number", clinic.number.clone()),
            ("certificate", title),
            ("version", record.version.to_string()),
            ("issued", issued),
        ],
        body: vec![Block::Fields { rows }],
        ..of_filing(PaperKind::LossDeclaration, row, record.clinic_type, &authority)
    };
    facts.belongs.id = Some(announcement);
    facts.belongs.certificate = Some(clinic.certificate_id);
    make(app, tx, law, actor, facts).await
}

/// The lost certificate was found: its declaration no longer counts.
///
/// # Errors
/// What the store answers.
pub async fn found(app: &App, tx: &Tx, row: &filing::Model) -> Result<()> {
    tx.withdraw_papers(row.id, PaperKind::LossDeclaration, app.clock.now()).await
}

fn of_filing<'a>(
    kind: PaperKind,
    row: &filing::Model,
    clinic_type: ClinicType,
    authority: &'a authority::Model,
) -> Facts<'a> {
    let belongs = Belongs {
        owner: Some(row.owner_id),
        filing: Some(row.id),
        step: Some(row.version),
        clinic: row.clinic_id,
        ..Belongs::default()
    };
    Facts {
        kind,
        of: row.kind.code(),
        clinic_type,
        authority,
        issuer: None,
        number: None,
        addressee: row.dossier.name.clone(),
        values: vec![],
        body: vec![],
        basis: vec![],
        belongs,
        typed: vec![],
    }
}

/// 备案编号 of the clinic that the filing is about, where it has one.
async fn number_of(tx: &Tx, row: &filing::Model) -> Result<Option<String>> {
    match row.clinic_id {
        Some(id) => Ok(Some(tx.clinic(id).await?.number)),
        None => Ok(None),
    }
}
