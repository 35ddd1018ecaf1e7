//! Geohash: a place as 40 bits or 8 characters, a cell of about 38 m × 19 m. Coordinates are WGS-84, as phones give
//! them; a GCJ-02 point of a Chinese map lies some 500 m off and must be converted before it comes here.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// Digits and letters without `a i l o`, in the order of geohash.
const ALPHABET: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";

/// Bits of a cell: 20 of longitude (even places, from the highest) and 20 of latitude.
const BITS: u32 = 40;

/// A cell of 8 geohash characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Geohash([u8; 5]);

/// A text that is no geohash of 8 characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a geohash of 8 characters (digits and lower-case letters without a, i, l, o) is expected")]
pub struct BadGeohash;

impl Geohash {
    /// The cell of a point, degrees north (−90…90) and east (−180…180); nothing outside these ranges.
    pub fn of(latitude: f64, longitude: f64) -> Option<Self> {
        if !(-90.0..=90.0).contains(&latitude) || !(-180.0..=180.0).contains(&longitude) {
            return None;
        }
        let mut ranges = [(-180.0, 180.0, longitude), (-90.0, 90.0, latitude)];
        let mut cell = 0u64;
        for _ in 0..BITS {
            let [(low, high, at), _] = &mut ranges;
            let middle = (*low + *high) / 2.0;
            let upper = *at >= middle;
            *(if upper { low } else { high }) = middle;
            cell = cell << 1 | u64::from(upper);
            ranges.reverse();
        }
        Some(Self::from_cell(cell))
    }

    /// The cell of 5 bytes, first bit first.
    pub const fn from_bytes(bytes: [u8; 5]) -> Self {
        Self(bytes)
    }

    /// The 5 bytes of the cell, first bit first.
    pub const fn to_bytes(self) -> [u8; 5] {
        self.0
    }

    /// The middle of the cell: latitude and longitude in degrees, WGS-84.
    pub fn centre(self) -> (f64, f64) {
        let mut ranges = [(-180.0, 180.0), (-90.0, 90.0)];
        for bit in (0..BITS).rev() {
            let [(low, high), _] = &mut ranges;
            let middle = (*low + *high) / 2.0;
            *(if self.cell() >> bit & 1 == 1 { low } else { high }) = middle;
            ranges.reverse();
        }
        let [(west, east), (south, north)] = ranges;
        ((south + north) / 2.0, (west + east) / 2.0)
    }

    /// The cell of `length` characters around a point and the eight that touch it, each once; none outside the ranges.
    pub fn around(latitude: f64, longitude: f64, length: usize) -> BTreeSet<String> {
        let bits = 5 * i32::try_from(length).unwrap_or(8).clamp(1, 8);
        let (wide, high) = (360.0 / 2f64.powi((bits + 1) / 2), 180.0 / 2f64.powi(bits / 2));
        let step = |n: i32, size: f64| f64::from(n) * size;
        let cells = (-1..=1).flat_map(|up| (-1..=1).map(move |right| (up, right)));
        let cells = cells.filter_map(|(up, right)| Self::of(latitude + step(up, high), longitude + step(right, wide)));
        cells.map(|cell| cell.to_string().chars().take(length).collect()).collect()
    }

    /// How far a point lies from the middle of the cell, metres along the ground.
    pub fn metres(self, latitude: f64, longitude: f64) -> f64 {
        const EARTH: f64 = 6_371_000.0;
        let (north, east) = self.centre();
        let half = |a: f64, b: f64| ((a - b).to_radians() / 2.0).sin().powi(2);
        let apart =
            half(north, latitude) + latitude.to_radians().cos() * north.to_radians().cos() * half(east, longitude);
        2.0 * EARTH * apart.sqrt().min(1.0).asin()
    }

    fn cell(self) -> u64 {
        self.0.iter().fold(0, |cell, byte| cell << 8 | u64::from(*byte))
    }

    fn from_cell(cell: u64) -> Self {
        let [_, _, _, a, b, c, d, e] = cell.to_be_bytes();
        Self([a, b, c, d, e])
    }
}

impl fmt::Display for Geohash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cell = self.cell();
        (0..BITS).step_by(5).rev().try_for_each(|shift| {
            let symbol = ALPHABET[(cell >> shift & 31) as usize];
            write!(f, "{}", char::from(symbol))
        })
    }
}

impl FromStr for Geohash {
    type Err = BadGeohash;

    fn from_str(text: &str) -> Result<Self, BadGeohash> {
        if text.len() != (BITS / 5) as usize {
            return Err(BadGeohash);
        }
        let value = |c: u8| ALPHABET.iter().position(|symbol| *symbol == c).ok_or(BadGeohash);
        let cell = text.bytes().try_fold(0u64, |cell, c| Ok(cell << 5 | value(c)? as u64))?;
        Ok(Self::from_cell(cell))
    }
}
