//! 统一社会信用代码 (GB 32100-2015) and 组织机构代码 (GB 11714-1997).

use std::fmt;
use std::str::FromStr;

use crate::domain::value::{base36, base36_char, canonical, defects, is_digits};

/// The alphabet of GB 32100: no I, O, S, V, Z. The value of a character is its index.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Weights of GB 32100: 3^(i-1) mod 31.
const USCC_WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

/// Weights of GB 11714.
const ORGANISATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

defects! {
    /// What is wrong with a 统一社会信用代码.
    UsccDefect {
        /// Not 18 characters.
        Length = "位数" / "length",
        /// A character outside the alphabet: I, O, S, V and Z are not used.
        Characters = "字符" / "characters",
        /// Positions 3–8 are not digits.
        Division = "登记管理机关行政区划码" / "division code",
        /// Position 18 does not fit the other seventeen.
        Check = "校验码" / "check character",
    }
}

/// A checked 统一社会信用代码, 18 characters in upper case. A public identifier of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc(String);

/// Reads and checks a 统一社会信用代码. Spaces and lower case are forgiven.
pub fn check_uscc(raw: &str) -> Result<Uscc, UsccDefect> {
    let code = canonical(raw);
    if code.chars().count() != 18 {
        return Err(UsccDefect::Length);
    }
    let values = code.chars().map(|c| ALPHABET.find(c)).collect::<Option<Vec<_>>>().ok_or(UsccDefect::Characters)?;
    if !code.get(2..8).is_some_and(is_digits) {
        return Err(UsccDefect::Division);
    }
    let sum: usize = values.iter().zip(USCC_WEIGHTS).map(|(v, w)| v * w).sum();
    if values.last() != Some(&((31 - sum % 31) % 31)) {
        return Err(UsccDefect::Check);
    }
    Ok(Uscc(code))
}

impl Uscc {
    /// All 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// 主体标识码, positions 9–17: the organisation code, 8 characters and check character.
    pub fn organisation_code(&self) -> &str {
        self.0.get(8..17).unwrap_or_default()
    }

    /// Whether the organisation code inside fits its own check character; only a warning if not.
    pub fn inner_check_ok(&self) -> bool {
        organisation_check_ok(self.organisation_code())
    }

    /// The code read as a number in base 36, big-endian: 36^18 is less than 2^96.
    pub fn to_bytes(&self) -> [u8; 12] {
        let number = self.0.chars().filter_map(base36).fold(0u128, |n, d| n * 36 + u128::from(d));
        let mut out = [0; 12];
        for (to, from) in out.iter_mut().rev().zip(number.to_le_bytes()) {
            *to = from;
        }
        out
    }

    /// The code of [`Uscc::to_bytes`], checked like any other input.
    pub fn from_bytes(bytes: [u8; 12]) -> Result<Self, UsccDefect> {
        let mut number = bytes.iter().fold(0u128, |n, b| n << 8 | u128::from(*b));
        let mut code = Vec::with_capacity(18);
        for _ in 0..18 {
            let digit = u32::try_from(number % 36).ok().and_then(base36_char);
            code.push(digit.ok_or(UsccDefect::Characters)?);
            number /= 36;
        }
        if number != 0 {
            return Err(UsccDefect::Length);
        }
        check_uscc(&code.iter().rev().collect::<String>())
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Uscc {
    type Err = UsccDefect;

    fn from_str(raw: &str) -> Result<Self, UsccDefect> {
        check_uscc(raw)
    }
}

/// The check character of an organisation code (GB 11714): a digit or X, for 8 digits or upper-case letters.
pub fn organisation_check(body8: &str) -> Option<char> {
    if body8.len() != ORGANISATION_WEIGHTS.len() {
        return None;
    }
    let weighted = body8.chars().zip(ORGANISATION_WEIGHTS).map(|(c, w)| base36(c).map(|v| v * w));
    match 11 - weighted.sum::<Option<u32>>()? % 11 {
        10 => Some('X'),
        11 => Some('0'),
        check => char::from_digit(check, 10),
    }
}

/// Whether the ninth character of an organisation code fits the first eight.
pub(crate) fn organisation_check_ok(code9: &str) -> bool {
    let check = code9.get(..8).and_then(organisation_check);
    check.is_some() && check == code9.get(8..).and_then(|c| c.parse().ok())
}
