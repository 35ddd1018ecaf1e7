//! The pure half: settings folded into rules by period, differences of texts, notices taken into the calendar.

use std::sync::Arc;

use chrono::NaiveDate;
use clinic_registry::domain::law::{Law, LawTable, Severity, Sources, What, changes, with_notice};
use clinic_registry::law::SOURCES;

use super::{NOTICE_2027, OTHER, OURS};

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn law(regions: &str) -> Arc<Law> {
    Arc::new(Law::parse(&Sources { regions, ..SOURCES }).unwrap())
}

#[test]
fn a_setting_holds_for_its_period_and_the_particular_goes_before_the_general() {
    let law = law(&format!(
        r#"
        [[override]]
        authority = "{OURS}"
        rule = "R-006"
        thresholds = {{ years = 3 }}
        effective_from = "2026-03-01"
        effective_to = "2026-03-31"
        reason = "试点"
        confidence = "U"

        [[override]]
        region = "3715"
        rule = "R-006"
        thresholds = {{ years = 8 }}
        effective_from = "2026-01-01"
        reason = "本市规定"
        confidence = "U"

        [[override]]
        region = "37"
        rule = "R-006"
        severity = "warning"
        effective_from = "2026-02-01"
        reason = "本省规定"
        confidence = "U"
        "#
    ));
    let years = |law: &Law, on| law.threshold("R-006", "years", on);
    let ours = law.clone().regional("371502", OURS);
    for (on, expected) in [
        (day(2025, 12, 31), 5.0),
        (day(2026, 1, 1), 8.0),
        (day(2026, 2, 28), 8.0),
        (day(2026, 3, 1), 3.0),
        (day(2026, 3, 31), 3.0),
        (day(2026, 4, 1), 8.0),
    ] {
        assert_eq!(years(&ours, on), Some(expected), "{on}");
    }
    assert_eq!(ours.rule("R-006", day(2026, 1, 31)).unwrap().severity, Severity::Error);
    assert_eq!(
        ours.rule("R-006", day(2026, 3, 15)).unwrap().severity,
        Severity::Warning,
        "all that apply, one on the other"
    );
    let bases: Vec<_> = ours.rule("R-006", day(2026, 3, 15)).unwrap().basis.iter().map(|b| b.text.clone()).collect();
    assert!(bases.ends_with(&["本省规定".into(), "本市规定".into(), "试点".into()]), "{bases:?}");
    let other = law.clone().regional("371502", OTHER);
    assert_eq!(years(&other, day(2026, 3, 15)), Some(8.0));
    let elsewhere = law.clone().regional("110105", "11110105000000000X");
    assert!(Arc::ptr_eq(&elsewhere, &law), "nothing is set there, nothing is copied");
    assert_eq!(years(&elsewhere, day(2026, 3, 15)), Some(5.0));
    assert!(Arc::ptr_eq(&law.clone().regional("371503", OTHER), &other), "worked out once for the same settings");
    assert!(std::ptr::eq(law.divisions(), other.divisions()), "what regions leave alone is shared");
    // No day has two texts, and none is lost.
    for law in [&ours, &other, &law] {
        for on in day(2025, 12, 1).iter_days().take(150) {
            assert_eq!(law.rules().filter(|text| text.id == "R-006" && text.holds_on(on)).count(), 1, "{on}");
        }
    }
}

#[test]
fn what_is_switched_off_is_off_between_its_days_only() {
    let law = law(&format!(
        "[[override]]\nauthority = \"{OURS}\"\nrule = \"R-078\"\noff = true\neffective_from = \"2026-01-01\"\n\
         effective_to = \"2026-06-30\"\nreason = \"平台未建成\"\nconfidence = \"U\"\n"
    ));
    let ours = law.regional("371502", OURS);
    let holds = |on| ours.in_force("R-078", None, on);
    assert_eq!(
        [day(2025, 12, 31), day(2026, 1, 1), day(2026, 6, 30), day(2026, 7, 1)].map(holds),
        [true, false, false, true]
    );
}

#[test]
fn what_the_program_itself_keeps_is_not_switched_off_by_a_region() {
    for setting in ["off = true", "severity = \"warning\""] {
        let regions = format!(
            "[[override]]\nauthority = \"{OURS}\"\nrule = \"R-057\"\n{setting}\neffective_from = \"2026-01-01\"\n\
             reason = \"试一试\"\nconfidence = \"U\"\n"
        );
        let refused = Law::parse(&Sources { regions: &regions, ..SOURCES }).unwrap_err();
        assert!(refused.defects.iter().any(|d| d.contains("R-057") && d.contains("itself keeps")), "{refused}");
    }
}

#[test]
fn the_difference_of_a_text_and_itself_is_nothing() {
    for table in LawTable::ALL {
        let Some(text) = SOURCES.text(*table) else { continue };
        assert_eq!(changes(*table, text, text), vec![], "{table:?}");
        assert_eq!(changes(*table, text, &format!("{text}\n# a comment\n")), vec![], "{table:?}");
        assert!(changes(*table, "", text).iter().all(|c| c.what == What::Added), "{table:?}");
    }
}

#[test]
fn a_difference_names_the_entry_and_the_field() {
    let said = |table, old: &str, new: &str| changes(table, old, new).iter().map(|c| c.zh()).collect::<Vec<_>>();
    let streets = SOURCES.streets.replace("371502008,北城街道\n", "").replace("东城街道", "新东城街道");
    assert_eq!(
        said(LawTable::Streets, SOURCES.streets, &streets),
        ["删除 371502008：name 北城街道", "修改 371502009：name 东城街道 → 新东城街道"]
    );
    let added = format!(
        "{}\n[[rule]]\nid = \"R-200\"\ntitle_zh = \"新规则\"\n[[rule.basis]]\ndocument = \"某办法\"\n",
        SOURCES.rules
    );
    assert_eq!(said(LawTable::Rules, SOURCES.rules, &added), ["新增 rule R-200：title_zh 新规则"]);
    let changed = SOURCES.materials.replacen(
        "material = \"floor_plan\", required = true",
        "material = \"floor_plan\", required = false",
        1,
    );
    let lines = said(LawTable::Materials, SOURCES.materials, &changed);
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("required true → false"), "{lines:?}");
}

#[test]
fn a_notice_is_taken_into_the_calendar_and_gives_the_days_it_names() {
    let calendar = with_notice(SOURCES.calendar, NOTICE_2027).unwrap();
    let law = Law::parse(&Sources { calendar: &calendar, ..SOURCES }).unwrap();
    let worked = |d| law.calendar().is_workday(d);
    assert!(
        !worked(day(2027, 1, 1)).is_yes() && worked(day(2027, 2, 20)).is_yes() && !worked(day(2027, 2, 21)).is_yes()
    );
    assert!(!worked(day(2027, 7, 1)).guessed());
    assert!(calendar.starts_with(SOURCES.calendar.trim_end()), "what was there stays as it was written");

    // The same year again, corrected: it takes the place of what was said, and keeps what the next year's notice added.
    let corrected = NOTICE_2027.replace("2027-02-20", "2027-02-21");
    let again = with_notice(&calendar, &corrected).unwrap();
    let law = Law::parse(&Sources { calendar: &again, ..SOURCES }).unwrap();
    assert!(
        !law.calendar().is_workday(day(2027, 2, 20)).is_yes() && law.calendar().is_workday(day(2027, 2, 21)).is_yes()
    );
    assert_eq!(again.matches("year = 2027").count(), 1);
    let next = r#"{"year": 2028, "papers": ["2028"], "days": [
        {"name": "元旦", "date": "2027-12-31", "isOffDay": true}, {"name": "元旦", "date": "2028-01-01", "isOffDay": true}]}"#;
    let both = with_notice(&with_notice(&again, next).unwrap(), NOTICE_2027).unwrap();
    let law = Law::parse(&Sources { calendar: &both, ..SOURCES }).unwrap();
    for (on, yes) in
        [(day(2027, 12, 31), false), (day(2028, 1, 3), true), (day(2027, 2, 20), true), (day(2027, 2, 21), false)]
    {
        assert_eq!(law.calendar().is_workday(on).is_yes(), yes, "{on}");
    }

    for (notice, what) in [
        (NOTICE_2027.replace("2027-02-20", "2026-02-20"), "names 2026-02-20"),
        (NOTICE_2027.replace("2027-01-02", "2027-01-01"), "twice"),
        (NOTICE_2027.replace("2027-02-20", "2027-02-30"), "cannot be read"),
    ] {
        let refused = with_notice(SOURCES.calendar, &notice).unwrap_err();
        assert!(refused.to_string().contains(what), "{what}: {refused}");
    }
    // Shapes that only the whole table shows: a gap between years, work on an ordinary working day.
    for (notice, what) in [
        (NOTICE_2027.replace("2027", "2029"), "2029 stands where 2027 should"),
        (NOTICE_2027.replace("2027-02-20", "2027-02-18"), "ordinary working day"),
    ] {
        let calendar = with_notice(SOURCES.calendar, &notice).unwrap();
        let refused = Law::parse(&Sources { calendar: &calendar, ..SOURCES }).unwrap_err();
        assert!(refused.to_string().contains(what), "{what}: {refused}");
    }
}

#[test]
fn the_years_that_are_shipped_come_out_of_their_notices_as_they_went_in() {
    let law = Law::parse(&SOURCES).unwrap();
    let mut calendar = SOURCES.calendar.to_owned();
    for (year, table) in law.years() {
        let days = table.off.iter().map(|d| (d, true)).chain(table.on.iter().map(|d| (d, false)));
        let days: Vec<_> =
            days.map(|(d, off)| format!(r#"{{"name": "", "date": "{d}", "isOffDay": {off}}}"#)).collect();
        let notice = format!(r#"{{"year": {year}, "papers": ["通知"], "days": [{}]}}"#, days.join(","));
        calendar = with_notice(&calendar, &notice).unwrap();
    }
    let again = Law::parse(&Sources { calendar: &calendar, ..SOURCES }).unwrap();
    assert_eq!(again.years(), law.years());
}
