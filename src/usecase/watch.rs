//! The daily round: what follows from the mere passing of time. Asked for once a day by whichever worker comes first, and
//! safe to be run again, by two at once, or on after a crash: each step reads what stands and does what is still to do.

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use crate::app::App;
use crate::domain::clock::{ClockState, Mark};
use crate::domain::deadline::numeric_date;
use crate::domain::lifecycle::Kind;
use crate::domain::particulars::SuspensionReason;
use crate::domain::standing::ClinicAct;
use crate::domain::task::Task;
use crate::domain::verdict::ClinicState;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::{clinic, deadline, job};
use crate::usecase::life::{self, Happening};
use crate::usecase::{clocks, facts, likeness, messages, retention};

/// The rule of 视为歇业.
const LAPSE: &str = "R-063";

/// How many clocks one unit of work takes: few enough that nobody waits for it.
const BATCH: u64 = 500;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Clocks that came near their end.
    pub warned: u64,
    /// Clocks that were escalated.
    pub escalated: u64,
    /// Clocks that ran out.
    pub overdue: u64,
    /// Clinics that are deemed closed now.
    pub closed: u64,
    /// Idempotency keys, ended sessions and counts of reports that were forgotten.
    pub forgotten: u64,
    /// Clinics of an older register that got the keys by which duplicates are found.
    pub likened: u64,
}

/// The job of a day's round: the same id whoever asks.
fn round_of(day: NaiveDate) -> Uuid {
    let digest = Sha256::digest(format!("clinic-registry watch {day}"));
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest).for_each(|(byte, drawn)| *byte = drawn);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// Asks for today's round, unless it was asked for before.
///
/// # Errors
/// What the store answers.
pub async fn ask(app: &App) -> Result<()> {
    let day = app.clock.today();
    let id = round_of(day);
    // Mostly it was, and a look does not wait for a writer.
    if app.store.has_job(id).await? {
        return Ok(());
    }
    let tx = app.store.begin().await?;
    tx.enqueue_once(id, Task::Watch { day }, app.clock.now()).await?;
    tx.commit().await
}

/// Goes the round as a job. One that outlasts its lease is joined by another worker, which takes only what is free.
///
/// # Errors
/// As [`sweep`]; the job is tried again.
pub async fn go(app: &App, work: &job::Model) -> Result<()> {
    let round = sweep(app).await?;
    tracing::info!(?round, "the daily round is done");
    let tx = app.store.begin().await?;
    tx.finish_job(work.id, app.clock.now()).await?;
    tx.commit().await
}

/// Goes the round: the list of its steps, in order.
///
/// # Errors
/// What the store answers; `Unavailable` when somebody else holds what is left to do. What was done stays done.
pub async fn sweep(app: &App) -> Result<Round> {
    let swept = retention::sweep(app).await?;
    Ok(Round {
        forgotten: swept.keys + swept.sessions + swept.windows + swept.uploads,
        warned: note(app, Mark::Warned).await?,
        escalated: note(app, Mark::Escalated).await?,
        overdue: note(app, Mark::Overdue).await?,
        closed: close_lapsed(app).await?,
        likened: likeness::catch_up(app).await?,
    })
}

/// Notes on every clock that has come to `mark` that it has.
async fn note(app: &App, mark: Mark) -> Result<u64> {
    let (today, mut noted) = (app.clock.today(), 0);
    loop {
        let tx = app.store.begin().await?;
        let batch = tx.mark_deadlines(mark, today, app.clock.now(), BATCH).await?;
        messages::of_clocks(app, &tx, mark, &batch).await?;
        tx.commit().await?;
        noted += batch.len() as u64;
        if batch.is_empty() {
            break;
        }
    }
    // Whoever held the rest may yet fail.
    if app.store.has_unmarked(mark, today).await? { Err(Error::Unavailable) } else { Ok(noted) }
}

/// Closes every clinic that has been suspended for longer than the law allows (条例第二十条, R-063).
async fn close_lapsed(app: &App) -> Result<u64> {
    let (mut closed, mut last, mut failure) = (0, None, None);
    loop {
        let rows = app.store.run_out(LAPSE, app.clock.today(), last, BATCH).await?;
        let Some(end) = rows.last() else { break };
        last = Some(end.id);
        for row in rows {
            match lapse(app, &row).await {
                Ok(done) => closed += u64::from(done),
                // Somebody else wrote the clinic: what is left to do is found tomorrow, or was done.
                Err(Error::Stale) => (),
                // One clinic never keeps the round from the others.
                Err(error) => failure = Some(error),
            }
        }
    }
    failure.map_or(Ok(closed), Err)
}

/// Closes the clinic of a clock that has run out; answers whether it did.
async fn lapse(app: &App, row: &deadline::Model) -> Result<bool> {
    let tx = app.store.begin().await?;
    // What was read before may have been ended meanwhile.
    let still = tx.running_deadlines(row.subject_id, LAPSE).await?.iter().any(|running| running.id == row.id);
    let (true, Some(clinic)) = (still, row.clinic_id) else { return Ok(false) };
    let mut clinic = tx.clinic(clinic).await?;
    let lapses = clinic.suspension_reason.is_none_or(SuspensionReason::lapses);
    match clinic.state {
        ClinicState::Suspended if lapses => (),
        // An order to stop came on top of it: that is the authority's to decide.
        ClinicState::Stopped => return Ok(false),
        _ => {
            clocks::stop(&tx, clinic.id, Some(LAPSE)).await?;
            tx.commit().await?;
            return Ok(false);
        }
    }
    if resumes_in_time(&tx, &clinic, row.due_on).await? {
        return Ok(false);
    }
    let (law, today) = (app.law_of(&tx.authority(clinic.authority_id).await?), app.clock.today());
    let since = clinic.suspended_on.map(numeric_date).unwrap_or_default();
    let note = format!("自{since}起停业满一年未恢复执业，视为歇业");
    let what = Happening {
        body: format!("{}（备案编号{}）{note}。", clinic.name, clinic.number),
        basis: facts::basis(&law, today, LAPSE, clinic.dossier.clinic_type).join("；"),
        note,
        ..Happening::new(ClinicAct::DeemClosed, row.due_on, None)
    };
    life::happen(app, &tx, &mut clinic, what).await?;
    tx.end_deadlines(clinic.id, Some(LAPSE), ClockState::Met, Some(today)).await?;
    clocks::stop(&tx, clinic.id, None).await?;
    tx.commit().await?;
    Ok(true)
}

/// Whether the clinic filed to resume before the day passed, and the authority has not decided: it does not lose its clinic
/// by waiting for us.
async fn resumes_in_time(tx: &Tx, clinic: &clinic::Model, due_on: NaiveDate) -> Result<bool> {
    let open = tx.open_filing_of(clinic.id, Uuid::nil()).await?;
    let resumption = open.filter(|filing| filing.kind == Kind::Resumption);
    Ok(resumption.and_then(|filing| filing.received_on).is_some_and(|day| day <= due_on))
}
