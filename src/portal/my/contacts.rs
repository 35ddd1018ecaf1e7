//! 消息提醒方式: addresses of one's own, each confirmed by a code that was sent there.

use poem::Request;
use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::Form;
use poem::web::Path;
use serde::Deserialize;
use serde::Serialize;

use crate::domain::message::Channel;
use crate::domain::terms::Coded;
use crate::error::Error;
use crate::error::Problem;
use crate::portal::access::minute;
use crate::portal::forms::Refused;
use crate::portal::forms::Wrong;
use crate::portal::page::Oops;
use crate::portal::session::Member;
use crate::usecase::contacts;

/// What the address may say was just done.
const DONE: &[&str] = &["sent", "confirmed", "removed"];

#[derive(Serialize)]
struct Way {
    /// Code of the channel.
    code: String,
    masked: String,
    confirmed: bool,
    /// When the last message there was given up; empty if it was not.
    given_up: String,
    /// Of this channel's form.
    typed: String,
    wrong: Vec<Wrong>,
}

#[derive(Serialize)]
struct View {
    ways: Vec<Way>,
    done: String,
    wrong: Vec<Wrong>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
    address: String,
    code: String,
}

/// What is wrong with the form of a channel, with what was typed there.
struct Bad {
    channel: Channel,
    typed: String,
    problems: Vec<Problem>,
}

impl Bad {
    fn wrong(&self, channel: Channel) -> Vec<Wrong> {
        if self.channel != channel {
            return vec![];
        }
        let named = |problem: &Problem| Problem {
            pointer: format!("/{}-{}", channel.code(), problem.pointer.trim_start_matches('/')),
            ..problem.clone()
        };
        // Each id stands on the page once: `email-address`, `sms-code`.
        Refused::problems(&self.problems.iter().map(named).collect::<Vec<_>>(), &[]).wrong
    }
}

async fn shown(member: &Member, done: &str, bad: Option<Bad>) -> Result<Response, Oops> {
    let status = if bad.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let told = |channel| bad.as_ref().map(|bad| bad.wrong(channel)).unwrap_or_default();
    let typed = |channel| bad.as_ref().filter(|bad| bad.channel == channel).map(|bad| bad.typed.clone());
    let ways = contacts::list(member, &member.actor).await?.into_iter().map(|way| Way {
        code: way.channel.code(),
        masked: way.address.as_ref().map(|to| to.masked.clone()).unwrap_or_default(),
        confirmed: way.address.as_ref().is_some_and(|to| to.confirmed),
        given_up: way.address.as_ref().and_then(|to| to.given_up_at).map(minute).unwrap_or_default(),
        typed: typed(way.channel).unwrap_or_default(),
        wrong: told(way.channel),
    });
    let wrong = bad.as_ref().map(|bad| bad.wrong(bad.channel)).unwrap_or_default();
    let view = View { ways: ways.collect(), done: done.to_owned(), wrong };
    member.private(status, "my_contacts.html", &view)
}

fn channel(code: &str) -> Result<Channel, Error> {
    Channel::of_code(code).ok_or(Error::NotFound("channel"))
}

/// What was done, or the page again with what is wrong.
async fn answer(
    member: &Member,
    channel: Channel,
    typed: String,
    done: Result<(), Error>,
    to: &str,
) -> Result<Response, Oops> {
    match done {
        Ok(()) => Ok(member.redirect(&format!("/my/contacts?done={to}"))),
        Err(Error::Invalid(problems)) => shown(member, "", Some(Bad { channel, typed, problems })).await,
        Err(error) => Err(error.into()),
    }
}

/// One's own addresses.
#[handler]
pub async fn list(member: Member, request: &Request) -> Result<Response, Oops> {
    let asked: Asked = request.params().unwrap_or_default();
    let done = Some(asked.done.as_str()).filter(|done| DONE.contains(done)).unwrap_or_default();
    shown(&member, done, None).await
}

/// Takes an address and sends a code there.
#[handler]
pub async fn add(member: Member, code: Path<String>, asked: Form<Asked>) -> Result<Response, Oops> {
    let (channel, typed) = (channel(&code.0)?, asked.0.address);
    // What is too long for an address is not shown again either.
    let typed: String = typed.chars().take(300).collect();
    let done = contacts::add(&member, &member.actor, channel, &typed).await;
    answer(&member, channel, typed, done, "sent").await
}

/// Confirms an address by the code.
#[handler]
pub async fn confirm(member: Member, code: Path<String>, asked: Form<Asked>) -> Result<Response, Oops> {
    let channel = channel(&code.0)?;
    let done = contacts::confirm(&member, &member.actor, channel, &asked.code).await;
    answer(&member, channel, String::new(), done, "confirmed").await
}

/// Forgets an address.
#[handler]
pub async fn remove(member: Member, code: Path<String>) -> Result<Response, Oops> {
    let channel = channel(&code.0)?;
    let done = contacts::remove(&member, &member.actor, channel).await;
    answer(&member, channel, String::new(), done, "removed").await
}
