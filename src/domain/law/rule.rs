//! The half of a rule that is data: what it says, how grave it is, how much it asks, on what legal basis, since when.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Deserialize;
use serde::Serialize;

use crate::domain::clock::Unit;
use crate::domain::dossier::ClinicType;
use crate::domain::dossier::Profile;
use crate::domain::law::error::Defects;
use crate::domain::lifecycle::Kind;

const TABLE: &str = "rules";

/// What stands for a value that a finding does not carry.
const NO_VALUE: &str = "—";

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Blocks.
    Error,
    /// May be passed with a reason.
    Warning,
    /// A clock or a piece of work.
    Task,
    /// Only shown.
    Display,
}

/// How sure a piece of law data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Confidence {
    /// Found in a public source.
    #[serde(rename = "F")]
    Found,
    /// General knowledge.
    #[serde(rename = "K")]
    Known,
    /// General knowledge; wording or article number not checked again.
    #[serde(rename = "K?")]
    Likely,
    /// Not known: the regulator is to be asked.
    #[serde(rename = "U")]
    Unsure,
    /// Inferred by this register; not law.
    #[serde(rename = "I")]
    Inferred,
}

/// One legal basis of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// Under which measures it is a basis; none: under both.
    #[serde(default)]
    pub profiles: Vec<Profile>,
    /// 文件, with its number where it has one.
    pub document: String,
    /// 条款: `第五条`.
    pub article: String,
    /// What it says: short, quoted or paraphrased.
    pub text: String,
    /// How sure this is.
    pub confidence: Confidence,
}

/// A rule's text for one period.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// `R-005`
    pub id: String,
    /// How grave a finding is, unless `severity_by_type` says otherwise; see [`RuleText::severity_for`].
    pub severity: Severity,
    /// Other severities for some clinic types.
    #[serde(default)]
    pub severity_by_type: BTreeMap<ClinicType, Severity>,
    /// The measures under which the rule holds; none named: both.
    #[serde(default)]
    pub profiles: Vec<Profile>,
    /// The kinds of filing that the rule is asked of; none named: those that write the form.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// How the rule's periods are counted (`days`), in working or calendar days; months always by the calendar.
    #[serde(default = "working_days")]
    pub counted_in: Unit,
    /// Whether a warning of this rule must be answered with a reason before a submission passes.
    #[serde(default = "yes")]
    pub answered: bool,
    /// Title in Chinese.
    pub title_zh: String,
    /// Title in English.
    pub title_en: String,
    /// Message in Chinese with `{placeholders}`; filled by [`RuleText::message_zh`].
    #[serde(rename = "message_zh")]
    pub template_zh: String,
    /// Message in English with the same placeholders; filled by [`RuleText::message_en`].
    #[serde(rename = "message_en")]
    pub template_en: String,
    /// Names of the placeholders.
    #[serde(default)]
    pub values: Vec<String>,
    /// First day in force.
    pub effective_from: NaiveDate,
    /// Last day in force; none: still in force.
    #[serde(default)]
    pub effective_to: Option<NaiveDate>,
    /// Legal bases, the chief one first; never empty.
    pub basis: Vec<Basis>,
    /// How much the rule asks, by name; the name tells the unit (`years`, `months`; `days`: as
    /// `counted_in` says). When a clock warns: [`clock::warned`](crate::domain::clock::warned).
    #[serde(default)]
    pub thresholds: BTreeMap<String, f64>,
}

const fn working_days() -> Unit {
    Unit::WorkingDays
}

const fn yes() -> bool {
    true
}

impl RuleText {
    /// Whether the rule is asked of a filing of this kind.
    pub fn asked_of(&self, kind: Kind) -> bool {
        if self.kinds.is_empty() { kind.writes_dossier() } else { self.kinds.contains(&kind) }
    }

    /// How grave a finding is for a clinic of this type.
    pub fn severity_for(&self, clinic_type: Option<ClinicType>) -> Severity {
        clinic_type.and_then(|t| self.severity_by_type.get(&t)).copied().unwrap_or(self.severity)
    }

    /// Whether the text is in force on `day`.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.effective_from <= day && self.effective_to.is_none_or(|last| day <= last)
    }

    /// Whether the rule holds under `profile`; where it is not yet chosen, whether it may.
    pub fn holds_under(&self, profile: Option<Profile>) -> bool {
        self.profiles.is_empty() || profile.is_none_or(|p| self.profiles.contains(&p))
    }

    /// The message in Chinese. A placeholder takes the finding's value, else the threshold of its name, else “—”.
    pub fn message_zh(&self, values: &[(String, String)]) -> String {
        self.fill(&self.template_zh, |name| value_of(values, name))
    }

    /// The message in English: as [`RuleText::message_zh`], but the value `name_en` goes before `name`.
    pub fn message_en(&self, values: &[(String, String)]) -> String {
        self.fill(&self.template_en, |name| value_of(values, &format!("{name}_en")).or_else(|| value_of(values, name)))
    }

    fn fill<'a>(&self, template: &str, value: impl Fn(&str) -> Option<&'a str>) -> String {
        let mut out = String::with_capacity(template.len());
        // One pass: braces inside of a value are never read as a placeholder.
        for piece in pieces(template) {
            match piece {
                Piece::Text(text) => out += text,
                Piece::Placeholder(name) => match (value(name), self.thresholds.get(name)) {
                    (Some(given), _) => out += given,
                    (None, Some(number)) => out += &number.to_string(),
                    (None, None) => out += NO_VALUE,
                },
            }
        }
        out
    }
}

fn value_of<'a>(values: &'a [(String, String)], name: &str) -> Option<&'a str> {
    values.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

pub(super) enum Piece<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

/// A template in pieces; a brace without its partner is text.
pub(super) fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut found = vec![];
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else { break };
        found.extend([Piece::Text(before), Piece::Placeholder(name)]);
        rest = behind;
    }
    found.push(Piece::Text(rest));
    found
}

/// `rules.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleFile {
    rule_set: RuleSet,
    #[serde(default)]
    rule: Vec<RuleText>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSet {
    version: u32,
    effective_from: NaiveDate,
}

impl RuleFile {
    /// The version of the set, and the texts by id, each id's by period.
    pub(super) fn checked(self, defects: &mut Defects) -> (u32, BTreeMap<String, Vec<RuleText>>) {
        defects.unless(self.rule_set.version > 0, TABLE, || "the rule set has no version".into());
        defects.unless(!self.rule.is_empty(), TABLE, || "there is no rule".into());
        let mut rules: BTreeMap<String, Vec<RuleText>> = BTreeMap::new();
        for rule in self.rule {
            check(&rule, self.rule_set.effective_from, defects);
            rules.entry(rule.id.clone()).or_default().push(rule);
        }
        for (id, texts) in &mut rules {
            texts.sort_by_key(|text| text.effective_from);
            let overlap = texts.windows(2).any(|pair| match pair {
                [earlier, later] => earlier.effective_to.is_none_or(|last| last >= later.effective_from),
                _ => false,
            });
            defects.unless(!overlap, TABLE, || format!("{id} has two texts for one day"));
        }
        (self.rule_set.version, rules)
    }
}

fn check(rule: &RuleText, since: NaiveDate, defects: &mut Defects) {
    let id = &rule.id;
    let digits = id.strip_prefix("R-").unwrap_or_default();
    let formed = digits.len() == 3 && digits.bytes().all(|b| b.is_ascii_digit());
    defects.unless(formed, TABLE, || format!("{id:?} is no rule id"));
    let ordered = rule.effective_from >= since && rule.effective_to.is_none_or(|last| last >= rule.effective_from);
    defects.unless(ordered, TABLE, || format!("{id} has its dates in the wrong order, or before the rule set's"));
    let texts = [&rule.title_zh, &rule.title_en, &rule.template_zh, &rule.template_en];
    defects.unless(texts.iter().all(|t| !t.trim().is_empty()), TABLE, || format!("{id} lacks a title or message"));
    let values: BTreeSet<&str> = rule.values.iter().map(String::as_str).collect();
    defects.unless(values.len() == rule.values.len(), TABLE, || format!("{id} names a value twice"));
    for template in [&rule.template_zh, &rule.template_en] {
        let named = pieces(template).into_iter().filter_map(|piece| match piece {
            Piece::Placeholder(name) => Some(name),
            Piece::Text(_) => None,
        });
        let named: BTreeSet<&str> = named.collect();
        defects.unless(named == values, TABLE, || format!("{id} says {named:?} but lists the values {values:?}"));
        let stray = pieces(template).iter().any(|piece| matches!(piece, Piece::Text(t) if t.contains(['{', '}'])));
        defects.unless(!stray, TABLE, || format!("{id} has a brace without its partner"));
    }
    let counted = matches!(rule.counted_in, Unit::WorkingDays | Unit::CalendarDays);
    defects.unless(counted, TABLE, || format!("{id} counts its days in {:?}", rule.counted_in));
    let grounded = !rule.basis.is_empty()
        && rule.basis.iter().all(|b| ![&b.document, &b.article, &b.text].iter().any(|t| t.trim().is_empty()));
    defects.unless(grounded, TABLE, || format!("{id} has no complete legal basis"));
    for (name, number) in &rule.thresholds {
        defects.unless(number.is_finite() && *number >= 0.0, TABLE, || {
            format!("{id} has the threshold {name} = {number}")
        });
    }
}
