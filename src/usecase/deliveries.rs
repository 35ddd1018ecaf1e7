//! Messages on their way, as jobs: at least once, with an id that a receiver may know doubles by. What cannot be sent is tried
//! again with the job's pauses, and given up with its last attempt.

use uuid::Uuid;

use crate::app::App;
use crate::domain::message::{Channel, words};
use crate::error::{Error, Result};
use crate::post::{Failure, Parcel};
use crate::store::entity::{job, message};
use crate::store::jobs::last_attempt;
use crate::usecase::contacts;

/// Sends one message to one address.
///
/// # Errors
/// When it could not be sent and will be tried again.
pub async fn send(app: &App, work: &job::Model, id: Uuid) -> Result<()> {
    let Some((row, told, to)) = app.store.delivery(id).await? else { return done(app, work, None).await };
    let (subject, text) = text(app, &told, to.channel);
    let address = contacts::address(app, &to)?;
    let parcel = Parcel { id: row.id, at: row.created_at, channel: to.channel, to: address, subject, text };
    match dispatch(app, parcel).await? {
        Ok(()) => done(app, work, Some((id, true))).await,
        // The cause names no address: see `Failure`.
        Err(Failure::Later(cause)) if !last_attempt(work) => Err(Error::Internal(anyhow::anyhow!(cause))),
        Err(failure) => {
            tracing::warn!(delivery = %id, cause = %failure, "a message was given up");
            done(app, work, Some((id, false))).await
        }
    }
}

/// Hands something over without holding up what else the process does.
pub(super) async fn dispatch(app: &App, parcel: Parcel) -> Result<Result<(), Failure>> {
    let post = app.post.clone();
    tokio::task::spawn_blocking(move || post.send(&parcel)).await.map_err(Error::internal)
}

async fn done(app: &App, work: &job::Model, ended: Option<(Uuid, bool)>) -> Result<()> {
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    if let Some((id, sent)) = ended {
        tx.end_delivery(id, sent, now).await?;
    }
    tx.finish_job(work.id, now).await?;
    tx.commit().await
}

/// Subject and text of a message by a channel.
fn text(app: &App, told: &message::Model, channel: Channel) -> (String, String) {
    let said = words::said(told.kind, &told.values);
    match channel {
        Channel::Sms => (String::new(), words::sms(&app.settings.sms_signature, told.kind, &told.values)),
        Channel::Email => {
            let where_to = format!("{}/my/inbox", app.settings.public_url);
            let text = format!(
                "{}\n请登录查看：{where_to}\n\n{}\nSign in to see it: {where_to}\n\n本邮件由系统自动发送，请勿回复。\n",
                said.zh, said.en
            );
            (format!("{} · {}", said.title_zh, said.title_en), text)
        }
    }
}
