//! 消息提醒方式: where somebody wants to be told, too. An address is sealed as soon as it arrives, shown masked, and told
//! nothing before it is confirmed by a code that was sent there.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::domain::actor::{Actor, Capacity, Role};
use crate::domain::identity::mask_phone;
use crate::domain::message::{Channel, words};
use crate::error::{Clash, Error, Result};
use crate::post::{self, Failure, Parcel};
use crate::store::entity::contact;
use crate::usecase::deliveries;
use crate::usecase::pace::{self, Client, Limit};

/// What an address is sealed for.
const PURPOSE: &str = "contact";

/// How long a code is good.
const GOOD: TimeDelta = TimeDelta::minutes(10);

/// How often a code may be tried.
const TRIES: i32 = 5;

/// A channel as it stands for somebody.
pub struct Way {
    pub channel: Channel,
    pub address: Option<Address>,
}

/// An address as it may be shown.
pub struct Address {
    pub masked: String,
    pub confirmed: bool,
    /// The last message there was given up then.
    pub given_up_at: Option<DateTime<Utc>>,
}

fn allowed(actor: &Actor) -> Result<()> {
    let own = actor.role == Role::Clinic && actor.capacity != Capacity::Assistant;
    if own { Ok(()) } else { Err(Error::Forbidden) }
}

/// The channels that this installation has, with one's own address of each.
///
/// # Errors
/// `Forbidden` for who is told nothing.
pub async fn list(app: &App, actor: &Actor) -> Result<Vec<Way>> {
    allowed(actor)?;
    let own = app.store.contacts(actor.id.0).await?;
    let mut ways = vec![];
    for &channel in Channel::ALL {
        let address = match own.iter().find(|row| row.channel == channel) {
            Some(row) => Some(Address {
                masked: masked(channel, &address(app, row)?),
                confirmed: row.confirmed_at.is_some(),
                given_up_at: app.store.last_given_up(row.id).await?,
            }),
            None => None,
        };
        if address.is_some() || app.post.offers(channel) {
            ways.push(Way { channel, address });
        }
    }
    Ok(ways)
}

/// Takes an address and sends a code there. One that is not confirmed yet gives way.
///
/// # Errors
/// `Invalid` when it is none, or the code cannot be sent there; `Conflict` when a confirmed one is to be removed first;
/// `NotFound` where the installation does not have the channel; `TooMany`.
pub async fn add(app: &App, actor: &Actor, channel: Channel, typed: &str) -> Result<()> {
    allowed(actor)?;
    if !app.post.offers(channel) {
        return Err(Error::NotFound("channel"));
    }
    let to = canonical(channel, typed)?;
    pace::take(app, Limit::Codes, &Client(actor.id.to_string())).await?;
    let code = format!("{:06}", u32::from_be_bytes(app.clock.random()?) % 1_000_000);
    let now = app.clock.now();
    let row = contact::Model {
        id: app.clock.new_id(),
        account_id: actor.id.0,
        channel,
        address_sealed: app.vault.seal(PURPOSE, &to, app.clock.random()?)?,
        code_hash: None,
        code_expires_at: Some(now + GOOD),
        code_failures: 0,
        confirmed_at: None,
        created_at: now,
    };
    let row = contact::Model { code_hash: Some(digest(app, &row, &code)), ..row };
    let id = row.id;
    let tx = app.store.begin().await?;
    match tx.contact(actor.id.0, channel).await {
        Ok(former) if former.confirmed_at.is_some() => return Err(Error::Conflict(Clash::Taken)),
        Ok(_) => drop(tx.remove_contacts(actor.id.0, Some(channel)).await?),
        Err(Error::NotFound(_)) => (),
        Err(error) => return Err(error),
    }
    tx.add_contact(row).await?;
    tx.commit().await?;
    // The code itself is kept nowhere, so it is sent now, and by no job.
    let (subject, text) = match channel {
        Channel::Email => words::code_mail(&code),
        Channel::Sms => (String::new(), words::code_sms(&app.settings.sms_signature, &code)),
    };
    let parcel = Parcel { id, at: now, channel, to, subject, text };
    if let Err(failure) = deliveries::dispatch(app, parcel).await? {
        tracing::warn!(cause = %failure, "a code could not be sent");
        let tx = app.store.begin().await?;
        tx.remove_contacts(actor.id.0, Some(channel)).await?;
        tx.commit().await?;
        let (zh, en) = match failure {
            Failure::Never(_) => {
                ("验证码没有被接收，请核对后重新填写。", "The code was not accepted there; check the address.")
            }
            Failure::Later(_) => {
                ("验证码暂时不能发送，请稍后再试。", "The code cannot be sent right now; try again later.")
            }
        };
        return Err(Error::field("/address", zh, en));
    }
    Ok(())
}

/// Confirms an address by the code that was sent there.
///
/// # Errors
/// `Invalid` when the code is wrong, too old, or was tried too often; `NotFound` when nothing is to be confirmed.
pub async fn confirm(app: &App, actor: &Actor, channel: Channel, code: &str) -> Result<()> {
    allowed(actor)?;
    let now = app.clock.now();
    let digits: String = code.chars().filter(char::is_ascii_digit).take(12).collect();
    let tx = app.store.begin().await?;
    let row = tx.contact(actor.id.0, channel).await?;
    if row.confirmed_at.is_some() {
        return Ok(());
    }
    if !tx.try_contact(row.id, TRIES).await? || row.code_expires_at.is_none_or(|until| until <= now) {
        let zh = "验证码已失效，请重新获取。";
        return Err(Error::field("/code", zh, "The code is no longer good; ask for another."));
    }
    if row.code_hash.as_deref() != Some(digest(app, &row, &digits).as_str()) {
        tx.commit().await?;
        let zh = "验证码不正确，请核对后重新输入；连续5次不正确的，须重新获取。";
        return Err(Error::field("/code", zh, "The code is wrong; after five tries ask for another."));
    }
    tx.confirm_contact(row.id, now).await?;
    tx.commit().await
}

/// Forgets one's own address of a channel.
///
/// # Errors
/// `Forbidden` for who is told nothing.
pub async fn remove(app: &App, actor: &Actor, channel: Channel) -> Result<()> {
    allowed(actor)?;
    let tx = app.store.begin().await?;
    tx.remove_contacts(actor.id.0, Some(channel)).await?;
    tx.commit().await
}

/// The address itself, for sending.
pub(super) fn address(app: &App, row: &contact::Model) -> Result<String> {
    Ok(app.vault.open(PURPOSE, &row.address_sealed)?)
}

/// Six digits are soon tried: only the holder of the key can.
fn digest(app: &App, row: &contact::Model, code: &str) -> String {
    app.vault.digest("contact code", &format!("{}\n{code}", row.id))
}

fn masked(channel: Channel, address: &str) -> String {
    match (channel, address.split_once('@')) {
        (Channel::Email, Some((name, host))) => format!("{}***@{host}", name.chars().take(1).collect::<String>()),
        _ => mask_phone(address),
    }
}

/// An address in the form in which it is kept.
fn canonical(channel: Channel, typed: &str) -> Result<String> {
    match channel {
        Channel::Email => {
            let address = typed.trim();
            if post::is_address(address) {
                return Ok(address.to_owned());
            }
            let zh = "电子邮件地址不正确，例如：name@example.com。";
            Err(Error::field("/address", zh, "This is no e-mail address, such as name@example.com."))
        }
        Channel::Sms => {
            let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
            let digits = digits.strip_prefix("+86").unwrap_or(&digits);
            let good = digits.len() == 11
                && digits.bytes().all(|b| b.is_ascii_digit())
                && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]);
            if good {
                return Ok(digits.to_owned());
            }
            let zh = "手机号码不正确，应为11位数字。";
            Err(Error::field("/address", zh, "This is no mobile number of 11 digits."))
        }
    }
}
