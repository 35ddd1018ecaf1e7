//! Checking a paper: the register says whether it knows it and whether it is still good, by JSON and page alike, and
//! nothing of what it says.

use chrono::{NaiveDate, TimeDelta};
use clinic_registry::domain::paper::{PaperKind, Purpose};
use clinic_registry::domain::short_code::ShortCode;
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::store::entity::{certificate, clinic, paper};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::documents::gallery;
use crate::public::{filed, happen};
use crate::support;
use crate::support::app::{Shared, TestApp, monday};
use crate::support::database;

static APP: Shared = Shared::new();

const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// Keeps a paper of `kind`, of the clinic with this number where one is given; `set` says what is special about it.
pub async fn kept(
    app: &TestApp,
    kind: PaperKind,
    number: Option<&str>,
    set: impl FnOnce(&mut paper::Model),
) -> paper::Model {
    let db = database::connect(&app.database).await;
    let clinic = match number {
        Some(number) => clinic::Entity::find().filter(clinic::Column::Number.eq(number)).one(&db).await.unwrap(),
        None => None,
    };
    let id = Uuid::now_v7();
    let [random @ .., _, _, _, _, _] = *id.as_bytes();
    let code = ShortCode::from_random(random.map(|byte| byte.wrapping_mul(7) ^ id.as_bytes()[15] ^ id.as_bytes()[14]));
    let mut row = paper::Model {
        id,
        kind,
        number: format!("聊开审诊〔2026〕{}号", app.sequence()),
        code,
        authority_id: Some(app.authority),
        owner_id: Some(app.account("clinic")),
        filing_id: None,
        visit_id: None,
        decision_id: None,
        step: None,
        clinic_id: clinic.as_ref().map(|clinic| clinic.id),
        certificate_id: None,
        content: gallery::of(kind),
        purpose: None,
        digits: None,
        withdrawn_at: None,
        actor_id: Some(app.account("approver")),
        actor_name: "签发人甲乙丙".into(),
        issued_at: app.app.clock.now(),
        sha256: Some(DIGEST.into()),
    };
    if kind == PaperKind::Copy {
        row.certificate_id = clinic.map(|clinic| clinic.certificate_id);
        row.purpose = Some(Purpose {
            purpose: "办理平台入驻".into(),
            recipient: "某某健康科技有限公司".into(),
            expires_on: NaiveDate::from_ymd_opt(2026, 12, 24).unwrap(),
        });
    }
    set(&mut row);
    paper::Entity::insert(row.clone().into_active_model()).exec_without_returning(&db).await.unwrap();
    db.close().await.unwrap();
    row
}

async fn checked(app: &TestApp, code: &str) -> Value {
    app.anonymous().call("paper_check").path("code", code).send().await.expect(200)
}

/// The JSON and the page, which must agree: outcome, standing, and the sentence on the page.
async fn answered(app: &TestApp, code: &str, outcome: &str, standing: &str, says: &str) -> (Value, String) {
    let answer = checked(app, code).await;
    assert_eq!((&answer["outcome"], &answer["standing"]), (&json!(outcome), &json!(standing)), "{code}");
    assert_eq!(answer["official_host"], app.app.settings.host());
    assert_eq!(answer["checked_at"].as_str().unwrap()[..16], app.app.clock.now().to_rfc3339()[..16]);
    let page = app.anonymous().get(&format!("/p/{}", support::actors::encoded(code))).await.expect_html();
    let headline = answer["message"].as_str().unwrap().split('。').next().unwrap();
    assert_eq!(headline, says);
    assert!(page.contains(&format!("<span class=\"headline\">{says}</span>")), "{says}: {page}");
    assert!(!page.contains("<script") && page.contains("noindex"), "{page}");
    (answer, page)
}

/// Where the form leads with what was typed.
async fn leads(app: &TestApp, typed: &str) -> String {
    let stays = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let url = format!("{}/v?code={typed}", app.anonymous().base);
    let answer = stays.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    answer.headers()["location"].to_str().unwrap().to_owned()
}

#[test]
fn a_paper_that_the_register_knows_is_told_without_what_it_says() {
    support::run(async {
        let app = APP.get();
        let filed = filed(&app).await;
        for kind in PaperKind::ALL {
            let row = kept(&app, *kind, Some(&filed.number), |_| ()).await;
            let code = row.code.to_string();
            let (answer, page) = answered(&app, &code, "valid", "registered", "登记库中有此文书").await;
            let known = &answer["paper"];
            assert_eq!((&known["kind"], &known["kind_name"]), (&json!(kind.code()), &json!(kind.zh())));
            assert_eq!((&known["number"], &known["issuer"]), (&json!(row.shown_number()), &json!(row.content.issuer)));
            assert_eq!(known["signed_on"], json!(row.content.signed_on));
            assert_eq!(known["pdf_sha256"], DIGEST);
            assert_eq!(known["clinic"]["number"], filed.number);
            assert!(known["clinic"]["url"].as_str().unwrap().ends_with(&format!("/clinics/{}", filed.number)));
            for shown in [kind.zh(), row.shown_number(), &row.content.issuer, "2026年11月24日", DIGEST] {
                assert!(page.contains(shown), "{kind:?}: {shown} is not in {page}");
            }
            // Neither the body nor who made it.
            let json = answer.to_string();
            let content = serde_json::to_value(&row.content).unwrap();
            let blocks = content["blocks"].as_array().unwrap();
            let told = blocks.iter().filter_map(|block| block["text"].as_str()).chain(["签发人甲乙丙"]);
            for secret in told.chain(row.content.basis.iter().map(String::as_str)) {
                assert!(!json.contains(secret) && !page.contains(secret), "{kind:?}: {secret}");
            }
            // Typed into the one field there is, it leads to its own page.
            assert_eq!(leads(&app, &code.to_lowercase()).await, format!("/p/{code}"));
        }
    });
}

#[test]
fn a_paper_of_no_clinic_in_the_register_names_none() {
    support::run(async {
        let app = APP.get();
        let row = kept(&app, PaperKind::Receipt, None, |row| row.sha256 = None).await;
        let (answer, page) = answered(&app, row.code.as_str(), "valid", "registered", "登记库中有此文书").await;
        assert_eq!((answer["paper"].get("clinic"), answer["paper"].get("pdf_sha256")), (None, None));
        assert!(!page.contains("备案编号") && !page.contains("SHA-256"), "{page}");
        // Its address is what the code says.
        let url = app.app.settings.paper_url(&row.code);
        assert_eq!(url, format!("{}/p/{}", app.app.settings.public_url, row.code.as_str()));
        assert_eq!(checked(&app, &url).await["paper"]["number"], row.shown_number());
    });
}

#[test]
fn a_withdrawn_paper_is_not_good() {
    support::run(async {
        let app = APP.get();
        let at = app.app.clock.now();
        let row = kept(&app, PaperKind::Copy, None, |row| row.withdrawn_at = Some(at)).await;
        let (answer, page) = answered(&app, row.code.as_str(), "not_valid", "withdrawn", "此文书已撤回").await;
        assert_eq!(answer["paper"]["number"], row.shown_number());
        assert!(answer["paper"]["withdrawn_at"].is_string());
        assert!(page.contains("仅供核对，不表示现在有效。") && page.contains("撤回时间"), "{page}");
    });
}

#[test]
fn a_copy_is_good_to_the_end_of_its_last_day_in_china() {
    support::run(async {
        let app = TestApp::start().await;
        let filed = filed(&app).await;
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let row = kept(&app, PaperKind::Copy, Some(&filed.number), |row| {
            row.purpose.as_mut().unwrap().expires_on = today;
        })
        .await;
        let code = row.code.as_str();
        // Monday, 10:00 in Shanghai; one second before midnight there, and midnight.
        app.app.clock.set(monday() + TimeDelta::hours(14) - TimeDelta::seconds(1));
        let (answer, page) = answered(&app, code, "valid", "registered", "登记库中有此文书").await;
        let purpose =
            json!({ "purpose": "办理平台入驻", "recipient": "某某健康科技有限公司", "expires_on": "2026-11-23" });
        assert_eq!(answer["paper"]["purpose"], purpose);
        assert_eq!(answer["paper"]["certificate"]["outcome"], "valid");
        assert!(page.contains("2026年11月23日") && page.contains("办理平台入驻"), "{page}");
        app.app.clock.set(monday() + TimeDelta::hours(14));
        answered(&app, code, "not_valid", "expired", "此文书已过使用期限").await;
    });
}

#[test]
fn a_copy_falls_with_its_certificate_and_other_papers_do_not() {
    support::run(async {
        let app = APP.get();
        let filed = filed(&app).await;
        let copy = kept(&app, PaperKind::Copy, Some(&filed.number), |_| ()).await;
        let notice = kept(&app, PaperKind::RectificationNotice, Some(&filed.number), |_| ()).await;
        happen(&app, &filed.number, ClinicAct::Revoke, |_| ()).await;
        let says = "此件所依据的备案凭证现已无效";
        let (answer, page) = answered(&app, copy.code.as_str(), "not_valid", "certificate_not_valid", says).await;
        let certificate = &answer["paper"]["certificate"];
        assert_eq!((&certificate["outcome"], &certificate["reason"]["code"]), (&json!("not_valid"), &json!("revoked")));
        assert!(page.contains(certificate["message"].as_str().unwrap()), "{page}");
        let (answer, _) = answered(&app, notice.code.as_str(), "valid", "registered", "登记库中有此文书").await;
        assert_eq!(answer["paper"].get("certificate"), None);
        // The row of the certificate itself is looked at, not a copy of its state.
        let db = database::connect(&app.database).await;
        let row = certificate::Entity::find_by_id(copy.certificate_id.unwrap()).one(&db).await.unwrap().unwrap();
        let mut row = row.into_active_model();
        row.clinic_state = Set(clinic_registry::domain::verdict::ClinicState::Active);
        row.update(&db).await.unwrap();
        db.close().await.unwrap();
        assert_eq!(checked(&app, copy.code.as_str()).await["standing"], "registered");
    });
}

#[test]
fn what_the_register_does_not_know_is_said_in_words() {
    support::run(async {
        let app = APP.get();
        let row = kept(&app, PaperKind::Announcement, None, |_| ()).await;
        let code = row.code.as_str();
        let spelled = format!(" {} ", row.code.to_string().to_lowercase());
        assert_eq!(checked(&app, &spelled).await["paper"]["number"], row.shown_number());
        let wide: String = code.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
        assert_eq!(checked(&app, &wide).await["paper"]["number"], row.shown_number());
        // One character wrong: the last but one gives way to another.
        let (head, tail) = code.split_at(10);
        let other = if tail.starts_with('2') { '3' } else { '2' };
        let slip = format!("{head}{other}{}", &tail[1..]);
        let (answer, page) = answered(&app, &slip, "not_valid", "mistyped", "短码输入有误").await;
        assert_eq!(answer.get("paper"), None);
        assert!(page.contains("请对照文书上的12位短码"), "{page}");
        let unknown = ShortCode::from_random([3; 11]);
        answered(&app, unknown.as_str(), "not_valid", "not_in_register", "登记库中查无此文书").await;
        let long = "9".repeat(3000);
        for hostile in
            ["1", "诊所", "7K4M", "' OR 1=1 --", "<b>x</b>", "..%2f..", "%", &long, filed(&app).await.digits.as_str()]
        {
            let (_, page) = answered(&app, hostile, "not_valid", "unreadable", "这不是文书短码").await;
            assert!(!page.contains("<b>x"), "{page}");
        }
        // The short code of a certificate is none of a paper, and leads where it always did.
        let certificate = filed(&app).await;
        let code = certificate.short_code.parse::<ShortCode>().unwrap();
        answered(&app, code.as_str(), "not_valid", "not_in_register", "登记库中查无此文书").await;
        assert_eq!(leads(&app, code.as_str()).await, format!("/v/{code}"));
    });
}
