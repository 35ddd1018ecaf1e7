//! Materials of a filing: added, shared, taken back.

use serde_json::{Value, json};

use crate::support;
use crate::support::actors::Actor;
use crate::support::app::Shared;

static APP: Shared = Shared::new();

#[test]
fn the_same_file_serves_two_filings() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let file = support::builders::pdf_file("shared by two");
        for _ in 0..2 {
            let draft = clinic.draft(&json!({})).await;
            let added = clinic.upload(&draft, "floor_plan", "图.pdf", file.clone()).await.expect(201);
            let call = clinic.filing("material_view", &draft).path("material_id", added["id"].as_str().unwrap());
            assert_eq!(call.send().await.bytes, file);
        }
    });
}

/// The materials of a filing.
async fn materials(clinic: &Actor, filing: &Value) -> Vec<Value> {
    clinic.filing("material_list", filing).send().await.expect(200)["items"].as_array().unwrap().clone()
}

#[test]
fn a_material_can_be_taken_back_while_the_filing_is_the_clinics_to_write() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = app.complete_draft().await;
        assert_eq!(clinic.check(&draft).await["passes"], true);
        let before = materials(&clinic, &draft).await;
        let material = before[0].clone();
        let of =
            |operation, filing| clinic.filing(operation, filing).path("material_id", material["id"].as_str().unwrap());
        // The same file stands in another filing, which cannot take back this one's.
        let other = clinic.draft(&json!({})).await;
        let code = material["code"].as_str().unwrap();
        let file = of("material_view", &draft).send().await.bytes;
        let shared = clinic.upload(&other, code, "图.pdf", file.clone()).await.expect(201);
        assert_eq!(shared["sha256"], material["sha256"]);
        of("material_delete", &other).send().await.problem(404, "resource.not_found");
        assert_eq!(materials(&clinic, &draft).await, before);

        of("material_delete", &draft).send().await.expect(204);
        assert_eq!(materials(&clinic, &draft).await, before[1..]);
        of("material_view", &draft).send().await.problem(404, "resource.not_found");
        of("material_delete", &draft).send().await.problem(404, "resource.not_found");
        let findings = clinic.check(&draft).await["findings"].clone();
        assert_eq!(
            (&findings[0]["rule"], &findings[0]["pointer"], &findings[1]),
            (&json!("R-011"), &json!(format!("/materials/{code}")), &Value::Null)
        );
        clinic.act(&draft, json!({ "action": "submit" })).await.problem(422, "filing.blocked");
        let kept = clinic.filing("material_view", &other).path("material_id", shared["id"].as_str().unwrap());
        assert_eq!(kept.send().await.bytes, file);

        // What nobody holds any more can be added again.
        for filing in [&other, &draft] {
            for material in materials(&clinic, filing).await.iter().filter(|m| m["code"] == material["code"]) {
                let call = clinic.filing("material_delete", filing);
                call.path("material_id", material["id"].as_str().unwrap()).send().await.expect(204);
            }
        }
        let again = clinic.upload(&draft, code, "图.pdf", file.clone()).await.expect(201);
        let call = clinic.filing("material_view", &draft).path("material_id", again["id"].as_str().unwrap());
        assert_eq!(call.send().await.bytes, file);
        clinic.act(&draft, json!({ "action": "submit" })).await.expect(200);
    });
}

#[test]
fn a_material_of_a_submitted_filing_stays() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let filing = app.received().await;
        let before = materials(&clinic, &filing).await;
        let call = clinic.filing("material_delete", &filing).path("material_id", before[0]["id"].as_str().unwrap());
        call.send().await.problem(409, "filing.locked");
        assert_eq!(materials(&clinic, &filing).await, before);
    });
}
