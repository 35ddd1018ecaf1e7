//! Many at once: numbers stay unique and gapless, one key has one effect, and nobody overwrites anybody.

use std::collections::BTreeSet;

use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::lifecycle::Stage;
use clinic_registry::store::entity::{certificate, clinic, filing, filing_event, log_entry, series};
use futures_util::future::join_all;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::json_of;
use crate::support::database;

static APP: Shared = Shared::new();

/// The serial in a provisional number: `PDY` and five digits.
fn serial(number: &str) -> u32 {
    number[3..8].parse().unwrap_or_else(|_| panic!("{number} is not provisional"))
}

#[test]
fn sixty_four_concurrent_issues_give_unique_gapless_numbers() {
    support::run(async {
        let app = TestApp::start().await;
        let dossiers: Vec<_> = (0..64).map(|_| app.dossier(ClinicType::General)).collect();
        let approver = app.approver();
        let issues = app.recommended(dossiers).await.into_iter().map(|id| {
            let approver = approver.clone();
            tokio::spawn(async move {
                let filing = json!({ "id": id, "version": 1 });
                approver.act(&filing, json!({ "action": "issue" })).await.expect(200)
            })
        });
        let issued: Vec<Value> = join_all(issues).await.into_iter().map(Result::unwrap).collect();
        let serials: BTreeSet<_> = issued.iter().map(|f| serial(f["clinic"].as_str().unwrap())).collect();
        assert_eq!(serials, (1..=64).collect(), "unique and without a gap");

        let db = database::connect(&app.database).await;
        let log = log_entry::Entity::find().all(&db).await.unwrap();
        let places: BTreeSet<_> = log.iter().map(|leaf| leaf.sequence).collect();
        assert_eq!(places, (0..64).collect(), "one leaf each, without a gap");
        let certificates = certificate::Entity::find().all(&db).await.unwrap();
        assert_eq!(certificates.len(), 64);
        let logged: BTreeSet<_> = log.iter().map(|leaf| leaf.certificate_id).collect();
        assert_eq!(logged, certificates.iter().map(|c| c.id).collect());
        assert_eq!(clinic::Entity::find().all(&db).await.unwrap().len(), 64);
        let counter = series::Entity::find_by_id("number/371502".to_owned()).one(&db).await.unwrap();
        assert_eq!(counter.map(|c| c.next), Some(64));
    });
}

#[test]
fn an_issue_that_fails_uses_no_number() {
    support::run(async {
        let app = TestApp::start().await;
        let mut dossiers: Vec<_> = (0..12).map(|_| app.dossier(ClinicType::General)).collect();
        for poor in dossiers.iter_mut().step_by(3) {
            poor.premises.beds = 1;
        }
        let approver = app.approver();
        let issues = app.recommended(dossiers).await.into_iter().map(|id| {
            let approver = approver.clone();
            tokio::spawn(
                async move { approver.act(&json!({ "id": id, "version": 1 }), json!({ "action": "issue" })).await },
            )
        });
        let (mut serials, mut refused) = (BTreeSet::new(), 0);
        for answer in join_all(issues).await {
            let answer = answer.unwrap();
            if answer.status == 200 {
                serials.insert(serial(answer.json["clinic"].as_str().unwrap()));
            } else {
                answer.problem(422, "filing.blocked");
                refused += 1;
            }
        }
        assert_eq!((serials, refused), ((1..=8).collect(), 4));
    });
}

#[test]
fn fifty_identical_posts_with_one_key_have_one_effect() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = app.clinic();
        let body = json!({ "kind": "establishment", "dossier": json_of(&app.dossier(ClinicType::General)) });
        let posts = (0..50).map(|_| {
            let (clinic, body) = (clinic.clone(), body.clone());
            tokio::spawn(async move {
                clinic.call("filing_create").key("the-same-key").json(&body).send().await.expect(201)
            })
        });
        let answers: Vec<Value> = join_all(posts).await.into_iter().map(Result::unwrap).collect();
        assert!(answers.iter().all(|a| *a == answers[0]), "everybody is answered the same");
        let db = database::connect(&app.database).await;
        assert_eq!(filing::Entity::find().all(&db).await.unwrap().len(), 1);

        let draft = &answers[0];
        clinic.add_materials(draft).await;
        let submits = (0..50).map(|_| {
            let (clinic, draft) = (clinic.clone(), draft.clone());
            tokio::spawn(async move {
                let call = clinic.filing("filing_act", &draft).seen(&draft).key("another-key");
                call.json(&json!({ "action": "submit" })).send().await.expect(200)
            })
        });
        let answers: Vec<Value> = join_all(submits).await.into_iter().map(Result::unwrap).collect();
        assert!(answers.iter().all(|a| *a == answers[0] && a["stage"] == "received"), "everybody is answered the same");
        assert_eq!(filing_event::Entity::find().all(&db).await.unwrap().len(), 1);
    });
}

#[test]
fn a_key_serves_one_request_of_one_account() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let create = async |actor: support::actors::Actor, key: &str, body: Value| {
            actor.call("filing_create").key(key).json(&body).send().await
        };
        let first = create(clinic.clone(), "key-of-a-draft", json!({ "kind": "establishment" })).await.expect(201);
        let again = create(clinic.clone(), "key-of-a-draft", json!({ "kind": "establishment" })).await.expect(201);
        assert_eq!(first, again);
        let other = json!({ "kind": "establishment", "dossier": { "name": "另一家诊所" } });
        create(clinic.clone(), "key-of-a-draft", other).await.problem(422, "idempotency.reused");
        // Another operation with the key of the first is another request.
        let call = clinic.filing("filing_act", &first).seen(&first).key("key-of-a-draft");
        call.json(&json!({ "action": "withdraw" })).send().await.problem(422, "idempotency.reused");
        // Another account's keys are its own.
        let theirs = create(app.other_clinic(), "key-of-a-draft", json!({ "kind": "establishment" })).await.expect(201);
        assert_ne!(theirs["id"], first["id"]);
        // A request that was refused leaves its key free.
        let step = |key: &'static str| clinic.filing("filing_act", &first).seen(&first).key(key);
        step("key-of-a-refusal").json(&json!({ "action": "issue" })).send().await.problem(409, "filing.wrong_stage");
        step("key-of-a-refusal").json(&json!({ "action": "withdraw" })).send().await.expect(200);
    });
}

#[test]
fn every_post_that_creates_or_decides_asks_for_a_key() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let step = json!({ "action": "withdraw" });
        for bad in
            [None, Some(""), Some("short"), Some("with a blank in it"), Some("ключ-из-букв"), Some(&*"k".repeat(65))]
        {
            let with = |call: support::actors::Call| match bad {
                Some(key) => call.key(key),
                None => call,
            };
            let create = with(clinic.call("filing_create")).json(&json!({ "kind": "establishment" }));
            create.send().await.problem(400, "idempotency.required");
            let act = with(clinic.filing("filing_act", &draft).seen(&draft)).json(&step);
            act.send().await.problem(400, "idempotency.required");
            let part = reqwest::multipart::Part::bytes(support::builders::pdf_file("a")).file_name("a.pdf");
            let form = reqwest::multipart::Form::new().text("code", "floor_plan").part("file", part);
            let add = with(clinic.filing("material_add", &draft)).form(form);
            add.send().await.problem(400, "idempotency.required");
        }
        assert_eq!(clinic.view(&draft).await.expect(200)["version"], draft["version"]);
    });
}

#[test]
fn a_stale_or_missing_version_changes_nothing() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let first = clinic.draft(&json!({ "name": "甲" })).await;
        let answer = clinic.view(&first).await;
        assert_eq!(answer.header("etag"), "\"v1\"");
        let second = clinic.revise(&first, &json!({ "name": "乙" })).await;
        assert_eq!(second.header("etag"), "\"v2\"");
        clinic.revise(&first, &json!({ "name": "丙" })).await.problem(412, "resource.stale");
        clinic.act(&first, json!({ "action": "withdraw" })).await.problem(412, "resource.stale");
        let revise = || clinic.filing("filing_revise", &first).json(&json!({ "name": "丁" }));
        revise().send().await.problem(428, "request.precondition_required");
        let act = clinic.filing("filing_act", &first).once().json(&json!({ "action": "withdraw" }));
        act.send().await.problem(428, "request.precondition_required");
        for tag in ["*", "\"v99\"", "v2", "\"2\"", "W/\"v2\"", "\"v-2\"", "\"v2", "", "\"v99999999999999999999\""] {
            let answer = revise().header("If-Match", tag).send().await;
            assert_eq!(answer.status, 412, "{tag}: {}", answer.text());
        }
        let now = clinic.view(&first).await.expect(200);
        assert_eq!((&now["version"], &now["dossier"]["name"]), (&json!(2), &json!("乙")));
    });
}

#[test]
fn of_two_who_decide_at_once_one_wins() {
    support::run(async {
        let app = APP.get();
        for _ in 0..5 {
            let filing = app.in_stage(Stage::Recommended).await;
            let (clinic, approver) = (app.clinic(), app.approver());
            let (withdrawn, issued, corrected) = tokio::join!(
                clinic.act(&filing, support::builders::withdrawal()),
                approver.act(&filing, json!({ "action": "issue" })),
                approver.act(&filing, support::builders::correction()),
            );
            let mut statuses = [withdrawn.status, issued.status, corrected.status];
            statuses.sort_unstable();
            assert_eq!(statuses[0], 200, "somebody wins");
            assert!(statuses[1..].iter().all(|s| [409, 412].contains(s)), "the others are told: {statuses:?}");
            assert_eq!(clinic.history(&filing).await.len(), 3, "submit, recommend and one decision");
        }
    });
}

#[test]
fn a_clinic_has_one_change_under_way() {
    support::run(async {
        let app = APP.get();
        let dossier = app.dossier(ClinicType::General);
        let issued = app.issued(&dossier).await;
        let number = issued["clinic"].as_str().unwrap();
        let clinic = app.clinic();
        let mut hours = dossier.clone();
        hours.address.detail = "聊城经济技术开发区辽河路999号".into();
        let mut drafts = vec![];
        for _ in 0..2 {
            let draft = clinic.draft_change(number, &json_of(&hours)).await;
            clinic.add_materials(&draft).await;
            drafts.push(draft);
        }
        let first = clinic.act(&drafts[0], json!({ "action": "submit" })).await.expect(200);
        clinic.act(&drafts[1], json!({ "action": "submit" })).await.problem(409, "filing.open_filing");
        let first = app.officer().act(&first, json!({ "action": "recommend" })).await.expect(200);
        app.approver().act(&first, json!({ "action": "issue" })).await.expect(200);
        // What the second started from is no longer what is filed.
        clinic.act(&drafts[1], json!({ "action": "submit" })).await.problem(409, "filing.base_changed");
    });
}

#[test]
fn of_two_changes_submitted_at_the_same_moment_one_is_received() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let mut pairs = vec![];
        for _ in 0..8 {
            let mut dossier = app.dossier(ClinicType::General);
            let issued = app.issued(&dossier).await;
            dossier.opening_hours = "周一至周日 8:00–20:00".into();
            dossier.address.detail = "聊城经济技术开发区辽河路999号".into();
            let mut drafts = vec![];
            for _ in 0..2 {
                let draft = clinic.draft_change(issued["clinic"].as_str().unwrap(), &json_of(&dossier)).await;
                clinic.add_materials(&draft).await;
                drafts.push(draft);
            }
            pairs.push(drafts);
        }
        let submit = |draft: &Value| {
            let (clinic, draft) = (clinic.clone(), draft.clone());
            tokio::spawn(async move { clinic.act(&draft, json!({ "action": "submit" })).await })
        };
        for drafts in pairs {
            let mut answers: Vec<_> =
                join_all(drafts.iter().map(submit)).await.into_iter().map(Result::unwrap).collect();
            answers.sort_by_key(|answer| answer.status);
            answers.pop().unwrap().problem(409, "filing.open_filing");
            let received = answers.pop().unwrap().expect(200);
            assert_eq!(received["stage"], "received");
            let left = drafts.iter().find(|draft| draft["id"] != received["id"]).unwrap();
            assert_eq!(clinic.view(left).await.expect(200)["stage"], "draft");
        }
    });
}
