//! The composition root: opens what the application needs, joins API and pages, starts and stops. The only module that
//! names both faces.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use poem::endpoint::BoxEndpoint;
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::middleware::CatchPanic;
use poem::{EndpointExt, Response, Route, handler};
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinHandle;

mod middleware;
mod pace;

use crate::api;
use crate::app::{App, Settings};
use crate::certificate::fonts::Fonts;
use crate::certificate::keyring::{Ceremony, Keyring};
use crate::clock::{self, Clock};
use crate::config::Config;
use crate::edge::wording;
use crate::error::Error;
use crate::jobs;
use crate::law::{self, LawBook};
use crate::portal;
use crate::post::Post;
use crate::server::pace::{Pace, Paced};
use crate::simulation::offices;
use crate::store::{Durability, Store};
use crate::usecase::demonstration;
use crate::usecase::exports;
use crate::usecase::law::{self as editions, Opened};
use crate::vault::Vault;

/// 371502 东昌府区, under which the demonstration's authority issues.
const DEMONSTRATION_REGIONS: [u32; 1] = [371_502];

/// Longest time that requests under way may take to finish when the service stops.
const FAREWELL: Duration = Duration::from_secs(20);

/// For what the application is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// To serve: keys are needed, a demonstration is filled in.
    Serve,
    /// For a command on the register's data.
    Tools,
    /// To simulate: keys for the offices that are simulated, and a store that waits for no disk.
    Simulation,
}

/// Opens the application.
///
/// # Errors
/// Every setting that is missing or wrong by name; what database or keys answer.
pub async fn open(config: &Config, start: Start) -> anyhow::Result<App> {
    open_at(config, start, Clock::System, config.listen).await
}

/// As [`open`], by a clock of the caller's and for an address that is known already.
///
/// # Errors
/// As [`open`].
pub async fn open_at(config: &Config, start: Start, clock: Clock, address: SocketAddr) -> anyhow::Result<App> {
    if start == Start::Serve {
        config.check()?;
    }
    std::fs::create_dir_all(&config.data).with_context(|| format!("no directory {}", config.data.display()))?;
    let key_dir = config.keys();
    let (regions, durability) = match start {
        Start::Simulation => (offices::REGIONS.to_vec(), Durability::None),
        Start::Serve | Start::Tools => (DEMONSTRATION_REGIONS.to_vec(), Durability::Full),
    };
    if !Keyring::exists(&key_dir) && !config.production {
        let mut random = clock::random::<32>;
        let ceremony = Ceremony { dir: &key_dir, now: clock.now(), today: clock.today(), random: &mut random };
        ceremony.found(regions, true)?;
    }
    let keyring = Keyring::load(&key_dir)?;
    if config.production && keyring.manifest().development {
        bail!("--production refuses the development keys in {}; make others with `keys init`", key_dir.display());
    }
    if !Vault::exists(&key_dir) {
        if config.production {
            bail!("{} has no key to seal personal data with; make it with `keys vault`", key_dir.display());
        }
        Vault::found(&key_dir, clock::random()?)?;
    }
    let vault = Vault::load(&key_dir)?;
    let store = Store::open_with(&config.database(), !config.production, durability).await?;
    if config.production && store.has_demonstration_accounts().await? {
        bail!("--production refuses a database with demonstration accounts; use an empty one");
    }
    let settings = Settings {
        public_url: config.public_url.clone().unwrap_or_else(|| format!("http://{address}")),
        demonstration: !config.production,
        licence_type: config.licence_type(),
        cutoff_hour: config.cutoff_hour,
        reports_per_hour: config.reports_per_hour,
        sms_signature: config.sms_signature.clone(),
        provider: config.provider(),
        pages: config.pages.clone(),
    };
    let Opened { law, recount } = match editions::open(&store, &clock, &law::SOURCES).await {
        Ok(opened) => opened,
        // Whoever can mend the tables must get in.
        Err(error) if start == Start::Tools => {
            tracing::error!(%error, "the law of this database cannot be read; going on with the program's own");
            Opened { law: law::embedded()?, recount: false }
        }
        Err(error) => return Err(anyhow::Error::new(error).context("the law of this database cannot be read")),
    };
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let app = App {
        store,
        clock,
        book: Arc::new(LawBook::new(law)),
        fonts: Arc::new(Fonts::load()?),
        keyring: Arc::new(keyring),
        vault: Arc::new(vault),
        post: Arc::new(Post::open(&config.ways())?),
        settings: Arc::new(settings),
        work: Arc::new(Notify::new()),
        hashing: Arc::new(Semaphore::new(cores)),
        exports: Arc::new(Semaphore::new(exports::STREAMS)),
        figures: Arc::default(),
    };
    if recount {
        editions::recount(&app).await?;
    }
    Ok(app)
}

/// A service that runs.
pub struct Running {
    pub address: SocketAddr,
    pub app: App,
    stop: watch::Sender<bool>,
    http: JoinHandle<std::io::Result<()>>,
    worker: JoinHandle<()>,
}

impl Running {
    /// Waits until the service ends by itself or is told to stop from outside.
    async fn ended(self, signal: impl Future<Output = ()>) -> anyhow::Result<()> {
        signal.await;
        self.stop().await
    }

    /// Stops: requests under way finish, the worker reaches a safe point, connections close.
    ///
    /// # Errors
    /// What the server answered.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.send_replace(true);
        self.app.work.notify_waiters();
        self.http.await??;
        self.worker.await?;
        self.app.store.close().await?;
        Ok(())
    }
}

/// Starts the service in this process.
///
/// # Errors
/// What settings, database, keys or the address answer.
pub async fn start(config: &Config, clock: Clock) -> anyhow::Result<Running> {
    config.check()?;
    let acceptor =
        TcpListener::bind(config.listen).into_acceptor().await.context("the address cannot be listened on")?;
    let address = acceptor.local_addr().into_iter().find_map(|a| a.as_socket_addr().copied()).context("no address")?;
    let app = open_at(config, Start::Serve, clock, address).await?;
    if config.production && !config.trusted_proxy && config.lookups_per_minute != Some(0) {
        tracing::warn!(
            "lookups and reports are limited by the connection's address; behind a proxy, set --trusted-proxy"
        );
    }
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(jobs::work(app.clone(), stopped.clone()));
    let mut signal = stopped;
    let signal = async move {
        let _ = signal.wait_for(|stop| *stop).await;
    };
    let server = poem::Server::new_with_acceptor(acceptor).idle_timeout(Duration::from_secs(75));
    let http = tokio::spawn(server.run_with_graceful_shutdown(
        routes(app.clone(), Pace::of(config, &app), config.trusted_proxy),
        signal,
        Some(FAREWELL),
    ));
    Ok(Running { address, app, stop, http, worker })
}

/// Serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// As [`start`].
pub async fn serve(config: Config) -> anyhow::Result<()> {
    log(&config)?;
    let running = start(&config, Clock::System).await?;
    if running.app.settings.demonstration {
        demonstration::seed(&running.app).await?;
        greet(&running).await?;
    } else {
        println!("listening on http://{} as {}", running.address, running.app.settings.public_url);
    }
    running.ended(interrupted()).await
}

async fn interrupted() {
    let mut terminate = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(_) => return tokio::signal::ctrl_c().await.unwrap_or_default(),
    };
    tokio::select! {
        _ = terminate.recv() => (),
        _ = tokio::signal::ctrl_c() => (),
    }
}

async fn greet(running: &Running) -> anyhow::Result<()> {
    let base = &running.app.settings.public_url;
    // Whoever suspended every 互联网诊疗 of the demonstration can still start it.
    let shown = match demonstration::newest_certificate(&running.app).await {
        Ok(row) => row.short_code.to_string(),
        Err(Error::NotFound(_)) => String::new(),
        Err(error) => return Err(error.into()),
    };
    println!("诊所备案登记 · 演示 (demonstration, this machine only)\n");
    println!("  首页 home page            {base}/");
    println!("  凭证 a certificate (PDF)  {base}/demo/certificate.pdf");
    println!("  核验 its verification     {base}/v/{shown}");
    println!("  接口 API document         {base}/docs");
    let logins: Vec<_> = demonstration::ACCOUNTS.iter().map(|(login, ..)| *login).collect();
    println!("  账号 accounts             {}", logins.join(" "));
    println!("  密码 password             {}\n", demonstration::PASSWORD);
    println!("listening on http://{}", running.address);
    Ok(())
}

fn log(config: &Config) -> anyhow::Result<()> {
    let filter = tracing_subscriber::EnvFilter::try_new(&config.log).context("--log (CLINIC_LOG)")?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Already set when several services run in one process: then the first one's log serves.
    let _ = if config.log_json { builder.json().try_init() } else { builder.try_init() };
    Ok(())
}

/// Every route, and what every response passes, from the inside out: errors in words, panics caught, headers, log.
fn routes(app: App, pace: Option<Arc<Pace>>, proxied: bool) -> BoxEndpoint<'static> {
    let api = Route::new()
        .at("/openapi.json", poem::get(openapi))
        .nest("/", api::service())
        .before(|request| async move {
            middleware::known_parameters(&request).map_err(api::problem::Problem::from)?;
            Ok(request)
        })
        .with(middleware::Bounded)
        .catch_all_error(|error: poem::Error| async move { middleware::problem(error) });
    let api = Route::new().nest(api::BASE, api).at("/.well-known/clinic-keys", poem::get(keys));
    let faces = middleware::Faces { api: api.boxed(), pages: portal::routes(api::document::document()).boxed() };
    Paced { inner: faces, pace, proxied }
        .data(app)
        .with(
            CatchPanic::new()
                .with_handler(|_: Box<dyn std::any::Any + Send>| api::problem::response(wording::INTERNAL.worded())),
        )
        .with(middleware::Dress)
        .boxed()
}

#[handler]
fn openapi() -> Response {
    let body = api::document::document().to_string();
    Response::builder().content_type("application/json").body(body)
}

#[handler]
fn keys(app: poem::web::Data<&App>) -> Response {
    Response::builder().content_type("application/json").body(app.keyring.manifest_json().to_string())
}
