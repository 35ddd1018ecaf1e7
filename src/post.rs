//! The ways out: e-mail by SMTP, SMS by a gateway, or files of a development. No address ever stands in an error.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use anyhow::Context;
use chrono::{DateTime, Utc};
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{Address, Message, SmtpTransport, Transport};
use serde_json::json;
use uuid::Uuid;

use crate::domain::message::Channel;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Who writes where nobody is set.
const NOBODY: &str = "clinic-registry@localhost";

/// What is set.
#[derive(Clone, Default)]
pub struct Ways {
    /// `smtp://…` or `smtps://…`
    pub smtp_url: Option<String>,
    pub mail_from: Option<String>,
    pub sms_url: Option<String>,
    pub sms_token: Option<String>,
    /// Where files go for a channel that is not set; none: there is no such channel.
    pub outbox: Option<PathBuf>,
}

/// The channels of this installation.
pub struct Post {
    email: Option<Email>,
    sms: Option<Sms>,
}

struct Email {
    from: Mailbox,
    way: EmailWay,
}

enum EmailWay {
    Smtp(SmtpTransport),
    Files(PathBuf),
}

enum Sms {
    Gateway { agent: ureq::Agent, url: String, token: String },
    Files(PathBuf),
}

/// Something to send.
pub struct Parcel {
    /// The same each time it is tried.
    pub id: Uuid,
    pub at: DateTime<Utc>,
    pub channel: Channel,
    pub to: String,
    /// Of an e-mail.
    pub subject: String,
    pub text: String,
}

/// Why something was not sent. The cause names no address and nothing that was sent.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Another try may do.
    #[error("{0}")]
    Later(String),
    /// It is refused for good.
    #[error("{0}")]
    Never(String),
}

/// Whether a text is an e-mail address that every server takes.
pub fn is_address(text: &str) -> bool {
    text.is_ascii() && text.len() <= 254 && text.parse::<Address>().is_ok_and(|address| address.domain().contains('.'))
}

impl Post {
    /// Opens what is set.
    ///
    /// # Errors
    /// When an address cannot be read.
    pub fn open(ways: &Ways) -> anyhow::Result<Self> {
        let way = match (&ways.smtp_url, &ways.outbox) {
            (Some(url), _) => {
                let builder = SmtpTransport::from_url(url).context("--smtp-url (CLINIC_SMTP_URL) is no address")?;
                Some(EmailWay::Smtp(builder.timeout(Some(PATIENCE)).build()))
            }
            (None, Some(outbox)) => Some(EmailWay::Files(outbox.clone())),
            (None, None) => None,
        };
        let from = ways.mail_from.as_deref().unwrap_or(NOBODY);
        let from: Mailbox = from.parse().context("--mail-from (CLINIC_MAIL_FROM) is no address")?;
        let sms = match (&ways.sms_url, &ways.outbox) {
            (Some(url), _) => {
                let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0);
                let config = if url.starts_with("http://") { config.proxy(None) } else { config.https_only(true) };
                let token = ways.sms_token.clone().unwrap_or_default();
                Some(Sms::Gateway { agent: config.build().new_agent(), url: url.clone(), token })
            }
            (None, Some(outbox)) => Some(Sms::Files(outbox.clone())),
            (None, None) => None,
        };
        Ok(Self { email: way.map(|way| Email { from, way }), sms })
    }

    /// Whether this installation sends by a channel.
    pub const fn offers(&self, channel: Channel) -> bool {
        match channel {
            Channel::Email => self.email.is_some(),
            Channel::Sms => self.sms.is_some(),
        }
    }

    /// Hands something over. Blocks.
    ///
    /// # Errors
    /// Why it was not taken.
    pub fn send(&self, parcel: &Parcel) -> Result<(), Failure> {
        match parcel.channel {
            Channel::Email => self.email.as_ref().ok_or_else(|| none("e-mail"))?.send(parcel),
            Channel::Sms => self.sms.as_ref().ok_or_else(|| none("SMS"))?.send(parcel),
        }
    }
}

fn none(channel: &str) -> Failure {
    Failure::Never(format!("this installation sends no {channel}"))
}

/// Keeps a file whole: a reader never sees half of it.
fn keep(outbox: &PathBuf, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let kept = || -> std::io::Result<()> {
        std::fs::create_dir_all(outbox)?;
        let half = outbox.join(format!(".{name}"));
        std::fs::write(&half, bytes)?;
        std::fs::rename(half, outbox.join(name))
    };
    kept().map_err(|error| Failure::Later(format!("outbox: {}", error.kind())))
}

impl Email {
    fn send(&self, parcel: &Parcel) -> Result<(), Failure> {
        let wrong = |_| Failure::Never("not to be written as an e-mail".to_owned());
        let to: Address = parcel.to.parse().map_err(|_| Failure::Never("no e-mail address".to_owned()))?;
        let letter = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(&parcel.subject)
            .date(SystemTime::from(parcel.at))
            .message_id(Some(format!("<{}@{}>", parcel.id, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .body(parcel.text.clone())
            .map_err(wrong)?;
        match &self.way {
            EmailWay::Files(outbox) => keep(outbox, &format!("{}.eml", parcel.id), &letter.formatted()),
            EmailWay::Smtp(transport) => match transport.send(&letter) {
                Ok(_) => Ok(()),
                // What a server says may name the address: its code alone is told.
                Err(error) => Err(match error.status() {
                    Some(code) if error.is_permanent() => Failure::Never(format!("SMTP {code}")),
                    Some(code) => Failure::Later(format!("SMTP {code}")),
                    None if error.is_timeout() => Failure::Later("SMTP: no answer in time".to_owned()),
                    None => Failure::Later("SMTP: no connection".to_owned()),
                }),
            },
        }
    }
}

impl Sms {
    fn send(&self, parcel: &Parcel) -> Result<(), Failure> {
        match self {
            Self::Files(outbox) => {
                keep(outbox, &format!("{}.sms", parcel.id), format!("{}\n{}\n", parcel.to, parcel.text).as_bytes())
            }
            Self::Gateway { agent, url, token } => {
                let body = json!({ "id": parcel.id, "to": parcel.to, "text": parcel.text }).to_string();
                let sent = agent
                    .post(url)
                    .header("Content-Type", "application/json")
                    .header("Authorization", format!("Bearer {token}"))
                    .header("Idempotency-Key", parcel.id.to_string())
                    .send(body);
                match sent {
                    Ok(response) if response.status().is_success() => Ok(()),
                    Ok(response) => Err(Failure::Later(format!("SMS gateway: {}", response.status().as_u16()))),
                    // Wrong there for good; whatever is wrong with us, or too much of it, may be mended.
                    Err(ureq::Error::StatusCode(code @ (400 | 404 | 410 | 422))) => {
                        Err(Failure::Never(format!("SMS gateway: {code}")))
                    }
                    Err(ureq::Error::StatusCode(code)) => Err(Failure::Later(format!("SMS gateway: {code}"))),
                    Err(_) => Err(Failure::Later("SMS gateway: no answer".to_owned())),
                }
            }
        }
    }
}
