//! Reports from the public: sent without an account, routed, worked off within their time, followed by their number.

mod limits;
mod office;
mod pages;
pub mod photos;

use clinic_registry::domain::actor::Duty;
use clinic_registry::domain::complaint;
use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::supervision::pointers;
use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::{Shared, TestApp};

static APP: Shared = Shared::new();

/// How whoever reports can be reached.
pub const CONTACT: &str = "13712345678";

/// What they say.
pub const DETAILS: &str = "候诊区没有挂凭证，医生在线首诊就开了处方。";

/// A report about a clinic.
pub fn about(clinic: &str) -> Value {
    json!({ "kind": "practice", "clinic": clinic, "details": DETAILS, "contact": CONTACT })
}

/// A report about a place in a street.
pub fn about_place(area: &str) -> Value {
    json!({ "kind": "unfiled", "place": { "name": "无招牌", "address": "黄山南路36号", "area": area }, "details": DETAILS })
}

/// Sends a report.
pub async fn send(actor: &Actor, body: &Value) -> Answer {
    actor.call("complaint_create").once().json(body).send().await
}

/// Sends a report that is taken in.
pub async fn sent(app: &TestApp, body: &Value) -> Value {
    send(&app.anonymous(), body).await.expect(201)
}

/// Where a report stands, by its number.
pub async fn follow(app: &TestApp, reference: &str) -> Answer {
    app.anonymous().call("complaint_follow").path("reference", reference).send().await
}

/// The report of a reference, as an office sees it; none where it does not.
pub async fn find(actor: &Actor, status: &Value) -> Option<Value> {
    let list = actor.call("complaint_list").query("limit", "100").send().await.expect(200);
    for item in list["items"].as_array().unwrap() {
        let case = view(actor, item["id"].as_str().unwrap()).await.expect(200);
        if case["case_number"] == status["case_number"] {
            return Some(case);
        }
    }
    None
}

/// The same, where it must be there.
pub async fn case(actor: &Actor, status: &Value) -> Value {
    find(actor, status).await.unwrap_or_else(|| panic!("{status:#}"))
}

/// A report as an office sees it.
pub async fn view(actor: &Actor, id: &str) -> Answer {
    actor.call("complaint_view").path("complaint_id", id).send().await
}

/// A step.
pub async fn step(actor: &Actor, case: &Value, body: Value) -> Answer {
    let call = actor.call("complaint_act").path("complaint_id", case["id"].as_str().unwrap());
    call.seen(case).once().json(&body).send().await
}

/// Number and short code of a new clinic.
pub async fn clinic(app: &TestApp) -> (String, String) {
    let filing = app.issued(&app.dossier(ClinicType::General)).await;
    let certificate = app.clinic().certificate(&filing).await;
    (filing["clinic"].as_str().unwrap().to_owned(), certificate["short_code"].as_str().unwrap().to_owned())
}

#[test]
fn a_report_goes_to_the_supervising_department_and_is_followed_by_its_number_alone() {
    support::run(async {
        let app = APP.get();
        let (number, _) = clinic(&app).await;
        let status = sent(&app, &about(&number)).await;
        // Five and fifteen working days after 2026-11-23.
        assert_eq!((&status["accept_by"], &status["due_on"]), (&json!("2026-11-30"), &json!("2026-12-14")));
        assert_eq!((&status["stage"], &status["photos"]), (&json!("received"), &json!(0)));
        assert_eq!(status["authority"]["id"], json!(app.authority));
        assert!(status["message"].as_str().unwrap().contains("2026年12月14日前办结并答复"), "{status:#}");

        let reference = status["reference"].as_str().unwrap();
        let typed = reference.replace('-', "").to_lowercase();
        let followed = follow(&app, &typed).await.expect(200);
        assert_eq!(followed, status);
        for secret in [CONTACT, "首诊", &number] {
            assert!(!followed.to_string().contains(secret), "{secret} in {followed:#}");
        }
        // Neither another number nor one with a slip tells anything.
        let slip = format!("{}{}", if reference.starts_with('2') { '3' } else { '2' }, &reference[1..]);
        for wrong in [slip.as_str(), "2222-2222-2222", "x", "%00", "019ab000-0000-7000-8000-000000000001"] {
            follow(&app, wrong).await.problem(404, "resource.not_found");
        }
        let case = case(&app.officer(), &status).await;
        assert_eq!((&case["clinic"], &case["kind"]), (&json!(number), &json!("practice")));
        assert!(case["case_number"].as_str().unwrap().starts_with("TS-371502-2026-"), "{case:#}");
        assert_eq!((&case["details"], &case["contact"]), (&json!(DETAILS), &json!("137****5678")));
    });
}

#[test]
fn a_forged_code_is_kept_as_it_was_shown() {
    support::run(async {
        let app = APP.get();
        let (_, short) = clinic(&app).await;
        let forged = "https://zs-example-gov.cn/v/1357924680135792468013579246801357924680";
        let mut body = json!({ "kind": "certificate", "code": forged, "details": DETAILS });
        let refused = send(&app.anonymous(), &body).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/authority_id"], "nothing tells who is in charge");
        body["authority_id"] = json!(Uuid::now_v7());
        let refused = send(&app.anonymous(), &body).await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/authority_id"]);
        body["authority_id"] = json!(app.authority);
        let status = sent(&app, &body).await;
        let officer = app.officer();
        let forged_case = case(&officer, &status).await;
        assert_eq!(forged_case["presented_code"], json!(forged));
        assert!(forged_case.get("clinic").is_none() && forged_case.get("certificate_id").is_none(), "{forged_case:#}");
        let history = officer.call("complaint_history").path("complaint_id", forged_case["id"].as_str().unwrap());
        let history = history.send().await.expect(200);
        let first = &history["items"][0];
        assert_eq!(
            (&first["sequence"], &first["action"], &first["actor"]),
            (&json!(1), &json!("receive"), &json!("公众"))
        );
        assert!(first["note"].as_str().unwrap().starts_with("所报凭证核验：无效"), "{history:#}");

        // A code that the register has leads to certificate and clinic.
        let status = sent(&app, &json!({ "kind": "certificate", "code": short, "details": DETAILS })).await;
        let genuine = case(&officer, &status).await;
        assert!(genuine["certificate_id"].is_string() && genuine["clinic"].is_string(), "{genuine:#}");
        // A number that nobody has is kept, too.
        let mut body = about("PDY99999X37150217D2122");
        body["authority_id"] = json!(app.authority);
        let unknown = case(&officer, &sent(&app, &body).await).await;
        assert_eq!(unknown["presented_number"], "PDY99999X37150217D2122");
        assert!(unknown.get("clinic").is_none(), "{unknown:#}");
    });
}

#[test]
fn a_place_goes_to_whoever_has_the_street() {
    support::run(async {
        let app = TestApp::start().await;
        let of = async |area: &str| sent(&app, &about_place(area)).await["authority"]["id"].clone();
        assert_eq!(of("371502009").await, json!(app.authority));
        assert_eq!(of("371502001").await, json!(app.other_authority));
        // Who supervises goes before who files.
        let (street, today) = ("371502010", app.app.clock.today());
        let tx = app.app.store.begin().await.unwrap();
        let (theirs, id) = (app.other_authority, Uuid::now_v7());
        tx.add_jurisdiction(theirs, Duty::Supervise, ClinicType::Dental, street, today, id).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(of(street).await, json!(app.other_authority));
        // Two authorities file in the county; one of them must be chosen.
        for (area, pointer) in [("371502", "/authority_id"), ("", "/authority_id"), ("999999999", "/place/area")] {
            let refused = send(&app.anonymous(), &about_place(area)).await.problem(422, "request.invalid");
            assert_eq!(pointers(&refused), [pointer], "{area}");
        }
        let mut body = about_place("371502");
        body["authority_id"] = json!(app.other_authority);
        assert_eq!(sent(&app, &body).await["authority"]["id"], json!(app.other_authority));
    });
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    support::run(async {
        let app = APP.get();
        let nobody = app.anonymous();
        let refused = send(&nobody, &json!({ "kind": "practice", "details": "太短了" })).await;
        assert_eq!(pointers(&refused.problem(422, "request.invalid")), ["/details"]);
        let refused = send(&nobody, &json!({ "kind": "practice", "details": DETAILS })).await;
        assert_eq!(pointers(&refused.problem(422, "request.invalid")), ["/clinic", "/authority_id"]);
        let refused = send(&nobody, &json!({ "kind": "unfiled", "details": DETAILS, "clinic": "x" })).await;
        let refused = refused.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/place/name", "/place/address", "/authority_id"]);
        let long = "情".repeat(2_001);
        let refused =
            send(&nobody, &json!({ "kind": "bribe", "details": long, "contact": "1\u{202E}2", "x": 1 })).await;
        let refused = refused.problem(422, "request.invalid");
        let mut told = pointers(&refused);
        told.sort_unstable();
        told.dedup();
        assert_eq!(told, ["/contact", "/details", "/kind", "/x"], "{refused:#}");
        nobody.call("complaint_create").json(&about("x")).send().await.problem(400, "idempotency.required");
    });
}

#[test]
fn a_double_click_is_one_report_and_a_strangers_key_is_no_obstacle() {
    support::run(async {
        let app = TestApp::start().await;
        let (number, _) = clinic(&app).await;
        let nobody = app.anonymous();
        let send = async |key: &str, body: &Value| {
            nobody.call("complaint_create").key(key).json(body).send().await.expect(201)["reference"].clone()
        };
        let body = about(&number);
        let (first, second) = tokio::join!(send("one-and-only", &body), send("one-and-only", &body));
        assert_eq!(first, second);
        assert_eq!(send("one-and-only", &body).await, first);
        let mut other = body.clone();
        other["details"] = json!("另一个人，另一件事，碰巧用了同一个标识。");
        assert_ne!(send("one-and-only", &other).await, first);
        assert_ne!(send("another-key", &body).await, first);
        let list = app.officer().call("complaint_list").send().await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 3);
    });
}

#[test]
fn how_the_reporter_can_be_reached_is_masked_and_found_in_replies() {
    for (contact, masked) in [(CONTACT, "137****5678"), ("王小明 微信abc", "王*"), ("a@example.com", "a*"), ("", "")]
    {
        assert_eq!(complaint::masked_contact(contact), masked);
    }
    assert!(complaint::tells_contact("请致电 137-1234-5678。", CONTACT));
    assert!(complaint::tells_contact("WeChat: A_B_C", "abc"));
    // The number or the name alone is enough; a common word is not.
    assert!(complaint::tells_contact("已电话联系您（13812345678）", "张三 13812345678"));
    assert!(complaint::tells_contact("张三先生：情况属实", "张三 13812345678"));
    assert!(!complaint::tells_contact("已电话联系您", "电话 13812345678"));
    assert!(!complaint::tells_contact("已责令整改", CONTACT) && !complaint::tells_contact("已责令整改", ""));
}
