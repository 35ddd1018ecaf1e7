//! Filings in every stage, the short way.

use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use clinic_registry::domain::deadline;
use clinic_registry::domain::dossier::{ClinicType, Dossier};
use clinic_registry::domain::id::FilingId;
use clinic_registry::domain::law::Law;
use clinic_registry::domain::lifecycle::{Kind, Stage};
use clinic_registry::domain::rules::{self, Facts};
use clinic_registry::domain::samples;
use clinic_registry::store::Store;
use clinic_registry::store::entity::{filing, material};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::app::TestApp;

/// The law as shipped.
pub static LAW: LazyLock<Law> = LazyLock::new(|| clinic_registry::law::embedded().unwrap());

/// A small PDF file; another `what` gives other bytes.
pub fn pdf_file(what: &str) -> Vec<u8> {
    format!("%PDF-1.4\n% {what}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n").into_bytes()
}

/// A dossier as the API takes it.
pub fn json_of(dossier: &Dossier) -> Value {
    without_nulls(serde_json::to_value(dossier).unwrap())
}

/// What is absent is left out: the contract knows no null.
fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            fields.into_iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k, without_nulls(v))).collect()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

/// Codes of every policy that telemedicine asks for.
pub fn policies(today: NaiveDate) -> Vec<String> {
    LAW.policies(today).map(|p| p.code.clone()).collect()
}

impl TestApp {
    /// A complete dossier of people who stand in no other filing of this application.
    pub fn dossier(&self, clinic_type: ClinicType) -> Dossier {
        samples::sample(clinic_type, self.sequence(), self.app.clock.today())
    }

    /// The same with 互联网诊疗.
    pub fn with_telemedicine(&self, clinic: &Dossier) -> Dossier {
        let today = self.app.clock.today();
        samples::telemedicine_sample(clinic, &policies(today), today)
    }

    /// A draft that passes every check.
    pub async fn complete_draft(&self) -> Value {
        let clinic = self.clinic();
        let filing = clinic.draft(&json_of(&self.dossier(ClinicType::General))).await;
        clinic.add_materials(&filing).await;
        filing
    }

    /// A filing that the authority has received.
    pub async fn received(&self) -> Value {
        let draft = self.complete_draft().await;
        self.clinic().submit(&draft).await.expect(200)
    }

    /// A filing in `stage`.
    pub async fn in_stage(&self, stage: Stage) -> Value {
        if stage == Stage::Draft {
            return self.complete_draft().await;
        }
        let filing = self.received().await;
        let (clinic, officer, approver) = (self.clinic(), self.officer(), self.approver());
        match stage {
            Stage::Draft | Stage::Received => filing,
            Stage::Correcting => officer.act(&filing, correction()).await.expect(200),
            Stage::Recommended => officer.act(&filing, json!({ "action": "recommend" })).await.expect(200),
            Stage::Redirected => officer.act(&filing, self.redirect()).await.expect(200),
            Stage::Withdrawn => clinic.act(&filing, withdrawal()).await.expect(200),
            Stage::Issued => {
                let filing = officer.act(&filing, json!({ "action": "recommend" })).await.expect(200);
                approver.act(&filing, json!({ "action": "issue" })).await.expect(200)
            }
        }
    }

    /// Files, reviews and issues a dossier; answers the issued filing.
    pub async fn issued(&self, dossier: &Dossier) -> Value {
        let filing = self.clinic().draft(&json_of(dossier)).await;
        self.carry_through(filing).await
    }

    /// Files, reviews and issues a change of a clinic; answers the issued filing.
    pub async fn changed(&self, number: &str, dossier: &Dossier) -> Value {
        let filing = self.clinic().draft_change(number, &json_of(dossier)).await;
        self.carry_through(filing).await
    }

    /// Submits, recommends and issues a draft; answers the filing as it is then.
    pub async fn carry_through(&self, draft: Value) -> Value {
        self.clinic().add_materials(&draft).await;
        let filing = self.clinic().submit(&draft).await.expect(200);
        self.concluded(&filing).await
    }

    /// Recommends and issues what was received.
    pub async fn concluded(&self, filing: &Value) -> Value {
        let filing = self.officer().act(filing, json!({ "action": "recommend" })).await.expect(200);
        self.approver().act(&filing, json!({ "action": "issue" })).await.expect(200)
    }

    /// The step that sends a filing to the other authority.
    pub fn redirect(&self) -> Value {
        json!({ "action": "redirect", "reason": "地址属于另一备案机关", "authority_id": self.other_authority })
    }

    /// Writes recommended filings into the database, as if they had come the long way.
    pub async fn recommended(&self, dossiers: Vec<Dossier>) -> Vec<FilingId> {
        let rows =
            Prepared { owner: self.account("clinic"), officer: self.account("officer"), authority: self.authority };
        rows.add(&self.app.store, self.app.clock.now(), Stage::Recommended, dossiers).await
    }
}

/// Who stands behind filings that are written into the database.
pub struct Prepared {
    pub owner: Uuid,
    pub officer: Uuid,
    pub authority: Uuid,
}

impl Prepared {
    /// Writes filings in `stage`, received or recommended, with their materials.
    pub async fn add(&self, store: &Store, now: DateTime<Utc>, stage: Stage, dossiers: Vec<Dossier>) -> Vec<FilingId> {
        let today = deadline::shanghai_date(now);
        let tx = store.begin().await.unwrap();
        let mut ids = vec![];
        for dossier in dossiers {
            let row = self.row(dossier, now, stage);
            let id = row.id;
            let codes = asked(&row.dossier, today);
            let serial = tx.next_number("case/prepared").await.unwrap();
            tx.add_filing(filing::Model { case_number: Some(format!("BA-TEST-{serial:06}")), ..row }).await.unwrap();
            for code in codes {
                let row = material::Model {
                    id: Uuid::now_v7(),
                    filing_id: id,
                    code,
                    file_name: "材料.pdf".into(),
                    media_type: "application/pdf".into(),
                    size: 1,
                    sha256: "0".repeat(64),
                    added_at: now,
                };
                tx.add_material(row).await.unwrap();
            }
            ids.push(FilingId(id));
        }
        tx.commit().await.unwrap();
        ids
    }

    fn row(&self, dossier: Dossier, now: DateTime<Utc>, stage: Stage) -> filing::Model {
        let today = deadline::shanghai_date(now);
        filing::Model {
            id: Uuid::now_v7(),
            case_number: None,
            kind: Kind::Establishment,
            stage,
            owner_id: self.owner,
            clinic_id: None,
            base_version: None,
            authority_id: Some(self.authority),
            submitted: Some(dossier.clone()),
            dossier,
            notice: None,
            notices: 0,
            submitted_at: Some(now),
            received_on: Some(today),
            due_on: Some(today),
            due_guessed: false,
            redirected: false,
            recommended_by: (stage == Stage::Recommended).then_some(self.officer),
            issued_by: None,
            certificate_id: None,
            created_at: now,
            updated_at: now,
            version: 1,
            particulars: None,
            submitted_particulars: None,
            predecessor_id: None,
            answers: None,
            import_id: None,
        }
    }
}

/// Codes of every material that a dossier needs.
fn asked(dossier: &Dossier, today: NaiveDate) -> Vec<String> {
    let facts = Facts::new(Kind::Establishment, today, &LAW);
    let missing = rules::check(dossier, &facts).into_iter().filter(|f| f.rule == "R-011");
    missing.filter_map(|f| f.pointer.strip_prefix("/materials/").map(str::to_owned)).collect()
}

/// A correction notice with one defect.
pub fn correction() -> Value {
    json!({
        "action": "request_correction",
        "defects": [{ "rule": "R-016", "pointer": "/name", "detail": "名称须与营业执照一致，请核对。" }],
    })
}

/// A withdrawal with its reason.
pub fn withdrawal() -> Value {
    json!({ "action": "withdraw", "reason": "暂不开办" })
}
