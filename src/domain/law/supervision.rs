//! What an authority acts on by itself: the checklists of its visits and the grounds of its decisions.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::decision::DecisionKind;
use crate::domain::dossier::ClinicType;
use crate::domain::dossier::Profile;
use crate::domain::law::Law;
use crate::domain::law::error::Defects;
use crate::domain::law::rule::Confidence;

/// One line of a checklist, for one period.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckLine {
    /// Stable code, as stored with what was found.
    pub code: String,
    /// 核查内容
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// Legal basis in words.
    pub basis: String,
    /// How sure the line is.
    pub confidence: Confidence,
    /// The clinic types that it is for; none named: all.
    #[serde(default)]
    pub clinic_types: Vec<ClinicType>,
    /// First day in force.
    pub effective_from: NaiveDate,
    /// Last day in force; none: still in force.
    #[serde(default)]
    pub effective_to: Option<NaiveDate>,
}

impl CheckLine {
    /// Whether clinics of this type are checked for it.
    pub fn is_for(&self, clinic_type: ClinicType) -> bool {
        self.clinic_types.is_empty() || self.clinic_types.contains(&clinic_type)
    }

    /// Whether the line is in force on `day`.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        holds((self.effective_from, self.effective_to), day)
    }
}

/// 法定情形: on what a decision may rest, for one period.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Stable code, as stored with the decision.
    pub code: String,
    /// The kind of decision that it carries.
    pub kind: DecisionKind,
    /// The ground in words, as announced.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// 文件
    pub document: String,
    /// 条款
    pub article: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// The measures under which it holds; none named: both.
    #[serde(default)]
    pub profiles: Vec<Profile>,
    /// First day in force.
    pub effective_from: NaiveDate,
    /// Last day in force; none: still in force.
    #[serde(default)]
    pub effective_to: Option<NaiveDate>,
}

impl Ground {
    /// Whether it holds under these measures.
    pub fn holds_under(&self, profile: Profile) -> bool {
        self.profiles.is_empty() || self.profiles.contains(&profile)
    }

    /// Whether it is in force on `day`.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        holds((self.effective_from, self.effective_to), day)
    }

    /// Document and article.
    pub fn basis(&self) -> String {
        format!("{}{}", self.document, self.article)
    }
}

type Span = (NaiveDate, Option<NaiveDate>);

fn holds((from, to): Span, day: NaiveDate) -> bool {
    from <= day && to.is_none_or(|last| day <= last)
}

/// `checklists.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChecklistFile {
    line: Vec<CheckLine>,
}

impl ChecklistFile {
    /// The lines, in the order of the file.
    pub(super) fn checked(self, defects: &mut Defects) -> Vec<CheckLine> {
        const TABLE: &str = "checklists";
        for line in &self.line {
            let texts = [&line.zh, &line.en, &line.basis];
            defects
                .unless(texts.iter().all(|t| !t.trim().is_empty()), TABLE, || format!("{:?} lacks a text", line.code));
        }
        once(TABLE, self.line.iter().map(|l| (l.code.as_str(), (l.effective_from, l.effective_to))), defects);
        for &clinic_type in ClinicType::ALL {
            let own = |l: &CheckLine| l.clinic_types.contains(&clinic_type) && l.effective_to.is_none();
            defects.unless(self.line.iter().any(own), TABLE, || {
                format!("{clinic_type:?} has no line of its own in force")
            });
        }
        self.line
    }
}

/// `grounds.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroundFile {
    ground: Vec<Ground>,
}

impl GroundFile {
    /// The grounds, in the order of the file.
    pub(super) fn checked(self, defects: &mut Defects) -> Vec<Ground> {
        const TABLE: &str = "grounds";
        for ground in &self.ground {
            let texts = [&ground.zh, &ground.en, &ground.document, &ground.article];
            let whole = texts.iter().all(|t| !t.trim().is_empty());
            defects.unless(whole, TABLE, || format!("{:?} lacks a text or its basis", ground.code));
        }
        once(TABLE, self.ground.iter().map(|g| (g.code.as_str(), (g.effective_from, g.effective_to))), defects);
        for &kind in DecisionKind::ALL {
            for profile in [Profile::Clinic2022, Profile::Tcm2017] {
                let carries = |g: &Ground| g.kind == kind && g.holds_under(profile) && g.effective_to.is_none();
                let any = self.ground.iter().any(carries);
                defects.unless(any, TABLE, || format!("{kind:?} has no ground in force under {profile:?}"));
            }
        }
        self.ground
    }
}

/// Notes malformed codes, dates in the wrong order, and a code with two texts for one day.
fn once<'a>(table: &str, rows: impl Iterator<Item = (&'a str, Span)>, defects: &mut Defects) {
    let mut spans: BTreeMap<&str, Vec<Span>> = BTreeMap::new();
    for (code, span) in rows {
        let formed =
            !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        defects.unless(formed && code.len() <= 40, table, || format!("{code:?} is no code"));
        let ordered = span.1.is_none_or(|last| last >= span.0);
        defects.unless(ordered, table, || format!("{code:?} has its dates in the wrong order"));
        spans.entry(code).or_default().push(span);
    }
    for (code, mut spans) in spans {
        spans.sort();
        let overlap = spans.windows(2).any(|pair| match pair {
            [(_, to), (from, _)] => to.is_none_or(|last| last >= *from),
            _ => false,
        });
        defects.unless(!overlap, table, || format!("{code:?} has two texts for one day"));
    }
}

/// Visits and decisions.
impl Law {
    /// What a clinic of this type is checked for on a day, in the order of the list.
    pub fn checklist(&self, clinic_type: ClinicType, on: NaiveDate) -> impl Iterator<Item = &CheckLine> {
        self.checklists.iter().filter(move |line| line.is_for(clinic_type) && line.holds_on(on))
    }

    /// Every line of every period, in the order of the list.
    pub fn checklists(&self) -> &[CheckLine] {
        &self.checklists
    }

    /// The grounds that carry a decision on a day.
    pub fn grounds(&self, kind: DecisionKind, profile: Profile, on: NaiveDate) -> impl Iterator<Item = &Ground> {
        let carries = move |g: &&Ground| g.kind == kind && g.holds_under(profile) && g.holds_on(on);
        self.grounds.iter().filter(carries)
    }

    /// The ground of a code on a day.
    pub fn ground(&self, code: &str, on: NaiveDate) -> Option<&Ground> {
        self.grounds.iter().find(|g| g.code == code && g.holds_on(on))
    }

    /// Every ground of every period, in the order of the list.
    pub fn all_grounds(&self) -> &[Ground] {
        &self.grounds
    }
}
