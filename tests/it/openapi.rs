//! The contract: committed, reproduced by the code, complete, and true of the running service.

use std::collections::BTreeSet;

use clinic_registry::api;
use clinic_registry::api::document;
use serde_json::{Value, json};

use crate::support;
use crate::support::app::TestApp;
use crate::support::contract::{self, OPERATIONS};

/// Operations that need no token, and nothing else.
const PUBLIC: &[&str] = &[
    "session_create",
    "account_create",
    "member_join",
    "clinic_list",
    "clinic_view",
    "clinic_history",
    "announcement_list",
    "announcement_pdf",
    "verification_view",
    "verification_file",
    "paper_check",
    "key_manifest",
    "rule_list",
    "subject_list",
    "division_list",
    "material_code_list",
    "authority_list",
    "jurisdiction_list",
    "law_table",
    "checklist_list",
    "ground_list",
    "draw_list",
    "draw_view",
    "telemedicine_list",
    "telemedicine_jurisdiction_list",
    "telemedicine_check",
    "clinic_export",
    "figure_public",
    "complaint_create",
    "complaint_follow",
    "complaint_photo_add",
];

#[test]
fn the_committed_contract_is_the_generated_one() {
    support::golden("openapi/registry.json", &format!("{:#}\n", document::document()));
}

#[test]
fn the_committed_table_of_operations_is_the_generated_one() {
    support::golden("openapi/operations.txt", &document::operations());
}

#[test]
fn no_key_stands_twice_in_the_contract() {
    assert_eq!(document::duplicate_key(&api::service().spec()), None);
    assert!(document::duplicate_key(r#"{"a":{"b":1,"b":2}}"#).is_some());
}

/// Pointers of every null, but for those within examples.
fn nulls(value: &Value, pointer: &str, out: &mut Vec<String>) {
    match value {
        Value::Null => out.push(pointer.to_owned()),
        Value::Array(items) => items.iter().for_each(|item| nulls(item, &format!("{pointer}/_"), out)),
        Value::Object(fields) => {
            for (name, field) in fields.iter().filter(|(name, _)| *name != "example") {
                nulls(field, &format!("{pointer}/{name}"), out);
            }
        }
        _ => (),
    }
}

#[test]
fn nothing_in_the_contract_is_null() {
    let mut found = vec![];
    nulls(&contract::DOCUMENT, "", &mut found);
    assert_eq!(found, Vec::<String>::new());
}

#[test]
fn every_reference_leads_to_a_schema_and_every_schema_is_used() {
    let text = contract::DOCUMENT.to_string();
    let schemas = contract::DOCUMENT["components"]["schemas"].as_object().unwrap();
    let prefix = "\"#/components/schemas/";
    let used: BTreeSet<_> = text.split(prefix).skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let defined: BTreeSet<_> = schemas.keys().map(String::as_str).collect();
    assert_eq!(used, defined);
}

#[test]
fn every_operation_is_named_grouped_summed_up_and_guarded() {
    for (id, operation) in OPERATIONS.iter() {
        let text = |field: &str| operation.definition[field].as_str().unwrap_or_default();
        assert!(!text("summary").is_empty(), "{id} has no summary");
        assert_eq!(operation.definition["tags"].as_array().map(Vec::len), Some(1), "{id} has one tag");
        assert_eq!(operation.public, PUBLIC.contains(&id.as_str()), "{id}: security");
        let parameters = operation.definition["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters {
            let name = parameter["name"].as_str().unwrap();
            let in_path = operation.path.contains(&format!("{{{name}}}"));
            assert_eq!(parameter["in"] == "path", in_path, "{id}: {name}");
        }
    }
    assert!(PUBLIC.iter().all(|id| OPERATIONS.contains_key(*id)));
}

#[test]
fn the_operations_that_the_issue_fixes_are_where_it_says() {
    for line in "session_create POST /sessions
        session_delete DELETE /sessions/current
        actor_view GET /me
        filing_create POST /filings
        filing_list GET /filings
        filing_view GET /filings/{filing_id}
        filing_revise PUT /filings/{filing_id}/dossier
        filing_check GET /filings/{filing_id}/check
        material_add POST /filings/{filing_id}/materials
        material_view GET /filings/{filing_id}/materials/{material_id}
        filing_act POST /filings/{filing_id}/actions
        filing_history GET /filings/{filing_id}/history
        clinic_list GET /clinics
        clinic_view GET /clinics/{filing_number}
        certificate_view GET /certificates/{certificate_id}
        certificate_pdf GET /certificates/{certificate_id}/pdf
        verification_view GET /verifications/{code}
        key_manifest GET /.well-known/clinic-keys
        rule_list GET /rules
        subject_list GET /reference/subjects
        division_list GET /reference/divisions"
        .lines()
    {
        let [id, method, path]: [&str; 3] = line.split_whitespace().collect::<Vec<_>>().try_into().unwrap();
        let operation = contract::operation(id);
        assert_eq!((operation.method.as_str(), operation.path.as_str()), (method, format!("/api/v1{path}").as_str()));
    }
}

#[test]
fn every_body_has_an_example_that_is_valid() {
    for (id, operation) in OPERATIONS.iter() {
        let mut bodies: Vec<(String, &Value)> =
            vec![("request".into(), &operation.definition["requestBody"]["content"])];
        for (status, response) in operation.definition["responses"].as_object().unwrap() {
            bodies.push((status.clone(), &response["content"]));
        }
        let media = bodies.iter().flat_map(|(what, content)| {
            content.as_object().into_iter().flatten().map(move |(media, body)| (what, media, body))
        });
        for (what, media, body) in media {
            // Bytes have no example in JSON.
            if media == "application/pdf" || media == "application/octet-stream" {
                continue;
            }
            let example = body.get("example").unwrap_or_else(|| panic!("{id} {what} {media} has no example"));
            if media == "multipart/form-data" {
                continue;
            }
            let defects = contract::defects(&body["schema"], example);
            assert!(defects.is_empty(), "{id} {what}: {defects:#?}\n{example:#}");
        }
    }
}

#[test]
fn the_example_of_a_filing_can_be_filed_today() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = app.clinic();
        let content = &contract::operation("filing_create").definition["requestBody"]["content"]["application/json"];
        let filing = clinic.call("filing_create").once().json(&content["example"]).send().await.expect(201);
        clinic.add_materials(&filing).await;
        let check = clinic.check(&filing).await;
        assert_eq!(check["passes"], true, "{check:#}");
        let filing = clinic.act(&filing, json!({ "action": "submit" })).await.expect(200);
        assert_eq!(filing["stage"], "received");
    });
}

#[test]
fn the_binary_prints_the_committed_contract() {
    for (arguments, file) in
        [(&["openapi"][..], "openapi/registry.json"), (&["openapi", "--operations"], "openapi/operations.txt")]
    {
        let mut command = support::process::binary();
        command.args(arguments);
        let printed = support::process::output(command);
        assert!(printed.status.success(), "{}", support::process::said(&printed));
        let committed = std::fs::read_to_string(support::repository(file)).unwrap();
        assert!(String::from_utf8(printed.stdout).unwrap().trim_end() == committed.trim_end(), "{file}");
    }
}

#[test]
fn the_manifest_is_where_keys_are_published_by_custom_too() {
    support::run(async {
        let app = TestApp::start().await;
        let nobody = app.anonymous();
        let here = nobody.call("key_manifest").send().await.expect(200);
        let there = nobody.get("/.well-known/clinic-keys").await.expect(200);
        assert_eq!(here, there);
        assert!(here["keys"].as_array().is_some_and(|keys| !keys.is_empty()), "{here:#}");
    });
}

#[test]
fn a_query_parameter_that_no_operation_knows_or_that_stands_twice_is_refused_by_name() {
    support::run(async {
        let app = TestApp::start().await;
        let nobody = app.anonymous();
        for (query, pointer) in [
            ("clinics?satge=active", "/satge"),
            ("clinics?limit=1&limit=2", "/limit"),
            ("clinics?%E5%8C%BB=1", "/医"),
            ("openapi/none?x=1", ""),
        ] {
            let answer = nobody.get(&format!("/api/v1/{query}")).await;
            if pointer.is_empty() {
                answer.problem(404, "resource.not_found");
                continue;
            }
            let problem = answer.problem(422, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{query}");
        }
        // As many errors as parameters, and the ones that exist are named.
        let both = nobody.get("/api/v1/clinics?a=1&b=2").await.problem(422, "request.invalid");
        assert_eq!(both["errors"].as_array().unwrap().len(), 2);
        assert!(both["errors"][0]["detail"].as_str().unwrap().contains("limit"));
        nobody.get("/api/v1/clinics?limit=1").await.expect(200);
    });
}
