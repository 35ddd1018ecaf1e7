//! Figures for the office: what each one counts and from which history, in one table; the period they are of; and the few
//! sums that need more than counting. Pure: the counts are handed in.

mod definitions;
mod document;
mod period;
mod spread;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

pub use definitions::{Definition, FigureCode, Heading, Measure, definition, definitions};
pub use document::markdown;
pub use period::{LONGEST, Month, Period};
pub use spread::Spread;

use crate::domain::dossier::ClinicType;
use crate::domain::terms::Coded;

/// What stands in the place of a value that was not told.
pub const UNTOLD: &str = "未填写";

/// The whole of something that other rows tell the parts of.
pub const ALL: (&str, &str) = ("all", "合计");

/// A value by which rows are told apart: its stable code, and the word for people.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub code: String,
    pub label: String,
}

impl Key {
    /// A value whose code is its word, such as a month or a number.
    pub fn plain(text: impl Into<String>) -> Self {
        let code: String = text.into();
        Self { label: code.clone(), code }
    }

    /// A code with its word.
    pub fn new(code: impl Into<String>, label: impl Into<String>) -> Self {
        Self { code: code.into(), label: label.into() }
    }

    /// A term of a closed set.
    pub fn term(term: impl Coded) -> Self {
        Self::new(term.key(), term.word())
    }

    /// The whole.
    pub fn all() -> Self {
        Self::new(ALL.0, ALL.1)
    }

    /// A term by its code, as the tables keep it; `untold` where there is none.
    pub fn coded<T: Coded>(code: Option<&str>) -> Self {
        let Some(code) = code.filter(|code| !code.is_empty()) else { return Self::new("untold", UNTOLD) };
        T::of_code(code).map_or_else(|| Self::plain(code), Self::term)
    }
}

/// One row: as many keys and values as the definition has headings and measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub keys: Vec<Key>,
    /// In the order of the measures, rounded to their decimals.
    pub values: Vec<f64>,
}

/// One figure, counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub definition: &'static Definition,
    pub rows: Vec<Row>,
}

/// A share in percent with one decimal; 0 of nothing.
pub fn percent(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 * 1000.0 / whole as f64).round() / 10.0 }
}

/// The first clinic of an authority's area that filed 互联网诊疗. All of it is public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pioneer {
    pub authority: Uuid,
    /// 备案机关
    pub office: String,
    /// 备案编号, as it was then
    pub number: String,
    /// 诊所名称, as it was then
    pub name: String,
    /// From this day on
    pub since: NaiveDate,
}

/// Clinics of one type that are in force now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    pub clinic_type: ClinicType,
    pub clinics: i64,
    /// Of them with 互联网诊疗 in force
    pub telemedicine: i64,
}

/// What anybody may know: a few counts of the register as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicFigures {
    pub as_of: DateTime<Utc>,
    pub clinics: Vec<InForce>,
    pub first: Vec<Pioneer>,
}
