//! Duplicates at intake: found whatever way they are written, shown side by side, and to nobody more than they may know.

use clinic_registry::domain::dossier::{ClinicType, Dossier};
use serde_json::{Value, json};

use crate::support;
use crate::support::actors::Actor;
use crate::support::app::TestApp;
use crate::support::builders::json_of;

const PHONE: &str = "0635-8480001";

async fn duplicates(reader: &Actor, filing: &Value) -> Vec<Value> {
    let answer = reader.filing("filing_duplicates", filing).send().await.expect(200);
    answer["items"].as_array().unwrap().clone()
}

fn kinds(duplicate: &Value) -> Vec<&str> {
    duplicate["likeness"].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap()).collect()
}

/// Nothing of it is like another dossier of the test.
fn unlike(app: &TestApp, name: &str, detail: &str) -> Dossier {
    let mut dossier = app.dossier(ClinicType::General);
    dossier.name = name.into();
    dossier.address.street = "371502009".into();
    dossier.address.detail = detail.into();
    dossier.phone = format!("0635-{}", 7_000_000 + detail.chars().map(|c| u64::from(u32::from(c))).sum::<u64>());
    dossier
}

#[test]
fn the_same_place_phone_and_a_name_that_sounds_alike_are_found_however_they_are_written() {
    support::run(async {
        let app = TestApp::start().await;
        let mut first = unlike(&app, "王协合诊所", "黄山南路36号3楼");
        first.phone = PHONE.into();
        let issued = app.issued(&first).await;
        let number = issued["clinic"].as_str().unwrap().to_owned();

        let mut second = unlike(&app, "王协和诊所", " 黄山南路３６号（三楼）");
        second.phone = "（0635）848 0001".into();
        let stranger = app.other_clinic();
        let draft = stranger.draft(&json_of(&second)).await;
        stranger.add_materials(&draft).await;

        // Before submitting the applicant learns what the public may know: no phone.
        let told = duplicates(&stranger, &draft).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(kinds(&told[0]), ["premises", "name"]);
        assert_eq!(told[0]["number"], json!(number));
        assert_eq!(told[0]["state"], "active");
        let compared = told[0]["compared"].as_array().unwrap();
        assert_eq!(
            compared[0],
            json!({
                "pointer": "/name", "mine": "王协和诊所", "theirs": "王协合诊所", "same": false,
            })
        );
        let text = json!(told).to_string();
        for secret in [PHONE, &first.principal.id_number, &first.principal.phone] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }

        // The officer sees the phone, too, masked.
        let filing = stranger.submit(&draft).await.expect(200);
        let told = duplicates(&app.officer(), &filing).await;
        assert_eq!(kinds(&told[0]), ["premises", "phone", "name"]);
        let phone = told[0]["compared"].as_array().unwrap().iter().find(|c| c["pointer"] == "/phone").unwrap();
        assert!(phone["theirs"].as_str().unwrap().contains('*') && phone["mine"].as_str().unwrap().contains('*'));
        assert!(!json!(told).to_string().contains(PHONE));
        app.other_officer().filing("filing_duplicates", &filing).send().await.problem(404, "resource.not_found");
    });
}

#[test]
fn names_are_near_by_sound_order_and_one_syllable_and_not_by_their_common_endings() {
    support::run(async {
        let app = TestApp::start().await;
        for (n, name) in ["王康民口腔诊所", "济世仁和堂诊所", "张伟诊所"].into_iter().enumerate() {
            app.issued(&unlike(&app, name, &format!("辽河路{}号", n * 17 + 1))).await;
        }
        for (n, (name, near)) in [
            ("王康敏诊所", Some("王康民口腔诊所")),
            ("王民康诊所", Some("王康民口腔诊所")),
            ("汪康民诊所", Some("王康民口腔诊所")),
            ("济世仁和诊所", Some("济世仁和堂诊所")),
            ("济仕仁爱堂诊所", Some("济世仁和堂诊所")),
            ("王健民诊所", None),
            ("李伟诊所", None),
            ("张炜诊所", Some("张伟诊所")),
        ]
        .into_iter()
        .enumerate()
        {
            let clinic = app.clinic();
            let draft = clinic.draft(&json_of(&unlike(&app, name, &format!("嫩江路{}号", n * 31 + 2)))).await;
            let told = duplicates(&clinic, &draft).await;
            let found: Vec<_> = told.iter().map(|d| d["compared"][0]["theirs"].as_str().unwrap()).collect();
            assert_eq!(found, near.into_iter().collect::<Vec<_>>(), "{name}");
        }
    });
}

#[test]
fn an_open_filing_is_found_until_it_is_taken_back_and_another_office_learns_only_that_it_is_there() {
    support::run(async {
        let app = TestApp::start().await;
        let mut first = unlike(&app, "赵永安诊所", "松花江路8号");
        first.phone = PHONE.into();
        let clinic = app.clinic();
        let draft = clinic.draft(&json_of(&first)).await;
        clinic.add_materials(&draft).await;
        let waiting = clinic.submit(&draft).await.expect(200);

        // In the other authority's area, with the same phone.
        let mut second = unlike(&app, "钱少华诊所", "东关街21号");
        second.phone = PHONE.into();
        second.address.street = "371502001".into();
        let stranger = app.other_clinic();
        let draft = stranger.draft(&json_of(&second)).await;
        stranger.add_materials(&draft).await;
        assert_eq!(duplicates(&stranger, &draft).await, Vec::<Value>::new(), "who else files is not told");
        let filing = stranger.submit(&draft).await.expect(200);
        let told = duplicates(&app.other_officer(), &filing).await;
        assert_eq!(kinds(&told[0]), ["phone"]);
        assert_eq!(told[0]["of"], "filing");
        assert_eq!(told[0]["compared"], json!([]));
        assert!(told[0].get("case_number").is_none() && told[0].get("filing_id").is_none());
        assert!(!told[0]["authority"].as_str().unwrap().is_empty());

        // In its own office it is shown whole.
        let mut third = unlike(&app, "孙长青诊所", "珠江路5号");
        third.phone = PHONE.into();
        let draft = clinic.draft(&json_of(&third)).await;
        clinic.add_materials(&draft).await;
        let own = clinic.submit(&draft).await.expect(200);
        let told = duplicates(&app.officer(), &own).await;
        let ours = told.iter().find(|d| d.get("filing_id").is_some()).unwrap();
        assert_eq!(ours["case_number"], waiting["case_number"]);
        assert_eq!(ours["stage"], "received");
        assert_eq!(ours["compared"][0]["theirs"], "赵永安诊所");

        clinic.act(&waiting, json!({ "action": "withdraw", "reason": "不再设置" })).await.expect(200);
        let told = duplicates(&app.officer(), &own).await;
        assert!(told.iter().all(|d| d.get("filing_id").is_none()), "{told:?}");
    });
}

#[test]
fn an_applicant_cannot_try_out_whose_id_number_it_is() {
    support::run(async {
        let app = TestApp::start().await;
        let first = unlike(&app, "吴承恩诊所", "长江路9号");
        app.issued(&first).await;
        let mut second = unlike(&app, "郑观应诊所", "淮河路70号");
        second.principal.id_number.clone_from(&first.principal.id_number);
        let stranger = app.other_clinic();
        let draft = stranger.draft(&json_of(&second)).await;
        assert_eq!(duplicates(&stranger, &draft).await, Vec::<Value>::new());
    });
}

#[test]
fn a_change_is_no_duplicate_of_its_own_clinic() {
    support::run(async {
        let app = TestApp::start().await;
        let issued = app.issued(&unlike(&app, "周明远诊所", "燕山路77号")).await;
        let clinic = app.clinic();

        let number = issued["clinic"].as_str().unwrap();
        let change = clinic.draft_change(number, &issued["dossier"]).await;
        assert_eq!(duplicates(&clinic, &change).await, Vec::<Value>::new());
    });
}
