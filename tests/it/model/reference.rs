//! The reference: how a clinic's filings, standing, 互联网诊疗 and certificates go, written from the law and the issue and
//! not from the code under test. It borrows the names of states and acts, and none of the functions that decide.

use clinic_registry::domain::actor::Role;
use clinic_registry::domain::announcement::AnnouncementKind;
use clinic_registry::domain::lifecycle::{Action, Kind, Stage};
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::domain::verdict::{CertificateState, ClinicState, TelemedicineMode};

use crate::model::steps::{Content, Flaw, Step, Who};

/// What a step answers: where the filing or the clinic stands then, or why not, in one word.
pub type Answer = Result<String, &'static str>;

/// One filing.
#[derive(Clone, Debug)]
pub struct Filing {
    pub content: Content,
    pub stage: Stage,
    /// As `If-Match` has it.
    pub version: i32,
    /// The authority it is before: the first is 0.
    pub office: Option<usize>,
    redirected: bool,
    notices: u32,
    /// The version of the certificate from which a change was drafted: its form is what the change starts from.
    base: u32,
    /// A change that changes nothing that must be filed.
    idle: bool,
}

/// The clinic.
#[derive(Clone, Debug, PartialEq)]
pub struct Clinic {
    pub state: ClinicState,
    pub mode: TelemedicineMode,
    /// Whether the clinic told a suspension that it has not ended.
    suspended: bool,
    /// How often its row was written.
    pub written: u32,
    pub office: usize,
    /// Version, copy and state of each certificate, in order.
    pub copies: Vec<(u32, u32, CertificateState)>,
    pub events: Vec<ClinicAct>,
    pub announced: Vec<AnnouncementKind>,
}

/// Everything about one owner's clinic.
#[derive(Clone, Debug, Default)]
pub struct Model {
    pub filings: Vec<Filing>,
    pub clinic: Option<Clinic>,
}

impl Clinic {
    /// The version whose form is filed now.
    fn form(&self) -> u32 {
        self.copies.last().map_or(0, |(version, ..)| *version)
    }

    fn ended(&self) -> bool {
        matches!(self.state, ClinicState::Cancelled | ClinicState::Revoked)
    }

    /// Whether this can happen to the clinic as it stands.
    fn can(&self, act: ClinicAct) -> bool {
        let (active, suspended, stopped) = (
            self.state == ClinicState::Active,
            self.state == ClinicState::Suspended,
            self.state == ClinicState::Stopped,
        );
        match act {
            ClinicAct::Establish => false,
            ClinicAct::Change | ClinicAct::MoveAway | ClinicAct::Stop => active || suspended,
            ClinicAct::Reissue | ClinicAct::DeclareLoss | ClinicAct::FindLost | ClinicAct::Verify => {
                active || suspended || stopped
            }
            ClinicAct::Suspend => active,
            ClinicAct::Resume => suspended,
            ClinicAct::DeemClosed => suspended || stopped,
            ClinicAct::Close | ClinicAct::Revoke | ClinicAct::Cancel | ClinicAct::HandOver => !self.ended(),
            ClinicAct::LiftStop => stopped,
            ClinicAct::AddTelemedicine => active && self.mode == TelemedicineMode::Off,
            ClinicAct::RemoveTelemedicine => (active || suspended) && self.mode != TelemedicineMode::Off,
            ClinicAct::SuspendTelemedicine => (active || suspended || stopped) && self.mode == TelemedicineMode::On,
            ClinicAct::ResumeTelemedicine => active && self.mode == TelemedicineMode::Suspended,
        }
    }

    /// It happens: standing, certificates, history and announcement.
    fn happens(&mut self, act: ClinicAct) {
        self.written += 1;
        self.events.push(act);
        let announced = match act {
            ClinicAct::Suspend => {
                (self.state, self.suspended) = (ClinicState::Suspended, true);
                Some(AnnouncementKind::Suspension)
            }
            ClinicAct::Resume => {
                (self.state, self.suspended) = (ClinicState::Active, false);
                Some(AnnouncementKind::Resumption)
            }
            ClinicAct::DeemClosed => {
                self.state = ClinicState::DeemedClosed;
                Some(AnnouncementKind::DeemedClosure)
            }
            ClinicAct::Close => {
                self.state = ClinicState::Cancelled;
                Some(AnnouncementKind::Closure)
            }
            ClinicAct::MoveAway => {
                self.state = ClinicState::Cancelled;
                Some(AnnouncementKind::Relocation)
            }
            ClinicAct::Revoke => {
                self.state = ClinicState::Revoked;
                Some(AnnouncementKind::Revocation)
            }
            ClinicAct::Cancel => {
                self.state = ClinicState::Cancelled;
                Some(AnnouncementKind::Cancellation)
            }
            ClinicAct::Stop => {
                self.state = ClinicState::Stopped;
                Some(AnnouncementKind::StopOrder)
            }
            ClinicAct::LiftStop => {
                self.state = if self.suspended { ClinicState::Suspended } else { ClinicState::Active };
                Some(AnnouncementKind::Lifting)
            }
            ClinicAct::SuspendTelemedicine => {
                self.mode = TelemedicineMode::Suspended;
                Some(AnnouncementKind::TelemedicineSuspension)
            }
            ClinicAct::ResumeTelemedicine => {
                self.mode = TelemedicineMode::On;
                Some(AnnouncementKind::TelemedicineResumption)
            }
            ClinicAct::DeclareLoss => {
                self.copies.last_mut().unwrap().2 = CertificateState::Lost;
                Some(AnnouncementKind::Loss)
            }
            ClinicAct::FindLost => {
                self.copies.last_mut().unwrap().2 = CertificateState::Current;
                None
            }
            _ => None,
        };
        self.announced.extend(announced);
    }

    fn lost(&self) -> bool {
        self.copies.last().unwrap().2 == CertificateState::Lost
    }

    /// A change is issued.
    fn change(&mut self, content: Content, office: usize) {
        self.written += 1;
        self.office = office;
        self.events.push(ClinicAct::Change);
        match content {
            Content::AddTelemedicine if self.mode == TelemedicineMode::Off => {
                self.mode = TelemedicineMode::On;
                self.events.push(ClinicAct::AddTelemedicine);
            }
            Content::RemoveTelemedicine => {
                self.mode = TelemedicineMode::Off;
                self.events.push(ClinicAct::RemoveTelemedicine);
            }
            _ => (),
        }
        let version = self.copies.last().unwrap().0 + 1;
        for copy in self.copies.iter_mut().filter(|copy| copy.2 != CertificateState::Void) {
            copy.2 = CertificateState::Superseded;
        }
        self.copies.push((version, 1, CertificateState::Current));
    }

    /// A new copy takes the place of the lost one.
    fn reissue(&mut self) {
        self.written += 1;
        self.events.push(ClinicAct::Reissue);
        let last = self.copies.last_mut().unwrap();
        last.2 = CertificateState::Void;
        let (version, copy) = (last.0, last.1 + 1);
        self.copies.push((version, copy, CertificateState::Current));
    }
}

/// What a filing of this kind does to the clinic.
fn act_of(kind: Kind) -> ClinicAct {
    match kind {
        Kind::Establishment => ClinicAct::Establish,
        Kind::Change => ClinicAct::Change,
        Kind::Suspension => ClinicAct::Suspend,
        Kind::Resumption => ClinicAct::Resume,
        Kind::Closure => ClinicAct::Close,
        Kind::Relocation => ClinicAct::MoveAway,
        Kind::Reissue => ClinicAct::Reissue,
        Kind::TelemedicineSuspension => ClinicAct::SuspendTelemedicine,
        Kind::TelemedicineResumption => ClinicAct::ResumeTelemedicine,
    }
}

impl Model {
    /// What the step answers, having happened.
    pub fn take(&mut self, step: &Step) -> Answer {
        match *step {
            Step::Draft { content } => self.draft(content),
            Step::Write { filing, who } => self.write(filing, who),
            Step::Act { filing, action, who, flaw } => self.act(filing, action, who, flaw),
            Step::Happen { act } => self.happen(act),
        }
    }

    fn draft(&mut self, content: Content) -> Answer {
        let kind = content.kind();
        let clinic = self.clinic.as_ref();
        if kind != Kind::Establishment && clinic.is_none() {
            return Err("no clinic");
        }
        let online = clinic.is_some_and(|clinic| clinic.mode != TelemedicineMode::Off);
        let idle = match content {
            Content::AddTelemedicine => online,
            Content::RemoveTelemedicine => !online,
            _ => false,
        };
        self.filings.push(Filing {
            content,
            stage: Stage::Draft,
            version: 1,
            office: None,
            redirected: false,
            notices: 0,
            base: clinic.map_or(0, Clinic::form),
            idle,
        });
        Ok("draft".into())
    }

    /// Whether this person may know of the filing.
    fn sees(&self, filing: &Filing, who: Who) -> bool {
        match who.role() {
            Role::Clinic => who == Who::Owner,
            Role::Admin => false,
            _ => filing.office.is_some() && filing.office == who.office(),
        }
    }

    fn write(&mut self, at: usize, who: Who) -> Answer {
        let Some(filing) = self.filings.get(at) else { return Err("no filing") };
        if !self.sees(filing, who) {
            return Err("not_found");
        }
        if who.role() != Role::Clinic {
            return Err("forbidden");
        }
        if !matches!(filing.stage, Stage::Draft | Stage::Correcting | Stage::Redirected) {
            return Err("locked");
        }
        let filing = &mut self.filings[at];
        filing.version += 1;
        Ok(filing.stage.code())
    }

    fn happen(&mut self, act: ClinicAct) -> Answer {
        let Some(clinic) = &mut self.clinic else { return Err("no clinic") };
        if !clinic.can(act) {
            return Err("standing");
        }
        clinic.happens(act);
        Ok(clinic.state.code())
    }

    fn act(&mut self, at: usize, action: Action, who: Who, flaw: Flaw) -> Answer {
        let Some(filing) = self.filings.get(at) else { return Err("no filing") };
        if !self.sees(filing, who) {
            return Err("not_found");
        }
        if flaw == Flaw::Stale {
            return Err("stale");
        }
        let to = self.allowed(filing, action, who.role())?;
        if matches!(action, Action::Submit | Action::Issue) {
            self.passes(at)?;
        }
        let filing = &mut self.filings[at];
        let reasoned = flaw != Flaw::NoReason;
        match action {
            Action::Withdraw if filing.stage != Stage::Draft && !reasoned => return Err("invalid"),
            Action::Redirect if !reasoned => return Err("invalid"),
            Action::RequestCorrection if flaw == Flaw::NoDefects => return Err("invalid"),
            Action::RequestCorrection if filing.notices > 0 && !reasoned => return Err("invalid"),
            _ => (),
        }
        let from = filing.stage;
        filing.stage = to;
        filing.version += 1;
        match action {
            Action::Submit => self.submitted(at),
            Action::Withdraw if from != Stage::Draft => self.withdrawn(at),
            Action::RequestCorrection => filing.notices += 1,
            Action::Redirect => (filing.redirected, filing.office) = (true, filing.office.map(|office| 1 - office)),
            Action::Issue => self.issued(at),
            Action::Withdraw | Action::Recommend | Action::Import => (),
        }
        Ok(to.code())
    }

    /// Who may do what where.
    fn allowed(&self, filing: &Filing, action: Action, role: Role) -> Result<Stage, &'static str> {
        let (roles, to): (&[Role], Stage) = match (action, filing.stage) {
            (Action::Submit, Stage::Draft | Stage::Correcting | Stage::Redirected) => {
                (&[Role::Clinic], Stage::Received)
            }
            (Action::Withdraw, Stage::Issued | Stage::Withdrawn) => return Err("stage"),
            (Action::Withdraw, _) => (&[Role::Clinic], Stage::Withdrawn),
            (Action::RequestCorrection, Stage::Received) => (&[Role::Officer, Role::Approver], Stage::Correcting),
            (Action::RequestCorrection, Stage::Recommended) => (&[Role::Approver], Stage::Correcting),
            (Action::Redirect, Stage::Received) => (&[Role::Officer], Stage::Redirected),
            (Action::Recommend, Stage::Received) => (&[Role::Officer], Stage::Recommended),
            (Action::Issue, Stage::Recommended) => (&[Role::Approver], Stage::Issued),
            _ => return Err("stage"),
        };
        if !roles.contains(&role) {
            return Err("role");
        }
        if action == Action::RequestCorrection && filing.notices > 0 && role != Role::Approver {
            return Err("second_notice");
        }
        Ok(to)
    }

    /// Whether a filing may be received or issued: one at a time, from what is filed now, of a clinic that stands so.
    fn passes(&self, at: usize) -> Result<(), &'static str> {
        let filing = &self.filings[at];
        let kind = filing.content.kind();
        let Some(clinic) = self.clinic.as_ref().filter(|_| kind != Kind::Establishment) else { return Ok(()) };
        let under_way = |other: &Filing| {
            let open = [Stage::Received, Stage::Correcting, Stage::Recommended, Stage::Redirected];
            other.content.kind() != Kind::Establishment && open.contains(&other.stage)
        };
        if self.filings.iter().enumerate().any(|(n, other)| n != at && under_way(other)) {
            return Err("open_filing");
        }
        if kind == Kind::Change && filing.base != clinic.form() {
            return Err("base_changed");
        }
        if !clinic.can(act_of(kind)) {
            return Err("standing");
        }
        let adds = filing.content == Content::AddTelemedicine && !filing.idle;
        if filing.idle || (adds && clinic.state != ClinicState::Active) {
            return Err("blocked");
        }
        Ok(())
    }

    fn submitted(&mut self, at: usize) {
        let filing = &mut self.filings[at];
        if !filing.redirected {
            // A filing about a clinic goes where the clinic is filed; a new clinic lies in the first office's area.
            filing.office = Some(self.clinic.as_ref().map_or(0, |clinic| clinic.office));
            if filing.content == Content::Establish {
                filing.office = Some(0);
            }
        }
        if let (Content::Reissue, Some(clinic)) = (filing.content, &mut self.clinic)
            && !clinic.lost()
        {
            clinic.happens(ClinicAct::DeclareLoss);
        }
    }

    fn withdrawn(&mut self, at: usize) {
        if let (Content::Reissue, Some(clinic)) = (self.filings[at].content, &mut self.clinic)
            && clinic.lost()
            && clinic.can(ClinicAct::FindLost)
        {
            clinic.happens(ClinicAct::FindLost);
        }
    }

    fn issued(&mut self, at: usize) {
        let (content, office) = (self.filings[at].content, self.filings[at].office.unwrap());
        match (content, &mut self.clinic) {
            (Content::Establish, clinic) => {
                *clinic = Some(Clinic {
                    state: ClinicState::Active,
                    mode: TelemedicineMode::Off,
                    suspended: false,
                    written: 1,
                    office,
                    copies: vec![(1, 1, CertificateState::Current)],
                    events: vec![ClinicAct::Establish],
                    announced: vec![],
                });
            }
            (Content::Reissue, Some(clinic)) => clinic.reissue(),
            (content, Some(clinic)) if content.kind() == Kind::Change => clinic.change(content, office),
            (content, Some(clinic)) => clinic.happens(act_of(content.kind())),
            (_, None) => unreachable!("a filing about a clinic is drafted of one"),
        }
    }
}
