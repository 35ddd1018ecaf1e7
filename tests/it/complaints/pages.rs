//! The pages for people: a form, what is wrong beside each field, a number in large type.

use reqwest::multipart::{Form, Part};
use serde_json::json;

use crate::complaints::photos::{holds, located};
use crate::complaints::{CONTACT, DETAILS, case, clinic, sent, step, view};
use crate::support;
use crate::support::actors::{Actor, Answer, encoded};
use crate::support::app::{Shared, TestApp};

static APP: Shared = Shared::new();

/// The value of a hidden or visible field of the form.
fn value<'a>(html: &'a str, name: &str) -> &'a str {
    let field = html.split(&format!("name=\"{name}\"")).nth(1).unwrap_or_else(|| panic!("{name}: {html}"));
    let tag = field.split('>').next().unwrap();
    tag.split("value=\"").nth(1).map(|rest| rest.split('"').next().unwrap()).unwrap_or_default()
}

fn filled(fields: &[(&str, &str)]) -> Form {
    fields.iter().fold(Form::new(), |form, (name, text)| form.text((*name).to_owned(), (*text).to_owned()))
}

async fn post(nobody: &Actor, form: Form, headers: &[(&str, &str)]) -> Answer {
    let request = nobody.http.post(format!("{}/report", nobody.base)).multipart(form);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    Answer::read("POST /report".into(), request.send().await.unwrap()).await
}

pub async fn follow(nobody: &Actor, reference: &str) -> Answer {
    let request = nobody.http.post(format!("{}/report/follow", nobody.base));
    let request = request.header("Content-Type", "application/x-www-form-urlencoded");
    let request = request.body(format!("reference={}", encoded(reference)));
    Answer::read("POST /report/follow".into(), request.send().await.unwrap()).await
}

/// The number on a receipt.
fn reference(html: &str) -> String {
    html.split("<strong class=\"reference\">").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

#[test]
fn a_person_reports_with_a_photo_and_follows_the_report() {
    support::run(async {
        let app = APP.get();
        let (number, short) = clinic(&app).await;
        let nobody = app.anonymous();
        // Every page that one may stand on leads here.
        for (page, link) in [
            (format!("/clinics/{number}"), format!("/report?clinic={number}")),
            (format!("/v/{short}"), format!("/report?code={short}")),
            ("/v/12345".to_owned(), "/report?code=12345".to_owned()),
            ("/".to_owned(), "/report".to_owned()),
        ] {
            let html = nobody.get(&page).await.expect_html();
            assert!(html.contains(&format!("href=\"{link}\"")), "{page} does not lead to {link}");
        }
        let answer = nobody.get(&format!("/report?clinic={number}")).await;
        assert_eq!((answer.header("cache-control"), answer.header("referrer-policy")), ("no-store", "same-origin"));
        let html = answer.expect_html();
        assert!(!html.contains("<script") && html.contains("noindex"));
        assert_eq!(value(&html, "clinic"), number);
        let key = value(&html, "key").to_owned();
        assert_eq!(key.len(), 32);
        let form = || {
            let part = Part::bytes(located(60, 40)).file_name("门口.jpg");
            let fields = [("key", &*key), ("kind", "practice"), ("clinic", &*number), ("contact", CONTACT)];
            filled(&fields).text("details", format!("{DETAILS}\r\n第二行。")).part("photos", part)
        };
        let ours = [("Sec-Fetch-Site", "same-origin")];
        let receipt = post(&nobody, form(), &ours).await;
        assert_eq!((receipt.status, receipt.header("cache-control")), (200, "no-store"));
        let receipt = receipt.text();
        let number_of_report = reference(&receipt);
        assert!(receipt.contains("2026年12月14日前") && receipt.contains("1张"), "{receipt}");
        assert!(!receipt.contains(CONTACT) && !receipt.contains("首诊"));
        assert_eq!(reference(&post(&nobody, form(), &ours).await.text()), number_of_report, "a double click is one");

        let officer = app.officer();
        let status = crate::complaints::follow(&app, &number_of_report).await.expect(200);
        let received = case(&officer, &status).await;
        assert_eq!(received["details"], json!(format!("{DETAILS}\n第二行。")));
        let photo = officer.call("complaint_photo_view").path("complaint_id", received["id"].as_str().unwrap());
        let photo = photo.path("photo_id", received["photos"][0]["id"].as_str().unwrap()).send().await;
        assert!(photo.status == 200 && !holds(&photo.bytes, "Exif"));

        let accepted = step(&officer, &received, json!({ "action": "accept" })).await.expect(200);
        let reply = "经检查，已责令<限期整改>。";
        let close = json!({ "action": "close", "outcome": "substantiated", "reply": reply });
        step(&officer, &accepted, close).await.expect(200);
        assert!(nobody.get("/report/follow").await.expect_html().contains("name=\"reference\""));
        let html = follow(&nobody, &number_of_report.to_lowercase()).await.expect_html();
        assert!(
            html.contains("已责令&lt;限期整改&gt;") && html.contains("情况属实") && html.contains("已办结"),
            "{html}"
        );
        assert!(!html.contains(CONTACT) && !html.contains("首诊"));
        let missing = follow(&nobody, "2222-2222-2222").await;
        assert!(missing.status == 404 && missing.text().contains("没有查到这个编号"));
    });
}

#[test]
fn everything_that_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    support::run(async {
        let app = APP.get();
        let nobody = app.anonymous();
        let photo = |bytes: &[u8]| Part::bytes(bytes.to_vec()).file_name("a.jpg");
        let typed =
            [("kind", ""), ("name", "某诊所"), ("details", "太短"), ("contact", "13\u{202E}7"), ("website", "x")];
        let form = filled(&typed).part("photos", photo(b"no photo")).part("photos", photo(b""));
        let answer = post(&nobody, form, &[]).await;
        assert_eq!((answer.status, answer.header("cache-control")), (422, "no-store"));
        let html = answer.text();
        for field in ["kind", "address", "details", "contact", "photos", "website"] {
            assert!(html.contains(&format!("href=\"#{field}\"")), "{field} is not in the list: {html}");
            assert!(html.contains(&format!("id=\"{field}\"")), "{field} leads nowhere");
            assert!(html.contains(&format!("id=\"{field}-wrong\"")), "{field} is not told beside it");
        }
        assert!(html.contains("第1张照片不是JPG或者PNG"), "{html}");
        let title = html.split("<title>").nth(1).unwrap();
        assert!(title.starts_with("请改正") && html.contains("请改正以下6处"), "{title}");
        assert_eq!((value(&html, "name"), value(&html, "website")), ("某诊所", "x"));
        assert!(html.contains(">太短</textarea>"));
        // Put right, but for who is in charge, which nothing tells.
        let right = [("kind", "unfiled"), ("name", "某诊所"), ("address", "黄山南路36号"), ("details", DETAILS)];
        let html = post(&nobody, filled(&right), &[]).await.text();
        assert!(html.contains("id=\"authority_id-wrong\"") && html.contains("value=\"unfiled\" checked"), "{html}");
        let right = [&right[..], &[("area", "371502001")]].concat();
        let receipt = post(&nobody, filled(&right), &[]).await.expect_html();
        assert!(receipt.contains("聊城市东昌府区行政审批服务局"));
        let seven = (0..7).fold(filled(&right), |form, _| form.part("photos", photo(&located(20, 20))));
        assert!(post(&nobody, seven, &[]).await.text().contains("最多6张照片"));
    });
}

#[test]
fn a_form_that_another_site_sends_is_refused() {
    support::run(async {
        let app = TestApp::start().await;
        let nobody = app.anonymous();
        let fields = [
            ("kind", "unfiled"),
            ("name", "某诊所"),
            ("address", "某路1号"),
            ("area", "371502001"),
            ("details", DETAILS),
        ];
        let elsewhere: [&[(&str, &str)]; 4] = [
            &[("Sec-Fetch-Site", "cross-site")],
            &[("Sec-Fetch-Site", "same-site")],
            &[("Origin", "https://evil.example")],
            &[("Origin", "null")],
        ];
        for headers in elsewhere {
            let refused = post(&nobody, filled(&fields), headers).await;
            assert_eq!(refused.status, 403, "{headers:?}");
            assert!(refused.text().contains("request.foreign"), "{headers:?}");
        }
        let list = app.other_officer().call("complaint_list").send().await.expect(200);
        assert_eq!(list["items"], json!([]));
        let base = nobody.base.clone();
        let ours: [&[(&str, &str)]; 3] = [&[("Origin", &base)], &[("Sec-Fetch-Site", "same-origin")], &[]];
        for headers in ours {
            post(&nobody, filled(&fields), headers).await.expect_html();
        }
        // What is no such form at all is refused in words.
        let wrong = nobody.http.post(format!("{base}/report")).body("kind=practice").send().await.unwrap();
        assert!(wrong.status().is_client_error(), "{}", wrong.status());
        let large = nobody.http.post(format!("{base}/report/follow")).body("x".repeat(5_000)).send().await.unwrap();
        assert_eq!(large.status(), 413);
    });
}

#[test]
fn hostile_texts_are_texts() {
    support::run(async {
        let app: &TestApp = &APP.get();
        let nobody = app.anonymous();
        let officer = app.officer();
        for text in [
            "<script>alert(1)</script>",
            "</textarea><i>x</i>",
            "\" onmouseover=\"alert(1)",
            "'; DROP TABLE complaint; --",
            "{{7*7}}{% include 'x' %}",
            "=cmd|'/C calc'!A0",
        ] {
            let html = nobody.get(&format!("/report?code={}", encoded(text))).await.expect_html();
            assert!(!html.contains("<script") && (!text.contains(['<', '"']) || !html.contains(text)), "{text}");
            let long = format!("{text}，情况说明不少于十个字。");
            let fields = [("clinic", text), ("code", text), ("details", &*long), ("contact", text)];
            let html = post(&nobody, filled(&fields), &[]).await.text();
            assert!(
                !html.contains("<script") && (!text.contains(['<', '"']) || !html.contains(text)),
                "{text}: {html}"
            );
            let body = json!({
                "kind": "other", "code": text, "details": long, "contact": text, "authority_id": app.authority,
            });
            let status = sent(app, &body).await;
            let kept = case(&officer, &status).await;
            assert_eq!((&kept["details"], &kept["presented_code"]), (&json!(long), &json!(text)));
            view(&officer, kept["id"].as_str().unwrap()).await.expect(200);
        }
        for text in ["\u{202E}abc", "\0", "\u{200B}"] {
            let html = nobody.get(&format!("/report?code={}", encoded(text))).await.expect_html();
            assert_eq!(value(&html, "code"), "", "{text:?}");
        }
    });
}

#[test]
fn the_journey_is_whole_in_english_too() {
    support::run(async {
        let app = APP.get();
        let nobody = app.anonymous();
        let form = nobody.get("/report?lang=en").await.expect_html();
        assert!(form.contains("<html lang=\"en\"") && form.contains("Report a clinic"), "{form}");
        support::pages::english_only(&form);
        let cookie = [("Cookie", "look=en.normal")];
        let wrong = post(&nobody, filled(&[("kind", "unfiled"), ("details", "x")]), &cookie).await;
        assert_eq!(wrong.status, 422);
        let wrong = wrong.text();
        assert!(wrong.split("<title>").nth(1).unwrap().starts_with("Error"), "{wrong}");
        support::pages::english_only(&wrong);
        let fields =
            [("kind", "unfiled"), ("name", "X"), ("address", "Y 36"), ("area", "371502001"), ("details", DETAILS)];
        let receipt = post(&nobody, filled(&fields), &cookie).await.expect_html();
        assert!(receipt.contains("by 14 December 2026"), "{receipt}");
        support::pages::english_only(&receipt);
        // The button of the receipt, and the page that was bookmarked.
        let number = reference(&receipt);
        assert_eq!(value(&receipt, "reference"), number);
        let request = nobody.http.post(format!("{}/report/follow?lang=en", nobody.base));
        let request = request.header("Content-Type", "application/x-www-form-urlencoded");
        let answer = request.body(format!("reference={number}")).send().await.unwrap();
        let followed = Answer::read("POST /report/follow".into(), answer).await.expect_html();
        assert!(
            followed.contains("class=\"timeline\"") && followed.contains("23 November 2026, 10:00:00"),
            "{followed}"
        );
        support::pages::english_only(&followed);
        support::pages::english_only(&nobody.get("/report/follow?lang=en").await.expect_html());
        support::pages::english_only(&nobody.get("/?lang=en").await.expect_html());
    });
}
