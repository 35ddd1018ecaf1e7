//! The page of a filing's materials.

use clinic_registry::domain::dossier::{ClinicType, Dossier};
use clinic_registry::domain::lifecycle::Stage;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{encrypted, large, materials};
use crate::support;
use crate::support::app::{PASSWORD, Shared, TestApp};
use crate::support::browser::{Browser, between};
use crate::support::builders::{json_of, pdf_file};

static APP: Shared = Shared::new();

async fn signed_in(app: &TestApp, login: &str) -> Browser {
    let mut browser = Browser::before(&app.anonymous());
    assert_eq!(browser.sign_in(login, PASSWORD).await.status, 303);
    browser
}

fn address(filing: &Value) -> String {
    format!("/my/filings/{}/materials", filing["id"].as_str().unwrap())
}

/// A draft of a clinic in leased rooms, with nothing uploaded.
async fn draft(app: &TestApp) -> Value {
    let dossier: Dossier = app.dossier(ClinicType::General);
    app.clinic().draft(&json_of(&dossier)).await
}

fn file(name: &str, bytes: Vec<u8>) -> Part {
    Part::bytes(bytes).file_name(name.to_owned())
}

fn form(key: &str, files: Vec<Part>) -> Form {
    let form = Form::new().text("code", "floor_plan").text("key", key.to_owned());
    files.into_iter().fold(form, |form, part| form.part("file", part))
}

/// A PNG of so many pixels, with nothing in it.
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(vec![]);
    image::GrayImage::new(width, height).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The part of the page about one material.
fn about<'a>(html: &'a str, code: &str) -> &'a str {
    between(html, &format!("id=\"m-{code}\""), "</section>")
}

#[test]
fn the_page_says_what_is_asked_for_and_why_and_what_is_missing() {
    support::run(async {
        let app = &*APP.get();
        let draft = draft(app).await;
        let mut me = signed_in(app, "clinic").await;
        let html = me.get(&address(&draft)).await.shown(200);
        // Every material that the rules ask for is on the page as missing, and no other.
        let findings = app.clinic().check(&draft).await["findings"].clone();
        let asked: Vec<_> = findings
            .as_array()
            .unwrap()
            .iter()
            .filter(|finding| finding["rule"] == "R-011")
            .map(|finding| finding["pointer"].as_str().unwrap().trim_start_matches("/materials/").to_owned())
            .collect();
        assert!(asked.len() > 3, "{asked:?}");
        for code in &asked {
            assert!(about(&html, code).contains("还缺"), "{code}");
        }
        assert_eq!(html.matches("govuk-tag--yellow").count(), asked.len());
        assert!(html.contains(&format!("还缺{}种", asked.len())), "{html}");
        assert!(about(&html, "floor_plan").contains("《诊所备案管理暂行办法》第六条"), "the law behind a fold");
        let held = about(&html, "principal_identity");
        assert!(held.contains("不需要您提交") && held.contains("可以不传"), "{held}");
        let english = me.get(&format!("{}?lang=en", address(&draft))).await.shown(200);
        assert!(about(&english, "floor_plan").contains("floor plan to scale"), "{english}");

        app.clinic().add_materials(&draft).await;
        let html = me.get(&format!("{}?lang=zh", address(&draft))).await.shown(200);
        assert!(!html.contains("govuk-tag--yellow") && html.contains("已经齐全"), "{html}");
        // Before the type is known nothing can be asked for.
        let empty = app.clinic().draft(&json!({})).await;
        assert!(me.get(&address(&empty)).await.shown(200).contains("选择诊所类别"));
    });
}

#[test]
fn a_form_sent_twice_adds_once_and_files_are_seen_and_taken_back() {
    support::run(async {
        let app = &*APP.get();
        let draft = draft(app).await;
        let mut me = signed_in(app, "clinic").await;
        let html = me.get(&address(&draft)).await.shown(200);
        let key = between(about(&html, "floor_plan"), "name=\"key\" value=\"", "\"").to_owned();
        let two = || vec![file("平面图.pdf", pdf_file("one")), file("照片.png", png(800, 700))];
        let back = format!("{}?done=2#m-floor_plan", address(&draft));
        for _ in 0..2 {
            me.post_files(&address(&draft), form(&key, two())).await.leads(&back);
        }
        let list = materials(&app.clinic(), &draft).await;
        assert_eq!(list.len(), 2, "{list:?}");
        let html = me.get(&back).await.shown(200);
        let own = about(&html, "floor_plan");
        assert!(own.contains("平面图.pdf") && own.contains("照片.png") && own.contains("已上传"), "{own}");
        assert!(html.contains("收到2个文件"), "{html}");

        let of = |row: &Value| format!("{}/{}", address(&draft), row["id"].as_str().unwrap());
        let pdf = me.get(&of(&list[0])).await;
        assert!(pdf.headers["content-disposition"].to_str().unwrap().starts_with("attachment;"));
        let picture = me.get(&of(&list[1])).await;
        assert_eq!(picture.headers["content-type"], "image/png");
        assert!(picture.headers["content-disposition"].to_str().unwrap().starts_with("inline;"));
        for page in [&pdf, &picture] {
            assert_eq!((page.status, &page.headers["x-content-type-options"]), (200, &"nosniff".parse().unwrap()));
            assert!(page.headers["content-security-policy"].to_str().unwrap().starts_with("sandbox;"));
        }
        for _ in 0..2 {
            me.post(&format!("{}/remove", of(&list[0])), &[]).await.leads(&address(&draft));
        }
        assert_eq!(materials(&app.clinic(), &draft).await, list[1..]);
    });
}

#[test]
fn each_file_is_told_what_is_wrong_with_it_and_keeps_no_other_out() {
    support::run(async {
        let app = &*APP.get();
        let draft = draft(app).await;
        let mut me = signed_in(app, "clinic").await;
        me.get(&address(&draft)).await.shown(200);
        let html = me.post_files(&address(&draft), form("nothing-chosen", vec![file("", vec![])])).await.shown(422);
        assert!(html.contains("请先选择文件") && html.contains("href=\"#file-floor_plan\""), "{html}");
        let files = vec![
            file("照片.heic", b"\0\0\0\x18ftypheic\0\0\0\0".to_vec()),
            file("说明.docx", b"PK\x03\x04\x14\0\x06\0\x08\0\0\0".to_vec()),
            file("好.pdf", pdf_file("good")),
            file("锁.pdf", encrypted("secret")),
            file("空.pdf", vec![]),
            file("大.pdf", large("too large", 20 * 1024 * 1024 + 1)),
        ];
        let html = me.post_files(&address(&draft), form("all-at-once", files)).await.shown(422);
        let summary = between(&html, "govuk-error-summary__list", "</ul>");
        for (name, says) in [
            ("照片.heic", "兼容性最佳"),
            ("说明.docx", "另存为"),
            ("锁.pdf", "取消密码"),
            ("空.pdf", "空的"),
            ("大.pdf", "超过单个文件20 MB的上限"),
        ] {
            let line = between(summary, name, "</li>");
            assert!(line.contains(says), "{name}: {line}");
        }
        assert!(!summary.contains("好.pdf") && html.contains("另有1个文件已经收到"), "{html}");
        assert_eq!(materials(&app.clinic(), &draft).await.len(), 1);
    });
}

#[test]
fn a_photo_that_is_hard_to_read_is_taken_with_a_warning() {
    support::run(async {
        let app = &*APP.get();
        let draft = draft(app).await;
        let mut me = signed_in(app, "clinic").await;
        me.get(&address(&draft)).await.shown(200);
        for (key, bytes, says) in [
            ("small-one", png(599, 2000), Some("599×2000")),
            ("good-one", png(600, 600), None),
            ("broken-one", b"\x89PNG\r\n\x1a\nnothing of a picture".to_vec(), Some("可能已经损坏")),
        ] {
            let before = materials(&app.clinic(), &draft).await.len();
            let back = format!("{}?done=1#m-floor_plan", address(&draft));
            let name = format!("{key}.png");
            me.post_files(&address(&draft), form(key, vec![file(&name, bytes)])).await.leads(&back);
            assert_eq!(materials(&app.clinic(), &draft).await.len(), before + 1, "{key}");
            let html = me.get(&address(&draft)).await.shown(200);
            let line = between(&html, &name, "</li>");
            assert_eq!(line.contains("note care"), says.is_some(), "{line}");
            assert!(says.is_none_or(|says| line.contains(says)), "{line}");
        }
    });
}

#[test]
fn a_script_sends_pieces_and_is_answered_in_the_language_of_the_page() {
    support::run(async {
        let app = &*APP.get();
        let draft = draft(app).await;
        let mut me = signed_in(app, "clinic").await;
        me.get(&format!("{}?lang=en", address(&draft))).await.shown(200);
        let uploads = address(&draft).replace("/materials", "/uploads");
        let bytes = large("by script", 60_000);
        let fields =
            |size| [("code", "floor_plan"), ("file_name", "plan.pdf"), ("size", size), ("key", "key-of-a-file")];
        let json = |page: crate::support::browser::Page| serde_json::from_str::<Value>(&page.html).unwrap();
        let begun = json(me.post(&uploads, &fields("60000")).await);
        assert_eq!(json(me.post(&uploads, &fields("60000")).await), begun);
        let own = format!("{uploads}/{}", begun["id"].as_str().unwrap());
        assert_eq!(json(me.patch(&own, 0, &bytes[..30_000]).await)["received"], 30_000);
        let page = me.patch(&own, 0, &bytes[..30_000]).await;
        let (status, again) = (page.status, json(page));
        assert_eq!((status, &again["code"], &again["received"]), (409, &json!("upload.offset"), &json!(30_000)));
        // Whoever comes back later finds what is half there, and can give it up.
        let html = me.get(&address(&draft)).await.shown(200);
        assert!(about(&html, "floor_plan").contains("has not arrived whole"), "{html}");
        assert_eq!(json(me.get(&own).await)["received"], 30_000);
        let end = json(me.patch(&own, 30_000, &bytes[30_000..]).await);
        assert_eq!((&end["done"], &end["received"]), (&json!(true), &json!(60_000)));
        assert_eq!(materials(&app.clinic(), &draft).await.len(), 1);

        let mut large = fields("30000000");
        large[3].1 = "another-key";
        let page = me.post(&uploads, &large).await;
        let (status, refused) = (page.status, json(page));
        assert_eq!(status, 413);
        let words = refused["words"].as_str().unwrap();
        assert!(words.starts_with("The file has 28.7 MB; a file may have 20 MB."), "{words}");
        // Without the token of the session nothing happens.
        let mut foreign = me.clone();
        foreign.form_token = None;
        assert_eq!(foreign.patch(&own, 0, b"x").await.status, 403);
        assert_eq!(foreign.post(&uploads, &fields("60000")).await.status, 403);

        large[2].1 = "60000";
        large[3].1 = "a-third-key";
        let begun = json(me.post(&uploads, &large).await);
        let own = format!("{uploads}/{}", begun["id"].as_str().unwrap());
        me.post(&format!("{own}/cancel"), &[]).await.leads(&address(&draft));
        assert_eq!(me.get(&own).await.status, 404);
    });
}

#[test]
fn nobody_else_sees_or_changes_the_materials() {
    support::run(async {
        let app = &*APP.get();
        let filing = app.in_stage(Stage::Correcting).await;
        let material = materials(&app.clinic(), &filing).await[0]["id"].as_str().unwrap().to_owned();
        let upload = super::begun(&app.clinic(), &filing, "floor_plan", "a.pdf", 100).await;
        let base = format!("/my/filings/{}", filing["id"].as_str().unwrap());
        let upload = format!("{base}/uploads/{}", upload["id"].as_str().unwrap());
        let mut nobody = Browser::before(&app.anonymous());
        for path in [format!("{base}/materials"), format!("{base}/materials/{material}"), upload.clone()] {
            assert!(nobody.get(&path).await.location().starts_with("/signin"), "{path}");
        }
        let mut other = signed_in(app, "other-clinic").await;
        other.get("/account").await.shown(200);
        for path in [format!("{base}/materials"), format!("{base}/materials/{material}"), upload.clone()] {
            assert_eq!(other.get(&path).await.status, 404, "{path}");
        }
        let sent = form("of-another", vec![file("a.pdf", pdf_file("x"))]);
        other.post_files(&format!("{base}/materials"), sent).await.shown(404);
        other.post(&format!("{base}/materials/{material}/remove"), &[]).await.shown(404);
        other.post(&format!("{upload}/cancel"), &[]).await.shown(404);
        let fields = [("code", "floor_plan"), ("file_name", "a"), ("size", "5"), ("key", "12345678")];
        assert_eq!(other.post(&format!("{base}/uploads"), &fields).await.status, 404);
        assert_eq!(other.patch(&upload, 0, b"x").await.status, 404);
        let mut me = signed_in(app, "clinic").await;
        let html = me.get(&format!("{base}/materials")).await.shown(200);
        assert!(html.contains(&material));
        for wrong in ["/my/filings/1/materials", "/my/filings/00000000-0000-0000-0000-000000000000/materials"] {
            me.get(wrong).await.shown(404);
        }
    });
}

#[test]
fn what_the_office_has_can_be_seen_and_not_changed() {
    support::run(async {
        let app = &*APP.get();
        let filing = app.received().await;
        let mut me = signed_in(app, "clinic").await;
        me.get("/account").await.shown(200);
        let html = me.get(&address(&filing)).await.shown(200);
        assert!(
            html.contains("材料不能修改") && !html.contains("type=\"file\"") && !html.contains("/remove"),
            "{html}"
        );
        let sent = form("too-late-now", vec![file("a.pdf", pdf_file("late"))]);
        let html = me.post_files(&address(&filing), sent).await.shown(409);
        assert!(html.contains("不能修改"), "{html}");
    });
}
