//! Bad input: nothing of it makes the service fail, everything of it is answered in words, and what is accepted is
//! shown as the text that it is.

pub mod corpus;
mod files;

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::json_of;
use crate::support::contract::DOCUMENT;
use crate::support::pdf;
use crate::support::seeded::Seeded;

static APP: Shared = Shared::new();

/// A code with one small change, and whether it was one character for another.
fn mutated(code: &str, random: &mut Seeded) -> (String, bool) {
    let mut digits: Vec<char> = code.chars().collect();
    let at = random.below(digits.len());
    let single = match random.below(10) {
        0..=5 => {
            let others: Vec<char> = ('0'..='9').filter(|d| *d != digits[at]).collect();
            digits[at] = *random.pick(&others);
            true
        }
        6 => {
            digits.remove(at);
            false
        }
        7 => {
            digits.insert(at, *random.pick(&['0', '5', '9', 'A', 'é', '：', '/', ' ', '%', '٣']));
            false
        }
        8 => {
            digits.truncate(at);
            false
        }
        _ => {
            digits[at] = *random.pick(&['A', 'z', '-', '_', '.', '!', '壹', '\u{1F9B7}', '~', '|']);
            true
        }
    };
    (digits.into_iter().collect(), single)
}

#[test]
fn two_thousand_mutated_codes_are_never_good_and_never_fail() {
    support::run(async {
        let app = APP.get();
        let issued = app.issued(&app.dossier(ClinicType::General)).await;
        let certificate = app.clinic().certificate(&issued).await;
        let code = certificate["code_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let nobody = app.anonymous();
        assert_eq!(nobody.verify(&code).await["outcome"], "valid");
        let mut random = Seeded::new(20_261_123);
        let mut singles = 0;
        for _ in 0..2_000 {
            let (bad, single) = mutated(&code, &mut random);
            // Blanks are cleaned away, and an empty code is no address of the operation.
            if bad.is_empty() || bad.replace(' ', "") == code {
                continue;
            }
            let answer = nobody.call("verification_view").path("code", &bad).send().await;
            let verdict = answer.expect(200);
            let outcome = verdict["outcome"].as_str().unwrap();
            let expected: &[&str] = if single { &["not_valid"] } else { &["not_valid", "cannot_tell"] };
            assert!(expected.contains(&outcome), "{bad}: {verdict:#}");
            assert!(verdict["reason"]["code"].is_string() && verdict["telemedicine_permitted"] == false, "{bad}");
            assert!(verdict.get("certificate").is_none(), "nothing is said of whose code it might be: {bad}");
            singles += usize::from(single);
        }
        assert!(singles > 1_000);
        let short = certificate["short_code"].as_str().unwrap();
        for at in (0..short.len()).filter(|at| short.as_bytes()[*at] != b'-') {
            for other in "23456789ABCDEFGHJKLMNPQRSTUVWXYZ".chars().filter(|c| !short[at..].starts_with(*c)) {
                let bad = format!("{}{other}{}", &short[..at], &short[at + 1..]);
                assert_eq!(nobody.verify(&bad).await["outcome"], "not_valid", "{bad}");
            }
        }
    });
}

#[test]
fn a_bad_code_gets_a_page_with_words() {
    support::run(async {
        let app = APP.get();
        let nobody = app.anonymous();
        for code in
            ["1", "0000", "abc", "%00", "%F0%9F%A6%B7", "..%2F..%2Fetc%2Fpasswd", "%3Cscript%3E", &"9".repeat(3_000)]
        {
            let page = nobody.get(&format!("/v/{code}")).await;
            assert_eq!(page.status, 200, "{code}");
            let html = page.text();
            assert!(html.contains("无效") || html.contains("无法核验"), "{code}: {html}");
            assert!(!html.contains("<script"), "{code}");
        }
        for path in
            ["/nothing", "/v", "/clinics/unknown", "/static/../src/lib.rs", "/static/none.css", "/problems/none"]
        {
            let page = nobody.get(path).await;
            assert!(page.status < 500 && !page.bytes.is_empty(), "{path}: {}", page.status);
        }
    });
}

/// Every text of a schema that people write freely: pointer, longest.
fn texts(schema: &Value, pointer: &str, out: &mut Vec<(String, u64)>) {
    if let Some(name) = schema["$ref"].as_str() {
        return texts(&DOCUMENT.pointer(name.trim_start_matches('#')).unwrap().clone(), pointer, out);
    }
    for part in ["allOf", "anyOf", "oneOf"] {
        for one in schema[part].as_array().into_iter().flatten() {
            texts(one, pointer, out);
        }
    }
    match schema["type"].as_str() {
        Some("object") => {
            for (name, field) in schema["properties"].as_object().into_iter().flatten() {
                texts(field, &format!("{pointer}/{name}"), out);
            }
        }
        Some("array") => texts(&schema["items"], &format!("{pointer}/0"), out),
        Some("string") if schema.get("enum").is_none() && schema.get("format").is_none() => {
            out.push((pointer.to_owned(), schema["maxLength"].as_u64().unwrap_or(2_000)));
        }
        _ => (),
    }
}

/// Writes `text` at a pointer, making what is above it.
fn write(root: &mut Value, pointer: &str, text: &str) {
    let mut at = root;
    for part in pointer.split('/').skip(1) {
        at = match part.parse::<usize>() {
            Ok(_) => {
                if at.as_array().is_none_or(Vec::is_empty) {
                    *at = json!([null]);
                }
                &mut at[0]
            }
            Err(_) => {
                if at.is_null() {
                    *at = json!({});
                }
                &mut at[part]
            }
        };
    }
    *at = json!(text);
}

#[test]
fn five_hundred_hostile_strings_through_every_text_field() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let mut fields = vec![];
        texts(&json!({ "$ref": "#/components/schemas/Dossier" }), "", &mut fields);
        assert!(fields.len() > 40, "{fields:?}");
        let strings = corpus::strings();
        assert!(strings.len() >= 500);
        let mut filing = clinic.draft(&json!({})).await;
        let (mut accepted, mut refused) = (0, 0);
        for text in &strings {
            let length = text.chars().count() as u64;
            // All that may hold it at once; and, one time in ten, all that may not either.
            let fitting: Vec<_> = fields.iter().filter(|(_, longest)| length <= *longest).collect();
            let mut dossier = json!({});
            for (pointer, _) in &fitting {
                write(&mut dossier, pointer, text);
            }
            let answer = clinic.revise(&filing, &dossier).await;
            match answer.status {
                200 => {
                    filing = answer.expect(200);
                    accepted += 1;
                    let kept: String = text.trim().nfc().collect();
                    for (pointer, _) in &fitting {
                        assert_eq!(filing["dossier"].pointer(pointer), Some(&json!(kept)), "{text:?} at {pointer}");
                    }
                    clinic.check(&filing).await;
                }
                422 => {
                    refused += 1;
                    let problem = answer.problem(422, "request.invalid");
                    let told = problem["errors"].as_array().unwrap().len();
                    // A line break alone is no fault of a reason.
                    let broken = text.trim().contains(['\n', '\r', '\t']);
                    let owed = fitting.iter().filter(|(at, _)| !(broken && at.ends_with("/reason"))).count();
                    assert!(told >= owed.min(200), "all at once: {told} of {owed} for {text:?}");
                }
                other => panic!("{other} for {text:?}: {}", answer.text()),
            }
        }
        assert!(accepted > 200 && refused > 100, "{accepted} accepted, {refused} refused");
        for text in strings.iter().step_by(10) {
            let mut dossier = json!({});
            for (pointer, _) in &fields {
                write(&mut dossier, pointer, text);
            }
            let answer = clinic.revise(&filing, &dossier).await;
            if answer.status == 200 {
                filing = answer.expect(200);
            } else {
                answer.problem(422, "request.invalid");
            }
        }
    });
}

#[test]
fn hostile_strings_in_the_other_requests_are_answered_in_words() {
    support::run(async {
        let app = APP.get();
        let (clinic, officer, nobody) = (app.clinic(), app.officer(), app.anonymous());
        let received = app.received().await;
        let draft = clinic.draft(&json!({})).await;
        for text in corpus::strings() {
            let fine = |answer: support::actors::Answer, what: &str| {
                assert!(answer.status < 500, "{what} {text:?}: {}", answer.text());
                answer
            };
            // In the address, as much of it as an address holds.
            let whole = &text;
            let text: String = text.chars().take(2_001).collect();
            fine(nobody.call("clinic_list").query("q", &text).send().await, "q");
            fine(nobody.call("clinic_list").query("division", &text).query("limit", &text).send().await, "division");
            fine(nobody.call("division_list").query("parent", &text).send().await, "parent");
            let path =
                |text: &str| if [".", "..", ""].contains(&text.trim()) { "%2E".to_owned() } else { text.to_owned() };
            let verdict =
                fine(nobody.call("verification_view").path("code", path(&text)).send().await, "code").expect(200);
            assert_ne!(verdict["outcome"], "valid");
            fine(nobody.call("clinic_view").path("filing_number", path(&text)).send().await, "filing_number");
            fine(clinic.call("filing_view").path("filing_id", path(&text)).send().await, "filing_id");
            // In a body, all of it.
            let text = whole;
            let step = json!({ "action": "request_correction", "reason": text,
                "defects": [{ "rule": text, "pointer": text, "detail": text }] });
            fine(officer.act(&received, step).await, "defects").problem(422, "request.invalid");
            let name = json!({ "kind": "change", "clinic": text });
            fine(clinic.call("filing_create").once().json(&name).send().await, "clinic");
            fine(clinic.call("filing_create").once().json(&json!({ "kind": text })).send().await, "kind")
                .problem(422, "request.invalid");
        }
        // Signing in is costly on purpose: one in five suffices.
        for text in corpus::strings().iter().step_by(5) {
            let login = json!({ "login": text, "password": text });
            let answer = nobody.call("session_create").json(&login).send().await;
            // So many failures from one address have to wait, too.
            assert!([401, 422, 429].contains(&answer.status), "{text:?}: {}", answer.text());
            let answer = clinic.upload(&draft, text, "a.pdf", support::builders::pdf_file(text)).await;
            assert!([400, 422].contains(&answer.status), "{text:?}: {}", answer.text());
            for page in ["/clinics?q=", "/v?code=", "/clinics/", "/problems/", "/docs/"] {
                let answer = nobody.get(&format!("{page}{}", support::actors::encoded(text))).await;
                assert!(answer.status < 500, "{page} {text:?}");
                assert!(!answer.text().contains("<script"), "{page} {text:?}");
            }
        }
        assert_eq!(clinic.view(&received).await.expect(200)["version"], received["version"]);
    });
}

/// HTML with the usual references resolved.
pub fn resolved(html: &str) -> String {
    let mut text = html.to_owned();
    for (reference, plain) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#x27;", "'"),
        ("&#39;", "'"),
        ("&#x2f;", "/"),
        ("&#x2F;", "/"),
        ("&#96;", "`"),
        ("&#x60;", "`"),
        ("&amp;", "&"),
    ] {
        text = text.replace(reference, plain);
    }
    text
}

#[test]
fn accepted_text_is_inert_on_pages_and_the_same_on_paper() {
    support::run(async {
        let app = TestApp::start().await;
        let nobody = app.anonymous();
        let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let mut shown = 0;
        for text in corpus::MARKUP {
            let mut dossier = app.dossier(ClinicType::General);
            dossier.address.detail = format!("辽河路1号{text}");
            dossier.opening_hours = (*text).to_owned();
            assert!(json_of(&dossier)["address"]["detail"].as_str().unwrap().chars().count() <= 80, "{text}");
            let id = app.recommended(vec![dossier]).await[0];
            let answer = app.approver().act(&json!({ "id": id, "version": 1 }), json!({ "action": "issue" })).await;
            if answer.status != 200 {
                // What cannot be printed is not issued, and it is said why.
                assert_eq!(answer.status, 422, "{text}: {}", answer.text());
                assert!(answer.json["errors"][0]["detail"].is_string(), "{text}");
                continue;
            }
            shown += 1;
            let issued = answer.expect(200);
            let certificate = app.clinic().certificate(&issued).await;
            let number = issued["clinic"].as_str().unwrap();
            let short = certificate["short_code"].as_str().unwrap();
            let hostile = text.contains(['<', '"', '\'', '&']);
            for path in [format!("/v/{short}"), format!("/clinics/{number}"), format!("/clinics?q={number}")] {
                let html = nobody.get(&path).await.expect_html();
                assert!(squeezed(&resolved(&html)).contains(&squeezed(text)), "{text} in {path}: {html}");
                assert!(!hostile || !html.contains(text), "{text} stands unescaped in {path}");
            }
            let paper = app.clinic().paper(&issued).await;
            assert!(squeezed(&pdf::text(&paper)).contains(&squeezed(text)), "{text} in {}", pdf::text(&paper));
        }
        assert!(shown * 10 >= corpus::MARKUP.len() * 8, "{shown} of {} were printed", corpus::MARKUP.len());
    });
}
