//! Numbers, files, scopes, and steps that fail.

use std::collections::BTreeSet;

use clinic_registry::domain::id::{FilingId, PaperId};
use clinic_registry::domain::lifecycle::Stage;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{list, listed, read};
use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::{Prepared, correction};

static APP: Shared = Shared::new();

/// The running number in a document number.
fn serial(number: &str) -> u32 {
    number.split('〕').nth(1).unwrap().trim_end_matches('号').parse().unwrap()
}

#[test]
fn numbers_have_no_gaps_and_no_doubles_even_when_steps_fail() {
    support::run(async {
        const FILINGS: usize = 12;
        let app = TestApp::start().await;
        let rows = Prepared { owner: app.account("clinic"), officer: app.account("officer"), authority: app.authority };
        let dossiers = (0..FILINGS).map(|_| app.dossier(clinic_registry::domain::dossier::ClinicType::General));
        let ids = rows.add(&app.app.store, app.app.clock.now(), Stage::Received, dossiers.collect()).await;
        let officer = app.officer();
        // Every third cannot be drawn, and takes no number.
        let step = async |n: usize, FilingId(id): FilingId| {
            let filing = json!({ "id": id.to_string(), "version": 1 });
            let mut body = correction();
            if n.is_multiple_of(3) {
                body["defects"][0]["detail"] = json!("名称含有\u{10450}，请改正。");
            }
            officer.act(&filing, body).await.status
        };
        let all = futures_util::future::join_all(ids.into_iter().enumerate().map(|(n, id)| step(n, id))).await;
        assert_eq!(all.iter().filter(|status| **status == 422).count(), FILINGS / 3, "{all:?}");
        let papers = list(&officer, &[("kind", "correction_notice")]).await;
        let numbers: BTreeSet<u32> = papers.iter().map(|paper| serial(paper["number"].as_str().unwrap())).collect();
        let expected = u32::try_from(FILINGS - FILINGS / 3).unwrap();
        assert_eq!(papers.len(), numbers.len());
        assert_eq!(numbers, (1..=expected).collect());
        let codes: BTreeSet<String> = {
            let mut codes = BTreeSet::new();
            for paper in &papers {
                let call = officer.call("paper_view").path("paper_id", paper["id"].as_str().unwrap());
                codes.insert(call.send().await.expect(200)["short_code"].as_str().unwrap().to_owned());
            }
            codes
        };
        assert_eq!(codes.len(), papers.len());
    });
}

#[test]
fn what_cannot_be_printed_is_told_where_it_stands_and_nothing_is_done() {
    support::run(async {
        let app = APP.get();
        let filing = app.received().await;
        let mut step = correction();
        let defect = json!({ "rule": "R-016", "pointer": "/name", "detail": "名称含有\u{10450}，请改正。" });
        step["defects"].as_array_mut().unwrap().push(defect);
        let problem = app.officer().act(&filing, step).await.problem(422, "request.invalid");
        assert_eq!(problem["errors"][0]["pointer"], "/defects/1/detail");
        assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("U+10450"), "{problem:#}");
        let same = app.officer().view(&filing).await.expect(200);
        assert_eq!(
            (&same["stage"], &same["version"], &same["papers"]),
            (&json!("received"), &filing["version"], &filing["papers"])
        );
        assert_eq!(app.officer().history(&filing).await.len(), 1);
    });
}

#[test]
fn a_step_that_was_done_before_makes_no_second_paper() {
    support::run(async {
        let app = APP.get();
        let filing = app.received().await;
        let once =
            |key: &'static str| app.officer().filing("filing_act", &filing).seen(&filing).key(key).json(&correction());
        let first = once("the-same-key").send().await.expect(200);
        let again = once("the-same-key").send().await.expect(200);
        assert_eq!(first["papers"], again["papers"]);
        once("another-key").send().await.problem(412, "resource.stale");
        let id = filing["id"].as_str().unwrap();
        assert_eq!(list(&app.officer(), &[("filing", id)]).await.len(), 2);
    });
}

#[test]
fn the_drawn_file_is_kept_and_is_what_was_drawn_on_the_spot() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = app.received().await;
        let brief = listed(&filing, "receipt");
        let id = brief["id"].as_str().unwrap();
        let clinic = app.clinic();
        let fetch = async || clinic.call("paper_pdf").path("paper_id", id).send().await;
        let first = fetch().await;
        let name = first.header("content-disposition").to_owned();
        assert!(name.starts_with("inline; filename=\"paper.pdf\"; filename*=UTF-8''%E8%81%8A"), "{name}");
        app.worked().await;
        let row = async || app.app.store.paper_unscoped(PaperId(id.parse().unwrap())).await.unwrap().unwrap();
        // The worker may have taken the task up first.
        support::until("the file is kept", async || row().await.sha256.is_some()).await;
        let kept = row().await;
        let digest: String = Sha256::digest(&first.bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(kept.sha256.as_deref(), Some(digest.as_str()), "the same words give the same bytes");
        assert_eq!(fetch().await.bytes, first.bytes);
        let paper = read(&clinic, brief).await;
        assert_eq!(paper["sha256"], digest);
        let code = paper["short_code"].as_str().unwrap();
        // Shown in groups, printed in the address without.
        let code = code.replace('-', "");
        assert_eq!(paper["code_url"].as_str().unwrap(), format!("{}/p/{code}", app.app.settings.public_url));

        // Who uploads it as a material and takes that back does not take the paper away.
        let draft = clinic.draft(&filing["dossier"]).await;
        let material = clinic.upload(&draft, "floor_plan", "回执.pdf", first.bytes.clone()).await.expect(201);
        assert_eq!(material["sha256"], digest);
        let gone = clinic.filing("material_delete", &draft).path("material_id", material["id"].as_str().unwrap());
        gone.send().await.expect(204);
        assert_eq!(fetch().await.bytes, first.bytes);
    });
}

#[test]
fn papers_are_known_to_those_concerned_only() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = app.received().await;
        let id = listed(&filing, "receipt")["id"].as_str().unwrap();
        for login in ["other-clinic", "other-officer", "other-inspector", "other-auditor", "admin"] {
            let actor = app.actor(login);
            actor.call("paper_view").path("paper_id", id).send().await.problem(404, "resource.not_found");
            actor.call("paper_pdf").path("paper_id", id).send().await.problem(404, "resource.not_found");
            assert_eq!(list(&actor, &[]).await, Vec::<Value>::new(), "{login}");
        }
        for login in ["clinic", "officer", "approver", "inspector", "auditor"] {
            assert_eq!(list(&app.actor(login), &[]).await.len(), 1, "{login}");
        }
        // Sent on: the other authority reads what the case has, and writes its own receipt.
        let sent = app.officer().act(&filing, app.redirect()).await.expect(200);
        let seen = list(&app.actor("other-officer"), &[("filing", sent["id"].as_str().unwrap())]).await;
        assert_eq!(seen.len(), 1);
    });
}

#[test]
fn a_list_is_paged_and_says_what_is_wrong_with_a_question() {
    support::run(async {
        let app = TestApp::start().await;
        for _ in 0..3 {
            app.received().await;
        }
        let officer = app.officer();
        let first = officer.call("paper_list").query("limit", "2").send().await.expect(200);
        assert_eq!(first["items"].as_array().unwrap().len(), 2);
        let next = officer.call("paper_list").query("limit", "2").query("cursor", first["next"].as_str().unwrap());
        let rest = next.send().await.expect(200);
        assert_eq!((rest["items"].as_array().unwrap().len(), rest.get("next")), (1, None));
        for (name, value) in
            [("limit", "0"), ("cursor", "x"), ("kind", "letter"), ("filing", "7"), ("clinic", "a\u{7}b")]
        {
            let answer = officer.call("paper_list").query(name, value).send().await;
            assert!((400..=422).contains(&answer.status), "{name}: {}", answer.text());
        }
        assert_eq!(list(&officer, &[("clinic", "PDY00000037150217D2112")]).await, Vec::<Value>::new());
    });
}
