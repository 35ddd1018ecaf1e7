//! A filing that somebody works on: the case, its document, and everything that the rules say of it.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::actor::Role;
use crate::domain::id::FilingId;
use crate::domain::lifecycle;
use crate::edge::shape::Shapes;
use crate::error::{Error, Problem, Result};
use crate::portal::my::form::question::Section;
use crate::portal::my::form::sections;
use crate::portal::my::form::source::Source;
use crate::portal::my::form::typed;
use crate::portal::page::Oops;
use crate::portal::paper::{Words, words};
use crate::portal::session::Member;
use crate::usecase::facts::Told;
use crate::usecase::filings::{self, Case};

/// How often a save is tried anew because somebody else wrote another part meanwhile.
const TRIES: usize = 5;

pub struct Work {
    pub id: FilingId,
    pub case: Case,
    pub source: Source,
    pub told: Vec<Told>,
}

/// A finding as a page tells it.
#[derive(Clone, Serialize)]
pub struct Found {
    pub rule: String,
    pub words: Words,
    pub basis: Vec<String>,
    /// Whether it stands against submitting; the others are reminders.
    pub blocks: bool,
}

impl From<&Told> for Found {
    fn from(told: &Told) -> Self {
        let words = words(&told.zh, &told.en);
        Self { rule: told.rule.clone(), words, basis: told.basis.clone(), blocks: told.blocks() }
    }
}

/// The id of a filing in an address.
///
/// # Errors
/// `NotFound` where it is none.
pub fn filing_id(text: &str) -> Result<FilingId> {
    text.parse().map(FilingId).map_err(|_| Error::NotFound("filing"))
}

/// Whether somebody works as a clinic.
///
/// # Errors
/// `Forbidden` for everybody else.
pub fn owner(member: &Member) -> Result<()> {
    if member.actor.role == Role::Clinic { Ok(()) } else { Err(Error::Forbidden) }
}

impl Work {
    /// A filing of one's own.
    ///
    /// # Errors
    /// `NotFound` outside of the scope; `Forbidden` for an office.
    pub async fn load(member: &Member, id: &str) -> Result<Self> {
        owner(member)?;
        let id = filing_id(id)?;
        let case = filings::view(member, &member.actor, id).await?;
        let told = filings::check(member, &member.actor, id).await?;
        let row = &case.row;
        let document = match &row.particulars {
            Some(particulars) => json!({ "particulars": particulars }),
            None => serde_json::to_value(&row.dossier).map_err(Error::internal)?,
        };
        let source = Source { law: member.law(), today: member.clock.today(), kind: row.kind, document };
        Ok(Self { id, case, source, told })
    }

    /// The same, where it can still be written.
    ///
    /// # Errors
    /// As [`Self::load`], and `Locked` once it is submitted.
    pub async fn writable(member: &Member, id: &str) -> Result<Self> {
        let work = Self::load(member, id).await?;
        filings::writable(&member.actor, work.case.row.stage)?;
        Ok(work)
    }

    /// Whether it can still be written.
    pub const fn open(&self) -> bool {
        lifecycle::editable(self.case.row.stage)
    }

    /// A section that is asked now.
    ///
    /// # Errors
    /// `NotFound` where there is none of this code.
    pub fn section(&self, code: &str) -> Result<&'static Section> {
        sections::asked(&self.source).find(|section| section.code == code).ok_or(Error::NotFound("section"))
    }

    /// The findings that a section tells, and of an item of its list only those.
    pub fn of_section(&self, section: &Section, item: Option<usize>) -> Vec<&Told> {
        let own = |told: &&Told| {
            let told_here = sections::of_pointer(&self.source, &told.pointer).is_some_and(|s| s.code == section.code);
            told_here && (item.is_none() || section.item(&told.pointer) == item)
        };
        self.told.iter().filter(own).collect()
    }

    /// How many items a section's list has.
    pub fn count(&self, section: &Section) -> usize {
        self.source.document.pointer(section.at).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// The address of a page of this filing.
    pub fn page(&self, rest: &str) -> String {
        format!("/my/filings/{}{rest}", self.id.0)
    }
}

/// Why something could not be saved.
pub enum Unsaved {
    /// The shape is wrong: every problem, by its place in the document.
    Shape(Vec<Problem>),
    /// The part was written elsewhere since the page was made; how it stands now.
    Overtaken(Box<Work>),
    Failed(Error),
}

impl From<Error> for Unsaved {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl Unsaved {
    /// As a page of its own, where the form cannot be shown again.
    pub fn oops(self) -> Oops {
        match self {
            Self::Shape(problems) => Error::Invalid(problems).into(),
            Self::Overtaken(_) => Error::Stale.into(),
            Self::Failed(error) => error.into(),
        }
    }
}

/// Changes the document of a filing as it stands now. Whoever writes another part at the same time is not in the way:
/// `change` is then applied to what he left, and says itself when what it saw is gone.
///
/// # Errors
/// See [`Unsaved`].
pub async fn save(
    member: &Member,
    shapes: &Shapes,
    id: &str,
    change: impl Fn(&Work, &mut Value) -> Result<(), Unseen>,
) -> Result<(), Unsaved> {
    for _ in 0..TRIES {
        let work = Work::writable(member, id).await?;
        let mut document = work.source.document.clone();
        if change(&work, &mut document).is_err() {
            return Err(Unsaved::Overtaken(Box::new(work)));
        }
        if document == work.source.document {
            return Ok(());
        }
        match write(member, shapes, &work, document).await {
            Err(Unsaved::Failed(Error::Stale)) => (),
            other => return other,
        }
    }
    Err(Error::Stale.into())
}

/// What the page saw of the part is not what stands there now.
pub struct Unseen;

async fn write(member: &Member, shapes: &Shapes, work: &Work, mut document: Value) -> Result<(), Unsaved> {
    typed::without_nulls(&mut document);
    let seen = work.case.row.version;
    let (schema, at) =
        if work.source.kind.writes_dossier() { ("Dossier", "") } else { ("Particulars", "/particulars") };
    let mut body = document.pointer(at).cloned().unwrap_or_else(|| json!({}));
    let problems = shapes.check(schema, &mut body);
    if !problems.is_empty() {
        let placed = |problem: Problem| Problem { pointer: format!("{at}{}", problem.pointer), ..problem };
        return Err(Unsaved::Shape(problems.into_iter().map(placed).collect()));
    }
    let actor = &member.actor;
    if work.source.kind.writes_dossier() {
        let dossier = serde_json::from_value(body).map_err(Error::internal)?;
        filings::revise(member, actor, work.id, seen, dossier).await?;
    } else {
        let particulars = serde_json::from_value(body).map_err(Error::internal)?;
        filings::specify(member, actor, work.id, seen, particulars).await?;
    }
    Ok(())
}
