//! The application under test: the real server on a free port, with a fresh database and a clock that stands still.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, Weak};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use chrono::{DateTime, Utc};
use clinic_registry::app::App;
use clinic_registry::clock::Clock;
use clinic_registry::config::Config;
use clinic_registry::domain::actor::{Duty, Role};
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::jobs;
use clinic_registry::server::{self, Running};
use clinic_registry::store::entity::{account, authority, job};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use std::collections::BTreeMap;
use tempfile::TempDir;
use uuid::Uuid;

use crate::support;
use crate::support::actors::Actor;
use crate::support::database::{self, Fresh};

/// The password of every account of a test.
pub const PASSWORD: &str = "correct horse battery";

/// Accounts of every application under test: login, role, and whether of the first, of the other or of no authority.
const ACCOUNTS: &[(&str, Role, Option<bool>)] = &[
    ("clinic", Role::Clinic, None),
    ("other-clinic", Role::Clinic, None),
    ("officer", Role::Officer, Some(true)),
    ("approver", Role::Approver, Some(true)),
    ("inspector", Role::Inspector, Some(true)),
    ("inspector-2", Role::Inspector, Some(true)),
    ("auditor", Role::Auditor, Some(true)),
    ("admin", Role::Admin, None),
    ("other-officer", Role::Officer, Some(false)),
    ("other-approver", Role::Approver, Some(false)),
    ("other-inspector", Role::Inspector, Some(false)),
    ("other-auditor", Role::Auditor, Some(false)),
];

/// A hash that is quick to check: how costly the real one is, is not what these tests are about.
static HASH: LazyLock<String> = LazyLock::new(|| cheap(PASSWORD));

/// A hash as nobody should keep it.
pub fn cheap(password: &str) -> String {
    let quick = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
    let hash: PasswordHash = quick.hash_password_with_salt(password.as_bytes(), &[7; 16]).unwrap();
    hash.to_string()
}

/// Monday 2026-11-23, 10:00 in Asia/Shanghai: a working day, within office hours.
pub fn monday() -> DateTime<Utc> {
    "2026-11-23T02:00:00Z".parse().unwrap()
}

/// A running service.
pub struct TestApp {
    /// What stands behind it, for the clock and for looking into the database.
    pub app: App,
    /// The authority in charge of the sample dossiers.
    pub authority: Uuid,
    /// Another one, in charge of another street.
    pub other_authority: Uuid,
    pub database: String,
    nobody: Actor,
    tokens: BTreeMap<&'static str, (Uuid, String)>,
    sequence: AtomicU32,
    running: Option<Running>,
    _fresh: Fresh,
    _dir: TempDir,
}

impl TestApp {
    /// Starts one.
    pub async fn start() -> Self {
        Self::with(|_| ()).await
    }

    /// Starts one at a moment of its own.
    pub async fn at(now: DateTime<Utc>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let fresh = Fresh::migrated(dir.path()).await;
        Self::on(dir, fresh, now, |_| ()).await
    }

    /// Starts one with settings of its own.
    pub async fn with(settings: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let fresh = Fresh::migrated(dir.path()).await;
        Self::on(dir, fresh, monday(), settings).await
    }

    async fn on(dir: TempDir, fresh: Fresh, now: DateTime<Utc>, settings: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::for_tests(dir.path(), Some(fresh.url.clone()));
        settings(&mut config);
        let running = server::start(&config, Clock::fixed(now)).await.unwrap();
        let app = running.app.clone();
        let (authority, other_authority) = (Uuid::now_v7(), Uuid::now_v7());
        let ids = seed(&app, authority, other_authority).await;
        let nobody = Actor { http: reqwest::Client::new(), base: format!("http://{}", running.address), token: None };
        let mut tokens = BTreeMap::new();
        for (login, id) in ids {
            let signed_in = nobody.signed_in(login, PASSWORD).await;
            tokens.insert(login, (id, signed_in.token.unwrap()));
        }
        Self {
            app,
            authority,
            other_authority,
            database: fresh.url.clone(),
            nobody,
            tokens,
            sequence: AtomicU32::new(1),
            running: Some(running),
            _fresh: fresh,
            _dir: dir,
        }
    }

    /// Sets the clock and signs everybody in anew: sessions last only for a day's work.
    pub async fn travel(&mut self, to: &str) {
        self.app.clock.set(to.parse().unwrap());
        for (login, (_, token)) in &mut self.tokens {
            *token = self.nobody.signed_in(login, PASSWORD).await.token.unwrap();
        }
    }

    /// Does all that is due, beside the service's own worker, and waits for what that one has under way.
    pub async fn worked(&self) {
        let db = database::connect(&self.database).await;
        let open = || {
            let due = job::Column::RunAt.lte(self.app.clock.now());
            job::Entity::find().filter(job::Column::DoneAt.is_null()).filter(due).count(&db)
        };
        jobs::drain(&self.app).await.unwrap();
        while open().await.unwrap() > 0 {
            tokio::task::yield_now().await;
            jobs::drain(&self.app).await.unwrap();
        }
    }

    /// A number that no other filing of this application has.
    pub fn sequence(&self) -> u32 {
        self.sequence.fetch_add(1, Ordering::Relaxed)
    }

    /// Who stands behind a login.
    pub fn account(&self, login: &str) -> Uuid {
        self.tokens[login].0
    }

    /// Whoever has this login.
    pub fn actor(&self, login: &str) -> Actor {
        Actor { token: Some(self.tokens[login].1.clone()), ..self.nobody.clone() }
    }

    /// Nobody in particular.
    pub fn anonymous(&self) -> Actor {
        self.nobody.clone()
    }

    /// A clinic.
    pub fn clinic(&self) -> Actor {
        self.actor("clinic")
    }

    /// Another clinic.
    pub fn other_clinic(&self) -> Actor {
        self.actor("other-clinic")
    }

    /// Reviews.
    pub fn officer(&self) -> Actor {
        self.actor("officer")
    }

    /// Issues.
    pub fn approver(&self) -> Actor {
        self.actor("approver")
    }

    /// Reviews for another authority.
    pub fn other_officer(&self) -> Actor {
        self.actor("other-officer")
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            drop(support::finish(async move { running.stop().await }));
        }
    }
}

/// The two authorities and everybody's account.
pub async fn seed(app: &App, first: Uuid, other: Uuid) -> Vec<(&'static str, Uuid)> {
    let now = app.clock.now();
    let tx = app.store.begin().await.unwrap();
    for (id, name, uscc, phone, streets) in [
        (
            first,
            "聊城经济技术开发区行政审批服务局",
            "11371502000000027P",
            "0635-5550001",
            &["371502008", "371502009", "371502010"][..],
        ),
        (other, "聊城市东昌府区行政审批服务局", "12371502000000019R", "0635-5550002", &["371502001", "371502002"][..]),
    ] {
        let row = authority::Model {
            id,
            name: name.into(),
            uscc: uscc.into(),
            region: "371502".into(),
            phone: phone.into(),
            created_at: now,
        };
        tx.add_authority(row).await.unwrap();
        for &clinic_type in ClinicType::ALL {
            for street in streets {
                let since = app.clock.today();
                tx.add_jurisdiction(id, Duty::Issue, clinic_type, street, since, Uuid::now_v7()).await.unwrap();
            }
        }
    }
    let mut ids = vec![];
    for &(login, role, at) in ACCOUNTS {
        let id = Uuid::now_v7();
        let row = account::Model {
            id,
            login: login.into(),
            password_hash: HASH.clone(),
            display_name: login.into(),
            role,
            authority_id: at.map(|ours| if ours { first } else { other }),
            // Its password is no secret, so it needs no second factor: tests of signing in make accounts of their own.
            demonstration: true,
            created_at: now,
            holder_kind: None,
            holder_sealed: None,
            holder_digest: None,
            totp_sealed: None,
            totp_step: None,
            password_changed_at: None,
            closed_at: None,
        };
        tx.add_account(row).await.unwrap();
        ids.push((login, id));
    }
    tx.commit().await.unwrap();
    ids
}

/// An application that the tests of one module share: started by the first, stopped after the last.
pub struct Shared(Mutex<Weak<TestApp>>);

impl Shared {
    /// None yet.
    pub const fn new() -> Self {
        Self(Mutex::new(Weak::new()))
    }

    /// The application, started if it is not running.
    pub fn get(&self) -> Arc<TestApp> {
        let mut shared = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        shared.upgrade().unwrap_or_else(|| {
            let started = Arc::new(support::finish(TestApp::start()));
            *shared = Arc::downgrade(&started);
            started
        })
    }
}
