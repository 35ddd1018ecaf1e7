//! The calendar of a simulated year: who comes when, and what happens next. One event at a time, in the order of time, each
//! by the clock of its moment; so a seed gives one year.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::deadline::shanghai_midnight;
use crate::domain::decision::DecisionKind;
use crate::domain::dossier::ClinicType;
use crate::domain::lifecycle::Kind;
use crate::error::{Error, Result};
use crate::jobs;
use crate::simulation::clinics::{Clinics, Flaw};
use crate::simulation::ledger::Ledger;
use crate::simulation::offices::{self, Offices};
use crate::simulation::people::chance;
use crate::simulation::{Plan, Progress};
use crate::store::entity::clinic;
use crate::store::idempotency::Once;
use crate::usecase::watch;

/// How many of a hundred clinics are there already when the year begins: filed in the quarter before.
const STOCK: f64 = 15.0;

/// How busy the months are: few come in February, when the year begins for everybody else.
const SEASONS: [f64; 12] = [1.0, 0.45, 1.35, 1.2, 1.05, 1.0, 0.9, 0.9, 1.15, 0.8, 1.1, 0.9];

/// Clinics of one owner.
const PER_OWNER: u64 = 4;

/// A clinic in the register, as its owner knows it.
#[derive(Clone, Debug)]
pub struct Held {
    pub n: u64,
    pub id: Uuid,
    pub number: String,
    pub clinic_type: ClinicType,
    pub owner: Actor,
    /// 备案机关
    pub authority: Uuid,
}

impl Held {
    /// The clinic of a row.
    pub fn of(n: u64, row: &clinic::Model, owner: &Actor) -> Self {
        Self {
            n,
            id: row.id,
            number: row.number.clone(),
            clinic_type: row.record.clinic_type,
            owner: owner.clone(),
            authority: row.authority_id,
        }
    }
}

/// What a clinic wants.
#[derive(Clone, Debug)]
pub enum Wish {
    /// The `item`-th of the changes.
    Change(u32),
    AddOnline,
    RemoveOnline,
    /// Days until it resumes, unless it never does.
    Suspend(Option<u32>),
    Resume,
    Close,
    /// To another county, where it files anew.
    Move,
    /// Whether the paper is found again.
    Reissue(bool),
    SuspendOnline,
    ResumeOnline,
}

/// A filing under way.
#[derive(Clone, Debug)]
pub struct Filing {
    pub id: Uuid,
    pub version: i32,
    pub n: u64,
    pub kind: Kind,
    pub owner: Actor,
    pub wish: Option<Wish>,
    pub flaw: Option<Flaw>,
}

/// What happens at a moment.
#[derive(Clone, Debug)]
pub enum Event {
    /// The daily round.
    Round(NaiveDate),
    /// Somebody opens clinic `n`, or takes it up again after a move.
    Arrive {
        n: u64,
        before: Option<String>,
    },
    /// A clinic files something.
    Wish(Held, Wish),
    Submit(Filing),
    Withdraw(Filing),
    Review(Filing),
    Sign(Filing),
    Mend(Filing),
    /// Inspectors of an office work through their list.
    Patrol(usize),
    /// An office draws clinics to be inspected.
    Draw(usize),
    Propose {
        clinic: Held,
        kind: DecisionKind,
        visit: Option<Uuid>,
    },
    Decide {
        clinic: Held,
        decision: Uuid,
        version: i32,
        kind: DecisionKind,
    },
}

/// A year under way.
pub struct Year<'a> {
    pub(super) app: &'a App,
    pub(super) clinics: Clinics,
    pub(super) offices: Offices,
    pub(super) random: ChaCha12Rng,
    pub(super) ledger: Ledger,
    owners: Vec<Actor>,
    queue: BTreeMap<(DateTime<Utc>, u64), Event>,
    /// Events and keys that were given so far.
    given: u64,
    end: NaiveDate,
    papers: bool,
}

/// The day on which a simulation of `year` opens: a quarter before it.
pub fn opening(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year - 1, 10, 1).unwrap_or_default()
}

impl<'a> Year<'a> {
    /// Founds the offices and writes down who comes when.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn open(app: &'a App, plan: &Plan) -> Result<Self> {
        let opening = opening(plan.year);
        app.clock.set(shanghai_midnight(opening));
        let offices = Offices::found(app).await?;
        let mut owners = vec![];
        for n in 0..plan.clinics.div_ceil(PER_OWNER) {
            let (login, name) = (format!("sim-clinic-{n}"), format!("备案人{n}"));
            owners.push(offices::add_account(app, &login, &name, Role::Clinic, None).await?);
        }
        let end = NaiveDate::from_ymd_opt(plan.year, 12, 31).unwrap_or_default();
        let mut year = Self {
            app,
            clinics: Clinics::new(plan.seed, app.law(), Offices::streets(app)),
            offices,
            random: ChaCha12Rng::seed_from_u64(plan.seed),
            ledger: Ledger::default(),
            owners,
            queue: BTreeMap::new(),
            given: 0,
            end,
            papers: plan.papers,
        };
        year.write_down(plan, opening);
        Ok(year)
    }

    /// The days' rounds, the offices' working days, and the arrivals.
    fn write_down(&mut self, plan: &Plan, opening: NaiveDate) {
        let end = self.end;
        for (n, day) in opening.iter_days().take_while(|day| *day <= end).enumerate() {
            self.at(shanghai_midnight(day) + TimeDelta::minutes(30), Event::Round(day));
            if !self.works(day) {
                continue;
            }
            for office in 0..self.offices.0.len() {
                if (n + office).is_multiple_of(3) {
                    self.at(shanghai_midnight(day) + TimeDelta::hours(9), Event::Patrol(office));
                }
                if day.month().is_multiple_of(3) && day.day() == 12 {
                    self.at(shanghai_midnight(day) + TimeDelta::hours(10), Event::Draw(office));
                }
            }
        }
        for n in 0..plan.clinics {
            let first = NaiveDate::from_ymd_opt(plan.year, 1, 1).unwrap_or_default();
            let day = if chance(STOCK, &mut self.random) {
                opening + Days::new(self.random.random_range(0..80))
            } else {
                let mut share = self.random.random_range(0.0..SEASONS.iter().sum::<f64>());
                let month = SEASONS.iter().take_while(|weight| {
                    share -= **weight;
                    share >= 0.0
                });
                let month = u32::try_from(month.count()).unwrap_or_default().min(11) + 1;
                first.with_month(month).unwrap_or(first) + Days::new(self.random.random_range(0..28))
            };
            // People write when they have time: some at night, and on holidays.
            let minute = self.random.random_range(7 * 60..24 * 60);
            self.at(shanghai_midnight(day) + TimeDelta::minutes(minute), Event::Arrive { n, before: None });
        }
    }

    /// Lives through the year.
    ///
    /// # Errors
    /// What no law asks for, with the moment and what was to happen.
    pub async fn live(&mut self, progress: &Progress<'_>) -> Result<()> {
        let opening = opening(self.end.year());
        let days = (self.end - opening).num_days().unsigned_abs();
        while let Some(((at, _), event)) = self.queue.pop_first() {
            self.app.clock.set(at);
            if let Event::Round(day) = event {
                progress((day - opening).num_days().unsigned_abs(), days);
            }
            // The name of the event is enough; whose it is, the seed tells again.
            let what = format!("{event:?}").split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_owned();
            if let Err(error) = self.happen(event).await {
                return Err(Error::internal(anyhow::Error::from(error).context(format!("{what} at {at}"))));
            }
        }
        self.app.clock.set(shanghai_midnight(self.end) + TimeDelta::minutes(24 * 60 - 1));
        self.round().await
    }

    async fn happen(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Round(_) => Box::pin(self.round()).await,
            Event::Arrive { n, before } => Box::pin(self.arrive(n, before)).await,
            Event::Wish(clinic, wish) => Box::pin(self.wish(clinic, wish)).await,
            Event::Submit(filing) => Box::pin(self.submit(filing)).await,
            Event::Withdraw(filing) => Box::pin(self.withdraw(filing)).await,
            Event::Review(filing) => Box::pin(self.review(filing)).await,
            Event::Sign(filing) => Box::pin(self.sign(filing)).await,
            Event::Mend(filing) => Box::pin(self.mend(filing)).await,
            Event::Patrol(office) => Box::pin(self.patrol(office)).await,
            Event::Draw(office) => Box::pin(self.draw(office)).await,
            Event::Propose { clinic, kind, visit } => Box::pin(self.propose(clinic, kind, visit)).await,
            Event::Decide { clinic, decision, version, kind } => {
                Box::pin(self.decide(clinic, decision, version, kind)).await
            }
        }
    }

    async fn round(&mut self) -> Result<()> {
        if self.papers { jobs::drain(self.app).await } else { watch::sweep(self.app).await.map(drop) }
    }

    /// What lies before a clinic that has just been filed.
    pub(super) fn life(&mut self, clinic: &Held) {
        let stock = self.app.clock.today().year() < self.end.year();
        if stock && clinic.n.is_multiple_of(4) {
            // Long enough ago to be deemed closed within the year.
            self.later(3, 25, Event::Wish(clinic.clone(), Wish::Suspend(None)));
            return;
        }
        let mut wishes = vec![];
        for item in 0..6 {
            wishes.push((6.0, 15, 200, Wish::Change(item)));
        }
        wishes.push((20.0, 20, 150, Wish::AddOnline));
        let back = self.random.random_range(20..120);
        wishes.push((7.0, 20, 200, Wish::Suspend(chance(75.0, &mut self.random).then_some(back))));
        wishes.push((3.0, 60, 300, Wish::Close));
        wishes.push((2.5, 40, 250, Wish::Move));
        wishes.push((4.0, 30, 250, Wish::Reissue(chance(35.0, &mut self.random))));
        for (percent, from, to, wish) in wishes {
            if chance(percent, &mut self.random) {
                self.later(from, to, Event::Wish(clinic.clone(), wish));
            }
        }
        for (percent, kind) in [(2.0, DecisionKind::StopOrder), (0.8, DecisionKind::Revocation)] {
            if chance(percent, &mut self.random) {
                let event = Event::Propose { clinic: clinic.clone(), kind, visit: None };
                let days = self.random.random_range(30..240);
                self.at_desk(days, event);
            }
        }
    }

    /// The owner of clinic `n`.
    pub(super) fn owner(&self, n: u64) -> Result<Actor> {
        let at = usize::try_from(n / PER_OWNER).map_err(Error::internal)?;
        self.owners.get(at).cloned().ok_or(Error::NotFound("owner"))
    }

    /// A key that was not used before.
    pub(super) fn once(&mut self, actor: &Actor) -> Once {
        self.given += 1;
        Once { account: actor.id, key: format!("sim-{}", self.given), fingerprint: String::new() }
    }

    /// Writes an event down, unless the year is over by then.
    fn at(&mut self, at: DateTime<Utc>, event: Event) {
        self.given += 1;
        if at < shanghai_midnight(self.end) + TimeDelta::days(1) {
            self.queue.insert((at, self.given), event);
        }
    }

    /// Some time from `from` to `to` days from now, at any hour.
    pub(super) fn later(&mut self, from: u32, to: u32, event: Event) {
        let minutes = self.random.random_range(i64::from(from) * 24 * 60 + 1..=i64::from(to) * 24 * 60 + 1);
        self.at(self.app.clock.now() + TimeDelta::minutes(minutes), event);
    }

    /// After `days` days, on a working day in office hours.
    pub(super) fn at_desk(&mut self, days: u32, event: Event) {
        let mut day = self.app.clock.today() + Days::new(u64::from(days));
        let mut at;
        loop {
            let minute = self.random.random_range(9 * 60..17 * 60);
            at = shanghai_midnight(day) + TimeDelta::minutes(minute);
            if self.works(day) && at > self.app.clock.now() {
                break;
            }
            day = day + Days::new(1);
        }
        self.at(at, event);
    }

    /// Whether the offices work on a day.
    fn works(&self, day: NaiveDate) -> bool {
        self.app.law().calendar().is_workday(day).is_yes()
    }
}
