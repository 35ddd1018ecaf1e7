//! Who may call what: every operation of the contract, as nobody, as every role, from another authority, and as
//! another clinic. The table must name every operation: a new one without a row fails.

use std::collections::BTreeMap;

use clinic_registry::domain::lifecycle::Stage;
use serde_json::{Value, json};

use crate::access::people;
use crate::complaints;
use crate::imports;
use crate::supervision;
use crate::support;
use crate::support::actors::{Actor, Call};
use crate::support::app::TestApp;
use crate::support::builders::pdf_file;
use crate::support::contract::OPERATIONS;
use crate::uploads;

/// Who calls; the owner and the officers in charge come last, since they may have an effect.
const WHO: [&str; 10] = [
    "nobody",
    "other-clinic",
    "other-officer",
    "other-approver",
    "admin",
    "auditor",
    "inspector",
    "approver",
    "officer",
    "clinic",
];

/// Expected status by operation, in the order of [`WHO`].
const TABLE: &[(&str, [u16; 10])] = &[
    ("session_create", [201; 10]),
    // The login is taken: who calls does not matter.
    ("account_create", [422; 10]),
    ("token_list", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("token_create", [401, 201, 201, 201, 201, 201, 201, 201, 201, 201]),
    ("token_delete", [401, 204, 204, 204, 204, 204, 204, 204, 204, 204]),
    ("session_delete", [401, 204, 204, 204, 204, 204, 204, 204, 204, 204]),
    ("session_list", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    // Each ends one of its own.
    ("session_end", [401, 204, 204, 204, 204, 204, 204, 204, 204, 204]),
    ("account_event_list", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    // Of the clinic that filed with the first authority.
    ("recovery_create", [401, 403, 404, 404, 201, 403, 403, 201, 201, 403]),
    ("account_find", [401, 403, 200, 200, 200, 403, 403, 200, 200, 403]),
    ("account_view", [401, 403, 404, 404, 200, 403, 403, 200, 200, 403]),
    // Of another clinic that filed with it, so that the story's own goes on.
    ("account_close", [401, 403, 404, 404, 200, 403, 403, 200, 200, 403]),
    // Who owns clinics looks after his own clerks: here each invites one, and ends the one that was invited.
    ("member_list", [401, 200, 403, 403, 403, 403, 403, 403, 403, 200]),
    ("member_invite", [401, 201, 403, 403, 403, 403, 403, 403, 403, 201]),
    ("member_end", [401, 404, 403, 403, 403, 403, 403, 403, 403, 204]),
    ("message_list", [401, 200, 403, 403, 403, 403, 403, 403, 403, 200]),
    ("message_read", [401, 404, 403, 403, 403, 403, 403, 403, 403, 200]),
    // No such code: who calls does not matter.
    ("member_join", [422; 10]),
    ("actor_view", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("filing_create", [401, 201, 403, 403, 403, 403, 403, 403, 403, 201]),
    ("filing_list", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("deadline_list", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("filing_view", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("filing_revise", [401, 404, 404, 404, 404, 403, 403, 403, 403, 200]),
    // The filing of the scene writes the form and has no particulars: its owner is told so.
    ("filing_specify", [401, 404, 404, 404, 404, 403, 403, 403, 403, 422]),
    ("filing_check", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("filing_persons", [401, 404, 404, 404, 404, 200, 200, 200, 200, 403]),
    ("filing_duplicates", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("material_add", [401, 404, 404, 404, 404, 403, 403, 403, 403, 201]),
    ("material_list", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("material_view", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("material_delete", [401, 404, 404, 404, 404, 403, 403, 403, 403, 204]),
    ("upload_create", [401, 404, 404, 404, 404, 403, 403, 403, 403, 201]),
    ("upload_view", [401, 404, 404, 404, 404, 403, 403, 403, 403, 200]),
    ("upload_append", [401, 404, 404, 404, 404, 403, 403, 403, 403, 200]),
    ("upload_delete", [401, 404, 404, 404, 404, 403, 403, 403, 403, 204]),
    ("filing_act", [401, 404, 404, 404, 404, 403, 403, 403, 403, 200]),
    ("filing_history", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("filing_unmask", [401, 404, 404, 404, 404, 403, 403, 200, 200, 403]),
    ("unmasking_list", [401, 403, 403, 200, 403, 200, 403, 200, 403, 403]),
    ("report_annual", [401, 403, 200, 200, 403, 200, 403, 200, 200, 403]),
    ("report_annual_csv", [401, 403, 200, 200, 403, 200, 403, 200, 200, 403]),
    ("report_annual_xlsx", [401, 403, 200, 200, 403, 200, 403, 200, 200, 403]),
    ("figure_list", [401, 403, 200, 200, 200, 200, 403, 200, 200, 403]),
    ("figure_csv", [401, 403, 200, 200, 200, 200, 403, 200, 200, 403]),
    ("figure_xlsx", [401, 403, 200, 200, 200, 200, 403, 200, 200, 403]),
    ("figure_public", [200; 10]),
    ("certificate_view", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("certificate_pdf", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("copy_create", [401, 404, 404, 404, 404, 403, 403, 403, 403, 201]),
    ("copy_list", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("copy_view", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("copy_pdf", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("copy_withdraw", [401, 404, 404, 404, 404, 403, 403, 403, 403, 200]),
    ("filing_archive", [401, 404, 404, 404, 404, 200, 403, 200, 200, 200]),
    ("visit_order", [401, 403, 404, 404, 403, 403, 403, 201, 201, 403]),
    ("visit_list", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("visit_view", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("visit_act", [401, 404, 404, 404, 404, 403, 200, 200, 200, 403]),
    ("visit_history", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("visit_photo_add", [401, 404, 404, 404, 404, 403, 201, 403, 403, 403]),
    ("visit_photo_view", [401, 404, 404, 404, 404, 200, 200, 200, 200, 404]),
    // Each who may proposes another kind: the same twice is refused.
    ("decision_propose", [401, 403, 404, 404, 403, 403, 201, 201, 201, 403]),
    ("decision_list", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("decision_view", [401, 404, 404, 404, 404, 200, 200, 200, 200, 404]),
    // The approver decides what the officer proposed; nothing is left for the officer.
    ("decision_act", [401, 404, 404, 404, 404, 403, 403, 200, 409, 409]),
    ("paper_list", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("paper_view", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    ("paper_pdf", [401, 404, 404, 404, 404, 200, 200, 200, 200, 200]),
    // The paper of the scene is a receipt, which is nobody's but the clinic's: nobody finds it among the announcements.
    ("announcement_pdf", [404; 10]),
    ("draw_create", [401, 403, 403, 422, 403, 403, 403, 201, 403, 403]),
    ("draw_list", [200; 10]),
    ("draw_view", [200; 10]),
    ("complaint_create", [201; 10]),
    ("complaint_follow", [200; 10]),
    ("complaint_photo_add", [201; 10]),
    ("complaint_list", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("complaint_view", [401, 404, 404, 404, 404, 200, 200, 200, 200, 404]),
    ("complaint_history", [401, 404, 404, 404, 404, 200, 200, 200, 200, 404]),
    ("complaint_photo_view", [401, 404, 404, 404, 404, 200, 200, 200, 200, 404]),
    // Each accepts a report of its own.
    ("complaint_act", [401, 404, 404, 404, 404, 403, 200, 200, 200, 404]),
    ("complaint_unmask", [401, 404, 404, 404, 404, 403, 403, 200, 200, 404]),
    ("checklist_list", [200; 10]),
    ("ground_list", [200; 10]),
    ("clinic_list", [200; 10]),
    ("clinic_view", [200; 10]),
    ("clinic_history", [200; 10]),
    ("announcement_list", [200; 10]),
    ("verification_view", [200; 10]),
    ("verification_file", [200; 10]),
    ("paper_check", [200; 10]),
    ("key_manifest", [200; 10]),
    ("rule_list", [200; 10]),
    ("subject_list", [200; 10]),
    ("division_list", [200; 10]),
    ("material_code_list", [200; 10]),
    ("authority_list", [200; 10]),
    ("jurisdiction_list", [200; 10]),
    ("law_table", [200; 10]),
    ("law_edition_list", [401, 200, 200, 200, 200, 200, 200, 200, 200, 200]),
    ("law_import", [401, 403, 403, 403, 200, 403, 403, 403, 403, 403]),
    ("filing_recheck", [401, 404, 404, 404, 404, 200, 403, 200, 200, 403]),
    ("import_template", [401, 403, 200, 200, 403, 200, 403, 200, 200, 403]),
    ("import_create", [401, 403, 201, 201, 403, 403, 403, 201, 201, 403]),
    ("import_list", [401, 403, 200, 200, 403, 200, 403, 200, 200, 403]),
    ("import_view", [401, 404, 404, 404, 404, 200, 404, 200, 200, 404]),
    ("import_group_list", [401, 404, 404, 404, 404, 200, 404, 200, 200, 404]),
    ("import_defect_list", [401, 404, 404, 404, 404, 200, 404, 200, 200, 404]),
    ("import_defect_file", [401, 404, 404, 404, 404, 200, 404, 200, 200, 404]),
    // The approver approves what the officer prepared; then the officer can only cancel.
    ("import_act", [401, 404, 404, 404, 404, 403, 404, 200, 409, 404]),
    // The clinic of the scene has an account of its own: its office is told so.
    ("clinic_hand_over", [401, 403, 404, 404, 403, 403, 403, 409, 409, 403]),
    // It tells nobody else which clinics there are: an office has no business here at all.
    ("clinic_confirm", [401, 404, 403, 403, 403, 403, 403, 403, 403, 204]),
    ("telemedicine_list", [200; 10]),
    ("telemedicine_jurisdiction_list", [200; 10]),
    ("telemedicine_check", [200; 10]),
    ("clinic_export", [200; 10]),
    ("change_list", [401, 403, 200, 200, 403, 200, 403, 200, 200, 403]),
];

/// The account that is closed.
const LEAVING: &str = "leaving";

/// What the operations are tried on: a filing that waits for the clinic, and an issued one.
struct Scene {
    app: TestApp,
    correcting: Value,
    material: String,
    issued: Value,
    code: String,
    /// The visit that the issue ordered, with a photo.
    visit: String,
    photo: String,
    /// What an officer proposed about another clinic.
    decision: Value,
    draw: String,
    /// What the officer uploaded.
    import: String,
    /// A report from the public, with a photo.
    complaint: Value,
    /// A copy of the issued certificate.
    copy: String,
}

async fn scene() -> Scene {
    let app = TestApp::start().await;
    people::filed(&app, LEAVING).await;
    let correcting = app.in_stage(Stage::Correcting).await;
    let material = correcting["materials"][0]["id"].as_str().unwrap().to_owned();
    let issued = app.in_stage(Stage::Issued).await;
    let code = app.clinic().certificate(&issued).await["short_code"].as_str().unwrap().to_owned();
    let inspector = app.actor("inspector");
    let visit = supervision::visit_of(&inspector, &issued, "establishment").await["id"].as_str().unwrap().to_owned();
    let form = reqwest::multipart::Form::new().part("file", photo_part("first"));
    let call = inspector.call("visit_photo_add").path("visit_id", &visit).once().form(form);
    let photo = call.send().await.expect(201)["id"].as_str().unwrap().to_owned();
    let body = json!({ "title": "抽查", "clinics": 1, "team": 2, "due_on": "2026-12-31" });
    let drawn = app.approver().call("draw_create").once().json(&body).send().await.expect(201);
    let draw = drawn["id"].as_str().unwrap().to_owned();
    let other = app.in_stage(Stage::Issued).await;
    let proposal = supervision::proposal(&other, "stop_order", "beyond_scope");
    let decision = supervision::propose(&app.officer(), &proposal).await.expect(201);
    let import = imports::upload(&app.officer(), "存量.csv", imports::one_clinic(&app)).await.expect(201);
    let import = import["id"].as_str().unwrap().to_owned();
    let reported = complaints::sent(&app, &complaints::about(issued["clinic"].as_str().unwrap())).await;
    let form = reqwest::multipart::Form::new().part("file", taken_part());
    let call = app.anonymous().call("complaint_photo_add").path("reference", reported["reference"].as_str().unwrap());
    call.once().form(form).send().await.expect(201);
    let mut complaint = complaints::case(&app.officer(), &reported).await;
    // Which the office is not told.
    complaint["reference"] = reported["reference"].clone();
    let call = app.clinic().call("copy_create").path("certificate_id", issued["certificate_id"].as_str().unwrap());
    let copied = call.once().json(&copy_request()).send().await.expect(201);
    let copy = copied["id"].as_str().unwrap().to_owned();
    Scene { app, correcting, material, issued, code, visit, photo, decision, draw, import, complaint, copy }
}

fn copy_request() -> Value {
    json!({ "purpose": "投标", "expires_on": "2026-12-31" })
}

fn photo_part(what: &str) -> reqwest::multipart::Part {
    reqwest::multipart::Part::bytes(pdf_file(what)).file_name("a.pdf")
}

/// A photo as a phone takes it.
fn taken_part() -> reqwest::multipart::Part {
    reqwest::multipart::Part::bytes(complaints::photos::located(40, 30)).file_name("a.jpg")
}

impl Scene {
    /// The receipt of the issued filing.
    fn paper(&self) -> &str {
        self.issued["papers"][0]["id"].as_str().unwrap()
    }

    async fn whoever(&self, who: &str) -> Actor {
        match who {
            "nobody" => self.app.anonymous(),
            login => self.app.actor(login),
        }
    }

    /// A call that is right but for who makes it.
    async fn call(&self, id: &str, who: &str) -> Call {
        let actor = self.whoever(who).await;
        let version = self.app.clinic().view(&self.correcting).await.expect(200);
        let dossier = &version["dossier"];
        match id {
            "session_create" => {
                let login = if who == "nobody" { "clinic" } else { who };
                actor.call(id).json(&json!({ "login": login, "password": support::app::PASSWORD }))
            }
            "account_create" => {
                let body = json!({
                    "login": "clinic", "password": "three quiet willows", "name": "某诊所", "holder_kind": "uscc",
                    "holder_number": "91371502MA3C00003M",
                });
                actor.call(id).json(&body)
            }
            "member_invite" => actor.call(id).once().json(&json!({ "name": "李助理" })),
            "member_end" => {
                let invited = self.app.clinic().call("member_invite").once().json(&json!({ "name": "李助理" }));
                let member = invited.send().await.expect(201)["member"]["id"].as_str().unwrap().to_owned();
                actor.call(id).path("member_id", member)
            }
            "message_read" => {
                let list = self.app.clinic().call("message_list").send().await.expect(200);
                actor.call(id).path("message_id", list["items"][0]["id"].as_str().unwrap())
            }
            "member_join" => {
                let code = "7K4M-Q2XD-9FHT-3ABC-8DEF";
                actor.call(id).json(&json!({ "code": code, "login": "li-zhuli", "password": "three quiet willows" }))
            }
            "token_create" => actor.call(id).json(&json!({ "name": "系统", "scopes": ["account:read"], "days": 1 })),
            "token_delete" if who != "nobody" => {
                let body = json!({ "name": "系统", "scopes": ["account:read"], "days": 1 });
                let made = actor.call("token_create").json(&body).send().await.expect(201);
                actor.call(id).path("token_id", made["details"]["id"].as_str().unwrap())
            }
            "token_delete" => actor.call(id).path("token_id", "019ab000-0000-7000-8000-00000000dead"),
            "session_delete" if who != "nobody" => {
                // A session of its own, so that the others go on.
                self.app.anonymous().signed_in(who, support::app::PASSWORD).await.call(id)
            }
            "session_end" => {
                let own = match who {
                    "nobody" => "019ab000-0000-7000-8000-00000000dead".to_owned(),
                    who => {
                        let me = self.app.anonymous().signed_in(who, support::app::PASSWORD).await;
                        let list = me.call("session_list").send().await.expect(200);
                        let mut items = list["items"].as_array().unwrap().iter();
                        items.find(|one| one["current"] == true).unwrap()["id"].as_str().unwrap().to_owned()
                    }
                };
                actor.call(id).path("session_id", own)
            }
            "recovery_create" => actor.call(id).path("login", "clinic").json(&json!({ "reason": "本人到窗口申请" })),
            "account_find" => actor.call(id).json(&json!({ "sought": "clinic" })),
            "account_view" => actor.call(id).path("login", "clinic"),
            "account_close" => actor.call(id).path("login", LEAVING).once().json(&json!({ "reason": "单位申请停用" })),
            "filing_create" => actor.call(id).once().json(&json!({ "kind": "establishment", "dossier": dossier })),
            "filing_revise" => actor.filing(id, &version).seen(&version).json(dossier),
            "filing_specify" => actor.filing(id, &version).seen(&version).json(&json!({})),
            "filing_act" => actor.filing(id, &version).seen(&version).once().json(&json!({ "action": "submit" })),
            "material_add" => {
                let part = reqwest::multipart::Part::bytes(pdf_file(who)).file_name("a.pdf");
                let form = reqwest::multipart::Form::new().text("code", "floor_plan").part("file", part);
                actor.filing(id, &version).once().form(form)
            }
            "material_view" => actor.filing(id, &version).path("material_id", &self.material),
            "material_delete" => {
                let added = self.app.clinic().upload(&version, "floor_plan", "b.pdf", pdf_file(who)).await.expect(201);
                actor.filing(id, &version).path("material_id", added["id"].as_str().unwrap())
            }
            "upload_create" => {
                let body = json!({ "code": "floor_plan", "file_name": "a.pdf", "size": 100 });
                actor.filing(id, &version).once().json(&body)
            }
            "upload_view" | "upload_append" | "upload_delete" => {
                let file = pdf_file("a piece");
                let size = file.len() as u64;
                let upload = uploads::begun_as(id, &self.app.clinic(), &version, size).await;
                let call = actor.filing(id, &version).path("upload_id", upload["id"].as_str().unwrap());
                if id == "upload_append" {
                    call.header("Upload-Offset", "0").body("application/offset+octet-stream", file)
                } else {
                    call
                }
            }
            "filing_view" | "filing_check" | "filing_duplicates" | "filing_persons" | "material_list"
            | "filing_history" => actor.filing(id, &version),
            "filing_recheck" => actor.filing(id, &self.issued).query("sequence", "1"),
            "law_table" => actor.call(id).path("table", "streets"),
            "law_import" => {
                let body = "code,name\n371502008,北城街道\n";
                let body = json!({ "table": "streets", "body": body, "reason": "试一试", "preview": true });
                actor.call(id).once().json(&body)
            }
            "filing_unmask" => {
                actor.filing(id, &version).once().json(&json!({ "reason": "核对主要负责人执业证书编码" }))
            }
            "report_annual" | "report_annual_csv" | "report_annual_xlsx" => actor.call(id).query("year", "2026"),
            "figure_csv" => actor.call(id).query("figure", "F-01"),
            "certificate_view" | "certificate_pdf" => {
                actor.call(id).path("certificate_id", self.issued["certificate_id"].as_str().unwrap())
            }
            "paper_view" | "paper_pdf" => actor.call(id).path("paper_id", self.paper()),
            "announcement_pdf" => actor.call(id).path("announcement_id", self.paper()),
            "copy_create" | "copy_list" => {
                let call = actor.call(id).path("certificate_id", self.issued["certificate_id"].as_str().unwrap());
                if id == "copy_list" { call } else { call.once().json(&copy_request()) }
            }
            "copy_view" | "copy_pdf" => actor.call(id).path("copy_id", &self.copy),
            "copy_withdraw" => actor.call(id).path("copy_id", &self.copy).once(),
            "filing_archive" => actor.filing(id, &self.issued).query("reason", "移交档案馆"),
            "visit_view" | "visit_history" => actor.call(id).path("visit_id", &self.visit),
            "visit_photo_view" => actor.call(id).path("visit_id", &self.visit).path("photo_id", &self.photo),
            "visit_photo_add" => {
                let form = reqwest::multipart::Form::new().part("file", photo_part(who));
                actor.call(id).path("visit_id", &self.visit).once().form(form)
            }
            "visit_act" => {
                let visit = supervision::view(&self.app.officer(), &self.visit).await;
                let body = json!({ "action": "assign", "team": [self.app.account("inspector")] });
                actor.call(id).path("visit_id", &self.visit).seen(&visit).once().json(&body)
            }
            "visit_order" => {
                let clinic = supervision::number(&self.issued);
                let body = json!({ "clinic": clinic, "due_on": "2026-12-31", "reason": "举报" });
                actor.call(id).once().json(&body)
            }
            "decision_propose" => {
                let (kind, ground) = match who {
                    "approver" => ("revocation", "false_materials"),
                    "officer" => ("cancellation", "voluntary_end"),
                    _ => ("stop_order", "beyond_scope"),
                };
                actor.call(id).once().json(&supervision::proposal(&self.issued, kind, ground))
            }
            "decision_view" => actor.call(id).path("decision_id", self.decision["id"].as_str().unwrap()),
            "decision_act" => {
                let call = actor.call(id).path("decision_id", self.decision["id"].as_str().unwrap());
                let shown = self.app.officer().call("decision_view");
                let shown = shown.path("decision_id", self.decision["id"].as_str().unwrap()).send().await.expect(200);
                call.seen(&shown).once().json(&json!({ "action": "decide" }))
            }
            "draw_create" => {
                let body = json!({ "title": "抽查", "clinics": 1, "team": 2, "due_on": "2026-12-31" });
                actor.call(id).once().json(&body)
            }
            "telemedicine_check" => {
                let clinic = supervision::number(&self.issued);
                let body = json!({ "clinic": clinic, "physician": { "name": "王龚" }, "subject": "03" });
                actor.call(id).json(&body)
            }
            "clinic_export" => actor.call(id).query("format", "jsonl"),
            "complaint_create" => actor.call(id).once().json(&complaints::about_place("371502001")),
            "complaint_follow" => actor.call(id).path("reference", self.complaint["reference"].as_str().unwrap()),
            "complaint_photo_add" => {
                let reported = complaints::sent(&self.app, &complaints::about_place("371502001")).await;
                let form = reqwest::multipart::Form::new().part("file", taken_part());
                actor.call(id).path("reference", reported["reference"].as_str().unwrap()).once().form(form)
            }
            "complaint_view" | "complaint_history" => {
                actor.call(id).path("complaint_id", self.complaint["id"].as_str().unwrap())
            }
            "complaint_photo_view" => {
                let photo = self.complaint["photos"][0]["id"].as_str().unwrap();
                let call = actor.call(id).path("complaint_id", self.complaint["id"].as_str().unwrap());
                call.path("photo_id", photo)
            }
            "complaint_act" => {
                let reported = complaints::sent(&self.app, &complaints::about_place("371502008")).await;
                let case = complaints::case(&self.app.officer(), &reported).await;
                let call = actor.call(id).path("complaint_id", case["id"].as_str().unwrap());
                call.seen(&case).once().json(&json!({ "action": "accept" }))
            }
            "complaint_unmask" => {
                let call = actor.call(id).path("complaint_id", self.complaint["id"].as_str().unwrap());
                call.once().json(&json!({ "reason": "向举报人核实情况" }))
            }
            "draw_view" => actor.call(id).path("draw_id", &self.draw),
            "import_template" => actor.call(id).query("format", "csv"),
            "import_create" => {
                let part = reqwest::multipart::Part::bytes(imports::one_clinic(&self.app)).file_name("a.csv");
                actor.call(id).once().form(reqwest::multipart::Form::new().part("file", part))
            }
            "import_view" | "import_group_list" | "import_defect_list" => {
                actor.call(id).path("import_id", &self.import)
            }
            "import_defect_file" => actor.call(id).path("import_id", &self.import).query("format", "csv"),
            "import_act" => {
                let shown = self.app.officer().call("import_view").path("import_id", &self.import);
                let shown = shown.send().await.expect(200);
                actor.call(id).path("import_id", &self.import).seen(&shown).once().json(&json!({ "action": "approve" }))
            }
            "clinic_hand_over" => {
                let call = actor.call(id).path("filing_number", self.issued["clinic"].as_str().unwrap());
                call.once().json(&json!({ "login": "other-clinic" }))
            }
            "clinic_confirm" => actor.call(id).path("filing_number", self.issued["clinic"].as_str().unwrap()).once(),
            "clinic_view" | "clinic_history" => {
                actor.call(id).path("filing_number", self.issued["clinic"].as_str().unwrap())
            }
            "verification_view" | "paper_check" => actor.call(id).path("code", &self.code),
            "verification_file" => {
                let part = reqwest::multipart::Part::bytes(pdf_file(who)).file_name("a.pdf");
                actor.call(id).form(reqwest::multipart::Form::new().part("file", part))
            }
            _ => actor.call(id),
        }
    }
}

#[test]
fn every_operation_has_a_row() {
    let rows: BTreeMap<_, _> = TABLE.iter().copied().collect();
    assert_eq!(rows.len(), TABLE.len(), "a row stands twice");
    let missing: Vec<_> = OPERATIONS.keys().filter(|id| !rows.contains_key(id.as_str())).collect();
    assert!(missing.is_empty(), "say who may call {missing:?}");
    let gone: Vec<_> = rows.keys().filter(|id| !OPERATIONS.contains_key(**id)).collect();
    assert!(gone.is_empty(), "the contract does not know {gone:?}");
    for (id, expected) in TABLE {
        assert_eq!(OPERATIONS[*id].public, expected[0] != 401, "{id}: public in contract and table");
    }
}

#[test]
fn every_operation_answers_everybody_as_the_table_says() {
    support::run(async {
        let scene = scene().await;
        let mut wrong = vec![];
        for (id, expected) in TABLE {
            for (who, expected) in WHO.iter().zip(expected) {
                let answer = scene.call(id, who).await.send().await;
                if answer.status != *expected {
                    wrong.push(format!("{id} as {who}: {} instead of {expected}: {}", answer.status, answer.text()));
                }
                if answer.status == 401 {
                    assert_eq!(answer.header("www-authenticate"), "Bearer", "{id}");
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    });
}

#[test]
fn what_is_not_ones_own_looks_like_what_does_not_exist() {
    support::run(async {
        let scene = scene().await;
        let nothing = json!({ "id": "019ab000-0000-7000-8000-00000000dead" });
        for who in ["other-clinic", "other-officer", "admin"] {
            let actor = scene.whoever(who).await;
            let missing = actor.view(&nothing).await.problem(404, "resource.not_found");
            assert_eq!(actor.view(&scene.correcting).await.problem(404, "resource.not_found"), missing, "{who}");
            let list = actor.call("filing_list").send().await.expect(200);
            assert_eq!(list["items"], json!([]), "{who}");
        }
        let list = scene.app.officer().call("filing_list").send().await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 4);
        // A draft is the clinic's alone.
        let draft = scene.app.clinic().draft(&json!({})).await;
        for who in WHO.iter().filter(|who| !["nobody", "clinic"].contains(who)) {
            scene.whoever(who).await.view(&draft).await.problem(404, "resource.not_found");
        }
    });
}

#[test]
fn a_material_is_fetched_only_through_its_own_filing() {
    support::run(async {
        let scene = scene().await;
        let clinic = scene.app.clinic();
        let call = clinic.call("material_view").path("filing_id", scene.issued["id"].as_str().unwrap());
        call.path("material_id", &scene.material).send().await.problem(404, "resource.not_found");
        let answer = scene.call("material_view", "clinic").await.send().await;
        assert_eq!(answer.status, 200);
        assert!(answer.bytes.starts_with(b"%PDF-"));
        assert!(answer.header("content-disposition").starts_with("attachment;"), "never shown by the browser");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    });
}

#[test]
fn a_change_of_somebody_elses_clinic_cannot_be_drafted() {
    support::run(async {
        let scene = scene().await;
        let number = &scene.issued["clinic"];
        let body = json!({ "kind": "change", "clinic": number });
        let other = scene.app.other_clinic();
        other.call("filing_create").once().json(&body).send().await.problem(404, "resource.not_found");
        let own = scene.app.clinic().call("filing_create").once().json(&body).send().await.expect(201);
        assert_eq!(own["dossier"], scene.app.clinic().view(&scene.issued).await.expect(200)["dossier"]);
    });
}

#[test]
fn a_session_ends_by_signing_out_and_by_itself() {
    support::run(async {
        let app = TestApp::start().await;
        let me = app.anonymous().signed_in("clinic", support::app::PASSWORD).await;
        assert_eq!(me.call("actor_view").send().await.expect(200)["role"], "clinic");
        me.call("session_delete").send().await.expect(204);
        me.call("actor_view").send().await.problem(401, "session.required");

        let me = app.anonymous().signed_in("clinic", support::app::PASSWORD).await;
        app.app.clock.set(support::app::monday() + chrono::TimeDelta::hours(11));
        me.call("actor_view").send().await.expect(200);
        app.app.clock.set(support::app::monday() + chrono::TimeDelta::hours(13));
        me.call("actor_view").send().await.problem(401, "session.required");
    });
}

#[test]
fn a_wrong_name_and_a_wrong_password_look_alike() {
    support::run(async {
        let app = TestApp::start().await;
        let nobody = app.anonymous();
        let attempt = async |login: &str, password: &str| {
            let body = json!({ "login": login, "password": password });
            nobody.call("session_create").json(&body).send().await.problem(401, "session.credentials")
        };
        assert_eq!(attempt("clinic", "wrong password").await, attempt("no-such-person", support::app::PASSWORD).await);
        for token in ["", "cln_", "cln_AAAA", "not a token", "cln_🦷"] {
            let stranger = Actor { token: None, ..nobody.clone() };
            let call = stranger.call("actor_view").header("Authorization", format!("Bearer {token}"));
            call.send().await.problem(401, "session.required");
        }
        let basic = nobody.call("actor_view").header("Authorization", "Basic Y2xpbmljOmNsaW5pYw==");
        basic.send().await.problem(401, "session.required");
    });
}
