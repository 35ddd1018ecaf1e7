//! Copies of a certificate for one purpose (加注件, R-108): on paper, on line and off line, until they run out.

use chrono::NaiveDate;
use clinic_registry::certificate::compose::compose;
use clinic_registry::certificate::plan::Ink;
use clinic_registry::certificate::sheet::{Annotation, Sheet};
use clinic_registry::domain::certificate::Statement;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::payload::{CopyClaims, Payload};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::TestApp;
use crate::support::{pdf, process};

const PURPOSE: &str = "医保定点申请";

fn wanted(expires_on: &str) -> Value {
    json!({ "purpose": PURPOSE, "recipient": "聊城市医疗保障局", "expires_on": expires_on })
}

async fn ask(actor: &Actor, certificate: &Value, body: &Value) -> Answer {
    let call = actor.call("copy_create").path("certificate_id", certificate["id"].as_str().unwrap());
    call.once().json(body).send().await
}

async fn paper(actor: &Actor, copy: &Value) -> Vec<u8> {
    let answer = actor.call("copy_pdf").path("copy_id", copy["id"].as_str().unwrap()).send().await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/pdf"));
    answer.bytes
}

async fn withdraw(actor: &Actor, copy: &Value) -> Answer {
    actor.call("copy_withdraw").path("copy_id", copy["id"].as_str().unwrap()).once().send().await
}

fn digits(of: &Value) -> &str {
    of["code_url"].as_str().unwrap().rsplit('/').next().unwrap()
}

fn compact(text: &str) -> String {
    text.split_whitespace().collect()
}

/// Outcome and reason of a code.
async fn worth(app: &TestApp, code: &str) -> (String, Option<String>) {
    let verified = app.anonymous().verify(code).await;
    let reason = verified["reason"]["code"].as_str().map(str::to_owned);
    (verified["outcome"].as_str().unwrap().to_owned(), reason)
}

/// What `clinic-registry verify` says without a network on a day: exit status and words.
async fn offline(app: &TestApp, what: &str, on: &str) -> (i32, String) {
    let dir = tempfile::tempdir().unwrap();
    let manifest = dir.path().join("keys.json");
    let keys = app.anonymous().call("key_manifest").send().await.expect(200);
    std::fs::write(&manifest, keys.to_string()).unwrap();
    let mut command = process::binary();
    command.args(["verify", what, "--on", on, "--manifest"]).arg(&manifest);
    let output = process::output(command);
    (output.status.code().unwrap_or(-1), process::said(&output))
}

#[test]
fn a_copy_says_for_what_and_until_when_on_paper_on_line_and_off_line() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = app.clinic();
        let issued = app.in_stage(clinic_registry::domain::lifecycle::Stage::Issued).await;
        let certificate = clinic.certificate(&issued).await;
        let before = clinic.paper(&issued).await;

        let answer = ask(&clinic, &certificate, &wanted("2027-01-31")).await;
        let location = answer.header("location").to_owned();
        let copy = answer.expect(201);
        assert_eq!(location, format!("/api/v1/copies/{}", copy["id"].as_str().unwrap()));
        assert_eq!(copy["number"], "JZ-371502-2026-000001");
        assert_eq!((&copy["purpose"], &copy["expires_on"]), (&json!(PURPOSE), &json!("2027-01-31")));
        assert_ne!(copy["code_url"], certificate["code_url"]);

        // The paper.
        let bytes = paper(&clinic, &copy).await;
        assert_eq!(paper(&app.officer(), &copy).await, bytes, "the same bytes for everybody");
        let text = compact(&pdf::text(&bytes));
        let statement = &certificate["statement"];
        for said in [
            "加注件 · 仅用于医保定点申请",
            "有效期至2027年1月31日",
            "使用单位：聊城市医疗保障局",
            "编号 JZ-371502-2026-000001",
            copy["short_code"].as_str().unwrap(),
            statement["name"].as_str().unwrap(),
            statement["principal"].as_str().unwrap(),
            statement["licence_identifier"].as_str().unwrap(),
        ] {
            assert!(text.contains(&compact(said)), "{said} in {text}");
        }
        assert!(text.matches("仅用于医保定点申请").count() > 5, "behind the text, too: {text}");
        assert!(!text.contains(certificate["short_code"].as_str().unwrap()), "{text}");
        for dpi in [150.0, 300.0] {
            assert_eq!(pdf::codes(&bytes, dpi), [copy["code_url"].as_str().unwrap()], "at {dpi} dpi");
        }
        assert!(bytes.len() <= 150 * 1024, "{} bytes", bytes.len());
        assert_eq!(clinic.paper(&issued).await, before, "the certificate's own paper is as it was");
        let own = compact(&pdf::text(&before));
        assert!(!own.contains("加注件") && !own.contains("仅用于"), "{own}");

        // On line.
        let verified = app.anonymous().verify(digits(&copy)).await;
        assert_eq!((&verified["outcome"], &verified["signature_checked"]), (&json!("valid"), &json!(true)));
        assert_eq!(verified["certificate"]["record"], *statement);
        let shown = &verified["copy"];
        for (field, value) in [
            ("number", copy["number"].clone()),
            ("purpose", json!(PURPOSE)),
            ("recipient", json!("聊城市医疗保障局")),
            ("expires_on", json!("2027-01-31")),
        ] {
            assert_eq!(shown[field], value, "{field}");
        }
        let typed = app.anonymous().verify(copy["short_code"].as_str().unwrap()).await;
        assert_eq!((&typed["outcome"], &typed["signature_checked"]), (&json!("valid"), &json!(false)));
        assert_eq!(typed["copy"]["number"], copy["number"]);
        assert_eq!(app.anonymous().verify(digits(&certificate)).await.get("copy"), None);
        let page = app.anonymous().get(&format!("/v/{}", digits(&copy))).await.expect_html();
        for said in ["这是加注件", "仅用于医保定点申请", "2027年1月31日", copy["short_code"].as_str().unwrap()]
        {
            assert!(page.contains(said), "{said} in {page}");
        }
        assert!(!page.contains("与墙上的凭证一致吗"), "{page}");

        // The file itself.
        let compare = async |bytes: Vec<u8>| {
            let part = reqwest::multipart::Part::bytes(bytes).file_name("copy.pdf");
            let form = reqwest::multipart::Form::new().part("file", part);
            app.anonymous().call("verification_file").form(form).send().await.expect(200)
        };
        let genuine = compare(bytes.clone()).await;
        assert_eq!((&genuine["genuine"], &genuine["verification"]["copy"]["number"]), (&json!(true), &copy["number"]));
        let mut altered = bytes.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert_eq!(compare(altered).await["genuine"], false);

        // Off line, from the file and from the digits.
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("copy.pdf");
        std::fs::write(&file, &bytes).unwrap();
        for what in [file.to_str().unwrap(), digits(&copy)] {
            for (on, status) in [("2026-11-23", 0), ("2027-01-31", 0), ("2027-02-01", 1), ("2026-11-22", 1)] {
                let (code, words) = offline(&app, what, on).await;
                assert_eq!(code, status, "{on}: {words}");
                match on {
                    "2027-02-01" => assert!(words.contains("21 copy_expired"), "{words}"),
                    "2026-11-22" => assert!(words.contains("08 outside_validity"), "{words}"),
                    _ => assert!(words.contains("仅用于医保定点申请，有效期至 2027-01-31"), "{words}"),
                }
            }
        }
        let (_, words) = offline(&app, digits(&certificate), "2026-11-23").await;
        assert!(!words.contains("加注件"), "{words}");
    });
}

#[test]
fn a_copy_ends_with_its_last_day_and_the_certificate_goes_on() {
    support::run(async {
        let mut app = TestApp::start().await;
        let issued = app.in_stage(clinic_registry::domain::lifecycle::Stage::Issued).await;
        let certificate = app.clinic().certificate(&issued).await;
        let copy = ask(&app.clinic(), &certificate, &wanted("2026-12-01")).await.expect(201);
        app.travel("2026-12-01T15:59:59Z").await;
        assert_eq!(worth(&app, digits(&copy)).await, ("valid".into(), None));
        app.travel("2026-12-01T16:00:00Z").await;
        for code in [digits(&copy), copy["short_code"].as_str().unwrap()] {
            assert_eq!(worth(&app, code).await, ("not_valid".into(), Some("copy_expired".into())));
        }
        let verified = app.anonymous().verify(digits(&copy)).await;
        assert_eq!((&verified["reason"]["number"], &verified["signature_checked"]), (&json!("21"), &json!(true)));
        assert_eq!(verified["copy"]["expires_on"], "2026-12-01");
        assert_eq!(verified["telemedicine"]["code"], "not_by_this");
        let page = app.anonymous().get(&format!("/v/{}", digits(&copy))).await.expect_html();
        assert!(page.contains("该加注件已过有效期") && page.contains("2026年12月1日"), "{page}");
        assert_eq!(worth(&app, digits(&certificate)).await, ("valid".into(), None));
        // It can still be seen and drawn by those concerned.
        assert!(paper(&app.clinic(), &copy).await.starts_with(b"%PDF-"));
    });
}

#[test]
fn a_copy_is_taken_back_by_its_clinic_alone_and_for_good() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = app.clinic();
        let issued = app.in_stage(clinic_registry::domain::lifecycle::Stage::Issued).await;
        let certificate = clinic.certificate(&issued).await;
        let body = wanted("2027-01-31");
        let (first, second) =
            (ask(&clinic, &certificate, &body).await.expect(201), ask(&clinic, &certificate, &body).await.expect(201));
        assert_ne!(first["code_url"], second["code_url"], "two copies of one purpose are two");
        withdraw(&app.officer(), &first).await.problem(403, "role.forbidden");
        withdraw(&app.other_clinic(), &first).await.problem(404, "resource.not_found");
        app.other_clinic()
            .call("copy_view")
            .path("copy_id", first["id"].as_str().unwrap())
            .send()
            .await
            .problem(404, "resource.not_found");
        let withdrawn = withdraw(&clinic, &first).await.expect(200);
        assert!(withdrawn["withdrawn_at"].is_string(), "{withdrawn:#}");
        assert_eq!(withdraw(&clinic, &first).await.expect(200), withdrawn, "again changes nothing");
        for code in [digits(&first), first["short_code"].as_str().unwrap()] {
            assert_eq!(worth(&app, code).await, ("not_valid".into(), Some("copy_withdrawn".into())));
        }
        let page = app.anonymous().get(&format!("/v/{}", digits(&first))).await.expect_html();
        assert!(page.contains("该加注件已被诊所撤回"), "{page}");
        assert_eq!(worth(&app, digits(&second)).await, ("valid".into(), None));
        assert_eq!(worth(&app, digits(&certificate)).await, ("valid".into(), None));

        // Listed newest first, in pages.
        let list = async |cursor: Option<&str>| {
            let call = clinic.call("copy_list").path("certificate_id", certificate["id"].as_str().unwrap());
            let call = call.query("limit", "1");
            let call = if let Some(cursor) = cursor { call.query("cursor", cursor) } else { call };
            call.send().await.expect(200)
        };
        let page = list(None).await;
        assert_eq!(page["items"], json!([second]));
        assert_eq!(list(page["next"].as_str()).await, json!({ "items": [withdrawn] }));
    });
}

#[test]
fn a_copy_follows_its_certificate_and_none_is_made_of_an_old_one() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = app.clinic();
        let dossier = app.dossier(ClinicType::General);
        let issued = app.issued(&dossier).await;
        let old = clinic.certificate(&issued).await;
        let copy = ask(&clinic, &old, &wanted("2027-01-31")).await.expect(201);
        let changed = app.changed(issued["clinic"].as_str().unwrap(), &app.with_telemedicine(&dossier)).await;
        let new = clinic.certificate(&changed).await;
        assert_eq!(worth(&app, digits(&copy)).await, ("not_valid".into(), Some("superseded".into())));
        assert_eq!(app.anonymous().verify(digits(&copy)).await["certificate"]["current_version"], 2);
        let refused = ask(&clinic, &old, &wanted("2027-01-31")).await.problem(409, "certificate.not_in_force");
        assert!(refused["detail"].as_str().unwrap().contains("现行有效"), "{refused:#}");
        let copy = ask(&clinic, &new, &wanted("2027-01-31")).await.expect(201);
        let verified = app.anonymous().verify(digits(&copy)).await;
        assert_eq!((&verified["outcome"], &verified["telemedicine_permitted"]), (&json!("valid"), &json!(true)));
    });
}

#[test]
fn what_is_wrong_with_a_request_is_told_at_once() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = app.clinic();
        let issued = app.in_stage(clinic_registry::domain::lifecycle::Stage::Issued).await;
        let certificate = clinic.certificate(&issued).await;
        let pointers = |problem: &Value| -> Vec<String> {
            let errors = problem["errors"].as_array().unwrap().iter();
            errors.map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
        };
        let body = json!({ "purpose": "仅用于 贷", "recipient": "某\u{323af}银行", "expires_on": "2026-11-23" });
        let refused = ask(&clinic, &certificate, &body).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert_eq!(pointers(&refused.json), ["/purpose", "/recipient", "/expires_on"], "{:#}", refused.json);
        let last = &refused.json["errors"][2];
        assert_eq!(last["rule"], "R-108");
        let words = last["detail"].as_str().unwrap_or_default();
        assert!(words.contains("1至180天") && words.contains("2026-11-24") && words.contains("2027-05-22"), "{last:#}");
        for (body, pointer) in [
            (json!({ "purpose": "贷", "expires_on": "2026-12-01" }), "/purpose"),
            (json!({ "purpose": "不仅用于演示，凡持有者均可", "expires_on": "2026-12-01" }), "/purpose"),
            (json!({ "purpose": "贷".repeat(61), "expires_on": "2026-12-01" }), "/purpose"),
            (json!({ "purpose": PURPOSE, "recipient": "行".repeat(61), "expires_on": "2026-12-01" }), "/recipient"),
            (json!({ "purpose": PURPOSE, "expires_on": "2027-05-23" }), "/expires_on"),
            (json!({ "purpose": PURPOSE, "expires_on": "2027-02-30" }), "/expires_on"),
            (json!({ "purpose": PURPOSE }), "/expires_on"),
        ] {
            let refused = ask(&clinic, &certificate, &body).await;
            assert_eq!((refused.status, pointers(&refused.json)), (422, vec![pointer.to_owned()]), "{body}");
        }
        // The first and the last day, and no number is lost to what was refused.
        for (n, day) in [(1, "2026-11-24"), (2, "2027-05-22")] {
            let body = json!({ "purpose": "仅用于投标", "expires_on": day });
            let copy = ask(&clinic, &certificate, &body).await.expect(201);
            assert_eq!((&copy["purpose"], &copy["number"]), (&json!("投标"), &json!(format!("JZ-371502-2026-{n:06}"))));
        }
        // One key, one copy.
        let once = async |purpose: &str| {
            let call = clinic.call("copy_create").path("certificate_id", certificate["id"].as_str().unwrap());
            call.key("copy-once-0001").json(&json!({ "purpose": purpose, "expires_on": "2026-12-01" })).send().await
        };
        let first = once("投标文件").await.expect(201);
        assert_eq!(once("投标文件").await.expect(201), first);
        assert_eq!(once("别的用途").await.status, 422);
    });
}

#[test]
fn the_longest_purpose_still_fits_paper_and_code() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = app.clinic();
        let issued = app.in_stage(clinic_registry::domain::lifecycle::Stage::Issued).await;
        let certificate = clinic.certificate(&issued).await;
        let purpose = "参加聊城市政府采购项目投标文件资格审查".chars().cycle().take(60).collect::<String>();
        let recipient = "聊城市公共资源交易中心".chars().cycle().take(60).collect::<String>();
        let body = json!({ "purpose": purpose, "recipient": recipient, "expires_on": "2027-05-22" });
        let copy = ask(&clinic, &certificate, &body).await.expect(201);
        let bytes = paper(&clinic, &copy).await;
        let text = compact(&pdf::text(&bytes));
        assert!(text.contains(&format!("仅用于{purpose}")) && text.contains(&recipient), "{text}");
        assert_eq!(pdf::codes(&bytes, 300.0), [copy["code_url"].as_str().unwrap()]);
        let (status, words) = offline(&app, digits(&copy), "2026-11-23").await;
        assert!(status == 0 && words.contains(&purpose), "{words}");
        assert_eq!(worth(&app, digits(&copy)).await, ("valid".into(), None));

        // On the sheet nothing lies over anything else, and all of it within the frame.
        let statement: Statement = serde_json::from_value(certificate["statement"].clone()).unwrap();
        let annotation = Annotation {
            purpose: &purpose,
            recipient: &recipient,
            expires_on: "2027-05-22".parse().unwrap(),
            number: "JZ-371502-2026-000001",
        };
        let sheet = Sheet {
            statement: &statement,
            code_text: copy["code_url"].as_str().unwrap(),
            short_code: copy["short_code"].as_str().unwrap(),
            host: "zs.lckfq.example.gov.cn",
            development: true,
            specimen: false,
            annotation: Some(annotation),
        };
        let plan = compose(&app.app.fonts, &sheet).unwrap();
        let boxes: Vec<_> = plan.texts.iter().filter(|text| text.ink != Ink::GhostRed).collect();
        for (n, text) in boxes.iter().enumerate() {
            let [left, top, right, bottom] = text.bounds();
            assert!(left > 16.0 && top > 16.0 && right < 281.0 && bottom < 194.0, "outside: {text:?}");
            for other in &boxes[n + 1..] {
                let [l, t, r, b] = other.bounds();
                assert!(right <= l || r <= left || bottom <= t || b <= top, "{} over {}", text.text, other.text);
            }
        }
        assert_eq!(plan.bands.len(), 1);
        assert!(plan.texts.iter().filter(|text| text.ink == Ink::GhostRed).count() >= 4, "pale behind the text");
    });
}

fn statement(name: String, address: String) -> Statement {
    serde_json::from_value(json!({
        "kind": "clinic_filing", "number": "PDY00001X37150217D2122", "provisional": false, "name": name,
        "clinic_type": "general", "address": address, "legal_representative": "", "principal": "王㛃", "ownership": "171",
        "ownership_name": "私有独资", "nature": "for_profit", "service_modes": ["outpatient"],
        "subjects": [{ "code": "50", "name": "中医科" }], "remarks": "",
        "authority": { "name": "某局", "uscc": "11371502000000027P", "region": "371502" },
        "filed_on": "2024-03-01", "issued_on": "2024-05-22", "licence_identifier": "1", "version": 1, "copy_number": 1,
        "telemedicine_subjects": [], "practitioners": [],
    }))
    .unwrap()
}

proptest! {
    #[test]
    fn the_code_of_a_copy_round_trips(name in ".{1,80}", address in ".{0,80}", purpose in ".{2,60}", serial in 1u32.., days in 1u64..180) {
        prop_assume!(!name.trim().is_empty() && !purpose.trim().is_empty());
        let statement = statement(name, address);
        let on: NaiveDate = "2026-11-23".parse().unwrap();
        let claims = CopyClaims { purpose, serial };
        let payload = Payload::of_copy(&statement, 7, claims, on, on + chrono::Days::new(days));
        let bytes = payload.encode();
        prop_assert_eq!(&bytes[..2], &[0x8f, 2]);
        prop_assert_eq!(payload.copy_number(), Some(format!("JZ-371502-2026-{serial:06}")));
        prop_assert_eq!(Payload::decode(&bytes), Ok(payload));
        // The certificate's own code is what it always was: thirteen elements, the first of them 1.
        let own = Payload::of(&statement, 7).encode();
        prop_assert_eq!(&own[..2], &[0x8d, 1]);
        // Neither passes for the other.
        prop_assert!(Payload::decode(&[&[0x8f, 1][..], &bytes[2..]].concat()).is_err());
        prop_assert!(Payload::decode(&[&[0x8d, 2][..], &own[2..]].concat()).is_err());
    }
}
