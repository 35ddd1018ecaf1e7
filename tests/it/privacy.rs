//! Personal data planted in a filing appears in no public answer, no address and no line of the log.

use std::collections::BTreeSet;

use clinic_registry::clock::Clock;
use clinic_registry::domain::dossier::{ClinicType, Dossier};
use clinic_registry::domain::particulars::SuspensionReason;
use clinic_registry::domain::samples;
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::usecase::demonstration::PASSWORD;
use serde_json::{Value, json};

use crate::complaints;
use crate::public::{Filed, OFFICER, filed, filed_with_telemedicine, happen};
use crate::support;
use crate::support::actors::{Actor, encoded};
use crate::support::app::TestApp;
use crate::support::builders::{self, json_of};
use crate::support::database::Fresh;
use crate::support::pdf;
use crate::support::process::Served;

/// Everything in a dossier that is nobody's business, and what embeds it.
pub fn planted(dossier: &Dossier) -> BTreeSet<String> {
    let principal = &dossier.principal;
    let mut secrets = BTreeSet::from([
        dossier.applicant.id_number.clone(),
        dossier.phone.clone(),
        principal.id_number.clone(),
        principal.phone.clone(),
        principal.qualification_code.clone(),
        principal.practice_code.clone(),
    ]);
    for person in &dossier.staff {
        secrets.extend([person.id_number.clone(), person.qualification_code.clone(), person.practice_code.clone()]);
    }
    secrets.retain(|secret| !secret.is_empty());
    assert!(secrets.len() >= 7 && secrets.iter().all(|s| s.len() >= 10), "{secrets:?}");
    secrets
}

/// The secrets that stand in a text, in whatever case.
pub fn found<'a>(secrets: &'a BTreeSet<String>, text: &str) -> Vec<&'a String> {
    let text = text.to_uppercase();
    secrets.iter().filter(|secret| text.contains(&secret.to_uppercase())).collect()
}

struct Crew {
    clinic: Actor,
    officer: Actor,
    approver: Actor,
}

impl Crew {
    async fn carry(&self, draft: Value) -> Value {
        self.clinic.add_materials(&draft).await;
        let filing = self.clinic.act(&draft, json!({ "action": "submit" })).await.expect(200);
        let filing = self.officer.act(&filing, builders::correction()).await.expect(200);
        let filing = self.clinic.act(&filing, json!({ "action": "submit" })).await.expect(200);
        let filing = self.officer.act(&filing, json!({ "action": "recommend" })).await.expect(200);
        self.approver.act(&filing, json!({ "action": "issue" })).await.expect(200)
    }
}

/// Everything that anybody can ask about this clinic, as address and answer.
async fn public_answers(nobody: &Actor, number: &str, name: &str, codes: &[String]) -> Vec<(String, String)> {
    let mut paths: Vec<String> = [
        "/",
        "/clinics",
        "/docs",
        "/problems",
        "/robots.txt",
        "/demo/verification",
        "/.well-known/clinic-keys",
        "/api/v1/.well-known/clinic-keys",
        "/api/v1/openapi.json",
        "/announcements",
        "/api/v1/clinics",
        "/api/v1/announcements",
        "/api/v1/rules",
        "/api/v1/reference/subjects",
        "/api/v1/reference/divisions?parent=371502",
        "/api/v1/reference/materials",
        "/api/v1/reference/authorities",
        "/telemedicine",
        "/api/v1/telemedicine",
        "/api/v1/telemedicine?format=jsonl",
        "/api/v1/telemedicine?format=csv",
        "/api/v1/telemedicine/jurisdictions",
        "/api/v1/exports/clinics?format=jsonl",
        "/api/v1/exports/clinics?format=csv",
    ]
    .map(str::to_owned)
    .into();
    let q = encoded(name);
    paths.extend([format!("/clinics?q={q}"), format!("/api/v1/clinics?q={q}")]);
    paths.extend([format!("/clinics/{number}"), format!("/api/v1/clinics/{number}")]);
    paths.extend([format!("/announcements?clinic={number}"), format!("/api/v1/clinics/{number}/history")]);
    for code in codes {
        paths.extend([format!("/v/{code}"), format!("/api/v1/verifications/{code}")]);
    }
    let mut answers = vec![];
    for path in paths {
        let answer = nobody.get(&path).await;
        assert!([200, 303, 307].contains(&answer.status), "{path}: {}", answer.status);
        let headers = format!("{:?}", answer.headers);
        answers.push((path, format!("{headers}\n{}", answer.text())));
    }
    answers
}

#[test]
fn planted_personal_data_stays_inside() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let (data, log) = (dir.path().join("data"), dir.path().join("log"));
        std::fs::create_dir_all(&data).unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let served = Served::start(&data, &fresh.url, &log, &["--log", "trace"]);
        let nobody = &served.nobody;
        let crew = Crew {
            clinic: nobody.signed_in("demo-clinic", PASSWORD).await,
            officer: nobody.signed_in("demo-officer", PASSWORD).await,
            approver: nobody.signed_in("demo-approver", PASSWORD).await,
        };
        let today = Clock::System.today();
        let dossier = samples::sample(ClinicType::TcmComprehensive, 1_555, today);
        let online = samples::telemedicine_sample(&dossier, &builders::policies(today), today);
        let mut secrets = planted(&dossier);
        secrets.extend(planted(&online));

        let draft = crew.clinic.call("filing_create").once();
        let draft = draft.json(&json!({ "kind": "establishment", "dossier": json_of(&dossier) })).send().await;
        let mut addresses = vec![draft.header("location").to_owned()];
        let draft = draft.expect(201);
        // A file that is named after a person's number does not carry it on.
        let id_number = &dossier.principal.id_number;
        let named = format!("{id_number}.pdf");
        let added = crew.clinic.upload(&draft, "floor_plan", &named, builders::pdf_file("named")).await.expect(201);
        assert!(found(&secrets, &added.to_string()).is_empty(), "{added:#}");
        // Requests that are refused repeat nothing either.
        for wrong in [json!({ "dossier": { "principal": { "id_number": [id_number] } } }), json!({ "kind": id_number })]
        {
            let refused = crew.clinic.call("filing_create").once().json(&wrong).send().await;
            assert_eq!(refused.status, 422);
            assert!(found(&secrets, &refused.text()).is_empty(), "{}", refused.text());
        }
        let first = crew.carry(draft).await;
        let number = first["clinic"].as_str().unwrap().to_owned();
        let change = crew.clinic.draft_change(&number, &json_of(&online)).await;
        let second = crew.carry(change).await;

        let mut codes = vec![];
        for filing in [&first, &second] {
            let certificate = crew.clinic.certificate(filing).await;
            let url = certificate["code_url"].as_str().unwrap().to_owned();
            codes.extend(
                [certificate["short_code"].as_str().unwrap(), url.rsplit('/').next().unwrap()].map(str::to_owned),
            );
            addresses.push(url);
            assert!(found(&secrets, &certificate.to_string()).is_empty(), "{certificate:#}");
            let paper = crew.clinic.paper(filing).await;
            assert!(found(&secrets, &pdf::text(&paper)).is_empty(), "the paper");
            assert!(found(&secrets, &String::from_utf8_lossy(&paper)).is_empty(), "the paper's metadata");
        }
        for (address, answer) in public_answers(nobody, &number, &dossier.name, &codes).await {
            assert!(found(&secrets, &answer).is_empty(), "{:?} in {address}", found(&secrets, &answer));
            addresses.push(address);
        }
        for who in ["demo-officer", "demo-approver", "demo-inspector", "demo-auditor"] {
            let masked = nobody.signed_in(who, PASSWORD).await.view(&second).await.expect(200);
            assert!(found(&secrets, &masked.to_string()).is_empty(), "{who}: {masked:#}");
        }
        assert!(found(&secrets, &addresses.join("\n")).is_empty(), "{addresses:#?}");

        // Asking with a person's number finds nothing, and is not written down.
        for path in [format!("/clinics?q={id_number}"), format!("/v/{id_number}"), format!("/clinics/{id_number}")] {
            nobody.get(&path).await;
        }
        // The officer who gives a reason sees all of it: the search above could have found it.
        let reading = crew.officer.filing("filing_unmask", &second).once();
        let full = reading.json(&json!({ "reason": "核对卫生技术人员信息" })).send().await.expect(200).to_string();
        assert_eq!(found(&secrets, &full).len(), secrets.len());

        // Whoever reports the clinic is nobody's business either.
        let (contact, told) = ("13712345678", "护士把药名写错，我当场指出后才更正。");
        let body = json!({ "kind": "practice", "clinic": number, "details": told, "contact": contact });
        let status = nobody.call("complaint_create").once().json(&body).send().await.expect(201);
        let reference = status["reference"].as_str().unwrap().to_owned();
        let form = reqwest::multipart::Form::new().text("kind", "practice").text("contact", contact);
        let form = form.text("details", told).text("clinic", number.clone());
        let page = nobody.http.post(format!("{}/report", nobody.base)).multipart(form).send().await.unwrap();
        let followed = nobody.call("complaint_follow").path("reference", &reference).send().await.expect(200);
        let reported = BTreeSet::from([contact.to_owned(), told.to_owned()]);
        let mut answers = public_answers(nobody, &number, &dossier.name, &codes).await;
        answers.push(("/report".into(), page.text().await.unwrap()));
        answers.extend([("created".into(), status.to_string()), ("followed".into(), followed.to_string())]);
        for (address, answer) in answers {
            assert!(found(&reported, &answer).is_empty(), "{:?} in {address}", found(&reported, &answer));
        }
        for who in ["demo-officer", "demo-approver", "demo-inspector", "demo-auditor"] {
            let actor = nobody.signed_in(who, PASSWORD).await;
            let case = complaints::case(&actor, &status).await.to_string();
            assert!(case.contains(told) && !case.contains(contact), "{who}: {case}");
        }

        let tokens: BTreeSet<String> = [&crew.clinic, &crew.officer, &crew.approver]
            .iter()
            .filter_map(|actor| actor.token.clone())
            .chain([PASSWORD.to_owned()])
            .collect();
        drop(served);
        let log = std::fs::read_to_string(&log).unwrap();
        assert!(log.lines().filter(|line| line.contains("answered")).count() > 50, "the log was kept: {log}");
        let lines = |what: &BTreeSet<String>| {
            log.lines().filter(|line| !found(what, line).is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(lines(&secrets), Vec::<String>::new());
        assert_eq!(lines(&tokens), Vec::<String>::new());
        assert_eq!(lines(&reported), Vec::<String>::new());
        assert_eq!(lines(&BTreeSet::from([reference])), Vec::<String>::new());
        // The code is the patient's business: who looked at what is not logged.
        assert_eq!(lines(&codes.into_iter().collect()), Vec::<String>::new());
    });
}

/// What a certificate's public record holds, beneath `/record`.
const RECORD: &[&str] = &[
    "/kind",
    "/number",
    "/provisional",
    "/name",
    "/clinic_type",
    "/address",
    "/legal_representative",
    "/principal",
    "/ownership",
    "/ownership_name",
    "/nature",
    "/service_modes/*",
    "/subjects/*/code",
    "/subjects/*/name",
    "/remarks",
    "/authority/name",
    "/authority/uscc",
    "/authority/region",
    "/filed_on",
    "/issued_on",
    "/licence_identifier",
    "/version",
    "/copy_number",
    "/change_note",
    "/uscc",
    "/geohash",
    "/telemedicine_since",
    "/telemedicine_subjects/*/code",
    "/telemedicine_subjects/*/name",
    "/practitioners/*/name",
    "/practitioners/*/level",
    "/practitioners/*/category",
    "/practitioners/*/scope",
    "/practitioners/*/telemedicine",
];
const CAUSE: &[&str] = &["/act", "/since", "/until", "/message", "/message_en"];
const VIEW: &[&str] = &[
    "/number",
    "/state",
    "/telemedicine",
    "/telemedicine_mode",
    "/telemedicine_suspended_on",
    "/suspended_on",
    "/suspended_until",
    "/suspension_reason",
    "/ended_on",
    "/site_verified_on",
    "/predecessor",
    "/successor",
    "/version",
    "/filed_on",
    "/announcements/*/kind",
    "/announcements/*/body",
    "/announcements/*/effective_on",
    "/announcements/*/published_at",
    "/as_of",
];
const LIST: &[&str] = &[
    "/next",
    "/items/*/number",
    "/items/*/name",
    "/items/*/clinic_type",
    "/items/*/address",
    "/items/*/state",
    "/items/*/telemedicine",
];
const HISTORY: &[&str] = &[
    "/number",
    "/as_of",
    "/versions/*/version",
    "/versions/*/copy",
    "/versions/*/state",
    "/versions/*/issued_on",
    "/versions/*/change_note",
    "/events/*/sequence",
    "/events/*/act",
    "/events/*/effective_on",
    "/events/*/at",
    "/events/*/from_state",
    "/events/*/to_state",
    "/events/*/from_telemedicine",
    "/events/*/to_telemedicine",
    "/events/*/note",
];
const ANNOUNCEMENTS: &[&str] = &[
    "/next",
    "/items/*/kind",
    "/items/*/number",
    "/items/*/name",
    "/items/*/body",
    "/items/*/basis",
    "/items/*/document_number",
    "/items/*/effective_on",
    "/items/*/published_at",
    "/items/*/authority",
];
const VERIFICATION: &[&str] = &[
    "/outcome",
    "/reason/code",
    "/reason/number",
    "/reason/message",
    "/reason/message_en",
    "/message",
    "/message_en",
    "/telemedicine_permitted",
    "/telemedicine/code",
    "/telemedicine/message",
    "/telemedicine/message_en",
    "/telemedicine/since",
    "/signature_checked",
    "/certificate/version",
    "/certificate/copy",
    "/certificate/state",
    "/certificate/clinic_state",
    "/certificate/current_version",
    "/certificate/current_copy",
    "/certificate/current_number",
    "/certificate/ended_on",
    "/certificate/site_verified_on",
    "/certificate/pdf_sha256",
    "/certificate/issued_at",
    "/successor/number",
    "/successor/name",
    "/successor/address",
    "/successor/url",
    "/checked_at",
    "/official_host",
];

/// Every pointer of a document that leads to a value; places in a list become `*`.
pub fn pointers(value: &Value, at: &str, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, field)| pointers(field, &format!("{at}/{name}"), out)),
        Value::Array(items) => items.iter().for_each(|item| pointers(item, &format!("{at}/*"), out)),
        _ => drop(out.insert(at.to_owned())),
    }
}

/// The allow-list of an operation: its own pointers, and the shared ones beneath a prefix.
fn allowed(own: &[&str], shared: &[(&str, &[&str])]) -> BTreeSet<String> {
    let beneath = shared.iter().flat_map(|(prefix, list)| list.iter().map(move |pointer| format!("{prefix}{pointer}")));
    own.iter().map(|pointer| (*pointer).to_owned()).chain(beneath).collect()
}

/// Everything that the interface answers in public about this clinic: operation and answer.
async fn interface(app: &TestApp, clinic: &Filed) -> Vec<(&'static str, Value)> {
    let nobody = app.anonymous();
    let of = |id: &'static str| nobody.call(id).path("filing_number", &clinic.number);
    vec![
        ("clinic_view", of("clinic_view").send().await.expect(200)),
        ("clinic_history", of("clinic_history").send().await.expect(200)),
        ("clinic_list", nobody.call("clinic_list").query("limit", "1").send().await.expect(200)),
        ("announcement_list", nobody.call("announcement_list").query("limit", "1").send().await.expect(200)),
        ("verification_view", nobody.verify(&clinic.digits).await),
        ("verification_view", nobody.verify(&clinic.short_code).await),
    ]
}

#[test]
fn public_answers_hold_the_allowed_fields_and_nothing_else() {
    support::run(async {
        let app = TestApp::start().await;
        let (suspended, online, closed) = (filed(&app).await, filed_with_telemedicine(&app).await, filed(&app).await);
        happen(&app, &online.number, ClinicAct::Verify, |_| ()).await;
        happen(&app, &online.number, ClinicAct::SuspendTelemedicine, |_| ()).await;
        happen(&app, &suspended.number, ClinicAct::Suspend, |row| {
            row.suspended_on = Some(app.app.clock.today());
            row.suspended_until = Some(app.app.clock.today());
            row.suspension_reason = Some(SuspensionReason::Extension);
        })
        .await;
        happen(&app, &closed.number, ClinicAct::Close, |_| ()).await;
        let lists = [
            ("clinic_view", allowed(VIEW, &[("/record", RECORD), ("/cause", CAUSE)])),
            ("clinic_history", allowed(HISTORY, &[])),
            ("clinic_list", allowed(LIST, &[])),
            ("announcement_list", allowed(ANNOUNCEMENTS, &[])),
            ("verification_view", allowed(VERIFICATION, &[("/certificate/record", RECORD), ("/cause", CAUSE)])),
        ];
        let mut secrets = BTreeSet::from([OFFICER.to_owned()]);
        for clinic in [&suspended, &online, &closed] {
            let filing = app.officer().view(&clinic.filing).await.expect(200);
            secrets.extend(planted(&serde_json::from_value(filing["dossier"].clone()).unwrap()));
        }
        for clinic in [&suspended, &online, &closed] {
            for (operation, answer) in interface(&app, clinic).await {
                let mut seen = BTreeSet::new();
                pointers(&answer, "", &mut seen);
                let list = &lists.iter().find(|(id, _)| *id == operation).unwrap().1;
                let more: Vec<_> = seen.difference(list).collect();
                assert!(more.is_empty(), "{operation} answers {more:?}, which is not on the list of R-090");
                assert!(seen.len() > 5, "{operation}: {answer:#}");
                assert!(found(&secrets, &answer.to_string()).is_empty(), "{operation}: {answer:#}");
            }
            for page in [
                format!("/clinics/{}", clinic.number),
                format!("/v/{}", clinic.digits),
                "/clinics".into(),
                "/announcements".into(),
                format!("/announcements?clinic={}", clinic.number),
            ] {
                let html = app.anonymous().get(&page).await.expect_html();
                assert!(found(&secrets, &html).is_empty(), "{page}: {:?}", found(&secrets, &html));
            }
        }
    });
}
