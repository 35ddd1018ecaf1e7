//! What is wrong with a record of a visit: all of it at once.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::domain::deadline::numeric_date;
use crate::domain::visit::{CheckResult, Checked, Record, VisitAction};
use crate::error::Problem;
use crate::store::entity::visit;

/// Fewest people of a visit.
const FEWEST: usize = 2;
/// Longest name, characters.
const LONGEST_NAME: usize = 40;

/// Every problem of the record that `action` needs.
pub(super) fn problems(
    visit: &visit::Model,
    filed_on: NaiveDate,
    today: NaiveDate,
    action: VisitAction,
    record: Option<&Record>,
) -> Vec<Problem> {
    let Some(record) = record else {
        return vec![Problem::new("/record", "请填写现场核查记录。", "The record of the visit is needed.")];
    };
    let before = visit.record.as_ref().map(|r| r.visited_on);
    let mut found: Vec<_> = day(record.visited_on, filed_on, before, today).into_iter().collect();
    found.extend(visitors(&record.visitors));
    // Whoever refuses the visit lets nothing be checked; then the findings say so.
    let refused = action == VisitAction::Fail && record.checked.is_empty();
    if refused && record.findings.trim().chars().count() < 2 {
        let zh = "未能逐项核查的，请说明情况（例如拒绝核查）。";
        found.push(Problem::new("/record/findings", zh, "Say why nothing could be checked, for example a refusal."));
    }
    if !refused {
        found.extend(lines(visit, &record.checked));
        found.extend(outcome(action, &record.checked));
    }
    found
}

/// The day lies after the filing and after the earlier visit, and not in the future.
fn day(on: NaiveDate, filed_on: NaiveDate, before: Option<NaiveDate>, today: NaiveDate) -> Option<Problem> {
    let at = "/record/visited_on";
    if on > today {
        let zh = format!("核查日期不能晚于今天（{}）。", numeric_date(today));
        return Some(Problem::new(at, zh, format!("The visit cannot lie in the future (today is {today}).")));
    }
    if on < filed_on {
        let zh = format!("核查日期不能早于备案日期（{}）。", numeric_date(filed_on));
        return Some(Problem::new(at, zh, format!("The visit cannot lie before the clinic was filed ({filed_on}).")));
    }
    let before = before.filter(|before| on < *before)?;
    let zh = format!("复查日期不能早于上次核查日期（{}）。", numeric_date(before));
    Some(Problem::new(at, zh, format!("This visit cannot lie before the earlier one ({before}).")))
}

fn visitors(names: &[String]) -> Vec<Problem> {
    let mut found = vec![];
    let mut seen = BTreeSet::new();
    for (n, name) in names.iter().enumerate() {
        let at = format!("/record/visitors/{n}");
        if name.trim().is_empty() || name.chars().count() > LONGEST_NAME {
            found.push(Problem::new(at, "请填写姓名，最多40个字符。", "A name of at most 40 characters."));
        } else if !seen.insert(name.trim()) {
            found.push(Problem::new(at, "同一人员重复，请删除。", "This person stands twice."));
        }
    }
    if names.len() < FEWEST {
        let zh = "现场核查人员不得少于两人。";
        found.push(Problem::new("/record/visitors", zh, "At least two people make a visit."));
    }
    found
}

/// Every line of the checklist once, each defect with what is wrong.
fn lines(visit: &visit::Model, checked: &[Checked]) -> Vec<Problem> {
    let items = &visit.checklist.0;
    let mut found = vec![];
    let mut seen = BTreeSet::new();
    for (n, line) in checked.iter().enumerate() {
        let at = |field: &str| format!("/record/checked/{n}/{field}");
        if !items.iter().any(|item| item.code == line.code) {
            let zh = format!("核查清单中没有“{}”，请核对。", line.code);
            found.push(Problem::new(at("code"), zh, format!("The checklist has no line {}.", line.code)));
        } else if !seen.insert(line.code.as_str()) {
            let zh = format!("“{}”重复，请删除一项。", line.code);
            found.push(Problem::new(at("code"), zh, format!("The line {} stands twice.", line.code)));
        }
        if line.result == CheckResult::Defect && line.note.trim().chars().count() < 2 {
            let zh = "不符合的，请说明存在的问题。";
            found.push(Problem::new(at("note"), zh, "Say what is wrong."));
        }
    }
    let missing: Vec<_> = items.iter().filter(|item| !seen.contains(item.code.as_str())).collect();
    if !missing.is_empty() {
        let zh: Vec<_> = missing.iter().map(|item| format!("{}（{}）", item.code, item.text)).collect();
        let en: Vec<_> = missing.iter().map(|item| item.code.as_str()).collect();
        found.push(Problem::new(
            "/record/checked",
            format!("尚未核查：{}。", zh.join("、")),
            format!("Not checked yet: {}.", en.join(", ")),
        ));
    }
    found
}

/// Whether what was found carries the action.
fn outcome(action: VisitAction, checked: &[Checked]) -> Option<Problem> {
    let first = checked.iter().position(|line| line.result == CheckResult::Defect);
    let (at, zh, en) = match (action, first) {
        (VisitAction::Pass, Some(n)) => (
            format!("/record/checked/{n}/result"),
            "尚有不符合的项目，不能通过；请责令限期整改或者作不通过处理。",
            "There is a defect: order rectification or let the visit fail.",
        ),
        (VisitAction::OrderRectification | VisitAction::Fail, None) => (
            "/record/checked".to_owned(),
            "没有不符合的项目，请作通过处理。",
            "Nothing was found wrong: let the visit pass.",
        ),
        _ => return None,
    };
    Some(Problem::new(at, zh, en))
}
