//! A large register: rows as the use cases write them, made by the same functions, but many at once. Clinics are filed over two
//! years, in the order of their numbers; what happens to one later follows at once in the log, as it would in an import.
//! Visits and clocks are left out: only the use cases start those.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, TimeDelta};
use rand::RngExt;
use uuid::Uuid;

use crate::app::App;
use crate::clock::Clock;
use crate::domain::actor::{Actor, Role};
use crate::domain::deadline::shanghai_midnight;
use crate::error::{Error, Result};
use crate::simulation::clinics::Clinics;
use crate::simulation::offices::{self, Office, Offices};
use crate::simulation::rows::{self, Lot, Place, Serials};
use crate::simulation::{Plan, Progress};
use crate::store::bulk::Rows;

/// Clinics of one unit of work.
const BATCH: u64 = 5_000;

/// Accounts that hold the clinics.
const OWNERS: u64 = 50;

/// The day from which on a bulk register of `year` is filed: a key signs for two years.
pub fn opening(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year - 1, 1, 1).unwrap_or_default()
}

/// Fills an empty register whose clock is seeded.
///
/// # Errors
/// What the store answers.
pub async fn fill(app: &App, plan: &Plan, progress: &Progress<'_>) -> Result<()> {
    let opening = opening(plan.year);
    app.clock.set(shanghai_midnight(opening));
    let offices = Offices::found(app).await?;
    let mut owners = vec![];
    for n in 0..OWNERS {
        let (login, name) = (format!("sim-clinic-{n}"), format!("备案人{n}"));
        owners.push(offices::add_account(app, &login, &name, Role::Clinic, None).await?);
    }
    let end = NaiveDate::from_ymd_opt(plan.year, 12, 31).unwrap_or_default();
    let law = app.law();
    let days = opening.iter_days().take_while(|day| *day <= end).filter(|day| law.calendar().is_workday(*day).is_yes());
    let maker = Maker {
        app: app.clone(),
        seed: plan.seed,
        all: plan.clinics,
        clinics: Clinics::new(plan.seed, law.clone(), Offices::streets(app)),
        offices: offices.0,
        owners,
        days: days.collect(),
    };
    let maker = std::sync::Arc::new(maker);
    let mut series = Series::default();
    // One batch is made while the one before it is written.
    let mut next = Some(make(&maker, &mut series, 0));
    let mut first = 0;
    while let Some(made) = next.take() {
        let (batch, counters) = (made.await.map_err(Error::internal)??, series.0.clone());
        first += BATCH;
        next = (first < plan.clinics).then(|| make(&maker, &mut series, first));
        let tx = app.store.begin().await?;
        tx.add_rows(batch).await?;
        for (name, last) in counters {
            tx.set_series(&name, last).await?;
        }
        tx.commit().await?;
        progress(first.min(plan.clinics), plan.clinics);
    }
    app.clock.set(shanghai_midnight(end) + TimeDelta::minutes(24 * 60 - 1));
    app.store.gather_statistics().await
}

/// Starts to make a batch; its numbers are given before anything else.
fn make(maker: &std::sync::Arc<Maker>, series: &mut Series, first: u64) -> tokio::task::JoinHandle<Result<Rows>> {
    let lots: Vec<_> =
        (first..maker.all.min(first + BATCH)).map(|n| maker.lot(n)).map(|lot| (series.give(&lot), lot)).collect();
    let maker = maker.clone();
    tokio::task::spawn_blocking(move || maker.batch(&lots))
}

/// What makes the rows: everything about a clinic follows from its number.
struct Maker {
    app: App,
    seed: u64,
    all: u64,
    clinics: Clinics,
    offices: Vec<Office>,
    owners: Vec<Actor>,
    days: Vec<NaiveDate>,
}

impl Maker {
    /// When clinic `n` is filed, and what becomes of it.
    fn lot(&self, n: u64) -> Lot {
        let count = self.days.len() as u64;
        let at = usize::try_from(n * count / self.all.max(1)).unwrap_or_default();
        let day = self.days.get(at).copied().unwrap_or_default();
        // Of the day's clinics the later ones come later in the day.
        let part = (n * count % self.all.max(1)) * 25_000_000 / self.all.max(1);
        let part = i64::try_from(part).unwrap_or_default();
        let filed = self.clinics.first(n, day);
        let street = &filed.address.street;
        let (office, supervisor) = offices::in_charge(street).unwrap_or_default();
        let fate = rows::fate(self.clinics.random(n, 9).random_range(0..1000));
        Lot {
            n,
            at: shanghai_midnight(day) + TimeDelta::hours(9) + TimeDelta::milliseconds(part),
            office,
            supervisor,
            region: self.offices.get(office).map(|office| office.row.region.clone()).unwrap_or_default(),
            year: day.year(),
            fate,
            filed,
        }
    }

    /// The rows of a batch, on every core.
    fn batch(&self, lots: &[(Serials, Lot)]) -> Result<Rows> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let parts = lots.chunks(lots.len().div_ceil(cores).max(1));
        let made: Vec<Result<Rows>> = std::thread::scope(|scope| {
            let running: Vec<_> = parts.map(|part| scope.spawn(|| self.part(part))).collect();
            let failed = || Err(Error::internal(anyhow::anyhow!("a thread that makes rows ended early")));
            running.into_iter().map(|thread| thread.join().unwrap_or_else(|_| failed())).collect()
        });
        let mut all = Rows::default();
        for part in made {
            all.extend(part?);
        }
        Ok(all)
    }

    fn part(&self, lots: &[(Serials, Lot)]) -> Result<Rows> {
        let mut rows = Rows::default();
        for (serials, lot) in lots {
            let clock = Clock::seeded(lot.at, self.seed, lot.n + 1);
            let app = App { clock, ..self.app.clone() };
            let missing = || Error::NotFound("office");
            let place = Place {
                app: &app,
                clinics: &self.clinics,
                office: self.offices.get(lot.office).ok_or_else(missing)?,
                supervisor: self.offices.get(lot.supervisor).map(|o| o.row.id).unwrap_or(Uuid::nil()),
                owner: self.owners.get(usize::try_from(lot.n % OWNERS).unwrap_or_default()).ok_or_else(missing)?,
            };
            rows::clinic(&place, lot, *serials, &mut rows)?;
        }
        Ok(rows)
    }
}

/// How far each series has come.
#[derive(Default)]
struct Series(BTreeMap<String, u32>);

impl Series {
    /// The next `count` numbers of a series: the first of them.
    fn next(&mut self, name: String, count: u32) -> u32 {
        let last = self.0.entry(name).or_default();
        *last += count;
        *last + 1 - count
    }

    /// What a lot needs of each.
    fn give(&mut self, lot: &Lot) -> Serials {
        let cases = 1 + u32::from(lot.fate.files());
        let (region, year) = (&lot.region, lot.year);
        Serials {
            case: self.next(format!("case/{region}/{year}"), cases),
            number: match lot.filed.applicant.uscc.is_empty() {
                true => self.next(format!("number/{}", lot.filed.address.division), 1),
                false => 0,
            },
            decision: match lot.fate.decides() {
                Some(_) => self.next(format!("decision/{region}/{year}"), 1),
                None => 0,
            },
            log: self.next("log".to_owned(), lot.fate.leaves()) - 1,
        }
    }
}
