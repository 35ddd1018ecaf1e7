//! Figures for the office: who may ask for which, as of when, and each figure's rows from what the store has counted.

mod clinics;
mod filings;
mod public;
mod tables;
mod visits;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

pub use public::{KEPT, public};
pub use tables::{File, csv, file_name, xlsx};

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::clock::{self, Unit};
use crate::domain::deadline;
use crate::domain::figures::{self, Definition, Figure, FigureCode, Key, LONGEST, Month, Period, Row};
use crate::domain::id::AuthorityId;
use crate::domain::law::{Law, LawTable};
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::authority;
use crate::store::figures::Scope;
use crate::usecase::law;

/// The first month in which clinics could be filed (令第14号).
const FIRST: &str = "2017-12";

/// What somebody asks for, as it came.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `2026-01`; January of this year unless given.
    pub from: Option<String>,
    /// `2026-11`, included; this month unless given.
    pub to: Option<String>,
    /// 数据截至; now unless given.
    pub as_of: Option<DateTime<Utc>>,
    /// `F-01`; every figure unless given.
    pub figure: Option<String>,
    /// The authority; the caller's own, an administrator's every one unless given.
    pub authority: Option<AuthorityId>,
}

/// Figures as they were counted.
pub struct Figures {
    pub period: Period,
    /// Whose they are, by name.
    pub offices: Vec<authority::Model>,
    pub figures: Vec<Figure>,
}

/// Counts the figures that were asked for: all of them from one view of the tables.
///
/// # Errors
/// `Forbidden` for clinics and inspectors, and for another authority than one's own; `NotFound` where there is no such
/// authority; `Invalid` with every parameter that is wrong.
pub async fn count(app: &App, actor: &Actor, asked: Asked) -> Result<Figures> {
    let own = scope(actor, asked.authority)?;
    let (period, wanted) = understood(app, &asked)?;
    let counting = Counting::of(app, period).await?;
    let tx = app.store.snapshot().await?;
    let offices = match own {
        Some(id) => vec![tx.authority(id.0).await?],
        None => tx.authorities().await?,
    };
    let mut figures = vec![];
    for definition in figures::definitions().iter().filter(|d| wanted.is_none_or(|one| one.id == d.id)) {
        let mut rows = vec![];
        for office in &offices {
            let of = Office { tx: &tx, office, counting: &counting };
            rows.extend(of.rows(definition.code).await?);
        }
        figures.push(Figure { definition, rows });
    }
    Ok(Figures { period, offices, figures })
}

/// Whose figures the actor may see and asked for; none: every authority's.
fn scope(actor: &Actor, asked: Option<AuthorityId>) -> Result<Option<AuthorityId>> {
    match (actor.role, actor.authority) {
        // A figure is no case, so whoever runs the register may compare its offices.
        (Role::Admin, _) => Ok(asked),
        (Role::Officer | Role::Approver | Role::Auditor, Some(own)) if asked.is_none_or(|id| id == own) => {
            Ok(Some(own))
        }
        _ => Err(Error::Forbidden),
    }
}

/// The period and the figure that were asked for.
fn understood(app: &App, asked: &Asked) -> Result<(Period, Option<&'static Definition>)> {
    let (now, mut problems) = (app.clock.now(), vec![]);
    let as_of = asked.as_of.unwrap_or(now);
    if as_of > now {
        let zh = "数据截至时间不能晚于现在。";
        problems.push(Problem::new("/as_of", zh, "The moment of counting cannot be in the future."));
    }
    let this = Month::of(deadline::shanghai_date(as_of.min(now)));
    let first = FIRST.parse().unwrap_or(this);
    let mut month = |at: &str, given: &Option<String>, unless: Month| match given.as_deref().map(str::parse) {
        None => unless,
        Some(Ok(month)) if (first..=this).contains(&month) => month,
        Some(_) => {
            problems.push(Problem::new(
                at,
                format!("月份写作2026-11，须在{first}至{this}之间。"),
                format!("A month is written 2026-11 and lies between {first} and {this}."),
            ));
            unless
        }
    };
    let to = month("/to", &asked.to, this);
    let from = month("/from", &asked.from, to.january());
    let longest = std::iter::successors(Some(from), |month| Some(month.next())).nth(LONGEST);
    if from > to || longest.is_some_and(|beyond| to >= beyond) {
        problems.push(Problem::new(
            "/from",
            format!("起始月份不能晚于截止月份（{to}），统计期不超过{LONGEST}个月。"),
            format!("The first month is not after the last ({to}), and a period has at most {LONGEST} months."),
        ));
    }
    let figure = asked.figure.as_deref().map(|id| (id, figures::definition(id)));
    if let Some((id, None)) = figure {
        let last = figures::definitions().last().map_or("", |d| d.id);
        problems.push(Problem::new(
            "/figure",
            format!("没有指标“{id}”，编号为F-01至{last}。"),
            format!("There is no figure {id}; they are F-01 to {last}."),
        ));
    }
    if problems.is_empty() {
        Ok((Period { from, to, as_of }, figure.and_then(|(_, definition)| definition)))
    } else {
        Err(Error::Invalid(problems))
    }
}

/// What is counted by: the law as it was at the moment of counting.
pub(super) struct Counting {
    period: Period,
    law: Arc<Law>,
    /// Every calendar that was in force up to then, from when on.
    calendars: Vec<(NaiveDate, Arc<Law>)>,
}

impl Counting {
    async fn of(app: &App, period: Period) -> Result<Self> {
        let number = app.store.edition_at(period.as_of).await?;
        let law = law::as_of(app, number.unsigned_abs()).await?;
        let editions = app.store.editions_of(&LawTable::Calendar.code(), period.as_of).await?;
        let mut calendars = vec![];
        for (n, (number, at)) in editions.iter().enumerate() {
            // The newest calendar is the one of the law at that moment.
            let held =
                if n + 1 == editions.len() { law.clone() } else { law::as_of(app, number.unsigned_abs()).await? };
            calendars.push((deadline::shanghai_date(*at), held));
        }
        Ok(Self { period, law, calendars })
    }

    /// The last day of a clock that ran until `end`: by the calendars that were in force meanwhile, the latest day, since a
    /// deadline that was told is never moved earlier.
    fn due(&self, starts_on: NaiveDate, (length, unit): (i32, Unit), end: NaiveDate) -> NaiveDate {
        let period = clock::Period { length: length.unsigned_abs(), unit, warn: 0, escalate: 0 };
        let told = self.calendars.iter().rposition(|(from, _)| *from <= starts_on).unwrap_or(0);
        let meanwhile = self.calendars.iter().skip(told).filter(|(from, _)| *from <= end.max(starts_on));
        let days = meanwhile.map(|(_, law)| clock::due(law, starts_on, period).on);
        days.max().unwrap_or_else(|| clock::due(&self.law, starts_on, period).on)
    }

    /// Working days after `from`, up to and with `to`; 0 where `to` is earlier.
    fn workdays(&self, from: NaiveDate, to: NaiveDate) -> i64 {
        self.law.calendar().workdays_between(from, to).max(0)
    }

    /// The name of a rule, with its number.
    fn rule(&self, id: &str) -> Key {
        let text = self.law.rule(id, self.period.today()).or_else(|| self.law.rules().find(|text| text.id == id));
        Key::new(id, text.map_or_else(|| id.to_owned(), |text| format!("{id} {}", text.title_zh)))
    }
}

/// One office, whose figures are counted.
struct Office<'a> {
    tx: &'a Tx,
    office: &'a authority::Model,
    counting: &'a Counting,
}

impl Office<'_> {
    fn scope(&self) -> Scope<'_> {
        Scope { authority: self.office.id, period: &self.counting.period }
    }

    /// A row of this office.
    fn row(&self, keys: impl IntoIterator<Item = Key>, values: Vec<f64>) -> Row {
        let office = Key::new(self.office.id.to_string(), self.office.name.clone());
        Row { keys: std::iter::once(office).chain(keys).collect(), values }
    }

    async fn rows(&self, code: FigureCode) -> Result<Vec<Row>> {
        match code {
            FigureCode::Steps => self.steps().await,
            FigureCode::Modes => self.modes().await,
            FigureCode::Stages => self.stages().await,
            FigureCode::TimeToIssue => self.times(|issue| issue.last_on).await,
            FigureCode::TimeFromFirst => self.times(|issue| issue.first_on).await,
            FigureCode::Overdue => self.overdue().await,
            FigureCode::Rounds => self.rounds().await,
            FigureCode::Defects => self.defects().await,
            FigureCode::Warnings => self.warnings().await,
            FigureCode::VisitsDue => self.visits_due().await,
            FigureCode::VisitsMade => self.visits_made().await,
            FigureCode::Decisions => self.decisions().await,
            FigureCode::Telemedicine => self.telemedicine().await,
            FigureCode::First => self.first().await,
            FigureCode::Share => self.share().await,
            FigureCode::Register => self.register().await,
            FigureCode::Complaints => self.complaints().await,
        }
    }
}

/// Counts as they stand in a row.
fn counts<const N: usize>(counts: [i64; N]) -> Vec<f64> {
    counts.iter().map(|count| *count as f64).collect()
}
