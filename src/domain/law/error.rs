//! What is wrong with law data: all of it at once.

use serde::de::DeserializeOwned;

/// Every defect of the sources, each with the name of its table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the law data have {} defect(s):\n{}", .defects.len(), .defects.join("\n"))]
pub struct LawError {
    /// One line each.
    pub defects: Vec<String>,
}

/// Collects defects, so that whoever edits a table learns of all of them together.
#[derive(Debug, Default)]
pub(super) struct Defects(Vec<String>);

impl Defects {
    /// Notes a defect of `table`.
    pub(super) fn add(&mut self, table: &str, defect: impl AsRef<str>) {
        self.0.push(format!("{table}: {}", defect.as_ref()));
    }

    /// Notes a defect where `ok` does not hold.
    pub(super) fn unless(&mut self, ok: bool, table: &str, defect: impl FnOnce() -> String) {
        if !ok {
            self.add(table, defect());
        }
    }

    /// The TOML `text` as a `T`; where it is none, a defect and an empty `T`, so that the other tables are still read.
    pub(super) fn read<T: DeserializeOwned + Default>(&mut self, table: &str, text: &str) -> T {
        toml::from_str(text).unwrap_or_else(|error| {
            self.add(table, error.to_string().trim_end());
            T::default()
        })
    }

    /// `value`, if no defect was noted.
    pub(super) fn none_or<T>(self, value: T) -> Result<T, LawError> {
        if self.0.is_empty() { Ok(value) } else { Err(LawError { defects: self.0 }) }
    }
}
