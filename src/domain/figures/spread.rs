//! How values are spread: kept as a count of each value, so that a million need no more room than a few.

use std::collections::BTreeMap;

/// Values with how often each occurs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spread(BTreeMap<i64, i64>);

impl Spread {
    /// Adds `count` of one value.
    pub fn add(&mut self, value: i64, count: i64) {
        *self.0.entry(value).or_default() += count;
    }

    /// Adds everything of another.
    pub fn merge(&mut self, other: &Self) {
        for (value, count) in &other.0 {
            self.add(*value, *count);
        }
    }

    /// How many values there are.
    pub fn count(&self) -> i64 {
        self.0.values().sum()
    }

    /// The percentile by the nearest-rank method: the smallest value that at least `percent` in a hundred do not exceed
    /// (rank ⌈p·n/100⌉). Always a value that occurred. 0 where there is none.
    pub fn percentile(&self, percent: i64) -> i64 {
        let rank = (self.count() * percent + 99) / 100;
        let mut seen = 0;
        let reached = self.0.iter().find(|(_, count)| {
            seen += **count;
            seen >= rank
        });
        reached.map_or(0, |(value, _)| *value)
    }
}
