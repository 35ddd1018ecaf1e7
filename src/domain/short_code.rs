//! The short code beside the QR symbol, to type in by hand: 12 characters without 0, O, 1 and I. It only finds the
//! record (55 random bits); it proves nothing without the register.
//!
//! The last character is a check over GF(32): every character counts with its own weight g¹¹ … g⁰, and the sum is zero.
//! Since the weights differ and none is zero, **every** change of one character and **every** exchange of two
//! characters (adjacent or not) is detected, and so is every twin error (`AA` for `BB`).

use std::fmt;
use std::str::FromStr;

use crate::domain::value::canonical;

/// The characters, each standing for its place: 0 to 31.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// Characters of a code, the check character with them.
const LENGTH: usize = 12;

/// A short code: 12 checked characters, in upper case and without hyphens, as stored and as in JSON.
/// It is shown as `XXXX-XXXX-XXXX`.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, sea_orm::DeriveValueType,
)]
#[serde(into = "String", try_from = "String")]
pub struct ShortCode(String);

/// A text that is no short code, or was copied with a mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadShortCode {
    /// Not twelve characters of the alphabet.
    #[error("a short code has 12 characters: digits 2 to 9 and letters without I and O")]
    Form,
    /// The check character does not fit: a character is wrong, or two are exchanged.
    #[error("the short code was copied with a mistake: its check character does not fit")]
    Check,
}

impl ShortCode {
    /// The code of 11 random bytes, of which the lower five bits each count.
    pub fn from_random(random: [u8; LENGTH - 1]) -> Self {
        let values = random.map(|byte| byte & 31);
        // The check character's weight is one, so it equals the sum of the others (in GF(2ⁿ) minus is plus).
        let check = times_g(sum(values));
        Self(values.into_iter().chain([check]).map(|value| char::from(ALPHABET[usize::from(value & 31)])).collect())
    }

    /// The 12 characters, without hyphens.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Multiplication by g in GF(32) = GF(2)\[x\]/(x⁵ + x² + 1), where g = x has order 31.
const fn times_g(value: u8) -> u8 {
    let doubled = value << 1;
    if doubled & 32 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

/// The weighted sum of the characters by Horner's rule: the last has weight one.
fn sum(values: impl IntoIterator<Item = u8>) -> u8 {
    values.into_iter().fold(0, |sum, value| times_g(sum) ^ value)
}

impl fmt::Display for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().enumerate().try_for_each(|(at, c)| {
            if at > 0 && at % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{c}")
        })
    }
}

impl FromStr for ShortCode {
    type Err = BadShortCode;

    /// Accepts lower case, full-width characters, and spaces and hyphens anywhere.
    fn from_str(text: &str) -> Result<Self, BadShortCode> {
        let mut values = Vec::with_capacity(LENGTH);
        for c in canonical(text).chars().filter(|c| !matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')) {
            let value = ALPHABET.iter().position(|symbol| char::from(*symbol) == c).ok_or(BadShortCode::Form)?;
            values.push(value as u8);
        }
        if values.len() != LENGTH {
            return Err(BadShortCode::Form);
        }
        if sum(values.iter().copied()) != 0 {
            return Err(BadShortCode::Check);
        }
        Ok(Self(values.into_iter().map(|value| char::from(ALPHABET[usize::from(value & 31)])).collect()))
    }
}

impl From<ShortCode> for String {
    fn from(code: ShortCode) -> Self {
        code.0
    }
}

impl TryFrom<String> for ShortCode {
    type Error = BadShortCode;

    fn try_from(text: String) -> Result<Self, BadShortCode> {
        text.parse()
    }
}
