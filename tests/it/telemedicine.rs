//! The register of 互联网诊疗 and the question of relying platforms: the list and the answers always agree.

mod answers;
mod lists;

use clinic_registry::domain::dossier::{ClinicType, Dossier};
use serde_json::{Value, json};

use crate::support::app::TestApp;

/// The subject that the clinics of these stories offer online.
const SUBJECT: &str = "50.01";

/// A clinic with 互联网诊疗.
pub struct OnlineClinic {
    pub dossier: Dossier,
    pub number: String,
    /// The filing that added it.
    pub filing: Value,
    /// Who treats online.
    pub physician: String,
}

/// Files a clinic of Chinese medicine and adds 互联网诊疗.
pub async fn online(app: &TestApp) -> OnlineClinic {
    let dossier = app.dossier(ClinicType::TcmComprehensive);
    let number = app.issued(&dossier).await["clinic"].as_str().unwrap().to_owned();
    let dossier = app.with_telemedicine(&dossier);
    let filing = app.changed(&number, &dossier).await;
    let physician = dossier.staff.iter().find(|row| row.telemedicine).unwrap().name.clone();
    OnlineClinic { dossier, number, filing, physician }
}

/// The answer to a question.
pub async fn asked(app: &TestApp, question: &Value) -> Value {
    app.anonymous().call("telemedicine_check").json(question).send().await.expect(200)
}

/// Codes of the reasons or notes of an answer.
fn codes<'a>(answer: &'a Value, what: &str) -> Vec<&'a str> {
    answer[what].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

impl OnlineClinic {
    fn question(&self) -> Value {
        json!({ "clinic": self.number, "physician": { "name": self.physician }, "subject": SUBJECT })
    }

    /// The reasons against the clinic's physician and subject; the public list must say the same.
    async fn reasons(&self, app: &TestApp) -> Vec<String> {
        let answer = asked(app, &self.question()).await;
        let reasons: Vec<_> = codes(&answer, "reasons").into_iter().map(str::to_owned).collect();
        assert_eq!(answer["permitted"], json!(reasons.is_empty()), "{answer:#}");
        assert_eq!(numbers(app, &[]).await.contains(&self.number), reasons.is_empty(), "{reasons:?}");
        reasons
    }
}

/// Every number of the list, over all its pages.
async fn numbers(app: &TestApp, parameters: &[(&str, &str)]) -> Vec<String> {
    let mut numbers = vec![];
    let mut cursor: Option<String> = None;
    loop {
        let call = app.anonymous().call("telemedicine_list");
        let call = parameters.iter().fold(call, |call, (name, value)| call.query(name, value));
        let call = cursor.iter().fold(call, |call, cursor| call.query("cursor", cursor));
        let page = call.send().await.expect(200);
        numbers.extend(page["items"].as_array().unwrap().iter().map(|i| i["number"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return numbers,
        }
    }
}
