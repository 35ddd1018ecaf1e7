//! Figures of filings.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Office, counts};
use crate::domain::dossier::{ClinicType, ServiceMode};
use crate::domain::figures::{Key, Row, Spread, percent};
use crate::domain::law::Severity;
use crate::domain::lifecycle::{Action, Kind, Stage};
use crate::domain::terms::Coded;
use crate::error::Result;
use crate::store::figures::Issued;

/// How many rules are listed.
const TOP: usize = 20;

impl Office<'_> {
    pub(super) async fn steps(&self) -> Result<Vec<Row>> {
        let mut cells: BTreeMap<(String, Kind, Option<String>), [i64; 5]> = BTreeMap::new();
        for step in self.tx.figure_steps(self.scope()).await? {
            let place = match step.action {
                Action::Submit => 0,
                Action::Issue => 1,
                Action::RequestCorrection => 2,
                Action::Redirect => 3,
                Action::Withdraw => 4,
                // An import enters what was filed before: no work of the office.
                Action::Recommend | Action::Import => continue,
            };
            let cell = cells.entry((step.month, step.kind, step.clinic_type)).or_default();
            if let Some(count) = cell.get_mut(place) {
                *count += step.n;
            }
        }
        let row = |((month, kind, clinic_type), cell): ((String, Kind, Option<String>), [i64; 5])| {
            let clinic_type = Key::coded::<ClinicType>(clinic_type.as_deref());
            self.row([Key::plain(month), Key::term(kind), clinic_type], counts(cell))
        };
        Ok(cells.into_iter().map(row).collect())
    }

    pub(super) async fn modes(&self) -> Result<Vec<Row>> {
        let mut cells: BTreeMap<(String, usize), [i64; 2]> = BTreeMap::new();
        for step in self.tx.figure_steps(self.scope()).await? {
            let place = match step.action {
                Action::Submit => 0,
                Action::Issue => 1,
                _ => continue,
            };
            let told: Vec<String> = serde_json::from_str(step.modes.as_deref().unwrap_or("[]")).unwrap_or_default();
            for (at, _) in ServiceMode::EVERY.iter().enumerate().filter(|(_, mode)| told.contains(&mode.key())) {
                if let Some(count) = cells.entry((step.month.clone(), at)).or_default().get_mut(place) {
                    *count += step.n;
                }
            }
        }
        let row = |((month, at), cell): ((String, usize), [i64; 2])| {
            let mode = ServiceMode::EVERY.get(at).copied().map(Key::term)?;
            Some(self.row([Key::plain(month), mode], counts(cell)))
        };
        Ok(cells.into_iter().filter_map(row).collect())
    }

    pub(super) async fn stages(&self) -> Result<Vec<Row>> {
        let mut found = self.tx.figure_stages(self.scope()).await?;
        found.sort_by(|a, b| (a.0, &a.1, a.2).cmp(&(b.0, &b.1, b.2)));
        let row = |(kind, clinic_type, stage, n): (Kind, Option<String>, Stage, i64)| {
            let clinic_type = Key::coded::<ClinicType>(clinic_type.as_deref());
            self.row([Key::term(kind), clinic_type, Key::term(stage)], counts([n]))
        };
        Ok(found.into_iter().map(row).collect())
    }

    /// How long issues took from the day that `since` says: by month and kind, then over the whole period.
    pub(super) async fn times(&self, since: fn(&Issued) -> NaiveDate) -> Result<Vec<Row>> {
        let mut months: BTreeMap<(String, Kind), Spread> = BTreeMap::new();
        let (mut kinds, mut whole): (BTreeMap<Kind, Spread>, Spread) = Default::default();
        for issue in self.tx.figure_issued(self.scope()).await? {
            let days = self.counting.workdays(since(&issue), issue.issued_on);
            months.entry((issue.month, issue.kind)).or_default().add(days, issue.n);
        }
        for ((_, kind), spread) in &months {
            kinds.entry(*kind).or_default().merge(spread);
            whole.merge(spread);
        }
        if months.is_empty() {
            return Ok(vec![]);
        }
        let told = |month: Key, kind: Key, spread: &Spread| {
            self.row([month, kind], counts([spread.count(), spread.percentile(50), spread.percentile(95)]))
        };
        let by_month = months.iter().map(|((month, kind), spread)| told(Key::plain(month), Key::term(*kind), spread));
        let by_kind = kinds.iter().map(|(kind, spread)| told(Key::all(), Key::term(*kind), spread));
        Ok(by_month.chain(by_kind).chain([told(Key::all(), Key::all(), &whole)]).collect())
    }

    pub(super) async fn overdue(&self) -> Result<Vec<Row>> {
        let mut kinds: BTreeMap<Kind, [i64; 3]> = BTreeMap::new();
        for issue in self.tx.figure_issued(self.scope()).await? {
            let [issued, late, _] = kinds.entry(issue.kind).or_default();
            *issued += issue.n;
            let due = self.counting.due(issue.last_on, (issue.length, issue.unit), issue.issued_on);
            *late += if issue.issued_on > due { issue.n } else { 0 };
        }
        let today = self.counting.period.today();
        for waiting in self.tx.figure_waiting(self.scope()).await? {
            if self.counting.due(waiting.starts_on, (waiting.length, waiting.unit), today) < today {
                let [_, _, open] = kinds.entry(waiting.kind).or_default();
                *open += waiting.n;
            }
        }
        let whole = kinds.values().fold([0; 3], |[a, b, c], [x, y, z]| [a + x, b + y, c + z]);
        let told = |kind: Key, [issued, late, open]: [i64; 3]| {
            let mut values = counts([issued, late, open]);
            values.push(percent(late + open, issued + open));
            self.row([kind], values)
        };
        let total = (!kinds.is_empty()).then(|| told(Key::all(), whole));
        Ok(kinds.into_iter().map(|(kind, cell)| told(Key::term(kind), cell)).chain(total).collect())
    }

    pub(super) async fn rounds(&self) -> Result<Vec<Row>> {
        let mut kinds: BTreeMap<Kind, [i64; 4]> = BTreeMap::new();
        for (kind, rounds, n) in self.tx.figure_rounds(self.scope()).await? {
            let [issued, none, one, more] = kinds.entry(kind).or_default();
            *issued += n;
            match rounds {
                0 => *none += n,
                1 => *one += n,
                _ => *more += n,
            }
        }
        let row = |(kind, [issued, none, one, more]): (Kind, [i64; 4])| {
            let mut values = counts([issued, none, one, more]);
            values.push(percent(none, issued));
            self.row([Key::term(kind)], values)
        };
        Ok(kinds.into_iter().map(row).collect())
    }

    pub(super) async fn defects(&self) -> Result<Vec<Row>> {
        let mut found = self.tx.figure_defects(self.scope()).await?;
        found.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
        found.truncate(TOP);
        let row = |(rule, defects, notices): (String, i64, i64)| {
            // A defect may be told under the warning side of a rule, `R-033W`.
            self.row([self.counting.rule(rule.trim_end_matches('W'))], counts([defects, notices]))
        };
        Ok(found.into_iter().map(row).collect())
    }

    pub(super) async fn warnings(&self) -> Result<Vec<Row>> {
        let (law, today) = (&self.counting.law, self.counting.period.today());
        let mut rules: BTreeMap<String, i64> = BTreeMap::new();
        for (rule, clinic_type, n) in self.tx.figure_findings(self.scope()).await? {
            let clinic_type = clinic_type.as_deref().and_then(ClinicType::of_code);
            let answered = law.rule(&rule, today).filter(|text| text.answered);
            if answered.is_some_and(|text| text.severity_for(clinic_type) == Severity::Warning) {
                *rules.entry(rule).or_default() += n;
            }
        }
        let mut found: Vec<_> = rules.into_iter().collect();
        found.sort_by(|a, b| (Reverse(a.1), &a.0).cmp(&(Reverse(b.1), &b.0)));
        found.truncate(TOP);
        Ok(found.into_iter().map(|(rule, n)| self.row([self.counting.rule(&rule)], counts([n]))).collect())
    }
}
