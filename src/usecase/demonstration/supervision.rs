//! What the demonstration shows of supervision: a visit that passed, one that found defects, a revoked clinic, and one that
//! must stop.

use chrono::{Datelike, Days, NaiveDate};

use crate::domain::actor::Actor;
use crate::domain::decision::{DecisionAction, DecisionKind};
use crate::domain::dossier::ClinicType;
use crate::domain::id::{DecisionId, VisitId};
use crate::domain::value;
use crate::domain::verdict::ClinicState;
use crate::domain::visit::{CheckResult, Checked, Record, VisitAction, VisitKind};
use crate::error::{Error, Result};
use crate::store::entity::{clinic, visit};
use crate::usecase::decisions::{self, Proposal};
use crate::usecase::demonstration::{Cast, once};
use crate::usecase::visits::{self, Command, VisitFilter};

/// What the inspectors found wrong at the second clinic.
const DEFECT: &str = "display";

/// What the authority does about three of the clinics. Every step has its effect once.
///
/// # Errors
/// What the use cases answer.
pub(super) async fn play(cast: &Cast<'_>, inspector: &Actor) -> Result<()> {
    let (visit, _) = visited(cast, inspector, ClinicType::Cosmetic).await?;
    make(cast, inspector, visit, VisitAction::Pass).await?;
    let (visit, _) = visited(cast, inspector, ClinicType::Integrative).await?;
    make(cast, inspector, visit, VisitAction::OrderRectification).await?;
    let (_, clinic) = visited(cast, inspector, ClinicType::Dental).await?;
    decide(cast, clinic, "revocation", DecisionKind::Revocation).await?;
    let (_, clinic) = visited(cast, inspector, ClinicType::TcmComprehensive).await?;
    decide(cast, clinic, "stop", DecisionKind::StopOrder).await
}

/// The newest clinic of a type that practises, or that this play has revoked; and the visit that its issue ordered.
async fn visited(cast: &Cast<'_>, inspector: &Actor, of: ClinicType) -> Result<(visit::Model, clinic::Model)> {
    let filter = VisitFilter { kind: Some(VisitKind::Establishment), ..VisitFilter::default() };
    let found = visits::list(cast.app, inspector, filter, 100).await?;
    let fits = |clinic: &clinic::Model| {
        clinic.clinic_type == value::code(&of)
            && matches!(clinic.state, ClinicState::Active | ClinicState::Revoked | ClinicState::Stopped)
    };
    found.into_iter().find(|(_, clinic)| fits(clinic)).ok_or(Error::NotFound("visit"))
}

async fn make(cast: &Cast<'_>, inspector: &Actor, visit: visit::Model, action: VisitAction) -> Result<()> {
    let today = cast.app.clock.today();
    let rectifies = action == VisitAction::OrderRectification;
    let rectify_by = today.checked_add_days(Days::new(14)).filter(|_| rectifies);
    let record = Some(found(&visit, rectifies, today));
    let command = Command { action, reason: String::new(), team: vec![], record, rectify_by };
    let once = once(inspector, &visit.id.to_string(), &action.code());
    visits::act(cast.app, inspector, VisitId(visit.id), visit.version, command, &once).await.map(drop)
}

/// A record in which everything conforms, but for one line where there is a defect.
fn found(visit: &visit::Model, defect: bool, today: NaiveDate) -> Record {
    let checked = visit.checklist.0.iter().map(|item| {
        let wrong = defect && item.code == DEFECT;
        let (result, note) = if wrong {
            (CheckResult::Defect, "未公示护士执业注册信息。")
        } else {
            (CheckResult::Conforms, "")
        };
        Checked { code: item.code.clone(), result, note: note.to_owned() }
    });
    Record {
        visited_on: today,
        visitors: vec!["赵敏".to_owned(), "周航".to_owned()],
        checked: checked.collect(),
        findings: String::new(),
        signed_by: String::new(),
    }
}

async fn decide(cast: &Cast<'_>, clinic: clinic::Model, label: &str, kind: DecisionKind) -> Result<()> {
    let (app, today) = (cast.app, cast.app.clock.today());
    let (ground, mark, facts) = match kind {
        DecisionKind::Revocation => ("false_materials", "撤", "演示数据：提交的房屋租赁合同与事实不符。"),
        _ => ("beyond_scope", "停", "演示数据：超出备案的诊疗科目开展诊疗活动。"),
    };
    let proposal = Proposal {
        kind,
        clinic: clinic.number,
        ground: ground.to_owned(),
        document_number: format!("聊开演示{mark}字〔{}〕1号", today.year()),
        facts: facts.to_owned(),
        effective_on: today,
        visit: None,
    };
    let proposed = decisions::propose(app, &cast.officer, proposal, &once(&cast.officer, label, "propose")).await?;
    let (id, seen) = (DecisionId(proposed.row.id), proposed.row.version);
    let command = (DecisionAction::Decide, String::new());
    decisions::act(app, &cast.approver, id, seen, command, &once(&cast.approver, label, "decide")).await.map(drop)
}
