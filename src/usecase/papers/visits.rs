//! Papers of a visit: its record, and the notice to put things right.

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::deadline::numeric_date;
use crate::domain::law::Law;
use crate::domain::paper::{Block, Item, PaperKind};
use crate::domain::visit::{CheckResult, Checked, Record, VisitAction};
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{authority, clinic, visit};
use crate::usecase::papers::make::{Belongs, Facts, field, lines, make};

/// 现场核查记录: every line of the checklist, what was found, who was there.
///
/// # Errors
/// `Invalid` at the text of the record that cannot be printed.
pub async fn recorded(
    app: &App,
    tx: &Tx,
    law: &Law,
    actor: &Actor,
    (row, clinic): (&visit::Model, &clinic::Model),
    action: VisitAction,
) -> Result<()> {
    let Some(record) = &row.record else { return Ok(()) };
    let supervisor = tx.authority(row.supervisor_id).await?;
    let photos = tx.visit_photos(row.id).await?.len();
    let signed = if record.signed_by.trim().is_empty() { "未签字" } else { record.signed_by.as_str() };
    let visited = numeric_date(record.visited_on);
    let rows = vec![
        field("核查编号", &row.case_number),
        field("种类", row.kind.zh()),
        field("诊所名称", &clinic.name),
        field("备案编号", &clinic.number),
        field("诊所地址", &clinic.record.address),
        field("核查日期", &visited),
        field("核查人员", record.visitors.join("、")),
        field("在场人员签字", signed),
        field("现场照片", format!("{photos}张")),
    ];
    let mut body = vec![Block::Fields { rows }, Block::Heading { text: "核查情况".to_owned() }];
    if record.checked.is_empty() {
        // Nothing could be checked: what stood in the way is the record. Beside a checklist it is a note for the file.
        let paragraph = |line: &str| Block::Paragraph { text: line.to_owned() };
        body.push(paragraph("未能逐项核查。"));
        body.extend(lines(&record.findings).map(paragraph));
    } else {
        let head = ["序号", "核查内容", "结果", "说明"].map(str::to_owned).to_vec();
        let table = (1usize..).zip(&record.checked).map(|(n, line)| checked(row, n, line)).collect();
        body.push(Block::Table { head, widths: vec![2, 10, 3, 6], rows: table });
    }
    let facts = Facts {
        values: vec![
            ("clinic", clinic.name.clone()),
            ("number", clinic.number.clone()),
            ("case", row.case_number.clone()),
            ("kind", row.kind.zh().to_owned()),
            ("visited", visited),
            ("outcome", outcome(row, action)),
        ],
        body,
        typed: typed(record),
        ..of_visit(PaperKind::VisitRecord, row, clinic, &supervisor)
    };
    make(app, tx, law, actor, facts).await
}

/// 限期整改通知书: every defect, by when, and what follows otherwise.
///
/// # Errors
/// `Invalid` when a text cannot be printed.
pub async fn rectified(
    app: &App,
    tx: &Tx,
    law: &Law,
    actor: &Actor,
    (row, clinic): (&visit::Model, &clinic::Model),
    reason: &str,
) -> Result<()> {
    let (Some(record), Some(by)) = (&row.record, row.rectify_by) else { return Ok(()) };
    let supervisor = tx.authority(row.supervisor_id).await?;
    let items: Vec<Item> =
        record.checked.iter().filter(|line| line.result == CheckResult::Defect).map(|line| defect(row, line)).collect();
    let mut rows = vec![
        field("核查编号", &row.case_number),
        field("诊所名称", &clinic.name),
        field("备案编号", &clinic.number),
        field("诊所地址", &clinic.record.address),
        field("核查日期", numeric_date(record.visited_on)),
        field("整改期限", numeric_date(by)),
    ];
    if !reason.trim().is_empty() {
        rows.push(field("说明", reason.trim()));
    }
    let facts = Facts {
        values: vec![
            ("clinic", clinic.name.clone()),
            ("number", clinic.number.clone()),
            ("case", row.case_number.clone()),
            ("kind", row.kind.zh().to_owned()),
            ("visited", numeric_date(record.visited_on)),
            ("by", numeric_date(by)),
            ("count", items.len().to_string()),
        ],
        body: vec![
            Block::Fields { rows },
            Block::Heading { text: "不符合要求的内容".to_owned() },
            Block::List { items },
        ],
        typed: typed(record).into_iter().chain([("/reason".to_owned(), reason.to_owned())]).collect(),
        ..of_visit(PaperKind::RectificationNotice, row, clinic, &supervisor)
    };
    make(app, tx, law, actor, facts).await
}

/// What the visit came to, in words.
fn outcome(row: &visit::Model, action: VisitAction) -> String {
    match (action, row.rectify_by) {
        (VisitAction::OrderRectification, Some(by)) => format!("不符合要求，责令于{}前改正", numeric_date(by)),
        (VisitAction::Pass, _) => "符合要求".to_owned(),
        _ => row.stage.zh().to_owned(),
    }
}

fn checked(row: &visit::Model, n: usize, line: &Checked) -> Vec<String> {
    vec![n.to_string(), said(row, line).0, line.result.zh().to_owned(), line.note.clone()]
}

fn defect(row: &visit::Model, line: &Checked) -> Item {
    let (text, basis) = said(row, line);
    Item { text: line.note.clone(), note: format!("核查内容：{text}。依据：{basis}。") }
}

/// A line of the checklist as it was when the visit was ordered: what is looked at, and on what basis.
fn said(row: &visit::Model, line: &Checked) -> (String, String) {
    let item = row.checklist.0.iter().find(|item| item.code == line.code);
    item.map_or_else(|| (line.code.clone(), String::new()), |item| (item.text.clone(), item.basis.clone()))
}

/// What the inspector has typed.
fn typed(record: &Record) -> Vec<(String, String)> {
    let visitors = record.visitors.iter().enumerate().map(|(n, name)| (format!("/record/visitors/{n}"), name.clone()));
    let notes = record.checked.iter().enumerate().map(|(n, c)| (format!("/record/checked/{n}/note"), c.note.clone()));
    let signed = [("/record/signed_by".to_owned(), record.signed_by.clone())];
    let refusal = record.checked.is_empty().then(|| ("/record/findings".to_owned(), record.findings.clone()));
    visitors.chain(notes).chain(signed).chain(refusal).collect()
}

fn of_visit<'a>(
    kind: PaperKind,
    row: &visit::Model,
    clinic: &clinic::Model,
    supervisor: &'a authority::Model,
) -> Facts<'a> {
    let belongs = Belongs {
        owner: Some(row.owner_id),
        visit: Some(row.id),
        step: Some(row.version),
        clinic: Some(clinic.id),
        ..Belongs::default()
    };
    Facts {
        kind,
        of: row.kind.code(),
        clinic_type: clinic.record.clinic_type,
        authority: supervisor,
        issuer: None,
        number: None,
        addressee: clinic.name.clone(),
        values: vec![],
        body: vec![],
        basis: vec![],
        belongs,
        typed: vec![],
    }
}
