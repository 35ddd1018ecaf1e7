//! The law as data that a regulator edits: editions, imports, regions, jurisdictions, and decisions checked again.

mod command;
mod guide;
mod jurisdictions;
mod processes;
mod self_check;
mod texts;

use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::law::LawTable;
use serde_json::{Value, json};

use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::TestApp;
use crate::support::builders::json_of;

/// USCC of the first and the other authority of every application under test.
const OURS: &str = "11371502000000027P";
const OTHER: &str = "12371502000000019R";

/// The notice of a year as `holiday-cn` publishes it; the days are made up, 2027's are not published yet.
const NOTICE_2027: &str = r#"{
  "$schema": "https://raw.githubusercontent.com/NateScarlet/holiday-cn/master/schema.json",
  "year": 2027, "papers": ["国务院办公厅关于2027年部分节假日安排的通知（测试用，非真实）"],
  "days": [
    {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
    {"name": "元旦", "date": "2027-01-02", "isOffDay": true},
    {"name": "元旦", "date": "2027-01-03", "isOffDay": true},
    {"name": "春节", "date": "2027-02-05", "isOffDay": true},
    {"name": "春节", "date": "2027-02-20", "isOffDay": false}
  ]
}"#;

/// An import, or its preview.
async fn import(app: &TestApp, table: &str, body: &str, preview: bool) -> Answer {
    let body = json!({ "table": table, "body": body, "reason": "主管部门通知（2026）1号", "preview": preview });
    app.actor("admin").call("law_import").once().json(&body).send().await
}

/// The text of a table in force.
async fn text(app: &TestApp, table: &str) -> String {
    let shown = app.anonymous().call("law_table").path("table", table).send().await.expect(200);
    shown["body"].as_str().unwrap().to_owned()
}

async fn editions(app: &TestApp) -> Vec<Value> {
    let list = app.actor("admin").call("law_edition_list").query("limit", "100").send().await.expect(200);
    list["items"].as_array().unwrap().clone()
}

/// The rules in force with a threshold of one rule set anew.
async fn rules_with(app: &TestApp, rule: &str, old: &str, new: &str) -> String {
    let rules = text(app, "rules").await;
    let (before, after) = rules.split_once(&format!("id = \"{rule}\"")).unwrap();
    assert!(after.contains(old), "{rule} has {old}");
    format!("{before}id = \"{rule}\"{}", after.replacen(old, new, 1))
}

fn lines(answer: &Value) -> Vec<&str> {
    answer["changes"].as_array().unwrap().iter().map(|c| c["text"].as_str().unwrap()).collect()
}

/// The rules that find something in a filing.
async fn found(actor: &Actor, filing: &Value) -> Vec<String> {
    let check = actor.check(filing).await;
    check["findings"].as_array().unwrap().iter().map(|f| f["rule"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_first_start_enters_every_table_of_the_program_as_an_edition() {
    support::run(async {
        let app = TestApp::start().await;
        let list = editions(&app).await;
        let texts = LawTable::ALL.iter().filter(|table| **table != LawTable::Jurisdictions);
        let mut expected: Vec<_> = (1..).zip(texts).map(|(n, table)| json!([n, table.code(), "program"])).collect();
        expected.reverse();
        let listed: Vec<_> = list.iter().map(|e| json!([e["edition"], e["table"], e["source"]])).collect();
        assert_eq!(listed, expected);
        let newest = list[0]["edition"].as_u64().unwrap();
        let rules = app.anonymous().call("rule_list").send().await.expect(200);
        assert_eq!(rules["rule_set"], newest);
        // A decision keeps the number in force.
        let filing = app.received().await;
        assert_eq!(app.clinic().history(&filing).await[0]["rule_set"], newest);
        // Nobody else learns who imported what; the texts are everybody's.
        app.anonymous().call("law_edition_list").send().await.problem(401, "session.required");
        assert_eq!(text(&app, "streets").await, include_str!("../../src/law/streets.csv"));
    });
}

#[test]
fn an_import_with_defects_names_each_and_changes_nothing() {
    support::run(async {
        let app = TestApp::start().await;
        let before = editions(&app).await;
        let rules = text(&app, "rules").await;
        let spoilt = rules
            .replacen("severity = \"error\"", "severity = \"fatal\"", 0)
            .replacen("id = \"R-005\"", "id = \"R-5\"", 1)
            .replacen("thresholds = { years = 5 }", "thresholds = { years = -5 }", 1);
        assert_ne!(spoilt, rules);
        for preview in [true, false] {
            let refused = import(&app, "rules", &spoilt, preview).await.problem(422, "request.invalid");
            let errors = refused["errors"].as_array().unwrap();
            let named = |what: &str| errors.iter().any(|e| e["detail"].as_str().unwrap().contains(what));
            assert!(named("R-5") && named("years = -5"), "{refused:#}");
            assert!(errors.iter().all(|e| e["pointer"] == "/body"));
        }
        for (table, body, what) in [
            ("rules", "this is no TOML", "规则"),
            ("rules", "", "至少1个字符"),
            ("calendar", "[[year]]\nyear = 2026\nsources = []\noff = [\"13-40\"]\non = []\n", "13-40"),
            ("calendar", "{\"year\": 2027, \"papers\": [], \"days\": []}", "not published"),
            ("calendar", "{\"year\": 2027", "cannot be read"),
            ("divisions", "code,name\n371502,东昌府区\n", "heading"),
            ("streets", "code,name\n999999001,无处街道\n", "999999001"),
            // One table alone is sound, the law as a whole is not: the rules name subjects.
            (
                "subjects",
                "unverified = []\nwarned = []\ncosmetic = []\nclinic_type = []\n[subjects]\n\"03\" = \"内科\"\n",
                "诊疗科目",
            ),
            ("jurisdictions", "谁\n", "表头"),
        ] {
            let refused = import(&app, table, body, false).await.problem(422, "request.invalid");
            let said = refused["errors"].to_string();
            assert!(said.contains(what), "{table} {what}: {refused:#}");
        }
        // The same text again, and one that was edited before somebody else changed the table.
        let same = import(&app, "rules", &rules, false).await.problem(422, "request.invalid");
        assert!(same["errors"][0]["detail"].as_str().unwrap().contains("相同"));
        assert_eq!(editions(&app).await, before, "nothing was entered");
        assert_eq!(text(&app, "rules").await, rules);
    });
}

#[test]
fn a_preview_tells_what_would_change_and_an_import_changes_the_next_check() {
    support::run(async {
        let app = TestApp::start().await;
        let mut dossier = app.dossier(ClinicType::General);
        dossier.premises.beds = 0;
        let draft = app.clinic().draft(&json_of(&dossier)).await;
        app.clinic().add_materials(&draft).await;
        let before = found(&app.clinic(), &draft).await;
        assert!(!before.contains(&"R-006".to_owned()));
        let stricter = rules_with(&app, "R-006", "years = 5", "years = 60").await;
        let number = editions(&app).await[0]["edition"].as_u64().unwrap();

        let preview = import(&app, "rules", &stricter, true).await.expect(200);
        assert_eq!(lines(&preview), ["修改 rule R-006：thresholds.years 5 → 60"]);
        assert_eq!((&preview["applied"], &preview["edition"]), (&json!(false), &json!(number)));
        assert_eq!(found(&app.clinic(), &draft).await, before, "a preview changes nothing");
        assert_eq!(editions(&app).await[0]["edition"], number);

        let done = import(&app, "rules", &stricter, false).await.expect(200);
        assert_eq!((lines(&done), &done["applied"]), (lines(&preview), &json!(true)));
        assert_eq!(done["edition"], number + 1);
        assert!(found(&app.clinic(), &draft).await.contains(&"R-006".to_owned()), "in force at once");
        let newest = editions(&app).await[0].clone();
        assert_eq!(
            json!([newest["edition"], newest["table"], newest["source"], newest["by"], newest["reason"]]),
            json!([number + 1, "rules", "import", "admin", "主管部门通知（2026）1号"])
        );
        assert!(newest["at"].as_str().unwrap().starts_with("2026-11-23T02:00:00"));
        let seen = app.clinic().call("law_edition_list").send().await.expect(200);
        assert_eq!(seen["items"][0]["by"], Value::Null, "clinics do not see who");

        // The texts of both stay readable.
        let old = app.anonymous().call("law_table").path("table", "rules").query("edition", number.to_string());
        assert!(old.send().await.expect(200)["body"].as_str().unwrap().contains("years = 5 }"));
        assert_eq!(text(&app, "rules").await, stricter);
        let none = app.anonymous().call("law_table").path("table", "rules").query("edition", (number + 2).to_string());
        none.send().await.problem(404, "resource.not_found");

        // Edited from what is no longer in force.
        let body =
            json!({ "table": "rules", "body": format!("{stricter}\n# later"), "reason": "更正", "based_on": number });
        let late = app.actor("admin").call("law_import").once().json(&body).send().await;
        late.problem(412, "resource.stale");
    });
}

#[test]
fn a_table_may_be_large_but_not_larger_and_holds_nothing_hidden() {
    support::run(async {
        let app = TestApp::start().await;
        let divisions = text(&app, "divisions").await;
        let padding = format!("# {}\n", "x".repeat(3_000_000));
        let preview = import(&app, "divisions", &format!("{divisions}{padding}"), true).await.expect(200);
        assert_eq!(preview["changes_total"], 0, "a comment changes nothing");
        let padding = "x".repeat(4_200_000);
        import(&app, "divisions", &padding, true).await.problem(413, "request.too_large");
        for hidden in ["\u{202e}", "\u{200b}", "\u{0}"] {
            let body = divisions.replacen("东昌府区", &format!("东昌府区{hidden}"), 1);
            let refused = import(&app, "divisions", &body, true).await.problem(422, "request.invalid");
            assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("不可见字符"));
        }
        // Somebody else's long text is still too long.
        let body = json!({ "kind": "establishment", "body": "x".repeat(300_000) });
        let refused = app.clinic().call("filing_create").once().json(&body).send().await;
        refused.problem(413, "request.too_large");
    });
}

#[test]
fn an_import_sent_again_has_its_effect_once() {
    support::run(async {
        let app = TestApp::start().await;
        let body = rules_with(&app, "R-006", "years = 5", "years = 6").await;
        let body = json!({ "table": "rules", "body": body, "reason": "通知" });
        let send = || app.actor("admin").call("law_import").key("once-and-no-more").json(&body).send();
        let first = send().await.expect(200);
        let again = send().await.expect(200);
        assert_eq!((&again["edition"], &again["repeated"]), (&first["edition"], &json!(true)));
        assert_eq!(editions(&app).await[0]["edition"], first["edition"]);
    });
}

#[test]
fn a_decision_checked_again_is_the_same_under_its_own_edition_and_may_differ_under_the_new() {
    support::run(async {
        let app = TestApp::start().await;
        let issued = app.issued(&app.dossier(ClinicType::General)).await;
        let recheck = async |sequence: &str| {
            app.officer().filing("filing_recheck", &issued).query("sequence", sequence).send().await
        };
        let history = app.clinic().history(&issued).await;
        assert_eq!(history.len(), 3);
        for step in &history {
            let sequence = step["sequence"].to_string();
            let unchanged = recheck(&sequence).await.expect(200);
            assert_eq!((&unchanged["same"], &unchanged["rule_set"]), (&json!(true), &step["rule_set"]));
            assert_eq!(unchanged["now_as_of"], unchanged["under_present_law"]);
        }
        let stricter = rules_with(&app, "R-006", "years = 5", "years = 60").await;
        let number = import(&app, "rules", &stricter, false).await.expect(200)["edition"].clone();
        let after = recheck("3").await.expect(200);
        assert_eq!((&after["same"], &after["rule_set"]), (&json!(true), &history[2]["rule_set"]));
        assert_eq!(after["then"], after["now_as_of"]);
        assert_eq!(after["present_rule_set"], number);
        let now: Vec<_> = after["under_present_law"].as_array().unwrap().iter().map(|f| &f["rule"]).collect();
        assert!(now.contains(&&json!("R-006")), "{after:#}");
        assert_ne!(after["now_as_of"], after["under_present_law"]);
        for sequence in ["0", "4", "4294967295"] {
            let refused = recheck(sequence).await.problem(422, "request.invalid");
            assert_eq!(refused["errors"][0]["pointer"], "/sequence");
        }
    });
}

#[test]
fn a_region_switches_a_rule_off_or_sets_its_own_threshold_and_nobody_else_notices() {
    support::run(async {
        let app = TestApp::start().await;
        let mut ours = app.dossier(ClinicType::General);
        ours.premises.beds = 2;
        let mut theirs = app.dossier(ClinicType::General);
        theirs.premises.beds = 2;
        theirs.address.street = "371502001".into();
        let (ours, theirs) = (app.clinic().draft(&json_of(&ours)).await, app.clinic().draft(&json_of(&theirs)).await);
        for draft in [&ours, &theirs] {
            assert!(found(&app.clinic(), draft).await.contains(&"R-005".to_owned()));
        }
        let setting = |whose: &str, rule: &str, what: &str| {
            format!(
                "[[override]]\n{whose}\nrule = \"{rule}\"\n{what}\neffective_from = \"2026-01-01\"\n\
                 document = \"试点通知\"\nreason = \"本机关试点\"\nconfidence = \"U\"\n"
            )
        };
        let us = format!("authority = \"{OURS}\"");
        let them = format!("authority = \"{OTHER}\"");
        let regions = [
            setting(&us, "R-005", "off = true"),
            setting(&them, "R-006", "thresholds = { years = 60 }"),
            setting("region = \"37\"", "R-017", "severity = \"error\""),
        ]
        .concat();
        let done = import(&app, "regions", &regions, false).await.expect(200);
        assert_eq!(done["changes_total"], 3, "{done:#}");
        let (here, there) = (found(&app.clinic(), &ours).await, found(&app.clinic(), &theirs).await);
        assert!(!here.contains(&"R-005".to_owned()) && there.contains(&"R-005".to_owned()));
        assert!(!here.contains(&"R-006".to_owned()) && there.contains(&"R-006".to_owned()));
        let check = app.clinic().check(&theirs).await;
        let years = check["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "R-006").unwrap();
        assert!(years["message"].as_str().unwrap().contains("60"), "its own value stands in the message: {years}");
        assert!(years["basis"].to_string().contains("试点通知"), "and its basis: {years}");
        // The list of rules is the country's.
        let rules = app.anonymous().call("rule_list").send().await.expect(200);
        let national = rules["items"].as_array().unwrap().iter().find(|r| r["id"] == "R-005").unwrap();
        assert_eq!(national["severity"], "error");

        for (what, named) in [
            (setting(&us, "R-999", "off = true"), "no such rule"),
            (setting(&us, "R-005", ""), "either switch"),
            (setting(&us, "R-005", "off = true\nseverity = \"error\""), "either switch"),
            (setting(&us, "R-006", "thresholds = { days = 1 }"), "no threshold"),
            (setting("", "R-005", "off = true"), "either an authority or a region"),
            (setting("region = \"9999\"", "R-005", "off = true"), "no division"),
            (setting("authority = \"11371502000000027X\"", "R-005", "off = true"), "does not check"),
            (setting(&us, "R-005", "off = true").repeat(2), "two settings"),
            (setting(&us, "R-005", "off = true\neffective_to = \"2025-12-31\""), "ends before"),
            (setting(&us, "R-005", "off = true").replace("本机关试点", " "), "no reason"),
            (setting(&us, "R-005", "off = true\ncounted_in = \"months\""), "working_days or calendar_days"),
        ] {
            let refused = import(&app, "regions", &what, true).await.problem(422, "request.invalid");
            assert!(refused["errors"].to_string().contains(named), "{named}: {refused:#}");
        }
    });
}

#[test]
fn a_region_opens_telemedicine_or_keeps_it_closed() {
    support::run(async {
        let app = TestApp::start().await;
        let dossier = app.dossier(ClinicType::General);
        let issued = app.issued(&dossier).await;
        let online = app.with_telemedicine(&dossier);
        let change = app.clinic().draft_change(issued["clinic"].as_str().unwrap(), &json_of(&online)).await;
        let said = async || {
            let check = app.clinic().check(&change).await;
            let finding = check["findings"].as_array().unwrap().iter().find(|f| f["rule"] == "R-070").cloned();
            finding.map(|f| f["message"].as_str().unwrap().to_owned())
        };
        assert_eq!(said().await, None);
        let setting = |what: &str| {
            format!(
                "[[override]]\nregion = \"3715\"\nrule = \"R-070\"\nthresholds = {{ {what} }}\n\
                 effective_from = \"2026-01-01\"\nreason = \"本市依据\"\nconfidence = \"U\"\n"
            )
        };
        import(&app, "regions", &setting("allowed = 0"), false).await.expect(200);
        assert!(said().await.unwrap().contains("尚未开放"));
        import(&app, "regions", &setting("site_verified = 1"), false).await.expect(200);
        assert!(said().await.unwrap().contains("现场核查"));
        import(&app, "regions", &setting("site_verified = 0"), false).await.expect(200);
        assert_eq!(said().await, None);
    });
}

#[test]
fn a_year_of_holidays_is_imported_and_periods_through_it_are_no_longer_guessed() {
    support::run(async {
        let app = TestApp::start().await;
        app.app.clock.set("2026-12-30T02:00:00Z".parse().unwrap());
        let guessed = app.anonymous();
        let guessed = {
            let renewed = guessed.signed_in("clinic", support::app::PASSWORD).await;
            let draft = renewed.draft(&json_of(&app.dossier(ClinicType::General))).await;
            renewed.add_materials(&draft).await;
            renewed.act(&draft, json!({ "action": "submit" })).await.expect(200)
        };
        assert_eq!((&guessed["due_on"], &guessed["due_guessed"]), (&json!("2027-01-06"), &json!(true)));
        let admin = app.anonymous().signed_in("admin", support::app::PASSWORD).await;
        let send = async |preview: bool| {
            let body = json!({ "table": "calendar", "body": NOTICE_2027, "reason": "国办通知", "preview": preview });
            admin.call("law_import").once().json(&body).send().await.expect(200)
        };
        let preview = send(true).await;
        assert_eq!(
            lines(&preview),
            [
                "新增 2027-01-01：休息",
                "新增 2027-01-02：休息",
                "新增 2027-01-03：休息",
                "新增 2027-02-05：休息",
                "新增 2027-02-20：上班",
                "新增 2027年"
            ]
        );
        let done = send(false).await;
        assert_eq!(lines(&done), lines(&preview));
        assert_eq!(done["clocks_moved"], preview["clocks_moved"], "the preview told the truth");
        let calendar = text(&app, "calendar").await;
        assert!(calendar.starts_with("# Rest days"), "what was written stays");
        assert!(calendar.contains("off = [\"01-01..01-03\", \"02-05\"]\non = [\"02-20\"]"), "{calendar}");
        let renewed = app.anonymous().signed_in("clinic", support::app::PASSWORD).await;
        let draft = renewed.draft(&json_of(&app.dossier(ClinicType::General))).await;
        renewed.add_materials(&draft).await;
        let known = renewed.act(&draft, json!({ "action": "submit" })).await.expect(200);
        assert_eq!((&known["due_on"], &known["due_guessed"]), (&json!("2027-01-07"), &json!(false)));
    });
}
