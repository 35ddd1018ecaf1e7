//! Reports from the public: received from anybody, routed to whoever supervises, worked off within their time.

use uuid::Uuid;

mod intake;
mod photos;
mod steps;

pub use crate::store::complaints::ComplaintFilter;
pub use intake::{New, Sender, areas, check, create, form_key};
pub use photos::{Picture, add as add_photo, clean, view as view_photo};
pub use steps::{Command, act, unmask};

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::complaint::{self, ComplaintAction, ComplaintStage};
use crate::domain::deadline::numeric_date;
use crate::domain::id::ComplaintId;
use crate::domain::short_code::ShortCode;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{authority, clinic, complaint as row, complaint_event, complaint_photo};
use crate::usecase::clocks::Subject;
use crate::usecase::facts;
use crate::usecase::pace::{self, Client, Limit};

/// Who takes the first step.
const PUBLIC: &str = "公众";

/// A report with all that the office's view shows.
pub struct Case {
    pub row: row::Model,
    pub clinic: Option<clinic::Model>,
    pub authority: authority::Model,
    pub photos: Vec<complaint_photo::Model>,
    /// What the reader may do to it now.
    pub actions: Vec<ComplaintAction>,
}

/// What whoever has the reference number may know: never what was reported, never by whom.
pub struct Followed {
    pub row: row::Model,
    pub authority: authority::Model,
    pub photos: u64,
    /// Every step that changed its stage, oldest first.
    pub steps: Vec<complaint_event::Model>,
}

impl Followed {
    /// Where it stands and what happens next, in Chinese.
    pub fn zh(&self) -> String {
        let (name, by, due) = (&self.authority.name, numeric_date(self.row.accept_by), numeric_date(self.row.due_on));
        match self.row.stage {
            ComplaintStage::Received => format!("{name}已收到，将在{by}前决定是否受理，在{due}前办结并答复。"),
            ComplaintStage::Forwarded => format!("已转由{name}办理，将在{by}前决定是否受理，在{due}前办结并答复。"),
            ComplaintStage::Accepted => format!("{name}已受理，将在{due}前办结并答复。"),
            ComplaintStage::Closed => {
                let outcome = self.row.outcome.map(|outcome| outcome.zh()).unwrap_or_default();
                format!("{name}已办结：{outcome}。")
            }
        }
    }

    /// The same in English.
    pub fn en(&self) -> String {
        let (by, due) = (self.row.accept_by, self.row.due_on);
        match self.row.stage {
            ComplaintStage::Received => format!("Received; accepted or declined by {by}, answered by {due}."),
            ComplaintStage::Forwarded => {
                format!("Forwarded to another authority; accepted or declined by {by}, answered by {due}.")
            }
            ComplaintStage::Accepted => format!("Being handled; answered by {due}."),
            ComplaintStage::Closed => {
                format!("Closed: {}.", self.row.outcome.map(|outcome| outcome.en()).unwrap_or_default())
            }
        }
    }
}

/// Whose clock a report's is.
fn subject(row: &row::Model) -> Subject {
    Subject {
        id: row.id,
        complaint: Some(row.id),
        clinic: row.clinic_id,
        authority: Some(row.authority_id),
        ..Subject::default()
    }
}

/// Appends to the history of a report.
async fn log(
    app: &App,
    tx: &Tx,
    row: &row::Model,
    actor: Option<&Actor>,
    action: ComplaintAction,
    from: ComplaintStage,
    note: String,
) -> Result<()> {
    let event = complaint_event::Model {
        id: app.clock.new_id(),
        complaint_id: row.id,
        // Every step is a version.
        sequence: row.version,
        at: app.clock.now(),
        actor_id: actor.map(|actor| actor.id.0),
        actor_name: actor.map_or_else(|| PUBLIC.to_owned(), |actor| actor.name.clone()),
        action,
        from_stage: from,
        to_stage: row.stage,
        note,
    };
    tx.add_complaint_event(event).await
}

/// The case of a row that the actor has loaded within scope, or has just taken a step on; how the reporter can be reached
/// is masked.
async fn case_of(tx: &Tx, actor: &Actor, mut row: row::Model) -> Result<Case> {
    row.contact = complaint::masked_contact(&row.contact);
    let clinic = match row.clinic_id {
        Some(id) => Some(tx.clinic(id).await?),
        None => None,
    };
    let ours = actor.authority.is_some_and(|authority| authority.0 == row.authority_id);
    Ok(Case {
        authority: tx.authority(row.authority_id).await?,
        photos: tx.complaint_photos(row.id).await?,
        actions: if ours { complaint::allowed(row.stage, actor.role) } else { vec![] },
        clinic,
        row,
    })
}

async fn followed(tx: &Tx, row: row::Model) -> Result<Followed> {
    let mut steps = tx.complaint_events(row.id).await?;
    steps.retain(|step| step.from_stage != step.to_stage || step.action == ComplaintAction::Receive);
    Ok(Followed {
        authority: tx.authority(row.authority_id).await?,
        photos: tx.count_complaint_photos(row.id).await?,
        steps,
        row,
    })
}

/// Where a report stands, for whoever has its reference number; hyphens, blanks and small letters do not matter.
///
/// # Errors
/// `NotFound` when there is none, or the number was copied with a mistake; `TooMany` for whoever guesses.
pub async fn follow(app: &App, reference: &str, client: &Client) -> Result<Followed> {
    pace::take(app, Limit::Follows, client).await?;
    let reference: ShortCode = reference.parse().map_err(|_| Error::NotFound("complaint"))?;
    let tx = app.store.snapshot().await?;
    let row = tx.complaint_by_reference(&reference).await?;
    followed(&tx, row).await
}

/// A report within the actor's scope.
///
/// # Errors
/// `NotFound` outside of it.
pub async fn view(app: &App, actor: &Actor, id: ComplaintId) -> Result<Case> {
    let tx = app.store.snapshot().await?;
    let row = tx.complaint(actor, id).await?;
    case_of(&tx, actor, row).await
}

/// Reports within the actor's scope with the clinics that they are about, newest first; one more than `limit` when there
/// is a next page. `overdue`: whether the answer is late.
///
/// # Errors
/// What the store answers.
pub async fn list(
    app: &App,
    actor: &Actor,
    mut filter: ComplaintFilter,
    overdue: Option<bool>,
    limit: u64,
) -> Result<Vec<(row::Model, Option<clinic::Model>)>> {
    filter.clinic = filter.clinic.map(|number| facts::canonical_number(&number));
    filter.overdue = overdue.map(|overdue| (overdue, app.clock.today()));
    let rows = app.store.complaints(actor, filter, limit + 1).await?;
    let clinics = app.store.clinics_by_id(rows.iter().filter_map(|row| row.clinic_id)).await?;
    let with = |row: row::Model| {
        let clinic = row.clinic_id.and_then(|id| clinics.get(&id).cloned());
        (row, clinic)
    };
    Ok(rows.into_iter().map(with).collect())
}

/// The history, oldest first.
///
/// # Errors
/// `NotFound` outside the actor's scope.
pub async fn history(app: &App, actor: &Actor, id: ComplaintId) -> Result<Vec<complaint_event::Model>> {
    app.store.complaint(actor, id).await?;
    app.store.complaint_events(id).await
}

/// The report that an idempotency key stands for.
async fn claimed(tx: &Tx, actor: &Actor, id: Uuid) -> Result<Case> {
    let row = tx.claimed_complaint(id).await?;
    case_of(tx, actor, row).await
}
