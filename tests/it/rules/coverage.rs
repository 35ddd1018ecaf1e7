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
        "privacy::public_answers_hold_the_allowed_fields_and_nothing_else",
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
    (
        "R-054",
        "clocks::a_clock_ends_with_the_step_that_ends_it",
        "clocks::a_filing_that_waits_is_warned_of_escalated_and_seen_overdue_by_everybody_concerned",
    ),
    (
        "R-055",
        "supervision::visits::an_issue_orders_a_visit_that_passes",
        "supervision::visits::a_clinic_of_chinese_medicine_is_visited_within_thirty_days",
    ),
    (
        "R-056",
        "supervision::visits::defects_are_put_right_within_the_deadline",
        "supervision::visits::what_is_not_put_right_ends_in_a_revocation_by_two_persons",
    ),
    (
        "R-057",
        "supervision::decisions::a_cancellation_ends_the_filing_at_once",
        "supervision::decisions::nobody_decides_what_they_proposed",
    ),
    (
        "R-058",
        "public::every_standing_is_told_by_code_and_by_register",
        "supervision::decisions::the_clinic_reads_what_is_decided_and_not_what_is_proposed",
    ),
    (
        "R-061",
        "life::relocation::a_clinic_moves_away_and_goes_on_elsewhere",
        "rules::life::every_rule_of_the_particulars_finds_what_it_is_for",
    ),
    (
        "R-063",
        "life::standing::a_clinic_suspends_and_resumes",
        "clocks::a_year_of_suspension_closes_a_clinic_unless_it_rebuilds_or_comes_back_in_time",
    ),
    ("R-064", "life::standing::a_clinic_closes", "rules::life::every_rule_of_the_particulars_finds_what_it_is_for"),
    (
        "R-065",
        "life::loss::a_lost_certificate_is_declared_and_reissued",
        "rules::life::every_rule_of_the_particulars_finds_what_it_is_for",
    ),
    (
        "R-066",
        "public::a_file_is_genuine_to_the_last_byte_or_not_at_all",
        "public::a_file_is_genuine_to_the_last_byte_or_not_at_all",
    ),
    (
        "R-081",
        "clocks::what_telemedicine_rests_on_is_watched_until_it_is_renewed_or_given_up",
        "clocks::what_telemedicine_rests_on_is_watched_until_it_is_renewed_or_given_up",
    ),
    ("R-082", "public::every_standing_is_told_by_code_and_by_register", "public::telemedicine_is_suspended_by_itself"),
    ("R-083", "public::every_standing_is_told_by_code_and_by_register", "public::telemedicine_is_suspended_by_itself"),
    (
        "R-091",
        "unmasking::who_gives_a_reason_reads_them_and_the_reading_is_kept",
        "unmasking::without_a_reason_nothing_is_shown_and_nothing_kept",
    ),
    (
        "R-092",
        "retention::sign_ins_are_kept_for_longer_than_the_six_months_of_the_law",
        "retention::keys_and_sessions_go_when_their_time_is_over_and_nothing_else",
    ),
    (
        "R-095",
        "pace::a_scan_at_an_ordinary_pace_is_never_refused",
        "pace::who_asks_too_often_is_told_when_to_ask_again",
    ),
    ("R-099", "reports::a_year_is_counted_as_it_was", "reports::a_year_that_is_none_is_refused_in_words"),
    (
        "R-107",
        "complaints::office::a_report_is_accepted_inspected_and_answered",
        "complaints::office::an_answer_that_is_late_stands_in_the_due_list",
    ),
    (
        "R-104",
        "rules::life::an_ordinary_filing_of_each_kind_passes_without_a_finding",
        "rules::life::every_rule_of_the_particulars_finds_what_it_is_for",
    ),
    (
        "R-105",
        "rules::life::an_ordinary_filing_of_each_kind_passes_without_a_finding",
        "rules::life::every_rule_of_the_particulars_finds_what_it_is_for",
    ),
    (
        "R-108",
        "copies::a_copy_says_for_what_and_until_when_on_paper_on_line_and_off_line",
        "copies::what_is_wrong_with_a_request_is_told_at_once",
    ),
    (
        "R-109",
        "access::backoff::a_success_forgives_and_a_day_forgets",
        "access::backoff::each_failure_after_some_doubles_the_wait",
    ),
];

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
    let unknown: Vec<_> = covered.iter().filter(|c| !law.rules().any(|rule| rule.id == c.rule)).collect();
    assert!(unknown.is_empty(), "no such rule: {unknown:#?}");
    let gone: Vec<_> = covered
        .iter()
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
