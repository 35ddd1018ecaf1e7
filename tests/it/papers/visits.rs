//! Records of visits, notices to put things right.

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use super::{items, list, listed, read, says, value};
use crate::supervision::{clinic, number, record, step, view, visit_of};
use crate::support;
use crate::support::app::Shared;
use crate::support::builders::pdf_file;

static APP: Shared = Shared::new();

/// The lines of the table of a record.
fn table(paper: &Value) -> Vec<Vec<&str>> {
    let blocks = paper["content"]["blocks"].as_array().unwrap();
    let lines = blocks.iter().filter_map(|block| block["lines"].as_array()).flatten();
    lines.map(|line| line.as_array().unwrap().iter().map(|cell| cell.as_str().unwrap()).collect()).collect()
}

#[test]
fn a_visit_is_put_on_record_and_defects_are_to_be_put_right() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::Dental).await;
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &filing, "establishment").await;
        let id = visit["id"].as_str().unwrap();
        assert_eq!(visit["papers"], json!([]));
        let form = reqwest::multipart::Form::new();
        let form = form.part("file", reqwest::multipart::Part::bytes(pdf_file("候诊区")).file_name("候诊区.pdf"));
        inspector.call("visit_photo_add").path("visit_id", id).once().form(form).send().await.expect(201);
        let visit = view(&inspector, id).await;
        let found = record(&visit, &["display", "waste"]);
        let body = json!({ "action": "order_rectification", "record": found, "rectify_by": "2026-12-07" });
        let visit = step(&inspector, &visit, body).await.expect(200);

        let paper = read(&inspector, listed(&visit, "visit_record")).await;
        assert!(paper["number"].as_str().unwrap().contains("诊核记〔2026〕"), "{paper:#}");
        assert_eq!(value(&paper, "核查编号"), visit["case_number"]);
        assert_eq!((value(&paper, "备案编号"), value(&paper, "现场照片")), (number(&filing), "1张"));
        assert_eq!((value(&paper, "核查人员"), value(&paper, "在场人员签字")), ("赵敏、周航", "王龚"));
        let checklist = visit["checklist"].as_array().unwrap();
        let lines = table(&paper);
        assert_eq!(lines.len(), checklist.len());
        for (line, item) in lines.iter().zip(checklist) {
            let defect = ["display", "waste"].contains(&item["code"].as_str().unwrap());
            let expected = if defect { ("不符合", "未按要求公示，须补正") } else { ("符合", "") };
            assert_eq!((&json!(line[1]), (line[2], line[3])), (&item["text"], expected));
        }
        assert!(says(&paper, "核查结论：不符合要求，责令于2026年12月7日前改正。"), "{paper:#}");
        assert!(says(&paper, "第十六条"), "the 2022 measures on site visits: {paper:#}");
        assert!(!says(&paper, "内部备注"), "what was noted inside stays inside");

        let notice = read(&app.clinic(), listed(&visit, "rectification_notice")).await;
        assert_eq!(notice["content"]["addressee"], filing["dossier"]["name"]);
        assert_eq!(value(&notice, "整改期限"), "2026年12月7日");
        let told = items(&notice);
        assert_eq!(told.len(), 2);
        for ((text, note), code) in told.into_iter().zip(["display", "waste"]) {
            let item = checklist.iter().find(|item| item["code"] == code).unwrap();
            assert_eq!(text, "未按要求公示，须补正");
            assert!(note.contains(item["text"].as_str().unwrap()) && note.contains(item["basis"].as_str().unwrap()));
        }
        assert!(says(&notice, "以下2项不符合要求") && says(&notice, "撤销备案"), "{notice:#}");
        assert!(says(&notice, "行政复议") && says(&notice, "行政诉讼"));

        // The clinic has both; the history names them with their step.
        let own = view(&app.clinic(), id).await;
        assert_eq!(own["papers"], visit["papers"]);
        read(&app.clinic(), listed(&own, "visit_record")).await;
        let history = app.clinic().call("visit_history").path("visit_id", id).send().await.expect(200);
        assert_eq!(history["items"][0]["papers"], visit["papers"]);

        // An extension is another notice, a second look another record.
        let body = json!({ "action": "extend", "rectify_by": "2026-12-21", "reason": "公示栏正在制作" });
        let visit = step(&app.approver(), &visit, body).await.expect(200);
        let notice = read(&app.clinic(), listed(&visit, "rectification_notice")).await;
        assert_eq!((value(&notice, "整改期限"), value(&notice, "说明")), ("2026年12月21日", "公示栏正在制作"));
        let body = json!({ "action": "pass", "record": record(&visit, &[]) });
        let visit = step(&inspector, &visit, body).await.expect(200);
        let paper = read(&inspector, listed(&visit, "visit_record")).await;
        assert!(says(&paper, "核查结论：符合要求。"), "{paper:#}");
        assert_eq!(visit["papers"].as_array().unwrap().len(), 4);
        assert_eq!(list(&app.clinic(), &[("visit", id)]).await.len(), 4);
        let others = app.clinic().view(&filing).await.expect(200);
        assert_eq!(others["papers"].as_array().unwrap().len(), 1, "the filing has its receipt only");
    });
}

#[test]
fn a_refused_visit_is_recorded_with_what_stood_in_the_way() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::Tcm).await;
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &filing, "establishment").await;
        let mut refusal = record(&visit, &[]);
        refusal["checked"] = json!([]);
        refusal["signed_by"] = json!("");
        refusal["findings"] = json!("负责人拒绝核查人员进入诊所。\n已告知法律后果。");
        let body = json!({ "action": "fail", "record": refusal, "reason": "拒绝核查" });
        let visit = step(&inspector, &visit, body).await.expect(200);
        let paper = read(&inspector, listed(&visit, "visit_record")).await;
        assert!(says(&paper, "未能逐项核查。") && says(&paper, "负责人拒绝核查人员进入诊所。"), "{paper:#}");
        assert!(says(&paper, "核查结论：核查不通过。") && value(&paper, "在场人员签字") == "未签字");
        assert!(says(&paper, "令第14号"), "the measures of 2017: {paper:#}");
        assert_eq!(table(&paper), Vec::<Vec<&str>>::new());
    });
}

#[test]
fn an_inspection_rests_on_another_basis() {
    support::run(async {
        let app = APP.get();
        let filing = clinic(&app, ClinicType::General).await;
        let body = json!({ "clinic": number(&filing), "due_on": "2026-12-01", "reason": "举报" });
        let visit = app.officer().call("visit_order").once().json(&body).send().await.expect(201);
        let inspector = app.actor("inspector");
        let body = json!({ "action": "pass", "record": record(&visit, &[]) });
        let visit = step(&inspector, &visit, body).await.expect(200);
        let paper = read(&inspector, listed(&visit, "visit_record")).await;
        assert_eq!(paper["content"]["title"], "诊所监督检查记录");
        assert_eq!(paper["content"]["basis"], json!(["《医疗机构管理条例》第四十条"]));
    });
}
