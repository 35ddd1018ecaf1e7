//! Which tests show a rule met and not met; what `docs/rules.md` says of them.

use std::collections::BTreeSet;

use clinic_registry::domain::law::{Covered, markdown};
use clinic_registry::domain::rules;

use super::cases::{CHANGE, ESTABLISHMENT};
use super::law;
use crate::support::{golden, repository};

/// A rule, a test in which it is met, and one in which it is not. Rules that are tested on a form stand in the cases.
const STORIES: &[(&str, &str, &str)] = &[
    ("R-012", "rules::every_sample_passes_without_a_finding", "rules::what_the_state_holds_is_not_asked_for"),
    (
        "R-050",
        "filings::the_deadline_counts_working_days_from_the_day_of_receipt",
        "filings::the_deadline_counts_working_days_from_the_day_of_receipt",
    ),
    (
        "R-051",
        "filings::a_second_notice_is_the_approvers_and_gives_its_reason",
        "filings::a_second_notice_is_the_approvers_and_gives_its_reason",
    ),
    (
        "R-052",
        "lifecycle::every_stage_action_and_role_is_decided_as_written",
        "lifecycle::every_stage_action_and_role_is_decided_as_written",
    ),
    (
        "R-053",
        "journey::a_filing_goes_from_draft_to_a_certificate_on_the_wall",
        "crash::killed_at_random_moments_nothing_acknowledged_is_lost",
    ),
    (
        "R-062",
        "journey::a_filing_goes_from_draft_to_a_certificate_on_the_wall",
        "code::worth::the_verdict_fails_closed",
    ),
    (
        "R-080",
        "journey::a_filing_goes_from_draft_to_a_certificate_on_the_wall",
        "register::a_clinic_is_found_in_every_way",
    ),
    (
        "R-090",
        "privacy::planted_personal_data_stays_inside",
        "authz::personal_data_is_masked_for_whoever_does_not_need_it",
    ),
    (
        "R-093",
        "journey::a_filing_goes_from_draft_to_a_certificate_on_the_wall",
        "code::every_changed_character_is_refused",
    ),
    (
        "R-094",
        "code::worth::the_verdict_fails_closed",
        "journey::a_filing_goes_from_draft_to_a_certificate_on_the_wall",
    ),
    ("R-096", "register::a_clinic_is_found_in_every_way", "register::a_clinic_is_found_in_every_way"),
    (
        "R-097",
        "rules::coverage::the_document_of_the_rules_is_generated_from_the_data",
        "filings::a_notice_lists_at_least_one_defect_of_rules_in_force",
    ),
    ("R-098", "vectors::time::working_days", "vectors::time::years_without_a_notice_are_guessed"),
    (
        "R-103",
        "persons::a_clinics_own_people_and_those_of_an_ended_clinic_are_nobodys_elsewhere",
        "persons::a_nurse_at_two_clinics_is_noticed_and_each_authority_learns_what_it_may_know",
    ),
];

/// Rules whose tests are on their way: the names are not looked for yet.
const PENDING: &[&str] = &[];

/// Every rule with its tests: the cases, then the stories.
pub fn coverage() -> Vec<Covered> {
    let cases: BTreeSet<_> = ESTABLISHMENT.iter().chain(CHANGE).map(|case| case.3).collect();
    let of_form = cases
        .into_iter()
        .map(|rule| (rule, "rules::every_case_passes_before_it_is_spoiled", "rules::every_rule_finds_what_it_is_for"));
    let mut all: Vec<_> = of_form.chain(STORIES.iter().copied()).collect();
    all.sort_by_key(|row| row.0);
    let covered = |(rule, passing, failing): (&str, &str, &str)| Covered {
        rule: rule.into(),
        passing: passing.into(),
        failing: failing.into(),
    };
    all.into_iter().map(covered).collect()
}

/// Whether a test of this path stands in the sources: `rules::standards::name` in `rules/standards.rs`.
fn exists(path: &str) -> bool {
    let Some((module, name)) = path.rsplit_once("::") else { return false };
    let file = repository(&format!("tests/it/{}.rs", module.replace("::", "/")));
    let head = format!("fn {name}(");
    std::fs::read_to_string(file).is_ok_and(|source| {
        let lines: Vec<_> = source.lines().collect();
        lines.windows(2).any(|pair| pair[0].trim() == "#[test]" && pair[1].contains(&head))
    })
}

#[test]
fn every_rule_has_a_test_that_it_is_met_and_one_that_it_is_not() {
    let law = law();
    let covered = coverage();
    let uncovered: BTreeSet<_> =
        law.rules().map(|rule| &rule.id).filter(|id| !covered.iter().any(|c| c.rule == **id)).collect();
    assert!(uncovered.is_empty(), "no test is named for {uncovered:?}");
    let settled = || covered.iter().filter(|c| !PENDING.contains(&c.rule.as_str()));
    let unknown: Vec<_> = settled().filter(|c| !law.rules().any(|rule| rule.id == c.rule)).collect();
    assert!(unknown.is_empty(), "no such rule: {unknown:#?}");
    let gone: Vec<_> = settled()
        .flat_map(|c| [&c.passing, &c.failing])
        .filter(|path| !exists(path))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    assert!(gone.is_empty(), "no such test: {gone:#?}");
    let untested: Vec<_> = rules::RULES
        .iter()
        .filter(|(rule, _)| !covered.iter().any(|c| c.rule == *rule))
        .map(|(rule, _)| rule)
        .collect();
    assert!(untested.is_empty(), "{untested:?}");
}

#[test]
fn the_document_of_the_rules_is_generated_from_the_data() {
    golden("docs/rules.md", &markdown(&law(), &coverage()));
}
