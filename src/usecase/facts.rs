//! What the rules must know beyond the dossier, looked up once; and findings put into words.

use std::sync::Arc;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::domain::actor::Duty;
use crate::domain::dossier::{ClinicType, Dossier};
use crate::domain::filing_number::FilingNumber;
use crate::domain::finding::Finding;
use crate::domain::id::{AuthorityId, FilingId};
use crate::domain::law::{Basis, Law, Severity};
use crate::domain::lifecycle;
use crate::domain::particulars::Particulars;
use crate::domain::rules::Facts;
use crate::domain::rules::persons::Elsewhere;
use crate::domain::search;
use crate::domain::value::hex;
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::{authority, clinic, filing};
use crate::usecase::persons;

/// What the store knows about a filing.
pub struct Known {
    /// The law as the authority in charge applies it.
    pub law: Arc<Law>,
    /// The authority in charge of the dossier's type and street, by the table or by an officer's redirect.
    responsible: Option<authority::Model>,
    /// The authority that the filing is before or will be.
    before: Option<authority::Model>,
    covers_street: bool,
    same_name: Vec<String>,
    principal_elsewhere: Vec<String>,
    elsewhere: Vec<Elsewhere>,
    clinic: Option<clinic::Model>,
    materials: Vec<String>,
    number: Option<String>,
    number_taken: bool,
    particulars: Particulars,
    ordered: bool,
}

/// Looks up what the rules need. `number` is the filing number that the officer typed, if any.
///
/// # Errors
/// What the store answers.
pub async fn gather(app: &App, tx: &Tx, row: &filing::Model, number: Option<&str>) -> Result<Known> {
    let (dossier, today) = (&row.dossier, app.clock.today());
    let clinic = match row.clinic_id {
        Some(id) if row.kind.of_clinic() => Some(tx.clinic(id).await?),
        _ => None,
    };
    let street = dossier.address.street.as_str();
    let responsible = match dossier.clinic_type {
        Some(clinic_type) => tx.responsible(Duty::Issue, clinic_type, street, today).await?,
        None => None,
    };
    // A change stays with the clinic's authority (条例第十九条: 原备案机关); an officer's redirect overrules the table; what is
    // still the clinic's to write goes to whoever is in charge; what was received stays where it is.
    let before = match (&clinic, row.authority_id) {
        (Some(clinic), _) if !row.redirected => Some(tx.authority(clinic.authority_id).await?),
        (_, Some(received)) if row.redirected || !lifecycle::editable(row.stage) => Some(tx.authority(received).await?),
        _ => responsible.clone(),
    };
    // What the clinic was filed with was settled then, perhaps by a redirect.
    let as_filed = clinic.as_ref().map(|c| &c.dossier).is_some_and(|filed| {
        filed.address.street == dossier.address.street && filed.clinic_type == dossier.clinic_type
    });
    let settled = row.redirected || as_filed;
    let responsible = if settled { before.clone() } else { responsible };
    let covers_street = match &before {
        Some(authority) => settled || tx.covers(authority.id, street, today).await?,
        None => false,
    };
    let before_id = before.as_ref().map(|a| a.id);
    let name = search::normalise(&dossier.name);
    let same_name = match before_id {
        Some(authority) if !name.is_empty() => tx.clinics_named(authority, &name, row.clinic_id).await?,
        _ => vec![],
    };
    let principal = dossier.principal.id_number.trim();
    let practice_code = dossier.principal.practice_code.trim();
    let principal_elsewhere = tx.clinics_of_principal(&person_key(principal), practice_code, row.clinic_id).await?;
    let elsewhere = persons::elsewhere(tx, dossier, row.clinic_id).await?;
    let materials = tx.materials(FilingId(row.id)).await?.into_iter().map(|m| m.code).collect();
    let number = number.map(canonical_number);
    let holder = match &number {
        Some(number) => tx.holder_of_number(number).await?,
        None => None,
    };
    let number_taken = holder.is_some_and(|holder| Some(holder) != row.clinic_id);
    let law = before.as_ref().map_or_else(|| app.law(), |authority| app.law_of(authority));
    let ordered = match &clinic {
        Some(clinic) => tx.telemedicine_order(clinic.id).await?.is_some(),
        None => false,
    };
    Ok(Known {
        ordered,
        law,
        particulars: row.particulars.clone().unwrap_or_default(),
        responsible,
        before,
        covers_street,
        same_name,
        principal_elsewhere,
        elsewhere,
        clinic,
        materials,
        number,
        number_taken,
    })
}

impl Known {
    /// The authority that the filing is before or will be.
    pub fn authority(&self) -> Option<&authority::Model> {
        self.before.as_ref()
    }

    /// The form of the clinic that the filing is about, as it is filed now.
    pub fn form(&self) -> Option<&Dossier> {
        self.clinic.as_ref().map(|clinic| &clinic.dossier)
    }

    /// The authority in charge by the table, unless an officer's redirect or an earlier filing settled it.
    pub fn responsible(&self) -> Option<&authority::Model> {
        self.responsible.as_ref()
    }

    /// The facts of a filing as the rules take them.
    pub fn facts<'a>(&'a self, app: &'a App, row: &filing::Model) -> Facts<'a> {
        let responsible = self.responsible.as_ref().map(|a| (AuthorityId(a.id), a.name.clone()));
        Facts {
            kind: row.kind,
            today: app.clock.today(),
            law: &self.law,
            particulars: &self.particulars,
            standing: self.clinic.as_ref().map(|c| (c.state, c.telemedicine_mode)),
            clinic_since: self.clinic.as_ref().map(|c| c.filed_on),
            suspended_on: self.clinic.as_ref().and_then(|c| c.suspended_on),
            ordered: self.ordered,
            site_verified: self.clinic.as_ref().is_some_and(|c| c.verified_on.is_some()),
            authority: self.before.as_ref().map(|a| AuthorityId(a.id)),
            covers_street: self.covers_street,
            responsible,
            same_name: self.same_name.clone(),
            principal_elsewhere: self.principal_elsewhere.clone(),
            elsewhere: self.elsewhere.clone(),
            current: self.clinic.as_ref().map(|c| (c.certificate_version.unsigned_abs(), &c.dossier)),
            materials: &self.materials,
            number: self.number.clone(),
            number_taken: self.number_taken,
        }
    }
}

/// A finding in words.
pub struct Told {
    pub rule: String,
    pub severity: Severity,
    pub pointer: String,
    pub zh: String,
    pub en: String,
    /// 依据: document and article
    pub basis: Vec<String>,
    /// Whether a submission must say why all the same.
    pub answered: bool,
}

impl Told {
    /// Whether it stops a submission.
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Findings joined with the text of their rules.
pub fn tell(law: &Law, today: NaiveDate, clinic_type: Option<ClinicType>, findings: &[Finding]) -> Vec<Told> {
    let told = findings.iter().filter_map(|finding| {
        let rule = law.rule(&finding.rule, today)?;
        let severity = rule.severity_for(clinic_type);
        Some(Told {
            rule: finding.rule.clone(),
            severity,
            answered: rule.answered && severity == Severity::Warning,
            pointer: finding.pointer.clone(),
            zh: rule.message_zh(&finding.values),
            en: rule.message_en(&finding.values),
            basis: basis(law, today, &finding.rule, clinic_type),
        })
    });
    told.collect()
}

/// The legal basis of a rule for a clinic of this type: document and article. A rule whose every basis stands in the other
/// measures names them all.
pub fn basis(law: &Law, today: NaiveDate, rule: &str, clinic_type: Option<ClinicType>) -> Vec<String> {
    let Some(rule) = law.rule(rule, today) else { return vec![] };
    let holds = |b: &&Basis| b.profiles.is_empty() || clinic_type.is_none_or(|t| b.profiles.contains(&t.profile()));
    let named = |b: &Basis| format!("{}{}", b.document, b.article);
    let own: Vec<String> = rule.basis.iter().filter(holds).map(named).collect();
    if own.is_empty() { rule.basis.iter().map(named).collect() } else { own }
}

/// Passes when no finding blocks.
///
/// # Errors
/// `Blocked` with every finding that does.
pub fn passes(told: Vec<Told>) -> Result<()> {
    let blocking: Vec<Problem> = told
        .into_iter()
        .filter(Told::blocks)
        .map(|told| Problem { pointer: told.pointer, zh: told.zh, en: told.en, rule: Some(told.rule) })
        .collect();
    if blocking.is_empty() { Ok(()) } else { Err(Error::Blocked(blocking)) }
}

/// A typed 备案编号 in its one form; as it was typed where it is none, for the rule that says so.
pub(super) fn canonical_number(typed: &str) -> String {
    typed.parse::<FilingNumber>().map_or_else(|_| typed.to_owned(), |number| number.to_string())
}

/// By which a person is recognised across clinics: a digest, so that the number itself stands in no index.
pub fn person_key(id_number: &str) -> String {
    let canonical = id_number.trim().to_uppercase();
    if canonical.is_empty() { String::new() } else { hex(&Sha256::digest(canonical)) }
}
