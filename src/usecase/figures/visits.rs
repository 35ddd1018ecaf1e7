//! Figures of visits, decisions and reports from the public.

use std::collections::BTreeMap;

use super::{Office, counts};
use crate::domain::complaint::{ComplaintKind, ComplaintOutcome};
use crate::domain::decision::DecisionKind;
use crate::domain::figures::{Key, Month, Row};
use crate::domain::visit::{VisitAction, VisitKind};
use crate::error::Result;

impl Office<'_> {
    pub(super) async fn visits_due(&self) -> Result<Vec<Row>> {
        let (period, today) = (self.counting.period, self.counting.period.today());
        let mut cells: BTreeMap<(Month, VisitKind), [i64; 6]> = BTreeMap::new();
        for visit in self.tx.figure_visits_due(self.scope()).await? {
            let end = visit.met_on.unwrap_or(today);
            let counted = || self.counting.due(visit.starts_on, (visit.length, visit.unit), end);
            let due_on = visit.fixed_on.unwrap_or_else(counted);
            let month = Month::of(due_on);
            if !(period.from..=period.to).contains(&month) {
                continue;
            }
            let [due, in_time, late, open, overdue, dropped] = cells.entry((month, visit.kind)).or_default();
            let place = match (visit.state.as_str(), visit.met_on) {
                ("dropped", _) => {
                    *dropped += visit.n;
                    continue;
                }
                ("made", Some(met_on)) if met_on > due_on => late,
                ("made", _) => in_time,
                _ if today > due_on => overdue,
                _ => open,
            };
            *place += visit.n;
            *due += visit.n;
        }
        let row = |((month, kind), cell): ((Month, VisitKind), [i64; 6])| {
            self.row([Key::plain(month.to_string()), Key::term(kind)], counts(cell))
        };
        Ok(cells.into_iter().map(row).collect())
    }

    pub(super) async fn visits_made(&self) -> Result<Vec<Row>> {
        let mut cells: BTreeMap<(String, VisitKind), [i64; 4]> = BTreeMap::new();
        for (month, kind, action, n) in self.tx.figure_visits_made(self.scope()).await? {
            let [passed, rectification, extended, failed] = cells.entry((month, kind)).or_default();
            match action {
                VisitAction::Pass => *passed += n,
                VisitAction::OrderRectification => *rectification += n,
                VisitAction::Extend => *extended += n,
                VisitAction::Fail => *failed += n,
                VisitAction::Assign | VisitAction::Drop => (),
            }
        }
        let row = |((month, kind), cell): ((String, VisitKind), [i64; 4])| {
            self.row([Key::plain(month), Key::term(kind)], counts(cell))
        };
        Ok(cells.into_iter().map(row).collect())
    }

    pub(super) async fn decisions(&self) -> Result<Vec<Row>> {
        let mut found = self.tx.figure_decisions(self.scope()).await?;
        found.sort();
        let row =
            |(month, kind, n): (String, DecisionKind, i64)| self.row([Key::plain(month), Key::term(kind)], counts([n]));
        Ok(found.into_iter().map(row).collect())
    }

    pub(super) async fn complaints(&self) -> Result<Vec<Row>> {
        let mut found = self.tx.figure_complaints(self.scope()).await?;
        found.sort();
        let row = |(month, kind, outcome, n): (String, ComplaintKind, Option<String>, i64)| {
            let outcome = match outcome.as_deref() {
                None => Key::new("open", "办理中"),
                told => Key::coded::<ComplaintOutcome>(told),
            };
            self.row([Key::plain(month), Key::term(kind), outcome], counts([n]))
        };
        Ok(found.into_iter().map(row).collect())
    }
}
