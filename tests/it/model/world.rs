//! The steps as the application takes them: through the use cases, on a real store.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use clinic_registry::app::App;
use clinic_registry::clock::Clock;
use clinic_registry::config::Config;
use clinic_registry::domain::actor::Actor;
use clinic_registry::domain::dossier::{ClinicType, Dossier, ServiceMode};
use clinic_registry::domain::filing::{Answer as Reason, Defect, Refusal};
use clinic_registry::domain::id::{AccountId, AuthorityId, FilingId};
use clinic_registry::domain::law::Severity;
use clinic_registry::domain::lifecycle::{Action, Kind};
use clinic_registry::domain::particulars::{Particulars, SuspensionReason};
use clinic_registry::domain::samples;
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::domain::verdict::{ClinicState, TelemedicineMode};
use clinic_registry::error::{Clash, Error};
use clinic_registry::server::{self, Start};
use clinic_registry::store::entity::{clinic, material};
use clinic_registry::store::idempotency::Once;
use clinic_registry::usecase::actions::{self, Command};
use clinic_registry::usecase::filings::{self, NewFiling};
use clinic_registry::usecase::life::{self, Happening};
use tempfile::TempDir;
use uuid::Uuid;

use crate::model::reference::Model;
use crate::model::steps::{Content, Flaw, Step, Who};
use crate::support::app::{monday, seed};
use crate::support::builders::policies;
use crate::support::database::Fresh;

/// The materials that a filing of this content needs: the same every time, so asked once.
static MATERIALS: Mutex<BTreeMap<String, Vec<String>>> = Mutex::new(BTreeMap::new());

/// The application without its server and its worker: what is asked for is kept, nothing is drawn.
pub struct Register {
    pub app: App,
    authorities: [Uuid; 2],
    accounts: BTreeMap<&'static str, Uuid>,
    _fresh: Fresh,
    _dir: TempDir,
}

impl Register {
    /// Opens one; its files lie in memory, where the machine has such a place. `embedded`: on SQLite, whatever server there is.
    pub async fn open(embedded: bool) -> Self {
        let dir = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let fresh = if embedded { Fresh::file(dir.path()).await } else { Fresh::migrated(dir.path()).await };
        let config = Config::for_tests(dir.path(), Some(fresh.url.clone()));
        // The keys, too, are of that day, whatever the machine's clock says.
        let app = server::open_at(&config, Start::Serve, Clock::fixed(monday()), config.listen).await.unwrap();
        let authorities = [Uuid::now_v7(), Uuid::now_v7()];
        let accounts = seed(&app, authorities[0], authorities[1]).await.into_iter().collect();
        Self { app, authorities, accounts, _fresh: fresh, _dir: dir }
    }
}

/// One owner's clinic in the application.
pub struct World<'a> {
    app: &'a Register,
    people: u32,
    filings: Vec<(FilingId, Kind)>,
    versions: Vec<i32>,
    offices: Vec<Option<Uuid>>,
    dossiers: Vec<Dossier>,
    clinic: Option<Uuid>,
}

fn once(actor: &Actor) -> Once {
    Once { account: actor.id, key: Uuid::now_v7().to_string(), fingerprint: String::new() }
}

/// An error in one word.
fn word(error: Error) -> String {
    let word = match error {
        Error::NotFound(_) => "not_found",
        Error::Stale => "stale",
        Error::Forbidden => "forbidden",
        Error::Locked(_) => "locked",
        Error::Refused(Refusal::Stage { .. }) => "stage",
        Error::Refused(Refusal::Role { .. }) => "role",
        Error::Refused(Refusal::SecondNotice) => "second_notice",
        Error::Refused(Refusal::SamePerson) => "same_person",
        Error::Conflict(Clash::OpenFiling) => "open_filing",
        Error::Conflict(Clash::BaseChanged) => "base_changed",
        Error::Standing { .. } => "standing",
        Error::Blocked(ref problems)
            if problems.iter().all(|p| matches!(p.rule.as_deref(), Some("R-060" | "R-070"))) =>
        {
            "blocked"
        }
        Error::Invalid(_) => "invalid",
        other => return format!("{other:?}"),
    };
    word.to_owned()
}

impl<'a> World<'a> {
    pub fn new(app: &'a Register, people: u32) -> Self {
        Self { app, people, filings: vec![], versions: vec![], offices: vec![], dossiers: vec![], clinic: None }
    }

    fn actor(&self, who: Who) -> Actor {
        let office = who.office().map(|office| AuthorityId(self.app.authorities[office]));
        let login = who.login();
        Actor::holder(AccountId(self.app.accounts[login]), login.into(), who.role(), office)
    }

    async fn clinic(&self) -> clinic::Model {
        self.app.app.store.clinic_by_id(self.clinic.unwrap()).await.unwrap()
    }

    /// What the application answers, in the reference's words.
    pub async fn take(&mut self, step: &Step) -> Result<String, String> {
        match *step {
            Step::Draft { content } => self.draft(content).await,
            Step::Write { filing, who } => self.write(filing, who).await,
            Step::Act { filing, action, who, flaw } => self.act(filing, action, who, flaw).await,
            Step::Happen { act } => self.happen(act).await,
        }
    }

    async fn draft(&mut self, content: Content) -> Result<String, String> {
        let (app, owner) = (&self.app.app, self.actor(Who::Owner));
        let filed = match self.clinic {
            Some(_) => Some(self.clinic().await),
            None => None,
        };
        let kind = content.kind();
        let dossier = self.dossier(content, filed.as_ref());
        let principal = filed.as_ref().map_or("", |c| c.dossier.principal.name.as_str());
        let new = NewFiling {
            kind,
            clinic: filed.as_ref().map(|c| c.number.clone()).filter(|_| kind.of_clinic()),
            dossier: dossier.clone(),
            particulars: (!kind.writes_dossier()).then(|| particulars(app.clock.today(), kind, principal)),
        };
        let idle = filed.as_ref().is_some_and(|c| Some(&c.dossier) == dossier.as_ref());
        let case = filings::draft(app, &owner, new, &once(&owner)).await.map_err(word)?;
        let id = FilingId(case.row.id);
        self.attach(id, format!("{content:?} {idle} {:?}", case.row.dossier.clinic_type)).await;
        self.filings.push((id, kind));
        self.versions.push(case.row.version);
        self.offices.push(None);
        self.dossiers.push(case.row.dossier);
        Ok(case.row.stage.code())
    }

    fn dossier(&self, content: Content, filed: Option<&clinic::Model>) -> Option<Dossier> {
        let today = self.app.app.clock.today();
        if content == Content::Establish {
            let clinic_type = ClinicType::ALL[self.people as usize % ClinicType::ALL.len()];
            return Some(samples::sample(clinic_type, self.people, today));
        }
        let mut dossier = filed.unwrap().dossier.clone();
        match content {
            Content::AddTelemedicine if !dossier.offers_telemedicine() => {
                dossier = samples::telemedicine_sample(&dossier, &policies(today), today);
            }
            Content::RemoveTelemedicine => {
                dossier.service_modes.retain(|mode| *mode != ServiceMode::Telemedicine);
                dossier.staff.retain(|person| !person.telemedicine);
                dossier.telemedicine = None;
            }
            Content::MoveAddress => dossier.address.detail = format!("聊城经济技术开发区新路{}号", self.filings.len()),
            Content::AddTelemedicine => (),
            _ => return None,
        }
        Some(dossier)
    }

    async fn attach(&self, id: FilingId, like: String) {
        let (app, owner) = (&self.app.app, self.actor(Who::Owner));
        let known = MATERIALS.lock().unwrap().get(&like).cloned();
        let codes = match known {
            Some(codes) => codes,
            None => {
                let told = filings::check(app, &owner, id).await.unwrap();
                let asked = told.iter().filter(|t| t.rule == "R-011");
                let codes: Vec<_> =
                    asked.filter_map(|t| t.pointer.strip_prefix("/materials/").map(str::to_owned)).collect();
                MATERIALS.lock().unwrap().insert(like, codes.clone());
                codes
            }
        };
        if codes.is_empty() {
            return;
        }
        let tx = app.store.begin().await.unwrap();
        for code in codes {
            let row = material::Model {
                id: Uuid::now_v7(),
                filing_id: id.0,
                code,
                file_name: "材料.pdf".into(),
                media_type: "application/pdf".into(),
                size: 1,
                sha256: "0".repeat(64),
                added_at: app.clock.now(),
            };
            tx.add_material(row).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn write(&mut self, at: usize, who: Who) -> Result<String, String> {
        let (app, actor) = (&self.app.app, self.actor(who));
        let ((id, kind), seen) = (self.filings[at], self.versions[at]);
        let case = if kind.writes_dossier() {
            filings::revise(app, &actor, id, seen, self.dossiers[at].clone()).await
        } else {
            let name = &self.dossiers[at].principal.name;
            filings::specify(app, &actor, id, seen, particulars(app.clock.today(), kind, name)).await
        };
        let case = case.map_err(word)?;
        self.versions[at] = case.row.version;
        Ok(case.row.stage.code())
    }

    async fn act(&mut self, at: usize, action: Action, who: Who, flaw: Flaw) -> Result<String, String> {
        let (app, actor) = (&self.app.app, self.actor(who));
        let (id, _) = self.filings[at];
        let seen = self.versions[at] - i32::from(flaw == Flaw::Stale);
        let defect =
            Defect {
                rule: "R-016".into(), pointer: "/name".into(), detail: "名称须与营业执照一致，请核对。".into()
            };
        let first = self.offices[at] == Some(self.app.authorities[0]);
        let elsewhere = self.app.authorities[usize::from(first)];
        let command = Command {
            action,
            reason: if flaw == Flaw::NoReason { String::new() } else { "情况如所述".into() },
            defects: if flaw == Flaw::NoDefects { vec![] } else { vec![defect] },
            authority: Some(AuthorityId(elsewhere)),
            number: None,
            answers: vec![],
        };
        let mut case = actions::act(app, &actor, id, seen, command.clone(), &once(&actor)).await;
        if action == Action::Submit && matches!(case, Err(Error::Blocked(_))) {
            // What only warns is answered, as a person would who was told.
            let command = Command { answers: answers(app, &actor, id).await, ..command };
            case = actions::act(app, &actor, id, seen, command, &once(&actor)).await;
        }
        let case = case.map_err(word)?;
        self.versions[at] = case.row.version;
        self.offices[at] = case.row.authority_id;
        self.clinic = self.clinic.or(case.row.clinic_id);
        Ok(case.row.stage.code())
    }

    /// A decision, a visit or a clock. Those have use cases of their own; what they do to the clinic is this.
    async fn happen(&mut self, act: ClinicAct) -> Result<String, String> {
        let app = &self.app.app;
        let approver = self.actor(Who::Approver);
        let by = (act != ClinicAct::DeemClosed).then_some(&approver);
        let tx = app.store.begin().await.unwrap();
        let mut row = tx.clinic(self.clinic.unwrap()).await.unwrap();
        let note = format!("{}，依据决定", act.zh());
        let what = Happening { note, ..Happening::new(act, app.clock.today(), by) };
        life::happen(app, &tx, &mut row, what).await.map_err(word)?;
        tx.commit().await.unwrap();
        Ok(row.state.code())
    }

    /// Compares what the sequence left in the register with the reference; what was left goes to `seen`.
    pub async fn compare(&self, model: &Model, seen: &mut Vec<String>) -> Result<(), String> {
        let versions: Vec<_> = model.filings.iter().map(|filing| filing.version).collect();
        if versions != self.versions {
            return Err(format!("versions of filings {:?}; the reference says {versions:?}", self.versions));
        }
        let Some(expected) = &model.clinic else { return Ok(()) };
        let store = &self.app.app.store;
        let row = self.clinic().await;
        let certificates = store.certificates_of(row.id).await.unwrap();
        let events = store.clinic_events(row.id).await.unwrap();
        let announcements = store.announcements(Some(row.id), None, None, 100).await.unwrap();
        let office = self.app.authorities.iter().position(|a| *a == row.authority_id);
        let mut copies: Vec<_> =
            certificates.iter().map(|c| (c.version.unsigned_abs(), c.copy.unsigned_abs(), c.state)).collect();
        copies.sort();
        let mut announced: Vec<_> = announcements.iter().map(|a| a.kind).collect();
        let mut told = expected.announced.clone();
        announced.sort();
        told.sort();
        let acts: Vec<_> = events.iter().map(|event| event.act).collect();
        let written = row.version.unsigned_abs();
        let left = (row.state, row.telemedicine_mode, written, office, copies, acts, announced);
        let clinic = expected.clone();
        let wanted =
            (clinic.state, clinic.mode, clinic.written, Some(clinic.office), clinic.copies, clinic.events, told);
        if left != wanted {
            return Err(format!("left {left:?}\nthe reference says {wanted:?}"));
        }
        // Everything tells the same of the clinic, and each step of its history starts where the one before it ended.
        let mut at = (ClinicState::Active, TelemedicineMode::Off);
        for event in &events {
            if (event.from_state, event.from_telemedicine) != at {
                return Err(format!("{:?} starts elsewhere than {at:?}: {event:?}", event.act));
            }
            at = (event.to_state, event.to_telemedicine);
        }
        let newest = copies_newest(&certificates);
        let alike = at == (row.state, row.telemedicine_mode)
            && certificates.iter().all(|c| (c.clinic_state, c.telemedicine, c.current_version) == (at.0, at.1, newest))
            && certificates.iter().any(|c| c.id == row.certificate_id && c.version == row.certificate_version);
        if !alike {
            return Err(format!("{at:?} in the history, {certificates:#?}"));
        }
        seen.push(format!("{} {} {:?}", row.number, row.name, row.record.change_note));
        seen.extend(events.iter().map(|event| format!("{} {:?} {}", event.sequence, event.act, event.note)));
        seen.extend(announcements.iter().rev().map(|a| format!("{:?} {} {}", a.kind, a.body, a.document_number)));
        Ok(())
    }
}

fn copies_newest(certificates: &[clinic_registry::store::entity::certificate::Model]) -> i32 {
    certificates.iter().map(|c| c.version).max().unwrap_or_default()
}

/// A reason for every rule that warns about this filing.
async fn answers(app: &App, actor: &Actor, id: FilingId) -> Vec<Reason> {
    let told = filings::check(app, actor, id).await.unwrap_or_default();
    let rules: BTreeSet<_> = told.into_iter().filter(|t| t.severity == Severity::Warning).map(|t| t.rule).collect();
    rules.into_iter().map(|rule| Reason { rule, reason: "情况属实".into() }).collect()
}

/// What a filing that leaves the form as it is says: complete and true on `today`.
fn particulars(today: chrono::NaiveDate, kind: Kind, principal: &str) -> Particulars {
    let moving = kind == Kind::Relocation;
    let text = |said: &str, when: bool| if when { said.to_owned() } else { String::new() };
    let leaving = moving || kind == Kind::Closure;
    Particulars {
        effective_on: Some(today),
        until: (kind == Kind::Suspension).then(|| today + chrono::Days::new(90)),
        suspension_reason: (kind == Kind::Suspension).then_some(SuspensionReason::Other),
        reason: "因故办理，情况属实。".into(),
        records_kept_at: text("聊城经济技术开发区档案室", leaving),
        records_phone: text("0635-5550100", leaving),
        medicines_disposal: text("清点后退回供货企业，过期药品交有资质单位销毁", leaving),
        destination_division: text("371521", moving),
        destination_address: text("阳谷县谷山路18号", moving),
        signed_by: principal.into(),
        signed_on: Some(today),
    }
}
