//! The main job, end to end: a clinic files, the authority issues, a patient scans; then the clinic adds 互联网诊疗.

use clinic_registry::domain::dossier::ClinicType;
use image::{GrayImage, ImageFormat};
use serde_json::json;

use crate::support;
use crate::support::app::TestApp;
use crate::support::builders::json_of;
use crate::support::{pdf, process};

/// The digits or short code behind the last `/`.
fn last(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

/// The digits of the one code that a paper shows, read from its pixels.
fn scanned(paper: &[u8], dpi: f32) -> String {
    let codes = pdf::codes(paper, dpi);
    assert_eq!(codes.len(), 1, "one code at {dpi} dpi");
    codes[0].clone()
}

/// What `clinic-registry verify` answers without any network: exit status and words.
async fn offline(app: &TestApp, what: &str) -> (i32, String) {
    let dir = tempfile::tempdir().unwrap();
    let manifest = dir.path().join("manifest.json");
    let keys = app.anonymous().call("key_manifest").send().await.expect(200);
    std::fs::write(&manifest, keys.to_string()).unwrap();
    let mut command = process::binary();
    command.args(["verify", what, "--manifest"]).arg(&manifest);
    let output = process::output(command);
    (output.status.code().unwrap_or(-1), process::said(&output))
}

#[test]
fn a_filing_goes_from_draft_to_a_certificate_on_the_wall() {
    support::run(async {
        let app = TestApp::start().await;
        let (clinic, officer, approver) = (app.clinic(), app.officer(), app.approver());

        // 1. The clinic drafts; every finding comes at once; it completes and submits.
        let good = app.dossier(ClinicType::TcmComprehensive);
        let mut poor = good.clone();
        poor.premises.beds = 2;
        poor.principal.phone.clear();
        poor.subjects.clear();
        let draft = clinic.draft(&json_of(&poor)).await;
        assert_eq!((draft["stage"].as_str(), draft["version"].as_i64()), (Some("draft"), Some(1)));
        let check = clinic.check(&draft).await;
        assert_eq!(check["passes"], false);
        let pointers: Vec<_> =
            check["findings"].as_array().unwrap().iter().map(|f| f["pointer"].as_str().unwrap()).collect();
        for expected in ["/premises/beds", "/principal/phone", "/subjects"] {
            assert!(pointers.contains(&expected), "{expected} in {pointers:?}");
        }
        assert!(pointers.iter().any(|p| p.starts_with("/materials/")), "{pointers:?}");
        let refused = clinic.act(&draft, json!({ "action": "submit" })).await.problem(422, "filing.blocked");
        assert!(refused["errors"].as_array().unwrap().len() >= 4, "{refused:#}");
        let revised = clinic.revise(&draft, &json_of(&good)).await.expect(200);
        clinic.add_materials(&revised).await;
        assert_eq!(clinic.check(&revised).await["passes"], true);
        let received = clinic.act(&revised, json!({ "action": "submit" })).await.expect(200);
        assert_eq!(received["stage"], "received");
        assert!(received["case_number"].as_str().is_some_and(|n| n.starts_with("BA-371502-2026-")), "{received:#}");
        // Monday, 10 o'clock: received today, due on the fifth working day after, the next Monday.
        assert_eq!((&received["received_on"], &received["due_on"]), (&json!("2026-11-23"), &json!("2026-11-30")));
        assert_eq!(received["due_guessed"], false);
        assert_eq!(received["authority"]["id"], json!(app.authority));

        // 2. Only the right authority sees it; it sends one notice with every defect.
        let elsewhere = app.other_officer();
        elsewhere.view(&received).await.problem(404, "resource.not_found");
        let list = elsewhere.call("filing_list").send().await.expect(200);
        assert_eq!(list["items"], json!([]));
        let list = officer.call("filing_list").query("stage", "received").send().await.expect(200);
        assert_eq!(list["items"][0]["id"], received["id"]);
        let notice = json!({ "action": "request_correction", "defects": [
            { "rule": "R-005", "pointer": "/premises/beds", "detail": "请确认不设床位。" },
            { "rule": "R-011", "pointer": "/materials/floor_plan", "detail": "平面布局图未标注面积，请补充。" },
        ] });
        let correcting = officer.act(&received, notice).await.expect(200);
        assert_eq!(correcting["stage"], "correcting");
        let seen = clinic.view(&received).await.expect(200);
        assert_eq!(seen["allowed_actions"], json!(["submit", "withdraw"]));
        let defects = seen["notice"]["defects"].as_array().unwrap();
        assert_eq!(defects.len(), 2);
        assert!(defects.iter().all(|d| d["basis"].as_array().is_some_and(|b| !b.is_empty())), "{defects:#?}");
        let mut corrected = good.clone();
        corrected.opening_hours = "周一至周日 8:00–18:00".into();
        let corrected = clinic.revise(&seen, &json_of(&corrected)).await.expect(200);
        let again = clinic.act(&corrected, json!({ "action": "submit" })).await.expect(200);
        assert_eq!((&again["stage"], &again["case_number"]), (&json!("received"), &received["case_number"]));
        assert!(again.get("notice").is_none());

        // 3. One person recommends, another issues.
        let recommended = officer.act(&again, json!({ "action": "recommend" })).await.expect(200);
        let issued = approver.act(&recommended, json!({ "action": "issue" })).await.expect(200);
        assert_eq!(issued["stage"], "issued");
        let number = issued["clinic"].as_str().unwrap().to_owned();
        assert_eq!(number.len(), 22);
        let history = clinic.history(&issued).await;
        let steps: Vec<_> = history.iter().map(|e| e["action"].as_str().unwrap()).collect();
        assert_eq!(steps, ["submit", "request_correction", "submit", "recommend", "issue"]);
        let who: Vec<_> = history.iter().map(|e| e["actor"].as_str().unwrap()).collect();
        assert_eq!(who, ["clinic", "officer", "clinic", "officer", "approver"]);

        // 4. The certificate is there at once, and its code says what it says.
        let certificate = clinic.certificate(&issued).await;
        assert_eq!((&certificate["version"], &certificate["state"]), (&json!(1), &json!("current")));
        assert_eq!(certificate["statement"]["number"], json!(number));
        let paper = clinic.paper(&issued).await;
        let text = pdf::text(&paper);
        let compact: String = text.split_whitespace().collect();
        for said in [
            "诊所备案凭证",
            &good.name,
            &good.principal.name,
            "聊城经济技术开发区行政审批服务局",
            "门诊",
            "二〇二六年十一月二十三日",
            certificate["statement"]["licence_identifier"].as_str().unwrap(),
        ] {
            let said: String = said.split_whitespace().collect();
            assert!(compact.contains(&said), "{said} in {text}");
        }
        assert!(compact.replace(['-', ' '], "").contains(&number), "{number} in {text}");
        assert!(paper.len() <= 150 * 1024, "{} bytes", paper.len());
        assert_eq!(clinic.paper(&issued).await, paper, "the same statement, the same bytes");
        let url = scanned(&paper, 150.0);
        assert_eq!(scanned(&paper, 300.0), url);
        assert_eq!(certificate["code_url"], json!(url));
        let digits = last(&url).to_owned();

        let page = app.anonymous().get(&format!("/v/{digits}")).await;
        assert_eq!(page.status, 200);
        let html = page.text();
        assert!(!html.contains("<script"), "the page needs no script");
        for said in [good.name.as_str(), "有效", "聊城经济技术开发区行政审批服务局", "互联网诊疗"]
        {
            assert!(html.contains(said), "{said} in {html}");
        }
        let verified = app.anonymous().verify(&digits).await;
        assert_eq!((&verified["outcome"], verified.get("reason")), (&json!("valid"), None));
        assert_eq!(
            (&verified["telemedicine_permitted"], &verified["signature_checked"]),
            (&json!(false), &json!(true))
        );
        assert_eq!(verified["certificate"]["record"], certificate["statement"]);
        let short = certificate["short_code"].as_str().unwrap();
        let typed = app.anonymous().verify(short).await;
        assert_eq!((&typed["outcome"], &typed["signature_checked"]), (&json!("valid"), &json!(false)));

        let (status, words) = offline(&app, &digits).await;
        // A good signature is what can be had offline; the words say that the status was not checked.
        assert_eq!(status, 0, "{words}");
        assert!(words.contains(&good.name) && words.contains("签名有效；状态未核验"), "{words}");
        assert_eq!(offline(&app, &url).await.0, 0);
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("certificate.pdf");
        std::fs::write(&file, &paper).unwrap();
        let (status, words) = offline(&app, file.to_str().unwrap()).await;
        assert!(status == 0 && words.contains(&good.name), "{status} {words}");
        let picture = dir.path().join("code.png");
        let (width, height, light) = pdf::pixels(&paper, 0, 150.0);
        let image = GrayImage::from_raw(width as u32, height as u32, light).unwrap();
        image.save_with_format(&picture, ImageFormat::Png).unwrap();
        let (status, words) = offline(&app, picture.to_str().unwrap()).await;
        assert!(status == 0 && words.contains(&good.name), "{status} {words}");
        let (status, words) = offline(&app, &altered(&digits)).await;
        assert_eq!(status, 1, "{words}");

        // 5. The clinic adds 互联网诊疗: version 2, and version 1 never answers with the new data.
        let online = app.with_telemedicine(&good);
        let change = clinic.draft_change(&number, &json_of(&online)).await;
        let fields: Vec<_> =
            change["changes"].as_array().unwrap().iter().map(|c| c["pointer"].as_str().unwrap()).collect();
        assert!(fields.contains(&"/service_modes"), "{change:#}");
        clinic.add_materials(&change).await;
        let filed = clinic.act(&change, json!({ "action": "submit" })).await.expect(200);
        let filed = officer.act(&filed, json!({ "action": "recommend" })).await.expect(200);
        let second = approver.act(&filed, json!({ "action": "issue" })).await.expect(200);
        assert_eq!(second["clinic"], json!(number));
        let new = clinic.certificate(&second).await;
        assert_eq!((&new["version"], &new["state"]), (&json!(2), &json!("current")));
        assert!(new["statement"]["service_modes"].as_array().unwrap().contains(&json!("telemedicine")));
        assert!(new["statement"]["remarks"].as_str().unwrap().contains("互联网诊疗"));
        let new_paper = clinic.paper(&second).await;
        let new_text: String = pdf::text(&new_paper).split_whitespace().collect();
        let (modes, remarks) = new_text.split_once("备注").expect("the paper has remarks");
        assert!(modes.contains("互联网诊疗") && remarks.contains("互联网诊疗"), "{new_text}");
        let new_digits = last(&scanned(&new_paper, 300.0)).to_owned();
        let verified = app.anonymous().verify(&new_digits).await;
        assert_eq!((&verified["outcome"], &verified["telemedicine_permitted"]), (&json!("valid"), &json!(true)));

        let old = app.anonymous().verify(&digits).await;
        assert_eq!((&old["outcome"], &old["reason"]["code"]), (&json!("not_valid"), &json!("superseded")));
        assert_eq!(old["telemedicine_permitted"], false);
        assert_eq!((&old["certificate"]["version"], &old["certificate"]["current_version"]), (&json!(1), &json!(2)));
        assert_eq!(old["certificate"]["current_number"], json!(number));
        assert_eq!(old["certificate"]["record"], certificate["statement"], "its own data, not the new");
        assert_eq!(clinic.certificate(&issued).await["state"], "superseded");
        assert_eq!(clinic.paper(&issued).await, paper, "an old paper stays as it was");
        let page = app.anonymous().get(&format!("/v/{digits}")).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("取代") && page.text().contains(&number), "{}", page.text());
    });
}

/// A code with one digit changed.
fn altered(digits: &str) -> String {
    let at = digits.len() / 2;
    let other = if digits.as_bytes()[at] == b'7' { '3' } else { '7' };
    format!("{}{other}{}", &digits[..at], &digits[at + 1..])
}

#[test]
fn a_changed_paper_is_told_from_the_issued_one() {
    support::run(async {
        let app = TestApp::start().await;
        let issued = app.issued(&app.dossier(ClinicType::Dental)).await;
        let paper = app.clinic().paper(&issued).await;
        let dir = tempfile::tempdir().unwrap();
        let (genuine, forged) = (dir.path().join("genuine.pdf"), dir.path().join("forged.pdf"));
        std::fs::write(&genuine, &paper).unwrap();
        let mut bytes = paper.clone();
        bytes.extend_from_slice(b"\n% a line more\n");
        std::fs::write(&forged, &bytes).unwrap();
        let manifest = dir.path().join("manifest.json");
        std::fs::write(&manifest, app.anonymous().call("key_manifest").send().await.expect(200).to_string()).unwrap();
        // The register knows the digest once the worker has drawn the paper.
        support::until("the paper is sealed", async || {
            app.clinic().certificate(&issued).await.get("pdf_sha256").is_some()
        })
        .await;
        let base = app.anonymous().base;
        let asked = |file: std::path::PathBuf| {
            let (manifest, base) = (manifest.clone(), base.clone());
            tokio::task::spawn_blocking(move || {
                let mut command = process::binary();
                command.arg("verify").arg(file).arg("--manifest").arg(manifest).args(["--register", &base]);
                process::output(command)
            })
        };
        let answer = asked(genuine).await.unwrap();
        assert_eq!(answer.status.code(), Some(0), "{}", process::said(&answer));
        let answer = asked(forged).await.unwrap();
        assert_eq!(answer.status.code(), Some(1), "{}", process::said(&answer));
    });
}

#[test]
fn a_clinic_of_every_type_can_be_filed_and_issued() {
    support::run(async {
        let app = TestApp::start().await;
        for &clinic_type in ClinicType::ALL {
            let dossier = app.dossier(clinic_type);
            let issued = app.issued(&dossier).await;
            let certificate = app.clinic().certificate(&issued).await;
            let title = if clinic_type == ClinicType::Tcm { "中医诊所备案证" } else { "诊所备案凭证" };
            let text: String = pdf::text(&app.clinic().paper(&issued).await).split_whitespace().collect();
            assert!(text.contains(title) && text.contains(&dossier.name), "{clinic_type:?}: {text}");
            let code = last(certificate["code_url"].as_str().unwrap());
            assert_eq!(app.anonymous().verify(code).await["outcome"], "valid");
        }
    });
}
