//! 经办人: people whom the owner of clinics let in to prepare filings.

use crate::app::App;
use crate::domain::actor::{Actor, Capacity, Role};
use crate::domain::id::AccountId;
use crate::error::Result;
use crate::store::entity::account;
use crate::usecase::accounts::actor_of;

/// The actor that an account is now: for its own holder, or for the owner whom it works for.
///
/// # Errors
/// What the store answers.
pub async fn acting(app: &App, account: account::Model) -> Result<Actor> {
    let actor = actor_of(account);
    if actor.role != Role::Clinic {
        return Ok(actor);
    }
    let owner = app.store.owner_worked_for(actor.id.0).await?;
    Ok(match owner {
        Some(owner) => Actor { owner: AccountId(owner), capacity: Capacity::Clerk, ..actor },
        None => actor,
    })
}
