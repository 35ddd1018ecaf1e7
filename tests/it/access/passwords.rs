//! Which passwords are refused: what is easily guessed, by anybody or by who knows the account. Nothing else is asked of them.

use serde_json::{Value, json};

use super::{SECRET, attempt, browser};
use crate::support;
use crate::support::app::TestApp;

/// Almost the number of a unit.
const NUMBER: &str = "91371502MA3C00003N";

/// What stands against a password in a registration that is refused anyway.
async fn said(app: &TestApp, password: &str) -> Option<(String, String)> {
    let body = json!({
        "login": "lin.mei", "password": password, "name": "王小明口腔诊所", "holder_kind": "uscc",
        "holder_number": NUMBER,
    });
    let problem = app.anonymous().call("account_create").json(&body).send().await.problem(422, "request.invalid");
    let errors = problem["errors"].as_array().unwrap();
    let text = |error: &Value, field: &str| error[field].as_str().unwrap_or_default().to_owned();
    assert!(errors.iter().any(|error| error["pointer"] == "/holder_number"), "{problem:#}");
    let told = errors.iter().find(|error| error["pointer"] == "/password");
    told.map(|error| (text(error, "detail"), text(error, "detail_en")))
}

#[test]
fn what_is_easily_guessed_is_refused_and_nothing_else() {
    support::run(async {
        let app = TestApp::start().await;
        for (weak, why) in [
            ("violet trac", "12"),
            ("诊所备案很好记的密码啊", "12"),
            // What everybody tries first, however long and dressed up.
            ("password1234", "容易被猜到"),
            ("passwordpassword", "容易被猜到"),
            ("P@ssw0rd12345", "容易被猜到"),
            ("Administrator1", "容易被猜到"),
            ("111111111111", "容易被猜到"),
            ("123456789012345678", "容易被猜到"),
            ("abcabcabcabcabcabc", "容易被猜到"),
            ("qwertyuiop[]asdf", "容易被猜到"),
            ("1qaz2wsx3edc4rfv", "容易被猜到"),
            ("iloveyou iloveyou", "容易被猜到"),
            (&"a".repeat(200), "容易被猜到"),
            ("hello.world.1234", "容易被猜到"),
            ("qwerty-asdfgh-zxcvbn", "容易被猜到"),
            // What everybody here tries first.
            ("woaini5201314", "容易被猜到"),
            ("wo-ai-ni-5201314", "容易被猜到"),
            ("wodemima123456", "容易被猜到"),
            ("zhensuo123456", "容易被猜到"),
            ("诊所诊所诊所诊所诊所诊所", "容易被猜到"),
            ("诊所备案诊所备案诊所备案", "容易被猜到"),
            ("ZhenSuoBeiAn888", "容易被猜到"),
            // What is known of the account: login, name, its pinyin, its number.
            ("linmeilinmei88", "容易被猜到"),
            ("LIN.MEI.LIN.MEI", "容易被猜到"),
            ("lin-password-1234", "容易被猜到"),
            ("王小明口腔诊所王小明口腔诊所", "容易被猜到"),
            ("wangxiaomingkouqiangzhensuo", "容易被猜到"),
            ("wxmkqzswxmkqzs", "容易被猜到"),
            (NUMBER, "容易被猜到"),
            ("91371502ma3c00003n", "容易被猜到"),
            ("n30000c3am20517319", "容易被猜到"),
        ] {
            let (zh, en) = said(&app, weak).await.unwrap_or_else(|| panic!("{weak} is taken"));
            assert!(zh.contains(why) && !en.is_empty(), "{weak}: {zh}");
            assert!(!zh.contains(weak), "{weak} is repeated");
        }
        // What the contract does not even take is told on pages, too.
        for (weak, why) in [("", "12"), (&"violet tractor seldom ".repeat(10)[..201], "200")] {
            let fields = [("login", "somebody"), ("code", "0"), ("password", weak)];
            let html = browser(&app).post("/recover", &fields).await.shown(422);
            assert!(html.contains(why), "{weak}: {html}");
        }
        for strong in [
            SECRET,
            "correct horse battery",
            "seven lanterns drift",
            "K7#mQ2!vXp9z",
            "vcqkeyzxplou",
            "昨天傍晚江边有三只白鹭飞过",
            "mǎ lì jiù zǒu ba péngyou",
            "İstanbul'da üç gün kaldık",
            "🦷🪥🌙🐫🎻🧂🛶🪁🧮🥁🪴🧵",
            &"violet tractor seldom ".repeat(10)[..200],
            // What comes after the part that is looked at only makes it better.
            &format!("seven lanterns drift over the harbour{}", "1".repeat(100)),
        ] {
            assert_eq!(said(&app, strong).await, None, "{strong}");
        }
    });
}

#[test]
fn a_password_made_to_be_hard_to_judge_is_judged() {
    support::run(async {
        let app = TestApp::start().await;
        // Every character of it may stand for another.
        for hostile in ["4@8({[<369&#!1|0$5+7%2".repeat(9), "{+86(0|0%!<(".repeat(16), "i7l(6l@4a!lts".repeat(15)] {
            let asked = hostile.chars().take(200).collect::<String>();
            assert_eq!(said(&app, &asked).await, None);
        }
    });
}

#[test]
fn who_comes_back_with_a_code_may_not_choose_what_is_known_of_him() {
    support::run(async {
        let app = TestApp::start().await;
        let number = "91371502MA3C00003M";
        let body = json!({
            "login": "unit-3", "password": SECRET, "name": "王小明口腔诊所", "holder_kind": "uscc", "holder_number": number,
        });
        app.anonymous().call("account_create").json(&body).send().await.expect(201);
        let reason = json!({ "reason": "本人持证件到窗口" });
        let made = app.actor("admin").call("recovery_create").path("login", "unit-3").json(&reason).send().await;
        let code = made.expect(201)["code"].as_str().unwrap().to_owned();
        let recover = async |code: &str, password: &str| {
            browser(&app).post("/recover", &[("login", "unit-3"), ("code", code), ("password", password)]).await
        };
        // What a wrong code is answered tells nothing of the account.
        let html = recover("0000-0000-0000-0000-0000", number).await.shown(422);
        assert!(html.contains("登录名或者恢复码不正确") && !html.contains("容易被猜到"), "{html}");
        for known in [number, "wangxiaomingkouqiangzhensuo"] {
            let html = recover(&code, known).await.shown(422);
            assert!(html.contains("容易被猜到"), "{known}: {html}");
        }
        recover(&code, "seven lanterns drift").await.leads("/signin?done=recovered");
        let me = attempt(&app.anonymous(), "unit-3", "seven lanterns drift", None).await.expect(201);
        let mut mine = browser(&app);
        mine.cookies.insert("session".into(), me["token"].as_str().unwrap().to_owned());
        mine.get("/account/password").await.shown(200);
        let fields = [("current", "seven lanterns drift"), ("password", number)];
        assert!(mine.post("/account/password", &fields).await.shown(422).contains("容易被猜到"));
    });
}
