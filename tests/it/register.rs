//! The public register: everybody finds a clinic, in every way that people look for one.

use clinic_registry::domain::dossier::{ClinicType, Dossier};
use serde_json::{Value, json};

use crate::support;
use crate::support::app::TestApp;

/// An application with three clinics: names, number of the first.
struct Register {
    app: TestApp,
    number: String,
}

/// 仁和堂 is general and treats online, 康宁 dental, 安泰 of Chinese medicine in another street.
async fn register() -> Register {
    let app = TestApp::start().await;
    let named = |mut dossier: Dossier, name: &str, street: &str| {
        dossier.name = name.into();
        dossier.principal.main_institution = name.into();
        dossier.address.street = street.into();
        dossier
    };
    let first = named(app.dossier(ClinicType::General), "聊城仁和堂诊所", "371502008");
    let issued = app.issued(&first).await;
    let number = issued["clinic"].as_str().unwrap().to_owned();
    app.changed(&number, &app.with_telemedicine(&first)).await;
    app.issued(&named(app.dossier(ClinicType::Dental), "聊城康宁口腔诊所", "371502008")).await;
    app.issued(&named(app.dossier(ClinicType::Tcm), "聊城安泰中医诊所", "371502010")).await;
    Register { app, number }
}

async fn names(app: &TestApp, parameters: &[(&str, &str)]) -> Vec<String> {
    let found = app.anonymous().search(parameters).await;
    let mut names: Vec<_> = found.iter().map(|c| c["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_clinic_is_found_in_every_way() {
    support::run(async {
        let Register { app, number } = register().await;
        let (first, second, third) = ("聊城仁和堂诊所", "聊城康宁口腔诊所", "聊城安泰中医诊所");
        let hyphened = format!("{}-{}", &number[..8], &number[8..]);
        for (query, expected) in [
            (vec![("q", number.as_str())], vec![first]),
            (vec![("q", hyphened.as_str())], vec![first]),
            (vec![("q", number.to_lowercase().as_str())], vec![first]),
            (vec![("q", "仁和")], vec![first]),
            (vec![("q", "康宁")], vec![second]),
            (vec![("q", "renhetang")], vec![first]),
            (vec![("q", "RENHE")], vec![first]),
            (vec![("q", "rht")], vec![first]),
            (vec![("q", "kn")], vec![second]),
            (vec![("q", "聊城")], vec![third, first, second]),
            (vec![("q", "没有")], vec![]),
            (vec![("division", "371502")], vec![third, first, second]),
            (vec![("division", "3715")], vec![third, first, second]),
            (vec![("division", "371502008")], vec![first, second]),
            (vec![("division", "371502010")], vec![third]),
            (vec![("division", "110101")], vec![]),
            (vec![("clinic_type", "dental")], vec![second]),
            (vec![("clinic_type", "cosmetic")], vec![]),
            (vec![("service_mode", "telemedicine")], vec![first]),
            (vec![("service_mode", "outpatient")], vec![third, first, second]),
            (vec![("state", "active")], vec![third, first, second]),
            (vec![("state", "revoked")], vec![]),
            (vec![("q", "诊所"), ("clinic_type", "tcm")], vec![third]),
            (vec![("q", "诊所"), ("division", "371502008"), ("service_mode", "telemedicine")], vec![first]),
            (vec![("q", "仁和"), ("clinic_type", "tcm")], vec![]),
        ] {
            let mut expected: Vec<_> = expected.into_iter().map(str::to_owned).collect();
            expected.sort();
            assert_eq!(names(&app, &query).await, expected, "{query:?}");
        }

        for form in [number.clone(), hyphened, number.to_lowercase()] {
            let view = app.anonymous().call("clinic_view").path("filing_number", form).send().await.expect(200);
            assert_eq!((&view["number"], &view["version"]), (&json!(number), &json!(2)));
            assert_eq!((&view["telemedicine"], &view["state"]), (&json!(true), &json!("active")));
            assert_eq!(view["record"]["name"], json!(first));
            let as_of: chrono::DateTime<chrono::Utc> = view["as_of"].as_str().unwrap().parse().unwrap();
            assert_eq!(as_of, support::app::monday());
        }
        let nobody = app.anonymous();
        let missing = nobody.call("clinic_view").path("filing_number", "PDY99999937150217D2112").send().await;
        missing.problem(404, "resource.not_found");

        for path in [
            "/clinics".to_owned(),
            format!("/clinics?q={}", support::actors::encoded("仁和")),
            format!("/clinics/{number}"),
        ] {
            let page = nobody.get(&path).await;
            assert_eq!(page.status, 200, "{path}");
            assert!(page.text().contains(first), "{path}");
        }
    });
}

#[test]
fn pages_follow_each_other_without_gap_or_repetition() {
    support::run(async {
        let app = TestApp::start().await;
        let dossiers: Vec<_> = (0..7).map(|_| app.dossier(ClinicType::General)).collect();
        for id in app.recommended(dossiers).await {
            let filing = json!({ "id": id, "version": 1 });
            app.approver().act(&filing, json!({ "action": "issue" })).await.expect(200);
        }
        let whole: Vec<Value> = app.anonymous().search(&[]).await;
        assert_eq!(whole.len(), 7);
        for filter in [None, Some(("division", "371502"))] {
            let mut walked = vec![];
            let mut cursor: Option<String> = None;
            loop {
                let mut call = app.anonymous().call("clinic_list").query("limit", "3");
                if let Some((name, value)) = filter {
                    call = call.query(name, value);
                }
                if let Some(cursor) = &cursor {
                    call = call.query("cursor", cursor);
                }
                let page = call.send().await.expect(200);
                let items = page["items"].as_array().unwrap();
                assert!(!items.is_empty() && items.len() <= 3);
                walked.extend(items.iter().cloned());
                match page["next"].as_str() {
                    Some(next) => cursor = Some(next.to_owned()),
                    None => break,
                }
            }
            assert_eq!(walked, whole, "{filter:?}");
        }
        for (name, value) in [("limit", "0"), ("limit", "101"), ("cursor", "not-a-cursor")] {
            app.anonymous().call("clinic_list").query(name, value).send().await.problem(422, "request.invalid");
        }
        for wrong in ["many", "-1", "3.5"] {
            let answer = app.anonymous().call("clinic_list").query("limit", wrong).send().await;
            assert!([400, 422].contains(&answer.status), "{}", answer.text());
        }
    });
}

#[test]
fn a_moved_clinic_is_found_by_its_old_number_and_in_its_new_place() {
    support::run(async {
        let app = TestApp::start().await;
        let mut dossier = app.dossier(ClinicType::General);
        let issued = app.issued(&dossier).await;
        let number = issued["clinic"].as_str().unwrap().to_owned();
        // Another economic type stands in another place of the number.
        dossier.ownership = "15".into();
        let changed = app.changed(&number, &dossier).await;
        let new = changed["clinic"].as_str().unwrap().to_owned();
        assert_eq!((&new[..9], &new[15..17]), (&number[..9], "15"), "{number} became {new}");
        for either in [&number, &new] {
            let view = app.anonymous().call("clinic_view").path("filing_number", either).send().await.expect(200);
            assert_eq!(view["number"], json!(new), "{either}");
        }
        let old = app.clinic().certificate(&issued).await;
        let verified = app.anonymous().verify(old["short_code"].as_str().unwrap()).await;
        assert_eq!(
            (&verified["reason"]["code"], &verified["certificate"]["current_number"]),
            (&json!("superseded"), &json!(new))
        );
    });
}

#[test]
fn the_lists_of_codes_say_what_is_in_force() {
    support::run(async {
        let app = TestApp::start().await;
        let nobody = app.anonymous();
        let rules = nobody.call("rule_list").send().await.expect(200);
        let ids: Vec<_> = rules["items"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
        for id in [
            "R-001", "R-034", "R-042", "R-045", "R-050", "R-053", "R-060", "R-062", "R-070", "R-080", "R-090", "R-093",
            "R-094", "R-096", "R-097", "R-098",
        ] {
            assert!(ids.contains(&id), "{id}");
        }
        assert!(rules["items"].as_array().unwrap().iter().all(|r| !r["basis"].as_array().unwrap().is_empty()));
        let has = |list: &Value, code: &str, name: &str| {
            list["items"].as_array().unwrap().contains(&json!({ "code": code, "name": name }))
        };
        let subjects = nobody.call("subject_list").send().await.expect(200);
        assert!(has(&subjects, "12", "口腔科") && has(&subjects, "50.01", "内科专业"), "{subjects:#}");
        let provinces = nobody.call("division_list").send().await.expect(200);
        assert!(has(&provinces, "370000", "山东省"), "{provinces:#}");
        let streets = nobody.call("division_list").query("parent", "371502").send().await.expect(200);
        assert!(streets.to_string().contains("371502008"), "{streets:#}");
        let authorities = nobody.call("authority_list").send().await.expect(200);
        assert_eq!(authorities["items"].as_array().unwrap().len(), 2);
        let materials = nobody.call("material_code_list").send().await.expect(200);
        assert!(materials["items"].as_array().unwrap().len() > 5);
    });
}

#[test]
fn a_name_is_found_by_parts_with_a_gap_and_a_number_in_full_width() {
    support::run(async {
        let Register { app, number } = register().await;
        assert_eq!(names(&app, &[("q", "康宁 口腔")]).await, ["聊城康宁口腔诊所"]);
        assert_eq!(names(&app, &[("q", "康 （ ）")]).await, ["聊城康宁口腔诊所"]);
        let wide: String = number.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect();
        assert_eq!(names(&app, &[("q", &wide)]).await, ["聊城仁和堂诊所"]);
    });
}

#[test]
fn a_slip_in_a_short_code_is_told_as_one() {
    support::run(async {
        let app = TestApp::start().await;
        let answer = app.anonymous().call("verification_view").path("code", "ABCD-EFGH-JKLM").send().await.expect(200);
        assert_eq!((&answer["outcome"], &answer["reason"]["code"]), (&json!("not_valid"), &json!("mistyped")));
        let page = app.anonymous().get("/v/ABCD-EFGH-JKLM").await;
        assert!(page.text().contains("短码输入有误"), "{}", page.text());
    });
}
