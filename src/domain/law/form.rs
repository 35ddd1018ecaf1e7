//! Forms to fill in by hand, each with a sample: for the materials that a clinic writes itself. No law prescribes them
//! (filing asks for content, not for a layout), so nobody has to use them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::law::Material;
use crate::domain::law::error::Defects;
use crate::domain::paper::{self, Block, PaperContent};

const TABLE: &str = "forms";

/// The most empty rows or lines of one block: what a hand needs, not a way to make paper without end.
const MOST_LINES: usize = 60;

/// A line to write on: a blank that is not trimmed away.
const ROOM: &str = "\u{3000}";

/// A form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Code of the material that it becomes once it is filled in.
    pub material: String,
    /// The title.
    pub title: String,
    /// The body.
    pub blocks: Vec<FormBlock>,
    /// Captions of the lines to sign on.
    #[serde(default)]
    pub signatures: Vec<String>,
}

/// A part of the body.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case", deny_unknown_fields)]
pub enum FormBlock {
    /// A paragraph that is the same on the empty form and on the sample.
    Paragraph { text: String },
    /// A heading within the body.
    Heading { text: String },
    /// Numbered sentences, the same on both.
    List { items: Vec<String> },
    /// Labels, each with room to write.
    Fields { rows: Vec<FormField> },
    /// A table: `empty` rows to write in, or the rows of the sample.
    Table { head: Vec<String>, widths: Vec<u32>, empty: usize, sample: Vec<Vec<String>> },
}

/// A label, lines to write on, and what may stand there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    pub label: String,
    pub sample: String,
    #[serde(default = "one")]
    pub lines: usize,
}

const fn one() -> usize {
    1
}

impl Form {
    /// What the form says: empty, or filled in as a sample.
    pub fn content(&self, sample: bool, on: NaiveDate) -> PaperContent {
        PaperContent {
            issuer: String::new(),
            title: self.title.clone(),
            number: String::new(),
            addressee: String::new(),
            blocks: self.blocks.iter().map(|block| block.filled(sample)).collect(),
            basis: vec![],
            remedy: String::new(),
            contact: String::new(),
            signed_by: String::new(),
            signed_on: on,
            signatures: self.signatures.clone(),
        }
    }
}

impl FormBlock {
    fn filled(&self, sample: bool) -> Block {
        match self {
            Self::Paragraph { text } => Block::Paragraph { text: text.clone() },
            Self::Heading { text } => Block::Heading { text: text.clone() },
            Self::List { items } => {
                let item = |text: &String| paper::Item { text: text.clone(), note: String::new() };
                Block::List { items: items.iter().map(item).collect() }
            }
            Self::Fields { rows } => {
                let value = |row: &FormField| match sample {
                    true => row.sample.clone(),
                    false => vec![ROOM; row.lines].join("\n"),
                };
                let field = |row: &FormField| paper::Field { label: row.label.clone(), value: value(row) };
                Block::Fields { rows: rows.iter().map(field).collect() }
            }
            Self::Table { head, widths, empty, sample: rows } => {
                let none = || vec![vec![String::new(); head.len()]; *empty];
                let rows = if sample { rows.clone() } else { none() };
                Block::Table { head: head.clone(), widths: widths.clone(), rows }
            }
        }
    }

    fn defect(&self) -> Option<String> {
        match self {
            Self::Fields { rows } => rows
                .iter()
                .find(|row| row.lines == 0 || row.lines > MOST_LINES)
                .map(|row| format!("lines of {:?}", row.label)),
            Self::Table { head, widths, empty, sample } => {
                let even = widths.len() == head.len() && sample.iter().all(|row| row.len() == head.len());
                let room =
                    (1..=MOST_LINES).contains(empty) && widths.iter().all(|width| *width > 0) && !head.is_empty();
                (!even || !room).then(|| format!("columns, widths or rows of the table {}", head.join("、")))
            }
            Self::Paragraph { .. } | Self::Heading { .. } | Self::List { .. } => None,
        }
    }
}

/// `forms.toml`; editions from before there were forms have none.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FormFile {
    form: Vec<Form>,
}

impl FormFile {
    pub(super) fn checked(
        self,
        materials: &BTreeMap<String, Material>,
        defects: &mut Defects,
    ) -> BTreeMap<String, Form> {
        let count = self.form.len();
        for form in &self.form {
            let known = materials.contains_key(&form.material);
            defects.unless(known, TABLE, || format!("{:?} is no material", form.material));
            for told in form.blocks.iter().filter_map(FormBlock::defect) {
                defects.add(TABLE, format!("{}: wrong {told}", form.material));
            }
        }
        let forms: BTreeMap<_, _> = self.form.into_iter().map(|form| (form.material.clone(), form)).collect();
        defects.unless(forms.len() == count, TABLE, || "a material has two forms".into());
        forms
    }
}
