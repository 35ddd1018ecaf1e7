//! The demonstration: an authority, accounts everybody knows, and about ten synthetic clinics, made by running the real
//! use cases. What it shows is what the service does.

use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::dossier::{ClinicType, Dossier};
use crate::domain::filing::Defect;
use crate::domain::id::{AccountId, AuthorityId, FilingId};
use crate::domain::lifecycle::{Action, Kind};
use crate::domain::samples;
use crate::error::{Error, Result};
use crate::store::entity::certificate;
use crate::store::idempotency::Once;
use crate::usecase::accounts::{self, NewAccount};
use crate::usecase::actions::{self, Command};
use crate::usecase::authorities::{self, NewAuthority};
use crate::usecase::filings::{self, Case, NewFiling};
use crate::usecase::materials::{self, Upload};

/// Password of every demonstration account.
pub const PASSWORD: &str = "clinic-filing-demo";

/// Login, name and role of the demonstration accounts.
pub const ACCOUNTS: &[(&str, &str, Role)] = &[
    ("demo-clinic", "演示诊所", Role::Clinic),
    ("demo-clinic-2", "演示诊所二", Role::Clinic),
    ("demo-officer", "陈静", Role::Officer),
    ("demo-approver", "李国栋", Role::Approver),
    ("demo-inspector", "赵敏", Role::Inspector),
    ("demo-auditor", "孙立", Role::Auditor),
    ("demo-admin", "系统管理员", Role::Admin),
];

/// 聊城经济技术开发区 has no GB/T 2260 code of its own: its streets lie under 371502 (domain facts §4.4, §6.8).
const REGION: &str = "371502";
const STREETS: [&str; 3] = ["371502008", "371502009", "371502010"];

/// Fills an empty register.
///
/// # Errors
/// What the use cases answer: the demonstration is a filing like any other.
pub async fn seed(app: &App) -> Result<()> {
    let authority = NewAuthority {
        name: "聊城经济技术开发区行政审批服务局",
        uscc: "11371502000000027P",
        region: REGION,
        phone: "0635-0000000",
        streets: &STREETS.map(str::to_owned),
        clinic_types: ClinicType::ALL,
    };
    let authority = authorities::create(app, authority).await?;
    let mut actors = vec![];
    for (login, display_name, role) in ACCOUNTS {
        let works_for = role.sees_cases().then_some(authority);
        actors.push(account(app, login, display_name, *role, works_for).await?);
    }
    let cast = |role: Role| actors.iter().find(|a| a.role == role).cloned().ok_or(Error::NotFound("account"));
    let stage =
        Stage { app, clinic: cast(Role::Clinic)?, officer: cast(Role::Officer)?, approver: cast(Role::Approver)? };
    let second = actors.get(1).cloned().ok_or(Error::NotFound("account"))?;
    play(&stage, &Stage { clinic: second, ..stage.clone() }).await
}

/// Ten filings in all their stages.
async fn play(first: &Stage<'_>, second: &Stage<'_>) -> Result<()> {
    let today = first.app.clock.today();
    let sample = |clinic_type, seq| samples::sample(clinic_type, seq, today);
    // One of each type, issued; the comprehensive clinic of Chinese medicine then adds 互联网诊疗, the general one changes.
    for (seq, &clinic_type) in (1..).zip(ClinicType::ALL) {
        let place = if seq % 2 == 0 { second } else { first };
        let issued = place.issued(Kind::Establishment, None, sample(clinic_type, seq)).await?;
        let number = issued.clinic.as_ref().map(|c| c.number.clone());
        match clinic_type {
            ClinicType::TcmComprehensive => {
                let policies: Vec<_> = first.app.law.policies(today).map(|p| p.code.clone()).collect();
                let online = samples::telemedicine_sample(&issued.row.dossier, &policies, today);
                place.issued(Kind::Change, number, online).await?;
            }
            ClinicType::General => {
                let mut dossier = issued.row.dossier.clone();
                dossier.address.detail = "东昌路126号".to_owned();
                place.issued(Kind::Change, number, dossier).await?;
            }
            _ => (),
        }
    }
    first.issued(Kind::Establishment, None, sample(ClinicType::Dental, 7)).await?;
    second.issued(Kind::Establishment, None, sample(ClinicType::Tcm, 8)).await?;
    // One waits for the clinic, one for the officer, one is being written.
    let waiting = first.submitted(Kind::Establishment, None, sample(ClinicType::Cosmetic, 9)).await?;
    let defects = vec![Defect {
        rule: "R-011".to_owned(),
        pointer: "/materials/floor_plan".to_owned(),
        detail: "平面布局图未标注治疗室、处置室的面积，请补充标注后重新上传。".to_owned(),
    }];
    first.step(&first.officer, waiting, Action::RequestCorrection, defects).await?;
    second.submitted(Kind::Establishment, None, sample(ClinicType::General, 10)).await?;
    first.drafted(Kind::Establishment, None, sample(ClinicType::Integrative, 11)).await?;
    Ok(())
}

/// The newest certificate in force that names 互联网诊疗.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn newest_certificate(app: &App) -> Result<certificate::Model> {
    app.store.newest_telemedicine_certificate().await?.ok_or(Error::NotFound("certificate"))
}

async fn account(
    app: &App,
    login: &str,
    display_name: &str,
    role: Role,
    authority: Option<AuthorityId>,
) -> Result<Actor> {
    let new = NewAccount { login, password: PASSWORD, display_name, role, authority, demonstration: true };
    let id: AccountId = accounts::create(app, new).await?;
    Ok(Actor { id, name: display_name.to_owned(), role, authority })
}

/// Who plays.
#[derive(Clone)]
pub struct Stage<'a> {
    pub app: &'a App,
    pub clinic: Actor,
    pub officer: Actor,
    pub approver: Actor,
}

impl Stage<'_> {
    /// A filing from draft to certificate.
    ///
    /// # Errors
    /// What the use cases answer.
    pub async fn issued(&self, kind: Kind, clinic: Option<String>, dossier: Dossier) -> Result<Case> {
        let case = self.submitted(kind, clinic, dossier).await?;
        let case = self.step(&self.officer, case, Action::Recommend, vec![]).await?;
        self.step(&self.approver, case, Action::Issue, vec![]).await
    }

    async fn submitted(&self, kind: Kind, clinic: Option<String>, dossier: Dossier) -> Result<Case> {
        let case = self.drafted(kind, clinic, dossier).await?;
        self.step(&self.clinic, case, Action::Submit, vec![]).await
    }

    /// A draft with every material that its rules ask for.
    async fn drafted(&self, kind: Kind, clinic: Option<String>, dossier: Dossier) -> Result<Case> {
        let (app, actor) = (self.app, &self.clinic);
        let new = NewFiling { kind, clinic, dossier: Some(dossier) };
        let case = filings::draft(app, actor, new, &self.once(actor)).await?;
        let id = FilingId(case.row.id);
        let wanted = filings::check(app, actor, id).await?;
        let codes = wanted.iter().filter(|told| told.rule == "R-011");
        for code in codes.filter_map(|told| told.pointer.strip_prefix("/materials/")) {
            let upload = placeholder(code).map_err(Error::internal)?;
            materials::add(app, actor, id, upload, &self.once(actor)).await?;
        }
        filings::view(app, actor, id).await
    }

    async fn step(&self, actor: &Actor, case: Case, action: Action, defects: Vec<Defect>) -> Result<Case> {
        let command = Command { action, reason: String::new(), defects, authority: None, number: None };
        let (id, seen) = (FilingId(case.row.id), case.row.version);
        actions::act(self.app, actor, id, seen, command, &self.once(actor)).await
    }

    fn once(&self, actor: &Actor) -> Once {
        Once { account: actor.id, key: Uuid::simple(self.app.clock.new_id()).to_string(), fingerprint: String::new() }
    }
}

/// A PDF of one empty page.
fn placeholder(code: &str) -> std::io::Result<Upload> {
    use std::io::{Seek, Write};
    const PAGE: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
                        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
    let mut file = tempfile::tempfile()?;
    writeln!(file, "{PAGE}% {code}")?;
    file.rewind()?;
    let (sha256, size) = materials::digest(&mut file)?;
    file.rewind()?;
    Ok(Upload { code: code.to_owned(), file_name: format!("{code}.pdf"), file, size, sha256 })
}
