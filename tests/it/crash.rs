//! Killed at random moments under load, the service loses nothing that it acknowledged, and everything still fits
//! together: the invariants of a register.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::Path;
use std::sync::{Arc, Mutex};

use clinic_registry::certificate::code;
use clinic_registry::certificate::keyring::Keyring;
use clinic_registry::clock::Clock;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::lifecycle::Stage;
use clinic_registry::domain::samples;
use clinic_registry::domain::task::Task;
use clinic_registry::domain::verdict::CertificateState;
use clinic_registry::domain::{id::FilingId, log_leaf};
use clinic_registry::store::Store;
use clinic_registry::store::entity::{
    account, authority, blob_piece, certificate, clinic, clinic_number, decision, filing, filing_event, idempotency,
    job, log_entry, material, series, visit,
};
use clinic_registry::usecase::demonstration::PASSWORD;
use sea_orm::{
    ColumnTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait, IsolationLevel, QueryFilter,
    TransactionTrait,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::builders::{Prepared, json_of, pdf_file};
use crate::support::database::{self, Fresh};
use crate::support::process::Served;
use crate::support::seeded::Seeded;

const ROUNDS: usize = 25;

/// What was acknowledged so far, and what is left to do.
#[derive(Default)]
struct Ledger {
    /// Filing and number.
    issued: BTreeMap<Uuid, String>,
    /// Filing and version.
    recommended: BTreeMap<Uuid, i64>,
    /// Filing, version and name.
    drafts: BTreeMap<Uuid, (i64, String)>,
    /// Material and digest of its bytes.
    materials: BTreeMap<Uuid, String>,
    to_issue: VecDeque<FilingId>,
    to_recommend: VecDeque<FilingId>,
    /// Issues that were sent and not answered: filing and key.
    unanswered: Vec<(FilingId, String)>,
    answers: usize,
}

/// The people who keep the service busy.
#[derive(Clone)]
struct Crew {
    clinic: Actor,
    officer: Actor,
    approver: Actor,
    ledger: Arc<Mutex<Ledger>>,
}

impl Crew {
    fn at(&self, base: &str) -> Self {
        let moved = |actor: &Actor| Actor { base: base.to_owned(), http: reqwest::Client::new(), ..actor.clone() };
        let (clinic, officer, approver) = (moved(&self.clinic), moved(&self.officer), moved(&self.approver));
        Self { clinic, officer, approver, ..self.clone() }
    }

    fn note(&self, write: impl FnOnce(&mut Ledger)) {
        let mut ledger = self.ledger.lock().unwrap();
        write(&mut ledger);
        ledger.answers += 1;
    }

    /// Issues one filing after the other until the service is gone.
    async fn issue(self) {
        loop {
            let Some(id) = self.ledger.lock().unwrap().to_issue.pop_front() else { return };
            let key = Uuid::now_v7().to_string();
            match self.issue_once(id, &key).await {
                Ok(answer) => {
                    let number = answer.expect(200)["clinic"].as_str().unwrap().to_owned();
                    self.note(|ledger| drop(ledger.issued.insert(id.0, number)));
                }
                Err(_) => return self.ledger.lock().unwrap().unanswered.push((id, key)),
            }
        }
    }

    async fn issue_once(&self, id: FilingId, key: &str) -> reqwest::Result<Answer> {
        let filing = json!({ "id": id, "version": 1 });
        let call = self.approver.filing("filing_act", &filing).seen(&filing).key(key);
        call.json(&json!({ "action": "issue" })).attempt().await
    }

    /// Recommends one filing after the other.
    async fn recommend(self) {
        loop {
            let Some(id) = self.ledger.lock().unwrap().to_recommend.pop_front() else { return };
            let filing = json!({ "id": id, "version": 1 });
            let call = self.officer.filing("filing_act", &filing).seen(&filing).once();
            let Ok(answer) = call.json(&json!({ "action": "recommend" })).attempt().await else { return };
            let version = answer.expect(200)["version"].as_i64().unwrap();
            self.note(|ledger| {
                ledger.recommended.insert(id.0, version);
            });
        }
    }

    /// Drafts, writes and uploads.
    async fn write(self, dossier: Value) {
        loop {
            let body = json!({ "kind": "establishment", "dossier": dossier });
            let Ok(answer) = self.clinic.call("filing_create").once().json(&body).attempt().await else { return };
            let mut filing = answer.expect(201);
            self.keep_draft(&filing);
            for n in 0..3 {
                let bytes = pdf_file(&format!("{} {n}", filing["id"]));
                let digest = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
                let part = reqwest::multipart::Part::bytes(bytes).file_name("材料.pdf");
                let form = reqwest::multipart::Form::new().text("code", "floor_plan").part("file", part);
                let call = self.clinic.filing("material_add", &filing).once().form(form);
                let Ok(answer) = call.attempt().await else { return };
                let id: Uuid = answer.expect(201)["id"].as_str().unwrap().parse().unwrap();
                self.note(|ledger| drop(ledger.materials.insert(id, digest)));
                let mut changed = dossier.clone();
                changed["name"] = json!(format!("第{n}次修改的诊所"));
                let call = self.clinic.filing("filing_revise", &filing).seen(&filing).json(&changed);
                let Ok(answer) = call.attempt().await else { return };
                filing = answer.expect(200);
                self.keep_draft(&filing);
            }
        }
    }

    fn keep_draft(&self, filing: &Value) {
        let id: Uuid = filing["id"].as_str().unwrap().parse().unwrap();
        let name = filing["dossier"]["name"].as_str().unwrap().to_owned();
        let version = filing["version"].as_i64().unwrap();
        self.note(|ledger| drop(ledger.drafts.insert(id, (version, name))));
    }

    /// Waits for so many more answers.
    async fn answers(&self, more: usize) {
        let count = || self.ledger.lock().unwrap().answers;
        let enough = count() + more;
        support::until("the service answers under load", async || count() >= enough).await;
    }
}

/// Filings that wait for the approver and for the officer.
async fn prepare(url: &str, db: &DatabaseConnection) -> (VecDeque<FilingId>, VecDeque<FilingId>) {
    let store = Store::open(url, false).await.unwrap();
    let of = async |login: &str| {
        let found = account::Entity::find().filter(account::Column::Login.eq(login)).one(db).await.unwrap();
        found.unwrap().id
    };
    let authority = authority::Entity::find().one(db).await.unwrap().unwrap().id;
    let prepared = Prepared { owner: of("demo-clinic").await, officer: of("demo-officer").await, authority };
    let now = Clock::System.now();
    let today = Clock::System.today();
    let dossiers = |from: u32, to: u32| (from..to).map(|n| samples::sample(ClinicType::General, n, today)).collect();
    let to_issue = prepared.add(&store, now, Stage::Recommended, dossiers(200, 1_000)).await;
    let to_recommend = prepared.add(&store, now, Stage::Received, dossiers(1_000, 1_800)).await;
    store.close().await.unwrap();
    (to_issue.into(), to_recommend.into())
}

#[test]
fn killed_at_random_moments_nothing_acknowledged_is_lost() {
    support::run(async {
        let mut random = Seeded::announced("kill -9 under load");
        let dir = tempfile::tempdir().unwrap();
        let (data, log) = (dir.path().join("data"), dir.path().join("log"));
        std::fs::create_dir_all(&data).unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let start = || Served::start(&data, &fresh.url, &log, &["--log", "warn"]);
        let mut served = start();
        let db = database::connect(&fresh.url).await;
        let (to_issue, to_recommend) = prepare(&fresh.url, &db).await;
        let ledger = Arc::new(Mutex::new(Ledger { to_issue, to_recommend, ..Ledger::default() }));
        let mut crew = Crew {
            clinic: served.nobody.signed_in("demo-clinic", PASSWORD).await,
            officer: served.nobody.signed_in("demo-officer", PASSWORD).await,
            approver: served.nobody.signed_in("demo-approver", PASSWORD).await,
            ledger,
        };
        let dossier = json_of(&samples::sample(ClinicType::Dental, 1_900, Clock::System.today()));
        for round in 0..ROUNDS {
            let hands = [
                tokio::spawn(crew.clone().issue()),
                tokio::spawn(crew.clone().issue()),
                tokio::spawn(crew.clone().recommend()),
                tokio::spawn(crew.clone().write(dossier.clone())),
            ];
            crew.answers(1 + random.below(40)).await;
            // Somewhere within the next answers, not always right after one.
            for _ in 0..random.below(3_000) {
                tokio::task::yield_now().await;
            }
            served.kill();
            for hand in hands {
                hand.await.unwrap();
            }
            served = start();
            crew = crew.at(&served.nobody.base);
            // Whoever got no answer asks again with the same key: one effect, whether the first had it or not.
            let unanswered = std::mem::take(&mut crew.ledger.lock().unwrap().unanswered);
            for (id, key) in unanswered {
                let answer = crew.issue_once(id, &key).await.unwrap().expect(200);
                let number = answer["clinic"].as_str().unwrap().to_owned();
                crew.note(|ledger| drop(ledger.issued.insert(id.0, number)));
            }
            check(&db, &crew.ledger, &data.join("keys"), round).await;
        }
        let done = {
            let ledger = crew.ledger.lock().unwrap();
            (ledger.issued.len(), ledger.recommended.len(), ledger.drafts.len(), ledger.materials.len())
        };
        println!("acknowledged in {ROUNDS} rounds: issues, recommendations, drafts, materials: {done:?}");
        assert!(done.0 > ROUNDS && done.1 > 0 && done.2 > 0 && done.3 > 0, "the load was mixed: {done:?}");
        db.close().await.unwrap();
    });
}

/// The invariants (quality bar C.4).
async fn check(db: &DatabaseConnection, ledger: &Mutex<Ledger>, keys: &Path, round: usize) {
    // One moment: the worker goes on meanwhile.
    let snapshot = (db.get_database_backend() == DbBackend::Postgres).then_some(IsolationLevel::RepeatableRead);
    let db = &db.begin_with_config(snapshot, None).await.unwrap();
    let filings: BTreeMap<_, _> = all::<filing::Entity>(db).await.into_iter().map(|f| (f.id, f)).collect();
    let certificates: BTreeMap<_, _> = all::<certificate::Entity>(db).await.into_iter().map(|c| (c.id, c)).collect();
    let clinics = all::<clinic::Entity>(db).await;
    let materials: BTreeMap<_, _> = all::<material::Entity>(db).await.into_iter().map(|m| (m.id, m)).collect();
    let mut blobs: BTreeMap<String, Sha256> = BTreeMap::new();
    let mut pieces = all::<blob_piece::Entity>(db).await;
    pieces.sort_by_key(|piece| piece.sequence);
    for piece in pieces {
        blobs.entry(piece.sha256).or_default().update(&piece.bytes);
    }
    let sound = |sha256: &str| {
        let found = blobs.get(sha256).map(|hasher| hasher.clone().finalize());
        found.is_some_and(|digest| digest.iter().map(|b| format!("{b:02x}")).collect::<String>() == sha256)
    };

    // 1. Every acknowledged write is present.
    {
        let ledger = ledger.lock().unwrap();
        for (id, number) in &ledger.issued {
            let certificate = filings[id].certificate_id.map(|id| &certificates[&id]);
            assert_eq!(filings[id].stage, Stage::Issued, "round {round}");
            assert_eq!(certificate.map(|c| &c.statement.number), Some(number), "round {round}");
        }
        for (id, version) in &ledger.recommended {
            assert_eq!(
                (filings[id].stage, i64::from(filings[id].version)),
                (Stage::Recommended, *version),
                "round {round}"
            );
        }
        for (id, (version, name)) in &ledger.drafts {
            let row = &filings[id];
            assert!(i64::from(row.version) >= *version, "round {round}: a draft went back");
            assert!(i64::from(row.version) > *version || row.dossier.name == *name, "round {round}");
        }
        for (id, digest) in &ledger.materials {
            assert_eq!(materials.get(id).map(|m| &m.sha256), Some(digest), "round {round}");
            assert!(sound(digest), "round {round}: the bytes of a material");
        }
    }

    // 2. Numbers are unique and gapless.
    let numbers = all::<clinic_number::Entity>(db).await;
    let serials: BTreeSet<i32> =
        numbers.iter().filter(|n| n.number.starts_with("PDY")).map(|n| n.number[3..8].parse().unwrap()).collect();
    let counters: BTreeMap<_, _> = all::<series::Entity>(db).await.into_iter().map(|s| (s.name, s.next)).collect();
    assert_eq!(serials, (1..=counters["number/371502"]).collect(), "round {round}");
    assert_eq!(clinics.iter().map(|c| &c.number).collect::<BTreeSet<_>>().len(), clinics.len());

    // 3. No certificate without an issued filing, two officers, a good signature and its place in the log.
    let manifest = Keyring::load(keys).unwrap().manifest().clone();
    let mut log = all::<log_entry::Entity>(db).await;
    log.sort_by_key(|leaf| leaf.sequence);
    assert!(log.iter().zip(0..).all(|(leaf, n)| leaf.sequence == n), "round {round}: a gap in the log");
    assert_eq!(counters["log"], log.len() as i32, "round {round}");
    let logged: BTreeSet<_> = log.iter().map(|leaf| leaf.certificate_id).collect();
    assert_eq!(logged, certificates.keys().copied().collect(), "round {round}");
    for leaf in &log {
        let hash: String = log_leaf::hash(&leaf.leaf).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(hash, leaf.leaf_hash, "round {round}");
    }
    for certificate in certificates.values() {
        let filing = &filings[&certificate.filing_id];
        assert_eq!((filing.stage, filing.certificate_id), (Stage::Issued, Some(certificate.id)), "round {round}");
        assert!(filing.issued_by.is_some() && filing.recommended_by.is_some(), "round {round}");
        assert_ne!(filing.issued_by, filing.recommended_by, "round {round}");
        let opened = code::check(&certificate.digits, &manifest, Clock::System.today());
        let opened = opened.unwrap_or_else(|refusal| panic!("round {round}: {refusal:?}"));
        assert_eq!(opened.payload.status_index, certificate.status_index.unsigned_abs(), "round {round}");
        let digest: String = certificate.statement.digest().iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(digest, certificate.digest, "round {round}");
    }
    let with_certificate = filings.values().filter(|f| f.stage == Stage::Issued && f.kind.certifies()).count();
    assert_eq!(with_certificate, certificates.len(), "round {round}: one certificate for each issued filing");
    for clinic in &clinics {
        let current = &certificates[&clinic.certificate_id];
        // One was declared lost, and none has taken its place yet.
        let stands = |state| matches!(state, CertificateState::Current | CertificateState::Lost);
        assert_eq!((current.version, stands(current.state)), (clinic.certificate_version, true));
        let of_clinic = certificates.values().filter(|c| c.clinic_id == clinic.id);
        assert_eq!(of_clinic.filter(|c| stands(c.state)).count(), 1, "round {round}");
    }

    // 4. The history has one row for each step: what raised the version was a step or a revision.
    let mut events: BTreeMap<Uuid, Vec<filing_event::Model>> = BTreeMap::new();
    for event in all::<filing_event::Entity>(db).await {
        events.entry(event.filing_id).or_default().push(event);
    }
    for filing in filings.values() {
        let mut steps = events.remove(&filing.id).unwrap_or_default();
        steps.sort_by_key(|event| event.sequence);
        assert!(steps.windows(2).all(|pair| pair[0].to_stage == pair[1].from_stage), "round {round}");
        let last = steps.last().map(|event| event.to_stage);
        let prepared = [Stage::Received, Stage::Recommended].contains(&filing.stage);
        assert!(last == Some(filing.stage) || (steps.is_empty() && (prepared || filing.stage == Stage::Draft)));
        if filing.stage != Stage::Draft {
            let expected: Vec<i32> = (1..filing.version).collect();
            assert_eq!(steps.iter().map(|e| e.sequence).collect::<Vec<_>>(), expected, "round {round}");
        }
    }
    assert!(events.is_empty(), "round {round}: history without a filing");

    // 5. All work is done or pending, and none is without its certificate.
    let mut asked = BTreeSet::new();
    for row in all::<job::Entity>(db).await {
        assert!(row.failure.is_none(), "round {round}: {:?}", row.failure);
        let Task::Seal { certificate } = row.task else { continue };
        assert!(asked.insert(certificate.0), "round {round}: asked twice");
        let paper = certificates[&certificate.0].pdf_sha256.as_deref();
        assert_eq!(row.done_at.is_some(), paper.is_some(), "round {round}");
        assert!(paper.is_none_or(sound), "round {round}: the bytes of a paper");
    }
    assert_eq!(asked, certificates.keys().copied().collect(), "round {round}");

    // 6. A key stands only for what exists.
    let mut known: BTreeSet<_> = filings.keys().chain(materials.keys()).copied().collect();
    known.extend(all::<visit::Entity>(db).await.into_iter().map(|row| row.id));
    known.extend(all::<decision::Entity>(db).await.into_iter().map(|row| row.id));
    for row in all::<idempotency::Entity>(db).await {
        assert!(known.contains(&row.resource_id), "round {round}: a key without its effect");
    }
}

async fn all<E: EntityTrait>(db: &DatabaseTransaction) -> Vec<E::Model> {
    E::find().all(db).await.unwrap()
}
