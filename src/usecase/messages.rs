//! What the owner of a clinic is told of: one message for each event, in the transaction of what it tells of, and one
//! delivery for each confirmed address of his and of his clerks.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::app::App;
use crate::domain::clock::Mark;
use crate::domain::lifecycle::{Action, Stage};
use crate::domain::message::{self as told, MessageKind, Values};
use crate::domain::task::Task;
use crate::domain::visit::VisitAction;
use crate::error::Result;
use crate::store::Tx;
use crate::store::entity::{clinic, deadline, decision, delivery, filing, message, visit};

/// What a message is about.
pub struct About {
    pub owner: Uuid,
    pub kind: MessageKind,
    pub filing: Option<Uuid>,
    pub clinic: Option<Uuid>,
    /// Never personal data.
    pub values: Values,
}

impl About {
    /// A message that places nothing.
    pub fn of(owner: Uuid, kind: MessageKind) -> Self {
        Self { owner, kind, filing: None, clinic: None, values: Values::default() }
    }
}

/// Tells an owner, in the transaction of what happened.
///
/// # Errors
/// What the store answers.
pub async fn tell(app: &App, tx: &Tx, about: About) -> Result<()> {
    let now = app.clock.now();
    let About { owner, kind, filing, clinic, values } = about;
    let row = message::Model {
        id: app.clock.new_id(),
        owner_id: owner,
        kind,
        filing_id: filing,
        clinic_id: clinic,
        values,
        at: now,
        read_at: None,
    };
    let id = row.id;
    tx.add_message(row).await?;
    for contact in tx.contacts_told(owner).await? {
        if !app.post.offers(contact.channel) {
            continue;
        }
        let row = delivery::Model {
            id: app.clock.new_id(),
            message_id: id,
            contact_id: contact.id,
            created_at: now,
            sent_at: None,
            given_up_at: None,
        };
        let delivery = row.id;
        tx.add_delivery(row).await?;
        tx.enqueue(app.clock.new_id(), Task::Deliver { delivery }, now).await?;
    }
    Ok(())
}

/// Tells of a step of a filing. What is no news to its owner is not told.
///
/// # Errors
/// What the store answers.
pub async fn of_step(app: &App, tx: &Tx, row: &filing::Model, action: Action, from: Stage) -> Result<()> {
    let kind = match action {
        Action::Submit => MessageKind::Submitted,
        Action::RequestCorrection => MessageKind::CorrectionRequested,
        Action::Redirect => MessageKind::Redirected,
        Action::Issue => MessageKind::Issued,
        Action::Withdraw if from != Stage::Draft => MessageKind::Withdrawn,
        Action::Withdraw | Action::Recommend | Action::Import => return Ok(()),
    };
    let office = match row.authority_id {
        Some(id) if action == Action::Redirect => tx.authority(id).await?.name,
        _ => String::new(),
    };
    let values = Values::from([
        ("case", row.case_number.clone().unwrap_or_default()),
        ("name", row.dossier.name.clone()),
        ("kind", row.kind.code()),
        ("due", row.due_on.map(|day| day.to_string()).unwrap_or_default()),
        ("count", row.notice.as_ref().map_or(0, |notice| notice.defects.len()).to_string()),
        ("office", office),
    ]);
    let about = About { owner: row.owner_id, kind, filing: Some(row.id), clinic: row.clinic_id, values };
    tell(app, tx, about).await
}

/// Tells of a visit: that it will be made, or what came of it.
///
/// # Errors
/// What the store answers.
pub async fn of_visit(
    app: &App,
    tx: &Tx,
    row: &visit::Model,
    clinic: &clinic::Model,
    action: Option<VisitAction>,
) -> Result<()> {
    if matches!(action, Some(VisitAction::Assign | VisitAction::Drop)) {
        return Ok(());
    }
    let due = row.rectify_by.unwrap_or(row.due_on);
    let values = Values::from([
        ("case", row.case_number.clone()),
        ("name", clinic.name.clone()),
        ("number", clinic.number.clone()),
        ("due", due.to_string()),
        ("step", action.map_or_else(|| "announced".to_owned(), VisitAction::code)),
    ]);
    let about = About { clinic: Some(clinic.id), values, ..About::of(row.owner_id, MessageKind::Visit) };
    tell(app, tx, about).await
}

/// Tells of a decision that was made.
///
/// # Errors
/// What the store answers.
pub async fn of_decision(app: &App, tx: &Tx, row: &decision::Model, clinic: &clinic::Model) -> Result<()> {
    let values = Values::from([
        ("case", row.case_number.clone()),
        ("name", clinic.name.clone()),
        ("number", clinic.number.clone()),
        ("decision", row.kind.code()),
    ]);
    let about = About { clinic: Some(clinic.id), values, ..About::of(clinic.owner_id, MessageKind::Decision) };
    tell(app, tx, about).await
}

/// Tells of clocks that came to a mark: those within which the owner himself has something to do, once for the same thing
/// on the same day.
///
/// # Errors
/// What the store answers.
pub async fn of_clocks(app: &App, tx: &Tx, mark: Mark, rows: &[deadline::Model]) -> Result<()> {
    let kind = match mark {
        Mark::Warned => MessageKind::DeadlineNear,
        Mark::Overdue => MessageKind::DeadlinePassed,
        Mark::Escalated => return Ok(()),
    };
    let mut seen = BTreeSet::new();
    for row in rows {
        let his = told::owners_duty(&row.rule, row.visit_id == Some(row.subject_id));
        let (true, Some(owner), Some(clinic)) = (his, row.owner_id, row.clinic_id) else { continue };
        if !seen.insert((clinic, row.rule.as_str(), row.due_on)) {
            continue;
        }
        let clinic = tx.clinic(clinic).await?;
        let values = Values::from([
            ("name", clinic.name),
            ("number", clinic.number),
            ("rule", row.rule.clone()),
            ("due", row.due_on.to_string()),
        ]);
        tell(app, tx, About { clinic: Some(clinic.id), values, ..About::of(owner, kind) }).await?;
    }
    Ok(())
}
