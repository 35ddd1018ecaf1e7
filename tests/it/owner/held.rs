//! The session ended while somebody typed: the form waits until whoever typed it has signed in again, and for nobody else.

use chrono::TimeDelta;
use clinic_registry::domain::dossier::ClinicType;

use crate::owner::{dossier, draft, fields, page, send, signed_in};
use crate::support;
use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::{Browser, Page, between};

/// The page that gives a form back, as the address of the page to sign in names it.
fn held(page: &Page) -> String {
    let to = page.location().strip_prefix("/signin?to=").expect("to sign in").replace("%2F", "/");
    assert!(to.starts_with("/held/"), "{to}");
    to
}

/// Signs in and goes on to where one was.
async fn back(browser: &mut Browser, login: &str, to: &str) -> Page {
    browser.sign_in(login, PASSWORD).await;
    browser.get(to).await
}

/// Sends a page of a filing after its session has ended.
async fn too_late(app: &TestApp, browser: &mut Browser, path: &str, hours: &str) -> Page {
    let shown = fields(&browser.get(path).await.shown(200));
    app.app.clock.set(app.app.clock.now() + TimeDelta::hours(13));
    send(browser, path, shown, &[("opening_hours", hours)]).await
}

#[test]
fn a_form_sent_after_the_session_ended_is_sent_by_one_tap() {
    support::run(async {
        let mut app = TestApp::start().await;
        let filing = draft(&app, ClinicType::General).await;
        let path = page(&filing, "/form/services");
        let mut browser = signed_in(&app, "clinic").await;
        let to = held(&too_late(&app, &mut browser, &path, "每日 8:00–12:00 \"<b>&周末\" 休息").await);
        let shown = back(&mut browser, "clinic", &to).await.shown(200);
        assert!(!shown.contains("<b>&周末"), "what was typed is inert");
        assert_eq!(between(&shown, "<form method=\"post\" action=\"", "\""), path);
        let unescaped = |(name, value): (String, String)| {
            let value = value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x2f;", "/");
            (name, value.replace("&amp;", "&"))
        };
        let kept: Vec<_> = fields(&shown).into_iter().map(unescaped).collect();
        let sent = send(&mut browser, &path, kept.clone(), &[]).await;
        assert_eq!(sent.status, 303, "{kept:?}\n{}", sent.html);
        app.travel(&app.app.clock.now().to_rfc3339()).await;
        let now = dossier(&app, &filing).await["opening_hours"].clone();
        assert!(now.as_str().unwrap().contains("\"<b>&周末\" 休息"), "{now}");
        // Not wanted any more.
        browser.post(&format!("{to}/forget"), &[]).await.leads("/my");
        browser.get(&to).await.shown(404);
    });
}

#[test]
fn a_held_form_is_shown_to_whoever_sent_it_and_for_a_day() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = draft(&app, ClinicType::General).await;
        let mut browser = signed_in(&app, "clinic").await;
        let path = page(&filing, "/form/services");
        let to = held(&too_late(&app, &mut browser, &path, "每日 8:00–12:00").await);
        let mut other = Browser::before(&app.anonymous());
        back(&mut other, "other-clinic", &to).await.shown(404);
        app.app.clock.set(app.app.clock.now() + TimeDelta::hours(25));
        back(&mut browser, "clinic", &to).await.shown(404);
    });
}

#[test]
fn nobody_prepares_a_form_for_somebody_else() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = draft(&app, ClinicType::General).await;
        let path = page(&filing, "/form/services");
        // Without a session, and with one that has ended but not with its token.
        let mut nobody = Browser::before(&app.anonymous());
        nobody.post(&path, &[("opening_hours", "x")]).await.leads("/signin?to=%2Faccount");
        let mut browser = signed_in(&app, "clinic").await;
        app.app.clock.set(app.app.clock.now() + TimeDelta::hours(13));
        browser.post(&path, &[("form_token", "foreign"), ("opening_hours", "x")]).await.leads("/signin?to=%2Faccount");
    });
}
