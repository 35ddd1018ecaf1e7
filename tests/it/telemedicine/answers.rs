//! Every reason, reached by what really happens to clinics.

use chrono::NaiveDate;
use clinic_registry::domain::dossier::{ClinicType, Nature, Post, ServiceMode};
use clinic_registry::domain::samples;
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::domain::telemedicine::{self as rules, Known, Question, TelemedicineReason};
use clinic_registry::domain::verdict::{Asked, CertificateState, ClinicState, Standing, TelemedicineMode, verdict};
use serde_json::{Value, json};

use super::{OnlineClinic, SUBJECT, asked, codes, numbers, online};
use crate::public;
use crate::supervision;
use crate::support;
use crate::support::app::TestApp;
use crate::support::builders::{LAW, policies};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

#[test]
fn the_answer_is_total_and_never_kinder_than_the_verdict() {
    let clinic = samples::sample(ClinicType::TcmComprehensive, 1, today());
    let dossier = samples::telemedicine_sample(&clinic, &policies(today()), today());
    let physician = dossier.staff.iter().find(|row| row.telemedicine).unwrap();
    let question = Question { physician: &physician.name, practice_code: None, subject: SUBJECT };
    let mut permitted = 0;
    for &state in ClinicState::ALL {
        for &certificate in CertificateState::ALL {
            for &telemedicine in TelemedicineMode::ALL {
                let standing = Standing { certificate, clinic: state, telemedicine, copy: None };
                let known = Known { standing, dossier: &dossier, law: &LAW, today: today() };
                let (clinic, whole) = (rules::of_clinic(&known), rules::check(&known, &question));
                let kind = verdict(Ok(Some(&standing)), Asked::Lookup).telemedicine;
                assert_eq!(clinic.permitted, kind, "{standing:?}");
                assert_eq!(clinic, whole, "{standing:?}: the physician and the subject are right");
                assert_eq!(clinic.permitted, clinic.reasons.is_empty(), "{standing:?}");
                assert!(clinic.reasons.is_sorted(), "{:?}", clinic.reasons);
                permitted += usize::from(clinic.permitted);
            }
        }
    }
    assert_eq!(permitted, 1);
}

/// Whoever entered such a filing: where no subject or nobody is named, nothing is permitted.
#[test]
fn a_filing_without_subject_or_physician_permits_nothing() {
    use TelemedicineReason as R;
    let clinic = samples::sample(ClinicType::TcmComprehensive, 1, today());
    let whole = samples::telemedicine_sample(&clinic, &policies(today()), today());
    let standing = Standing {
        certificate: CertificateState::Current,
        clinic: ClinicState::Active,
        telemedicine: TelemedicineMode::On,
        copy: None,
    };
    let (mut no_subject, mut nobody, mut no_consent) = (whole.clone(), whole.clone(), whole.clone());
    no_subject.telemedicine.as_mut().unwrap().subjects.clear();
    nobody.staff.iter_mut().for_each(|person| person.telemedicine = false);
    no_consent.staff.iter_mut().for_each(|person| person.consent = false);
    for (dossier, expected) in [
        (&whole, vec![]),
        (&no_subject, vec![R::NoOnlineSubject]),
        (&nobody, vec![R::NoOnlinePhysician]),
        (&no_consent, vec![R::NoOnlinePhysician]),
    ] {
        let answer = rules::of_clinic(&Known { standing, dossier, law: &LAW, today: today() });
        assert_eq!((answer.permitted, answer.reasons), (expected.is_empty(), expected));
    }
}

#[test]
fn every_code_has_its_own_words() {
    let mut seen = std::collections::BTreeSet::new();
    for reason in TelemedicineReason::ALL {
        assert!(seen.insert(reason.zh()) && seen.insert(reason.en()), "{reason:?}");
        assert!(reason.zh().ends_with('。') && reason.en().ends_with('.'), "{reason:?}");
    }
}

#[test]
fn physicians_of_one_name_are_told_apart_by_their_code_alone() {
    let clinic = samples::sample(ClinicType::TcmComprehensive, 1, today());
    let mut dossier = samples::telemedicine_sample(&clinic, &policies(today()), today());
    let at = dossier.staff.iter().position(|row| row.telemedicine).unwrap();
    let first = dossier.staff[at].clone();
    let mut second = samples::telemedicine_sample(
        &samples::sample(ClinicType::TcmComprehensive, 9, today()),
        &policies(today()),
        today(),
    )
    .staff
    .pop()
    .unwrap();
    second.name.clone_from(&first.name);
    second.telemedicine = false;
    dossier.staff.push(second.clone());
    let standing = Standing {
        certificate: CertificateState::Current,
        clinic: ClinicState::Active,
        telemedicine: TelemedicineMode::On,
        copy: None,
    };
    let known = Known { standing, dossier: &dossier, law: &LAW, today: today() };
    let ask = |physician: &str, code: Option<&str>, subject: &str| {
        rules::check(&known, &Question { physician, practice_code: code, subject }).reasons
    };
    use TelemedicineReason as R;
    let name = first.name.as_str();
    let spaced = format!(" {name}　");
    for (physician, code, subject, expected) in [
        (name, None, SUBJECT, vec![R::PhysicianAmbiguous]),
        (name, Some(first.practice_code.as_str()), SUBJECT, vec![]),
        (spaced.as_str(), Some(first.practice_code.as_str()), SUBJECT, vec![]),
        (name, Some(second.practice_code.as_str()), SUBJECT, vec![R::PhysicianNotOnline]),
        // The principal's code is one of this clinic, but not of this name.
        (name, Some(clinic.principal.practice_code.as_str()), SUBJECT, vec![R::PhysicianNameMismatch]),
        // A code that is somebody's here does not help where the name is nobody's.
        ("无此医师", Some(first.practice_code.as_str()), SUBJECT, vec![R::PhysicianUnknown]),
        ("无此医师", Some("110371502009999"), SUBJECT, vec![R::PhysicianUnknown]),
        (clinic.principal.name.as_str(), None, SUBJECT, vec![R::PhysicianNotOnline]),
        // Filed with the clinic, but not online; and in the list, but dentists'.
        (name, Some(first.practice_code.as_str()), "50.13", vec![R::SubjectNotOnline]),
        (name, Some(first.practice_code.as_str()), "12", vec![R::SubjectNotOnline, R::SubjectNotOfPhysician]),
        (name, Some(first.practice_code.as_str()), "99.99", vec![R::SubjectUnknown]),
        // The department that the paper prints above a sub-subject was not filed itself.
        (name, Some(first.practice_code.as_str()), "50", vec![R::SubjectNotOnline]),
        // A nurse is no physician.
        (
            dossier.staff.iter().find(|row| row.post == Some(Post::Nurse)).unwrap().name.as_str(),
            None,
            SUBJECT,
            vec![R::PhysicianUnknown],
        ),
    ] {
        assert_eq!(ask(physician, code, subject), expected, "{physician} {code:?} {subject}");
    }
}

/// The same question by a code of the certificate.
async fn by_code(app: &TestApp, clinic: &OnlineClinic, code: &str) -> Value {
    let question = json!({ "certificate": code, "physician": { "name": clinic.physician }, "subject": SUBJECT });
    asked(app, &question).await
}

#[test]
fn a_clinic_may_when_it_is_filed_and_as_its_papers_say() {
    support::run(async {
        let app = TestApp::start().await;
        let plain = app.issued(&app.dossier(ClinicType::TcmComprehensive)).await;
        let number = supervision::number(&plain);
        let principal = plain["dossier"]["principal"]["name"].as_str().unwrap();
        let question = json!({ "clinic": number, "physician": { "name": principal }, "subject": SUBJECT });
        let answer = asked(&app, &question).await;
        let expected = ["telemedicine_off", "physician_not_online", "subject_not_online"];
        assert_eq!(codes(&answer, "reasons"), expected, "all at once, the gravest first");
        assert_eq!(answer.get("since"), None);

        let clinic = online(&app).await;
        assert_eq!(clinic.reasons(&app).await, Vec::<String>::new());
        let answer = asked(&app, &clinic.question()).await;
        assert_eq!(
            (&answer["number"], &answer["name"], &answer["version"], &answer["since"]),
            (&json!(clinic.number), &json!(clinic.dossier.name), &json!(2), &json!("2026-11-23"))
        );
        assert_eq!((&answer["valid_for_seconds"], &answer["as_of"]), (&json!(60), &json!("2026-11-23T02:00:00+00:00")));
        assert!(answer["conditions"][0]["message"].as_str().unwrap().contains("不接受首诊"), "{answer:#}");
        // By the certificate in force: short code, digits, address.
        let certificate = app.clinic().certificate(&clinic.filing).await;
        let url = certificate["code_url"].as_str().unwrap();
        for code in [certificate["short_code"].as_str().unwrap(), url, url.rsplit('/').next().unwrap()] {
            assert_eq!(by_code(&app, &clinic, code).await["permitted"], true, "{code}");
        }
        // With hyphens, small letters, and today named.
        let mut typed = clinic.question();
        typed["clinic"] = json!(clinic.number.to_lowercase());
        typed["day"] = json!("2026-11-23");
        assert_eq!(asked(&app, &typed).await["permitted"], true);

        // Codes that are none of ours, or not whole.
        let digits = url.rsplit('/').next().unwrap();
        let at = digits.len() - 10;
        let changed = if &digits[at..=at] == "5" { "6" } else { "5" };
        let forged = format!("{}{changed}{}", &digits[..at], &digits[at + 1..]);
        for (code, expected) in [
            (forged.as_str(), "certificate_not_genuine"),
            ("7K4M-Q2XD-9FHU", "certificate_unknown"),
            ("随便写写", "certificate_unknown"),
        ] {
            let answer = by_code(&app, &clinic, code).await;
            assert_eq!(codes(&answer, "reasons"), [expected], "{code}");
            assert_eq!(answer.get("number"), None);
        }
        let mut unknown = clinic.question();
        unknown["clinic"] = json!("PDY99999X37150217D2112");
        assert_eq!(codes(&asked(&app, &unknown).await, "reasons"), ["clinic_unknown"]);
    });
}

#[test]
fn what_cannot_be_read_is_told_all_at_once() {
    support::run(async {
        let app = TestApp::start().await;
        let refused = async |question: Value| {
            let answer = app.anonymous().call("telemedicine_check").json(&question).send().await;
            let problem = answer.problem(422, "request.invalid");
            supervision::pointers(&problem).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let question =
            json!({ "physician": { "name": " · ", "practice_code": "12" }, "subject": "03", "day": "2026-11-24" });
        assert_eq!(refused(question).await, ["/clinic", "/physician/name", "/day", "/physician/practice_code"]);
        let both = json!({ "clinic": "x", "certificate": "y", "physician": { "name": "王" }, "subject": "03" });
        assert_eq!(refused(both).await, ["/clinic"]);
        assert_eq!(refused(json!({ "clinic": "x", "subject": "03" })).await, ["/physician"]);
        assert_eq!(refused(json!({ "clinic": "x", "physician": { "name": "王" } })).await, ["/subject"]);
    });
}

#[test]
fn what_happens_to_a_clinic_is_answered_at_once() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = online(&app).await;
        let sign = |more: Value| {
            let mut particulars = json!({
                "effective_on": "2026-11-23", "signed_by": clinic.dossier.principal.name, "signed_on": "2026-11-23",
            });
            particulars.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            particulars
        };
        let done = async |kind: &str, more: Value| {
            let draft = app.clinic().draft_about(kind, &clinic.number, &sign(more)).await;
            app.carry_through(draft).await
        };
        done("telemedicine_suspension", json!({ "reason": "系统升级" })).await;
        assert_eq!(clinic.reasons(&app).await, ["telemedicine_suspended"]);
        done("telemedicine_resumption", json!({ "reason": "升级完成" })).await;
        assert_eq!(clinic.reasons(&app).await, Vec::<String>::new());
        done("suspension", json!({ "suspension_reason": "rebuilding", "until": "2027-02-28" })).await;
        assert_eq!(clinic.reasons(&app).await, ["clinic_suspended"]);
        done("resumption", json!({})).await;
        assert_eq!(clinic.reasons(&app).await, Vec::<String>::new());

        // The paper is lost: the filing stands, the lost copy is no longer to be relied on.
        let certificate = app.clinic().certificate(&clinic.filing).await;
        let short = certificate["short_code"].as_str().unwrap();
        let draft = app.clinic().draft_about("reissue", &clinic.number, &sign(json!({ "reason": "搬运时遗失" }))).await;
        app.clinic().add_materials(&draft).await;
        let received = app.clinic().submit(&draft).await.expect(200);
        assert_eq!(clinic.reasons(&app).await, Vec::<String>::new());
        assert_eq!(codes(&asked(&app, &clinic.question()).await, "notes"), ["certificate_declared_lost"]);
        assert_eq!(codes(&by_code(&app, &clinic, short).await, "reasons"), ["certificate_declared_lost"]);
        let reissued = app.concluded(&received).await;
        assert_eq!(codes(&by_code(&app, &clinic, short).await, "reasons"), ["certificate_void"]);
        let copy = app.clinic().certificate(&reissued).await;
        let short = copy["short_code"].as_str().unwrap();
        assert_eq!(by_code(&app, &clinic, short).await["permitted"], true);

        // Another physician, another version: the old paper is superseded.
        let mut dossier = clinic.dossier.clone();
        dossier.staff.iter_mut().filter(|row| row.telemedicine).for_each(|row| row.name = "新来医师".into());
        app.changed(&clinic.number, &dossier).await;
        assert_eq!(
            codes(&by_code(&app, &clinic, short).await, "reasons"),
            ["certificate_superseded", "physician_unknown"]
        );
        let answer = asked(&app, &clinic.question()).await;
        assert_eq!(codes(&answer, "reasons"), ["physician_unknown"]);
        // The mode is given up.
        dossier.service_modes.retain(|mode| *mode != ServiceMode::Telemedicine);
        app.changed(&clinic.number, &dossier).await;
        let reasons = clinic.reasons(&app).await;
        assert_eq!(reasons[0], "telemedicine_off", "{reasons:?}");
    });
}

#[test]
fn what_the_authority_decides_is_answered_at_once() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = online(&app).await;
        supervision::decided(&app, &clinic.filing, "telemedicine_suspension", "telemedicine_first_visits").await;
        assert_eq!(clinic.reasons(&app).await, ["telemedicine_suspended"]);
        supervision::decided(&app, &clinic.filing, "stop_order", "beyond_scope").await;
        assert_eq!(clinic.reasons(&app).await, ["clinic_stopped", "telemedicine_suspended"]);
        supervision::decided(&app, &clinic.filing, "revocation", "false_materials").await;
        assert_eq!(clinic.reasons(&app).await, ["clinic_revoked", "telemedicine_suspended"]);

        let clinic = online(&app).await;
        supervision::decided(&app, &clinic.filing, "cancellation", "voluntary_end").await;
        assert_eq!(clinic.reasons(&app).await, ["clinic_cancelled"]);

        let clinic = online(&app).await;
        public::happen(&app, &clinic.number, ClinicAct::Suspend, |row| row.suspended_on = Some(today())).await;
        public::happen(&app, &clinic.number, ClinicAct::DeemClosed, |_| ()).await;
        assert_eq!(clinic.reasons(&app).await, ["clinic_deemed_closed"]);
    });
}

#[test]
fn what_runs_out_is_told_and_stops_where_the_law_says_so() {
    support::run(async {
        let mut app = TestApp::start().await;
        let clinic = online(&app).await;
        let notes = async |app: &TestApp| {
            let answer = asked(app, &clinic.question()).await;
            codes(&answer, "notes").into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let counted = async |app: &TestApp| {
            let list = app.anonymous().call("telemedicine_jurisdiction_list").send().await.expect(200);
            let items = list["items"].as_array().unwrap();
            items.iter().map(|item| item["clinics"].as_i64().unwrap()).sum::<i64>()
        };
        assert_eq!((notes(&app).await, counted(&app).await), (vec![], 1));
        // A year and more: the assessment and the evidence are old.
        app.travel("2027-12-01T02:00:00Z").await;
        let old = ["protection_assessment_expired", "physician_evidence_expired"];
        assert_eq!(notes(&app).await, old);
        assert_eq!((clinic.reasons(&app).await, counted(&app).await), (vec![], 1));
        let regions = |what: &str| {
            format!(
                "[[override]]\nregion = \"3715\"\nrule = \"R-081\"\nthresholds = {{ {what} }}\n\
                 effective_from = \"2026-01-01\"\nreason = \"本市要求\"\nconfidence = \"U\"\n"
            )
        };
        let import = async |app: &TestApp, body: String| {
            let body = json!({ "table": "regions", "body": body, "reason": "本市通知", "preview": false });
            app.actor("admin").call("law_import").once().json(&body).send().await.expect(200)
        };
        import(&app, regions("assessment_stops = 1, evidence_stops = 1")).await;
        assert_eq!(clinic.reasons(&app).await.first().map(String::as_str), Some("protection_assessment_expired"));
        let answer = asked(&app, &clinic.question()).await;
        assert_eq!(codes(&answer, "reasons"), old);
        assert_eq!((notes(&app).await, counted(&app).await), (vec![], 0));
        // The agreement ends: by the country's law that is only told, and by a region's it stops.
        app.travel("2028-12-01T02:00:00Z").await;
        import(&app, regions("assessment_stops = 0")).await;
        assert_eq!(clinic.reasons(&app).await, Vec::<String>::new());
        assert_eq!(counted(&app).await, 1);
        assert!(notes(&app).await.contains(&"agreement_ended".to_owned()));
        import(&app, regions("agreement_stops = 1")).await;
        assert_eq!(clinic.reasons(&app).await, ["agreement_ended"]);
        assert_eq!(counted(&app).await, 0);
    });
}

#[test]
fn a_former_number_is_answered_and_said_to_be_one() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = online(&app).await;
        let mut dossier = clinic.dossier.clone();
        // The number tells the kind of profit: another, another number.
        dossier.nature = Some(Nature::NonProfit);
        let changed = app.changed(&clinic.number, &dossier).await;
        let number = supervision::number(&changed);
        assert_ne!(number, clinic.number);
        let answer = asked(&app, &clinic.question()).await;
        assert_eq!((&answer["permitted"], &answer["number"]), (&json!(true), &json!(number)));
        assert_eq!(codes(&answer, "notes"), ["former_number"]);
        assert_eq!(numbers(&app, &[]).await, [number]);
    });
}
