//! What a region or an authority switches off or sets for itself: `regions.toml`. Folded into the texts of the rules by
//! period, so that whoever asks the law need not know of regions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::clock::Unit;
use crate::domain::credit_code;
use crate::domain::law::Basis;
use crate::domain::law::Confidence;
use crate::domain::law::Division;
use crate::domain::law::Law;
use crate::domain::law::RuleText;
use crate::domain::law::Severity;
use crate::domain::law::error::Defects;

const TABLE: &str = "regions";

/// What stands as the document of a setting that names none.
const DOCUMENT: &str = "本地区规定";

/// One setting of one rule.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// USCC of the authority that applies it. Either this or `region`.
    #[serde(default)]
    pub authority: Option<String>,
    /// First digits of the 行政区划代码 of every authority that applies it: two, four or six.
    #[serde(default)]
    pub region: Option<String>,
    /// The rule.
    pub rule: String,
    /// Whether the rule is not asked at all.
    #[serde(default)]
    pub off: bool,
    /// Another severity, for every clinic type.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Other thresholds, by name.
    #[serde(default)]
    pub thresholds: BTreeMap<String, f64>,
    /// How the rule's periods are counted: in working or in calendar days.
    #[serde(default)]
    pub counted_in: Option<Unit>,
    /// First day.
    pub effective_from: NaiveDate,
    /// Last day; none: until further notice.
    #[serde(default)]
    pub effective_to: Option<NaiveDate>,
    /// 依据文件, with its number where it has one.
    #[serde(default)]
    pub document: Option<String>,
    /// 依据: why, shown with the rule.
    pub reason: String,
    /// How sure it is.
    pub confidence: Confidence,
}

/// `regions.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RegionFile {
    #[serde(default, rename = "override")]
    overrides: Vec<Override>,
}

impl RegionFile {
    /// The settings, the more particular after the more general, so that it has the last word.
    pub(super) fn checked(
        self,
        rules: &BTreeMap<String, Vec<RuleText>>,
        divisions: &[Division],
        defects: &mut Defects,
    ) -> Vec<Override> {
        let mut overrides = self.overrides;
        for one in &overrides {
            check(one, rules, divisions, defects);
        }
        for (n, one) in overrides.iter().enumerate() {
            let same = |other: &&Override| {
                (&other.rule, &other.authority, &other.region) == (&one.rule, &one.authority, &one.region)
                    && meet(one.effective_from, one.effective_to, other.effective_from, other.effective_to).is_some()
            };
            let twice = overrides.iter().skip(n + 1).any(|other| same(&other));
            defects.unless(!twice, TABLE, || format!("{} has two settings for one day", one.said()));
        }
        // Stable: the order of the file decides between equals.
        overrides.sort_by_key(Override::particularity);
        overrides
    }
}

fn check(one: &Override, rules: &BTreeMap<String, Vec<RuleText>>, divisions: &[Division], defects: &mut Defects) {
    let said = one.said();
    match (&one.authority, &one.region) {
        (Some(uscc), None) => {
            defects.unless(credit_code::check_uscc(uscc).is_ok(), TABLE, || format!("{said}: the USCC does not check"));
        }
        (None, Some(region)) => {
            let formed = matches!(region.len(), 2 | 4 | 6) && region.bytes().all(|b| b.is_ascii_digit());
            let known = formed && divisions.iter().any(|d| d.code.starts_with(region.as_str()));
            defects.unless(known, TABLE, || format!("{said}: no division begins with {region:?}"));
        }
        _ => defects.add(TABLE, format!("{said} must name either an authority or a region")),
    }
    let ordered = one.effective_to.is_none_or(|last| last >= one.effective_from);
    defects.unless(ordered, TABLE, || format!("{said} ends before it begins"));
    defects.unless(!one.reason.trim().is_empty(), TABLE, || format!("{said} gives no reason"));
    let sets = one.severity.is_some() || one.counted_in.is_some() || !one.thresholds.is_empty();
    defects.unless(one.off != sets, TABLE, || format!("{said} must either switch the rule off or set something of it"));
    let days = matches!(one.counted_in, None | Some(Unit::WorkingDays | Unit::CalendarDays));
    defects.unless(days, TABLE, || format!("{said}: periods are counted in working_days or calendar_days"));
    for (name, number) in &one.thresholds {
        defects.unless(number.is_finite() && *number >= 0.0, TABLE, || format!("{said}: {name} = {number}"));
    }
    let lowers = one.off || one.severity.is_some();
    defects.unless(!(lowers && ENFORCED.contains(&one.rule.as_str())), TABLE, || {
        format!("{said}: the program itself keeps this rule; no region switches it off or makes it less")
    });
    let Some(texts) = rules.get(&one.rule) else {
        return defects.add(TABLE, format!("{said}: there is no such rule"));
    };
    let meant: Vec<_> = texts.iter().filter(|text| one.period(text).is_some()).collect();
    defects.unless(!meant.is_empty(), TABLE, || format!("{said}: the rule is not in force in these days"));
    for text in meant {
        let clock = one.off && text.severity == Severity::Task;
        defects.unless(!clock, TABLE, || format!("{said}: a clock of the law is not switched off; set its thresholds"));
        for name in one.thresholds.keys().filter(|name| !text.thresholds.contains_key(*name)) {
            defects.add(TABLE, format!("{said}: the rule has no threshold {name:?}"));
        }
    }
}

/// Rules that are built into what the program does, so that their data can say how but not whether.
const ENFORCED: &[&str] = &[
    "R-051", "R-052", "R-053", "R-057", "R-058", "R-062", "R-065", "R-090", "R-093", "R-094", "R-097", "R-098",
    "R-105", "R-109",
];

/// The days that two periods share.
fn meet(
    from: NaiveDate,
    to: Option<NaiveDate>,
    other_from: NaiveDate,
    other_to: Option<NaiveDate>,
) -> Option<(NaiveDate, Option<NaiveDate>)> {
    let first = from.max(other_from);
    let last = [to, other_to].into_iter().flatten().min();
    last.is_none_or(|last| first <= last).then_some((first, last))
}

impl Override {
    /// The setting in words, for a defect.
    fn said(&self) -> String {
        let whose = self.authority.as_deref().or(self.region.as_deref()).unwrap_or("nobody");
        format!("{} for {whose} from {}", self.rule, self.effective_from)
    }

    /// The more digits, the more particular; an authority most of all.
    fn particularity(&self) -> usize {
        self.region.as_ref().map_or(usize::MAX, String::len)
    }

    /// Whether the authority of `region` with this USCC applies it.
    fn applies(&self, region: &str, uscc: &str) -> bool {
        self.authority.as_deref() == Some(uscc) || self.region.as_deref().is_some_and(|start| region.starts_with(start))
    }

    /// The days of a text that it changes.
    fn period(&self, text: &RuleText) -> Option<(NaiveDate, Option<NaiveDate>)> {
        meet(self.effective_from, self.effective_to, text.effective_from, text.effective_to)
    }

    /// A text as it stands with this setting: up to three texts, one after the other.
    fn cut(&self, text: RuleText) -> Vec<RuleText> {
        let Some((first, last)) = self.period(&text) else { return vec![text] };
        let mut pieces = vec![];
        if text.effective_from < first {
            pieces.push(RuleText { effective_to: first.pred_opt(), ..text.clone() });
        }
        if !self.off {
            pieces.push(self.set(RuleText { effective_from: first, effective_to: last, ..text.clone() }));
        }
        let next = last.filter(|last| text.effective_to.is_none_or(|end| *last < end)).and_then(|last| last.succ_opt());
        pieces.extend(next.map(|next| RuleText { effective_from: next, ..text }));
        pieces
    }

    fn set(&self, mut text: RuleText) -> RuleText {
        if let Some(severity) = self.severity {
            text.severity = severity;
            text.severity_by_type.clear();
        }
        text.thresholds.extend(self.thresholds.iter().map(|(name, number)| (name.clone(), *number)));
        text.counted_in = self.counted_in.unwrap_or(text.counted_in);
        text.basis.push(Basis {
            profiles: vec![],
            document: self.document.clone().unwrap_or_else(|| DOCUMENT.into()),
            article: String::new(),
            text: self.reason.clone(),
            confidence: self.confidence,
        });
        text
    }
}

/// The laws of regions as they were asked for, by the settings that apply. A copy begins with none.
#[derive(Debug, Default)]
pub(super) struct Made(Mutex<BTreeMap<Vec<usize>, Arc<Law>>>);

impl Clone for Made {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Regions.
impl Law {
    /// The law as the authority of `region` with this USCC applies it. Costs nothing where nothing is set for it, and is
    /// worked out once where something is.
    pub fn regional(self: Arc<Self>, region: &str, uscc: &str) -> Arc<Self> {
        let meant = self.overrides.iter().enumerate().filter(|(_, one)| one.applies(region, uscc));
        let applying: Vec<usize> = meant.map(|(n, _)| n).collect();
        if applying.is_empty() {
            return self;
        }
        let mut made = self.made.0.lock().unwrap_or_else(PoisonError::into_inner);
        let law = made.entry(applying).or_insert_with_key(|applying| Arc::new(self.folded(applying)));
        law.clone()
    }

    /// What regions and authorities set for themselves.
    pub fn overrides(&self) -> &[Override] {
        &self.overrides
    }

    fn folded(&self, applying: &[usize]) -> Self {
        let mut law = self.clone();
        for one in applying.iter().filter_map(|n| self.overrides.get(*n)) {
            if let Some(texts) = law.rules.get_mut(&one.rule) {
                *texts = std::mem::take(texts).into_iter().flat_map(|text| one.cut(text)).collect();
            }
        }
        // Whose law it is has been settled.
        law.overrides = Arc::default();
        law
    }
}
