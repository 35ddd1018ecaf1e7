//! Every verdict as a page: in Chinese, in English and large; small, without scripts, third parties and cookies, built the
//! same whether something was found or not; and the same answer as JSON for programs.

use chrono::NaiveDate;
use clinic_registry::certificate::code;
use clinic_registry::certificate::sign::Signer;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::paper::PaperKind;
use clinic_registry::domain::payload::Payload;
use clinic_registry::domain::short_code::ShortCode;
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::domain::verdict::Reason;
use serde_json::Value;

use crate::paper_checks::kept;
use crate::public::{Filed, filed, filed_with_telemedicine, happen};
use crate::support;
use crate::support::actors::{Answer, encoded};
use crate::support::app::{Shared, TestApp};

static APP: Shared = Shared::new();

/// A page and its style sheet together, bytes.
const LIGHT: usize = 30 * 1024;

/// Cookies that say how pages are to look, with the language that they ask for.
const LOOKS: &[(&str, &str)] =
    &[("zh.normal", "zh-CN"), ("en.normal", "en"), ("zh.large", "zh-CN"), ("en.large", "en")];

/// A page as somebody with this look sees it.
async fn seen(app: &TestApp, path: &str, look: &str) -> Answer {
    let nobody = app.anonymous();
    let request = nobody.http.get(format!("{}{path}", nobody.base)).header("cookie", format!("look={look}"));
    Answer::read(format!("GET {path} ({look})"), request.send().await.unwrap()).await
}

/// A page in every look, each as light and as plain as it must be. `sentence`: Chinese and English.
async fn every_look(app: &TestApp, path: &str, status: u16, word: (&str, &str), sentence: (&str, &str)) {
    for (look, lang) in LOOKS {
        let answer = seen(app, path, look).await;
        let asked = answer.request.clone();
        let asked = asked.get(..60).unwrap_or(&asked);
        assert_eq!((answer.status, answer.header("content-type")), (status, "text/html; charset=utf-8"), "{asked}");
        assert_eq!(answer.header("set-cookie"), "", "{asked}");
        assert!(answer.header("vary").contains("Accept"), "{asked}");
        let html = answer.text();
        let style = between(&html, "<link rel=\"stylesheet\" href=\"", "\"").unwrap();
        let style = app.anonymous().get(style).await;
        assert_eq!((style.status, style.header("set-cookie")), (200, ""), "{asked}");
        let weight = html.len() + style.bytes.len();
        assert!(weight <= LIGHT, "{asked}: {weight} bytes");

        for never in ["<script", "style=", "src=", "//", "@import", "url("] {
            assert!(!html.contains(never), "{asked}: {never} in {html}");
        }
        let (word, sentence) = if *lang == "en" { (word.1, sentence.1) } else { (word.0, sentence.0) };
        let title = between(&html, "<title>", "</title>").unwrap();
        assert!(title.starts_with(word) && title.contains(sentence), "{asked}: {title}");
        let heading = between(&html, "<h1", "</h1>").unwrap();
        assert!(heading.contains(word) && heading.contains(sentence), "{asked}: {heading}");
        assert!(heading.contains("aria-hidden=\"true\""), "{asked}: the icon is not read aloud");
        assert_eq!(html.matches("<h1").count(), 1, "{asked}");
        assert!(!html.contains("<h3"), "{asked}: one level below the verdict");
        assert!(html.starts_with("<!doctype html>") && html.contains(&format!("<html lang=\"{lang}\"")), "{asked}");
        assert_eq!(html.contains("class=\"large\""), look.ends_with("large"), "{asked}");
        // Found or not, the page has the same parts in the same order.
        let parts = ["id=\"verdict\"", "class=\"checked\"", "id=\"compare\"", "id=\"doubt\"", "id=\"fake\""];
        let places: Vec<_> = parts.iter().map(|part| html.find(part).unwrap_or_else(|| panic!("{part}"))).collect();
        assert!(places.is_sorted(), "{asked}: {places:?}");
        if *lang == "en" {
            let chinese = foreign(&html);
            assert_eq!(chinese, "", "{asked}: Chinese that is not marked as such");
        } else {
            assert_eq!(html.matches("<p class=\"en\" lang=\"en\">").count(), 1, "{asked}: one line of English");
        }
    }
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    text.split_once(from)?.1.split_once(to).map(|(inner, _)| inner)
}

/// The Chinese of an English page outside its title and what is marked as Chinese.
fn foreign(html: &str) -> String {
    let (head, body) = html.split_once("</title>").unwrap();
    let head = head.split("<title>").next().unwrap();
    let mut rest = String::from(head);
    for (n, part) in body.split(" lang=\"zh-CN\"").enumerate() {
        // What is marked ends with its element; names have none within but a new line.
        let part = part.replace("<br>", " ").replace("<span class=\"number\">", "").replace("</span></dd>", "</dd>");
        rest += if n == 0 { &part } else { part.split_once("</").unwrap().1 }.to_owned().as_str();
    }
    rest.chars().filter(|c| ('\u{3400}'..='\u{9fff}').contains(c)).collect()
}

const VALID: (&str, &str) = ("有效", "Valid");
const NOT_VALID: (&str, &str) = ("无效", "Not valid");
const UNKNOWN: (&str, &str) = ("无法核验", "Cannot tell");

#[test]
fn every_standing_of_a_filing_has_its_page() {
    support::run(async {
        let app = APP.get();
        let online = filed_with_telemedicine(&app).await;
        let at = |filed: &Filed| format!("/v/{}", filed.digits);
        every_look(&app, &at(&online), 200, VALID, ("此诊所备案现在有效", "This clinic's filing is in force")).await;
        let (zh, en) = ("在线接诊的不是下列医师本人的", "Stop at once if whoever treats you online");
        for (look, words) in
            [("zh.normal", [zh, "不接受首诊"]), ("en.normal", [en, "Before you consult a doctor online"])]
        {
            let html = seen(&app, &at(&online), look).await.expect_html();
            assert!(words.iter().all(|words| html.contains(words)), "{html}");
        }
        happen(&app, &online.number, ClinicAct::SuspendTelemedicine, |_| ()).await;
        let says = ("有效，但互联网诊疗已暂停", "in force, but telemedicine is suspended");
        every_look(&app, &at(&online), 200, VALID, says).await;
        type Case = (Option<ClinicAct>, (&'static str, &'static str));
        let cases: &[Case] = &[
            (None, ("有效，但没有备案互联网诊疗", "in force, but telemedicine is not filed")),
            (Some(ClinicAct::Suspend), ("该诊所目前停业", "This clinic is suspended")),
            (Some(ClinicAct::Close), ("该诊所已歇业", "This clinic has closed")),
            (Some(ClinicAct::Cancel), ("该诊所备案已注销", "This filing has been cancelled")),
            (Some(ClinicAct::MoveAway), ("该诊所已迁往其他县区", "This clinic has moved")),
            (Some(ClinicAct::Revoke), ("该诊所备案已被撤销", "This filing has been revoked")),
            (Some(ClinicAct::Stop), ("该诊所被责令停止执业", "ordered to stop practising")),
            (Some(ClinicAct::DeclareLoss), ("该凭证已声明遗失", "declared lost")),
            (Some(ClinicAct::Reissue), ("该凭证已作废", "This certificate is void")),
        ];
        for (act, says) in cases {
            let one = filed(&app).await;
            if *act == Some(ClinicAct::Reissue) {
                happen(&app, &one.number, ClinicAct::DeclareLoss, |_| ()).await;
                void(&app, &one).await;
            } else if let Some(act) = act {
                happen(&app, &one.number, *act, |_| ()).await;
            }
            let word = if act.is_none() { VALID } else { NOT_VALID };
            every_look(&app, &at(&one), 200, word, *says).await;
            // The short code has the same page, but for what was checked.
            every_look(&app, &format!("/v/{}", one.short_code), 200, word, *says).await;
        }
    });
}

/// Marks the certificate of a clinic void, as a reissue does.
async fn void(app: &TestApp, one: &Filed) {
    use clinic_registry::domain::verdict::CertificateState;
    use clinic_registry::store::entity::certificate;
    use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, Set};
    let db = support::database::connect(&app.database).await;
    let code = one.short_code.parse::<ShortCode>().unwrap();
    let own = certificate::Column::ShortCode.eq(code);
    let row = certificate::Entity::find().filter(own).one(&db).await.unwrap().unwrap();
    let mut row = row.into_active_model();
    row.state = Set(CertificateState::Void);
    row.update(&db).await.unwrap();
    db.close().await.unwrap();
}

#[test]
fn an_old_version_names_the_current_one_and_links_to_it() {
    support::run(async {
        let app = APP.get();
        let dossier = app.dossier(ClinicType::General);
        let first = app.issued(&dossier).await;
        let number = first["clinic"].as_str().unwrap().to_owned();
        let old = app.clinic().certificate(&first).await;
        let now = app.changed(&number, &app.with_telemedicine(&dossier)).await;
        let now = app.clinic().certificate(&now).await;
        let path = format!("/v/{}", old["short_code"].as_str().unwrap());
        let says = ("第1版已被第2版取代", "Version 1 has been superseded by version 2");
        every_look(&app, &path, 200, NOT_VALID, says).await;
        for (look, link) in [("zh.normal", "查看现行版本（第2版）"), ("en.normal", "See version 2, which is in force")]
        {
            let html = seen(&app, &path, look).await.expect_html();
            assert!(html.contains(&format!("href=\"/clinics/{number}\">{link}</a>")), "{html}");
            assert!(!html.contains(now["short_code"].as_str().unwrap()), "not silently shown");
        }
    });
}

#[test]
fn every_refusal_and_every_copy_has_its_page() {
    support::run(async {
        let app = APP.get();
        let one = filed(&app).await;
        let today = app.app.clock.today();
        let genuine = code::check(&one.digits, app.app.keyring.manifest(), today).unwrap().payload;
        let own = app.app.keyring.signer(&genuine.region.to_string(), today).unwrap();
        let stranger = Signer::generate([7; 32]).unwrap();
        let signed = |signer: &Signer, payload: Payload| signer.sign(&payload).digits;
        let strange = signed(&stranger, genuine.clone());
        let forged = {
            // The genuine key's name over another content: the signature of the genuine one does not fit.
            let cose = own.sign(&Payload { status_index: 77_777, ..genuine.clone() }).cose;
            let good = own.sign(&genuine).cose;
            let split = cose.len() - 64;
            clinic_registry::domain::digits::encode(&[&cose[..split], &good[split..]].concat())
        };
        let broken = {
            let mut cose = own.sign(&genuine).cose;
            cose.push(0);
            clinic_registry::domain::digits::encode(&cose)
        };
        let early = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
        let mut slip = one.short_code.replace('-', "");
        let last = if slip.ends_with('2') { "3" } else { "2" };
        slip.replace_range(11.., last);
        let cases = [
            ("诊所".to_owned(), ("这不是完整的凭证码", "This is not a complete code")),
            ("123".to_owned(), ("这不是诊所备案凭证码", "Not the code of a clinic filing")),
            (broken, ("该码不完整或者被改动", "damaged or altered")),
            (strange, ("不能确认由谁签发", "Its issuer cannot be told")),
            (
                signed(own, Payload { region: 110_101, ..genuine.clone() }),
                ("签发密钥无权为该地区签发", "may not sign for this region"),
            ),
            (forged, ("签名不符，可能系伪造", "it may be forged")),
            (
                signed(own, Payload { issued_on: early, ..genuine.clone() }),
                ("不在有效期内", "Outside its period of validity"),
            ),
            (
                signed(own, Payload { status_index: 77_777, ..genuine }),
                ("登记库中查无此凭证", "The register has no such certificate"),
            ),
            (
                ShortCode::from_random([3; 11]).to_string(),
                ("登记库中查无此凭证", "The register has no such certificate"),
            ),
            (slip, ("短码输入有误", "The short code was mistyped")),
        ];
        for (code, says) in cases {
            every_look(&app, &format!("/v/{}", encoded(&code)), 200, NOT_VALID, says).await;
        }
        let (good, expired, withdrawn) = (
            kept(&app, PaperKind::Copy, Some(&one.number), |_| ()).await,
            kept(&app, PaperKind::Copy, Some(&one.number), |row| row.purpose.as_mut().unwrap().expires_on = early)
                .await,
            kept(&app, PaperKind::Copy, Some(&one.number), |row| row.withdrawn_at = Some(row.issued_at)).await,
        );
        let says = ("此诊所备案现在有效", "This clinic's filing is in force");
        every_look(&app, &format!("/v/{}", good.code), 200, VALID, says).await;
        let says = ("该加注件已过有效期", "This copy has expired");
        every_look(&app, &format!("/v/{}", expired.code), 200, NOT_VALID, says).await;
        let says = ("该加注件已被诊所撤回", "The clinic has withdrawn this copy");
        every_look(&app, &format!("/v/{}", withdrawn.code), 200, NOT_VALID, says).await;

        // The pages of papers.
        let bad = ("无效", "Not valid");
        let cases = [
            (good.code.to_string(), ("登记在案", "On record"), ("登记库中有此文书", "The register has this paper")),
            (expired.code.to_string(), bad, ("此文书已过使用期限", "This paper is past its term")),
            (withdrawn.code.to_string(), bad, ("此文书已撤回", "This paper has been withdrawn")),
            ("x".to_owned(), bad, ("这不是文书短码", "This is not the short code of a paper")),
            (
                ShortCode::from_random([3; 11]).to_string(),
                bad,
                ("登记库中查无此文书", "The register has no such paper"),
            ),
        ];
        for (code, word, says) in cases {
            every_look(&app, &format!("/p/{code}"), 200, word, says).await;
        }
    });
}

#[test]
fn a_register_that_does_not_answer_is_no_verdict() {
    support::run(async {
        let app = TestApp::start().await;
        let one = filed(&app).await;
        app.app.store.clone().close().await.unwrap();
        let says = [("zh.normal", "系统繁忙，暂时不能核验"), ("en.normal", "nothing could be checked")];
        let paths = [format!("/v/{}", one.digits), format!("/p/{}", one.short_code)];
        for ((look, says), path) in says.into_iter().flat_map(|says| paths.iter().map(move |path| (says, path))) {
            let answer = seen(&app, path, look).await;
            assert_eq!((answer.status, answer.header("retry-after")), (503, "10"), "{path}");
            assert_eq!((answer.header("cache-control"), answer.header("set-cookie")), ("no-store", ""));
            let html = answer.text();
            let word = if look == "en.normal" { UNKNOWN.1 } else { UNKNOWN.0 };
            assert!(between(&html, "<title>", "</title>").unwrap().starts_with(word), "{html}");
            assert!(between(&html, "<h1", "</h1>").unwrap().contains(says), "{html}");
            let next = if path.starts_with("/v") { "href=\"/check-offline\"" } else { "class=\"verdict unknown\"" };
            assert!(html.contains(next) && !html.contains(VALID.1) && !html.contains("On record"), "{html}");
            let again = if look == "en.normal" { "reload this page" } else { "刷新本页" };
            assert!(html.contains(again), "what to do: {html}");
        }
    });
}

#[test]
fn a_program_gets_the_answer_of_the_interface() {
    support::run(async {
        let app = APP.get();
        let one = filed(&app).await;
        let nobody = app.anonymous();
        let paper = kept(&app, PaperKind::Announcement, None, |_| ()).await;
        for (page, path) in [
            (format!("/v/{}", one.digits), format!("/api/v1/verifications/{}", one.digits)),
            ("/v/12345".into(), "/api/v1/verifications/12345".into()),
            (format!("/p/{}", paper.code), format!("/api/v1/paper-checks/{}", paper.code)),
        ] {
            let wanted = nobody.get(&path).await.expect(200);
            let ask = |accept: &'static str| {
                let request = nobody.http.get(format!("{}{page}", nobody.base)).header("accept", accept);
                let asked = format!("{page} as {accept}");
                async move { Answer::read(asked, request.send().await.unwrap()).await }
            };
            for accept in ["application/json", "application/json; charset=utf-8, */*;q=0.1"] {
                assert_eq!(same_moment(ask(accept).await.expect(200)), same_moment(wanted.clone()), "{page}");
            }
            for accept in ["text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8", "*/*", ""] {
                ask(accept).await.expect_html();
            }
        }
    });
}

/// The same answer, whenever it was asked; the worker may be drawing the paper meanwhile.
fn same_moment(mut answer: Value) -> Value {
    if let Some(certificate) = answer["certificate"].as_object_mut() {
        certificate.remove("pdf_sha256");
    }
    answer
}

#[test]
fn the_offline_check_comes_with_its_words_files_and_keys() {
    support::run(async {
        let app = APP.get();
        let nobody = app.anonymous();
        let worker = nobody.get("/check-offline/worker.js").await;
        assert_eq!((worker.status, worker.header("content-type")), (200, "text/javascript; charset=utf-8"));
        assert_eq!(
            (worker.header("cache-control"), worker.header("service-worker-allowed")),
            ("no-cache", "/check-offline")
        );
        let script = worker.text();
        assert_eq!(nobody.get("/check-offline/worker.js").await.text(), script, "the same files, the same version");
        let shell: Vec<String> = serde_json::from_str(between(&script, "const SHELL = ", ";\n").unwrap()).unwrap();
        for path in &shell {
            assert_eq!(nobody.get(path).await.status, 200, "{path}");
        }
        for (look, words) in
            [("zh.normal", "签名有效，当前状态未核验"), ("en.large", "Good signature, current status not checked")]
        {
            let html = seen(&app, "/check-offline", look).await.expect_html();
            assert!(html.contains(words) && html.contains("href=\"/v\""), "{html}");
            let root = app.app.keyring.manifest_json()["root"]["fingerprint"].as_str().unwrap();
            assert!(html.contains(&format!("data-root=\"{root}\"")), "{html}");
            // Every file that the page names is kept.
            for file in html.split("\"/static/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
                assert!(shell.contains(&format!("/static/{file}")), "{file}: {shell:?}");
            }
            let offline =
                ["unreadable", "unknown_format", "malformed", "unknown_key", "unknown_key-ours", "key_out_of_scope"];
            let offline =
                offline.iter().chain(&["bad_signature", "key_compromised", "outside_validity", "copy_expired"]);
            for reason in offline.chain(&["status_stale"]) {
                assert!(html.contains(&format!("<template id=\"said-{reason}\">")), "{reason}");
            }
            assert!(!html.contains("style=") && !html.contains("<script>"), "{html}");
        }
    });
}

#[test]
fn every_reason_has_its_sentence_in_both_languages() {
    let files = [
        include_str!("../../src/portal/texts/zh/verification.ftl"),
        include_str!("../../src/portal/texts/en/verification.ftl"),
    ];
    for reason in Reason::ALL {
        for file in files {
            assert!(file.contains(&format!("\nverification-said-{} = ", reason.code())), "{}", reason.code());
        }
    }
}
