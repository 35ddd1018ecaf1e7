//! 备案编号, the 22-character registration number of a medical institution (WS 218-2002; domain facts §4).
//!
//! ```text
//! 1–9    organisation code (GB 11714), or PDY + 5 + 1 where there is none
//! 10–15  行政区划代码 (GB/T 2260)
//! 16–17  经济类型代码 (GB/T 12402-2000, first two digits)
//! 18–21  卫生机构（组织）类别代码
//! 22     机构分类管理代码: 1 非营利性, 2 营利性, 9 其他
//! ```
//!
//! It encodes what a change filing may change, so it identifies a version of a filing, never the clinic: no primary key.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::domain::credit_code::{Uscc, organisation_check, organisation_check_ok};
use crate::domain::value::{canonical, defects, is_base36, is_digits, string_value};

/// 经济类型, the two-digit codes of GB/T 12402-2000 that a number may carry.
pub const ECONOMIC_TYPES: &[&str] = &[
    "10", "11", "12", "13", "14", "15", "16", "17", "19", "20", "21", "22", "23", "24", "29", "30", "31", "32", "33",
    "34", "39", "90",
];

/// Every category of group D (门诊部、诊所、医务室、村卫生室) of WS 218-2002, in code order.
const GROUP_D: &[&str] = &[
    "D110", "D120", "D121", "D122", "D130", "D140", "D150", "D151", "D152", "D153", "D154", "D155", "D159", "D211",
    "D212", "D213", "D214", "D215", "D216", "D217", "D229", "D300", "D400", "D500", "D600",
];

/// The prefix of a body made up here, for an institution without an organisation code.
const PROVISIONAL: &str = "PDY";

defects! {
    /// The part of a number that is wrong: the `{part}` of R-042, the first from left to right.
    NumberDefect {
        /// Not 22 characters without the hyphen.
        Length = "位数" / "length",
        /// Positions 1–9 are not digits and capital letters.
        Body = "第1–9位主体代码" / "organisation code, positions 1–9",
        /// Positions 10–15 are no division of GB/T 2260.
        Division = "第10–15位行政区划代码" / "division code, positions 10–15",
        /// Positions 16–17 are not in [`ECONOMIC_TYPES`].
        EconomicType = "第16–17位经济类型代码" / "economic type, positions 16–17",
        /// Positions 18–21 are no category of institution.
        Category = "第18–21位机构类别代码" / "category of institution, positions 18–21",
        /// Position 22 is none of 1, 2, 9.
        Management = "第22位机构分类管理代码" / "management class, position 22",
    }
    /// What is odd with a number, though it may be right (R-045).
    NumberWarning {
        /// Position 9 does not fit positions 1–8 (GB 11714); not sure to hold for bodies that start with PDY.
        BodyCheck = "第9位主体代码校验位" / "check character of the organisation code, position 9",
    }
}

/// A 备案编号 in its canonical form: 22 characters, upper case, no hyphen. The same parser serves the database, JSON,
/// paths and forms; whether the division exists is asked only by [`FilingNumber::parse`], as the table changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sea_orm::DeriveValueType)]
#[sea_orm(value_type = "String")]
pub struct FilingNumber(String);

string_value!(
    FilingNumber,
    format = "filing-number",
    pattern = "^([0-9A-Z]{9}|[0-9A-Z]{8}-[0-9A-Z])[0-9]{6}(1[0-79]|2[0-49]|3[0-49]|90)([A-CE-Z][0-9]{3}|D(110|12[0-2]|130|140|15[0-59]|21[1-7]|229|300|400|500|600))[129]$"
);

impl FilingNumber {
    /// Reads a number of any medical institution (R-042), with the divisions known today. Lower case and spaces
    /// are forgiven, and one hyphen before or after the check character of the body.
    pub fn parse(raw: &str, known_division: impl Fn(&str) -> bool) -> Result<Self, NumberDefect> {
        let mut text = canonical(raw);
        if let Some(at @ (8 | 9)) = text.find('-') {
            text.remove(at);
        }
        if text.chars().count() != 22 {
            return Err(NumberDefect::Length);
        }
        let number = Self(text);
        if number.body().len() != 9 || !is_base36(number.body()) {
            return Err(NumberDefect::Body);
        }
        let division = number.division();
        if division.len() != 6 || !is_digits(division) || !known_division(division) {
            return Err(NumberDefect::Division);
        }
        if !ECONOMIC_TYPES.contains(&number.economic_type()) {
            return Err(NumberDefect::EconomicType);
        }
        if !is_category(number.category()) {
            return Err(NumberDefect::Category);
        }
        if !matches!(number.management(), '1' | '2' | '9') {
            return Err(NumberDefect::Management);
        }
        Ok(number)
    }

    /// Puts a number together from its parts: body of 9, division of 6, economic type of 2, category of 4 characters, and
    /// the management class. The division is checked for its form only.
    pub fn compose(
        body9: &str,
        division: &str,
        economic: &str,
        category: &str,
        management: char,
    ) -> Result<Self, NumberDefect> {
        let parts = [
            (body9, 9, NumberDefect::Body),
            (division, 6, NumberDefect::Division),
            (economic, 2, NumberDefect::EconomicType),
            (category, 4, NumberDefect::Category),
        ];
        // A part of the wrong length would shift the others into its place.
        for (part, length, defect) in parts {
            if part.len() != length || !is_base36(part) {
                return Err(defect);
            }
        }
        format!("{body9}{division}{economic}{category}{management}").parse()
    }

    /// The number that the same institution has with other attributes: the body stays.
    pub fn with_attributes(
        &self,
        division: &str,
        economic: &str,
        category: &str,
        management: char,
    ) -> Result<Self, NumberDefect> {
        Self::compose(self.body(), division, economic, category, management)
    }

    /// All 22 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Positions 1–9.
    pub fn body(&self) -> &str {
        self.part(0..9)
    }

    /// Positions 10–15: 行政区划代码.
    pub fn division(&self) -> &str {
        self.part(9..15)
    }

    /// Positions 16–17: 经济类型代码.
    pub fn economic_type(&self) -> &str {
        self.part(15..17)
    }

    /// Positions 18–21: 卫生机构（组织）类别代码.
    pub fn category(&self) -> &str {
        self.part(17..21)
    }

    /// Position 22: 1 非营利性, 2 营利性, 9 其他.
    pub fn management(&self) -> char {
        self.0.chars().next_back().unwrap_or_default()
    }

    /// Whether the category is one of a clinic (诊所), D211–D229.
    pub fn is_clinic(&self) -> bool {
        self.category().starts_with("D2")
    }

    /// Whether the body was made up for an institution without an organisation code.
    pub fn is_provisional(&self) -> bool {
        self.body().starts_with(PROVISIONAL)
    }

    /// What an officer should look at again (R-045); never a reason to refuse the number.
    pub fn warnings(&self) -> Vec<NumberWarning> {
        if organisation_check_ok(self.body()) { vec![] } else { vec![NumberWarning::BodyCheck] }
    }

    /// Whether the body is the organisation code inside `uscc`, as it is where the clinic has both (R-045).
    pub fn matches_uscc(&self, uscc: &Uscc) -> bool {
        self.body() == uscc.organisation_code()
    }

    /// As some registers print it, 23 characters: `PDY00001-X37150217D2112`, the hyphen as in an organisation code.
    pub fn hyphenated(&self) -> String {
        format!("{}-{}", self.part(0..8), self.part(8..22))
    }

    fn part(&self, positions: Range<usize>) -> &str {
        self.0.get(positions).unwrap_or_default()
    }
}

/// A letter and three digits; in group D, where the clinics are, only what the standard lists.
fn is_category(code: &str) -> bool {
    if code.starts_with('D') {
        return GROUP_D.contains(&code);
    }
    code.starts_with(|c: char| c.is_ascii_uppercase()) && code.get(1..).is_some_and(is_digits)
}

/// The body for the `serial`-th clinic without an organisation code, 1–99999: `PDY`, five digits, GB 11714 check character.
pub fn provisional_body(serial: u32) -> Option<String> {
    if !(1..=99_999).contains(&serial) {
        return None;
    }
    let body = format!("{PROVISIONAL}{serial:05}");
    let check = organisation_check(&body)?;
    Some(format!("{body}{check}"))
}

impl fmt::Display for FilingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for FilingNumber {
    type Err = NumberDefect;

    fn from_str(raw: &str) -> Result<Self, NumberDefect> {
        Self::parse(raw, |_| true)
    }
}
