//! Receipts, notices of corrections, declarations of loss.

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use super::{about, items, list, listed, loss, read, says, text, value};
use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::{correction, withdrawal};

static APP: Shared = Shared::new();

#[test]
fn a_submission_is_answered_with_a_receipt() {
    support::run(async {
        let app = APP.get();
        let filing = app.received().await;
        let brief = listed(&filing, "receipt");
        let paper = read(&app.clinic(), brief).await;
        let office = "聊城经济技术开发区行政审批服务局";
        assert_eq!((&paper["content"]["issuer"], &paper["content"]["signed_by"]), (&json!(office), &json!(office)));
        assert_eq!(paper["content"]["addressee"], filing["dossier"]["name"]);
        assert!(brief["number"].as_str().unwrap().starts_with("聊城经开审诊备收〔2026〕"), "{brief:#}");
        assert_eq!(value(&paper, "办件编号"), filing["case_number"]);
        assert_eq!(value(&paper, "备案事项"), "设置备案");
        assert_eq!(value(&paper, "收件日期"), "2026年11月23日");
        assert_eq!(value(&paper, "办理期限"), "2026年11月30日");
        assert!(says(&paper, "第八条") && says(&paper, "投诉") && says(&paper, "0635-5550001"), "{paper:#}");
        // Every material with the beginning of its digest.
        let materials = filing["materials"].as_array().unwrap();
        assert!(materials.len() > 3);
        for material in materials {
            assert!(says(&paper, &material["sha256"].as_str().unwrap()[..16]), "{material:#}");
        }
        assert_eq!(filing["papers"].as_array().unwrap().len(), 1);
        // The step that made it names it, and no other.
        let history = app.officer().history(&filing).await;
        assert_eq!(history[0]["papers"], json!([brief]));
        // The officer reads the same.
        let mut again = read(&app.officer(), brief).await;
        let mut paper = paper;
        for read in [&mut again, &mut paper] {
            // The worker may draw it meanwhile.
            read.as_object_mut().unwrap().remove("sha256");
        }
        assert_eq!(again, paper);
    });
}

#[test]
fn a_receipt_holds_no_personal_data() {
    support::run(async {
        let app = APP.get();
        let filing = app.received().await;
        let paper = read(&app.clinic(), listed(&filing, "receipt")).await.to_string();
        let dossier = &filing["dossier"];
        for pointer in ["/principal/id_number", "/principal/phone", "/principal/qualification_code", "/phone"] {
            let secret = dossier.pointer(pointer).and_then(Value::as_str).unwrap();
            assert!(secret.len() > 6 && !paper.contains(secret), "{pointer}");
        }
    });
}

#[test]
fn a_notice_tells_every_defect_with_place_and_basis() {
    support::run(async {
        let app = APP.get();
        let filing = app.received().await;
        let defects = [
            ("R-016", "/name", "名称须与营业执照一致，请核对。", "诊所名称"),
            (
                "R-011",
                "/materials/floor_plan",
                "平面布局图未标注面积。\n请补充标注后重新上传。",
                "材料·诊所房屋平面布局图",
            ),
            ("R-035", "/premises/rooms/1/area", "治疗室面积与平面图不一致。", "房屋与设施·房间第2项·面积"),
            ("R-031", "/staff/0/scope", "执业范围与诊疗科目不符。", "卫生技术人员第1项·执业范围"),
            ("R-010", "", "请补充材料真实性承诺。", "整件"),
        ];
        let told: Vec<_> = defects.iter().map(|(r, p, d, _)| json!({ "rule": r, "pointer": p, "detail": d })).collect();
        let step = json!({ "action": "request_correction", "defects": told });
        let filing = app.officer().act(&filing, step).await.expect(200);
        let paper = read(&app.clinic(), listed(&filing, "correction_notice")).await;
        let items = items(&paper);
        assert_eq!(items.len(), defects.len());
        for ((text, note), (n, (rule, _, detail, place))) in items.into_iter().zip(defects.iter().enumerate()) {
            assert_eq!(text, detail.replace('\n', "　"));
            assert!(note.contains(&format!("位置：{place}。")) && note.contains(rule), "{note}");
            let basis = filing["notice"]["defects"][n]["basis"][0].as_str().unwrap();
            assert!(note.contains(basis), "{note} lacks {basis}");
        }
        assert_eq!(
            (value(&paper, "告知次数"), value(&paper, "办件编号")),
            ("第1次", filing["case_number"].as_str().unwrap())
        );
        assert!(says(&paper, "以下5项内容") && says(&paper, "第三十二条"), "{paper:#}");
        assert!(says(&paper, "六十日内依法申请行政复议") && says(&paper, "六个月内依法向人民法院提起行政诉讼"));
        assert_eq!(paper["content"]["signatures"], json!(["签收人"]));

        // A second notice says so, and why.
        let again = app.clinic().submit(&filing).await.expect(200);
        assert_eq!(again["papers"].as_array().unwrap().len(), 3, "another receipt");
        let mut step = correction();
        step["reason"] = json!("补正内容与首次告知无关");
        let filing = app.approver().act(&again, step).await.expect(200);
        let paper = read(&app.clinic(), listed(&filing, "correction_notice")).await;
        assert_eq!((value(&paper, "告知次数"), value(&paper, "再次告知的原因")), ("第2次", "补正内容与首次告知无关"));
        let made: Vec<_> = app.clinic().history(&filing).await.iter().map(|e| e["papers"][0]["kind"].clone()).collect();
        assert_eq!(made, ["receipt", "correction_notice", "receipt", "correction_notice"]);
    });
}

#[test]
fn a_notice_of_a_hundred_defects_runs_over_pages() {
    support::run(async {
        let app = APP.get();
        let filing = app.received().await;
        let defect = |n: usize| json!({ "rule": "R-016", "pointer": "/name", "detail": format!("第{n}处：{}", "名称须核对。".repeat(60)) });
        let step = json!({ "action": "request_correction", "defects": (1..=100).map(defect).collect::<Vec<_>>() });
        let filing = app.officer().act(&filing, step).await.expect(200);
        let paper = read(&app.clinic(), listed(&filing, "correction_notice")).await;
        assert_eq!(items(&paper).len(), 100);
    });
}

#[test]
fn a_loss_is_declared_on_paper_for_everybody() {
    support::run(async {
        let app = TestApp::start().await;
        let dossier = app.dossier(ClinicType::Tcm);
        let issued = app.issued(&dossier).await;
        let number = issued["clinic"].as_str().unwrap();
        let received = about(&app, "reissue", number, loss(&dossier)).await;
        let brief = listed(&received, "loss_declaration");
        let paper = read(&app.clinic(), brief).await;
        assert_eq!(paper["content"]["issuer"], dossier.name);
        assert_eq!(paper["content"]["title"], "中医诊所备案证遗失声明");
        assert_eq!((value(&paper, "备案编号"), value(&paper, "发现遗失日期")), (number, "2026年11月23日"));
        assert!(says(&paper, "现声明该凭证作废") && says(&paper, "拾得该凭证"), "{paper:#}");
        // The step made both papers.
        let history = app.clinic().history(&received).await;
        let made: Vec<_> =
            history[0]["papers"].as_array().unwrap().iter().map(|p| p["kind"].as_str().unwrap()).collect();
        assert_eq!(made, ["loss_declaration", "receipt"]);

        // It is the clinic's paper, not the office's: its filing's number, no head above the title, no place of a seal.
        assert_eq!(
            (&paper["content"]["number"], &paper["number"]),
            (&received["case_number"], &received["case_number"])
        );
        assert_eq!(paper["content"]["signed_by"], dossier.name);

        // Everybody finds it with the announcement.
        let nobody = app.anonymous();
        let announced = nobody.call("announcement_list").query("clinic", number).send().await.expect(200);
        let announcement = &announced["items"][0];
        assert_eq!((&announcement["kind"], &announcement["paper"]), (&json!("loss"), brief));
        let id = announcement["paper"]["id"].as_str().unwrap();
        let public = nobody.call("announcement_pdf").path("announcement_id", id).send().await;
        let own = app.clinic().call("paper_pdf").path("paper_id", id).send().await;
        assert_eq!((public.status, &public.bytes), (200, &own.bytes));
        let drawn: String = text(&public.bytes).split_whitespace().collect();
        assert!(drawn.starts_with("中医诊所备案证遗失声明"), "{drawn}");
        assert!(!drawn.contains("示意章") && drawn.contains(&format!("{}二〇二六年", dossier.name)), "{drawn}");
        assert_eq!(announcement["document_number"], received["case_number"]);
        let page = nobody.get(&format!("/announcements?clinic={number}")).await.expect_html().replace("&#x2f;", "/");
        assert!(page.contains(&format!("/api/v1/announcements/{id}/pdf")), "{page}");
        for secret in [&dossier.principal.id_number, &dossier.principal.phone, &dossier.phone] {
            assert!(!text(&public.bytes).contains(secret.as_str()) && !paper.to_string().contains(secret.as_str()));
        }

        // Found again: the declaration no longer counts; it stays readable.
        assert_eq!(paper.get("withdrawn_at"), None);
        app.clinic().act(&received, withdrawal()).await.expect(200);
        let paper = read(&app.clinic(), brief).await;
        assert!(paper["withdrawn_at"].is_string(), "{paper:#}");
        let receipts = list(&app.clinic(), &[("clinic", number), ("kind", "receipt")]).await;
        assert_eq!(receipts.len(), 2, "of the establishment, older than the clinic, and of the loss: {receipts:#?}");
    });
}
