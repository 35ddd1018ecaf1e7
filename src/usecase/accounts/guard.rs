//! Whoever fails to sign in waits, each time twice as long: by account and by network address. Nobody is locked out
//! for good, since anybody can fail in another's name. Kept are digests that nobody without the vault's key can make.

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::error::{Error, Result};
use crate::store::Tx;
use crate::store::entity::sign_in_guard;
use crate::usecase::pace::Client;

/// The rule that sets the numbers.
const RULE: &str = "R-109";

/// After so long without a failure an account's failures are forgotten.
const ACCOUNT_FORGETS: TimeDelta = TimeDelta::days(1);

/// The same for an address, which an office shares.
const CLIENT_FORGETS: TimeDelta = TimeDelta::minutes(15);

/// The doors before an account: its own, and the one of the address.
pub struct Guard {
    account: String,
    client: String,
}

/// Until when nobody signs in to an account.
pub(super) async fn waits_until(app: &App, login: &str) -> Result<Option<DateTime<Utc>>> {
    let until = app.store.blocked_until(&[&bucket(app, login)]).await?;
    Ok(until.filter(|until| *until > app.clock.now()))
}

fn bucket(app: &App, login: &str) -> String {
    app.vault.digest("sign-in account", login)
}

/// Somebody between the doors: no other attempt on this account or from this address is decided meanwhile.
pub struct Entered {
    account: sign_in_guard::Model,
    client: sign_in_guard::Model,
}

impl Guard {
    /// Of a login, whether there is such an account or not.
    pub fn of(app: &App, login: &str, client: &Client) -> Self {
        Self { account: bucket(app, login), client: app.vault.digest("sign-in client", &client.0) }
    }

    /// A look before anything costly is done.
    pub async fn look(&self, app: &App) -> Result<()> {
        match app.store.blocked_until(&[&self.account, &self.client]).await? {
            Some(until) => open(app, until),
            None => Ok(()),
        }
    }

    /// Decides alone from here to the end of the unit of work: what was tried beside it counts first. A right answer while
    /// blocked is refused like a wrong one, else trying often enough at once would find it.
    pub async fn enter(&self, app: &App, tx: &Tx) -> Result<Entered> {
        let now = app.clock.now();
        let account = tx.guarded(&self.account, now).await?;
        let client = tx.guarded(&self.client, now).await?;
        open(app, account.blocked_until.max(client.blocked_until))?;
        Ok(Entered { account, client })
    }
}

fn open(app: &App, until: DateTime<Utc>) -> Result<()> {
    let wait = until - app.clock.now();
    if wait <= TimeDelta::zero() {
        return Ok(());
    }
    let seconds = wait.num_seconds() + i64::from(wait.subsec_nanos() > 0);
    Err(Error::Paused(u32::try_from(seconds).unwrap_or(u32::MAX)))
}

impl Entered {
    /// Counts a failure. Answers whether it is the one from which the account has to wait.
    pub async fn failed(self, app: &App, tx: &Tx) -> Result<bool> {
        let (most, most_client) = (number(app, "failures", 5), number(app, "client_failures", 20));
        let account = counted(app, self.account, most, ACCOUNT_FORGETS);
        let client = counted(app, self.client, most_client, CLIENT_FORGETS);
        let first = account.failures == most;
        tx.set_guarded(account).await?;
        tx.set_guarded(client).await?;
        Ok(first)
    }

    /// Forgets the account's failures. The address keeps its own: an account of one's own must not open the others.
    pub async fn succeeded(self, tx: &Tx) -> Result<()> {
        tx.clear_guarded(&self.account.bucket).await?;
        self.left(tx).await
    }

    /// Neither failed nor whole: nothing changes.
    pub async fn left(self, tx: &Tx) -> Result<()> {
        for row in [self.account, self.client].into_iter().filter(|row| row.failures == 0) {
            tx.clear_guarded(&row.bucket).await?;
        }
        Ok(())
    }
}

/// The bucket with one failure more.
fn counted(app: &App, mut row: sign_in_guard::Model, most: i32, forgets: TimeDelta) -> sign_in_guard::Model {
    let now = app.clock.now();
    if now - row.failed_at >= forgets {
        row.failures = 0;
    }
    row.failures = row.failures.saturating_add(1);
    row.failed_at = now;
    if row.failures >= most {
        let doublings = u32::try_from(row.failures - most).unwrap_or(0).min(20);
        let wait = i64::from(number(app, "first_seconds", 1)) << doublings;
        let longest = i64::from(number(app, "longest_seconds", 900));
        row.blocked_until = now + TimeDelta::seconds(wait.min(longest));
    }
    row
}

fn number(app: &App, name: &str, unless: i32) -> i32 {
    let ruled = app.law().threshold(RULE, name, app.clock.today()).filter(|number| *number >= 1.0);
    ruled.map_or(unless, |number| number.min(1_000_000.0) as i32)
}
