//! What an owner is told: in the inbox, and by e-mail and SMS where he wants; nothing is lost on the way, and nothing
//! personal is in it.

use std::path::{Path, PathBuf};

use chrono::TimeDelta;
use clinic_registry::domain::lifecycle::Stage;
use clinic_registry::domain::message::Channel;
use clinic_registry::post::{Post, Ways};
use clinic_registry::usecase::demonstration;
use serde_json::{Value, json};

use crate::members::{SECRET, browser, clerk};
use crate::messages::sinks::{Gateway, MailServer, body};
use crate::support;
use crate::support::actors::Actor;
use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;
use crate::support::database::Fresh;
use crate::support::pages::english_only;
use crate::support::process::Served;

mod sinks;

const ADDRESS: &str = "wang.gong@example.com";
const MOBILE: &str = "13800138000";

async fn messages(who: &Actor) -> Vec<Value> {
    let list = who.call("message_list").send().await.expect(200);
    list["items"].as_array().unwrap().clone()
}

fn kinds(list: &[Value]) -> Vec<&str> {
    list.iter().map(|one| one["kind"].as_str().unwrap()).collect()
}

/// Files of the outbox with this ending, as text, the oldest id first.
fn outbox(data: &Path, ending: &str) -> Vec<String> {
    let Ok(dir) = std::fs::read_dir(data.join("outbox")) else { return vec![] };
    let mut paths: Vec<PathBuf> = dir.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|own| own == ending));
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// The six digits of a code.
fn code(text: &str) -> String {
    let digits: String = text.chars().map(|c| if c.is_ascii_digit() { c } else { ' ' }).collect();
    digits.split(' ').find(|run| run.len() == 6).unwrap_or_else(|| panic!("no code in {text}")).to_owned()
}

/// Gives an address on the page and confirms it by the code that `arrived`.
async fn confirmed(owner: &mut Browser, channel: &str, address: &str, arrived: impl FnOnce() -> String) {
    owner.get("/my/contacts").await.shown(200);
    let page = owner.post(&format!("/my/contacts/{channel}"), &[("address", address)]).await;
    page.leads("/my/contacts?done=sent");
    let code = code(&arrived());
    let page = owner.post(&format!("/my/contacts/{channel}/confirm"), &[("code", &code)]).await;
    page.leads("/my/contacts?done=confirmed");
}

#[test]
fn every_step_is_told_once_and_leads_to_the_case() {
    support::run(async {
        let app = TestApp::start().await;
        let issued = app.in_stage(Stage::Issued).await;
        let told = messages(&app.clinic()).await;
        let mut seen = kinds(&told);
        seen.sort_unstable();
        // The visit is told with the issue that orders it.
        assert_eq!(seen, ["issued", "submitted", "visit"], "{told:#?}");
        let correcting = app.in_stage(Stage::Correcting).await;
        let told = messages(&app.clinic()).await;
        assert_eq!(kinds(&told)[..2], ["correction_requested", "submitted"]);
        assert_eq!(told[0]["filing_id"], correcting["id"]);
        let text = told[0]["text"].as_str().unwrap();
        assert!(text.contains(correcting["case_number"].as_str().unwrap()) && text.contains("1项"), "{text}");
        // Nothing of the people in it.
        let everything = json!(told).to_string();
        let dossier = &issued["dossier"];
        for personal in [&dossier["principal"]["id_number"], &dossier["principal"]["phone"], &dossier["phone"]] {
            assert!(!everything.contains(personal.as_str().unwrap()), "{personal} in {everything}");
        }
        // To nobody else.
        assert_eq!(messages(&app.other_clinic()).await, [] as [Value; 0]);
        let id = told[0]["id"].as_str().unwrap();
        let other = app.other_clinic().call("message_read").path("message_id", id);
        other.send().await.problem(404, "resource.not_found");
        app.officer().call("message_list").send().await.problem(403, "role.forbidden");

        let mut owner = browser(&app, "clinic", PASSWORD).await;
        let html = owner.get("/my/inbox").await.shown(200);
        assert!(html.contains("未读") && !html.contains("已读</h2>"), "{html}");
        assert!(owner.get("/my").await.shown(200).contains("5条未读"));
        // A clerk reads along, and takes nothing off the owner's unread.
        let (clerk, _) = clerk(&app, &app.clinic(), "lin-li").await;
        clerk.call("message_read").path("message_id", id).send().await.expect(200);
        let page = owner.get(&format!("/my/inbox/{id}")).await;
        page.leads(&format!("/my/filings/{}/case", correcting["id"].as_str().unwrap()));
        let html = owner.get("/my/inbox").await.shown(200);
        assert!(html.contains("已读</h2>"), "{html}");
        let mut other = browser(&app, "other-clinic", PASSWORD).await;
        other.get(&format!("/my/inbox/{id}")).await.shown(404);
        browser(&app, "officer", PASSWORD).await.get("/my/inbox").await.shown(403);
        owner.post("/my/inbox/read", &[]).await.leads("/my/inbox");
        assert!(owner.get("/my/inbox").await.shown(200).contains("没有未读消息"));
        english_only(&owner.get("/my/inbox?lang=en").await.shown(200));
        english_only(&owner.get("/my/contacts?lang=en").await.shown(200));
    });
}

#[test]
fn an_address_is_told_nothing_before_it_is_confirmed() {
    support::run(async {
        let mut data = PathBuf::new();
        let app = TestApp::with(|config| data.clone_from(&config.data)).await;
        let mut owner = browser(&app, "clinic", PASSWORD).await;
        owner.get("/my/contacts").await.shown(200);
        for (channel, address) in [("email", "wang"), ("email", "王@例子.中国"), ("sms", "2380013800"), ("sms", "")]
        {
            let path = format!("/my/contacts/{channel}");
            let html = owner.post(&path, &[("address", address)]).await.shown(422);
            assert!(html.contains(&format!("href=\"#{channel}-address\"")), "{html}");
        }
        assert_eq!(outbox(&data, "eml").len() + outbox(&data, "sms").len(), 0);
        owner.post("/my/contacts/pigeon", &[("address", "x")]).await.shown(404);
        owner.post("/my/contacts/sms", &[("address", "138 0013-8000")]).await.leads("/my/contacts?done=sent");
        let sms = outbox(&data, "sms");
        assert!(sms[0].starts_with(MOBILE) && sms[0].contains("【诊所备案】"), "{sms:?}");
        app.in_stage(Stage::Received).await;
        app.worked().await;
        assert_eq!(outbox(&data, "sms").len(), 1, "not confirmed: told nothing");
        let right = code(&sms[0].replace(MOBILE, ""));
        let wrong = if right == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            let html = owner.post("/my/contacts/sms/confirm", &[("code", wrong)]).await.shown(422);
            assert!(html.contains("验证码不正确") && html.contains("138****8000") && !html.contains(MOBILE), "{html}");
        }
        let html = owner.post("/my/contacts/sms/confirm", &[("code", &right)]).await.shown(422);
        assert!(html.contains("已失效"), "five tries: {html}");
        // Asked for anew, and too late.
        owner.post("/my/contacts/email", &[("address", ADDRESS)]).await.leads("/my/contacts?done=sent");
        let right = code(&body(&outbox(&data, "eml")[0]));
        app.app.clock.set(app.app.clock.now() + TimeDelta::minutes(10));
        owner.post("/my/contacts/email/confirm", &[("code", &right)]).await.shown(422);
        // What is kept tells no address.
        let kept = app.app.store.contacts(app.account("clinic")).await.unwrap();
        assert!(kept.iter().all(|row| !row.address_sealed.contains("138") && !row.address_sealed.contains("wang")));
        owner.post("/my/contacts/email/remove", &[]).await.leads("/my/contacts?done=removed");
        owner.post("/my/contacts/sms/remove", &[]).await.leads("/my/contacts?done=removed");
        assert!(app.app.store.contacts(app.account("clinic")).await.unwrap().is_empty());
    });
}

#[test]
fn owner_and_clerk_are_told_by_mail_and_sms() {
    support::run(async {
        let mut data = PathBuf::new();
        let app = TestApp::with(|config| data.clone_from(&config.data)).await;
        let mut owner = browser(&app, "clinic", PASSWORD).await;
        confirmed(&mut owner, "email", ADDRESS, || body(&outbox(&data, "eml")[0])).await;
        let (_, member) = clerk(&app, &app.clinic(), "lin-li").await;
        app.worked().await;
        let mut helper = browser(&app, "lin-li", SECRET).await;
        confirmed(&mut helper, "sms", MOBILE, || outbox(&data, "sms")[0].replace(MOBILE, "")).await;
        let filing = app.in_stage(Stage::Received).await;
        app.worked().await;
        let (mails, sms) = (outbox(&data, "eml"), outbox(&data, "sms"));
        assert_eq!((mails.len(), sms.len()), (3, 2), "codes, who joined, and the submission");
        let case = filing["case_number"].as_str().unwrap();
        let mail = mails.iter().find(|mail| body(mail).contains(case)).unwrap();
        assert!(mail.contains(ADDRESS) && mail.contains("Message-ID: <"), "{mail}");
        assert!(body(mail).contains("/my/inbox") && !body(mail).contains(ADDRESS), "{}", body(mail));
        let text = sms.iter().find(|text| text.contains(case)).unwrap().lines().nth(1).unwrap().to_owned();
        assert!(text.starts_with("【诊所备案】") && text.chars().count() <= 70, "{text}");
        // Who no longer works for the owner is told nothing more, nor is what was removed.
        app.clinic().call("member_end").path("member_id", member).send().await.expect(204);
        owner.post("/my/contacts/email/remove", &[]).await.leads("/my/contacts?done=removed");
        app.in_stage(Stage::Received).await;
        app.worked().await;
        assert_eq!((outbox(&data, "eml").len(), outbox(&data, "sms").len()), (3, 2));
    });
}

#[test]
fn a_server_and_a_gateway_get_it_and_what_fails_is_tried_again() {
    support::run(async {
        let (mail, gateway) = (MailServer::start(), Gateway::start());
        let app = TestApp::with(|config| {
            config.smtp_url = Some(mail.url());
            config.mail_from = Some("诊所备案 <notice@zs.example.gov.cn>".to_owned());
            config.sms_url = Some(gateway.url());
            config.sms_token = Some("secret-of-the-gateway".to_owned());
        })
        .await;
        let mut owner = browser(&app, "clinic", PASSWORD).await;
        confirmed(&mut owner, "email", ADDRESS, || body(&mail.received())).await;
        confirmed(&mut owner, "sms", MOBILE, || gateway.received()["text"].as_str().unwrap().to_owned()).await;
        // The gateway is out of order at first; the same id comes again.
        gateway.answers(&[500, 200]);
        let filing = app.in_stage(Stage::Received).await;
        app.worked().await;
        assert!(body(&mail.received()).contains(filing["case_number"].as_str().unwrap()));
        let first = gateway.received();
        app.app.clock.set(app.app.clock.now() + TimeDelta::seconds(10));
        app.worked().await;
        let second = gateway.received();
        assert_eq!((&first["id"], &first["text"]), (&second["id"], &second["text"]));
        assert_eq!(
            (second["to"].as_str(), second["authorization"].as_str()),
            (Some(MOBILE), Some("Bearer secret-of-the-gateway"))
        );
        // Refused for good: given up, and the owner sees it.
        gateway.answers(&[422]);
        app.in_stage(Stage::Received).await;
        app.worked().await;
        let html = owner.get("/my/contacts").await.shown(200);
        assert!(html.contains("没有送达") && html.contains("w***@example.com"), "{html}");
        // Every try of the last kind fails: given up with the last, and the job is done.
        gateway.received();
        gateway.answers(&[500; 12]);
        app.in_stage(Stage::Received).await;
        for _ in 0..13 {
            app.worked().await;
            app.app.clock.set(app.app.clock.now() + TimeDelta::hours(2));
        }
        for _ in 0..12 {
            gateway.received();
        }
        assert!(gateway.silent(), "no more than twelve tries");
    });
}

#[test]
fn without_settings_in_earnest_there_is_only_the_inbox() {
    let none = Post::open(&Ways::default()).unwrap();
    assert!(Channel::ALL.iter().all(|channel| !none.offers(*channel)));
    let one = Ways { smtp_url: Some("smtps://mail.example.com".into()), ..Ways::default() };
    let one = Post::open(&one).unwrap();
    assert_eq!((one.offers(Channel::Email), one.offers(Channel::Sms)), (true, false));
}

#[test]
fn a_kill_between_commit_and_sending_loses_nothing() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let log = dir.path().join("log");
        let data = dir.path().join("data");
        let mut first = Served::start(&data, &fresh.url, &log, &[]);
        let mut owner = Browser::before(&first.nobody);
        owner.sign_in("demo-clinic", demonstration::PASSWORD).await.leads("/my");
        confirmed(&mut owner, "email", ADDRESS, || body(outbox(&data, "eml").last().unwrap())).await;
        first.kill();
        // Nobody listens there.
        let closed = MailServer::nowhere();
        let from = ["--mail-from", "notice@example.com"];
        let mut second = Served::start(&data, &fresh.url, &log, &[&["--smtp-url", &closed][..], &from].concat());
        let clinic = second.nobody.signed_in("demo-clinic", demonstration::PASSWORD).await;
        let invited = clinic.call("member_invite").once().json(&json!({ "name": "李助理" })).send().await.expect(201);
        let joining = json!({ "code": invited["code"], "login": "lin-li", "password": SECRET });
        second.nobody.call("member_join").json(&joining).send().await.expect(201);
        second.kill();
        let mail = MailServer::start();
        let url = mail.url();
        let third = Served::start(&data, &fresh.url, &log, &[&["--smtp-url", &url][..], &from].concat());
        assert!(body(&mail.received()).contains("经办人已加入"));
        drop(third);
        let logged = std::fs::read_to_string(&log).unwrap();
        assert!(!logged.contains(ADDRESS) && !logged.contains("wang"), "{logged}");
    });
}
