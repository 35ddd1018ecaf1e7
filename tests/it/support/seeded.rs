//! Randomness that can be repeated.

/// A small generator (SplitMix64, Steele et al. 2014): equal seeds give equal tests.
pub struct Seeded(u64);

impl Seeded {
    /// From a fixed seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From `CLINIC_TEST_SEED`, or the process id; the seed is printed, so that a failure can be repeated.
    pub fn announced(what: &str) -> Self {
        let given = std::env::var("CLINIC_TEST_SEED").ok().and_then(|s| s.parse().ok());
        let seed = given.unwrap_or_else(|| u64::from(std::process::id()));
        println!("{what}: CLINIC_TEST_SEED={seed} repeats this run");
        Self(seed)
    }

    /// The next 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// One of a list.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }
}
