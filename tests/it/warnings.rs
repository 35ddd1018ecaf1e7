//! Warnings: passed with a reason, which whoever decides can read.

use chrono::Months;
use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::{correction, json_of, pdf_file};

static APP: Shared = Shared::new();

/// A draft of a clinic whose lease ends in half a year, and that has no observation room of the right size.
async fn doubtful(app: &TestApp) -> Value {
    let mut dossier = app.dossier(ClinicType::General);
    dossier.premises.lease_until = Some(app.app.clock.today() + Months::new(6));
    dossier.premises.rooms[1].area = Some(9.5);
    let draft = app.clinic().draft(&json_of(&dossier)).await;
    app.clinic().add_materials(&draft).await;
    draft
}

fn submit(answers: &[(&str, &str)]) -> Value {
    let answers: Vec<_> = answers.iter().map(|(rule, reason)| json!({ "rule": rule, "reason": reason })).collect();
    json!({ "action": "submit", "answers": answers })
}

/// Rule and pointer of every field error.
fn told(problem: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut all: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|e| (text(&e["rule"]), text(&e["pointer"]))).collect();
    all.sort();
    all
}

fn pair(rule: &str, pointer: &str) -> (String, String) {
    (rule.into(), pointer.into())
}

#[test]
fn a_warning_without_an_answer_blocks_and_names_rule_and_field() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = doubtful(&app).await;
        let (area, lease) = (pair("R-035", "/premises/rooms/1/area"), pair("R-041", "/premises/lease_until"));

        let check = clinic.check(&draft).await;
        assert_eq!(check["passes"], true, "a warning is no error");
        let refused = clinic.act(&draft, submit(&[])).await.problem(422, "filing.blocked");
        assert_eq!(told(&refused), [area.clone(), lease.clone()]);
        let detail = refused["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains("answers"), "it says what to do: {detail}");
        // One of two is not enough, and blanks are no reason.
        let one = clinic.act(&draft, submit(&[("R-041", "续租协议已签，下月换证")])).await;
        assert_eq!(told(&one.problem(422, "filing.blocked")), [area]);
        let blank = clinic.act(&draft, submit(&[("R-041", "续租"), ("R-035", "   ")])).await;
        assert_eq!(told(&blank.problem(422, "request.invalid")), [pair("", "/answers/1/reason")]);
        assert_eq!(clinic.view(&draft).await.expect(200)["stage"], "draft");
    });
}

#[test]
fn what_blocks_is_told_together_with_what_must_be_answered() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = doubtful(&app).await;
        let mut dossier = draft["dossier"].clone();
        dossier["premises"]["beds"] = json!(2);
        let draft = clinic.revise(&draft, &dossier).await.expect(200);
        let refused = clinic.act(&draft, submit(&[("R-035", "治疗室正在改建"), ("R-017", "没有提醒")])).await;
        let refused = refused.problem(422, "filing.blocked");
        let expected =
            [pair("", "/answers/1/rule"), pair("R-005", "/premises/beds"), pair("R-041", "/premises/lease_until")];
        assert_eq!(told(&refused), expected);
    });
}

#[test]
fn the_officer_sees_the_reasons_and_the_history_keeps_them() {
    support::run(async {
        let app = APP.get();
        let (clinic, officer) = (app.clinic(), app.officer());
        let draft = doubtful(&app).await;
        let reasons = [("R-035", "治疗室正在改建"), ("R-041", "续租协议已签")];
        let filing = clinic.act(&draft, submit(&reasons)).await.expect(200);
        let answers = json!([
            { "rule": "R-035", "reason": "治疗室正在改建" }, { "rule": "R-041", "reason": "续租协议已签" },
        ]);
        assert_eq!(officer.view(&filing).await.expect(200)["answers"], answers);
        assert_eq!(clinic.view(&filing).await.expect(200)["answers"], answers);

        let filing = officer.act(&filing, correction()).await.expect(200);
        let filing = clinic.view(&filing).await.expect(200);
        let mut second = submit(&[("R-035", "治疗室已改建，面积不足的部分计入处置室"), ("R-041", "续租协议已签")]);
        second["reason"] = json!("已按告知核对");
        let filing = clinic.act(&filing, second).await.expect(200);
        let now = &officer.view(&filing).await.expect(200)["answers"];
        assert_eq!(now[0]["reason"], "治疗室已改建，面积不足的部分计入处置室");
        let notes: Vec<_> =
            officer.history(&filing).await.iter().map(|step| step["note"].as_str().unwrap().to_owned()).collect();
        assert_eq!(
            notes,
            [
                "R-035：治疗室正在改建\nR-041：续租协议已签",
                "",
                "已按告知核对\nR-035：治疗室已改建，面积不足的部分计入处置室\nR-041：续租协议已签",
            ]
        );
        // Whoever decides may still issue.
        let filing = officer.act(&filing, json!({ "action": "recommend" })).await.expect(200);
        let issued = app.approver().act(&filing, json!({ "action": "issue" })).await.expect(200);
        assert_eq!(issued["stage"], "issued");
    });
}

#[test]
fn an_answer_to_a_rule_that_does_not_warn_is_told() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = app.complete_draft().await;
        let refused = clinic.act(&draft, submit(&[("R-041", "续租协议已签")])).await;
        let refused = refused.problem(422, "request.invalid");
        assert_eq!(told(&refused), [pair("", "/answers/0/rule")]);
        assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("没有这条提醒"), "{refused:#}");
        clinic.act(&draft, submit(&[])).await.expect(200);
    });
}

#[test]
fn what_the_state_holds_may_be_uploaded_without_a_word() {
    support::run(async {
        let app = APP.get();
        let clinic = app.clinic();
        let draft = clinic.draft(&json_of(&app.dossier(ClinicType::Cosmetic))).await;
        clinic.add_materials(&draft).await;
        clinic.upload(&draft, "unit_qualification", "执照.pdf", pdf_file("held")).await.expect(201);
        let findings = clinic.check(&draft).await["findings"].clone();
        assert_eq!((&findings[0]["rule"], &findings[1]), (&json!("R-012"), &Value::Null));
        clinic.act(&draft, submit(&[])).await.expect(200);
    });
}
