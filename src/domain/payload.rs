//! What is signed into the code on the certificate: enough to compare the paper with the wall, and to find the record.
//! A CBOR array (RFC 8949, deterministic encoding of §4.2.1); its shape is `openapi/certificate-code.cddl`.
//! It holds no personal data: the digest ties the rest of the public record to it.

use chrono::{Datelike, NaiveDate, TimeDelta};
use ciborium::Value;

use crate::domain::certificate::Statement;
use crate::domain::dossier::ServiceMode;
use crate::domain::geohash::Geohash;
use crate::domain::value::{base36, base36_char};
use crate::domain::verdict::Reason;

/// The version of a certificate's format, the first element.
const FORMAT: u64 = 1;

/// The version of the format of a copy for a purpose: the same, and two elements more. A verifier that does not know it
/// says so, and never takes a copy for the certificate.
const COPY_FORMAT: u64 = 2;

/// Name and address together: at most so many characters …
const MAX_TEXT: usize = 60;

/// … and so many bytes of UTF-8 (60 Chinese characters of the basic plane), so that rare characters, which take four
/// bytes, cannot push the symbol above version 15-M.
const MAX_TEXT_BYTES: usize = 180;

/// The purpose of a copy stands in its code whole, up to as many bytes; then at least this much is left for the name.
const MAX_PURPOSE: usize = 60;
const MAX_COPY_NAME: usize = 20;

/// Subjects in the code, for the same reason. The record behind the digest has them all.
const MAX_SUBJECTS: usize = 8;

/// What stands for a text that was cut.
const CUT: char = '…';

/// Days from 1970-01-01 that a code can carry: until 2149-06-06, in three bytes of CBOR.
const MAX_DAY: i64 = u16::MAX as i64;

/// The signed body of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// 行政区划代码 (GB/T 2260) under which the authority issues, 100000–999999
    pub region: u32,
    /// 备案编号, 22 digits and upper-case letters
    pub number: String,
    /// 诊所名称, cut with `…` where it is too long
    pub name: String,
    /// 统一社会信用代码 as a number in base 36, big-endian
    pub uscc: Option<[u8; 12]>,
    /// 服务方式: bit 0 门诊, 1 出诊, 2 互联网诊疗, 3 家庭病床, 4 巡诊, 5 其他
    pub modes: u8,
    /// 诊疗科目, the first eight: `TT.NN` as TT·100 + NN
    pub subjects: Vec<u16>,
    /// Place, WGS-84
    pub geohash: Option<Geohash>,
    /// 地址 without the divisions that the region implies, cut with `…` where it is too long
    pub address: String,
    /// 本版签发日期
    pub issued_on: NaiveDate,
    /// Last day of validity; a filing has none
    pub good_until: Option<NaiveDate>,
    /// Place in the status list
    pub status_index: u32,
    /// First 16 bytes of the SHA-256 of the canonical public record
    pub digest: [u8; 16],
    /// What makes it the code of a copy for a purpose (加注件); none in a certificate's own
    pub copy: Option<CopyClaims>,
}

/// What the code of a copy says beyond the certificate's. `issued_on` is then the day of the copy, and `good_until` its last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyClaims {
    /// 仅用于…, cut with `…` above 180 bytes
    pub purpose: String,
    /// Serial number of the copy within region and year, from 1
    pub serial: u32,
}

impl Payload {
    /// What the code of this certificate says.
    pub fn of(statement: &Statement, status_index: u32) -> Self {
        let name = cut(&statement.name, MAX_TEXT, MAX_TEXT_BYTES);
        let address = cut(
            below_county(&statement.address),
            MAX_TEXT.saturating_sub(name.chars().count()),
            MAX_TEXT_BYTES.saturating_sub(name.len()),
        );
        let mut digest = [0; 16];
        digest.iter_mut().zip(statement.digest()).for_each(|(to, from)| *to = from);
        Self {
            region: statement.authority.region.parse().unwrap_or_default(),
            number: statement.number.clone(),
            name,
            uscc: statement.uscc.as_deref().and_then(pack_uscc),
            modes: statement.service_modes.iter().fold(0, |bits, mode| bits | bit(*mode)),
            subjects: statement.subjects.iter().filter_map(|s| subject(&s.code)).take(MAX_SUBJECTS).collect(),
            geohash: statement.geohash.as_deref().and_then(|text| text.parse().ok()),
            address,
            issued_on: statement.issued_on,
            good_until: None,
            status_index,
            digest,
            copy: None,
        }
    }

    /// What the code of a copy of this certificate says: the purpose whole, then the name, then what fits of the address.
    pub fn of_copy(
        statement: &Statement,
        status_index: u32,
        claims: CopyClaims,
        issued_on: NaiveDate,
        expires_on: NaiveDate,
    ) -> Self {
        let plain = Self::of(statement, status_index);
        let purpose = cut(&claims.purpose, MAX_PURPOSE, MAX_TEXT_BYTES);
        let left = MAX_TEXT.saturating_sub(purpose.chars().count());
        let left_bytes = MAX_TEXT_BYTES.saturating_sub(purpose.len());
        let name = cut(&statement.name, left.max(MAX_COPY_NAME), left_bytes.max(3 * MAX_COPY_NAME));
        let address =
            cut(&plain.address, left.saturating_sub(name.chars().count()), left_bytes.saturating_sub(name.len()));
        let copy = Some(CopyClaims { purpose, ..claims });
        Self { name, address, issued_on, good_until: Some(expires_on), copy, ..plain }
    }

    /// The number of the copy, `JZ-371502-2026-000012`; none for a certificate's own code.
    pub fn copy_number(&self) -> Option<String> {
        let copy = self.copy.as_ref()?;
        Some(copy_number(&self.region.to_string(), self.issued_on.year(), copy.serial))
    }

    /// 服务方式, in the order of the form.
    pub fn service_modes(&self) -> Vec<ServiceMode> {
        ServiceMode::ALL.iter().copied().filter(|mode| self.modes & bit(*mode) != 0).collect()
    }

    /// 诊疗科目 codes, `TT` or `TT.NN`.
    pub fn subject_codes(&self) -> Vec<String> {
        let text = |code: &u16| match (code / 100, code % 100) {
            (top, 0) => format!("{top:02}"),
            (top, sub) => format!("{top:02}.{sub:02}"),
        };
        self.subjects.iter().map(text).collect()
    }

    /// 统一社会信用代码, 18 characters.
    pub fn uscc(&self) -> Option<String> {
        self.uscc.and_then(unpack_uscc)
    }

    /// The bytes to sign.
    pub fn encode(&self) -> Vec<u8> {
        let bytes = |bytes: Option<&[u8]>| bytes.map_or(Value::Null, |b| Value::Bytes(b.to_vec()));
        let mut fields = vec![
            if self.copy.is_some() { COPY_FORMAT } else { FORMAT }.into(),
            self.region.into(),
            self.number.as_str().into(),
            self.name.as_str().into(),
            bytes(self.uscc.as_ref().map(|b| &b[..])),
            self.modes.into(),
            Value::Array(self.subjects.iter().map(|code| (*code).into()).collect()),
            bytes(self.geohash.map(Geohash::to_bytes).as_ref().map(|b| &b[..])),
            self.address.as_str().into(),
            to_day(self.issued_on).into(),
            self.good_until.map_or(Value::Null, |date| to_day(date).into()),
            self.status_index.into(),
            bytes(Some(&self.digest)),
        ];
        if let Some(CopyClaims { purpose, serial }) = &self.copy {
            fields.extend([purpose.as_str().into(), (*serial).into()]);
        }
        let body = Value::Array(fields);
        let mut out = vec![];
        // Writing to memory cannot fail; were it to, the empty body would be refused by every verifier.
        ciborium::into_writer(&body, &mut out).map_or_else(|_| vec![], |()| out)
    }

    /// Reads what [`Payload::encode`] writes, and nothing else: the exact types and ranges, in the one encoding.
    pub fn decode(bytes: &[u8]) -> Result<Self, Reason> {
        let body: Value = ciborium::from_reader(bytes).map_err(|_| Reason::Malformed)?;
        let fields = body.into_array().map_err(|_| Reason::UnknownFormat)?;
        match (fields.first().and_then(number::<u64>), fields.len()) {
            (Some(FORMAT), _) | (Some(COPY_FORMAT), 15) => (),
            _ => return Err(Reason::UnknownFormat),
        }
        let payload = Self::read(&fields).ok_or(Reason::Malformed)?;
        if payload.encode() == bytes { Ok(payload) } else { Err(Reason::Malformed) }
    }

    fn read(fields: &[Value]) -> Option<Self> {
        let [
            format,
            region,
            no,
            name,
            uscc,
            modes,
            subjects,
            geohash,
            address,
            issued,
            until,
            index,
            digest,
            rest @ ..,
        ] = fields
        else {
            return None;
        };
        let copy = match (number::<u64>(format)?, rest) {
            (FORMAT, []) => None,
            (COPY_FORMAT, [purpose, serial]) => {
                Some(CopyClaims { purpose: purpose.as_text()?.into(), serial: number(serial)? })
            }
            _ => return None,
        };
        let payload = Self {
            region: number(region)?,
            number: no.as_text()?.into(),
            name: name.as_text()?.into(),
            uscc: optional(uscc, fixed)?,
            modes: number(modes)?,
            subjects: subjects.as_array()?.iter().map(number).collect::<Option<_>>()?,
            geohash: optional(geohash, fixed)?.map(Geohash::from_bytes),
            address: address.as_text()?.into(),
            issued_on: from_day(issued)?,
            good_until: optional(until, from_day)?,
            status_index: number(index)?,
            digest: fixed(digest)?,
            copy,
        };
        payload.is_possible().then_some(payload)
    }

    /// Whether name, address and purpose are as short as an issuer writes them.
    fn texts_fit(&self) -> bool {
        let length = |text: &str| (text.chars().count(), text.len());
        let ((name, name_bytes), (address, address_bytes)) = (length(&self.name), length(&self.address));
        let Some(copy) = &self.copy else {
            return name + address <= MAX_TEXT && name_bytes + address_bytes <= MAX_TEXT_BYTES;
        };
        let (purpose, purpose_bytes) = length(&copy.purpose);
        let left = MAX_TEXT.saturating_sub(purpose).max(MAX_COPY_NAME);
        let left_bytes = MAX_TEXT_BYTES.saturating_sub(purpose_bytes).max(3 * MAX_COPY_NAME);
        (1..=MAX_PURPOSE).contains(&purpose)
            && purpose_bytes <= MAX_TEXT_BYTES
            && name + address <= left
            && name_bytes + address_bytes <= left_bytes
            && copy.serial > 0
            && self.good_until.is_some()
    }

    /// Whether an issuer can have written it.
    fn is_possible(&self) -> bool {
        (100_000..=999_999).contains(&self.region)
            && self.number.len() == 22
            && self.number.chars().all(|c| base36(c).is_some())
            && !self.name.is_empty()
            && self.texts_fit()
            && self.uscc.is_none_or(|packed| unpack_uscc(packed).is_some())
            && self.modes < 1 << ServiceMode::ALL.len()
            && self.subjects.len() <= MAX_SUBJECTS
            && self.subjects.iter().all(|code| (100..10_000).contains(code))
    }
}

/// The number of a copy, as on its paper: 371502, 2026 and 12 make `JZ-371502-2026-000012`.
pub fn copy_number(region: &str, year: i32, serial: u32) -> String {
    format!("JZ-{region}-{year}-{serial:06}")
}

/// The bit of a service mode. The order is part of the format: never change it.
const fn bit(mode: ServiceMode) -> u8 {
    match mode {
        ServiceMode::Outpatient => 1,
        ServiceMode::HomeVisit => 1 << 1,
        ServiceMode::Telemedicine => 1 << 2,
        ServiceMode::FamilyBed => 1 << 3,
        ServiceMode::Circuit => 1 << 4,
        ServiceMode::Other => 1 << 5,
    }
}

/// `TT` or `TT.NN` as a number.
fn subject(code: &str) -> Option<u16> {
    let (top, sub) = code.split_once('.').unwrap_or((code, "00"));
    let two = |text: &str| text.parse::<u16>().ok().filter(|n| text.len() == 2 && *n < 100);
    Some(two(top)? * 100 + two(sub)?).filter(|code| *code >= 100)
}

/// The address from the street or town on: province, city and county stand in the region code. Where they cannot be
/// told from other names with certainty, the address stays whole.
fn below_county(address: &str) -> &str {
    let address = address.trim();
    let (rest, province) = below(address, &["省", "自治区"]);
    let (rest, city) = below(rest, &["市", "自治州", "地区", "盟"]);
    match below(rest, &["区", "县", "旗", "市"]) {
        (street, true) if province || city => street,
        _ if province && city => rest,
        _ => address,
    }
}

/// What follows the first division with one of these endings, and whether there was one.
fn below<'a>(address: &'a str, endings: &[&str]) -> (&'a str, bool) {
    let ends = endings.iter().filter_map(|ending| address.find(ending).map(|at| at + ending.len()));
    let split = ends.filter_map(|end| address.split_at_checked(end)).find(|(head, tail)| {
        let is_estate = ["小区", "社区", "园区", "校区", "厂区"].iter().any(|name| head.ends_with(name));
        let is_street = head.contains(['街', '路', '镇', '乡', '村', '号']);
        !tail.is_empty() && (2..=12).contains(&head.chars().count()) && !is_estate && !is_street
    });
    split.map_or((address, false), |(_, tail)| (tail, true))
}

/// `text`, or its beginning and `…` when it is longer than `characters` or `bytes`.
fn cut(text: &str, characters: usize, bytes: usize) -> String {
    let text = text.trim();
    if text.chars().count() <= characters && text.len() <= bytes {
        return text.into();
    }
    let (characters, bytes) = (characters.saturating_sub(1), bytes.saturating_sub(CUT.len_utf8()));
    let fits = |(at, c): &(usize, char)| at + c.len_utf8() <= bytes;
    let kept: String = text.char_indices().take(characters).take_while(fits).map(|(_, c)| c).collect();
    if kept.is_empty() { kept } else { kept + "…" }
}

/// 18 characters of base 36 as a number of 94 bits.
fn pack_uscc(text: &str) -> Option<[u8; 12]> {
    let value = text.chars().try_fold(0u128, |value, c| value.checked_mul(36)?.checked_add(base36(c)?.into()))?;
    let [_, _, _, _, packed @ ..] = value.to_be_bytes();
    (text.len() == 18).then_some(packed)
}

/// The inverse of [`pack_uscc`]; nothing for a number that no code has.
fn unpack_uscc(packed: [u8; 12]) -> Option<String> {
    let mut value = packed.iter().fold(0u128, |value, byte| value << 8 | u128::from(*byte));
    let mut text = Vec::with_capacity(18);
    for _ in 0..18 {
        text.push(base36_char((value % 36) as u32)?);
        value /= 36;
    }
    (value == 0).then(|| text.into_iter().rev().collect())
}

fn to_day(date: NaiveDate) -> u64 {
    date.signed_duration_since(NaiveDate::default()).num_days().clamp(0, MAX_DAY).unsigned_abs()
}

fn from_day(value: &Value) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(TimeDelta::days(number::<u16>(value)?.into()))
}

fn number<T: TryFrom<u64>>(value: &Value) -> Option<T> {
    u64::try_from(value.as_integer()?).ok()?.try_into().ok()
}

fn fixed<const N: usize>(value: &Value) -> Option<[u8; N]> {
    value.as_bytes()?.as_slice().try_into().ok()
}

/// `null` as none; the outer option is whether the value is acceptable.
fn optional<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    if value.is_null() { Some(None) } else { read(value).map(Some) }
}
