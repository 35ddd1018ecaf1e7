//! The same person at two clinics is noticed across the whole register, and nobody learns more than they may know.

use clinic_registry::domain::dossier::{ClinicType, Dossier, Post, PractitionerCategory, Staff};
use clinic_registry::domain::samples;
use clinic_registry::domain::verdict::ClinicState;
use serde_json::{Value, json};

use crate::support;
use crate::support::actors::Actor;
use crate::support::app::TestApp;
use crate::support::builders::json_of;

/// A physician beside the principal.
fn physician(app: &TestApp) -> Staff {
    let like = app.dossier(ClinicType::General).principal;
    Staff {
        name: like.name,
        id_number: like.id_number,
        post: Some(Post::Physician),
        level: like.level,
        category: Some(PractitionerCategory::Clinical),
        scope: like.scope,
        qualification_code: like.qualification_code,
        practice_code: like.practice_code,
        registered_here: true,
        ..Staff::default()
    }
}

/// Another clinic with the same staff, in this street.
fn with_staff_of(app: &TestApp, first: &Dossier, street: &str) -> Dossier {
    let mut dossier = app.dossier(ClinicType::General);
    dossier.staff.clone_from(&first.staff);
    dossier.address.street = street.into();
    dossier
}

/// Drafts it with its materials; answers the draft and what R-103 says.
async fn drafted(clinic: &Actor, dossier: &Dossier) -> (Value, Vec<Value>) {
    let draft = clinic.draft(&json_of(dossier)).await;
    clinic.add_materials(&draft).await;
    let findings = clinic.check(&draft).await["findings"].as_array().unwrap().clone();
    (draft, findings.into_iter().filter(|finding| finding["rule"] == "R-103").collect())
}

async fn persons(reader: &Actor, filing: &Value) -> Value {
    reader.filing("filing_persons", filing).send().await.expect(200)["items"].clone()
}

#[test]
fn a_nurse_at_two_clinics_is_noticed_and_each_authority_learns_what_it_may_know() {
    support::run(async {
        let app = TestApp::start().await;
        let mut first = app.dossier(ClinicType::General);
        first.staff.push(physician(&app));
        let issued = app.issued(&first).await;
        let number = issued["clinic"].as_str().unwrap().to_owned();
        let county = "山东省聊城市东昌府区";

        // In the other authority's area, by another owner: how many and where, not which.
        let abroad = with_staff_of(&app, &first, "371502001");
        let stranger = app.other_clinic();
        let (draft, told) = drafted(&stranger, &abroad).await;
        let pointers: Vec<_> = told.iter().map(|f| f["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/staff/0/id_number", "/staff/1/id_number"]);
        for finding in &told {
            let message = finding["message"].as_str().unwrap();
            assert!(message.contains("1家") && message.contains("东昌府区"), "{message}");
            for secret in [&number, &first.name, &first.address.detail, &first.staff[0].id_number] {
                assert!(!finding.to_string().contains(secret.as_str()), "{secret} in {finding}");
            }
        }
        stranger.act(&draft, json!({ "action": "submit" })).await.problem(422, "filing.blocked");
        let filing = stranger.submit(&draft).await.expect(200);
        let (nurse, doctor) = (
            json!({ "pointer": "/staff/0", "post": "nurse", "elsewhere": [{ "division": "371502", "county": county }] }),
            json!({ "pointer": "/staff/1", "post": "physician", "elsewhere": [{
                "division": "371502", "county": county, "post": "physician", "number": number, "name": first.name,
            }] }),
        );
        // The public record names the physician there; the nurse's clinic is another authority's.
        for who in ["other-officer", "other-approver", "other-inspector", "other-auditor"] {
            assert_eq!(persons(&app.actor(who), &filing).await, json!([nurse, doctor]), "{who}");
        }
        app.officer().filing("filing_persons", &filing).send().await.problem(404, "resource.not_found");
        stranger.filing("filing_persons", &filing).send().await.problem(403, "role.forbidden");

        // In the same authority's area it is a clinic of its own.
        let near = with_staff_of(&app, &first, "371502008");
        let (draft, told) = drafted(&app.clinic(), &near).await;
        assert_eq!(told.len(), 2);
        let filing = app.clinic().submit(&draft).await.expect(200);
        let seen = persons(&app.officer(), &filing).await;
        let known = json!([{
            "division": "371502", "county": county, "post": "nurse", "number": number, "name": first.name,
        }]);
        assert_eq!((&seen[0]["elsewhere"], &seen[1]), (&known, &doctor));
        app.other_officer().filing("filing_persons", &filing).send().await.problem(404, "resource.not_found");
    });
}

#[test]
fn a_clinics_own_people_and_those_of_an_ended_clinic_are_nobodys_elsewhere() {
    support::run(async {
        let app = TestApp::start().await;
        let first = app.dossier(ClinicType::General);
        let issued = app.issued(&first).await;
        let number = issued["clinic"].as_str().unwrap();
        let mut renamed = first.clone();
        renamed.name = format!("{}内科诊所", first.principal.name);
        let change = app.clinic().draft_change(number, &json_of(&renamed)).await;
        let check = app.clinic().check(&change).await;
        assert!(check["findings"].as_array().unwrap().iter().all(|f| f["rule"] != "R-103"), "{check:#}");

        let again = with_staff_of(&app, &first, "371502008");
        assert_eq!(drafted(&app.clinic(), &again).await.1.len(), 1);
        // A suspended clinic keeps its people, an ended one does not.
        for (state, noticed) in
            [(ClinicState::Suspended, 1), (ClinicState::DeemedClosed, 1), (ClinicState::Cancelled, 0)]
        {
            let mut row = app.app.store.clinic_by_number(number).await.unwrap();
            let seen = row.version;
            row.state = state;
            let tx = app.app.store.begin().await.unwrap();
            tx.advance_clinic(row, seen).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(drafted(&app.clinic(), &again).await.1.len(), noticed, "{state:?}");
        }
    });
}

#[test]
fn a_principal_who_works_elsewhere_is_noticed_and_two_places_count_as_two() {
    support::run(async {
        let app = TestApp::start().await;
        let nurse = app.dossier(ClinicType::General).staff[0].clone();
        let doctor = physician(&app);
        for _ in 0..2 {
            let mut dossier = app.dossier(ClinicType::General);
            dossier.staff = vec![nurse.clone(), doctor.clone()];
            let filing = app.clinic().draft(&json_of(&dossier)).await;
            app.carry_through(filing).await;
        }
        // The physician of those two now answers for a clinic of her own.
        let mut own = samples::sample(ClinicType::General, app.sequence(), app.app.clock.today());
        own.staff = vec![nurse];
        own.principal.name.clone_from(&doctor.name);
        own.principal.id_number.clone_from(&doctor.id_number);
        own.principal.practice_code.clone_from(&doctor.practice_code);
        let (_, told) = drafted(&app.clinic(), &own).await;
        let pointers: Vec<_> = told.iter().map(|f| f["pointer"].as_str().unwrap()).collect();
        assert_eq!(pointers, ["/principal/id_number", "/staff/0/id_number"]);
        assert!(told.iter().all(|f| f["message"].as_str().unwrap().contains("2家")), "{told:#?}");
    });
}
