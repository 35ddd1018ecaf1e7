//! The offices of a simulated city: three that file, one of them supervised by another (审管分离), and everybody's account.

use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::{Actor, Duty, Role};
use crate::domain::dossier::ClinicType;
use crate::domain::id::{AccountId, AuthorityId};
use crate::domain::samples::people::code_of_body;
use crate::error::{Error, Result};
use crate::store::entity::{account, authority};
use crate::usecase::accounts::{self, NewAccount};
use crate::usecase::demonstration::PASSWORD;

/// Regions for which the offices sign.
pub const REGIONS: [u32; 2] = [371_502, 371_503];

/// One office as it is founded: name, first eight characters and body of its USCC, region, and the streets, by prefix.
struct Plan {
    name: &'static str,
    uscc: (&'static str, &'static str),
    region: &'static str,
    phone: &'static str,
    streets: &'static [&'static str],
}

/// 聊城经济技术开发区 has three streets of 371502; the rest of it is 东昌府区's.
const ZONE: &[&str] = &["371502008", "371502009", "371502010"];

const OFFICES: &[Plan] = &[
    Plan {
        name: "聊城经济技术开发区行政审批服务局",
        uscc: ("11371502", "00000002"),
        region: "371502",
        phone: "0635-0000000",
        streets: ZONE,
    },
    Plan {
        name: "聊城市东昌府区行政审批服务局",
        uscc: ("11371502", "00000003"),
        region: "371502",
        phone: "0635-0000001",
        streets: &["371502"],
    },
    Plan {
        name: "聊城市茌平区行政审批服务局",
        uscc: ("11371503", "00000004"),
        region: "371503",
        phone: "0635-0000002",
        streets: &["371503"],
    },
];

/// 东昌府区's supervising department, which files nothing.
const SUPERVISOR: Plan = Plan {
    name: "聊城市东昌府区卫生健康局",
    uscc: ("11371502", "00000005"),
    region: "371502",
    phone: "0635-0000003",
    streets: &[],
};

/// The office of [`OFFICES`] that [`SUPERVISOR`] supervises for.
const SUPERVISED: usize = 1;

/// An office with those who work there.
#[derive(Clone, Debug)]
pub struct Office {
    pub row: authority::Model,
    pub officers: Vec<Actor>,
    pub approvers: Vec<Actor>,
    pub inspectors: Vec<Actor>,
}

/// Every office.
#[derive(Clone, Debug)]
pub struct Offices(pub Vec<Office>);

impl Offices {
    /// An office by its id.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    pub fn of(&self, id: Uuid) -> Result<&Office> {
        self.0.iter().find(|office| office.row.id == id).ok_or(Error::NotFound("office"))
    }

    /// Streets in which clinics are filed.
    pub fn streets(app: &App) -> Vec<String> {
        let law = app.law();
        let ours = |code: &&String| REGIONS.iter().any(|region| code.starts_with(&region.to_string()));
        law.streets().iter().map(|street| &street.code).filter(ours).cloned().collect()
    }

    /// Founds them, with their jurisdictions and accounts.
    ///
    /// # Errors
    /// What the store answers.
    pub async fn found(app: &App) -> Result<Self> {
        // Hashing is costly on purpose; one account pays for all.
        let first = NewAccount {
            login: "sim-admin",
            password: PASSWORD,
            display_name: "系统管理员",
            role: Role::Admin,
            authority: None,
            demonstration: app.settings.demonstration,
        };
        accounts::create(app, first).await?;
        let mut offices = vec![];
        for (n, plan) in OFFICES.iter().chain([&SUPERVISOR]).enumerate() {
            offices.push(office(app, n, plan).await?);
        }
        let tx = app.store.begin().await?;
        let today = app.clock.today();
        for street in Self::streets(app) {
            let (files, supervises) = in_charge(&street).ok_or(Error::NotFound("office"))?;
            for (duty, at) in [(Duty::Issue, files), (Duty::Supervise, supervises)] {
                let Some(office) = offices.get(at) else { continue };
                for &clinic_type in ClinicType::ALL {
                    let id = app.clock.new_id();
                    tx.add_jurisdiction(office.row.id, duty, clinic_type, &street, today, id).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(Self(offices))
    }
}

/// Which of the offices files in a street, and which supervises there.
pub fn in_charge(street: &str) -> Option<(usize, usize)> {
    let files = OFFICES.iter().position(|plan| plan.streets.iter().any(|prefix| street.starts_with(prefix)))?;
    Some((files, if files == SUPERVISED { OFFICES.len() } else { files }))
}

async fn office(app: &App, n: usize, plan: &Plan) -> Result<Office> {
    let row = authority::Model {
        id: app.clock.new_id(),
        name: plan.name.to_owned(),
        uscc: code_of_body(plan.uscc.0, plan.uscc.1),
        region: plan.region.to_owned(),
        phone: plan.phone.to_owned(),
        created_at: app.clock.now(),
    };
    let tx = app.store.begin().await?;
    tx.add_authority(row.clone()).await?;
    tx.commit().await?;
    let mut office = Office { officers: vec![], approvers: vec![], inspectors: vec![], row };
    for (role, names) in [
        (Role::Officer, &["陈静", "刘洋", "王芳"][..]),
        (Role::Approver, &["李国栋", "张建"][..]),
        (Role::Inspector, &["赵敏", "周航", "吴磊"][..]),
    ] {
        for (at, name) in names.iter().enumerate() {
            let login = format!("sim-{}-{n}-{at}", role.code());
            let actor = add_account(app, &login, name, role, Some(office.row.id)).await?;
            match role {
                Role::Officer => office.officers.push(actor),
                Role::Approver => office.approvers.push(actor),
                _ => office.inspectors.push(actor),
            }
        }
    }
    Ok(office)
}

/// An account with the password of the first; the owner of some clinics where `authority` is none.
///
/// # Errors
/// What the store answers.
pub async fn add_account(app: &App, login: &str, name: &str, role: Role, authority: Option<Uuid>) -> Result<Actor> {
    let first = app.store.account_by_login("sim-admin").await?.ok_or(Error::NotFound("account"))?;
    let row = account::Model {
        id: app.clock.new_id(),
        login: login.to_owned(),
        display_name: name.to_owned(),
        role,
        authority_id: authority,
        created_at: app.clock.now(),
        ..first
    };
    let actor = Actor::holder(AccountId(row.id), row.display_name.clone(), role, authority.map(AuthorityId));
    let tx = app.store.begin().await?;
    tx.add_account(row).await?;
    tx.commit().await?;
    Ok(actor)
}
