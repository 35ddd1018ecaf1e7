//! The 备案编号: typed by the approver as the registration system assigned it, or given here, and how a clinic keeps it.

use clinic_registry::domain::dossier::{ClinicType, Nature};
use clinic_registry::domain::filing_number::FilingNumber;
use clinic_registry::domain::lifecycle::Stage;
use serde_json::json;

use crate::support;
use crate::support::app::{Shared, TestApp};

static APP: Shared = Shared::new();

/// The number of a general clinic for profit in 东昌府区 with this body.
fn assigned(body: &str) -> String {
    "0123456789X"
        .chars()
        .map(|check| format!("{body}{check}37150217D2112"))
        .find(|number| number.parse::<FilingNumber>().is_ok_and(|number| number.warnings().is_empty()))
        .unwrap()
}

#[test]
fn the_number_that_the_registration_system_assigned_is_checked_and_kept() {
    support::run(async {
        let app = APP.get();
        let approver = app.approver();
        let issue = |number: &str| json!({ "action": "issue", "number": number });
        let filing = app.in_stage(Stage::Recommended).await;
        // Too short, a category that there is not; another division, economic type, category, class than the dossier's.
        for wrong in [
            "PDY00077X37150217D211",
            "PDY00077X37150217D2182",
            "PDY00077X37152217D2112",
            "PDY00077X37150215D2112",
            "PDY00077X37150217D2152",
            "PDY00077X37150217D2111",
            "PDY00077X99999917D2112",
        ] {
            let refused = approver.act(&filing, issue(wrong)).await;
            assert_eq!(refused.status, 422, "{wrong}: {}", refused.text());
        }
        assert_eq!(app.clinic().view(&filing).await.expect(200)["stage"], "recommended");
        let right = assigned("PDY00077");
        let issued = approver.act(&filing, issue(&right)).await.expect(200);
        assert_eq!(issued["clinic"], json!(right));
        assert_eq!(app.clinic().certificate(&issued).await["statement"]["provisional"], false);
        // Nobody else gets it.
        let next = app.in_stage(Stage::Recommended).await;
        let refused = approver.act(&next, issue(&right)).await;
        assert!([409, 422].contains(&refused.status), "{}", refused.text());
        assert_eq!(app.clinic().view(&next).await.expect(200)["stage"], "recommended");
    });
}

#[test]
fn a_typed_number_is_taken_in_its_one_form() {
    support::run(async {
        let app = APP.get();
        let wide =
            |text: &str| -> String { text.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect() };
        let hyphened = |number: &str, at| format!("{}-{}", &number[..at], &number[at..]);
        let forms: [&dyn Fn(&str) -> String; 6] = [
            &|n| hyphened(n, 8),
            &|n| hyphened(n, 9),
            &|n| n.to_lowercase(),
            &|n| hyphened(n, 8).to_lowercase(),
            &wide,
            &|n| wide(&hyphened(n, 9).to_lowercase()),
        ];
        for (at, form) in forms.into_iter().enumerate() {
            let number = assigned(&format!("PDY0020{at}"));
            let typed = form(&number);
            let filing = app.in_stage(Stage::Recommended).await;
            let issued = app.approver().act(&filing, json!({ "action": "issue", "number": typed })).await.expect(200);
            assert_eq!(issued["clinic"], json!(number), "{typed}");
            let certificate = app.clinic().certificate(&issued).await;
            assert_eq!(certificate["statement"]["number"], json!(number), "{typed}");
            let seen = app.anonymous().call("clinic_view").path("filing_number", &number).send().await.expect(200);
            assert_eq!(seen["number"], json!(number), "{typed}");
            // In another form it is the same number, and taken.
            let next = app.in_stage(Stage::Recommended).await;
            let again = app.approver().act(&next, json!({ "action": "issue", "number": hyphened(&number, 8) })).await;
            let refused = again.problem(422, "filing.blocked");
            assert_eq!((&refused["errors"][0]["rule"], &refused["errors"][1]), (&json!("R-044"), &json!(null)));
        }
    });
}

#[test]
fn a_hyphen_elsewhere_is_no_number() {
    support::run(async {
        let app = APP.get();
        let filing = app.in_stage(Stage::Recommended).await;
        let number = assigned("PDY00210");
        let hyphened = |places: &[usize]| {
            let mut text = number.clone();
            places.iter().rev().for_each(|at| text.insert(*at, '-'));
            text
        };
        let elsewhere = (0..=22).filter(|at| ![8, 9].contains(at)).map(|at| hyphened(&[at]));
        for wrong in elsewhere.chain([hyphened(&[8, 9]), hyphened(&[8, 8]), hyphened(&[8, 15])]) {
            let answer = app.approver().act(&filing, json!({ "action": "issue", "number": wrong })).await;
            let refused = answer.problem(422, "filing.blocked");
            let errors = refused["errors"].as_array().unwrap();
            assert!(errors.iter().any(|e| e["rule"] == "R-042" && e["pointer"] == "/number"), "{wrong}: {refused:#}");
        }
        assert_eq!(app.clinic().view(&filing).await.expect(200)["stage"], "recommended");
        app.approver().act(&filing, json!({ "action": "issue", "number": number })).await.expect(200);
    });
}

#[test]
fn a_character_that_no_font_has_stops_the_issue_and_is_named() {
    support::run(async {
        let app = APP.get();
        let mut dossier = app.dossier(ClinicType::General);
        // A Linear B syllable: no Chinese font has it.
        dossier.address.detail.push('𐀀');
        let id = app.recommended(vec![dossier]).await[0];
        let filing = json!({ "id": id, "version": 1 });
        let number = assigned("PDY00220");
        for step in [json!({ "action": "issue" }), json!({ "action": "issue", "number": number })] {
            let refused = app.approver().act(&filing, step.clone()).await.problem(422, "request.invalid");
            assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("U+10000"), "{step}: {refused:#}");
            let seen = app.clinic().view(&filing).await.expect(200);
            assert_eq!((&seen["stage"], seen.get("clinic")), (&json!("recommended"), None), "{step} issued nothing");
        }
        // The number is still free.
        let next = app.in_stage(Stage::Recommended).await;
        app.approver().act(&next, json!({ "action": "issue", "number": number })).await.expect(200);
    });
}

#[test]
fn a_clinic_that_returns_to_earlier_attributes_is_found_by_every_number_it_had() {
    support::run(async {
        let app = TestApp::start().await;
        let mut dossier = app.dossier(ClinicType::General);
        let first = app.issued(&dossier).await["clinic"].as_str().unwrap().to_owned();
        let mut numbers = vec![first.clone()];
        for nature in [Nature::NonProfit, Nature::ForProfit, Nature::NonProfit] {
            dossier.nature = Some(nature);
            let changed = app.changed(numbers.last().unwrap(), &dossier).await;
            numbers.push(changed["clinic"].as_str().unwrap().to_owned());
        }
        assert_eq!(numbers[0].get(..21), numbers[1].get(..21), "the body stays");
        assert_ne!(numbers[0], numbers[1]);
        assert_eq!((&numbers[2], &numbers[3]), (&numbers[0], &numbers[1]));
        for number in &numbers[..2] {
            let seen = app.anonymous().call("clinic_view").path("filing_number", number).send().await.expect(200);
            assert_eq!((&seen["number"], &seen["version"]), (&json!(numbers[3]), &json!(4)));
            let found = app.anonymous().search(&[("q", number)]).await;
            assert_eq!((found.len(), &found[0]["number"]), (1, &json!(numbers[3])));
        }
    });
}
