//! The tables of the law that come with the program. Their shapes and checks are [`crate::domain::law`].

use std::sync::{Arc, PoisonError, RwLock};

use crate::domain::law::Law;
use crate::domain::law::LawError;
use crate::domain::law::Sources;

/// The texts that come with the program.
pub const SOURCES: Sources<'static> = Sources {
    rules: include_str!("rules.toml"),
    phrases: include_str!("phrases.toml"),
    subjects: include_str!("subjects.toml"),
    materials: include_str!("materials.toml"),
    policies: include_str!("policies.toml"),
    economic_types: include_str!("economic_types.toml"),
    declarations: include_str!("declarations.toml"),
    notices: include_str!("notices.toml"),
    checklists: include_str!("checklists.toml"),
    grounds: include_str!("grounds.toml"),
    papers: include_str!("papers.toml"),
    calendar: include_str!("calendar.toml"),
    divisions: include_str!("divisions.csv"),
    streets: include_str!("streets.csv"),
    regions: include_str!("regions.toml"),
    forms: include_str!("forms.toml"),
};

/// The law as this program was built with it.
///
/// # Errors
/// Every defect of the tables.
pub fn embedded() -> Result<Law, LawError> {
    Law::parse(&SOURCES)
}

/// The law that is in force in this process: replaced as a whole when an edition is imported.
#[derive(Debug)]
pub struct LawBook(RwLock<Arc<Law>>);

impl LawBook {
    /// A book that holds `law`.
    pub fn new(law: Law) -> Self {
        Self(RwLock::new(Arc::new(law)))
    }

    /// The law of the whole country. Held for the length of one step, so that the step sees one edition.
    pub fn national(&self) -> Arc<Law> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The law as an authority applies it: what its region switched or set for itself taken in.
    pub fn of(&self, region: &str, uscc: &str) -> Arc<Law> {
        self.national().regional(region, uscc)
    }

    /// Puts a later edition in force; an earlier one, that another step was quicker to replace, stays out.
    pub fn replace(&self, law: Law) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if law.rule_set() > held.rule_set() {
            *held = Arc::new(law);
        }
    }
}
