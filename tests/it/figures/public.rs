//! The few figures that anybody may know.

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use super::story::Story;
use crate::support;
use crate::support::app::TestApp;

async fn public(app: &TestApp, authority: Option<uuid::Uuid>) -> Value {
    let call = app.anonymous().call("figure_public");
    let call = match authority {
        Some(id) => call.query("authority_id", id.to_string()),
        None => call,
    };
    let answer = call.send().await;
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
    answer.expect(200)
}

#[test]
fn anybody_learns_how_many_clinics_there_are_and_which_was_first() {
    support::run(async {
        let mut story = Story::told().await;
        let told = public(&story.app, Some(story.app.authority)).await;
        assert_eq!(told["as_of"], "2026-11-24T02:00:00+00:00");
        let clinics = json!([
            { "clinic_type": "general", "clinics": 1, "telemedicine": 0 },
            { "clinic_type": "dental", "clinics": 1, "telemedicine": 0 },
        ]);
        assert_eq!(told["clinics"], clinics, "its telemedicine is suspended");
        let first = json!([{
            "authority_id": story.app.authority, "authority": "聊城经济技术开发区行政审批服务局",
            "number": story.first["clinic"], "name": story.first["dossier"]["name"], "since": "2026-10-12",
        }]);
        assert_eq!(told["first"], first, "the first stays the first");
        assert_eq!(public(&story.app, None).await["first"], first);
        let other = public(&story.app, Some(story.app.other_authority)).await;
        assert_eq!((&other["clinics"], &other["first"]), (&json!([]), &json!([])));
        // The home page says the same.
        let page = story.app.anonymous().get("/").await.expect_html();
        assert!(
            page.contains(story.first["dossier"]["name"].as_str().unwrap()) && page.contains("2026年10月12日"),
            "{page}"
        );

        // One answer serves everybody for a minute, and no longer.
        story.app.issued(&story.app.dossier(ClinicType::Dental)).await;
        assert_eq!(public(&story.app, Some(story.app.authority)).await, told);
        story.app.travel("2026-11-24T02:01:00Z").await;
        let later = public(&story.app, Some(story.app.authority)).await;
        assert_eq!(later["clinics"][1], json!({ "clinic_type": "dental", "clinics": 2, "telemedicine": 0 }));

        let call = story.app.anonymous().call("figure_public").query("authority_id", uuid::Uuid::now_v7().to_string());
        call.send().await.problem(404, "resource.not_found");
    });
}
