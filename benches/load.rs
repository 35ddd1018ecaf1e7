//! Figures for the note, no bar: `cargo bench`. One run starts the real server on a fresh SQLite database, issues some
//! certificates by the real use cases, fills the register up with synthetic clinics, and prints requests per second as
//! ratios to a constant JSON answer of the same server (`/.well-known/clinic-keys`), and milliseconds per certificate.
//!
//! `CLINIC_BENCH_CLINICS` sets how many clinics there are (100,000 unless given). Client and server share the machine.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clinic_registry::app::App;
use clinic_registry::certificate::render;
use clinic_registry::certificate::sheet::Sheet;
use clinic_registry::clock::Clock;
use clinic_registry::config::Config;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::id::CertificateId;
use clinic_registry::domain::lifecycle::Kind;
use clinic_registry::domain::samples;
use clinic_registry::domain::search;
use clinic_registry::domain::short_code::ShortCode;
use clinic_registry::error::Error;
use clinic_registry::server;
use clinic_registry::store::entity::{certificate, clinic};
use clinic_registry::usecase::accounts;
use clinic_registry::usecase::demonstration::{self, Cast, PASSWORD};
use clinic_registry::usecase::issuance;
use sea_orm::{ConnectionTrait, Database, EntityTrait, IntoActiveModel, TransactionTrait};
use uuid::Uuid;

/// Certificates issued by the use cases; their codes are the ones that are verified.
const ISSUED: u32 = 120;
const CONCURRENCY: usize = 32;
const WARM_UP: Duration = Duration::from_secs(1);
const MEASURED: Duration = Duration::from_secs(3);
const DRAWN: usize = 50;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let clinics = std::env::var("CLINIC_BENCH_CLINICS").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    let dir = tempfile::tempdir()?;
    let config = Config::for_tests(dir.path(), None);
    let running = server::start(&config, Clock::System).await?;
    let app = &running.app;
    demonstration::seed(app).await?;

    let began = Instant::now();
    let issued = issue(app).await?;
    let (numbers, names) = fill(&config.database(), app, clinics).await?;
    println!("{clinics} clinics in the register, made in {:.0} s\n", ms(began) / 1_000.0);

    let base = format!("http://{}", running.address);
    let api = format!("{base}/api/v1");
    let list = |query: &str| vec![format!("{api}/clinics?{query}")];
    let subjects = [
        ("constant (clinic-keys)", vec![format!("{base}/.well-known/clinic-keys")]),
        ("verification_view", issued.iter().map(|row| format!("{api}/verifications/{}", row.digits)).collect()),
        ("clinic_view", numbers.iter().map(|number| format!("{api}/clinics/{number}")).collect()),
        ("search, 2 characters of a name", names.iter().map(|name| format!("{api}/clinics?q={name}")).collect()),
        ("search, 口腔 and a street", list("q=口腔&division=371502009")),
        ("search, 诊所: in every name", list("q=诊所")),
        ("search, pinyin wangyajuan", list("q=wangyajuan")),
    ];
    println!("{:<32} {:>12} {:>9}", format!("{CONCURRENCY} at a time"), "requests/s", "ratio");
    let mut constant = None;
    for (name, urls) in subjects {
        let rate = tokio::task::spawn_blocking(move || load(urls)).await??;
        let ratio = rate / *constant.get_or_insert(rate);
        println!("{name:<32} {rate:>12.0} {ratio:>9.3}");
    }
    println!("\nmilliseconds per certificate drawn (median of {DRAWN}): {:.1}", draw(app, &issued)?);
    running.stop().await
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1_000.0
}

/// Certificates that went the whole way.
async fn issue(app: &App) -> anyhow::Result<Vec<certificate::Model>> {
    let said = |error: Error| anyhow::anyhow!("{error:?}");
    let sign_in = async |login| accounts::sign_in(app, login, PASSWORD).await.map(|opened| opened.actor).map_err(said);
    let (clinic, officer) = (sign_in("demo-clinic").await?, sign_in("demo-officer").await?);
    let cast = Cast { app, clinic, officer, approver: sign_in("demo-approver").await? };
    let mut issued = vec![];
    for (seq, kind) in (100..100 + ISSUED).zip(ClinicType::ALL.iter().cycle()) {
        let dossier = samples::sample(*kind, seq, app.clock.today());
        let case = cast.issued(&format!("bench-{seq}"), Kind::Establishment, None, dossier).await;
        let id = case.map_err(said)?.row.certificate_id.ok_or_else(|| anyhow::anyhow!("no certificate"))?;
        issued.extend(app.store.certificate_unscoped(CertificateId(id)).await.map_err(said)?);
    }
    Ok(issued)
}

/// Copies of issued clinics under other numbers and names, written past the use cases. Answers some of their numbers,
/// and two characters of their names.
async fn fill(database: &str, app: &App, clinics: u32) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let mut options = sea_orm::ConnectOptions::new(database);
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    db.execute_unprepared("PRAGMA synchronous = OFF").await?;
    let models = clinic::Entity::find().all(&db).await?;
    let mut shown = vec![];
    let all: Vec<u32> = (0..clinics.saturating_sub(u32::try_from(models.len())?)).collect();
    for part in all.chunks(1_000) {
        let mut rows = vec![];
        let mut papers = vec![];
        let mut terms = String::new();
        for (&n, model) in part.iter().zip(models.iter().cycle()) {
            let Some(paper) = certificate::Entity::find_by_id(model.certificate_id).one(&db).await? else { continue };
            let sample = samples::sample(model.record.clinic_type, n, app.clock.today());
            let mut row = model.clone();
            (row.id, row.certificate_id) = (Uuid::now_v7(), Uuid::now_v7());
            row.number = format!("PDZ{n:06}37150217D2122");
            (row.name, row.normalised_name) = (sample.name.clone(), search::normalise(&sample.name));
            row.record.name.clone_from(&sample.name);
            row.record.number.clone_from(&row.number);
            row.principal_key = format!("{n:064}");
            for term in issuance::search_terms(&row.record, &row) {
                write!(terms, "('{term}',x'{}'),", row.id.simple())?;
            }
            let [c, b, a, _] = n.to_le_bytes();
            papers.push(certificate::Model {
                id: row.certificate_id,
                clinic_id: row.id,
                short_code: ShortCode::from_random([a, b, b >> 5, c, c >> 5, 7, 7, 7, 7, 7, 7]),
                status_index: i32::try_from(n)? + (1 << 25),
                statement: row.record.clone(),
                current_number: row.number.clone(),
                ..paper
            });
            if n % 97 == 0 {
                shown.push((row.number.clone(), row.name.chars().skip(1).take(2).collect()));
            }
            rows.push(row);
        }
        let tx = db.begin().await?;
        let rows = rows.into_iter().map(IntoActiveModel::into_active_model);
        clinic::Entity::insert_many(rows).exec_without_returning(&tx).await?;
        let papers = papers.into_iter().map(IntoActiveModel::into_active_model);
        certificate::Entity::insert_many(papers).exec_without_returning(&tx).await?;
        tx.execute_unprepared(&format!(
            "INSERT INTO search_term (term, clinic_id) VALUES {}",
            terms.trim_end_matches(',')
        ))
        .await?;
        tx.commit().await?;
    }
    db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await?;
    db.close().await?;
    Ok(shown.into_iter().unzip())
}

/// Answers per second, asked by a runtime of its own over kept-alive connections.
fn load(urls: Vec<String>) -> anyhow::Result<f64> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let client = reqwest::Client::new();
    let (urls, next) = (Arc::new(urls), Arc::new(AtomicUsize::new(0)));
    let answers: u32 = runtime.block_on(async {
        let began = Instant::now();
        let askers = (0..CONCURRENCY).map(|_| {
            let (client, urls, next) = (client.clone(), urls.clone(), next.clone());
            tokio::spawn(async move {
                let mut answers = 0;
                while began.elapsed() < WARM_UP + MEASURED {
                    let url = &urls[next.fetch_add(1, Ordering::Relaxed) % urls.len()];
                    client.get(url).send().await?.error_for_status()?.bytes().await?;
                    answers += u32::from(began.elapsed() > WARM_UP);
                }
                Ok::<u32, reqwest::Error>(answers)
            })
        });
        let mut total = 0;
        for asker in askers.collect::<Vec<_>>() {
            total += asker.await??;
        }
        Ok::<u32, anyhow::Error>(total)
    })?;
    Ok(f64::from(answers) / MEASURED.as_secs_f64())
}

/// Median time to draw a certificate, in milliseconds.
fn draw(app: &App, issued: &[certificate::Model]) -> anyhow::Result<f64> {
    let mut times = vec![];
    for row in issued.iter().cycle().take(DRAWN) {
        let (code_text, short_code) = (app.settings.code_url(&row.digits), row.short_code.to_string());
        let began = Instant::now();
        let sheet = Sheet {
            statement: &row.statement,
            code_text: &code_text,
            short_code: &short_code,
            host: app.settings.host(),
            development: false,
            specimen: false,
            annotation: None,
        };
        render::render(&app.fonts, &sheet)?;
        times.push(ms(began));
    }
    times.sort_by(f64::total_cmp);
    Ok(times.get(DRAWN / 2).copied().unwrap_or_default())
}
