//! How often one client may look things up: a leaky bucket for each address. Nobody is asked a riddle, and nothing
//! but lookups is counted here; reports are counted in the database (`usecase/pace.rs`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::middleware::NoOpMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter, clock};
use poem::{Endpoint, Request, Response};

use crate::api;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::edge::wording::{self, Worded};
use crate::portal;
use crate::usecase::pace::Client;

/// What anybody may ask of the register.
const LOOKUPS: &[&str] = &[
    "/v",
    "/clinics",
    "/announcements",
    "/telemedicine",
    "/api/v1/verifications",
    "/api/v1/clinics",
    "/api/v1/announcements",
    "/api/v1/telemedicine",
    "/api/v1/exports",
    "/p",
    "/api/v1/paper-checks",
];

/// After so many lookups the addresses that have not asked for a while are forgotten.
const HOUSEKEEPING: u32 = 1 << 12;

/// The application's clock, as the buckets read it.
struct Ticks(Clock);

impl clock::Clock for Ticks {
    type Instant = Duration;

    fn now(&self) -> Duration {
        Duration::from_micros(self.0.now().timestamp_micros().unsigned_abs())
    }
}

/// The buckets.
pub struct Pace {
    buckets: RateLimiter<IpAddr, DashMapStateStore<IpAddr>, Ticks, NoOpMiddleware<Duration>>,
    asked: AtomicU32,
}

impl Pace {
    /// As the settings say; in earnest and unless they say otherwise as R-095 does when the service starts. None: no limit.
    pub fn of(config: &Config, app: &App) -> Option<Arc<Self>> {
        let law = app.law();
        let ruled = |name: &str| {
            let number = law.threshold("R-095", name, app.clock.today()).unwrap_or_default();
            number.clamp(0.0, 1_000_000.0) as u32
        };
        let unless = if config.production { ruled("per_minute") } else { 0 };
        let minute = NonZeroU32::new(config.lookups_per_minute.unwrap_or(unless))?;
        let burst = NonZeroU32::new(ruled("burst")).map_or(minute, |burst| burst.min(minute));
        let quota = Quota::per_minute(minute).allow_burst(burst);
        Some(Arc::new(Self {
            buckets: RateLimiter::dashmap_with_clock(quota, Ticks(app.clock.clone())),
            asked: AtomicU32::new(0),
        }))
    }

    /// Whether this request may pass; if not, after how many whole seconds the next one will.
    fn check(&self, client: IpAddr) -> Result<(), u32> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % HOUSEKEEPING == HOUSEKEEPING - 1 {
            self.buckets.retain_recent();
        }
        let wait = |refused: governor::NotUntil<Duration>| {
            let wait = refused.wait_time_from(clock::Clock::now(self.buckets.clock()));
            u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(u32::from(wait.subsec_nanos() > 0))
        };
        self.buckets.check_key(&client).map_err(|refused| wait(refused).max(1))
    }
}

/// Who asks: the connection's address, or behind a trusted proxy the one that the proxy saw.
fn client(request: &Request, proxied: bool) -> IpAddr {
    let connection = request.remote_addr().as_socket_addr().map(std::net::SocketAddr::ip);
    // Whatever the client itself wrote stands before what the proxy adds.
    let told = request.headers().get_all("x-forwarded-for").iter().next_back();
    let told = told.and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    let address = if proxied { told.or(connection) } else { connection };
    subscriber(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
}

/// What one subscriber holds: an address, or an IPv6 network of 64 bits.
fn subscriber(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        address => address,
    }
}

/// Whether a path looks something up.
fn looks_up(path: &str) -> bool {
    let beneath = |rest: &str| rest.is_empty() || rest.starts_with('/');
    LOOKUPS.iter().any(|prefix| path.strip_prefix(prefix).is_some_and(beneath))
}

/// An endpoint whose lookups keep a pace.
pub struct Paced<E> {
    pub inner: E,
    pub pace: Option<Arc<Pace>>,
    /// A proxy stands before the service, and tells the client's address.
    pub proxied: bool,
}

impl<E: Endpoint<Output = Response>> Endpoint for Paced<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let client = client(&request, self.proxied);
        request.set_data(Client(client.to_string()));
        let ask = portal::Ask::of(&request);
        let path = request.uri().path();
        let pace = self.pace.as_ref().filter(|_| looks_up(path));
        let Some(Err(seconds)) = pace.map(|pace| pace.check(client)) else {
            return self.inner.call(request).await;
        };
        let worded = Worded { retry_after: Some(seconds), ..wording::TOO_MANY.worded() };
        let machine = path.starts_with("/api/");
        Ok(if machine { api::problem::response(worded) } else { portal::refusal(ask.as_ref(), &worded) })
    }
}
