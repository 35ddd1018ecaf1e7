//! The current time and randomness: the only callers of either. Everything else takes them as arguments.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use rand::rngs::ChaCha12Rng;
use rand::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

use crate::domain::deadline;

/// Where time, ids and randomness come from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that a test moves; ids and randomness are the machine's.
    Fixed(Arc<Mutex<DateTime<Utc>>>),
    /// A clock that a simulation moves; ids and randomness follow from its seed, so that a run can be repeated. What it
    /// draws can be foreseen: never for a register in earnest.
    Seeded(Arc<Mutex<Seeded>>),
}

/// A clock whose ids and randomness follow from a seed.
pub struct Seeded {
    at: DateTime<Utc>,
    random: ChaCha12Rng,
    /// Millisecond of the last id, and how many ids it has.
    last: (u64, u16),
}

impl fmt::Debug for Seeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seeded({})", self.at)
    }
}

impl Seeded {
    /// Ids of one millisecond are counted, so that they keep the order in which they were given.
    fn id(&mut self) -> Uuid {
        let now = u64::try_from(self.at.timestamp_millis()).unwrap_or_default();
        let (millisecond, count) = self.last;
        self.last = match count {
            _ if now > millisecond => (now, 0),
            0..0xFFF => (millisecond, count + 1),
            _ => (millisecond + 1, 0),
        };
        let mut bytes = [0; 10];
        self.random.fill_bytes(&mut bytes);
        let [high, low] = self.last.1.to_be_bytes();
        bytes[0] = high;
        bytes[1] = low;
        Builder::from_unix_timestamp_millis(self.last.0, &bytes).into_uuid()
    }
}

impl Clock {
    /// A clock that stands at `at` until it is moved.
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self::Fixed(Arc::new(Mutex::new(at)))
    }

    /// A clock that stands at `at` until it is moved, whose ids and randomness follow from `seed` and `stream`.
    pub fn seeded(at: DateTime<Utc>, seed: u64, stream: u64) -> Self {
        let mut random = ChaCha12Rng::seed_from_u64(seed);
        random.set_stream(stream);
        Self::Seeded(Arc::new(Mutex::new(Seeded { at, random, last: (0, 0) })))
    }

    /// Now, cut to microseconds: PostgreSQL keeps no more, and what is hashed must come back equal.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> DateTime<Utc> {
        match self {
            Self::System => Utc::now().trunc_subsecs(6),
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
            Self::Seeded(seeded) => seeded.lock().unwrap_or_else(PoisonError::into_inner).at,
        }
    }

    /// Today's date where the law counts: Asia/Shanghai.
    pub fn today(&self) -> NaiveDate {
        deadline::shanghai_date(self.now())
    }

    /// Moves a fixed or seeded clock; the machine's clock stays as it is.
    pub fn set(&self, to: DateTime<Utc>) {
        match self {
            Self::System => (),
            Self::Fixed(at) => *at.lock().unwrap_or_else(PoisonError::into_inner) = to,
            Self::Seeded(seeded) => seeded.lock().unwrap_or_else(PoisonError::into_inner).at = to,
        }
    }

    /// A new time-ordered id (RFC 9562, version 7).
    pub fn new_id(&self) -> Uuid {
        match self {
            Self::System | Self::Fixed(_) => Uuid::now_v7(),
            Self::Seeded(seeded) => seeded.lock().unwrap_or_else(PoisonError::into_inner).id(),
        }
    }

    /// `N` bytes that nobody can foresee; those of a seeded clock follow from its seed.
    ///
    /// # Errors
    /// When the operating system has none to give.
    pub fn random<const N: usize>(&self) -> anyhow::Result<[u8; N]> {
        match self {
            Self::System | Self::Fixed(_) => random(),
            Self::Seeded(seeded) => {
                let mut bytes = [0; N];
                seeded.lock().unwrap_or_else(PoisonError::into_inner).random.fill_bytes(&mut bytes);
                Ok(bytes)
            }
        }
    }
}

/// `N` unpredictable bytes from the operating system.
///
/// # Errors
/// When the operating system has none to give.
pub fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no randomness: {e}"))?;
    Ok(bytes)
}
