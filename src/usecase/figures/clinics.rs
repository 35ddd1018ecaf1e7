//! Figures of the register and of 互联网诊疗.

use std::collections::BTreeMap;

use super::{Office, counts};
use crate::domain::dossier::ClinicType;
use crate::domain::figures::{Key, Month, Period, Pioneer, Row, percent};
use crate::domain::standing::ClinicAct;
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::error::Result;
use crate::store::figures::{Moved, Scope};

/// Whether a clinic that stands so may treat online.
fn online((state, mode): (ClinicState, TelemedicineMode)) -> bool {
    (state, mode) == (ClinicState::Active, TelemedicineMode::On)
}

/// How many more clinics stand as `is` says after an entry than before.
fn gained(moved: &Moved, is: impl Fn((ClinicState, TelemedicineMode)) -> bool) -> i64 {
    let (before, after) = (moved.from.is_some_and(&is), is(moved.to));
    moved.n * (i64::from(after) - i64::from(before))
}

impl Office<'_> {
    /// The months of the period; before them stands everything that was earlier.
    fn months(&self) -> Vec<String> {
        self.counting.period.months().iter().map(ToString::to_string).collect()
    }

    pub(super) async fn telemedicine(&self) -> Result<Vec<Row>> {
        let moves = self.tx.figure_moves(self.scope()).await?;
        let more = |month: &str| -> i64 {
            moves.iter().filter(|moved| moved.month == month).map(|moved| gained(moved, online)).sum()
        };
        let mut on = more("");
        let mut rows = vec![];
        for month in self.months() {
            on += more(&month);
            let acts = |act: ClinicAct| -> i64 {
                moves.iter().filter(|moved| moved.month == month && moved.act == act).map(|moved| moved.n).sum()
            };
            let values = counts([
                on,
                acts(ClinicAct::AddTelemedicine),
                acts(ClinicAct::RemoveTelemedicine),
                acts(ClinicAct::SuspendTelemedicine),
                acts(ClinicAct::ResumeTelemedicine),
            ]);
            rows.push(self.row([Key::plain(month)], values));
        }
        Ok(rows)
    }

    pub(super) async fn register(&self) -> Result<Vec<Row>> {
        let moves = self.tx.figure_moves(self.scope()).await?;
        let mut size: BTreeMap<ClinicState, i64> = BTreeMap::new();
        let mut rows = vec![];
        for month in std::iter::once(String::new()).chain(self.months()) {
            for moved in moves.iter().filter(|moved| moved.month == month) {
                for state in ClinicState::ALL {
                    *size.entry(*state).or_default() += gained(moved, |(at, _)| at == *state);
                }
            }
            if month.is_empty() {
                continue;
            }
            let standing = size.iter().filter(|(_, clinics)| **clinics != 0);
            rows.extend(
                standing.map(|(state, clinics)| self.row([Key::plain(&month), Key::term(*state)], counts([*clinics]))),
            );
        }
        Ok(rows)
    }

    pub(super) async fn share(&self) -> Result<Vec<Row>> {
        // The whole history up to the moment of counting, whatever the period.
        let whole = Period { to: Month::of(self.counting.period.today()), ..self.counting.period };
        let scope = Scope { authority: self.office.id, period: &whole };
        let mut types: BTreeMap<String, [i64; 2]> = BTreeMap::new();
        for moved in self.tx.figure_moves(scope).await? {
            let [clinics, on] = types.entry(moved.clinic_type.clone()).or_default();
            *clinics += gained(&moved, |(state, _)| state == ClinicState::Active);
            *on += gained(&moved, online);
        }
        let told = |key: Key, [clinics, on]: [i64; 2]| {
            let mut values = counts([clinics, on]);
            values.push(percent(on, clinics));
            self.row([key], values)
        };
        let all = types.values().fold([0; 2], |[a, b], [x, y]| [a + x, b + y]);
        let total = (!types.is_empty()).then(|| told(Key::all(), all));
        let rows = types.iter().map(|(code, cell)| told(Key::coded::<ClinicType>(Some(code)), *cell));
        Ok(rows.chain(total).collect())
    }

    pub(super) async fn first(&self) -> Result<Vec<Row>> {
        let found = self.tx.figure_first(Some(self.office.id), self.counting.period.recorded()).await?;
        let row = |first: Pioneer| {
            self.row([Key::plain(first.number), Key::plain(first.name), Key::plain(first.since.to_string())], vec![])
        };
        Ok(found.into_iter().map(row).collect())
    }
}
