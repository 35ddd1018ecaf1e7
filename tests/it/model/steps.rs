//! What people and clocks do in a sequence, drawn from a seed.

use std::fmt;

use clinic_registry::domain::actor::Role;
use clinic_registry::domain::lifecycle::{Action, Kind, Stage};
use clinic_registry::domain::standing::ClinicAct;

use crate::model::reference::{Answer, Model};
use crate::support::seeded::Seeded;

/// What a filing is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    Establish,
    AddTelemedicine,
    RemoveTelemedicine,
    MoveAddress,
    Suspend,
    Resume,
    Close,
    Relocate,
    Reissue,
    SuspendTelemedicine,
    ResumeTelemedicine,
}

impl Content {
    /// Every one about a clinic that is there; what keeps it going stands more than once.
    const OF_CLINIC: &[Self] = &[
        Self::AddTelemedicine,
        Self::AddTelemedicine,
        Self::RemoveTelemedicine,
        Self::MoveAddress,
        Self::MoveAddress,
        Self::Suspend,
        Self::Suspend,
        Self::Resume,
        Self::Resume,
        Self::Reissue,
        Self::Reissue,
        Self::SuspendTelemedicine,
        Self::ResumeTelemedicine,
        Self::Close,
        Self::Relocate,
    ];

    pub fn kind(self) -> Kind {
        match self {
            Self::Establish => Kind::Establishment,
            Self::AddTelemedicine | Self::RemoveTelemedicine | Self::MoveAddress => Kind::Change,
            Self::Suspend => Kind::Suspension,
            Self::Resume => Kind::Resumption,
            Self::Close => Kind::Closure,
            Self::Relocate => Kind::Relocation,
            Self::Reissue => Kind::Reissue,
            Self::SuspendTelemedicine => Kind::TelemedicineSuspension,
            Self::ResumeTelemedicine => Kind::TelemedicineResumption,
        }
    }
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Owner,
    OtherClinic,
    Officer,
    Approver,
    Inspector,
    Auditor,
    Admin,
    OtherOfficer,
    OtherApprover,
}

impl Who {
    pub const ALL: &[Self] = &[
        Self::Owner,
        Self::OtherClinic,
        Self::Officer,
        Self::Approver,
        Self::Inspector,
        Self::Auditor,
        Self::Admin,
        Self::OtherOfficer,
        Self::OtherApprover,
    ];

    pub fn login(self) -> &'static str {
        match self {
            Self::Owner => "clinic",
            Self::OtherClinic => "other-clinic",
            Self::Officer => "officer",
            Self::Approver => "approver",
            Self::Inspector => "inspector",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
            Self::OtherOfficer => "other-officer",
            Self::OtherApprover => "other-approver",
        }
    }

    pub fn role(self) -> Role {
        match self {
            Self::Owner | Self::OtherClinic => Role::Clinic,
            Self::Officer | Self::OtherOfficer => Role::Officer,
            Self::Approver | Self::OtherApprover => Role::Approver,
            Self::Inspector => Role::Inspector,
            Self::Auditor => Role::Auditor,
            Self::Admin => Role::Admin,
        }
    }

    /// Whose house: the first authority's is 0.
    pub fn office(self) -> Option<usize> {
        match self {
            Self::Owner | Self::OtherClinic | Self::Admin => None,
            Self::Officer | Self::Approver | Self::Inspector | Self::Auditor => Some(0),
            Self::OtherOfficer | Self::OtherApprover => Some(1),
        }
    }
}

/// What is missing in a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    None,
    Stale,
    NoReason,
    NoDefects,
}

/// One step of a sequence.
#[derive(Clone, Copy, PartialEq)]
pub enum Step {
    Draft {
        content: Content,
    },
    Write {
        filing: usize,
        who: Who,
    },
    Act {
        filing: usize,
        action: Action,
        who: Who,
        flaw: Flaw,
    },
    /// A decision of the authority, a visit or a clock.
    Happen {
        act: ClinicAct,
    },
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draft { content } => write!(f, "Draft {content:?}"),
            Self::Write { filing, who } => write!(f, "{who:?} writes #{filing}"),
            Self::Act { filing, action, who, flaw: Flaw::None } => write!(f, "{who:?} {action:?} #{filing}"),
            Self::Act { filing, action, who, flaw } => write!(f, "{who:?} {action:?} #{filing} ({flaw:?})"),
            Self::Happen { act } => write!(f, "happens: {act:?}"),
        }
    }
}

/// What happens to a clinic without a filing.
const HAPPENINGS: &[ClinicAct] = &[
    ClinicAct::Revoke,
    ClinicAct::Cancel,
    ClinicAct::Stop,
    ClinicAct::Stop,
    ClinicAct::Stop,
    ClinicAct::LiftStop,
    ClinicAct::LiftStop,
    ClinicAct::LiftStop,
    ClinicAct::LiftStop,
    ClinicAct::SuspendTelemedicine,
    ClinicAct::SuspendTelemedicine,
    ClinicAct::ResumeTelemedicine,
    ClinicAct::ResumeTelemedicine,
    ClinicAct::DeemClosed,
    ClinicAct::Verify,
];

/// The person whose step it most likely is.
fn likely(seeded: &mut Seeded, action: Action, office: Option<usize>) -> Who {
    let (officer, approver) = match office {
        Some(1) => (Who::OtherOfficer, Who::OtherApprover),
        _ => (Who::Officer, Who::Approver),
    };
    match action {
        Action::Submit | Action::Withdraw => Who::Owner,
        Action::Redirect | Action::Recommend => officer,
        Action::Issue | Action::Import => approver,
        Action::RequestCorrection => *seeded.pick(&[officer, approver]),
    }
}

/// What can be filed about the clinic as it stands, if some draws find it; what ends it only now and then.
fn fitting(seeded: &mut Seeded, model: &Model) -> Content {
    if model.clinic.is_none() {
        return Content::Establish;
    }
    let mut content = *seeded.pick(Content::OF_CLINIC);
    for _ in 0..12 {
        let mut after = model.clone();
        let filing = after.filings.len();
        let submit = Step::Act { filing, action: Action::Submit, who: Who::Owner, flaw: Flaw::None };
        let fits = after.take(&Step::Draft { content }).is_ok() && after.take(&submit).is_ok();
        let ends = matches!(content, Content::Close | Content::Relocate) && seeded.below(3) > 0;
        if fits && !ends {
            break;
        }
        content = *seeded.pick(Content::OF_CLINIC);
    }
    content
}

/// A step that carries the newest filing on, or starts another.
fn onward(seeded: &mut Seeded, model: &Model) -> Step {
    let Some((filing, newest)) = model.filings.iter().enumerate().next_back() else {
        return Step::Draft { content: Content::Establish };
    };
    let action = match newest.stage {
        Stage::Draft | Stage::Correcting | Stage::Redirected => Action::Submit,
        Stage::Received => match seeded.below(30) {
            0..4 => Action::RequestCorrection,
            4 => Action::Redirect,
            _ => Action::Recommend,
        },
        Stage::Recommended if seeded.below(12) == 0 => Action::RequestCorrection,
        Stage::Recommended => Action::Issue,
        Stage::Issued | Stage::Withdrawn => {
            // What takes a clinic out of a corner, or telemedicine into one and out again.
            let turns = [ClinicAct::LiftStop, ClinicAct::ResumeTelemedicine, ClinicAct::SuspendTelemedicine];
            let mut turns = turns.into_iter().map(|act| Step::Happen { act });
            let turn = turns.find(|turn| model.clone().take(turn).is_ok()).filter(|_| seeded.below(2) == 0);
            return turn.unwrap_or_else(|| Step::Draft { content: fitting(seeded, model) });
        }
    };
    Step::Act { filing, action, who: likely(seeded, action, newest.office), flaw: Flaw::None }
}

/// Any step at all.
fn any(seeded: &mut Seeded, model: &Model) -> Step {
    const ACTIONS: &[Action] = &[
        Action::Submit,
        Action::Submit,
        Action::Submit,
        Action::Recommend,
        Action::Recommend,
        Action::Recommend,
        Action::Issue,
        Action::Issue,
        Action::Issue,
        Action::Withdraw,
        Action::RequestCorrection,
        Action::Redirect,
    ];
    let draw = seeded.below(100);
    let there = model.filings.len();
    if there == 0 || (draw < 12 && model.clinic.is_some()) {
        let content = if model.clinic.is_none() { Content::Establish } else { *seeded.pick(Content::OF_CLINIC) };
        return Step::Draft { content };
    }
    if draw < 34 && model.clinic.is_some() {
        return Step::Happen { act: *seeded.pick(HAPPENINGS) };
    }
    // Mostly the newest filing.
    let filing = if seeded.below(3) > 0 { there - 1 } else { seeded.below(there) };
    let strange = seeded.below(5) == 0;
    if draw < 38 {
        let who = if strange { *seeded.pick(Who::ALL) } else { Who::Owner };
        return Step::Write { filing, who };
    }
    let action = *seeded.pick(ACTIONS);
    let who = if strange { *seeded.pick(Who::ALL) } else { likely(seeded, action, model.filings[filing].office) };
    let flaw = match seeded.below(10) {
        0 => Flaw::Stale,
        1 => Flaw::NoReason,
        2 => Flaw::NoDefects,
        _ => Flaw::None,
    };
    Step::Act { filing, action, who, flaw }
}

/// The sequence of a seed: 10 to 13 steps, every fourth 25; most of which the reference lets pass.
pub fn sequence(seed: u64) -> Vec<Step> {
    let mut seeded = Seeded::new(seed);
    let mut model = Model::default();
    let length = if seed.is_multiple_of(4) { 25 } else { 10 + seeded.below(4) };
    let mut steps = vec![];
    while steps.len() < length {
        let carried = seeded.below(100) < 72;
        let mut step = if carried { onward(&mut seeded, &model) } else { any(&mut seeded, &model) };
        for _ in 0..6 {
            if model.clone().take(&step).is_ok() || seeded.below(3) == 0 {
                break;
            }
            step = any(&mut seeded, &model);
        }
        let answer = model.take(&step);
        if answer.as_ref().is_err_and(|why| why.starts_with("no ")) {
            continue;
        }
        if let Some(next) = afterwards(&model, &step, &answer) {
            model.take(&next).unwrap();
        }
        steps.push(step);
    }
    steps
}

/// What follows by itself: the visit after a clinic came to a place, which passes.
pub fn afterwards(model: &Model, step: &Step, answer: &Answer) -> Option<Step> {
    let Step::Act { filing, action: Action::Issue, .. } = step else { return None };
    let came = matches!(model.filings[*filing].content, Content::Establish | Content::MoveAddress);
    (came && answer.is_ok()).then_some(Step::Happen { act: ClinicAct::Verify })
}
