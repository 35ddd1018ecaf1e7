//! Codes of physicians and nurses (domain facts §6.4). Published descriptions of them disagree, so only form is checked;
//! level, category and place of practice are never read from a code.

use std::fmt;

use crate::domain::identity::{IdNumber, id_check_character, is_province, mask_id};
use crate::domain::value::{canonical, defects, is_digits};

defects! {
    /// What is wrong with a practitioner's code.
    CodeDefect {
        /// Not as long as such a code is.
        Length = "位数" / "length",
        /// Something else than digits (and a last X, where an identity number ends the code).
        Characters = "字符" / "characters",
        /// The first digit of a 医师执业证书编码 is none of 1, 2, 3.
        Level = "级别" / "level",
        /// No province of GB/T 2260 where one should stand.
        Province = "行政区划代码" / "province code",
        /// The identity number at the end of a 资格证书编码 does not fit its own check character.
        Check = "身份证号校验码" / "check character of the identity number",
    }
}

/// Reads a 医师执业证书编码: 15 digits, level 1, category 2, division 6, serial 6. It has no check digit. Returns
/// the canonical code.
pub fn check_practice_code(raw: &str) -> Result<String, CodeDefect> {
    let code = digits(raw, 15)?;
    if !code.starts_with(['1', '2', '3']) {
        return Err(CodeDefect::Level);
    }
    province_at(&code, 3)?;
    Ok(code)
}

/// Reads a 护士执业证书编号: 12 digits, year 4, province 2, serial 6. Older certificates differ: a defect is a warning only.
/// Returns the canonical code.
pub fn check_nurse_code(raw: &str) -> Result<String, CodeDefect> {
    let code = digits(raw, 12)?;
    province_at(&code, 4)?;
    Ok(code)
}

/// A 医师资格证书编码. It ends with its holder's identity number, so it is personal data of the same class: it has no
/// `Display` and no `Serialize`, and `Debug` shows the mask.
#[derive(Clone, PartialEq, Eq)]
pub struct QualificationCode(String);

/// Length of what stands before the identity number: year 4, province 2, level 1, category 2.
const QUALIFICATION_HEAD: usize = 9;

/// Reads a 医师资格证书编码: 24 characters with a 15-digit identity number at the end, or 27 with one of 18, whose check
/// character must fit.
pub fn check_qualification_code(raw: &str) -> Result<QualificationCode, CodeDefect> {
    let code = canonical(raw);
    let length = code.chars().count();
    if !matches!(length, 24 | 27) {
        return Err(CodeDefect::Length);
    }
    let numeric = if length == 27 { code.strip_suffix('X').unwrap_or(&code) } else { &code };
    if !is_digits(numeric) {
        return Err(CodeDefect::Characters);
    }
    if length == 27 {
        let check = code.get(QUALIFICATION_HEAD..26).and_then(id_check_character).ok_or(CodeDefect::Check)?;
        if !code.ends_with(check) {
            return Err(CodeDefect::Check);
        }
    }
    Ok(QualificationCode(code))
}

impl QualificationCode {
    /// All characters. For storage and comparison, never for a page, a log or a URL.
    pub fn canonical(&self) -> &str {
        &self.0
    }

    /// Whether the code ends with `holder`'s identity number: all of it, or its 15-digit form, which had neither the
    /// century nor the check character.
    pub fn belongs_to(&self, holder: &IdNumber) -> bool {
        let id = holder.canonical();
        match (self.0.get(QUALIFICATION_HEAD..), id.get(..6), id.get(8..17)) {
            (Some(tail), Some(area), Some(rest)) => tail == id || tail == format!("{area}{rest}"),
            _ => false,
        }
    }

    /// The code as it may be shown to those who handle the case.
    pub fn masked(&self) -> String {
        mask_id(&self.0)
    }
}

impl fmt::Debug for QualificationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QualificationCode({})", self.masked())
    }
}

fn digits(raw: &str, length: usize) -> Result<String, CodeDefect> {
    let code = canonical(raw);
    if code.chars().count() != length {
        return Err(CodeDefect::Length);
    }
    if is_digits(&code) { Ok(code) } else { Err(CodeDefect::Characters) }
}

fn province_at(code: &str, position: usize) -> Result<(), CodeDefect> {
    if code.get(position..).is_some_and(is_province) { Ok(()) } else { Err(CodeDefect::Province) }
}
