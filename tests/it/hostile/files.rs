//! Bodies and files: by their content, within their bounds, and every field error at once.

use clinic_registry::domain::material::MAX_FILE;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::pdf_file;
use crate::support::contract;

static APP: Shared = Shared::new();

#[test]
fn a_file_is_what_its_bytes_say() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let png = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0].to_vec();
        for (name, bytes, media_type, kept) in [
            ("平面图.pdf", pdf_file("plan"), "application/pdf", "平面图.pdf"),
            ("photo.exe", vec![0xFF, 0xD8, 0xFF, 0xE0, 1, 2], "image/jpeg", "photo.jpg"),
            ("scan.pdf", png, "image/png", "scan.png"),
            ("../../etc/passwd", pdf_file("x"), "application/pdf", "passwd.pdf"),
            ("C:\\temp\\图.pdf", pdf_file("y"), "application/pdf", "图.pdf"),
            ("<script>.pdf", pdf_file("z"), "application/pdf", "script.pdf"),
            ("371502198506150008.pdf", pdf_file("id"), "application/pdf", "37150219**********.pdf"),
        ] {
            let added = clinic.upload(&draft, "floor_plan", name, bytes.clone()).await.expect(201);
            assert_eq!((&added["media_type"], &added["file_name"]), (&json!(media_type), &json!(kept)), "{name}");
            assert_eq!(added["size"], json!(bytes.len()));
        }
        for (name, bytes) in [
            ("program.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF".to_vec()),
            ("script.pdf", b"#!/bin/sh\nid\n".to_vec()),
            ("page.png", b"<!doctype html><script>alert(1)</script>".to_vec()),
            ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec()),
            ("archive.pdf", b"PK\x03\x04\x14\0".to_vec()),
            ("late.pdf", b"\n%PDF-1.4\n".to_vec()),
            ("empty.pdf", vec![]),
            ("half.pdf", b"%PD".to_vec()),
        ] {
            clinic.upload(&draft, "floor_plan", name, bytes).await.problem(415, "material.file_type");
        }
        let list = clinic.filing("material_list", &draft).send().await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 7);
    });
}

#[test]
fn a_file_may_have_twenty_megabytes_and_not_a_byte_more() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let mut bytes = pdf_file("large");
        bytes.resize(MAX_FILE as usize, b' ');
        let added = clinic.upload(&draft, "floor_plan", "a.pdf", bytes.clone()).await.expect(201);
        let call = clinic.filing("material_view", &draft).path("material_id", added["id"].as_str().unwrap());
        assert!(call.send().await.bytes == bytes, "it comes back as it was");
        bytes.push(b' ');
        clinic.upload(&draft, "floor_plan", "a.pdf", bytes).await.problem(413, "request.too_large");
    });
}

/// The status line and body of a request of which only the head is sent.
async fn head_only(app: &TestApp, path: &str, headers: &str) -> String {
    let clinic = app.clinic();
    let address = clinic.base.trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
    let token = clinic.token.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
        Idempotency-Key: only-the-head\r\nConnection: close\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = vec![];
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn an_upload_that_announces_too_much_is_refused_before_it_is_sent() {
    support::run(async {
        let app = APP.get();
        let draft = app.clinic().draft(&json!({})).await;
        let path = format!("/api/v1/filings/{}/materials", draft["id"].as_str().unwrap());
        let form = "Content-Type: multipart/form-data; boundary=x\r\n";
        let answer = head_only(&app, &path, &format!("{form}Content-Length: 30000000\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("request.too_large"), "{answer}");
        let answer = head_only(&app, &path, &format!("{form}Transfer-Encoding: chunked\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 411 "), "{answer}");
        // Whoever has not signed in may send less.
        let path = "/api/v1/verifications/files";
        let answer = head_only(&app, path, &format!("{form}Content-Length: 6000000\r\n")).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("request.too_large"), "{answer}");
    });
}

#[test]
fn a_filing_holds_a_hundred_files() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        for n in 0..100 {
            clinic.upload(&draft, "floor_plan", "a.pdf", pdf_file(&n.to_string())).await.expect(201);
        }
        clinic.upload(&draft, "floor_plan", "a.pdf", pdf_file("one more")).await.problem(409, "material.full");
    });
}

#[test]
fn a_form_that_is_not_as_asked_is_refused() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json!({})).await;
        let file = || reqwest::multipart::Part::bytes(pdf_file("a")).file_name("a.pdf");
        let form = reqwest::multipart::Form::new;
        for bad in [
            form(),
            form().text("code", "floor_plan"),
            form().part("file", file()),
            form().text("code", "floor_plan").part("file", file()).text("more", "x"),
            form().text("code", "no_such_material").part("file", file()),
        ] {
            let answer = clinic.filing("material_add", &draft).once().form(bad).send().await;
            assert!([400, 422].contains(&answer.status), "{}", answer.text());
        }
        for (content_type, body) in [
            ("application/json", "{}"),
            ("multipart/form-data", "--x--"),
            ("multipart/form-data; boundary=x", "no boundary at all"),
            ("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\nfloor"),
        ] {
            let answer = clinic.filing("material_add", &draft).once().body(content_type, body).send().await;
            assert!([400, 415, 422].contains(&answer.status), "{content_type}: {}", answer.text());
        }
        let list = clinic.filing("material_list", &draft).send().await.expect(200);
        assert_eq!(list["items"], json!([]));
    });
}

#[test]
fn a_body_is_json_in_utf_8_within_its_bounds() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let post = async |content_type: &str, body: Vec<u8>| {
            clinic.call("filing_create").once().body(content_type, body).send().await
        };
        let json = "application/json";
        let good = br#"{"kind":"establishment"}"#.to_vec();
        post(json, good.clone()).await.expect(201);
        post("application/json; charset=utf-8", good.clone()).await.expect(201);
        post("APPLICATION/JSON", good.clone()).await.expect(201);
        for wrong in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "application/jsonx", "json"]
        {
            post(wrong, good.clone()).await.problem(415, "request.media_type");
        }
        let none = clinic.call("filing_create").once().send().await;
        assert!([400, 415].contains(&none.status), "{}", none.text());
        let with_name = |name: &[u8]| [br#"{"kind":"establishment","dossier":{"name":""#, name, br#""}}"#].concat();
        for malformed in [
            vec![],
            b" ".to_vec(),
            b"{".to_vec(),
            b"{\"kind\":}".to_vec(),
            b"{'kind':'establishment'}".to_vec(),
            b"{\"kind\":\"establishment\"} extra".to_vec(),
            b"\xEF\xBB\xBF{\"kind\":\"establishment\"}".to_vec(),
            b"\xFF\xFE{\0}\0".to_vec(),
            with_name(br"\ud800"),
            with_name(br"\udc00\ud800"),
            with_name(b"\xC0\xAF"),
            with_name(b"\xED\xA0\x80"),
            with_name(b"a\0b"),
            with_name(b"a\nb"),
            [vec![b'['; 20_000], vec![b']'; 20_000]].concat(),
            format!("{}1{}", "{\"a\":".repeat(20_000), "}".repeat(20_000)).into_bytes(),
            b"{\"kind\":1e999999}".to_vec(),
        ] {
            let answer = post(json, malformed.clone()).await;
            assert_eq!(
                answer.status,
                400,
                "{:?}: {}",
                String::from_utf8_lossy(&malformed[..malformed.len().min(60)]),
                answer.text()
            );
        }
        for shape in ["null", "[]", "\"establishment\"", "7", "true", "{}"] {
            post(json, shape.into()).await.problem(422, "request.invalid");
        }
        let mut large = with_name(&vec![b'a'; 256 * 1024]);
        post(json, large.clone()).await.problem(413, "request.too_large");
        large = with_name(&vec![b'a'; 255 * 1024]);
        post(json, large).await.problem(422, "request.invalid");
    });
}

#[test]
fn unknown_fields_are_refused_everywhere_and_each_is_named() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let pointers = |problem: &Value| -> Vec<String> {
            problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap().to_owned()).collect()
        };
        let body = json!({
            "kind": "establishment", "stage": "issued", "owner_id": "x",
            "dossier": { "hidden": 1, "principal": { "admin": true }, "staff": [{ "role": "x" }], "address": { "zip": "" } },
        });
        let problem = clinic.call("filing_create").once().json(&body).send().await.problem(422, "request.invalid");
        let told = pointers(&problem);
        for expected in [
            "/stage",
            "/owner_id",
            "/dossier/hidden",
            "/dossier/principal/admin",
            "/dossier/staff/0/role",
            "/dossier/address/zip",
        ] {
            assert!(told.iter().any(|p| p == expected), "{expected} in {told:?}");
        }
        let draft = clinic.draft(&json!({})).await;
        let step = json!({ "action": "withdraw", "stage": "issued" });
        assert_eq!(pointers(&clinic.act(&draft, step).await.problem(422, "request.invalid")), ["/stage"]);
        let login = json!({ "login": "clinic", "password": "x", "role": "admin" });
        let refused = app.anonymous().call("session_create").json(&login).send().await.problem(422, "request.invalid");
        assert_eq!(pointers(&refused), ["/role"]);
        for id in ["filing_create", "filing_revise", "filing_act", "session_create"] {
            let content = &contract::operation(id).definition["requestBody"]["content"]["application/json"];
            let mut example = content["example"].clone();
            assert!(contract::defects(&content["schema"], &example).is_empty(), "{id}");
            example["no_such_field"] = json!(1);
            assert!(!contract::defects(&content["schema"], &example).is_empty(), "{id}: the contract says so too");
        }
    });
}

#[test]
fn every_field_error_is_told_at_once() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let body = json!({
            "kind": "abandonment",
            "dossier": {
                "clinic_type": "hospital", "name": "名".repeat(61), "subjects": "12", "service_modes": ["x"],
                "principal": { "sex": "f", "born_on": "1985-02-30", "level": 3 },
                "premises": { "beds": -1, "area": "large", "rooms": [{ "area": -5 }] },
                "address": { "longitude": 500.0 },
            },
        });
        let problem = clinic.call("filing_create").once().json(&body).send().await.problem(422, "request.invalid");
        let errors = problem["errors"].as_array().unwrap();
        let told: Vec<_> = errors.iter().map(|e| e["pointer"].as_str().unwrap()).collect();
        for expected in [
            "/kind",
            "/dossier/clinic_type",
            "/dossier/name",
            "/dossier/subjects",
            "/dossier/service_modes/0",
            "/dossier/principal/sex",
            "/dossier/principal/born_on",
            "/dossier/principal/level",
            "/dossier/premises/beds",
            "/dossier/premises/area",
            "/dossier/premises/rooms/0/area",
            "/dossier/address/longitude",
        ] {
            assert!(told.contains(&expected), "{expected} in {told:?}");
        }
        assert!(
            errors
                .iter()
                .all(|e| !e["detail"].as_str().unwrap().is_empty() && !e["detail_en"].as_str().unwrap().is_empty())
        );
    });
}

#[test]
fn an_address_that_does_not_exist_and_a_method_that_is_not_known_are_problems_too() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let missing = clinic.get("/api/v1/nothing").await;
        assert_eq!(missing.header("content-type"), "application/problem+json");
        missing.problem(404, "resource.not_found");
        for method in [reqwest::Method::DELETE, reqwest::Method::PATCH, reqwest::Method::PUT] {
            let url = format!("{}/api/v1/filings", clinic.base);
            let answer = clinic.http.request(method, url).send().await.unwrap();
            let answer = support::actors::Answer::read("another method".into(), answer).await;
            answer.problem(405, "request.method");
        }
        // An identifier that is none.
        for id in ["1", "not-a-uuid", "019ab000-0000-7000-8000-00000000000g", "{}", "%"] {
            let answer = clinic.call("filing_view").path("filing_id", id).send().await;
            assert!([400, 404, 422].contains(&answer.status), "{id}: {}", answer.text());
        }
    });
}
