//! 居民身份证号码 (GB 11643-1999), and the masks of personal data (GB/T 35273-2020: display is restricted).

use std::fmt;

use chrono::NaiveDate;

use crate::domain::calendar::full_years_between;
use crate::domain::dossier::Sex;
use crate::domain::value::{canonical, defects, is_digits};

/// First two digits of GB/T 2260: the provinces, and 81–83 of 港澳台居民居住证.
const PROVINCES: &[u8] = &[
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82, 83,
];

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

defects! {
    /// What is wrong with an identity number: the `{part}` of R-024, the first that was found from left to right.
    IdDefect {
        /// Not 18 characters; the 15-digit numbers of before 1999 are not accepted.
        Length = "位数" / "length",
        /// Something else than 17 digits and a digit or X.
        Characters = "字符" / "characters",
        /// The number starts with no province of GB/T 2260. The county is not checked: holders keep abolished codes.
        Province = "行政区划代码" / "province code",
        /// The date of birth does not exist.
        Date = "出生日期" / "date of birth",
        /// The date of birth is later than today.
        Future = "出生日期晚于今日" / "date of birth in the future",
        /// The check character does not fit the other seventeen (ISO 7064 MOD 11-2).
        Check = "校验码" / "check character",
    }
}

/// A checked identity number. Personal data: it has no `Display` and no `Serialize`, and `Debug` shows the mask.
#[derive(Clone, PartialEq, Eq)]
pub struct IdNumber {
    canonical: String,
    born_on: NaiveDate,
    sex: Sex,
}

impl IdNumber {
    /// All 18 characters, X in upper case. For storage and comparison, never for a page, a log or a URL.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// Date of birth, from the number.
    pub const fn born_on(&self) -> NaiveDate {
        self.born_on
    }

    /// Sex, from the number: an odd 17th digit is male.
    pub const fn sex(&self) -> Sex {
        self.sex
    }

    /// Completed years of age (周岁) on `day`; 0 before birth.
    pub fn age_on(&self, day: NaiveDate) -> u32 {
        full_years_between(self.born_on, day)
    }

    /// The number as it may be shown to those who handle the case.
    pub fn masked(&self) -> String {
        mask_id(&self.canonical)
    }
}

impl fmt::Debug for IdNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdNumber({})", self.masked())
    }
}

/// Reads and checks an identity number of someone born up to `today`. Spaces and a lower-case x are forgiven.
///
/// 港澳台居民居住证 and 外国人永久居留身份证 (9, then the province) carry the same layout and check. Age is not judged here
/// see [`IdNumber::age_on`].
pub fn check_id_number(raw: &str, today: NaiveDate) -> Result<IdNumber, IdDefect> {
    let canonical = canonical(raw);
    if canonical.chars().count() != 18 {
        return Err(IdDefect::Length);
    }
    let (body, check) = canonical.split_at_checked(17).ok_or(IdDefect::Characters)?;
    if !is_digits(body) || !(is_digits(check) || check == "X") {
        return Err(IdDefect::Characters);
    }
    if !is_province(body.strip_prefix('9').unwrap_or(body)) {
        return Err(IdDefect::Province);
    }
    let born_on = body.get(6..14).and_then(basic_date).ok_or(IdDefect::Date)?;
    if born_on > today {
        return Err(IdDefect::Future);
    }
    if !check.starts_with(id_check_character(body).ok_or(IdDefect::Check)?) {
        return Err(IdDefect::Check);
    }
    let odd = body.bytes().last().is_some_and(|b| b % 2 == 1);
    let sex = if odd { Sex::Male } else { Sex::Female };
    Ok(IdNumber { canonical, born_on, sex })
}

/// The check character (ISO 7064 MOD 11-2) of the first 17 digits of an identity number; `None` for anything else.
pub fn id_check_character(body: &str) -> Option<char> {
    if body.len() != WEIGHTS.len() {
        return None;
    }
    let digits = body.chars().zip(WEIGHTS).map(|(c, w)| c.to_digit(10).map(|d| d * w));
    let sum: u32 = digits.sum::<Option<u32>>()?;
    "10X98765432".chars().nth(usize::try_from(sum % 11).ok()?)
}

/// Whether a code starts with a province of GB/T 2260.
pub(crate) fn is_province(code: &str) -> bool {
    code.get(..2).and_then(|p| p.parse().ok()).is_some_and(|p| PROVINCES.contains(&p))
}

/// `YYYYMMDD` (ISO 8601 basic format); eight digits expected.
fn basic_date(text: &str) -> Option<NaiveDate> {
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// `371502********0008`: the area and the last four stay. What is too short for that is hidden whole.
pub fn mask_id(number: &str) -> String {
    mask(number, 6, 4, 4)
}

/// Whether a text has the form of a telephone number: 7 to 15 digits, with what people write between them.
pub fn is_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.chars().all(|c| c.is_ascii_digit() || "+-() ".contains(c)) && (7..=15).contains(&digits)
}

/// `138****1234`: the first three and the last four stay. What is too short for that is hidden whole.
pub fn mask_phone(number: &str) -> String {
    mask(number, 3, 4, 3)
}

/// `110**********01`: of a 执业证书编码 level, category and the last two stay. What is too short for that is hidden whole.
pub fn mask_code(code: &str) -> String {
    mask(code, 3, 2, 4)
}

/// `张*`: the first character stays, and the length is hidden. A name of one character is hidden whole.
pub fn mask_name(name: &str) -> String {
    let mut chars = name.trim().chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(_)) => format!("{first}*"),
        (Some(_), None) => "*".into(),
        (None, _) => String::new(),
    }
}

/// Replaces all but the first `head` and last `tail` characters, provided that at least `hidden` are replaced.
fn mask(text: &str, head: usize, tail: usize, hidden: usize) -> String {
    let chars = text.trim().chars();
    let length = chars.clone().count();
    let whole = length < head + tail + hidden;
    chars.enumerate().map(|(i, c)| if whole || (head..length - tail).contains(&i) { '*' } else { c }).collect()
}
