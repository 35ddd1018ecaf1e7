//! A clinic's life, one story for each kind of filing: what the filing, the register, the certificate and the code on it
//! answer before and after.

mod change;
mod loss;
mod refused;
mod relocation;
mod standing;
mod telemedicine;

use clinic_registry::domain::announcement::AnnouncementKind;
use clinic_registry::domain::dossier::{ClinicType, Dossier};
use clinic_registry::domain::standing::ClinicAct;
use serde_json::{Value, json};

use crate::support::actors::Actor;
use crate::support::app::TestApp;

/// Monday 2026-12-14, 10:00 in Asia/Shanghai: three weeks after the clinics of these stories were filed.
const LATER: &str = "2026-12-14T02:00:00Z";

/// A filed clinic: its form, its number, the digits of its code.
struct Filed {
    dossier: Dossier,
    filing: Value,
    number: String,
    digits: String,
}

/// Files a clinic of a type.
async fn filed(app: &TestApp, clinic_type: ClinicType) -> Filed {
    let dossier = app.dossier(clinic_type);
    let filing = app.issued(&dossier).await;
    let number = filing["clinic"].as_str().unwrap().to_owned();
    let digits = digits(app, &filing).await;
    Filed { dossier, filing, number, digits }
}

/// The digits of the code on the certificate that came of a filing.
async fn digits(app: &TestApp, filing: &Value) -> String {
    let certificate = app.clinic().certificate(filing).await;
    certificate["code_url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

/// What a code is worth: outcome, reason, and whether the clinic may treat online.
async fn worth(app: &TestApp, code: &str) -> (String, String, bool) {
    let answer = app.anonymous().verify(code).await;
    let reason = answer["reason"]["code"].as_str().unwrap_or_default().to_owned();
    let permitted = answer["telemedicine_permitted"].as_bool().unwrap();
    (answer["outcome"].as_str().unwrap().to_owned(), reason, permitted)
}

fn valid(telemedicine: bool) -> (String, String, bool) {
    ("valid".to_owned(), String::new(), telemedicine)
}

fn not_valid(reason: &str) -> (String, String, bool) {
    ("not_valid".to_owned(), reason.to_owned(), false)
}

/// In which list of the register, by state, a clinic stands.
async fn listed_as(app: &TestApp, number: &str) -> Vec<&'static str> {
    let mut found = vec![];
    for state in ["active", "suspended", "deemed_closed", "cancelled", "revoked", "stopped"] {
        let list = app.anonymous().search(&[("state", state)]).await;
        if list.iter().any(|clinic| clinic["number"] == number) {
            found.push(state);
        }
    }
    found
}

/// Particulars that the clinic signs on `day`, with what else they say.
fn signed(clinic: &Dossier, day: &str, others: Value) -> Value {
    let mut particulars = json!({ "effective_on": day, "signed_by": clinic.principal.name, "signed_on": day });
    particulars.as_object_mut().unwrap().extend(others.as_object().unwrap().clone());
    particulars
}

/// Whether a filing shows the particulars that were written; what was left out is shown empty.
fn says(filing: &Value, particulars: &Value) -> bool {
    particulars.as_object().unwrap().iter().all(|(field, value)| filing["particulars"][field] == *value)
}

/// Drafts, submits, recommends and issues a filing that says its particulars.
async fn done(app: &TestApp, kind: &str, number: &str, particulars: &Value) -> Value {
    let draft = app.clinic().draft_about(kind, number, particulars).await;
    app.carry_through(draft).await
}

/// Rules and pointers of the findings on a draft.
async fn found(clinic: &Actor, filing: &Value) -> Vec<(String, String)> {
    let checked = clinic.check(filing).await;
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    checked["findings"].as_array().unwrap().iter().map(|f| (text(f, "rule"), text(f, "pointer"))).collect()
}

/// What happened to a clinic, in order.
async fn acts(app: &TestApp, number: &str) -> Vec<ClinicAct> {
    let clinic = app.app.store.clinic_by_number(number).await.unwrap();
    app.app.store.clinic_events(clinic.id).await.unwrap().into_iter().map(|event| event.act).collect()
}

/// What was announced of a clinic, the newest first: kind and words.
async fn announced(app: &TestApp, number: &str) -> Vec<(AnnouncementKind, String)> {
    let clinic = app.app.store.clinic_by_number(number).await.unwrap();
    let rows = app.app.store.announcements(Some(clinic.id), None, None, 50).await.unwrap();
    rows.into_iter().map(|row| (row.kind, row.body)).collect()
}

/// The steps of a filing and the note of the last one.
async fn course(app: &TestApp, filing: &Value) -> (Vec<String>, String) {
    let history = app.officer().history(filing).await;
    let steps = history.iter().map(|event| event["action"].as_str().unwrap().to_owned()).collect();
    (steps, history.last().unwrap()["note"].as_str().unwrap().to_owned())
}
