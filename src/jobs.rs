//! The worker: takes up what committed changes asked for, one task at a time, until it is told to stop.

use std::time::Duration;

use tokio::sync::watch;

use crate::app::App;
use crate::domain::task::Task;
use crate::error::Result;
use crate::store::entity::job;

use crate::usecase::{certificates, deliveries, imports, law, papers, watch as rounds};

/// How often the worker looks without being woken: what another process left.
const LOOK: Duration = Duration::from_secs(2);

/// Works until `stop` says so.
pub async fn work(app: App, mut stop: watch::Receiver<bool>) {
    let mut asked_for = None;
    while !*stop.borrow() {
        if let Err(error) = law::refresh(&app).await {
            tracing::error!(%error, "the newest edition of the law could not be taken over");
        }
        let today = app.clock.today();
        if asked_for != Some(today) {
            match rounds::ask(&app).await {
                Ok(()) => asked_for = Some(today),
                Err(error) => tracing::error!(%error, "the daily round could not be asked for"),
            }
        }
        match step(&app).await {
            Ok(true) => continue,
            Ok(false) => (),
            Err(error) => tracing::error!(%error, "the worker could not claim a task"),
        }
        tokio::select! {
            () = app.work.notified() => (),
            () = tokio::time::sleep(LOOK) => (),
            _ = stop.changed() => (),
        }
    }
}

/// Does everything that is due, the daily round included.
///
/// # Errors
/// What the store answers.
pub async fn drain(app: &App) -> Result<()> {
    rounds::ask(app).await?;
    while step(app).await? {}
    Ok(())
}

/// Does one task, if one is due.
async fn step(app: &App) -> Result<bool> {
    let Some(row) = app.store.claim_job(app.clock.now()).await? else { return Ok(false) };
    if let Err(error) = perform(app, &row).await {
        tracing::warn!(job = %row.id, %error, "a task failed and will be tried again");
        let tx = app.store.begin().await?;
        tx.fail_job(&row, &error.to_string(), app.clock.now()).await?;
        tx.commit().await?;
    }
    Ok(true)
}

async fn perform(app: &App, row: &job::Model) -> Result<()> {
    match &row.task {
        Task::Seal { certificate } => certificates::seal(app, row, *certificate).await,
        Task::Print { paper } => papers::print(app, row, *paper).await,
        Task::Watch { .. } => rounds::go(app, row).await,
        Task::Import { import } => imports::go(app, row, *import).await,
        Task::Deliver { delivery } => deliveries::send(app, row, *delivery).await,
    }
}
