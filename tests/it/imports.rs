//! Bulk import of clinics that were filed before this register: read, checked whole, approved by another person, entered
//! clinic by clinic, and marked.

mod defects;
mod file;
mod reading;
mod running;

use clinic_registry::domain::dossier::{ClinicType, ServiceMode};
use serde_json::{Value, json};

use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::TestApp;
use crate::support::pdf;

use file::{Sheet, clinic, entry};

/// Uploads a file for checking.
pub async fn upload(who: &Actor, name: &str, bytes: Vec<u8>) -> Answer {
    let part = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
    let form = reqwest::multipart::Form::new().part("file", part);
    who.call("import_create").once().form(form).send().await
}

/// A file with one clinic that is in order, another one each time.
pub fn one_clinic(app: &TestApp) -> Vec<u8> {
    let today = app.app.clock.today();
    Sheet::of(clinic(ClinicType::General, app.sequence(), today)).csv()
}

async fn view(who: &Actor, import: &Value) -> Value {
    who.call("import_view").path("import_id", import["id"].as_str().unwrap()).send().await.expect(200)
}

async fn act(who: &Actor, import: &Value, step: Value) -> Answer {
    let call = who.call("import_act").path("import_id", import["id"].as_str().unwrap());
    call.seen(import).once().json(&step).send().await
}

/// Every defect, page by page.
async fn defects_of(who: &Actor, import: &Value) -> Vec<Value> {
    let (mut all, mut next) = (vec![], None::<String>);
    loop {
        let mut call = who.call("import_defect_list").path("import_id", import["id"].as_str().unwrap());
        call = call.query("limit", "100");
        if let Some(cursor) = &next {
            call = call.query("cursor", cursor);
        }
        let page = call.send().await.expect(200);
        all.extend(page["items"].as_array().unwrap().clone());
        match page["next"].as_str() {
            Some(cursor) => next = Some(cursor.to_owned()),
            None => return all,
        }
    }
}

/// Approves and enters what the officer prepared.
async fn entered(app: &TestApp, bytes: Vec<u8>) -> Value {
    let import = upload(&app.officer(), "存量.csv", bytes).await.expect(201);
    assert_eq!(import["defective"], 0, "{:#?}", defects_of(&app.officer(), &import).await);
    act(&app.approver(), &import, json!({ "action": "approve" })).await.expect(200);
    app.worked().await;
    view(&app.officer(), &import).await
}

#[test]
fn an_offices_clinics_come_into_the_register_and_go_on_there() {
    support::run(async {
        let app = TestApp::start().await;
        let today = app.app.clock.today();
        let (officer, approver) = (app.officer(), app.approver());
        let mut general = entry(ClinicType::General, 1, today);
        (general.version, general.issued_on) = (Some(3), Some("2025-03-04".parse().unwrap()));
        general.verified_on = Some("2024-07-01".parse().unwrap());
        let mut online = entry(ClinicType::Dental, 2, today);
        online.dossier = app.with_telemedicine(&online.dossier);
        online.telemedicine_on = Some("2025-05-22".parse().unwrap());
        let mut pending = entry(ClinicType::Cosmetic, 3, today);
        pending.site = Some(clinic_registry::domain::import::Site::Pending);
        let entries = [&general, &online, &pending];
        let sheet =
            Sheet::of(entries.into_iter().enumerate().flat_map(|(n, e)| file::rows(&format!("{n}"), e)).collect());
        let import = upload(&officer, "存量.xlsx", sheet.xlsx()).await.expect(201);
        let counts =
            json!({ "groups": import["groups"], "defective": import["defective"], "entered": import["entered"] });
        assert_eq!(
            counts,
            json!({ "groups": 3, "defective": 0, "entered": 0 }),
            "{:#?}",
            defects_of(&officer, &import).await
        );
        assert_eq!((&import["stage"], &import["prepared_by"]), (&json!("checked"), &json!("officer")));
        // Nothing is in the register before another person approves.
        let nobody = app.anonymous();
        nobody
            .call("clinic_view")
            .path("filing_number", &general.number)
            .send()
            .await
            .problem(404, "resource.not_found");
        act(&officer, &import, json!({ "action": "approve" })).await.problem(403, "import.role");
        let approved = act(&approver, &import, json!({ "action": "approve" })).await.expect(200);
        assert_eq!((&approved["stage"], &approved["waiting"]), (&json!("running"), &json!(3)));
        app.worked().await;
        let done = view(&officer, &import).await;
        assert_eq!((&done["stage"], &done["entered"], &done["failed"]), (&json!("done"), &json!(3), &json!(0)));
        let steps: Vec<_> =
            done["history"].as_array().unwrap().iter().map(|step| (&step["actor"], &step["to"])).collect();
        assert_eq!(steps, [(&json!("approver"), &json!("running")), (&json!("系统"), &json!("done"))]);

        // The register has them as they were filed, and says that they were converted.
        let shown = nobody.registered(&general.number).await;
        assert_eq!((&shown["version"], &shown["filed_on"]), (&json!(3), &json!("2024-05-20")));
        assert_eq!(shown["site_verified_on"], "2024-07-01");
        let conversion = json!({ "imported_on": "2026-11-23", "original_issued_on": "2025-03-04" });
        assert_eq!(shown["record"]["conversion"], conversion);
        assert_eq!(
            (&shown["record"]["issued_on"], &shown["record"]["provisional"]),
            (&json!("2026-11-23"), &json!(false))
        );
        let found = nobody.search(&[("q", &general.dossier.name)]).await;
        assert_eq!(found[0]["number"], json!(general.number));
        let shown = nobody.registered(&online.number).await;
        assert_eq!(
            (&shown["telemedicine"], &shown["record"]["telemedicine_since"]),
            (&json!(true), &json!("2025-05-22"))
        );

        // The case tells from where, by whom.
        let filings = officer.call("filing_list").query("stage", "issued").send().await.expect(200);
        let filing =
            filings["items"].as_array().unwrap().iter().find(|f| f["name"] == json!(general.dossier.name)).unwrap();
        assert!(filing["case_number"].as_str().unwrap().starts_with("CL-371502-2026-"), "{filing}");
        let filing = officer.view(filing).await.expect(200);
        let history = officer.history(&filing).await;
        assert_eq!(history.len(), 1);
        assert_eq!((&history[0]["action"], &history[0]["to"]), (&json!("import"), &json!("issued")));
        let note = history[0]["note"].as_str().unwrap();
        assert!(
            note.contains("“存量.xlsx”") && note.contains("第2至2行") && note.contains("officer准备，approver批准"),
            "{note}"
        );

        // Code, page and paper say what they are.
        let certificate = officer.certificate(&filing).await;
        let code = certificate["short_code"].as_str().unwrap();
        let verdict = nobody.verify(code).await;
        assert_eq!(
            (&verdict["outcome"], &verdict["certificate"]["record"]["conversion"]),
            (&json!("valid"), &conversion)
        );
        let digits = certificate["code_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        for page in [format!("/v/{digits}"), format!("/clinics/{}", general.number)] {
            let html = nobody.get(&page).await.expect_html();
            assert!(html.contains("由原凭证转换，原凭证2025年3月4日签发"), "{page}");
        }
        let text: String = pdf::text(&officer.paper(&filing).await).split_whitespace().collect();
        assert!(text.contains("存量转换") && text.contains("由原凭证转换，原凭证2025年3月4日签发"), "{text}");

        // Clocks from the days that matter; a visit only where the office's list asks for one.
        let clocks = officer.call("deadline_list").send().await.expect(200);
        let rules: Vec<_> =
            clocks["items"].as_array().unwrap().iter().map(|clock| clock["rule"].as_str().unwrap()).collect();
        assert!(rules.contains(&"R-081") && !rules.contains(&"R-050"), "{rules:?}");
        let visits = app.actor("inspector").call("visit_list").send().await.expect(200);
        let visited: Vec<_> = visits["items"].as_array().unwrap().iter().map(|visit| &visit["name"]).collect();
        assert_eq!(visited, [&json!(pending.dossier.name)]);

        // The office hands the clinic over; then it files like any other, and its next certificate is a new one.
        app.clinic()
            .call("clinic_hand_over")
            .path("filing_number", &general.number)
            .once()
            .json(&json!({ "login": "clinic" }))
            .send()
            .await
            .problem(403, "role.forbidden");
        let hand = |to: &str| {
            officer.call("clinic_hand_over").path("filing_number", &general.number).once().json(&json!({ "login": to }))
        };
        hand("nobody-here").send().await.problem(422, "request.invalid");
        hand("clinic").send().await.expect(204);
        hand("other-clinic").send().await.problem(409, "clinic.handed_over");
        app.clinic().view(&filing).await.expect(200);
        let mut dossier = general.dossier.clone();
        dossier.service_modes.push(ServiceMode::HomeVisit);
        dossier.declarations.not_disqualified = true;
        dossier.declarations.truthful = true;
        dossier.declarations.signed_by = dossier.principal.name.clone();
        dossier.declarations.signed_on = Some(today);
        let changed = app.changed(&general.number, &dossier).await;
        let certificate = app.clinic().certificate(&changed).await;
        assert_eq!((&certificate["version"], &certificate["statement"]["conversion"]), (&json!(4), &Value::Null));
        assert_eq!(nobody.verify(code).await["outcome"], "not_valid");
        let history = nobody.call("clinic_history").path("filing_number", &general.number).send().await.expect(200);
        let acts: Vec<_> =
            history["events"].as_array().unwrap().iter().map(|event| event["act"].as_str().unwrap()).collect();
        assert_eq!(acts, ["establish", "hand_over", "change"]);
        assert_eq!(history["events"][0]["effective_on"], "2024-05-20");
    });
}

#[test]
fn whoever_prepared_a_file_does_not_approve_it_and_no_other_office_sees_it() {
    support::run(async {
        let app = TestApp::start().await;
        let approver = app.approver();
        let import = upload(&approver, "存量.csv", one_clinic(&app)).await.expect(201);
        act(&approver, &import, json!({ "action": "approve" })).await.problem(403, "import.same_person");
        assert_eq!(import["allowed_actions"], json!(["cancel"]));
        for who in ["other-officer", "other-approver", "inspector", "clinic", "admin"] {
            let call = app.actor(who).call("import_view").path("import_id", import["id"].as_str().unwrap());
            call.send().await.problem(404, "resource.not_found");
        }
        let list = app.actor("other-officer").call("import_list").send().await.expect(200);
        assert_eq!(list["items"], json!([]));
        let cancelled = act(&app.officer(), &import, json!({ "action": "cancel" })).await.expect(200);
        assert_eq!(cancelled["stage"], "cancelled");
        act(&app.approver(), &cancelled, json!({ "action": "approve" })).await.problem(409, "import.wrong_stage");
        // The same request twice is one import.
        let bytes = one_clinic(&app);
        let send = || {
            let part = reqwest::multipart::Part::bytes(bytes.clone()).file_name("a.csv");
            let form = reqwest::multipart::Form::new().part("file", part);
            app.officer().call("import_create").key("the-same-key").form(form)
        };
        let (first, again) = (send().send().await.expect(201), send().send().await.expect(201));
        assert_eq!(first["id"], again["id"]);
        assert_eq!(app.officer().call("import_list").send().await.expect(200)["items"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn an_imported_paper_stays_marked_after_a_loss() {
    support::run(async {
        let app = TestApp::start().await;
        let new = entry(ClinicType::General, 1, app.app.clock.today());
        entered(&app, Sheet::of(file::rows("1", &new)).csv()).await;
        // An inspection from before: its record is the clinic's as soon as the clinic has an account.
        let order = json!({ "clinic": new.number, "due_on": "2026-12-04", "reason": "群众举报" });
        let visit = app.officer().call("visit_order").once().json(&order).send().await.expect(201);
        let passed = json!({ "action": "pass", "record": crate::supervision::record(&visit, &[]) });
        crate::supervision::step(&app.actor("inspector"), &visit, passed).await.expect(200);
        let papers = async || crate::papers::list(&app.clinic(), &[("kind", "visit_record")]).await;
        assert_eq!(papers().await, Vec::<Value>::new());
        let call = app.officer().call("clinic_hand_over").path("filing_number", &new.number).once();
        call.json(&json!({ "login": "clinic" })).send().await.expect(204);
        assert_eq!(papers().await.len(), 1);
        let row = app.app.store.clinic_by_number(&new.number).await.unwrap();
        assert_eq!((row.owner_id, row.imported_on), (app.account("clinic"), Some(app.app.clock.today())));
        let signed = json!({ "reason": "搬运时遗失，多方查找未果。", "effective_on": "2026-11-23", "signed_by": new.dossier.principal.name, "signed_on": "2026-11-23" });
        let filing = app.clinic().draft_about("reissue", &new.number, &signed).await;
        let filing = app.carry_through(filing).await;
        let certificate = app.clinic().certificate(&filing).await;
        assert_eq!(certificate["statement"]["copy_number"], 2);
        assert_eq!(certificate["statement"]["conversion"]["imported_on"], "2026-11-23");
        let text: String = pdf::text(&app.clinic().paper(&filing).await).split_whitespace().collect();
        assert!(text.contains("存量转换·补发（第2份）"), "{text}");
    });
}
