//! What a use case may need. Knows no HTTP, so the arrows never close into a ring.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::{Mutex, Notify, Semaphore};
use uuid::Uuid;

use crate::certificate::fonts::Fonts;
use crate::certificate::keyring::Keyring;
use crate::clock::Clock;
use crate::domain::figures::PublicFigures;
use crate::domain::law::Law;
use crate::domain::short_code::ShortCode;
use crate::law::LawBook;
use crate::post::Post;
use crate::store::Store;
use crate::store::entity::authority;
use crate::vault::Vault;

/// The application: one per process, shared by every request and job.
#[derive(Clone)]
pub struct App {
    pub store: Store,
    pub clock: Clock,
    /// Use [`App::law`] or [`App::law_of`].
    pub book: Arc<LawBook>,
    pub fonts: Arc<Fonts>,
    pub keyring: Arc<Keyring>,
    /// Seals what the database must not tell.
    pub vault: Arc<Vault>,
    /// E-mail and SMS.
    pub post: Arc<Post>,
    pub settings: Arc<Settings>,
    /// Wakes the worker when a commit left work for it.
    pub work: Arc<Notify>,
    /// Password hashing is costly on purpose: at most so many at once.
    pub hashing: Arc<Semaphore>,
    /// Long answers hold a connection each: at most so many at once.
    pub exports: Arc<Semaphore>,
    /// Public figures of a minute, by authority.
    pub figures: Arc<Mutex<BTreeMap<Option<Uuid>, PublicFigures>>>,
}

impl App {
    /// The law of the whole country, as it is in force in this moment.
    pub fn law(&self) -> Arc<Law> {
        self.book.national()
    }

    /// The law as an authority applies it.
    pub fn law_of(&self, authority: &authority::Model) -> Arc<Law> {
        self.book.of(&authority.region, &authority.uscc)
    }
}

/// What differs between installations.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Public address without a trailing slash: `https://zs.example.gov.cn`. It stands in every code.
    pub public_url: String,
    /// A demonstration: its accounts and keys are known to everybody.
    pub demonstration: bool,
    /// 证照类型代码 of 诊所备案凭证 (GB/T 36904): a ministry's USCC and three characters. Unsure, hence a setting.
    pub licence_type: String,
    /// Hour of the day, Asia/Shanghai, from which a submission counts as received the next working day.
    pub cutoff_hour: u32,
    /// Reports from the public per hour and client address, 0 for no limit; none: R-095's number in earnest, no limit in a
    /// demonstration.
    pub reports_per_hour: Option<u32>,
    /// 签名 of every SMS.
    pub sms_signature: String,
    /// Another identity provider that people may sign in by.
    pub provider: Option<Provider>,
    /// Where pages are read from at each request, for who writes them; built in unless given.
    pub pages: Option<PathBuf>,
}

/// An OpenID provider.
#[derive(Clone)]
pub struct Provider {
    /// Its address, exactly as it names itself.
    pub issuer: String,
    pub client_id: String,
    pub client_secret: String,
    /// What the button says.
    pub name: String,
    /// The authentication context that stands for two factors; none: the provider's second factor does not count here.
    pub acr: Option<String>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Provider({})", self.issuer)
    }
}

impl Settings {
    /// Whether pages are served over HTTPS only.
    pub fn secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The official host in words, as printed beside the code.
    pub fn host(&self) -> &str {
        self.public_url.split_once("://").map_or(self.public_url.as_str(), |(_, host)| host)
    }

    /// What the code on a certificate says.
    pub fn code_url(&self, digits: &str) -> String {
        format!("{}/v/{digits}", self.public_url)
    }

    /// What the code on a paper says.
    pub fn paper_url(&self, code: &ShortCode) -> String {
        format!("{}/p/{}", self.public_url, code.as_str())
    }
}
