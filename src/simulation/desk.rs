//! Filings: what owners file, and what the offices make of it.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use rand::RngExt;
use uuid::Uuid;

use crate::domain::actor::Actor;
use crate::domain::dossier::Dossier;
use crate::domain::filing::{Answer, Defect};
use crate::domain::id::{AuthorityId, FilingId};
use crate::domain::law::Severity;
use crate::domain::lifecycle::{Action, Kind, Stage};
use crate::domain::particulars::{Particulars, SuspensionReason};
use crate::error::{Error, Result};
use crate::simulation::clinics::Flaw;
use crate::simulation::ledger;
use crate::simulation::people::{chance, pick};
use crate::simulation::year::{Event, Filing, Held, Wish, Year};
use crate::usecase::actions::{self, Command};
use crate::usecase::demonstration::placeholder;
use crate::usecase::filings::{self, Case, NewFiling};
use crate::usecase::materials;

/// What an officer found that no rule sees.
const PLAN: (&str, &str, &str) =
    ("R-011", "/materials/floor_plan", "平面布局图未标注治疗室、处置室的面积，请补充标注后重新上传。");

fn command(action: Action) -> Command {
    Command { action, reason: String::new(), defects: vec![], authority: None, number: None, answers: vec![] }
}

impl Year<'_> {
    /// Somebody opens a clinic, or takes it up again after a move.
    pub(super) async fn arrive(&mut self, n: u64, before: Option<String>) -> Result<()> {
        let (today, owner) = (self.app.clock.today(), self.owner(n)?);
        let mut dossier = self.clinics.first(n, today);
        let random = &mut self.random;
        let flaw = match random.random_range(0..100) {
            _ if before.is_some() => None,
            0..8 => Some(Flaw::Form),
            8..10 => Some(Flaw::TooEarly),
            10..22 => Some(Flaw::Plan),
            _ => None,
        };
        if let Some(flaw) = flaw {
            dossier = self.clinics.flawed(dossier, flaw, n, today);
        }
        if before.is_some() {
            // It goes on in another county than it was in.
            while dossier.address.division != "371503" {
                dossier.address = self.clinics.address(&mut self.random);
            }
        }
        let new = NewFiling { kind: Kind::Establishment, clinic: before, dossier: Some(dossier), particulars: None };
        let Some(case) = self.draft(&owner, new).await? else { return Ok(()) };
        let filing = Filing {
            id: case.row.id,
            version: case.row.version,
            n,
            kind: Kind::Establishment,
            owner,
            wish: None,
            flaw,
        };
        Box::pin(self.submit(filing)).await
    }

    /// A clinic files what it wants.
    pub(super) async fn wish(&mut self, clinic: Held, wish: Wish) -> Result<()> {
        let today = self.app.clock.today();
        let kind = match wish {
            Wish::Change(_) | Wish::AddOnline | Wish::RemoveOnline => Kind::Change,
            Wish::Suspend(_) => Kind::Suspension,
            Wish::Resume => Kind::Resumption,
            Wish::Close => Kind::Closure,
            Wish::Move => Kind::Relocation,
            Wish::Reissue(_) => Kind::Reissue,
            Wish::SuspendOnline => Kind::TelemedicineSuspension,
            Wish::ResumeOnline => Kind::TelemedicineResumption,
        };
        let signer = self.app.store.clinic_by_id(clinic.id).await?.dossier.principal.name;
        let particulars = (!kind.writes_dossier()).then(|| particulars(&wish, &signer, today));
        let new = NewFiling { kind, clinic: Some(clinic.number.clone()), dossier: None, particulars };
        let Some(case) = self.draft(&clinic.owner, new).await? else { return Ok(()) };
        let mut filing = Filing {
            id: case.row.id,
            version: case.row.version,
            n: clinic.n,
            kind,
            owner: clinic.owner.clone(),
            wish: Some(wish.clone()),
            flaw: None,
        };
        let filed = &case.row.dossier;
        let written = match wish {
            Wish::Change(item) => Some(self.clinics.changed(filed, item, clinic.n, today)),
            // What is there cannot be added, and what is not cannot be taken away.
            Wish::AddOnline if !filed.offers_telemedicine() => Some(self.clinics.online(filed, clinic.n, today)),
            Wish::RemoveOnline if filed.offers_telemedicine() => Some(self.clinics.offline(filed)),
            _ => None,
        };
        if let Some(dossier) = written {
            filing.version = self.write(&filing, dossier).await?;
        }
        Box::pin(self.submit(filing)).await
    }

    async fn draft(&mut self, owner: &Actor, new: NewFiling) -> Result<Option<Case>> {
        let once = self.once(owner);
        let answer = filings::draft(self.app, owner, new, &once).await;
        let case = self.ledger.refused(answer)?;
        if let Some(case) = &case {
            self.ledger.drafted(case);
        }
        Ok(case)
    }

    async fn write(&mut self, filing: &Filing, dossier: Dossier) -> Result<i32> {
        let case = filings::revise(self.app, &filing.owner, FilingId(filing.id), filing.version, dossier).await?;
        self.ledger.written(&case);
        Ok(case.row.version)
    }

    /// The owner adds what is asked for, answers what only warns, and submits.
    pub(super) async fn submit(&mut self, mut filing: Filing) -> Result<()> {
        let (app, owner, id) = (self.app, filing.owner.clone(), FilingId(filing.id));
        let told = filings::check(app, &owner, id).await?;
        let codes = told.iter().filter(|t| t.rule == PLAN.0).filter_map(|t| t.pointer.strip_prefix("/materials/"));
        for code in codes {
            let once = self.once(&owner);
            materials::add(app, &owner, id, placeholder(code).map_err(Error::internal)?, &once).await?;
            self.ledger.added(filing.id);
        }
        let warned = told.iter().filter(|t| t.severity == Severity::Warning).map(|t| t.rule.clone());
        let warned: BTreeSet<_> = warned.collect();
        let answers = warned.into_iter().map(|rule| Answer { rule, reason: "情况属实，已核对。".to_owned() }).collect();
        let submit = Command { answers, ..command(Action::Submit) };
        if let Some(case) = self.step(&mut filing, &owner, submit).await? {
            return self.received(filing, &case);
        }
        match filing.flaw.take() {
            Some(Flaw::Form) => {
                let today = app.clock.today();
                let mended = self.clinics.first(filing.n, today);
                filing.version = self.write(&filing, mended).await?;
                self.later(0, 3, Event::Submit(filing));
            }
            // Nothing can be done about it, or it can no longer happen.
            _ => self.later(0, 4, Event::Withdraw(filing)),
        }
        Ok(())
    }

    /// What the office does with a filing that has come in, and when.
    fn received(&mut self, filing: Filing, case: &Case) -> Result<()> {
        if matches!(filing.wish, Some(Wish::Reissue(true))) {
            // The paper turns up again.
            self.later(0, 2, Event::Withdraw(filing));
            return Ok(());
        }
        if case.row.kind.of_clinic() && chance(3.0, &mut self.random) {
            // The owner does not wait for the answer: only one filing of a clinic may be under way.
            let row = case.clinic.as_ref().ok_or(Error::NotFound("clinic"))?;
            let clinic = Held::of(filing.n, row, &filing.owner);
            self.later(0, 1, Event::Wish(clinic, Wish::Change(filing.n as u32 % 6)));
        }
        if chance(2.0, &mut self.random) {
            self.later(0, 4, Event::Withdraw(filing));
            return Ok(());
        }
        // Most on the same or the next day; a few lie until the day has passed.
        let days = match self.random.random_range(0..100) {
            0..60 => 0,
            60..85 => 1,
            85..96 => self.random.random_range(2..5),
            _ => self.random.random_range(8..15),
        };
        self.at_desk(days, Event::Review(filing));
        Ok(())
    }

    /// An officer reads the filing.
    pub(super) async fn review(&mut self, mut filing: Filing) -> Result<()> {
        let office = self.office(&filing).await?;
        let Some(officer) = pick(&office.officers, &mut self.random).cloned() else { return Ok(()) };
        if filing.flaw == Some(Flaw::Plan) {
            filing.flaw = None;
            let (rule, pointer, detail) = PLAN;
            let defect = Defect { rule: rule.to_owned(), pointer: pointer.to_owned(), detail: detail.to_owned() };
            let ask = Command { defects: vec![defect], ..command(Action::RequestCorrection) };
            if self.step(&mut filing, &officer, ask).await?.is_some() && chance(88.0, &mut self.random) {
                self.later(1, 20, Event::Mend(filing));
            }
            return Ok(());
        }
        let establishes = filing.kind == Kind::Establishment;
        if establishes && chance(1.5, &mut self.random) {
            let right = self.offices.0.iter().take(3).find(|other| other.row.id != office.row.id);
            let right = right.map(|other| AuthorityId(other.row.id));
            let reason = "按街道办事处的说明，该地址由另一机关办理。".to_owned();
            let redirect = Command { authority: right, reason, ..command(Action::Redirect) };
            if self.step(&mut filing, &officer, redirect).await?.is_some() {
                self.later(0, 5, Event::Submit(filing));
            }
            return Ok(());
        }
        if self.step(&mut filing, &officer, command(Action::Recommend)).await?.is_none() {
            return Ok(());
        }
        if chance(1.0, &mut self.random) {
            // One pair of eyes is not two.
            self.step(&mut filing.clone(), &officer, command(Action::Issue)).await?;
        }
        let days = u32::from(chance(20.0, &mut self.random));
        self.at_desk(days, Event::Sign(filing));
        Ok(())
    }

    /// An approver signs, or sends it back.
    pub(super) async fn sign(&mut self, mut filing: Filing) -> Result<()> {
        let office = self.office(&filing).await?;
        let Some(approver) = pick(&office.approvers, &mut self.random).cloned() else { return Ok(()) };
        if chance(2.0, &mut self.random) {
            let stale = Filing { version: filing.version - 1, ..filing.clone() };
            self.step(&mut stale.clone(), &approver, command(Action::Issue)).await?;
        }
        if chance(2.5, &mut self.random) {
            let pointer = if filing.kind.writes_dossier() { "/opening_hours" } else { "/particulars/reason" };
            let detail = "请与实际情况核对后补充说明。".to_owned();
            let defect = Defect { rule: "R-010".to_owned(), pointer: pointer.to_owned(), detail };
            let reason = "签发时发现新的问题。".to_owned();
            let ask = Command { defects: vec![defect], reason, ..command(Action::RequestCorrection) };
            if self.step(&mut filing, &approver, ask).await?.is_some() && chance(88.0, &mut self.random) {
                self.later(1, 15, Event::Mend(filing));
            }
            return Ok(());
        }
        let Some(case) = self.step(&mut filing, &approver, command(Action::Issue)).await? else {
            // The clinic stands otherwise by now.
            self.later(0, 5, Event::Withdraw(filing));
            return Ok(());
        };
        let row = case.clinic.as_ref().ok_or(Error::NotFound("clinic"))?;
        let clinic = Held::of(filing.n, row, &filing.owner);
        self.follows(clinic, &filing);
        Ok(())
    }

    /// What comes of a filing that is done.
    fn follows(&mut self, clinic: Held, filing: &Filing) {
        match &filing.wish {
            None => self.life(&clinic),
            Some(Wish::Suspend(Some(days))) => self.later(*days, days + 5, Event::Wish(clinic, Wish::Resume)),
            Some(Wish::Move) => {
                let before = Some(clinic.number);
                self.later(3, 40, Event::Arrive { n: clinic.n, before });
            }
            Some(Wish::AddOnline) => self.online(clinic, filing.id),
            Some(Wish::SuspendOnline) => self.later(10, 60, Event::Wish(clinic, Wish::ResumeOnline)),
            Some(_) => (),
        }
    }

    /// What may come of 互联网诊疗.
    fn online(&mut self, clinic: Held, filing: Uuid) {
        if let Some(kept) = self.ledger.filings.get_mut(&filing) {
            kept.online = true;
        }
        for (percent, wish) in [(10.0, Wish::SuspendOnline), (8.0, Wish::RemoveOnline)] {
            if chance(percent, &mut self.random) {
                self.later(15, 120, Event::Wish(clinic.clone(), wish));
            }
        }
        if chance(6.0, &mut self.random) {
            let kind = crate::domain::decision::DecisionKind::TelemedicineSuspension;
            let days = self.random.random_range(10..90);
            self.at_desk(days, Event::Propose { clinic, kind, visit: None });
        }
    }

    /// The owner answers a notice.
    pub(super) async fn mend(&mut self, mut filing: Filing) -> Result<()> {
        if filing.kind.writes_dossier() {
            let case = filings::view(self.app, &filing.owner, FilingId(filing.id)).await?;
            let mut dossier = case.row.dossier;
            dossier.opening_hours = "周一至周日 8:30–17:30".to_owned();
            filing.version = self.write(&filing, dossier).await?;
        }
        Box::pin(self.submit(filing)).await
    }

    /// The owner takes the filing back, where that is still possible.
    pub(super) async fn withdraw(&mut self, mut filing: Filing) -> Result<()> {
        let owner = filing.owner.clone();
        let withdraw = Command { reason: "情况有变，不再办理。".to_owned(), ..command(Action::Withdraw) };
        self.step(&mut filing, &owner, withdraw).await.map(drop)
    }

    /// The office that a filing lies with.
    async fn office(&self, filing: &Filing) -> Result<crate::simulation::offices::Office> {
        let row = self.app.store.filing(&filing.owner, FilingId(filing.id)).await?;
        self.offices.of(row.authority_id.unwrap_or_default()).cloned()
    }

    /// Takes one step; nothing where the law refuses it.
    async fn step(&mut self, filing: &mut Filing, actor: &Actor, command: Command) -> Result<Option<Case>> {
        let (app, id, action) = (self.app, FilingId(filing.id), command.action);
        let due_on = app.store.filing(&filing.owner, id).await?.due_on;
        let once = self.once(actor);
        let answer = Box::pin(actions::act(app, actor, id, filing.version, command.clone(), &once)).await;
        let Some(case) = self.ledger.refused(answer)? else { return Ok(None) };
        filing.version = case.row.version;
        let by_office = matches!(action, Action::RequestCorrection | Action::Issue);
        let late = by_office && ledger::late(due_on, app.clock.today());
        self.ledger.stepped(&case, action, app.clock.now(), late);
        if chance(2.0, &mut self.random) && case.row.stage != Stage::Redirected {
            // A tired finger: the same request once more has no effect.
            let again = Box::pin(actions::act(app, actor, id, filing.version - 1, command, &once)).await?;
            if again.row.version != case.row.version {
                return Err(Error::internal(anyhow::anyhow!("a request with a used key had an effect")));
            }
            self.ledger.replays += 1;
        }
        Ok(Some(case))
    }
}

/// What a filing says that leaves the form as it is.
fn particulars(wish: &Wish, signer: &str, today: NaiveDate) -> Particulars {
    let said = Particulars {
        effective_on: Some(today),
        reason: "因经营安排，情况属实。".to_owned(),
        signed_by: signer.to_owned(),
        signed_on: Some(today),
        ..Particulars::default()
    };
    let leaving = Particulars {
        records_kept_at: "东昌府区柳园街道社区卫生服务中心".to_owned(),
        records_phone: "0635-8000000".to_owned(),
        medicines_disposal: "剩余药品已退回供货单位。".to_owned(),
        ..said.clone()
    };
    match wish {
        Wish::Suspend(days) => Particulars {
            until: today.checked_add_days(Days::new(days.map_or(300, u64::from))),
            suspension_reason: Some(SuspensionReason::Other),
            ..said
        },
        Wish::Close => leaving,
        Wish::Move => Particulars {
            destination_division: "371503".to_owned(),
            destination_address: "茌平区中心街1号".to_owned(),
            ..leaving
        },
        _ => said,
    }
}
