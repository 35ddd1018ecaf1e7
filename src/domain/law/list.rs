//! The short lists: 规章制度, 经济类型, 承诺, 告知.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::law::error::Defects;
use crate::domain::law::rule::Confidence;

/// A rule that an institution with 互联网诊疗 keeps (监管细则 第六条, R-079).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Stable code, as stored in the dossier.
    pub code: String,
    /// 名称
    #[serde(rename = "name_zh")]
    pub name: String,
    /// The name in English.
    pub name_en: String,
}

/// 经济类型, the two digits of GB/T 12402-2000.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EconomicType {
    /// 名称
    #[serde(rename = "zh")]
    pub name: String,
    /// The name in English.
    #[serde(rename = "en")]
    pub name_en: String,
}

/// A sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sentence {
    /// Chinese; the one that counts.
    pub zh: String,
    /// English.
    pub en: String,
}

/// One wording of what an applicant declares.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// `not_disqualified` or `truthful`, as the fields of the dossier.
    pub code: String,
    /// The wording, from 1.
    pub version: u32,
    /// First day of the wording.
    pub effective_from: NaiveDate,
    /// What introduces the items, in Chinese.
    pub lead_zh: String,
    /// The same in English.
    pub lead_en: String,
    /// How sure the wording is.
    pub confidence: Confidence,
    /// The items.
    #[serde(rename = "item")]
    pub items: Vec<Sentence>,
}

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeUse {
    /// Beside 互联网诊疗 on public pages, for patients.
    Patient,
    /// At the end of a notice to an applicant: 救济途径.
    Remedy,
}

/// A text shown as it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Stable code.
    pub code: String,
    /// Where it stands.
    #[serde(rename = "use")]
    pub usage: NoticeUse,
    /// Chinese; the one that counts.
    pub zh: String,
    /// English.
    pub en: String,
    /// Legal basis in words.
    pub basis: String,
    /// How sure it is.
    pub confidence: Confidence,
}

/// `policies.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PolicyFile {
    effective_from: NaiveDate,
    policy: Vec<Policy>,
}

impl PolicyFile {
    /// The first day, and the list.
    pub(super) fn checked(self, defects: &mut Defects) -> (NaiveDate, Vec<Policy>) {
        distinct("policies", self.policy.iter().map(|p| p.code.as_str()), defects);
        (self.effective_from, self.policy)
    }
}

/// `economic_types.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EconomicTypeFile {
    economic_types: BTreeMap<String, EconomicType>,
}

impl EconomicTypeFile {
    pub(super) fn checked(self, defects: &mut Defects) -> BTreeMap<String, EconomicType> {
        let table = "economic_types";
        distinct(table, self.economic_types.keys().map(String::as_str), defects);
        for code in self.economic_types.keys() {
            let formed = code.len() == 2 && code.bytes().all(|b| b.is_ascii_digit());
            defects.unless(formed, table, || format!("{code:?} is no two-digit code"));
        }
        self.economic_types
    }
}

/// `declarations.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DeclarationFile {
    declaration: Vec<Declaration>,
}

impl DeclarationFile {
    /// The wordings by code, each code's by version.
    pub(super) fn checked(self, defects: &mut Defects) -> BTreeMap<String, Vec<Declaration>> {
        let table = "declarations";
        let mut by_code: BTreeMap<String, Vec<Declaration>> = BTreeMap::new();
        for declaration in self.declaration {
            let code = declaration.code.clone();
            defects.unless(!declaration.items.is_empty(), table, || format!("{code:?} declares nothing"));
            by_code.entry(code).or_default().push(declaration);
        }
        for code in ["not_disqualified", "truthful"] {
            defects.unless(by_code.contains_key(code), table, || format!("{code:?} is missing"));
        }
        for (code, wordings) in &mut by_code {
            wordings.sort_by_key(|w| w.version);
            let counted = (1u32..).zip(wordings.iter()).all(|(n, w)| w.version == n);
            let ordered = wordings.is_sorted_by(|a, b| a.effective_from < b.effective_from);
            defects.unless(counted && ordered, table, || format!("{code:?} has versions or dates out of order"));
        }
        by_code
    }
}

/// `notices.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoticeFile {
    notice: Vec<Notice>,
}

impl NoticeFile {
    pub(super) fn checked(self, defects: &mut Defects) -> Vec<Notice> {
        distinct("notices", self.notice.iter().map(|n| n.code.as_str()), defects);
        self.notice
    }
}

/// Notes an empty list, an empty code, and a code that stands twice.
fn distinct<'a>(table: &str, codes: impl Iterator<Item = &'a str>, defects: &mut Defects) {
    let mut seen = BTreeSet::new();
    for code in codes {
        defects.unless(!code.is_empty() && seen.insert(code), table, || format!("{code:?} is empty or stands twice"));
    }
    defects.unless(!seen.is_empty(), table, || "the list is empty".into());
}
