//! Visits, draws and decisions: what the offices do on their own.

use chrono::{Days, NaiveDate};
use rand::RngExt;
use uuid::Uuid;

use crate::domain::actor::Actor;
use crate::domain::decision::{DecisionAction, DecisionKind};
use crate::domain::id::{AccountId, DecisionId, VisitId};
use crate::domain::visit::{CheckResult, Checked, Record, VisitAction, VisitStage};
use crate::error::{Error, Result};
use crate::simulation::offices::Office;
use crate::simulation::people::{chance, pick};
use crate::simulation::year::{Event, Held, Year};
use crate::store::entity::{clinic, visit};
use crate::usecase::decisions::{self, Proposal};
use crate::usecase::draws::{self, NewDraw};
use crate::usecase::visits::{self, Command, VisitFilter};

/// Visits that inspectors make on one day out.
const A_DAY: usize = 40;

/// How far back the list of an office is read.
const LIST: u64 = 500;

impl Year<'_> {
    /// Inspectors of an office work through their list, the oldest first.
    pub(super) async fn patrol(&mut self, at: usize) -> Result<()> {
        let Some(office) = self.offices.0.get(at).cloned() else { return Ok(()) };
        let Some(inspector) = pick(&office.inspectors, &mut self.random).cloned() else { return Ok(()) };
        for stage in [VisitStage::Rectifying, VisitStage::Due] {
            let filter = VisitFilter { stage: Some(stage), ..VisitFilter::default() };
            let mut listed = visits::list(self.app, &inspector, filter, LIST).await?;
            listed.retain(|(visit, _)| visit.supervisor_id == office.row.id && self.is_time(visit));
            listed.reverse();
            for (visit, clinic) in listed.into_iter().take(A_DAY) {
                Box::pin(self.visit(&office, &inspector, visit, &clinic)).await?;
            }
        }
        Ok(())
    }

    /// Whether somebody goes today: some weeks after the issue, or once the day of rectification has come.
    fn is_time(&self, visit: &visit::Model) -> bool {
        let today = self.app.clock.today();
        match visit.stage {
            VisitStage::Rectifying => visit.rectify_by.is_some_and(|day| day <= today),
            // Each clinic's own time, but the same whenever it is asked for.
            _ => {
                let wait = Days::new(10 + visit.id.as_u128() as u64 % 50);
                visit.created_at.date_naive() + wait <= today
            }
        }
    }

    async fn visit(
        &mut self,
        office: &Office,
        inspector: &Actor,
        visit: visit::Model,
        clinic: &clinic::Model,
    ) -> Result<()> {
        let today = self.app.clock.today();
        let mut command =
            Command { action: VisitAction::Pass, reason: String::new(), team: vec![], record: None, rectify_by: None };
        // Whom the lot drew goes.
        let drawn = office.inspectors.iter().find(|i| visit.inspectors.0.contains(&i.id.0));
        let mut actor = drawn.unwrap_or(inspector).clone();
        if visit.inspectors.0.is_empty() && chance(30.0, &mut self.random) {
            let team: Vec<AccountId> = office.inspectors.iter().take(2).map(|i| i.id).collect();
            let assign = Command { action: VisitAction::Assign, team: team.clone(), ..command };
            let Some(case) = self.visit_step(&actor, &visit, assign).await? else { return Ok(()) };
            actor = office.inspectors.iter().find(|i| team.contains(&i.id)).unwrap_or(&actor).clone();
            return Box::pin(self.visit(office, &actor, case.row, clinic)).await;
        }
        let draw = self.random.random_range(0..100);
        command.action = match (visit.stage, draw) {
            (VisitStage::Due, 0..84) | (VisitStage::Rectifying, 0..78) => VisitAction::Pass,
            (VisitStage::Due, 84..97) => VisitAction::OrderRectification,
            (VisitStage::Rectifying, 78..88) => VisitAction::Extend,
            _ => VisitAction::Fail,
        };
        let names: Vec<String> = office.inspectors.iter().take(2).map(|i| i.name.clone()).collect();
        match command.action {
            VisitAction::Extend => {
                let Some(approver) = pick(&office.approvers, &mut self.random) else { return Ok(()) };
                actor = approver.clone();
                command.reason = "设备到货推迟，准予延长。".to_owned();
                command.rectify_by = today.checked_add_days(Days::new(14));
            }
            VisitAction::OrderRectification => {
                command.record = Some(found(&visit, names, true, today));
                command.rectify_by = today.checked_add_days(Days::new(20));
            }
            VisitAction::Fail => {
                command.record = Some(found(&visit, names, true, today));
                command.reason = "整改后仍不符合备案条件。".to_owned();
            }
            _ => command.record = Some(found(&visit, names, false, today)),
        }
        let action = command.action;
        let Some(case) = self.visit_step(&actor, &visit, command).await? else { return Ok(()) };
        if action == VisitAction::Fail && chance(65.0, &mut self.random) {
            // Whose clinic it is does not matter to a decision.
            let clinic = Held::of(0, clinic, &actor);
            let days = self.random.random_range(1..20);
            let event = Event::Propose { clinic, kind: DecisionKind::Revocation, visit: Some(case.row.id) };
            self.at_desk(days, event);
        }
        Ok(())
    }

    async fn visit_step(
        &mut self,
        actor: &Actor,
        visit: &visit::Model,
        command: Command,
    ) -> Result<Option<visits::Case>> {
        let (once, action) = (self.once(actor), command.action);
        let answer = visits::act(self.app, actor, VisitId(visit.id), visit.version, command, &once).await;
        let case = self.ledger.refused(answer)?;
        if let Some(case) = &case {
            self.ledger.visited(case, action);
        }
        Ok(case)
    }

    /// An office draws some of the clinics that it supervises.
    pub(super) async fn draw(&mut self, at: usize) -> Result<()> {
        let Some(office) = self.offices.0.get(at).cloned() else { return Ok(()) };
        let Some(approver) = pick(&office.approvers, &mut self.random).cloned() else { return Ok(()) };
        let today = self.app.clock.today();
        let new = NewDraw {
            title: "季度双随机抽查".to_owned(),
            clinic_types: vec![],
            streets: vec![],
            clinics: self.random.random_range(1..6),
            team: 2,
            due_on: today + Days::new(60),
        };
        let once = self.once(&approver);
        match draws::create(self.app, &approver, new, &once).await {
            Ok((row, _)) => {
                self.ledger.steps += 1;
                self.ledger.draws.push(row.id);
            }
            // Fewer clinics than were to be drawn: the office learns of it, and draws none.
            Err(Error::Invalid(problems)) if problems.iter().all(|p| p.pointer == "/clinics") => {
                *self.ledger.refusals.entry("抽查对象不足".to_owned()).or_default() += 1;
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// An officer proposes a decision.
    pub(super) async fn propose(&mut self, clinic: Held, kind: DecisionKind, visit: Option<Uuid>) -> Result<()> {
        let (app, today) = (self.app, self.app.clock.today());
        let office = self.offices.of(clinic.authority)?.clone();
        let Some(officer) = pick(&office.officers, &mut self.random).cloned() else { return Ok(()) };
        let law = app.law_of(&office.row);
        // What ends a 中医诊所 for false materials is called 注销, not 撤销.
        let profile = clinic.clinic_type.profile();
        let wanted = if visit.is_some() { "rectification_failed" } else { "false_materials" };
        let named = |kind| law.grounds(kind, profile, today).find(|ground| ground.code.ends_with(wanted));
        let ends = kind == DecisionKind::Revocation;
        let (kind, ground) = match (named(kind), named(DecisionKind::Cancellation)) {
            (Some(ground), _) => (kind, Some(ground)),
            (None, Some(ground)) if ends => (DecisionKind::Cancellation, Some(ground)),
            _ => (kind, law.grounds(kind, profile, today).next()),
        };
        let ground = ground.map(|ground| ground.code.clone()).ok_or(Error::NotFound("ground"))?;
        let once = self.once(&officer);
        let proposal = Proposal {
            kind,
            clinic: clinic.number.clone(),
            ground,
            document_number: format!("聊模拟字〔{}〕{}号", today.format("%Y"), self.ledger.decisions.len() + 1),
            facts: "模拟数据：检查发现与备案不符。".to_owned(),
            effective_on: today,
            visit: visit.map(VisitId),
        };
        let answer = decisions::propose(app, &officer, proposal, &once).await;
        let Some(case) = self.ledger.refused(answer)? else { return Ok(()) };
        self.ledger.decided(&case);
        let (decision, version) = (case.row.id, case.row.version);
        let days = self.random.random_range(0..6);
        self.at_desk(days, Event::Decide { clinic, decision, version, kind });
        Ok(())
    }

    /// An approver decides, or turns it down.
    pub(super) async fn decide(
        &mut self,
        clinic: Held,
        decision: Uuid,
        version: i32,
        kind: DecisionKind,
    ) -> Result<()> {
        let office = self.offices.of(clinic.authority)?.clone();
        let Some(approver) = pick(&office.approvers, &mut self.random).cloned() else { return Ok(()) };
        let decides = chance(92.0, &mut self.random);
        let command = match decides {
            true => (DecisionAction::Decide, String::new()),
            false => (DecisionAction::Withdraw, "证据不足。".to_owned()),
        };
        let once = self.once(&approver);
        let answer = decisions::act(self.app, &approver, DecisionId(decision), version, command, &once).await;
        let Some(case) = self.ledger.refused(answer)? else { return Ok(()) };
        self.ledger.decided(&case);
        let next = match kind {
            DecisionKind::StopOrder => DecisionKind::Lifting,
            DecisionKind::TelemedicineSuspension => DecisionKind::TelemedicineResumption,
            _ => return Ok(()),
        };
        if decides && chance(70.0, &mut self.random) {
            let days = self.random.random_range(15..90);
            self.at_desk(days, Event::Propose { clinic, kind: next, visit: None });
        }
        Ok(())
    }
}

/// A record in which everything conforms, but for the first line where there is a defect.
fn found(visit: &visit::Model, visitors: Vec<String>, defect: bool, today: NaiveDate) -> Record {
    let lines = visit.checklist.0.iter().enumerate().map(|(n, item)| {
        let wrong = defect && n == 0;
        Checked {
            code: item.code.clone(),
            result: if wrong { CheckResult::Defect } else { CheckResult::Conforms },
            note: if wrong { "与备案内容不一致。".to_owned() } else { String::new() },
        }
    });
    Record { visited_on: today, visitors, checked: lines.collect(), findings: String::new(), signed_by: String::new() }
}
