//! The form as pages: every item of the contract's form is asked, nothing typed is lost, and hostile text is text.

use std::collections::BTreeSet;

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use crate::owner::{answer, dossier, draft, fields, page, signed_in};
use crate::support;
use crate::support::app::Shared;
use crate::support::builders::json_of;

static APP: Shared = Shared::new();

/// Items that follow from others, or stand on the page of the declaration.
const ELSEWHERE: &[&str] = &["/address/division", "/declarations"];

const SECTIONS: &[(&str, &str)] = &[
    ("type", ""),
    ("name", ""),
    ("address", ""),
    ("applicant", ""),
    ("principal", "/principal"),
    ("staff/1", "/staff"),
    ("services", ""),
    ("premises", "/premises"),
    ("rooms/1", "/premises/rooms"),
    ("equipment", ""),
    ("online", "/telemedicine"),
    ("partner", "/telemedicine/partner"),
    ("systems", "/telemedicine"),
    ("safeguards", "/telemedicine"),
];

/// The places of every answer, lists of objects by their items.
fn places(schema: &Value, all: &Value, at: &str, found: &mut BTreeSet<String>) {
    let inner = schema["allOf"].get(0).unwrap_or(schema);
    let own = match inner["$ref"].as_str() {
        Some(name) => &all[name.rsplit('/').next().unwrap()],
        None => inner,
    };
    if let Some(fields) = own["properties"].as_object() {
        for (name, field) in fields {
            places(field, all, &format!("{at}/{name}"), found);
        }
    } else if own["type"] == "array" && (own["items"]["$ref"].is_string() || own["items"]["allOf"].is_array()) {
        let before = found.len();
        places(&own["items"], all, at, found);
        // A list of terms is one answer.
        if found.len() == before + 1 && found.contains(at) {
            found.insert(at.to_owned());
        }
    } else {
        found.insert(at.to_owned());
    }
}

#[test]
fn every_item_of_the_form_is_asked_somewhere() {
    support::run(async {
        let app = APP.get();
        let mut asked = BTreeSet::new();
        for clinic_type in ClinicType::ALL {
            let dossier = app.with_telemedicine(&app.dossier(*clinic_type));
            let filing = app.clinic().draft(&json_of(&dossier)).await;
            let mut browser = signed_in(&app, "clinic").await;
            for (section, at) in SECTIONS {
                let shown = browser.get(&page(&filing, &format!("/form/{section}"))).await;
                if *section == "partner" && shown.status == 404 {
                    continue;
                }
                let html = shown.shown(200);
                let names = html.split(" name=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
                let places = names.map(|name| {
                    let name = ["-year", "-month", "-day"].iter().fold(name, |name, end| name.trim_end_matches(end));
                    format!("{at}/{}", name.replace('-', "/"))
                });
                asked.extend(places);
            }
        }
        let document: Value = serde_json::from_str(&app.anonymous().get("/api/v1/openapi.json").await.text()).unwrap();
        let schemas = &document["components"]["schemas"];
        let mut wanted = BTreeSet::new();
        places(&json!({ "$ref": "#/components/schemas/Dossier" }), schemas, "", &mut wanted);
        assert!(wanted.len() > 60, "{wanted:?}");
        let missing: Vec<_> = wanted
            .iter()
            .filter(|at| !asked.contains(*at) && !ELSEWHERE.iter().any(|own| at.starts_with(own)))
            .collect();
        assert!(missing.is_empty(), "nobody asks {missing:?}");
    });
}

#[test]
fn a_page_sent_as_it_is_shown_changes_nothing() {
    support::run(async {
        let app = APP.get();
        let filled = app.with_telemedicine(&app.dossier(ClinicType::TcmComprehensive));
        let filing = app.clinic().draft(&json_of(&filled)).await;
        let before = app.clinic().view(&filing).await.expect(200);
        let mut browser = signed_in(&app, "clinic").await;
        for (section, _) in SECTIONS {
            let path = page(&filing, &format!("/form/{section}"));
            if browser.get(&path).await.status == 404 {
                continue;
            }
            let sent = answer(&mut browser, &path, &[]).await;
            assert_eq!(sent.status, 303, "{section}: {}", sent.html);
        }
        let after = app.clinic().view(&filing).await.expect(200);
        assert_eq!(after["dossier"], before["dossier"]);
        assert_eq!(after["version"], before["version"], "nothing was written");
    });
}

#[test]
fn what_cannot_be_kept_is_told_and_stays_on_the_page() {
    support::run(async {
        let app = APP.get();
        let filing = draft(&app, ClinicType::General).await;
        let mut browser = signed_in(&app, "clinic").await;
        let path = page(&filing, "/form/principal");
        let long = "名".repeat(41);
        let wrong = [("name", long.as_str()), ("born_on-month", "13"), ("phone", "１９００００００００１")];
        let html = answer(&mut browser, &path, &wrong).await.shown(422);
        assert!(html.contains("href=\"#name\"") && html.contains("href=\"#born_on\""), "each error leads to its field");
        let shown = fields(&html);
        let typed = |name: &str| shown.iter().find(|(own, _)| own == name).unwrap().1.clone();
        assert_eq!((typed("name"), typed("born_on-month")), (long, "13".to_owned()));
        assert_ne!(dossier(&app, &filing).await["principal"]["name"], typed("name"));
        // Forty characters fit, and digits of a phone's keyboard are digits.
        let forty = "阿依努尔·".repeat(8);
        answer(&mut browser, &path, &[("name", &forty), ("phone", "１９００００００００１")]).await;
        let principal = dossier(&app, &filing).await["principal"].clone();
        assert_eq!((&principal["name"], &principal["phone"]), (&json!(forty), &json!("19000000001")));
        browser.get(&page(&filing, "/check")).await.shown(200);
    });
}

#[test]
fn hostile_text_is_text_on_every_page() {
    support::run(async {
        let app = APP.get();
        let filing = draft(&app, ClinicType::General).await;
        let mut browser = signed_in(&app, "clinic").await;
        let hostile = "<script>alert(1)</script>\"'&{{7*7}}";
        let path = page(&filing, "/form/equipment");
        answer(&mut browser, &path, &[("equipment", &format!("{hostile}\n听诊器"))]).await;
        answer(&mut browser, &page(&filing, "/form/rooms/1"), &[("area", hostile)]).await.shown(422);
        answer(&mut browser, &page(&filing, "/form/staff/1"), &[("name", hostile)]).await;
        for rest in ["/form/equipment", "/form/staff", "/form/staff/1", "/check"] {
            let html = browser.get(&page(&filing, rest)).await.shown(200);
            assert!(html.contains("alert(1)"), "{rest}");
            assert!(!html.contains("<script>alert") && html.contains("{{7*7}}"), "{rest}");
        }
    });
}

#[test]
fn two_hundred_people_fit_and_no_more() {
    support::run(async {
        let app = APP.get();
        let mut many = json_of(&app.dossier(ClinicType::General));
        let person = many["staff"][0].clone();
        many["staff"] = (0..200).map(|_| person.clone()).collect();
        let filing = app.clinic().draft(&many).await;
        let mut browser = signed_in(&app, "clinic").await;
        let list = browser.get(&page(&filing, "/form/staff")).await.shown(200);
        assert!(!list.contains("/form/staff/201\""), "no more can be added");
        assert_eq!(browser.get(&page(&filing, "/form/staff/201")).await.status, 404);
        browser.get(&page(&filing, "/form/staff/200")).await.shown(200);
        browser.get(&page(&filing, "/check")).await.shown(200);
    });
}
