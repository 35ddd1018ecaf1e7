//! How often anybody may report, add photos and follow a report, counted in the database: all instances share one
//! count. What is kept of a client is a digest with the day's salt; the salt goes, and with it the way back to an address.

use sha2::{Digest, Sha256};

use crate::app::App;
use crate::domain::value::hex;
use crate::error::{Error, Result};
use crate::store::Tx;

/// The rule that sets the numbers.
const RULE: &str = "R-095";

/// Length of a window, seconds. Windows begin with the hour, and days do so, too.
const WINDOW: i64 = 3600;

/// Who asks, as the server sees it: an address, or an IPv6 network of 64 bits. Never kept, never logged.
#[derive(Clone)]
pub struct Client(pub String);

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// Reports of one client.
    Reports,
    /// Reports to one authority.
    Area,
    /// Photos of one client, and forms with photos.
    Uploads,
    /// Looks at a report by its reference.
    Follows,
    /// Registrations of one client that were well filled in: each could tell whether a number has an account.
    Registrations,
    /// Sign-ins of one client that another identity provider is asked about.
    Federation,
    /// Codes that an account has sent to an address of its own.
    Codes,
}

impl Limit {
    const fn threshold(self) -> &'static str {
        match self {
            Self::Reports => "reports_per_hour",
            Self::Area => "area_reports_per_hour",
            Self::Uploads => "uploads_per_hour",
            Self::Follows => "follows_per_hour",
            Self::Registrations => "registrations_per_hour",
            Self::Federation => "federation_per_hour",
            Self::Codes => "codes_per_hour",
        }
    }

    /// What no rule of law sets: a hall where many register behind one address must get by.
    const fn own(self) -> Option<u32> {
        match self {
            Self::Registrations => Some(30),
            Self::Federation => Some(600),
            Self::Codes => Some(10),
            _ => None,
        }
    }
}

/// How many an hour allows; none: no limit.
fn most(app: &App, limit: Limit) -> Option<u32> {
    let set = app.settings.reports_per_hour;
    if set.unwrap_or(u32::from(!app.settings.demonstration)) == 0 {
        return None;
    }
    if let Some(own) = limit.own() {
        return Some(own);
    }
    let ruled = || app.law().threshold(RULE, limit.threshold(), app.clock.today()).filter(|number| *number >= 1.0);
    let set = set.filter(|_| limit == Limit::Reports);
    set.or_else(|| ruled().map(|number| number.min(1_000_000.0) as u32))
}

/// Counts one more of a client in a unit of work of its own.
///
/// # Errors
/// `TooMany` when the hour's number is used up; what the store answers.
pub async fn take(app: &App, limit: Limit, client: &Client) -> Result<()> {
    let Some(most) = most(app, limit) else { return Ok(()) };
    let tx = app.store.begin().await?;
    count(app, &tx, &bucket(app, &tx, limit, client).await?, most).await?;
    tx.commit().await
}

/// Counts a report of this client to this authority in the unit of work that adds it: one that is refused is not counted.
///
/// # Errors
/// `TooMany` when the hour's number of either is used up; what the store answers.
pub(super) async fn report(app: &App, tx: &Tx, client: &Client, authority: uuid::Uuid) -> Result<()> {
    if let Some(most) = most(app, Limit::Reports) {
        count(app, tx, &bucket(app, tx, Limit::Reports, client).await?, most).await?;
    }
    if let Some(most) = most(app, Limit::Area) {
        count(app, tx, &format!("{}/{authority}", Limit::Area.threshold()), most).await?;
    }
    Ok(())
}

/// The bucket of a client: a digest that nobody can turn back once the day's salt is gone.
async fn bucket(app: &App, tx: &Tx, limit: Limit, client: &Client) -> Result<String> {
    let salt = tx.pace_salt(app.clock.today(), &hex(&app.clock.random::<32>()?)).await?;
    let digest = hex(&Sha256::digest(format!("{salt}\n{}", client.0)));
    Ok(format!("{}/{digest}", limit.threshold()))
}

async fn count(app: &App, tx: &Tx, bucket: &str, most: u32) -> Result<()> {
    let now = app.clock.now().timestamp();
    let slot = now - now.rem_euclid(WINDOW);
    if tx.count_in_window(bucket, slot).await? <= most {
        return Ok(());
    }
    let wait = slot + WINDOW - now;
    Err(Error::TooMany(u32::try_from(wait.max(1)).unwrap_or(u32::MAX)))
}
