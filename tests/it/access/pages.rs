//! The pages' own: cookies, forms of other sites, where one is led, both languages, and what the log does not say.

use clinic_registry::domain::actor::Role;
use serde_json::json;

use super::{SECRET, account, browser, holder, turned_away};
use crate::support;
use crate::support::app::{PASSWORD, TestApp};
use crate::support::browser::Browser;
use crate::support::database::Fresh;
use crate::support::process::Served;

#[test]
fn no_script_reads_the_cookie_and_no_other_site_sends_it() {
    support::run(async {
        for (url, name, secure) in [("http://127.0.0.1", "session", false), ("https://zs.test", "__Host-session", true)]
        {
            let app = TestApp::with(|config| config.public_url = Some(url.to_owned())).await;
            let mut browser = browser(&app);
            let page = browser.sign_in("clinic", PASSWORD).await;
            page.leads("/my");
            let lines = page.cookies();
            let line = lines.iter().find(|line| line.starts_with(&format!("{name}="))).unwrap();
            let parts: Vec<_> = line.split("; ").skip(1).collect();
            for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
                assert!(parts.contains(&part), "{part} in {line}");
            }
            assert_eq!(parts.contains(&"Secure"), secure, "{line}");
            assert!(!line.contains("Domain") && !line.contains("Max-Age"), "{line}");
            // What is one's own is kept nowhere.
            assert_eq!(browser.get("/account").await.headers["cache-control"], "no-store");
        }
    });
}

#[test]
fn a_form_of_another_site_does_nothing() {
    support::run(async {
        let app = TestApp::start().await;
        let mut me = browser(&app);
        me.sign_in("clinic", PASSWORD).await.leads("/my");
        me.get("/account").await.shown(200);
        let mut other = browser(&app);
        other.sign_in("other-clinic", PASSWORD).await.leads("/my");
        other.get("/account").await.shown(200);
        for token in [None, Some(String::new()), other.form_token.clone()] {
            let mut foreign = me.clone();
            foreign.form_token = token;
            foreign.post("/signout", &[]).await.shown(403);
            foreign.post("/account/sessions/end-others", &[]).await.shown(403);
            let fields = [("current", PASSWORD), ("password", "seven lanterns drift")];
            foreign.post("/account/password", &fields).await.shown(403);
        }
        for header in
            [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site"), ("Origin", "https://evil.test")]
        {
            let mut foreign = me.clone();
            foreign.sends.push((header.0, header.1.to_owned()));
            foreign.post("/signout", &[]).await.shown(403);
            // Nor does it sign somebody in as another.
            let mut stranger = browser(&app);
            stranger.sends.push((header.0, header.1.to_owned()));
            stranger.sign_in("clinic", PASSWORD).await.shown(403);
            assert!(stranger.cookies.is_empty());
        }
        me.get("/account").await.shown(200);
        me.sends.push(("Sec-Fetch-Site", "same-origin".into()));
        me.post("/signout", &[]).await.leads("/signin?done=out");
    });
}

#[test]
fn a_token_from_before_is_worth_nothing_after() {
    support::run(async {
        let app = TestApp::start().await;
        let mut me = browser(&app);
        // A cookie that somebody planted stays what it was: nothing.
        me.cookies.insert("session".into(), "cln_planted".into());
        me.sign_in("clinic", PASSWORD).await.leads("/my");
        assert_ne!(me.token(), "cln_planted");
        let first = me.token().to_owned();
        me.sign_in("clinic", PASSWORD).await.leads("/my");
        assert_ne!(me.token(), first);
        holder(&app, &first).call("actor_view").send().await.problem(401, "session.required");
    });
}

#[test]
fn one_is_led_back_to_where_one_was_and_nowhere_else() {
    support::run(async {
        let app = TestApp::start().await;
        let mut me = browser(&app);
        me.get("/account/password").await.leads("/signin?to=%2Faccount%2Fpassword");
        let html = me.get("/signin?to=%2Faccount%2Fpassword").await.shown(200);
        assert!(html.contains("name=\"to\" value=\"/account/password\""), "{html}");
        for (to, leads) in [
            ("/account/password", "/account/password"),
            ("/clinics?q=1", "/clinics?q=1"),
            ("https://evil.test/", "/account"),
            ("//evil.test/", "/account"),
            ("/\\evil.test/", "/account"),
            ("/a\r\nSet-Cookie: x=1", "/account"),
            ("javascript:alert(1)", "/account"),
            ("/signout", "/account"),
            ("", "/my"),
        ] {
            let mut somebody = browser(&app);
            let fields = [("login", "clinic"), ("password", PASSWORD), ("to", to)];
            somebody.post("/signin", &fields).await.leads(leads);
            // Whoever is signed in does not sign in again.
            somebody.get(&format!("/signin?to={}", support::actors::encoded(to))).await.leads(leads);
        }
    });
}

#[test]
fn a_wrong_name_and_a_wrong_password_look_alike_on_pages() {
    support::run(async {
        let app = TestApp::start().await;
        let page = async |login: &str, password: &str| {
            let html = browser(&app).sign_in(login, password).await.shown(422);
            assert!(html.contains("登录名或者密码不正确") && !html.contains(password), "{html}");
            html.replace(&format!("value=\"{login}\""), "")
        };
        assert_eq!(page("clinic", "not the password").await, page("nobody-at-all", "not the password").await);
        for field in ["login", "password"] {
            let mut half = browser(&app);
            half.post("/signin", &[(field, "clinic")]).await.shown(422);
        }
    });
}

#[test]
fn every_page_speaks_both_languages() {
    support::run(async {
        let app = TestApp::start().await;
        account(&app, "chen", Role::Officer).await;
        let (mut member, mut halfway) = (browser(&app), browser(&app));
        member.sign_in("clinic", PASSWORD).await.leads("/my");
        halfway.sign_in("chen", SECRET).await.leads("/signin/code?to=%2Faccount");
        for (who, path) in [
            ("nobody", "/signin"),
            ("nobody", "/recover"),
            ("halfway", "/signin/enrol"),
            ("member", "/account"),
            ("member", "/account/password"),
            ("member", "/account/second-factor"),
        ] {
            for (lang, tag, word) in [("zh", "zh-CN", "密码"), ("en", "en", "assword")] {
                let mut nobody = browser(&app);
                let who = match who {
                    "member" => &mut member,
                    "halfway" => &mut halfway,
                    _ => &mut nobody,
                };
                let html = who.get(&format!("{path}?lang={lang}")).await.shown(200);
                assert!(html.contains(&format!("<html lang=\"{tag}\"")), "{path}");
                assert!(html.contains(word), "{path} {lang}: {html}");
                assert!(html.contains("noindex"), "{path}");
            }
        }
        assert!(turned_away(&browser(&app).get("/account?lang=en").await));
    });
}

#[test]
fn nothing_secret_stands_in_the_log() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let (data, log) = (dir.path().join("data"), dir.path().join("log"));
        std::fs::create_dir_all(&data).unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let served = Served::start(&data, &fresh.url, &log, &["--log", "trace"]);
        let demonstration = clinic_registry::usecase::demonstration::PASSWORD;
        let mut me = Browser::before(&served.nobody);
        me.sign_in("demo-clinic", "a wrong guess of mine").await.shown(422);
        me.sign_in("demo-clinic", demonstration).await.leads("/my");
        me.get("/account").await.shown(200);
        let admin = served.nobody.signed_in("demo-admin", demonstration).await;
        let reason = json!({ "reason": "本人持证件到窗口" });
        let made = admin.call("recovery_create").path("login", "demo-clinic-2").json(&reason).send().await.expect(201);
        let made = made["code"].as_str().unwrap().to_owned();
        let fields = [("login", "demo-clinic-2"), ("code", &made[..]), ("password", "seven lanterns drift")];
        me.post("/recover", &fields).await.leads("/signin?done=recovered");
        let written = std::fs::read_to_string(&log).unwrap();
        assert!(written.contains("answered"), "the log was written: {written}");
        let tokens = [me.token(), admin.token.as_deref().unwrap(), me.form_token.as_deref().unwrap()];
        let plain = made.replace('-', "");
        for secret in ["a wrong guess of mine", demonstration, "seven lanterns drift", &made, &plain, "本人持证件"]
            .into_iter()
            .chain(tokens)
        {
            assert!(!written.contains(secret), "{secret} stands in the log");
        }
    });
}
