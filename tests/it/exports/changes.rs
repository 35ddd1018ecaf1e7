//! Data exchange: what happened since, for readers who go on where they stopped.

use std::collections::BTreeSet;

use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::exchange::{Happened, Line, is_issue, pair};
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::store::entity::log_entry;
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::lines;
use crate::public;
use crate::supervision;
use crate::support;
use crate::support::actors::Actor;
use crate::support::app::TestApp;
use crate::support::database;
use crate::telemedicine::online;

async fn page(actor: &Actor, after: Option<&str>, limit: usize) -> Value {
    let call = actor.call("change_list").query("limit", limit.to_string());
    after.iter().fold(call, |call, after| call.query("after", after)).send().await.expect(200)
}

/// Everything after a cursor, page by page, and where the next question begins.
async fn rest(actor: &Actor, mut after: Option<String>, limit: usize) -> (Vec<Value>, String) {
    let mut items = vec![];
    loop {
        let page = page(actor, after.as_deref(), limit).await;
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        let next = page["next"].as_str().unwrap().to_owned();
        if page["more"] == false {
            return (items, next);
        }
        after = Some(next);
    }
}

fn sequences(items: &[Value]) -> Vec<i64> {
    items.iter().map(|item| item["sequence"].as_i64().unwrap()).collect()
}

#[test]
fn every_act_is_told_with_its_events_and_its_certificate() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = online(&app).await;
        public::happen(&app, &clinic.number, ClinicAct::SuspendTelemedicine, |_| ()).await;
        public::happen(&app, &clinic.number, ClinicAct::ResumeTelemedicine, |_| ()).await;
        public::happen(&app, &clinic.number, ClinicAct::SuspendTelemedicine, |_| ()).await;
        supervision::decided(&app, &clinic.filing, "revocation", "false_materials").await;
        let officer = app.officer();
        let (items, next) = rest(&officer, None, 100).await;
        let told: Vec<(&str, Vec<&str>)> = items
            .iter()
            .map(|item| {
                let events = item["events"].as_array().unwrap().iter().map(|e| e["act"].as_str().unwrap());
                (item["kind"].as_str().unwrap(), events.collect())
            })
            .collect();
        let expected = [
            ("issue", vec!["establish"]),
            ("supersede", vec!["change", "add_telemedicine"]),
            ("suspend_telemedicine", vec!["suspend_telemedicine"]),
            ("resume_telemedicine", vec!["resume_telemedicine"]),
            ("suspend_telemedicine", vec!["suspend_telemedicine"]),
            ("revoke", vec!["revoke"]),
        ];
        assert_eq!(told, expected);
        // Together the events are the clinic's history, each once.
        let history =
            app.anonymous().call("clinic_history").path("filing_number", &clinic.number).send().await.expect(200);
        let events: Vec<Value> = items.iter().flat_map(|item| item["events"].as_array().unwrap().clone()).collect();
        assert_eq!(json!(events), history["events"]);
        assert_eq!(sequences(&items), [0, 1, 2, 3, 4, 5]);
        let versions: Vec<_> = items.iter().map(|item| (&item["version"], item.get("record").is_some())).collect();
        assert_eq!(versions[0], (&json!(1), true));
        assert_eq!(versions[1], (&json!(2), true));
        assert!(versions[2..].iter().all(|(version, record)| **version == 2 && !record), "{versions:?}");
        let certificate = app.clinic().certificate(&clinic.filing).await;
        assert_eq!((&items[1]["record"], &items[1]["digest"]), (&certificate["statement"], &certificate["digest"]));
        // Nothing more for now: the cursor stays where it is.
        let page = page(&officer, Some(&next), 10).await;
        assert_eq!((&page["items"], &page["next"], &page["more"]), (&json!([]), &json!(next), &json!(false)));
        // As a stream.
        let answer = officer.call("change_list").query("format", "jsonl").send().await;
        let (head, rows, end) = lines(&answer, "change");
        assert_eq!((rows, &head["after"], &end["next"]), (items, &json!("c1.0"), &json!(next)));
    });
}

#[test]
fn a_reader_who_goes_on_misses_nothing_and_gets_nothing_twice_while_others_write() {
    support::run(async {
        let app = TestApp::start().await;
        let officer = app.officer();
        let (mut seen, mut after) = (vec![], None);
        for round in 0..4 {
            let dossiers: Vec<_> = (0..6).map(|_| app.dossier(ClinicType::General)).collect();
            let approver = app.approver();
            let issues = app.recommended(dossiers).await.into_iter().map(|id| {
                let approver = approver.clone();
                tokio::spawn(async move {
                    let filing = json!({ "id": id, "version": 1 });
                    approver.act(&filing, json!({ "action": "issue" })).await.expect(200)
                })
            });
            // The reader goes on in the middle of it, in small pages.
            let writing = tokio::spawn(join_all(issues));
            for _ in 0..3 {
                let (items, next) = rest(&officer, after.clone(), 2 + round).await;
                seen.extend(sequences(&items));
                after = Some(next);
            }
            writing.await.unwrap().into_iter().for_each(|issued| drop(issued.unwrap()));
        }
        let (items, _) = rest(&officer, after, 100).await;
        seen.extend(sequences(&items));
        assert_eq!(seen, (0..24).collect::<Vec<_>>());
        let log = log_entry::Entity::find().all(&database::connect(&app.database).await).await.unwrap();
        assert_eq!(log.len(), 24);
    });
}

#[test]
fn an_authority_reads_its_own_and_no_other_place_of_the_log_is_given() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = online(&app).await;
        let other = app.other_officer();
        let (items, next) = rest(&other, None, 10).await;
        assert_eq!((items, next.as_str()), (vec![], "c1.2"), "nothing of ours, but where to go on");
        let (items, _) = rest(&app.actor("auditor"), None, 10).await;
        assert_eq!(items.len(), 2);
        // Whoever supervises the clinic reads of it.
        let tx = app.app.store.begin().await.unwrap();
        let mut row = tx.clinic_of(app.account("clinic"), &clinic.number).await.unwrap();
        row.supervisor_id = Some(app.other_authority);
        let version = row.version;
        tx.advance_clinic(row, version).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(rest(&other, None, 10).await.0.len(), 2);
        for wrong in ["", "0", "c1.", "c1.-1", "c1.1x", "c2.0", "c1.9999999999", "c1.3"] {
            let answer = app.officer().call("change_list").query("after", wrong).send().await;
            let problem = answer.problem(422, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], "/after", "{wrong}");
        }
        for login in ["clinic", "inspector", "admin"] {
            app.actor(login).call("change_list").send().await.problem(403, "role.forbidden");
        }
    });
}

#[test]
fn entries_and_events_are_paired_whatever_their_order_within_a_transaction() {
    let (first, second) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let line = |sequence, kind: &str, filing| Line { sequence, kind: kind.into(), filing };
    let event = |sequence, act, filing| Happened { sequence, act, filing };
    let lines = [
        line(3, "issue", first),
        line(7, "suspend", first),
        line(8, "resume", first),
        line(9, "supersede", second),
        line(20, "suspend", second),
        line(21, "revoke", second),
    ];
    let events = [
        event(1, ClinicAct::Establish, Some(first)),
        event(2, ClinicAct::Suspend, Some(Uuid::from_u128(5))),
        event(3, ClinicAct::Resume, Some(Uuid::from_u128(6))),
        event(4, ClinicAct::Change, Some(second)),
        event(5, ClinicAct::AddTelemedicine, Some(second)),
        event(6, ClinicAct::Suspend, Some(Uuid::from_u128(7))),
    ];
    let pairs = pair(&lines, &events);
    let expected = [(3, vec![1]), (7, vec![2]), (8, vec![3]), (9, vec![4, 5]), (20, vec![6]), (21, vec![])];
    assert_eq!(pairs.into_iter().collect::<Vec<_>>(), expected);
    let acts: BTreeSet<_> = ["suspend", "revoke", "verify", "declare_loss"].into();
    assert!(acts.iter().all(|kind| !is_issue(kind)));
    assert!(["issue", "supersede", "reissue", "import"].iter().all(|kind| is_issue(kind)));
}
