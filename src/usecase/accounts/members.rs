//! 经办人: people whom the owner of clinics lets in to prepare filings. He invites one by a code that he hands over himself;
//! with it the clerk makes an account of his own, which works for this owner and for nobody else.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::app::App;
use crate::domain::access::AccountEvent;
use crate::domain::actor::{Actor, Capacity, Role};
use crate::domain::filing::holder_alone;
use crate::domain::id::AccountId;
use crate::domain::message::MessageKind;
use crate::error::{Clash, Error, Problem, Result};
use crate::store::entity::{account, member};
use crate::store::idempotency::Once;
use crate::usecase::accounts::registration::{self, LONGEST_NAME};
use crate::usecase::accounts::{actor_of, events, passwords, people, recovery};
use crate::usecase::messages::{self, About};
use crate::usecase::pace::{self, Client, Limit};

/// How long an invitation is good.
pub const GOOD: TimeDelta = TimeDelta::days(7);

/// Most clerks of an owner, open invitations among them.
const MOST: u64 = 20;

/// The actor that an account is now: for its own holder, or for the owner whom it works for.
///
/// # Errors
/// `Unauthenticated` when it worked for somebody and does no longer, or that one's account was closed.
pub async fn acting(app: &App, account: account::Model) -> Result<Actor> {
    let actor = actor_of(account);
    if actor.role != Role::Clinic {
        return Ok(actor);
    }
    let Some(member) = app.store.membership(actor.id.0).await? else { return Ok(actor) };
    let owner = app.store.account_by_id(member.owner_id).await?.filter(|owner| owner.closed_at.is_none());
    match owner {
        Some(owner) if member.ended_at.is_none() => {
            Ok(Actor { owner: AccountId(owner.id), capacity: Capacity::Clerk, ..actor })
        }
        _ => Err(Error::Unauthenticated),
    }
}

/// A clerk, or somebody who is invited.
pub struct Member {
    pub id: Uuid,
    pub name: String,
    pub invited_at: DateTime<Utc>,
    /// Until when the code is good; none once it was used.
    pub expires_at: Option<DateTime<Utc>>,
    /// None until the code was used.
    pub login: Option<String>,
    pub joined_at: Option<DateTime<Utc>>,
    /// As far as sessions are kept.
    pub seen_at: Option<DateTime<Utc>>,
}

impl Member {
    fn of(row: member::Model, account: Option<account::Model>, seen_at: Option<DateTime<Utc>>) -> Self {
        Self {
            id: row.id,
            name: row.name,
            invited_at: row.created_at,
            expires_at: Some(row.expires_at).filter(|_| account.is_none()),
            login: account.map(|account| account.login),
            joined_at: row.joined_at,
            seen_at,
        }
    }
}

/// Somebody who was just invited: the only moment the code is known.
pub struct Invited {
    pub code: String,
    pub member: Member,
}

/// What a clerk says who joins.
pub struct Joining<'a> {
    pub code: &'a str,
    pub login: &'a str,
    pub password: &'a str,
}

/// Only whoever owns clinics, himself.
fn owner(actor: &Actor) -> Result<Uuid> {
    if actor.role != Role::Clinic || actor.capacity == Capacity::Assistant {
        return Err(Error::Forbidden);
    }
    holder_alone(actor, ("管理经办人", "manage clerks"))?;
    Ok(actor.id.0)
}

/// One's own clerks and open invitations, the first invited first.
///
/// # Errors
/// `Forbidden` for who owns no clinics; `Refused` for a clerk.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Member>> {
    let mut list = vec![];
    for (row, account) in app.store.members(owner(actor)?, app.clock.now()).await? {
        let seen_at = match &account {
            Some(account) => app.store.last_seen(account.id).await?,
            None => None,
        };
        list.push(Member::of(row, account, seen_at));
    }
    Ok(list)
}

/// Invites a clerk. Asked for again by the same key, the invitation is the same, and its code a new one: what was shown
/// last is good.
///
/// # Errors
/// As [`list`]; `Invalid` without a name; `Conflict` when there are too many.
pub async fn invite(app: &App, actor: &Actor, name: &str, once: &Once) -> Result<Invited> {
    let owner = owner(actor)?;
    let name = name.trim();
    if !(1..=LONGEST_NAME).contains(&name.chars().count()) {
        let zh = "请填写经办人的姓名，最多60个字。";
        return Err(Error::field("/name", zh, "Give the clerk's name, at most 60 characters."));
    }
    let (now, code) = (app.clock.now(), recovery::draw(app)?);
    let mut row = member::Model {
        id: app.clock.new_id(),
        owner_id: owner,
        account_id: None,
        name: name.to_owned(),
        code_hash: Some(passwords::of_code(&code)),
        created_at: now,
        expires_at: now + GOOD,
        joined_at: None,
        ended_at: None,
    };
    let tx = app.store.begin().await?;
    match tx.claim(once, row.id, now).await? {
        None => {
            if tx.count_members(owner, now).await? >= MOST {
                return Err(Error::Conflict(Clash::MembersFull));
            }
            tx.add_member(row.clone()).await?;
            events::own(app, &tx, actor, AccountEvent::MemberInvited, name).await?;
        }
        Some(earlier) => {
            let known = tx.member(owner, earlier, now).await?;
            if known.account_id.is_some() {
                return Err(Error::Stale);
            }
            let hash = row.code_hash.take();
            row = member::Model { expires_at: row.expires_at, code_hash: hash, ..known };
            tx.renew_invitation(row.id, row.code_hash.as_deref().unwrap_or_default(), row.expires_at).await?;
        }
    }
    tx.commit().await?;
    Ok(Invited { code: recovery::grouped(&code), member: Member::of(row, None, None) })
}

/// Ends a clerk's work: the account is closed, sessions and tokens end. Or takes an invitation back. What was prepared stays.
///
/// # Errors
/// As [`list`]; `NotFound` when there is no such clerk of one's own, or no longer.
pub async fn end(app: &App, actor: &Actor, id: Uuid) -> Result<()> {
    let owner = owner(actor)?;
    let now = app.clock.now();
    let tx = app.store.begin().await?;
    let row = tx.member(owner, id, now).await?;
    if !tx.end_member(row.id, now).await? {
        return Err(Error::NotFound("member"));
    }
    if let Some(clerk) = row.account_id {
        let (clerk, by) = (tx.account(clerk).await?, tx.account(owner).await?);
        people::closed(app, &tx, &clerk, "诊所负责人结束了经办人的办理", Some(&by)).await?;
    }
    events::own(app, &tx, actor, AccountEvent::MemberEnded, &row.name).await?;
    tx.commit().await
}

/// Makes the account of a clerk who was invited.
///
/// # Errors
/// `Invalid` with every defect, a code that is none or none any longer among them; `TooMany` when one client tries too often.
pub async fn join(app: &App, client: &Client, new: Joining<'_>) -> Result<account::Model> {
    let password = passwords::normalised(new.password);
    // Before the code is looked at: what is badly filled in tells nothing of it.
    let mut problems = registration::login_defects(new.login);
    problems.extend(passwords::defects(app, &password, &[new.login]).await?);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    pace::take(app, Limit::Registrations, client).await?;
    let hash = passwords::of_code(&recovery::normalised(new.code));
    let known = app.store.begin().await?.invitation(&hash, app.clock.now()).await?.ok_or_else(wrong_code)?;
    let problems = passwords::defects(app, &password, &[new.login, &known.name]).await?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let (now, password_hash) = (app.clock.now(), passwords::hash(app, password).await?);
    let row = account::Model {
        id: app.clock.new_id(),
        login: new.login.to_owned(),
        password_hash,
        display_name: known.name.clone(),
        role: Role::Clinic,
        authority_id: None,
        demonstration: false,
        created_at: now,
        holder_kind: None,
        holder_sealed: None,
        holder_digest: None,
        totp_sealed: None,
        totp_step: None,
        password_changed_at: Some(now),
        closed_at: None,
    };
    let added = async {
        let tx = app.store.begin().await?;
        let owner = tx.account(known.owner_id).await?;
        tx.add_account(row.clone()).await?;
        if owner.closed_at.is_some() || !tx.join_member(known.id, row.id, now).await? {
            return Err(wrong_code());
        }
        events::note(app, &tx, row.id, AccountEvent::Registered, "经办人", Some(&row)).await?;
        events::note(app, &tx, owner.id, AccountEvent::MemberJoined, &row.login, Some(&row)).await?;
        messages::tell(app, &tx, About::of(owner.id, MessageKind::MemberJoined)).await?;
        tx.commit().await
    };
    match added.await {
        Ok(()) => {
            app.work.notify_one();
            Ok(row)
        }
        Err(Error::Conflict(Clash::Taken)) => Err(Error::Invalid(vec![registration::login_taken()])),
        Err(error) => Err(error),
    }
}

fn wrong_code() -> Error {
    let zh = "邀请码不正确，或者已过期、已用过、已收回。请核对，或者请诊所负责人重新邀请。";
    let en =
        "The code is wrong, or it has expired, was used or taken back. Check it, or ask the owner to invite you anew.";
    Error::Invalid(vec![Problem::new("/code", zh, en)])
}
