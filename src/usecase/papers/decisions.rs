//! Papers of a decision: the decision itself for the clinic, and the announcement for everybody.

use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::deadline::numeric_date;
use crate::domain::law::{Confidence, Law};
use crate::domain::paper::{Block, PaperKind};
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{authority, clinic, decision};
use crate::usecase::papers::make::{Belongs, Facts, field, lines, make};

/// 决定书 and 公告 of what has just been decided; the announcement on paper has the id of the announcement in the register
/// and says the same.
///
/// # Errors
/// `Invalid` when a text of the proposal cannot be printed.
pub async fn decided(
    app: &App,
    tx: &Tx,
    law: &Law,
    actor: &Actor,
    (row, clinic, authority): (&decision::Model, &clinic::Model, &authority::Model),
    (announcement, announced): (Uuid, &str),
) -> Result<()> {
    let effective = numeric_date(row.effective_on);
    // What the register inferred is no law and stands on no paper as such.
    let ground = law.ground(&row.ground, app.clock.today());
    let inferred = ground.is_some_and(|ground| ground.confidence == Confidence::Inferred);
    let basis = || if inferred { vec![] } else { vec![row.basis.clone()] };
    let party = || {
        vec![
            field("诊所名称", &clinic.name),
            field("备案编号", &clinic.number),
            field("诊所地址", &clinic.record.address),
            field("决定种类", row.kind.zh()),
            field("法定情形", &row.ground_text),
            field("生效日期", &effective),
        ]
    };
    let values = || {
        vec![
            ("clinic", clinic.name.clone()),
            ("number", clinic.number.clone()),
            ("decision", row.kind.zh().to_owned()),
            ("ground", row.ground_text.clone()),
            ("effective", effective.clone()),
            ("announced", announced.to_owned()),
        ]
    };
    let paragraph = |line: &str| Block::Paragraph { text: line.to_owned() };
    let body = [Block::Fields { rows: party() }, Block::Heading { text: "认定的事实".to_owned() }]
        .into_iter()
        .chain(lines(&row.facts).map(paragraph))
        .chain([Block::Heading { text: "决定".to_owned() }]);
    let decision = Facts {
        values: values(),
        body: body.collect(),
        basis: basis(),
        ..of_decision(PaperKind::Decision, row, clinic, authority)
    };
    make(app, tx, law, actor, decision).await?;
    let mut public = Facts {
        addressee: String::new(),
        values: values(),
        body: vec![Block::Fields { rows: party() }],
        basis: basis(),
        ..of_decision(PaperKind::Announcement, row, clinic, authority)
    };
    public.belongs.id = Some(announcement);
    make(app, tx, law, actor, public).await
}

fn of_decision<'a>(
    kind: PaperKind,
    row: &decision::Model,
    clinic: &clinic::Model,
    authority: &'a authority::Model,
) -> Facts<'a> {
    let belongs =
        Belongs { owner: Some(clinic.owner_id), decision: Some(row.id), clinic: Some(clinic.id), ..Belongs::default() };
    Facts {
        kind,
        of: row.kind.code(),
        clinic_type: clinic.record.clinic_type,
        authority,
        issuer: None,
        // Decision and announcement are one document to the office: what it typed is their number everywhere.
        number: Some(row.document_number.trim().to_owned()).filter(|typed| !typed.is_empty()),
        addressee: clinic.name.clone(),
        values: vec![],
        body: vec![],
        basis: vec![],
        belongs,
        typed: vec![],
    }
}
