//! Figures counted once more by hand: plain SQL over the raw tables, the arithmetic written out here, nothing of ours.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};
use clinic_registry::domain::complaint::{ComplaintAction, ComplaintKind, ComplaintOutcome, ComplaintStage};
use clinic_registry::domain::short_code::ShortCode;
use clinic_registry::store::entity::{complaint, complaint_event};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

use super::rows;
use super::story::Story;
use crate::support;
use crate::support::app::TestApp;
use crate::support::database;

async fn query(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap()
}

fn day_in_china(at: DateTime<Utc>) -> NaiveDate {
    (at + TimeDelta::hours(8)).date_naive()
}

/// The notice of the State Council for 2026, as far as the story goes.
fn worked(day: NaiveDate) -> bool {
    let off = [(9, 25), (9, 26), (9, 27), (10, 1), (10, 2), (10, 3), (10, 4), (10, 5), (10, 6), (10, 7)];
    let on = [(9, 20), (10, 10)];
    let date = (day.month(), day.day());
    on.contains(&date) || !(off.contains(&date) || matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
}

fn working_days(from: NaiveDate, to: NaiveDate) -> i64 {
    let mut days = 0;
    let mut day = from;
    while day < to {
        day = day + Days::new(1);
        days += i64::from(worked(day));
    }
    days
}

/// ⌈p·n/100⌉-th of the sorted values.
fn nearest_rank(mut values: Vec<i64>, percent: usize) -> f64 {
    values.sort_unstable();
    values[(values.len() * percent).div_ceil(100) - 1] as f64
}

#[test]
fn time_to_issue_is_what_the_raw_steps_say() {
    support::run(async {
        let story = Story::told().await;
        let db = database::connect(&story.app.database).await;
        let sql = "SELECT filing_id, at, action FROM filing_event ORDER BY filing_id, sequence";
        let mut steps: BTreeMap<Uuid, Vec<(NaiveDate, String)>> = BTreeMap::new();
        for step in query(&db, sql).await {
            let (id, at): (Uuid, DateTime<Utc>) =
                (step.try_get("", "filing_id").unwrap(), step.try_get("", "at").unwrap());
            // Every step of the story is taken on a working day at ten: received the same day.
            steps.entry(id).or_default().push((day_in_china(at), step.try_get("", "action").unwrap()));
        }
        db.close().await.unwrap();
        let (mut from_last, mut from_first) = (vec![], vec![]);
        for steps in steps.values() {
            let Some((issued, _)) = steps.iter().find(|(_, action)| action == "issue") else { continue };
            let mut submitted = steps.iter().filter(|(_, action)| action == "submit").map(|(day, _)| *day);
            from_first.push(working_days(submitted.clone().next().unwrap(), *issued));
            from_last.push(working_days(submitted.next_back().unwrap(), *issued));
        }
        assert_eq!((from_last.len(), from_last.iter().sum::<i64>(), from_first.iter().sum::<i64>()), (3, 12, 17));
        let period = [("from", "2026-09"), ("to", "2026-11")];
        for (figure, values) in [("F-04", from_last), ("F-05", from_first)] {
            let counted = rows(&story.app.officer(), figure, &period).await;
            let (labels, counted) = counted.last().unwrap();
            assert_eq!(labels, &["合计", "合计"]);
            let by_hand = [values.len() as f64, nearest_rank(values.clone(), 50), nearest_rank(values, 95)];
            assert_eq!(counted, &by_hand, "{figure}");
        }
    });
}

#[test]
fn the_rules_most_often_failed_are_what_the_raw_notices_say() {
    support::run(async {
        let story = Story::told().await;
        let db = database::connect(&story.app.database).await;
        let sql = "SELECT notice FROM filing_event WHERE action = 'request_correction'";
        let mut by_rule: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for step in query(&db, sql).await {
            let notice: Value = step.try_get("", "notice").unwrap();
            let rules: Vec<_> =
                notice["defects"].as_array().unwrap().iter().map(|d| d["rule"].as_str().unwrap()).collect();
            rules.iter().for_each(|rule| by_rule.entry((*rule).to_owned()).or_default().0 += 1.0);
            rules.iter().collect::<BTreeSet<_>>().iter().for_each(|rule| by_rule.get_mut(**rule).unwrap().1 += 1.0);
        }
        db.close().await.unwrap();
        let mut by_hand: Vec<_> = by_rule.into_iter().collect();
        by_hand.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
        let counted = rows(&story.app.officer(), "F-08", &[("from", "2026-09")]).await;
        assert_eq!(counted.len(), by_hand.len());
        for ((labels, values), (rule, (defects, notices))) in counted.iter().zip(&by_hand) {
            assert_eq!(values, &[*defects, *notices]);
            assert!(labels[0].starts_with(&format!("{rule} ")) && labels[0].chars().count() > 7, "{}", labels[0]);
        }
        assert_eq!(by_hand[0], ("R-011".to_owned(), (2.0, 1.0)));
    });
}

#[test]
fn the_warnings_most_often_answered_are_what_the_raw_submissions_found() {
    support::run(async {
        let story = Story::told().await;
        let db = database::connect(&story.app.database).await;
        let sql = "SELECT findings FROM filing_event WHERE action = 'submit'";
        let mut by_rule: BTreeMap<String, f64> = BTreeMap::new();
        for step in query(&db, sql).await {
            let findings: Value = step.try_get("", "findings").unwrap();
            let rules = findings.as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap().to_owned());
            rules.collect::<BTreeSet<_>>().into_iter().for_each(|rule| *by_rule.entry(rule).or_default() += 1.0);
        }
        db.close().await.unwrap();
        let counted = rows(&story.app.officer(), "F-09", &[("from", "2026-09")]).await;
        assert!(counted.iter().any(|(labels, _)| labels[0].starts_with("R-041 ")), "{counted:?}");
        for (labels, values) in &counted {
            let rule = labels[0].split(' ').next().unwrap();
            // What the other office received found nothing.
            assert_eq!(values, &[by_rule[rule]], "{rule}");
        }
    });
}

/// A report from the public as the office has it.
fn complaint(app: &TestApp, at: &str, outcome: Option<ComplaintOutcome>) -> complaint::Model {
    let at: DateTime<Utc> = at.parse().unwrap();
    complaint::Model {
        id: Uuid::now_v7(),
        reference: ShortCode::from_random(Uuid::now_v7().as_bytes()[5..].try_into().unwrap()),
        kind: ComplaintKind::Unfiled,
        stage: if outcome.is_some() { ComplaintStage::Closed } else { ComplaintStage::Received },
        clinic_id: None,
        certificate_id: None,
        case_number: Uuid::now_v7().to_string(),
        code: String::new(),
        number: String::new(),
        place: None,
        details: "疑似未备案执业".into(),
        contact: "13800000000".into(),
        authority_id: app.authority,
        outcome,
        reply: String::new(),
        visit_id: None,
        accept_by: day_in_china(at),
        due_on: day_in_china(at),
        due_guessed: false,
        created_at: at,
        updated_at: at,
        version: 1,
    }
}

#[test]
fn reports_are_counted_by_what_had_come_of_them() {
    support::run(async {
        let app = TestApp::start().await;
        let db = database::connect(&app.database).await;
        let (open, closed) = (
            complaint(&app, "2026-10-31T15:59:59Z", None),
            complaint(&app, "2026-10-31T16:00:00Z", Some(ComplaintOutcome::Substantiated)),
        );
        let close = complaint_event::Model {
            id: Uuid::now_v7(),
            complaint_id: closed.id,
            sequence: 1,
            at: "2026-11-10T02:00:00Z".parse().unwrap(),
            actor_id: None,
            actor_name: "officer".into(),
            action: ComplaintAction::Close,
            from_stage: ComplaintStage::Accepted,
            to_stage: ComplaintStage::Closed,
            note: String::new(),
        };
        for row in [open, closed] {
            complaint::Entity::insert(row.into_active_model()).exec_without_returning(&db).await.unwrap();
        }
        complaint_event::Entity::insert(close.into_active_model()).exec_without_returning(&db).await.unwrap();
        db.close().await.unwrap();
        let told =
            |month: &str, outcome: &str| ([month, "疑似未备案执业", outcome].map(str::to_owned).to_vec(), vec![1.0]);
        let now = rows(&app.officer(), "F-17", &[]).await;
        assert_eq!(now, [told("2026-10", "办理中"), told("2026-11", "情况属实")], "months begin in China");
        let before = rows(&app.officer(), "F-17", &[("as_of", "2026-11-10T01:59:59Z")]).await;
        assert_eq!(before, [told("2026-10", "办理中"), told("2026-11", "办理中")]);
        assert!(rows(&app.other_officer(), "F-17", &[]).await.is_empty());
    });
}

#[test]
fn telemedicine_over_time_is_what_the_raw_history_says() {
    support::run(async {
        let story = Story::told().await;
        story.go_on().await;
        let db = database::connect(&story.app.database).await;
        let sql = "SELECT e.clinic_id, e.at, e.act, e.to_state, e.to_telemedicine FROM clinic_event e \
                   JOIN clinic c ON c.id = e.clinic_id JOIN authority a ON a.id = c.authority_id \
                   WHERE a.uscc = '11371502000000027P' ORDER BY e.clinic_id, e.sequence";
        let events: Vec<(Uuid, NaiveDate, String, bool)> = query(&db, sql)
            .await
            .iter()
            .map(|e| {
                let state: String = e.try_get("", "to_state").unwrap();
                let mode: String = e.try_get("", "to_telemedicine").unwrap();
                let at: DateTime<Utc> = e.try_get("", "at").unwrap();
                let act = e.try_get("", "act").unwrap();
                (e.try_get("", "clinic_id").unwrap(), day_in_china(at), act, state == "active" && mode == "on")
            })
            .collect();
        db.close().await.unwrap();
        let mut by_hand = vec![];
        for month in 9..=11 {
            let end = NaiveDate::from_ymd_opt(2026, month + 1, 1).unwrap();
            let mut stands: BTreeMap<Uuid, bool> = BTreeMap::new();
            for (clinic, _, _, on) in events.iter().filter(|(_, day, ..)| *day < end) {
                stands.insert(*clinic, *on);
            }
            let acts = |act: &str| {
                let of_month = |day: &NaiveDate| day.month() == month && day.year() == 2026;
                events.iter().filter(|(_, day, done, _)| done == act && of_month(day)).count() as f64
            };
            let on = stands.values().filter(|on| **on).count() as f64;
            let counts =
                ["add_telemedicine", "remove_telemedicine", "suspend_telemedicine", "resume_telemedicine"].map(acts);
            let [added, removed, suspended, resumed] = counts;
            by_hand.push((vec![format!("2026-{month:02}")], vec![on, added, removed, suspended, resumed]));
        }
        let counted = rows(&story.app.officer(), "F-13", &[("from", "2026-09")]).await;
        assert_eq!(counted, by_hand);
        let total: f64 = by_hand.iter().flat_map(|(_, values)| values).sum();
        assert!(total > 2.0, "there is something to compare: {by_hand:?}");
    });
}
