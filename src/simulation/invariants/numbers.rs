//! (2) Numbers are given once and in a row.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::App;
use crate::error::Result;
use crate::simulation::invariants::Check;

/// Serial numbers of provisional bodies, by division.
pub(super) type Provisional = BTreeMap<String, BTreeSet<u32>>;

/// Series by region and year; table and column that carry their numbers, and what the number begins with.
const CASES: &[(&str, &str, &str, &str)] = &[
    ("case", "filing", "case_number", "BA"),
    ("import", "filing", "case_number", "CL"),
    ("visit", "visit", "case_number", "HC"),
    ("decision", "decision", "case_number", "JD"),
    ("complaint", "complaint", "case_number", "TS"),
    ("copy", "paper", "number", "JZ"),
];

/// Each series has given exactly the numbers that stand in the register: none twice, none lost. That no two rows share one
/// is a unique column's work; here is asked that none is missing.
pub(super) async fn series(app: &App, provisional: &Provisional) -> Result<Check> {
    let mut check = Check::new("(2)", "编号唯一，各系列连续，没有缺号");
    for row in app.store.every_series().await? {
        let next = row.next.unsigned_abs();
        let parts: Vec<&str> = row.name.split('/').collect();
        let (count, last) = match parts.as_slice() {
            ["log"] => {
                let last = app.store.log_from(row.next - 1, 2).await?;
                let end = last.last().map_or(0, |leaf| leaf.sequence.unsigned_abs() + 1);
                (end, end)
            }
            ["number", division] => {
                let given = provisional.get(*division);
                let count = given.map_or(0, BTreeSet::len);
                let last = given.and_then(BTreeSet::last).copied().unwrap_or_default();
                (u32::try_from(count).unwrap_or(u32::MAX), last)
            }
            ["paper", office, year] => {
                let prefix = format!("{office}〔{year}〕");
                let (count, last) = app.store.paper_numbers(&prefix, &format!("{prefix}{next}号")).await?;
                (u32::try_from(count).unwrap_or(u32::MAX), if last.is_some() { next } else { 0 })
            }
            [kind, region, year] => {
                let Some((_, table, column, prefix)) = CASES.iter().find(|(name, ..)| name == kind) else { continue };
                let prefix = format!("{prefix}-{region}-{year}-");
                let (count, last) = app.store.case_numbers(table, column, &prefix).await?;
                let last = last.and_then(|number| number.strip_prefix(&prefix).and_then(|n| n.parse().ok()));
                (u32::try_from(count).unwrap_or(u32::MAX), last.unwrap_or_default())
            }
            _ => continue,
        };
        check.checked += u64::from(count);
        if (count, last) != (next, next) {
            check.fault(format!("{} has given {next} numbers; there are {count}, the last {last}", row.name));
        }
    }
    Ok(check)
}
