//! The tables of the law that come with the program. Their shapes and checks are [`crate::domain::law`].

use crate::domain::law::Law;
use crate::domain::law::LawError;
use crate::domain::law::Sources;

const SOURCES: Sources<'static> = Sources {
    rules: include_str!("rules.toml"),
    phrases: include_str!("phrases.toml"),
    subjects: include_str!("subjects.toml"),
    materials: include_str!("materials.toml"),
    policies: include_str!("policies.toml"),
    economic_types: include_str!("economic_types.toml"),
    declarations: include_str!("declarations.toml"),
    notices: include_str!("notices.toml"),
    calendar: include_str!("calendar.toml"),
    divisions: include_str!("divisions.csv"),
    streets: include_str!("streets.csv"),
};

/// The law as this program was built with it.
///
/// # Errors
/// Every defect of the tables.
pub fn embedded() -> Result<Law, LawError> {
    Law::parse(&SOURCES)
}
