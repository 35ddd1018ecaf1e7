//! What is printed at the end, in aligned columns.

use std::collections::BTreeMap;
use std::fmt;

use chrono::Datelike;

use crate::domain::deadline::shanghai_date;
use crate::domain::lifecycle::{Kind, Stage};
use crate::simulation::Report;
use crate::simulation::invariants::Check;

/// How wide a text is on a terminal: a Chinese character takes two columns.
fn width(text: &str) -> usize {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// `text` filled up with spaces on the right.
fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` filled up with spaces on the left.
fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, count) = (if self.wrong == 0 { "成立" } else { "不成立" }, self.checked);
        write!(f, "{} {} {} {word}", self.item, left(self.zh, 64), right(&count.to_string(), 10))?;
        for fault in &self.faults {
            write!(f, "\n      {fault}")?;
        }
        if self.wrong as usize > self.faults.len() {
            write!(f, "\n      …… {}", self.wrong)?;
        }
        Ok(())
    }
}

/// The middle of a list.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (plan, ledger) = (&self.plan, &self.ledger);
        writeln!(f, "{}年，诊所{}家，种子{}\n", plan.year, plan.clinics, plan.seed)?;
        if ledger.filings.is_empty() {
            return self.asked(f);
        }
        let heads = ["已提交", "已办结", "待补正", "已撤回", "其他", "补正次数", "逾期", "办结用时（天，中位）"];
        writeln!(f, "{}{}", left("办件", 20), heads.map(|head| right(head, 10)).concat())?;
        for &kind in Kind::ALL {
            let filings: Vec<_> = ledger.filings.values().filter(|kept| kept.kind == kind).collect();
            let count = |stage| filings.iter().filter(|kept| kept.stage == stage).count();
            let submitted = filings.iter().filter(|kept| kept.submitted().is_some()).count();
            let (issued, correcting, withdrawn) =
                (count(Stage::Issued), count(Stage::Correcting), count(Stage::Withdrawn));
            let other = filings.len() - issued - correcting - withdrawn;
            let corrections: usize = filings.iter().map(|kept| kept.corrections()).sum();
            let overdue = filings.iter().filter(|kept| kept.overdue).count();
            let times = filings.iter().filter_map(|kept| {
                let time = kept.issued()? - kept.submitted()?;
                Some(time.num_minutes() as f64 / (24.0 * 60.0))
            });
            let cells = [submitted, issued, correcting, withdrawn, other, corrections, overdue].map(|n| n.to_string());
            let time = median(times.collect()).map_or_else(|| "—".to_owned(), |days| format!("{days:.1}"));
            let cells: String = cells.iter().map(|cell| right(cell, 10)).collect();
            writeln!(f, "{}{cells}{}", left(kind.zh(), 20), right(&time, 22))?;
        }
        let mut visits: BTreeMap<_, u64> = BTreeMap::new();
        for kept in ledger.visits.values() {
            *visits.entry(kept.stage.zh()).or_default() += 1;
        }
        let visits: Vec<_> = visits.iter().map(|(stage, count)| format!("{stage}{count}")).collect();
        writeln!(f, "\n核查    {}", visits.join("，"))?;
        writeln!(f, "决定    {}件，双随机抽查{}次", ledger.decisions.len(), ledger.draws.len())?;
        let mut months = [0_u64; 12];
        for day in ledger.filings.values().filter(|kept| kept.online).filter_map(|kept| kept.issued()) {
            let day = shanghai_date(day);
            let month = usize::try_from(day.month0()).unwrap_or_default();
            if let Some(count) = months.get_mut(month).filter(|_| day.year() == plan.year) {
                *count += 1;
            }
        }
        let months: Vec<_> = (1..).zip(months).map(|(month, count)| format!("{month}月{count}")).collect();
        writeln!(f, "增加互联网诊疗    {}", months.join("，"))?;
        writeln!(f, "\n依法不予办理的请求")?;
        for (what, count) in &ledger.refusals {
            writeln!(f, "{} {what}", right(&count.to_string(), 8))?;
        }
        writeln!(f, "{} 重复发送、没有再次生效的请求", right(&ledger.replays.to_string(), 8))?;
        writeln!(f)?;
        self.asked(f)
    }
}

impl Report {
    /// What must hold, and the fingerprint of the register.
    fn asked(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "必须成立的事项")?;
        for check in &self.checks {
            writeln!(f, "{check}")?;
        }
        write!(f, "\n登记簿摘要 SHA-256 {}", self.digest)
    }
}
