//! What the simulation was told: every step that was acknowledged, and every refusal. The register must hold exactly these.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::domain::decision::DecisionStage;
use crate::domain::lifecycle::{Action, Kind, Stage};
use crate::domain::visit::{VisitAction, VisitStage};
use crate::error::{Error, Result};
use crate::usecase::filings::Case;
use crate::usecase::{decisions, visits};

/// A filing as it was acknowledged.
#[derive(Clone, Debug)]
pub struct Kept {
    pub kind: Kind,
    pub stage: Stage,
    pub version: i32,
    /// Every step, in order.
    pub steps: Vec<(Action, DateTime<Utc>)>,
    /// Whether the authority let its day pass.
    pub overdue: bool,
    /// Whether it added 互联网诊疗.
    pub online: bool,
    /// Materials that were acknowledged.
    pub materials: u64,
}

impl Kept {
    /// When it was first submitted.
    pub fn submitted(&self) -> Option<DateTime<Utc>> {
        self.steps.iter().find(|(action, _)| *action == Action::Submit).map(|(_, at)| *at)
    }

    /// When it was done.
    pub fn issued(&self) -> Option<DateTime<Utc>> {
        self.steps.iter().find(|(action, _)| *action == Action::Issue).map(|(_, at)| *at)
    }

    /// How many corrections were asked for.
    pub fn corrections(&self) -> usize {
        self.steps.iter().filter(|(action, _)| *action == Action::RequestCorrection).count()
    }
}

/// A visit as it was acknowledged: the steps that people took, and where it stood after the last.
#[derive(Clone, Debug)]
pub struct KeptVisit {
    pub steps: Vec<VisitAction>,
    pub stage: VisitStage,
}

/// Everything that was acknowledged or refused.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    pub filings: BTreeMap<Uuid, Kept>,
    pub visits: BTreeMap<Uuid, KeptVisit>,
    pub decisions: BTreeMap<Uuid, DecisionStage>,
    pub draws: Vec<Uuid>,
    /// What the law had to refuse, and how often.
    pub refusals: BTreeMap<String, u64>,
    /// Requests that had their effect.
    pub steps: u64,
    /// Requests that were sent again under the same key, and had none.
    pub replays: u64,
}

impl Ledger {
    /// A draft was started.
    pub fn drafted(&mut self, case: &Case) {
        self.steps += 1;
        let row = &case.row;
        let kept = Kept {
            kind: row.kind,
            stage: row.stage,
            version: row.version,
            steps: vec![],
            overdue: false,
            online: false,
            materials: 0,
        };
        self.filings.insert(row.id, kept);
    }

    /// The clinic wrote its filing.
    pub fn written(&mut self, case: &Case) {
        self.steps += 1;
        if let Some(kept) = self.filings.get_mut(&case.row.id) {
            kept.version = case.row.version;
        }
    }

    /// A material was added.
    pub fn added(&mut self, filing: Uuid) {
        self.steps += 1;
        if let Some(kept) = self.filings.get_mut(&filing) {
            kept.materials += 1;
        }
    }

    /// A step was taken; `due_on` is the authority's day before it.
    pub fn stepped(&mut self, case: &Case, action: Action, at: DateTime<Utc>, late: bool) {
        self.steps += 1;
        if let Some(kept) = self.filings.get_mut(&case.row.id) {
            kept.stage = case.row.stage;
            kept.version = case.row.version;
            kept.steps.push((action, at));
            kept.overdue |= late;
        }
    }

    /// A step of a visit was taken.
    pub fn visited(&mut self, case: &visits::Case, action: VisitAction) {
        self.steps += 1;
        let kept = self.visits.entry(case.row.id).or_insert(KeptVisit { steps: vec![], stage: case.row.stage });
        kept.steps.push(action);
        kept.stage = case.row.stage;
    }

    /// A decision was proposed, decided or taken back.
    pub fn decided(&mut self, case: &decisions::Case) {
        self.steps += 1;
        self.decisions.insert(case.row.id, case.row.stage);
    }

    /// Counts what the law had to refuse; whatever else went wrong is an error still.
    ///
    /// # Errors
    /// What no law asks for.
    pub fn refused<T>(&mut self, answer: Result<T>) -> Result<Option<T>> {
        let error = match answer {
            Ok(done) => return Ok(Some(done)),
            Err(error) => error,
        };
        let what = match &error {
            Error::Blocked(problems) => {
                let mut rules: Vec<_> = problems.iter().filter_map(|p| p.rule.clone()).collect();
                rules.sort();
                rules.dedup();
                format!("不符合规则 {}", rules.join("、"))
            }
            Error::Refused(refusal) => format!("办件程序：{refusal}"),
            Error::OutOfTurn(turn) => format!("核查、决定程序：{turn}"),
            Error::Standing { state, act, .. } => format!("诊所状态“{}”不能“{}”", state.zh(), act.zh()),
            Error::Conflict(clash) => format!("与现有办件或决定冲突：{clash:?}"),
            Error::Stale => "版本已变".to_owned(),
            _ => return Err(error),
        };
        *self.refusals.entry(what).or_default() += 1;
        Ok(None)
    }
}

/// Whether the authority's day had passed.
pub fn late(due_on: Option<NaiveDate>, today: NaiveDate) -> bool {
    due_on.is_some_and(|day| day < today)
}
