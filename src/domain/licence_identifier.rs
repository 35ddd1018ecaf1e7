//! 证照标识 of an electronic licence (GB/T 36904-2018), checked with ISO 7064 MOD 37,36.
//!
//! `1.2.156.3005.2.<type 21>.<issuer 18>.<serial>.<version 3>.<check 1>`

use std::fmt;
use std::str::FromStr;

use crate::domain::credit_code::check_uscc;
use crate::domain::value::{base36, base36_char, canonical, defects, is_base36, is_digits};

/// The object identifier of licences under China's root; it is not part of the checked text.
const ROOT: &str = "1.2.156.3005.2";

/// Longest serial accepted, in characters: a filing number has 22, a UUID without hyphens 32.
const SERIAL_MAX: usize = 64;

defects! {
    /// The part of a 证照标识 that is wrong.
    LicenceDefect {
        /// Not the root and five further parts.
        Structure = "结构" / "structure",
        /// Not the code of the authority that defines the type and three digits.
        Type = "证照类型代码" / "licence type code",
        /// Not a 统一社会信用代码.
        Issuer = "证照颁发机构代码" / "issuer code",
        /// Empty, longer than 64, or something else than digits and capital letters.
        Serial = "流水号" / "serial",
        /// Not 001 to 999.
        Version = "版本号" / "version",
        /// The check character does not fit.
        Check = "校验位" / "check character",
    }
}

/// A checked 证照标识.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LicenceIdentifier {
    type_code: String,
    issuer: String,
    serial: String,
    version: u16,
    check: char,
}

impl LicenceIdentifier {
    /// Puts an identifier together: `type_code` of 21 characters (USCC and three digits), the issuer's USCC, a serial of 1–64
    /// digits and letters, a version of 1–999. Case and spaces are forgiven.
    pub fn compose(type_code: &str, issuer_uscc: &str, serial: &str, version: u16) -> Result<Self, LicenceDefect> {
        let (type_code, serial) = (canonical(type_code), canonical(serial));
        let (definer, number) = type_code.split_at_checked(18).ok_or(LicenceDefect::Type)?;
        if check_uscc(definer).is_err() || number.len() != 3 || !is_digits(number) {
            return Err(LicenceDefect::Type);
        }
        let issuer = check_uscc(issuer_uscc).map_err(|_| LicenceDefect::Issuer)?.to_string();
        if serial.is_empty() || serial.len() > SERIAL_MAX || !is_base36(&serial) {
            return Err(LicenceDefect::Serial);
        }
        if !(1..=999).contains(&version) {
            return Err(LicenceDefect::Version);
        }
        let checked = format!("{type_code}{issuer}{serial}{version:03}");
        let check = mod_37_36(&checked).ok_or(LicenceDefect::Check)?;
        Ok(Self { type_code, issuer, serial, version, check })
    }

    /// 证照类型代码, 21 characters.
    pub fn type_code(&self) -> &str {
        &self.type_code
    }

    /// 证照颁发机构代码, the issuer's USCC.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// 流水号
    pub fn serial(&self) -> &str {
        &self.serial
    }

    /// 版本号, 1–999.
    pub const fn version(&self) -> u16 {
        self.version
    }
}

impl fmt::Display for LicenceIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { type_code, issuer, serial, version, check } = self;
        write!(f, "{ROOT}.{type_code}.{issuer}.{serial}.{version:03}.{check}")
    }
}

impl FromStr for LicenceIdentifier {
    type Err = LicenceDefect;

    fn from_str(raw: &str) -> Result<Self, LicenceDefect> {
        let text = canonical(raw);
        let rest = text.strip_prefix(ROOT).and_then(|t| t.strip_prefix('.')).ok_or(LicenceDefect::Structure)?;
        let parts: Vec<_> = rest.split('.').collect();
        let [type_code, issuer, serial, version, check] = parts[..] else {
            return Err(LicenceDefect::Structure);
        };
        if version.len() != 3 || !is_digits(version) {
            return Err(LicenceDefect::Version);
        }
        let version = version.parse().map_err(|_| LicenceDefect::Version)?;
        let identifier = Self::compose(type_code, issuer, serial, version)?;
        if check.parse() == Ok(identifier.check) { Ok(identifier) } else { Err(LicenceDefect::Check) }
    }
}

/// The check character of ISO 7064 MOD 37,36 (hybrid system) over digits and capital letters; `None` for anything else.
pub fn mod_37_36(text: &str) -> Option<char> {
    let mut product = 36;
    for c in text.chars() {
        let sum = match (product + base36(c)?) % 36 {
            0 => 36,
            sum => sum,
        };
        product = 2 * sum % 37;
    }
    base36_char((37 - product) % 36)
}
