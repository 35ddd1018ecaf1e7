//! The demonstration: an authority, accounts everybody knows, and about a dozen synthetic clinics, made by running the real
//! use cases. What it shows is what the service does.

mod supervision;

use std::collections::BTreeSet;

use chrono::Months;

use crate::app::App;
use crate::domain::actor::{Actor, Role};
use crate::domain::dossier::{ClinicType, Dossier};
use crate::domain::filing::{Answer, Defect};
use crate::domain::id::{AccountId, AuthorityId, FilingId};
use crate::domain::law::Severity;
use crate::domain::lifecycle::{Action, Kind};
use crate::domain::particulars::{Particulars, SuspensionReason};
use crate::domain::samples;
use crate::error::{Error, Result};
use crate::store::entity::certificate;
use crate::store::idempotency::Once;
use crate::usecase::accounts::{self, NewAccount};
use crate::usecase::actions::{self, Command};
use crate::usecase::authorities::{self, NewAuthority};
use crate::usecase::facts::Told;
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
    ("demo-inspector-2", "周航", Role::Inspector),
    ("demo-auditor", "孙立", Role::Auditor),
    ("demo-admin", "系统管理员", Role::Admin),
];

/// 聊城经济技术开发区 has no GB/T 2260 code of its own: its streets lie under 371502 (domain facts §4.4, §6.8).
const REGION: &str = "371502";
const STREETS: [&str; 3] = ["371502008", "371502009", "371502010"];

/// The series whose first number says that the demonstration is complete.
const COMPLETE: &str = "demonstration";

/// Fills the register, or finishes what a killed start left: every step carries its own key and has its effect once.
///
/// # Errors
/// What the use cases answer: the demonstration is a filing like any other.
pub async fn seed(app: &App) -> Result<()> {
    if app.store.has_numbers(COMPLETE).await? {
        return Ok(());
    }
    let authority = authority(app).await?;
    let mut actors = vec![];
    for (login, display_name, role) in ACCOUNTS {
        let works_for = role.sees_cases().then_some(authority);
        actors.push(account(app, login, display_name, *role, works_for).await?);
    }
    let cast = |role: Role| actors.iter().find(|a| a.role == role).cloned().ok_or(Error::NotFound("account"));
    let first =
        Cast { app, clinic: cast(Role::Clinic)?, officer: cast(Role::Officer)?, approver: cast(Role::Approver)? };
    let second = actors.get(1).cloned().ok_or(Error::NotFound("account"))?;
    play(&first, &Cast { clinic: second, ..first.clone() }).await?;
    supervision::play(&first, &cast(Role::Inspector)?).await?;
    let tx = app.store.begin().await?;
    tx.next_number(COMPLETE).await?;
    tx.commit().await
}

/// Some fifteen filings in all their stages.
async fn play(first: &Cast<'_>, second: &Cast<'_>) -> Result<()> {
    let today = first.app.clock.today();
    let sample = |clinic_type, seq| samples::sample(clinic_type, seq, today);
    // One of each type, issued; the comprehensive clinic of Chinese medicine then adds 互联网诊疗, the general one moves.
    for (seq, &clinic_type) in (1..).zip(ClinicType::ALL) {
        let place = if seq % 2 == 0 { second } else { first };
        let issued = place.issued(&format!("new-{seq}"), Kind::Establishment, None, sample(clinic_type, seq)).await?;
        let number = issued.clinic.as_ref().map(|c| c.number.clone());
        let filed = issued.row.dossier;
        let changed = match clinic_type {
            ClinicType::TcmComprehensive => {
                let policies: Vec<_> = first.app.law().policies(today).map(|p| p.code.clone()).collect();
                samples::telemedicine_sample(&filed, &policies, today)
            }
            ClinicType::General => {
                let mut moved = filed;
                moved.address.detail = "东昌路126号".to_owned();
                moved
            }
            _ => continue,
        };
        place.issued(&format!("change-{seq}"), Kind::Change, number, changed).await?;
    }
    first.issued("new-7", Kind::Establishment, None, sample(ClinicType::Dental, 7)).await?;
    second.issued("new-8", Kind::Establishment, None, sample(ClinicType::Tcm, 8)).await?;
    // One waits for the clinic, one for the officer, one is being written.
    let waiting = first.submitted("new-9", Kind::Establishment, None, sample(ClinicType::Cosmetic, 9)).await?;
    let defects = vec![Defect {
        rule: "R-011".to_owned(),
        pointer: "/materials/floor_plan".to_owned(),
        detail: "平面布局图未标注治疗室、处置室的面积，请补充标注后重新上传。".to_owned(),
    }];
    first.step("new-9", &first.officer, waiting, Action::RequestCorrection, defects).await?;
    second.submitted("new-10", Kind::Establishment, None, sample(ClinicType::General, 10)).await?;
    first.drafted("new-11", Kind::Establishment, None, sample(ClinicType::Integrative, 11)).await?;
    lives(first, sample(ClinicType::General, 12), sample(ClinicType::Dental, 13), sample(ClinicType::Tcm, 14)).await?;
    partings(second, sample(ClinicType::General, 15), sample(ClinicType::Tcm, 16)).await?;
    second.issued("new-17", Kind::Establishment, None, sample(ClinicType::TcmComprehensive, 17)).await.map(drop)
}

/// What a filing about a clinic says in any case: from today on, signed by its principal.
fn says(cast: &Cast<'_>, dossier: &Dossier) -> Particulars {
    let today = cast.app.clock.today();
    Particulars {
        effective_on: Some(today),
        signed_by: dossier.principal.name.clone(),
        signed_on: Some(today),
        ..Particulars::default()
    }
}

/// Two more: one moves to another county, one has just declared its certificate lost.
async fn partings(cast: &Cast<'_>, moves: Dossier, loses: Dossier) -> Result<()> {
    let move_away = Particulars {
        reason: "诊所用房到期，迁往茌平区继续执业。".to_owned(),
        records_kept_at: "随诊所迁往新址保管".to_owned(),
        records_phone: "0635-0000002".to_owned(),
        medicines_disposal: "随诊所迁移。".to_owned(),
        destination_division: "371503".to_owned(),
        destination_address: "聊城市茌平区中心街1号".to_owned(),
        ..says(cast, &moves)
    };
    let loss = Particulars { reason: "装修时遗失。".to_owned(), ..says(cast, &loses) };
    for (seq, kind, dossier, particulars) in
        [(15, Kind::Relocation, moves, move_away), (16, Kind::Reissue, loses, loss)]
    {
        let issued = cast.issued(&format!("new-{seq}"), Kind::Establishment, None, dossier).await?;
        let clinic = issued.clinic.map(|clinic| clinic.number);
        let label = format!("life-{seq}");
        let new = NewFiling { kind, clinic, dossier: None, particulars: Some(particulars) };
        let case = cast.draft(&label, new).await?;
        let case = cast.step(&label, &cast.clinic, case, Action::Submit, vec![]).await?;
        if kind == Kind::Relocation {
            cast.concluded(&label, case).await?;
        }
    }
    Ok(())
}

/// Three more, further on in life: one suspends, one closes, one loses its certificate and gets another copy.
async fn lives(cast: &Cast<'_>, suspends: Dossier, closes: Dossier, loses: Dossier) -> Result<()> {
    let today = cast.app.clock.today();
    let suspension = Particulars {
        until: today.checked_add_months(Months::new(3)),
        suspension_reason: Some(SuspensionReason::Rebuilding),
        reason: "诊室改建。".to_owned(),
        ..says(cast, &suspends)
    };
    let closure = Particulars {
        reason: "主要负责人退休，诊所不再经营。".to_owned(),
        records_kept_at: "聊城经济技术开发区东城街道社区卫生服务中心".to_owned(),
        records_phone: "0635-0000001".to_owned(),
        medicines_disposal: "剩余药品已退回供货单位。".to_owned(),
        ..says(cast, &closes)
    };
    let loss = Particulars { reason: "搬运时遗失，多方查找未果。".to_owned(), ..says(cast, &loses) };
    for (seq, kind, dossier, particulars) in [
        (12, Kind::Suspension, suspends, suspension),
        (13, Kind::Closure, closes, closure),
        (14, Kind::Reissue, loses, loss),
    ] {
        let issued = cast.issued(&format!("new-{seq}"), Kind::Establishment, None, dossier).await?;
        let clinic = issued.clinic.map(|clinic| clinic.number);
        let new = NewFiling { kind, clinic, dossier: None, particulars: Some(particulars) };
        let label = format!("life-{seq}");
        let case = cast.draft(&label, new).await?;
        let case = cast.step(&label, &cast.clinic, case, Action::Submit, vec![]).await?;
        cast.concluded(&label, case).await?;
    }
    Ok(())
}

/// The newest certificate in force that names 互联网诊疗.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn newest_certificate(app: &App) -> Result<certificate::Model> {
    app.store.newest_telemedicine_certificate().await?.ok_or(Error::NotFound("certificate"))
}

async fn authority(app: &App) -> Result<AuthorityId> {
    let new = NewAuthority {
        name: "聊城经济技术开发区行政审批服务局",
        uscc: "11371502000000027P",
        region: REGION,
        phone: "0635-0000000",
        streets: &STREETS.map(str::to_owned),
        clinic_types: ClinicType::ALL,
    };
    let there = app.store.authorities().await?.into_iter().find(|row| row.uscc == new.uscc);
    match there {
        Some(row) => Ok(AuthorityId(row.id)),
        None => authorities::create(app, new).await,
    }
}

async fn account(
    app: &App,
    login: &str,
    display_name: &str,
    role: Role,
    authority: Option<AuthorityId>,
) -> Result<Actor> {
    if let Some(row) = app.store.account_by_login(login).await? {
        return Ok(accounts::actor_of(row));
    }
    let new = NewAccount { login, password: PASSWORD, display_name, role, authority, demonstration: true };
    let id: AccountId = accounts::create(app, new).await?;
    Ok(Actor::holder(id, display_name.to_owned(), role, authority))
}

/// Who plays.
#[derive(Clone)]
pub struct Cast<'a> {
    pub app: &'a App,
    pub clinic: Actor,
    pub officer: Actor,
    pub approver: Actor,
}

impl Cast<'_> {
    /// A filing from draft to certificate. `label` names it: the same label again is the same filing.
    ///
    /// # Errors
    /// What the use cases answer.
    pub async fn issued(&self, label: &str, kind: Kind, clinic: Option<String>, dossier: Dossier) -> Result<Case> {
        let case = self.submitted(label, kind, clinic, dossier).await?;
        self.concluded(label, case).await
    }

    async fn concluded(&self, label: &str, case: Case) -> Result<Case> {
        let case = self.step(label, &self.officer, case, Action::Recommend, vec![]).await?;
        self.step(label, &self.approver, case, Action::Issue, vec![]).await
    }

    async fn submitted(&self, label: &str, kind: Kind, clinic: Option<String>, dossier: Dossier) -> Result<Case> {
        let case = self.drafted(label, kind, clinic, dossier).await?;
        self.step(label, &self.clinic, case, Action::Submit, vec![]).await
    }

    async fn drafted(&self, label: &str, kind: Kind, clinic: Option<String>, dossier: Dossier) -> Result<Case> {
        self.draft(label, NewFiling { kind, clinic, dossier: Some(dossier), particulars: None }).await
    }

    /// A draft with every material that its rules ask for.
    async fn draft(&self, label: &str, new: NewFiling) -> Result<Case> {
        let (app, actor) = (self.app, &self.clinic);
        let case = filings::draft(app, actor, new, &once(actor, label, "draft")).await?;
        let id = FilingId(case.row.id);
        let wanted = filings::check(app, actor, id).await?;
        let codes = wanted.iter().filter(|told| told.rule == "R-011");
        for code in codes.filter_map(|told| told.pointer.strip_prefix("/materials/")) {
            let upload = placeholder(code).map_err(Error::internal)?;
            materials::add(app, actor, id, upload, &once(actor, label, code)).await?;
        }
        filings::view(app, actor, id).await
    }

    async fn step(&self, label: &str, actor: &Actor, case: Case, action: Action, defects: Vec<Defect>) -> Result<Case> {
        let (id, seen) = (FilingId(case.row.id), case.row.version);
        let answers = if action == Action::Submit { self.answers(actor, id).await? } else { vec![] };
        let command = Command { action, reason: String::new(), defects, authority: None, number: None, answers };
        actions::act(self.app, actor, id, seen, command, &once(actor, label, &action.code())).await
    }

    /// A reason for every warning that asks for one: beside simulated clinics, an invented person works elsewhere, too.
    async fn answers(&self, actor: &Actor, id: FilingId) -> Result<Vec<Answer>> {
        let (law, today) = (self.app.law(), self.app.clock.today());
        let told = filings::check(self.app, actor, id).await?;
        let asks = |told: &Told| {
            told.severity == Severity::Warning && law.rule(&told.rule, today).is_some_and(|rule| rule.answered)
        };
        let rules: BTreeSet<_> = told.into_iter().filter(asks).map(|told| told.rule).collect();
        Ok(rules.into_iter().map(|rule| Answer { rule, reason: "演示数据，人员和诊所均为虚构。".to_owned() }).collect())
    }
}

/// The key of one step of one filing.
fn once(actor: &Actor, label: &str, step: &str) -> Once {
    Once { account: actor.id, key: format!("{label}/{step}"), fingerprint: String::new() }
}

/// A PDF of one empty page, as the material of a code.
///
/// # Errors
/// What the disk answers.
pub(crate) fn placeholder(code: &str) -> std::io::Result<Upload> {
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
