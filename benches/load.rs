//! Figures for the note, no bar: `cargo bench`. One run fills a fresh SQLite database up with simulated clinics, starts the
//! real server on it, issues some certificates by the real use cases, and prints requests per second as
//! ratios to a constant JSON answer of the same server (`/.well-known/clinic-keys`), and milliseconds per certificate.
//!
//! `CLINIC_BENCH_CLINICS` sets how many clinics there are (100,000 unless given). Client and server share the machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::Datelike;
use clinic_registry::app::App;
use clinic_registry::certificate::render;
use clinic_registry::certificate::sheet::Sheet;
use clinic_registry::clock::Clock;
use clinic_registry::config::Config;
use clinic_registry::domain::access::Door;
use clinic_registry::domain::deadline::shanghai_midnight;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::id::CertificateId;
use clinic_registry::domain::lifecycle::Kind;
use clinic_registry::domain::samples;
use clinic_registry::error::Error;
use clinic_registry::server::{self, Start};
use clinic_registry::simulation::{self, Plan};
use clinic_registry::store::entity::certificate;
use clinic_registry::usecase::accounts::{self, Visit};
use clinic_registry::usecase::demonstration::{self, Cast, PASSWORD};
use clinic_registry::usecase::pace::Client;

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
    let began = Instant::now();
    fill(&config, clinics).await?;
    println!("{clinics} clinics in the register, made in {:.0} s\n", ms(began) / 1_000.0);
    let running = server::start(&config, Clock::System).await?;
    let app = &running.app;
    demonstration::seed(app).await?;
    let issued = issue(app).await?;
    let (numbers, names) = shown(app).await?;

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
    let client = Client("127.0.0.1".to_owned());
    let visit = Visit { client: &client, door: Door::Api, device: "" };
    let sign_in = async |login| {
        let opened = accounts::sign_in(app, &visit, login, PASSWORD, None).await;
        opened.map(|opened| opened.actor).map_err(said)
    };
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

/// Fills the register up as `clinic-registry simulate --bulk` does, with clinics of this year and the one before.
async fn fill(config: &Config, clinics: u64) -> anyhow::Result<()> {
    let year = Clock::System.today().year();
    let plan = Plan { clinics, year, seed: 1, papers: false };
    let clock = Clock::seeded(shanghai_midnight(simulation::bulk::opening(year)), plan.seed, 0);
    let app = server::open_at(config, Start::Simulation, clock, config.listen).await?;
    simulation::bulk::fill(&app, &plan, &|_, _| ()).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    app.store.close().await.map_err(|error| anyhow::anyhow!("{error:?}"))
}

/// Some numbers of the register, and two characters of the clinics' names.
async fn shown(app: &App) -> anyhow::Result<(Vec<String>, Vec<String>)> {
    let (mut shown, mut after) = (vec![], None);
    loop {
        let rows = app.store.every_clinic(after, 1_000).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        let Some(last) = rows.last() else { return Ok(shown.into_iter().unzip()) };
        after = Some(last.id);
        let some = rows.iter().step_by(97);
        shown.extend(some.map(|row| (row.number.clone(), row.name.chars().skip(1).take(2).collect::<String>())));
    }
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
