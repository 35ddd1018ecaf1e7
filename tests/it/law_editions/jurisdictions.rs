//! Who handles what where: imported as a whole, with effective dates, and a filing that moves with its history.

use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::error::Error;
use clinic_registry::usecase::authorities;
use serde_json::{Value, json};

use super::{OTHER, OURS, import, lines, text};
use crate::support;
use crate::support::app::TestApp;
use crate::support::builders::json_of;

const HEADING: &str = "authority_uscc,duty,clinic_type,street,valid_from,valid_to\n";

fn table(rows: &[&str]) -> String {
    rows.iter().fold(HEADING.to_owned(), |text, row| text + row + "\n")
}

/// Who handles a type in a street on a day.
async fn on(app: &TestApp, street: &str, clinic_type: &str, day: &str) -> Vec<(String, String)> {
    let call = app.anonymous().call("jurisdiction_list").query("street", street).query("on", day);
    let list = call.query("limit", "100").send().await.expect(200);
    let rows = list["items"].as_array().unwrap().iter().filter(|row| row["clinic_type"] == clinic_type);
    rows.map(|row| (row["duty"].as_str().unwrap().into(), row["authority_name"].as_str().unwrap().into())).collect()
}

#[test]
fn every_wrong_line_is_named_and_none_is_taken() {
    support::run(async {
        let app = TestApp::start().await;
        let before = text(&app, "jurisdictions").await;
        let rows = [
            format!("{OTHER},issue,dental,371502009,2027-01-01,"),
            "91371502000000000X,issue,dental,371502009,2027-01-01,".into(),
            format!("{OURS},look,spa,999999999,2027-02-30,soon"),
            format!("{OURS},issue,dental,371502009,2027-01-02,2027-01-01"),
            format!("{OURS},issue,dental"),
        ];
        let rows: Vec<_> = rows.iter().map(String::as_str).collect();
        let refused = import(&app, "jurisdictions", &table(&rows), false).await.problem(422, "request.invalid");
        let said: Vec<_> =
            refused["errors"].as_array().unwrap().iter().map(|e| e["detail"].as_str().unwrap()).collect();
        for (line, what) in [
            (3, "统一社会信用代码"),
            (4, "职责"),
            (4, "诊所类别"),
            (4, "街道"),
            (4, "起始日期"),
            (4, "截止日期"),
            (5, "早于"),
            (6, "六列"),
        ] {
            let named = |text: &&&str| text.starts_with(&format!("第{line}行")) && text.contains(what);
            assert!(said.iter().any(|text| named(&text)), "{line} {what}: {said:#?}");
        }
        // Two authorities on one day: in the file, and with what would stay.
        let twice = [
            format!("{OTHER},issue,dental,371502009,2027-01-01,"),
            format!("{OURS},issue,dental,371502009,2027-01-01,2027-06-30"),
        ];
        let earlier = [format!("{OTHER},issue,dental,371502009,2020-01-01,")];
        for rows in [&twice[..], &earlier] {
            let rows: Vec<_> = rows.iter().map(String::as_str).collect();
            let refused = import(&app, "jurisdictions", &table(&rows), false).await.problem(422, "request.invalid");
            assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("同日重复"), "{refused:#}");
        }
        assert_eq!(text(&app, "jurisdictions").await, before);
        // What is there, imported again, changes nothing.
        let same = import(&app, "jurisdictions", &before, true).await.expect(200);
        assert_eq!(same["changes_total"], 0);
        import(&app, "jurisdictions", &before, false).await.problem(422, "request.invalid");
    });
}

#[test]
fn from_a_day_on_another_authority_is_in_charge_and_the_past_is_kept() {
    support::run(async {
        let app = TestApp::start().await;
        let rows = [
            format!("{OTHER},issue,dental,371502009,2026-12-01,"),
            // 审管分离: supervised by one, issued by the other.
            format!("{OURS},supervise,dental,371502009,2026-12-01,"),
        ];
        let rows: Vec<_> = rows.iter().map(String::as_str).collect();
        // A file as a spreadsheet writes it.
        let file = format!("\u{feff}{}", table(&rows).replace('\n', "\r\n"));
        let preview = import(&app, "jurisdictions", &file, true).await.expect(200);
        assert_eq!(
            lines(&preview),
            [
                "修改 371502009 口腔诊所 备案 聊城经济技术开发区行政审批服务局 2026-11-23：valid_to 2026-11-30",
                "新增 371502009 口腔诊所 备案 聊城市东昌府区行政审批服务局 2026-12-01",
                "新增 371502009 口腔诊所 监管 聊城经济技术开发区行政审批服务局 2026-12-01"
            ]
        );
        let issue = |name: &str| vec![("issue".to_owned(), name.to_owned())];
        let (ours, other) = ("聊城经济技术开发区行政审批服务局", "聊城市东昌府区行政审批服务局");
        assert_eq!(on(&app, "371502009", "dental", "2026-12-01").await, issue(ours), "a preview changes nothing");
        import(&app, "jurisdictions", &file, false).await.expect(200);
        assert_eq!(on(&app, "371502009", "dental", "2026-11-30").await, issue(ours));
        let mut after = on(&app, "371502009", "dental", "2026-12-01").await;
        after.sort();
        assert_eq!(after, [issue(other), vec![("supervise".into(), ours.into())]].concat());
        assert_eq!(on(&app, "371502009", "general", "2026-12-01").await, issue(ours), "other types stay");
        let exported = text(&app, "jurisdictions").await;
        assert!(exported.contains(&format!("{OURS},issue,dental,371502009,2026-11-23,2026-11-30\n")), "{exported}");

        // Drafted before, submitted after: it goes to whoever is in charge on the day.
        let (early, late) = (app.dossier(ClinicType::Dental), app.dossier(ClinicType::Dental));
        let street = |mut d: clinic_registry::domain::dossier::Dossier| {
            d.address.street = "371502009".into();
            json_of(&d)
        };
        let (early, late) = (street(early), street(late));
        let clinic = app.clinic();
        let received = async |dossier: &Value| {
            let draft = clinic.draft(dossier).await;
            clinic.add_materials(&draft).await;
            clinic.act(&draft, json!({ "action": "submit" })).await.expect(200)
        };
        let before = received(&early).await;
        assert_eq!(before["authority"]["id"], json!(app.authority));
        app.app.clock.set("2026-12-01T02:00:00Z".parse().unwrap());
        let clinic = app.anonymous().signed_in("clinic", support::app::PASSWORD).await;
        let draft = clinic.draft(&late).await;
        clinic.add_materials(&draft).await;
        let after = clinic.act(&draft, json!({ "action": "submit" })).await.expect(200);
        assert_eq!(after["authority"]["id"], json!(app.other_authority));

        // What the first authority had received names the right one now, and moves there with its history.
        let officer = app.anonymous().signed_in("officer", support::app::PASSWORD).await;
        let check = officer.check(&before).await;
        let finding = check["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "R-003").cloned();
        assert!(finding.unwrap()["message"].as_str().unwrap().contains(other), "{check:#}");
        let unnamed = json!({ "action": "redirect", "reason": "自12月1日起不再由本机关备案" });
        let asked = officer.act(&before, unnamed.clone()).await.problem(422, "request.invalid");
        assert!(asked["errors"][0]["detail"].as_str().unwrap().contains(other), "{asked}");
        let mut named = unnamed;
        named["authority_id"] = json!(app.other_authority);
        let moved = officer.act(&before, named).await.expect(200);
        assert_eq!(moved["stage"], "redirected");
        let again = clinic.view(&moved).await.expect(200);
        let again = clinic.act(&again, json!({ "action": "submit" })).await.expect(200);
        assert_eq!(again["authority"]["id"], json!(app.other_authority));
        let there = app.anonymous().signed_in("other-officer", support::app::PASSWORD).await;
        let history = there.history(&again).await;
        let actions: Vec<_> = history.iter().map(|step| step["action"].as_str().unwrap()).collect();
        assert_eq!(actions, ["submit", "redirect", "submit"], "with its history");
        assert!(history[1]["note"].as_str().unwrap().contains("自12月1日起"));
        officer.view(&again).await.problem(404, "resource.not_found");
    });
}

#[test]
fn the_list_says_what_is_wrong_with_a_question() {
    support::run(async {
        let app = TestApp::start().await;
        for (name, value) in
            [("street", "37150"), ("street", "37150200\0"), ("on", "1848-12-31"), ("on", "+99999-01-01")]
        {
            let asked = app.anonymous().call("jurisdiction_list").query(name, value).send().await;
            let refused = asked.problem(422, "request.invalid");
            assert_eq!(refused["errors"][0]["pointer"], format!("/{name}"), "{value}");
        }
        let nothing = app.anonymous().call("jurisdiction_list").query("street", "999999999").send().await.expect(200);
        assert_eq!(nothing["items"], json!([]));
    });
}

#[test]
fn an_authority_is_not_set_up_where_another_one_files() {
    support::run(async {
        let app = TestApp::start().await;
        let new = authorities::NewAuthority {
            name: "另一局",
            uscc: "11371502004412345X",
            region: "371502",
            phone: "0635-0000000",
            streets: &["371502100".into(), "371502009".into()],
            clinic_types: &[ClinicType::General],
        };
        let before = text(&app, "jurisdictions").await;
        let refused = authorities::create(&app.app, new).await.unwrap_err();
        let Error::Invalid(problems) = refused else { panic!("{refused:?}") };
        let street = problems.iter().find(|p| p.pointer == "/streets/1").unwrap();
        assert!(street.zh.contains("聊城经济技术开发区行政审批服务局") && street.zh.contains("管辖表"), "{street:?}");
        assert!(problems.iter().all(|p| p.pointer != "/streets/0"));
        assert_eq!(text(&app, "jurisdictions").await, before);
    });
}

#[test]
fn a_draft_where_nobody_is_in_charge_is_told_so_and_where_somebody_else_is_who() {
    support::run(async {
        let app = TestApp::start().await;
        let mut dossier = app.dossier(ClinicType::General);
        dossier.address.street = "371502100".into();
        let draft = app.clinic().draft(&json_of(&dossier)).await;
        let check = app.clinic().check(&draft).await;
        let finding = check["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "R-004").cloned().unwrap();
        assert!(finding["message"].as_str().unwrap().contains("所在地县级备案机关"), "{finding}");
        // 开发区: no code of its own in GB/T 2260, only streets.
        let rows: Vec<_> = ["371502100", "371502115"]
            .iter()
            .map(|street| format!("{OURS},issue,general,{street},2026-11-23,"))
            .collect();
        let rows: Vec<_> = rows.iter().map(String::as_str).collect();
        import(&app, "jurisdictions", &table(&rows), false).await.expect(200);
        assert!(!super::found(&app.clinic(), &draft).await.contains(&"R-004".to_owned()));
        let page = app.anonymous().call("jurisdiction_list").query("limit", "1");
        let page = page.query("authority", app.authority.to_string()).send().await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        let next = page["next"].as_str().unwrap();
        let more = app.anonymous().call("jurisdiction_list").query("authority", app.authority.to_string());
        let more = more.query("limit", "100").query("cursor", next).send().await.expect(200);
        assert_eq!(more["items"].as_array().unwrap().len(), 3 * 6 + 2 - 1);
        assert!(more["items"].as_array().unwrap().iter().all(|row| row["authority_id"] == json!(app.authority)));
    });
}
