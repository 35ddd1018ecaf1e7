//! 经办人: invited by the owner, prepares, submits nothing, and is out at once when the owner says so.

use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::lifecycle::Stage;
use serde_json::{Value, json};

use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::{PASSWORD, TestApp, monday};
use crate::support::browser::{Browser, between};
use crate::support::builders::{json_of, withdrawal};
use crate::support::pages::english_only;

/// A password that nobody would guess.
pub const SECRET: &str = "violet tractor seldom";

async fn invite(owner: &Actor, name: &str) -> Value {
    owner.call("member_invite").once().json(&json!({ "name": name })).send().await.expect(201)
}

async fn join(app: &TestApp, code: &str, login: &str) -> Answer {
    let body = json!({ "code": code, "login": login, "password": SECRET });
    app.anonymous().call("member_join").json(&body).send().await
}

/// A clerk of an owner, signed in; and the id by which the owner knows him.
pub async fn clerk(app: &TestApp, owner: &Actor, login: &str) -> (Actor, String) {
    let invited = invite(owner, "李助理").await;
    join(app, invited["code"].as_str().unwrap(), login).await.expect(201);
    let id = invited["member"]["id"].as_str().unwrap().to_owned();
    (app.anonymous().signed_in(login, SECRET).await, id)
}

/// Somebody before the pages.
pub async fn browser(app: &TestApp, login: &str, password: &str) -> Browser {
    let mut browser = Browser::before(&app.anonymous());
    browser.sign_in(login, password).await.leads("/account");
    browser
}

#[test]
fn a_clerk_prepares_what_the_owner_submits() {
    support::run(async {
        let app = TestApp::start().await;
        let earlier = app.in_stage(Stage::Correcting).await;
        let (clerk, _) = clerk(&app, &app.clinic(), "lin-li").await;
        assert_eq!(clerk.call("actor_view").send().await.expect(200)["name"], "李助理");
        // What the owner has, and nothing of anybody else.
        clerk.view(&earlier).await.expect(200);
        let strange = app.other_clinic().draft(&json!({})).await;
        clerk.view(&strange).await.problem(404, "resource.not_found");
        // What the clerk writes is the owner's.
        let draft = clerk.draft(&json_of(&app.dossier(ClinicType::General))).await;
        clerk.add_materials(&draft).await;
        app.clinic().view(&draft).await.expect(200);
        app.other_clinic().view(&draft).await.problem(404, "resource.not_found");
        // Neither the step nor the offer of it.
        let shown = clerk.view(&draft).await.expect(200);
        assert_eq!(shown["allowed_actions"], json!([]));
        let refused = clerk.submit(&draft).await.problem(403, "role.holder");
        assert!(refused["detail"].as_str().unwrap().contains("由诊所负责人本人提交"), "{refused:#}");
        clerk.act(&earlier, withdrawal()).await.problem(403, "role.holder");
        app.clinic().submit(&draft).await.expect(200);
        let history = app.clinic().history(&draft).await;
        assert_eq!(history.last().unwrap()["action"], "submit");
    });
}

#[test]
fn a_clerk_lets_nobody_else_in() {
    support::run(async {
        let app = TestApp::start().await;
        let owner = app.clinic();
        let (clerk, id) = clerk(&app, &owner, "lin-li").await;
        let token = json!({ "name": "系统", "scopes": ["filings:read"], "days": 30 });
        clerk.call("token_create").json(&token).send().await.problem(403, "role.holder");
        clerk.call("member_list").send().await.problem(403, "role.holder");
        let invitation = clerk.call("member_invite").once().json(&json!({ "name": "张某" }));
        invitation.send().await.problem(403, "role.holder");
        clerk.call("member_end").path("member_id", &id).send().await.problem(403, "role.holder");
        // Of another owner's clerk nobody knows; and an office has none.
        let other = app.other_clinic();
        other.call("member_end").path("member_id", &id).send().await.problem(404, "resource.not_found");
        assert_eq!(other.call("member_list").send().await.expect(200)["items"], json!([]));
        app.officer().call("member_list").send().await.problem(403, "role.forbidden");
        // A clerk owns nothing: no office hands a clinic over to one.
        let mut pages = browser(&app, "lin-li", SECRET).await;
        pages.get("/my/people").await.shown(403);
    });
}

#[test]
fn an_ended_clerk_is_out_at_once() {
    support::run(async {
        let app = TestApp::start().await;
        let owner = app.clinic();
        let (clerk, id) = clerk(&app, &owner, "lin-li").await;
        let draft = clerk.draft(&json!({})).await;
        owner.call("member_end").path("member_id", &id).send().await.expect(204);
        clerk.call("actor_view").send().await.problem(401, "session.required");
        clerk.view(&draft).await.problem(401, "session.required");
        let body = json!({ "login": "lin-li", "password": SECRET });
        app.anonymous().call("session_create").json(&body).send().await.problem(401, "session.credentials");
        // What was prepared stays, and so does who did it.
        owner.view(&draft).await.expect(200);
        owner.call("member_end").path("member_id", &id).send().await.problem(404, "resource.not_found");
        let events = owner.call("account_event_list").send().await.expect(200);
        let kinds: Vec<_> =
            events["items"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
        assert_eq!(&kinds[..3], ["member_ended", "member_joined", "member_invited"]);
    });
}

#[test]
fn clerks_go_with_the_owner() {
    support::run(async {
        let app = TestApp::start().await;
        let (clerk, _) = clerk(&app, &app.clinic(), "lin-li").await;
        let waiting = invite(&app.clinic(), "张某").await;
        let closing = app.actor("admin").call("account_close").path("login", "clinic").once();
        closing.json(&json!({ "reason": "单位申请停用" })).send().await.expect(200);
        clerk.call("actor_view").send().await.problem(401, "session.required");
        join(&app, waiting["code"].as_str().unwrap(), "zhang").await.problem(422, "request.invalid");
    });
}

#[test]
fn a_code_is_good_once_and_for_a_week() {
    support::run(async {
        let mut app = TestApp::start().await;
        let owner = app.clinic();
        let pointer = |problem: Value| problem["errors"][0]["pointer"].as_str().unwrap().to_owned();
        let invited = invite(&owner, "李助理").await;
        let code = invited["code"].as_str().unwrap().to_owned();
        // A taken login and a weak password use nothing up.
        assert_eq!(pointer(join(&app, &code, "clinic").await.problem(422, "request.invalid")), "/login");
        assert_eq!(pointer(join(&app, &code, "demo-li").await.problem(422, "request.invalid")), "/login");
        let weak = json!({ "code": code, "login": "lizhuli", "password": "lizhuli-lizhuli" });
        let weak = app.anonymous().call("member_join").json(&weak).send().await;
        assert_eq!(pointer(weak.problem(422, "request.invalid")), "/password");
        join(&app, &code.to_lowercase().replace('-', " "), "lin-li").await.expect(201);
        assert_eq!(pointer(join(&app, &code, "li-2").await.problem(422, "request.invalid")), "/code");
        // Taken back.
        let invited = invite(&owner, "张某").await;
        owner.call("member_end").path("member_id", invited["member"]["id"].as_str().unwrap()).send().await.expect(204);
        join(&app, invited["code"].as_str().unwrap(), "zhang").await.problem(422, "request.invalid");
        // Asked for twice, the last code is good, and it is one invitation.
        let call = || owner.call("member_invite").key("once-0123").json(&json!({ "name": "王某" }));
        let (first, second) = (call().send().await.expect(201), call().send().await.expect(201));
        assert_eq!(first["member"]["id"], second["member"]["id"]);
        join(&app, first["code"].as_str().unwrap(), "wang").await.problem(422, "request.invalid");
        let late = invite(&owner, "赵某").await["code"].as_str().unwrap().to_owned();
        app.travel("2026-11-29T02:00:00Z").await;
        join(&app, second["code"].as_str().unwrap(), "wang").await.expect(201);
        app.travel("2026-11-30T02:00:01Z").await;
        join(&app, &late, "zhao").await.problem(422, "request.invalid");
        let list = app.clinic().call("member_list").send().await.expect(200);
        let names: Vec<_> = list["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["李助理", "王某"]);
    });
}

#[test]
fn the_pages_invite_join_and_end() {
    support::run(async {
        let app = TestApp::start().await;
        let mut owner = browser(&app, "clinic", PASSWORD).await;
        let html = owner.get("/my/people").await.shown(200);
        assert!(html.contains("还没有经办人"), "{html}");
        let key = between(&html, "name=\"key\" value=\"", "\"").to_owned();
        let html = owner.post("/my/people", &[("name", "  "), ("key", &key)]).await.shown(422);
        assert!(html.contains("请填写经办人的姓名") && html.contains("href=\"#name\""), "{html}");
        let key = between(&html, "name=\"key\" value=\"", "\"").to_owned();
        owner.post("/my/people", &[("name", "李<b>助理"), ("key", &key)]).await.shown(200);
        // A double click is one invitation.
        let page = owner.post("/my/people", &[("name", "李<b>助理"), ("key", &key)]).await;
        let html = page.shown(200);
        assert!(html.contains("李&lt;b&gt;助理") && html.contains("/join"), "{html}");
        let code = between(&html, "id=\"code\">", "<").to_owned();
        let html = owner.get("/my/people").await.shown(200);
        assert_eq!(html.matches("等待加入").count(), 1, "{html}");
        assert!(!html.contains(&code), "the code is shown once");

        let mut clerk = Browser::before(&app.anonymous());
        let html =
            clerk.post("/join", &[("code", "7K4M"), ("login", "lin-li"), ("password", "short")]).await.shown(422);
        assert!(html.contains("id=\"password-wrong\"") && html.contains("value=\"7K4M\""), "{html}");
        let typed = [("code", code.as_str()), ("login", "lin-li"), ("password", SECRET)];
        clerk.post("/join", &typed).await.leads("/join/done");
        clerk.get("/join/done").await.shown(200);
        let html = clerk.post("/join", &typed).await.shown(422);
        assert!(html.contains("邀请码不正确"), "{html}");
        clerk.sign_in("lin-li", SECRET).await.leads("/account");

        let html = owner.get("/my/people").await.shown(200);
        assert!(html.contains("2026-11-23 10:00") && html.contains(">lin-li<"), "{html}");
        let end = format!("/my/people/{}", between(&html, "href=\"/my/people/", "\""));
        // Another owner finds nothing to end; nobody signs in first.
        browser(&app, "other-clinic", PASSWORD).await.get(&end).await.shown(404);
        assert!(Browser::before(&app.anonymous()).get(&end).await.location().starts_with("/signin"));
        owner.get(&end).await.shown(200);
        owner.post(&end, &[]).await.leads("/my/people?done=ended");
        owner.post(&end, &[]).await.leads("/my/people?done=ended");
        assert!(clerk.get("/account").await.location().starts_with("/signin"), "out at once");
        assert!(owner.get("/my/people?done=ended").await.shown(200).contains("还没有经办人"));
        assert_eq!(app.app.clock.now(), monday());

        for path in ["/my/people?lang=en", "/join?lang=en", "/join/done?lang=en"] {
            english_only(&owner.get(path).await.shown(200));
        }
    });
}
