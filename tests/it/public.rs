//! What the public sees of a clinic's life, by JSON and page alike: every standing, announcements at once, history, files.

use chrono::NaiveDate;
use clinic_registry::domain::actor::{Actor as Person, Role};
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::id::{AccountId, AuthorityId};
use clinic_registry::domain::particulars::SuspensionReason;
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::store::entity::clinic;
use clinic_registry::usecase::life::{self, Happening};
use serde_json::{Value, json};

use crate::support;
use crate::support::actors::Answer;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::pdf_file;

static APP: Shared = Shared::new();

/// Pages hold no more than this, bytes.
const PAGE: usize = 30 * 1024;

/// An issued clinic with its code.
pub struct Filed {
    pub number: String,
    /// Of the first version.
    pub short_code: String,
    pub digits: String,
    pub filing: Value,
}

/// Issues a clinic.
pub async fn filed(app: &TestApp) -> Filed {
    let filing = app.issued(&app.dossier(ClinicType::General)).await;
    let number = filing["clinic"].as_str().unwrap().to_owned();
    of(app, number, filing).await
}

/// Issues a clinic, then adds 互联网诊疗; the code is that of the second version.
pub async fn filed_with_telemedicine(app: &TestApp) -> Filed {
    let dossier = app.dossier(ClinicType::General);
    let number = app.issued(&dossier).await["clinic"].as_str().unwrap().to_owned();
    let filing = app.changed(&number, &app.with_telemedicine(&dossier)).await;
    of(app, number, filing).await
}

async fn of(app: &TestApp, number: String, filing: Value) -> Filed {
    let certificate = app.clinic().certificate(&filing).await;
    let url = certificate["code_url"].as_str().unwrap();
    Filed {
        short_code: certificate["short_code"].as_str().unwrap().to_owned(),
        digits: url.rsplit('/').next().unwrap().to_owned(),
        number,
        filing,
    }
}

/// Lets something happen to a clinic, as filings and decisions do.
pub async fn happen(app: &TestApp, number: &str, act: ClinicAct, set: impl FnOnce(&mut clinic::Model)) {
    let office = Some(AuthorityId(app.authority));
    let actor = Person::holder(AccountId(app.account("approver")), OFFICER.into(), Role::Approver, office);
    let tx = app.app.store.begin().await.unwrap();
    let mut row = tx.clinic_of(app.account("clinic"), number).await.unwrap();
    set(&mut row);
    let what = Happening {
        note: format!("{}（测试）", act.zh()),
        body: format!("{}{}。", row.name, act.zh()),
        basis: "《测试规定》第一条".into(),
        document_number: "测〔2026〕1号".into(),
        ..Happening::new(act, on(), Some(&actor))
    };
    life::happen(&app.app, &tx, &mut row, what).await.unwrap();
    tx.commit().await.unwrap();
}

/// Who decides; the public never reads the name.
pub const OFFICER: &str = "签发人甲乙丙";

/// The day from which it holds.
fn on() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()
}

/// What is shown of a clinic: JSON of code and register, page of code and register.
struct Seen {
    verified: Value,
    view: Value,
    code_page: String,
    clinic_page: String,
}

async fn seen(app: &TestApp, filed: &Filed) -> Seen {
    let nobody = app.anonymous();
    let mut verified = nobody.verify(&filed.digits).await;
    // The short code says the same, but for the signature.
    let mut typed = nobody.verify(&filed.short_code).await;
    typed["signature_checked"] = json!(true);
    for answer in [&mut verified, &mut typed] {
        // The worker may be drawing the paper between the two.
        answer["certificate"].as_object_mut().unwrap().remove("pdf_sha256");
    }
    assert_eq!(typed, verified);
    let code_page = page(nobody.get(&format!("/v/{}", filed.digits)).await);
    let clinic_page = page(nobody.get(&format!("/clinics/{}", filed.number)).await);
    for html in [&code_page, &clinic_page] {
        says(html, &["监督电话", "0635-5550001"]);
    }
    Seen { verified, view: view(app, &filed.number).await, code_page, clinic_page }
}

async fn view(app: &TestApp, number: &str) -> Value {
    app.anonymous().call("clinic_view").path("filing_number", number).send().await.expect(200)
}

/// A page as every public page must be: small, without script or style of its own.
#[track_caller]
fn page(answer: Answer) -> String {
    let html = answer.expect_html();
    assert!(html.len() <= PAGE, "{} bytes", html.len());
    for never in ["<script", "style=", "javascript:", OFFICER] {
        assert!(!html.contains(never), "{never}");
    }
    assert!(html.contains("数据截至"), "{html}");
    html
}

#[track_caller]
fn says(html: &str, words: &[&str]) {
    for words in words {
        assert!(html.contains(words), "{words} in {html}");
    }
}

#[test]
fn every_standing_is_told_by_code_and_by_register() {
    type Case = (ClinicAct, &'static str, &'static str, &'static [&'static str]);
    let cases: &[Case] = &[
        (
            ClinicAct::Suspend,
            "suspended",
            "suspended",
            &["该诊所目前停业", "自2026年11月20日起至2027年1月31日停业，原因：改建"],
        ),
        (ClinicAct::Close, "cancelled", "cancelled", &["该诊所已歇业", "诊所自2026年11月20日起歇业"]),
        (ClinicAct::Cancel, "cancelled", "cancelled", &["该诊所备案已注销", "该备案已于2026年11月20日被注销"]),
        (ClinicAct::Revoke, "revoked", "revoked", &["该诊所备案已被撤销", "该备案已于2026年11月20日被撤销"]),
        (ClinicAct::Stop, "stopped", "stopped", &["该诊所被责令停止执业", "自2026年11月20日起被责令停止执业"]),
        (ClinicAct::MoveAway, "cancelled", "cancelled", &["该诊所已迁往其他县区", "请勿在原址就诊"]),
    ];
    support::run(async {
        let app = APP.get();
        for (act, state, reason, words) in cases {
            let filed = filed(&app).await;
            let before = seen(&app, &filed).await;
            assert_eq!((&before.verified["outcome"], before.verified.get("cause")), (&json!("valid"), None));
            assert_eq!((&before.view["state"], before.view.get("cause")), (&json!("active"), None));
            says(&before.code_page, &["此诊所备案现在有效", "未备案互联网诊疗", "尚未核查"]);
            happen(&app, &filed.number, *act, |row| {
                if *act == ClinicAct::Suspend {
                    row.suspended_on = Some(on());
                    row.suspended_until = NaiveDate::from_ymd_opt(2027, 1, 31);
                    row.suspension_reason = Some(SuspensionReason::Rebuilding);
                }
            })
            .await;
            let after = seen(&app, &filed).await;
            assert_eq!(
                (&after.verified["outcome"], &after.verified["reason"]["code"]),
                (&json!("not_valid"), &json!(reason))
            );
            assert_eq!(after.verified["cause"]["act"], json!(act.code()));
            assert_eq!(after.verified["cause"]["since"], json!("2026-11-20"));
            assert_eq!(after.verified["telemedicine"]["code"], json!("not_valid"));
            assert_eq!(after.verified["certificate"]["clinic_state"], json!(state));
            assert_eq!((&after.view["state"], &after.view["cause"]), (&json!(state), &after.verified["cause"]));
            says(&after.code_page, words);
            says(&after.code_page, &["无效", "拨打监督电话", "仅供核对，不表示现在有效"]);
            let named = after.view["cause"]["message"].as_str().unwrap();
            says(&after.clinic_page, &[named, after.view["record"]["name"].as_str().unwrap(), "公告", "备案经过"]);
            let ended = ["cancelled", "revoked"].contains(state).then(|| json!("2026-11-20"));
            assert_eq!(
                (after.view.get("ended_on"), after.verified["certificate"].get("ended_on")),
                (ended.as_ref(), ended.as_ref())
            );
            // An ended clinic is still found, and plainly marked.
            let name = after.view["record"]["name"].as_str().unwrap();
            let found = app.anonymous().search(&[("q", name), ("state", state)]).await;
            assert!(
                found.iter().any(|c| c["number"] == json!(filed.number) && c["state"] == json!(state)),
                "{found:#?}"
            );
        }
    });
}

#[test]
fn a_suspension_shows_its_dates_and_passes() {
    support::run(async {
        let app = APP.get();
        let filed = filed(&app).await;
        happen(&app, &filed.number, ClinicAct::Suspend, |row| {
            row.suspended_on = Some(on());
            row.suspension_reason = Some(SuspensionReason::Other);
        })
        .await;
        let view = view(&app, &filed.number).await;
        assert_eq!((&view["suspended_on"], &view["suspension_reason"]), (&json!("2026-11-20"), &json!("other")));
        assert_eq!(view.get("suspended_until"), None);
        happen(&app, &filed.number, ClinicAct::DeemClosed, |_| ()).await;
        let deemed = seen(&app, &filed).await;
        assert_eq!(
            (&deemed.verified["reason"]["code"], &deemed.view["state"]),
            (&json!("cancelled"), &json!("deemed_closed"))
        );
        says(&deemed.code_page, &["该诊所视为歇业"]);
        says(&deemed.clinic_page, &["视为歇业", "视为歇业公告"]);

        let other = self::filed(&app).await;
        happen(&app, &other.number, ClinicAct::Suspend, |row| row.suspended_on = Some(on())).await;
        happen(&app, &other.number, ClinicAct::Resume, |_| ()).await;
        let resumed = seen(&app, &other).await;
        assert_eq!((&resumed.verified["outcome"], &resumed.view["state"]), (&json!("valid"), &json!("active")));
        assert_eq!(resumed.view.get("suspended_on"), None);
        says(&resumed.clinic_page, &["此诊所备案现在有效", "恢复执业公告", "停业公告"]);
    });
}

#[test]
fn telemedicine_is_suspended_by_itself() {
    support::run(async {
        let app = APP.get();
        let filed = filed_with_telemedicine(&app).await;
        let permitted = seen(&app, &filed).await;
        assert_eq!(permitted.verified["telemedicine_permitted"], json!(true));
        assert_eq!(permitted.verified["telemedicine"]["code"], json!("permitted"));
        // what patients should know stands beside it, on both pages.
        for html in [&permitted.code_page, &permitted.clinic_page] {
            says(html, &["可以开展互联网诊疗（仅限复诊）", "不接受首诊", "6岁以下", "麻醉药品", "至少保存15年"]);
        }
        let asked = |value: &'static str| {
            let app = app.clone();
            let number = filed.number.clone();
            async move {
                let found = app.anonymous().search(&[("q", &number), ("telemedicine", value)]).await;
                let all = app.anonymous().search(&[("telemedicine", value), ("limit", "100")]).await;
                (found.len(), all.iter().any(|c| c["number"] == json!(number)), all)
            }
        };
        let (_, listed, all) = asked("true").await;
        assert!(listed && all.iter().all(|c| c["telemedicine"] == json!(true)), "{all:#?}");
        assert!(!asked("false").await.1);

        happen(&app, &filed.number, ClinicAct::SuspendTelemedicine, |_| ()).await;
        let suspended = seen(&app, &filed).await;
        assert_eq!((&suspended.verified["outcome"], suspended.verified.get("reason")), (&json!("valid"), None));
        assert_eq!(suspended.verified["telemedicine_permitted"], json!(false));
        let online = &suspended.verified["telemedicine"];
        assert_eq!((&online["code"], &online["since"]), (&json!("suspended"), &json!("2026-11-20")));
        assert_eq!(
            (&suspended.view["telemedicine"], &suspended.view["telemedicine_mode"]),
            (&json!(false), &json!("suspended"))
        );
        assert_eq!(suspended.view["telemedicine_suspended_on"], json!("2026-11-20"));
        for html in [&suspended.code_page, &suspended.clinic_page] {
            says(html, &["有效", "互联网诊疗已暂停", "请勿在线就诊", "自2026年11月20日起暂停互联网诊疗"]);
            assert!(!html.contains("不接受首诊"), "nobody is treated online now");
        }
        assert!(!asked("true").await.1 && asked("false").await.1);

        happen(&app, &filed.number, ClinicAct::ResumeTelemedicine, |_| ()).await;
        let resumed = seen(&app, &filed).await;
        assert_eq!(resumed.verified["telemedicine"]["code"], json!("permitted"));
        assert_eq!(resumed.view.get("telemedicine_suspended_on"), None);
        let page = page(app.anonymous().get("/clinics?online=yes").await);
        assert!(page.contains(&filed.number), "{page}");
        assert_eq!(app.anonymous().get("/clinics?online=perhaps").await.status, 422);
    });
}

#[test]
fn an_old_version_and_a_lost_copy_lead_to_what_is_filed_now() {
    support::run(async {
        let app = APP.get();
        let dossier = app.dossier(ClinicType::Dental);
        let first = app.issued(&dossier).await;
        let number = first["clinic"].as_str().unwrap().to_owned();
        let old = of(&app, number.clone(), first).await;
        let mut changed = dossier.clone();
        changed.ownership = "15".into();
        let second = app.changed(&number, &changed).await;
        let now = second["clinic"].as_str().unwrap().to_owned();
        assert_ne!(now, number, "another economic type, another number");

        // The old number still resolves, in interface and page.
        assert_eq!(view(&app, &number).await["number"], json!(now));
        let superseded = seen(&app, &old).await;
        assert_eq!(superseded.verified["reason"]["code"], json!("superseded"));
        assert_eq!(
            (&superseded.verified["cause"]["act"], &superseded.verified["cause"]["since"]),
            (&json!("change"), &json!("2026-11-23"))
        );
        says(&superseded.code_page, &["第1版已被第2版取代", "查看现行版本（第2版）", &format!("/clinics/{now}")]);
        says(&superseded.clinic_page, &["以前的编号", "第1版", "第2版", "已更换"]);

        let current = of(&app, now.clone(), second).await;
        happen(&app, &now, ClinicAct::DeclareLoss, |_| ()).await;
        let lost = seen(&app, &current).await;
        assert_eq!(lost.verified["reason"]["code"], json!("declared_lost"));
        assert_eq!(
            (&lost.verified["cause"]["act"], &lost.verified["cause"]["since"]),
            (&json!("declare_loss"), &json!("2026-11-20"))
        );
        assert_eq!(lost.verified["certificate"]["current_version"], json!(2));
        says(&lost.code_page, &["该凭证已声明遗失", "声明本件遗失", "查看登记簿中的这家诊所"]);
        // The filing stands: only the paper is lost.
        assert_eq!(lost.view["state"], json!("active"));
        says(&lost.clinic_page, &["遗失声明", "已声明遗失"]);
        happen(&app, &now, ClinicAct::FindLost, |_| ()).await;
        assert_eq!(seen(&app, &current).await.verified["outcome"], json!("valid"));
    });
}

#[test]
fn a_lost_certificate_is_void_once_it_is_reissued() {
    support::run(async {
        let app = APP.get();
        let filed = filed(&app).await;
        let clinic = app.clinic();
        let said = json!({
            "effective_on": "2026-11-23", "reason": "搬迁时遗失，已多处寻找。",
            "signed_by": view(&app, &filed.number).await["record"]["principal"], "signed_on": "2026-11-23",
        });
        let body = json!({ "kind": "reissue", "clinic": filed.number, "particulars": said });
        let draft = clinic.call("filing_create").once().json(&body).send().await.expect(201);
        clinic.add_materials(&draft).await;
        let sent = clinic.act(&draft, json!({ "action": "submit" })).await.expect(200);
        assert_eq!(seen(&app, &filed).await.verified["reason"]["code"], json!("declared_lost"));
        let sent = app.officer().act(&sent, json!({ "action": "recommend" })).await.expect(200);
        let done = app.approver().act(&sent, json!({ "action": "issue" })).await.expect(200);
        let void = seen(&app, &filed).await;
        assert_eq!(
            (&void.verified["outcome"], &void.verified["reason"]["code"]),
            (&json!("not_valid"), &json!("void"))
        );
        let certificate = &void.verified["certificate"];
        assert_eq!((&certificate["copy"], &certificate["current_copy"]), (&json!(1), &json!(2)));
        assert_eq!((&certificate["version"], &certificate["current_version"]), (&json!(1), &json!(1)));
        assert_eq!(void.verified["cause"]["act"], json!("reissue"));
        // the new copy's content and code are not shown to whoever holds the old one.
        let copy = of(&app, filed.number.clone(), done).await;
        says(&void.code_page, &["该凭证已作废", "2026年11月23日遗失补发", "请扫描诊所现行凭证上的码"]);
        assert!(!void.code_page.contains(&copy.short_code));
        says(&void.clinic_page, &["补发，第2次发放", "已作废", "遗失声明"]);
        let good = seen(&app, &copy).await;
        assert_eq!((&good.verified["outcome"], &good.verified["certificate"]["copy"]), (&json!("valid"), &json!(2)));
    });
}

#[test]
fn a_clinic_that_moved_away_leads_to_its_successor() {
    support::run(async {
        let app = APP.get();
        let (old, new) = (filed(&app).await, filed(&app).await);
        happen(&app, &old.number, ClinicAct::MoveAway, |_| ()).await;
        let before = seen(&app, &old).await;
        assert_eq!(before.verified.get("successor"), None);
        let tx = app.app.store.begin().await.unwrap();
        let mut successor = tx.clinic_of(app.account("clinic"), &new.number).await.unwrap();
        let mut predecessor = tx.clinic_of(app.account("clinic"), &old.number).await.unwrap();
        (successor.predecessor_id, predecessor.successor_id) = (Some(predecessor.id), Some(successor.id));
        for row in [successor, predecessor] {
            let seen = row.version;
            tx.advance_clinic(row, seen).await.unwrap();
        }
        tx.commit().await.unwrap();
        let there = view(&app, &new.number).await;
        let gone = seen(&app, &old).await;
        assert_eq!(gone.verified["successor"]["number"], json!(new.number));
        assert_eq!(gone.verified["successor"]["address"], there["record"]["address"]);
        assert_eq!((&gone.view["successor"], &there["predecessor"]), (&json!(new.number), &json!(old.number)));
        let link = format!("href=\"/clinics/{}\"", new.number);
        for html in [&gone.code_page, &gone.clinic_page] {
            says(html, &[&link, there["record"]["address"].as_str().unwrap(), "查看迁入地的备案"]);
        }
        let page = page(app.anonymous().get(&format!("/clinics/{}", new.number)).await);
        says(&page, &[&format!("href=\"/clinics/{}\"", old.number), "从其他县区迁来"]);
    });
}

#[test]
fn what_is_announced_stands_at_once_in_interface_and_pages() {
    support::run(async {
        let app = TestApp::start().await;
        let nobody = app.anonymous();
        let none = nobody.call("announcement_list").send().await.expect(200);
        assert_eq!(none, json!({ "items": [] }));
        says(&nobody.get("/announcements").await.expect_html(), &["目前没有公告"]);
        let (one, two) = (filed(&app).await, filed(&app).await);
        happen(&app, &one.number, ClinicAct::Revoke, |_| ()).await;
        happen(&app, &two.number, ClinicAct::Stop, |_| ()).await;
        happen(&app, &two.number, ClinicAct::LiftStop, |_| ()).await;
        let all = nobody.call("announcement_list").send().await.expect(200);
        let kinds = |list: &Value| {
            list["items"].as_array().unwrap().iter().map(|a| a["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(kinds(&all), ["lifting", "stop_order", "revocation"], "the newest first");
        let name = view(&app, &one.number).await["record"]["name"].as_str().unwrap().to_owned();
        assert_eq!(
            all["items"][2],
            json!({
                "kind": "revocation", "number": one.number, "name": name, "body": format!("{name}撤销备案。"),
                "basis": "《测试规定》第一条", "document_number": "测〔2026〕1号", "effective_on": "2026-11-20",
                "published_at": "2026-11-23T02:00:00+00:00", "authority": "聊城经济技术开发区行政审批服务局",
            })
        );
        let list = |name: &'static str, value: String| {
            let call = nobody.call("announcement_list").query(name, value);
            async move { call.send().await.expect(200) }
        };
        assert_eq!(kinds(&list("clinic", one.number.clone()).await), ["revocation"]);
        assert_eq!(kinds(&list("clinic", two.number.to_lowercase()).await), ["lifting", "stop_order"]);
        assert_eq!(kinds(&list("authority_id", app.authority.to_string()).await).len(), 3);
        assert_eq!(kinds(&list("authority_id", app.other_authority.to_string()).await), Vec::<String>::new());
        assert_eq!(kinds(&list("clinic", "PDY99999937150217D2112".into()).await), Vec::<String>::new());
        // Page by page, without gap or repetition.
        let first = nobody.call("announcement_list").query("limit", "2").send().await.expect(200);
        let next = first["next"].as_str().unwrap();
        let second =
            nobody.call("announcement_list").query("limit", "2").query("cursor", next).send().await.expect(200);
        assert_eq!([kinds(&first), kinds(&second)].concat(), kinds(&all));
        assert_eq!(second.get("next"), None);
        for (name, value) in [("limit", "0"), ("cursor", "x"), ("clinic", "\u{7}")] {
            nobody.call("announcement_list").query(name, value).send().await.problem(422, "request.invalid");
        }
        // The same moment, the pages.
        let page = nobody.get("/announcements").await.expect_html();
        says(
            &page,
            &["撤销备案公告", "责令停止执业公告", "解除停止执业公告", &name, "测〔2026〕1号", "《测试规定》第一条"],
        );
        let page = nobody.get(&format!("/announcements?clinic={}", two.number)).await.expect_html();
        assert!(!page.contains("撤销备案公告") && page.contains("责令停止执业公告"), "{page}");
        for wrong in ["authority=x", "cursor=x", "clinic=%07"] {
            assert_eq!(nobody.get(&format!("/announcements?{wrong}")).await.status, 422, "{wrong}");
        }
        says(&nobody.get("/").await.expect_html(), &["href=\"/announcements\""]);
        let announced = &view(&app, &two.number).await["announcements"];
        assert_eq!(announced.as_array().unwrap().len(), 2);
        assert_eq!(announced[0]["kind"], json!("lifting"));
    });
}

#[test]
fn the_history_tells_versions_and_events_and_nobody_by_name() {
    support::run(async {
        let app = APP.get();
        let filed = filed_with_telemedicine(&app).await;
        happen(&app, &filed.number, ClinicAct::Verify, |_| ()).await;
        happen(&app, &filed.number, ClinicAct::SuspendTelemedicine, |_| ()).await;
        let call = app.anonymous().call("clinic_history").path("filing_number", &filed.number);
        let history = call.send().await.expect(200);
        let versions: Vec<_> =
            history["versions"].as_array().unwrap().iter().map(|v| (&v["version"], &v["copy"], &v["state"])).collect();
        assert_eq!(versions, [(&json!(2), &json!(1), &json!("current")), (&json!(1), &json!(1), &json!("superseded"))]);
        assert!(history["versions"][0]["change_note"].as_str().unwrap().contains("互联网诊疗"));
        let events = history["events"].as_array().unwrap();
        let acts: Vec<_> = events.iter().map(|e| e["act"].as_str().unwrap()).collect();
        assert_eq!(acts, ["establish", "change", "add_telemedicine", "verify", "suspend_telemedicine"]);
        assert!(events.iter().zip(1..).all(|(e, n)| e["sequence"] == json!(n)));
        let last = events.last().unwrap();
        assert_eq!((&last["from_telemedicine"], &last["to_telemedicine"]), (&json!("on"), &json!("suspended")));
        assert_eq!((&last["from_state"], &last["effective_on"]), (&json!("active"), &json!("2026-11-20")));
        assert!(!history.to_string().contains(OFFICER), "{history:#}");
        assert_eq!(view(&app, &filed.number).await["site_verified_on"], json!("2026-11-20"));
        let page = page(app.anonymous().get(&format!("/clinics/{}", filed.number)).await);
        says(&page, &["现场核查通过", "2026年11月20日核查通过", "增加互联网诊疗", "暂停互联网诊疗"]);
        let missing = app.anonymous().call("clinic_history").path("filing_number", "PDY99999937150217D2112");
        missing.send().await.problem(404, "resource.not_found");
    });
}

#[test]
fn a_file_is_genuine_to_the_last_byte_or_not_at_all() {
    support::run(async {
        let app = APP.get();
        let filed = filed(&app).await;
        let paper = app.clinic().paper(&filed.filing).await;
        app.worked().await;
        support::until("the paper is sealed", async || {
            app.clinic().certificate(&filed.filing).await.get("pdf_sha256").is_some()
        })
        .await;
        let genuine = compare(&app, paper.clone()).await.expect(200);
        assert_eq!((&genuine["genuine"], genuine.get("rule")), (&json!(true), None));
        assert_eq!(genuine["verification"]["outcome"], json!("valid"));
        assert_eq!(genuine["verification"]["signature_checked"], json!(false), "only the digest was compared");
        assert_eq!(genuine["verification"]["certificate"]["pdf_sha256"], genuine["sha256"]);

        let mut altered = paper.clone();
        altered[paper.len() / 2] ^= 1;
        for wrong in
            [altered, paper[..paper.len() - 1].to_vec(), pdf_file("foreign"), b"no PDF at all".to_vec(), vec![]]
        {
            let answer = compare(&app, wrong).await.expect(200);
            assert_eq!((&answer["genuine"], &answer["rule"]), (&json!(false), &json!("R-066")));
            assert!(
                answer["message"].as_str().unwrap().contains("该文件与备案系统留存版本不一致，可能被涂改"),
                "{answer:#}"
            );
            assert!(!answer["basis"].as_array().unwrap().is_empty());
            assert_eq!(answer.get("verification"), None);
        }
        // A genuine file of a certificate that is no longer good says so.
        happen(&app, &filed.number, ClinicAct::Revoke, |_| ()).await;
        let revoked = compare(&app, paper).await.expect(200);
        assert_eq!(
            (&revoked["genuine"], &revoked["verification"]["reason"]["code"]),
            (&json!(true), &json!("revoked"))
        );
    });
}

async fn compare(app: &TestApp, bytes: Vec<u8>) -> Answer {
    let part = reqwest::multipart::Part::bytes(bytes).file_name("certificate.pdf");
    app.anonymous().call("verification_file").form(reqwest::multipart::Form::new().part("file", part)).send().await
}

#[test]
fn a_bad_upload_is_refused_with_words() {
    support::run(async {
        let app = APP.get();
        let large = compare(&app, vec![b'%'; 5 * 1024 * 1024 + 1]).await.problem(413, "request.too_large");
        assert!(large["detail"].as_str().unwrap().contains("5 MB"), "{large:#}");
        let nobody = app.anonymous();
        let form = reqwest::multipart::Form::new().text("code", "x");
        nobody.call("verification_file").form(form).send().await.problem(422, "request.invalid");
        nobody.call("verification_file").json(&json!({})).send().await.problem(415, "request.media_type");
    });
}

#[test]
fn what_was_never_issued_gets_a_page_with_a_verdict() {
    support::run(async {
        let app = APP.get();
        let filed = filed(&app).await;
        let forged = {
            let mut digits: Vec<char> = filed.digits.chars().collect();
            let at = digits.len() / 2;
            digits[at] = if digits[at] == '7' { '3' } else { '7' };
            digits.into_iter().collect::<String>()
        };
        for code in [forged.as_str(), "12345", "abc"] {
            let answer = app.anonymous().verify(code).await;
            assert_eq!(answer["outcome"], json!("not_valid"), "{code}");
            assert_eq!((&answer["telemedicine"]["code"], answer.get("certificate")), (&json!("not_by_this"), None));
            let html = page(app.anonymous().get(&format!("/v/{code}")).await);
            says(&html, &["无效", "不可以凭此码在线就诊", "0635-5550001"]);
        }
        // A code whose signature is good, of which the register knows nothing, is no certificate.
        let unknown = app.anonymous().verify("7K4M-Q2XD-9FHT").await;
        assert_eq!(unknown["outcome"], json!("not_valid"));
    });
}
