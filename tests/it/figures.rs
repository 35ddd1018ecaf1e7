//! Figures for the office: counted from history, reproducible, the same in every form, and each office's own.

mod files;
mod public;
mod raw;
mod story;

use clinic_registry::domain::figures::{self, Month, Spread};
use clinic_registry::law::SOURCES;
use serde_json::{Value, json};

use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::TestApp;
use crate::support::golden;
use story::Story;

/// What an actor is answered: names and values of parameters.
pub async fn asked(actor: &Actor, parameters: &[(&str, &str)]) -> Answer {
    let call = actor.call("figure_list");
    parameters.iter().fold(call, |call, (name, value)| call.query(name, value)).send().await
}

/// The rows of one figure of the first office, without the office: labels and values.
pub async fn rows(actor: &Actor, figure: &str, more: &[(&str, &str)]) -> Vec<(Vec<String>, Vec<f64>)> {
    let parameters: Vec<_> = [("figure", figure)].into_iter().chain(more.iter().copied()).collect();
    let report = asked(actor, &parameters).await.expect(200);
    assert_eq!(report["figures"].as_array().unwrap().len(), 1);
    listed(&report["figures"][0])
}

/// The rows of a figure, without the office.
fn listed(figure: &Value) -> Vec<(Vec<String>, Vec<f64>)> {
    let row = |row: &Value| {
        let label = |key: &Value| key["label"].as_str().unwrap().to_owned();
        let labels = row["keys"].as_array().unwrap().iter().skip(1).map(label).collect();
        (labels, row["values"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect())
    };
    figure["rows"].as_array().unwrap().iter().map(row).collect()
}

fn row<const N: usize>(labels: [&str; N], values: &[f64]) -> (Vec<String>, Vec<f64>) {
    (labels.map(str::to_owned).to_vec(), values.to_vec())
}

#[test]
fn the_document_is_the_definitions() {
    golden("docs/figures.md", &figures::markdown());
    let ids: Vec<String> = (1..=figures::definitions().len()).map(|n| format!("F-{n:02}")).collect();
    assert_eq!(figures::definitions().iter().map(|d| d.id.to_owned()).collect::<Vec<_>>(), ids);
}

#[test]
fn percentiles_are_by_nearest_rank() {
    let spread = |values: &[i64]| {
        let mut spread = Spread::default();
        values.iter().for_each(|value| spread.add(*value, 1));
        spread
    };
    let of = |values: &[i64]| (spread(values).percentile(50), spread(values).percentile(95));
    assert_eq!(of(&[]), (0, 0));
    assert_eq!(of(&[7]), (7, 7));
    assert_eq!(of(&[3, 1]), (1, 3));
    assert_eq!(of(&[5, 1, 3]), (3, 5));
    assert_eq!(of(&[0, 0, 0, 9]), (0, 9));
    // Rank 19 of 20, rank 20 of 21, rank 96 of 101.
    assert_eq!(spread(&(1..=20).collect::<Vec<_>>()).percentile(95), 19);
    assert_eq!(spread(&(1..=21).collect::<Vec<_>>()).percentile(95), 20);
    assert_eq!(spread(&(1..=101).collect::<Vec<_>>()).percentile(95), 96);
    assert_eq!(spread(&(1..=101).collect::<Vec<_>>()).percentile(50), 51);
}

#[test]
fn a_month_is_four_digits_a_hyphen_and_two() {
    for good in ["2026-01", "2026-12", "2017-12"] {
        assert_eq!(good.parse::<Month>().unwrap().to_string(), good);
    }
    for bad in [
        "",
        "2026",
        "2026-13",
        "2026-00",
        "2026-1",
        "26-01",
        "2026/01",
        "+026-01",
        "2026-+1",
        "２０２６-01",
        "2026-01-01",
    ] {
        assert!(bad.parse::<Month>().is_err(), "{bad}");
    }
    assert_eq!("2026-12".parse::<Month>().unwrap().next().to_string(), "2027-01");
    // A month begins in China, eight hours before it does in Greenwich.
    assert_eq!("2026-12".parse::<Month>().unwrap().begins().to_rfc3339(), "2026-11-30T16:00:00+00:00");
}

#[test]
fn a_quarter_of_an_office_is_counted_as_it_was() {
    support::run(async {
        let story = Story::told().await;
        let (app, officer) = (&story.app, story.app.officer());
        let autumn = [("from", "2026-09"), ("to", "2026-11")];
        let count = async |id: &str| rows(&officer, id, &autumn).await;
        assert_eq!(
            count("F-01").await,
            [
                row(["2026-09", "设置备案", "口腔诊所"], &[1.0, 1.0, 1.0, 0.0, 0.0]),
                row(["2026-09", "设置备案", "普通诊所"], &[1.0, 1.0, 0.0, 0.0, 0.0]),
                row(["2026-10", "设置备案", "普通诊所"], &[3.0, 0.0, 0.0, 1.0, 1.0]),
                row(["2026-10", "变更备案", "普通诊所"], &[1.0, 1.0, 0.0, 0.0, 0.0]),
            ]
        );
        let online = count("F-02").await.into_iter().find(|(labels, _)| labels == &["2026-10", "互联网诊疗"]).unwrap();
        assert_eq!(online.1, [1.0, 1.0]);
        assert_eq!(
            count("F-03").await,
            [
                row(["设置备案", "口腔诊所", "已备案"], &[1.0]),
                row(["设置备案", "普通诊所", "已收件"], &[1.0]),
                row(["设置备案", "普通诊所", "已备案"], &[1.0]),
                row(["设置备案", "普通诊所", "已转出"], &[1.0]),
                row(["设置备案", "普通诊所", "已撤回"], &[1.0]),
                row(["变更备案", "普通诊所", "已备案"], &[1.0]),
            ]
        );
        // 2 and 10 working days from the last submission, 2 and 15 from the first; the change on the same day.
        assert_eq!(
            count("F-04").await,
            [
                row(["2026-09", "设置备案"], &[2.0, 2.0, 10.0]),
                row(["2026-10", "变更备案"], &[1.0, 0.0, 0.0]),
                row(["合计", "设置备案"], &[2.0, 2.0, 10.0]),
                row(["合计", "变更备案"], &[1.0, 0.0, 0.0]),
                row(["合计", "合计"], &[3.0, 2.0, 10.0]),
            ]
        );
        assert_eq!(count("F-05").await.last().unwrap(), &row(["合计", "合计"], &[3.0, 2.0, 15.0]));
        // One of three was late, one waits overdue: two of four.
        assert_eq!(
            count("F-06").await,
            [
                row(["设置备案"], &[2.0, 1.0, 1.0, 66.7]),
                row(["变更备案"], &[1.0, 0.0, 0.0, 0.0]),
                row(["合计"], &[3.0, 1.0, 1.0, 50.0]),
            ]
        );
        assert_eq!(
            count("F-07").await,
            [row(["设置备案"], &[2.0, 1.0, 1.0, 0.0, 50.0]), row(["变更备案"], &[1.0, 1.0, 0.0, 0.0, 100.0]),]
        );
        let failed = [row(["R-011 材料齐全"], &[2.0, 1.0]), row(["R-016 名称含行政区划"], &[1.0, 1.0])];
        assert_eq!(count("F-08").await, failed);
        assert_eq!(count("F-12").await, [row(["2026-11", "责令暂停互联网诊疗"], &[1.0])]);
        assert_eq!(
            count("F-13").await,
            [
                row(["2026-09"], &[0.0, 0.0, 0.0, 0.0, 0.0]),
                row(["2026-10"], &[1.0, 1.0, 0.0, 0.0, 0.0]),
                row(["2026-11"], &[0.0, 0.0, 0.0, 1.0, 0.0]),
            ]
        );
        let number = story.first["clinic"].as_str().unwrap();
        let name = story.first["dossier"]["name"].as_str().unwrap();
        assert_eq!(count("F-14").await, [row([number, name, "2026-10-12"], &[])]);
        assert_eq!(
            count("F-15").await,
            [row(["口腔诊所"], &[1.0, 0.0, 0.0]), row(["普通诊所"], &[1.0, 0.0, 0.0]), row(["合计"], &[2.0, 0.0, 0.0])]
        );
        assert_eq!(count("F-16").await, ["2026-09", "2026-10", "2026-11"].map(|m| row([m, "有效"], &[2.0])));
        // What went to the other office is its own, from the day on which it was submitted there.
        let other = rows(&app.other_officer(), "F-01", &autumn).await;
        assert_eq!(other, [row(["2026-10", "设置备案", "普通诊所"], &[1.0, 0.0, 0.0, 0.0, 0.0])]);
    });
}

#[test]
fn visits_are_counted_by_when_they_were_due() {
    support::run(async {
        let story = Story::told().await;
        let mut app = story.app;
        let inspector = app.actor("inspector");
        // 45 working days after 9 and 28 September, and the change of October moved nobody.
        let due = rows(&app.officer(), "F-10", &[("from", "2026-09"), ("to", "2026-11")]).await;
        assert_eq!(due, [row(["2026-11", "备案后现场核查"], &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])]);
        let visit = crate::supervision::visit_of(&inspector, &story.first, "establishment").await;
        let mut record = crate::supervision::record(&visit, &["display"]);
        record["visited_on"] = json!("2026-11-24");
        let body =
            json!({ "action": "order_rectification", "record": record, "rectify_by": "2026-12-07", "reason": "" });
        crate::supervision::step(&inspector, &visit, body).await.expect(200);
        let made = rows(&app.officer(), "F-10", &[("from", "2026-09"), ("to", "2026-11")]).await;
        assert_eq!(made, [row(["2026-11", "备案后现场核查"], &[1.0, 0.0, 1.0, 0.0, 0.0, 0.0])], "made late");
        assert_eq!(
            rows(&app.officer(), "F-11", &[]).await,
            [row(["2026-11", "备案后现场核查"], &[0.0, 1.0, 0.0, 0.0])]
        );
        app.travel("2026-12-28T02:00:00Z").await;
        let later = rows(&app.officer(), "F-10", &[("from", "2026-12"), ("to", "2026-12")]).await;
        assert_eq!(later, [row(["2026-12", "备案后现场核查"], &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0])]);
    });
}

#[test]
fn what_comes_later_changes_no_figure_as_of_before() {
    support::run(async {
        let mut story = Story::told().await;
        let moment = story.app.app.clock.now().to_rfc3339();
        let parameters = [("from", "2026-09"), ("to", "2026-11"), ("as_of", moment.as_str())];
        let file = async |app: &TestApp| {
            let call = app.officer().call("figure_xlsx");
            parameters.iter().fold(call, |call, (name, value)| call.query(name, value)).send().await.bytes
        };
        let (before, book) = (asked(&story.app.officer(), &parameters).await.text(), file(&story.app).await);
        let all: Value = serde_json::from_str(&before).unwrap();
        let told = |id: &str| {
            all["figures"]
                .as_array()
                .unwrap()
                .iter()
                .any(|f| f["id"] == id && !f["rows"].as_array().unwrap().is_empty())
        };
        for id in ["F-01", "F-03", "F-06", "F-10", "F-13", "F-16"] {
            assert!(told(id), "{id} would prove nothing");
        }

        // A holiday that nobody knew of, entered afterwards: it moves what is due and how long things took.
        let calendar = SOURCES.calendar.replace(
            "\"10-01..10-07\"]\non = [\"01-04\"",
            "\"10-01..10-07\", \"10-13..10-23\", \"11-23\"]\non = [\"01-04\"",
        );
        assert_ne!(calendar, SOURCES.calendar);
        story.app.travel("2026-11-25T02:00:00Z").await;
        let import = json!({ "table": "calendar", "body": calendar, "reason": "后来公布的休息日" });
        let imported = story.app.actor("admin").call("law_import").once().json(&import).send().await;
        imported.expect(200);
        story.go_on().await;
        assert_eq!(asked(&story.app.officer(), &parameters).await.text(), before);
        assert_eq!(file(&story.app).await, book, "the workbook is the same, byte by byte");
        let now = asked(&story.app.officer(), &[("from", "2026-09"), ("to", "2026-11")]).await.expect(200);
        for (n, figure) in all["figures"].as_array().unwrap().iter().enumerate() {
            if ["F-01", "F-03", "F-06", "F-12", "F-16"].iter().any(|id| figure["id"] == *id) {
                assert_ne!(now["figures"][n]["rows"], figure["rows"], "{}: something did happen", figure["id"]);
            }
        }
    });
}

#[test]
fn every_office_sees_its_own_and_the_administrator_all_side_by_side() {
    support::run(async {
        let story = Story::told().await;
        let app = &story.app;
        let own = asked(&app.officer(), &[]).await.expect(200);
        for who in ["approver", "auditor"] {
            assert_eq!(asked(&app.actor(who), &[]).await.expect(200), own, "{who}");
        }
        let (mine, theirs) = (app.authority.to_string(), app.other_authority.to_string());
        assert_eq!(asked(&app.officer(), &[("authority_id", &mine)]).await.expect(200), own);
        for who in ["officer", "approver", "auditor"] {
            asked(&app.actor(who), &[("authority_id", &theirs)]).await.problem(403, "role.forbidden");
        }
        for who in ["clinic", "inspector"] {
            asked(&app.actor(who), &[]).await.problem(403, "role.forbidden");
        }
        let text = asked(&app.other_officer(), &[]).await.text();
        assert!(!text.contains(&mine) && !text.contains(story.first["clinic"].as_str().unwrap()), "{text}");
        let admin = app.actor("admin");
        assert_eq!(asked(&admin, &[("authority_id", &mine)]).await.expect(200), own);
        let all = asked(&admin, &[]).await.expect(200);
        let ids: Vec<_> = all["offices"].as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap()).collect();
        assert!(ids.len() == 2 && ids.contains(&mine.as_str()) && ids.contains(&theirs.as_str()));
        for (n, figure) in own["figures"].as_array().unwrap().iter().enumerate() {
            let of_mine: Vec<_> = all["figures"][n]["rows"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|r| r["keys"][0]["code"] == mine.as_str())
                .collect();
            assert_eq!(of_mine, figure["rows"].as_array().unwrap().iter().collect::<Vec<_>>(), "{}", figure["id"]);
        }
        let nobody = "019ab000-0000-7000-8000-00000000dead";
        asked(&admin, &[("authority_id", nobody)]).await.problem(404, "resource.not_found");
    });
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    support::run(async {
        let app = TestApp::start().await;
        let wrong = [("from", "2026-13"), ("to", "2026-12"), ("as_of", "2026-11-23T02:00:01Z"), ("figure", "F-99")];
        let problem = asked(&app.officer(), &wrong).await.problem(422, "request.invalid");
        assert_eq!(crate::supervision::pointers(&problem), ["/as_of", "/to", "/from", "/figure"]);
        for pair in [[("from", "2026-11"), ("to", "2026-10")], [("from", "2023-10"), ("to", "2026-11")]] {
            let problem = asked(&app.officer(), &pair).await.problem(422, "request.invalid");
            assert_eq!(crate::supervision::pointers(&problem), ["/from"]);
        }
        asked(&app.officer(), &[("from", "2023-12"), ("to", "2026-11")]).await.expect(200);
        // A month that had not begun at the moment of counting.
        let early = [("as_of", "2026-10-31T15:59:59Z"), ("to", "2026-11")];
        let problem = asked(&app.officer(), &early).await.problem(422, "request.invalid");
        assert_eq!(crate::supervision::pointers(&problem), ["/to"]);
        for (name, value) in [("as_of", "yesterday"), ("authority_id", "x"), ("as_of", "")] {
            asked(&app.officer(), &[(name, value)]).await.problem(422, "request.invalid");
        }
        app.officer().call("figure_csv").send().await.problem(422, "request.invalid");
    });
}
