//! Invented persons and organisations. Nobody in them exists: the serial of every ID number is 000, which is never given
//! out, so all of them are women.

use chrono::Datelike;
use chrono::Days;
use chrono::NaiveDate;

use crate::domain::credit_code::check_uscc;
use crate::domain::credit_code::organisation_check;
use crate::domain::dossier::PractitionerCategory;
use crate::domain::identity::id_check_character;

/// Surnames and the two characters of given names; no combination contains a place or a word that a name may not have.
const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "郭", "何", "林", "罗", "郑",
    "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "肖", "田", "董", "袁", "潘", "蒋", "蔡", "余",
    "杜", "龚",
];
const FIRST: &[&str] = &[
    "雅", "静", "佳", "思", "晓", "慧", "欣", "淑", "秀", "雪", "玉", "芳", "兰", "梅", "婷", "颖", "琳", "瑞", "清",
    "素", "婉", "若", "语", "诗",
];
const SECOND: &[&str] = &[
    "娟", "敏", "燕", "霞", "萍", "莉", "君", "宁", "怡", "然", "洁", "悦", "蓉", "菲", "彤", "雯", "嘉", "凝", "岚",
    "姝", "媛", "婧", "钰", "琪", "蕾",
];

/// Divisions (GB/T 2260) where the persons were registered at birth.
const HOMES: &[&str] =
    &["371502", "371503", "371521", "371522", "371524", "371525", "371526", "371581", "370102", "370202"];

/// A synthetic woman: even serial.
#[derive(Clone, Debug)]
pub struct Person {
    /// Tells persons with one `division` apart.
    pub serial: u64,
    pub name: String,
    /// 居民身份证号码
    pub id_number: String,
    pub born_on: NaiveDate,
    /// 行政区划代码 of the county where she is registered as a physician.
    pub division: String,
}

impl Person {
    /// The person of a serial number.
    pub fn new(serial: u64) -> Self {
        let combinations = (SURNAMES.len() * FIRST.len() * SECOND.len()) as u64;
        // A prime that divides none of the lengths: neighbours get unlike names, and none repeats before all were used.
        let mixed = (serial * 7919 % combinations) as usize;
        let pick = |list: &'static [&'static str], at: usize| list.get(at % list.len()).copied().unwrap_or_default();
        let (first, second) = (mixed / SURNAMES.len(), mixed / SURNAMES.len() / FIRST.len());
        let name = [pick(SURNAMES, mixed), pick(FIRST, first), pick(SECOND, second)].concat();
        let born_on = NaiveDate::default().with_year(1972).unwrap_or_default() + Days::new(serial % 8000);
        Self::called(name, serial, "371502", pick(HOMES, (serial / 8000) as usize), born_on)
    }

    /// A person of this name, registered at birth in the county `home`. Two are told apart by home and day of birth, as
    /// physicians by `division` and serial.
    pub fn called(name: String, serial: u64, division: &str, home: &str, born_on: NaiveDate) -> Self {
        let body = format!("{home}{}000", born_on.format("%Y%m%d"));
        let check = id_check_character(&body).map(String::from).unwrap_or_default();
        Self { serial, name, id_number: body + &check, born_on, division: division.to_owned() }
    }

    /// 医师资格证书编码 of 27 characters: year, province, level, category, ID number.
    pub fn qualification_code(&self, year: i32, category: PractitionerCategory) -> String {
        format!("{year:04}371{}{}", category_digits(category), self.id_number)
    }

    /// 医师执业证书编码 of 15 digits: level, category, division, serial.
    pub fn practice_code(&self, category: PractitionerCategory) -> String {
        format!("1{}{}{:06}", category_digits(category), self.division, self.serial % 1_000_000)
    }
}

/// The category as the codes of physicians have it (domain facts §6.4).
const fn category_digits(category: PractitionerCategory) -> &'static str {
    match category {
        PractitionerCategory::Clinical => "10",
        PractitionerCategory::Dental => "20",
        PractitionerCategory::PublicHealth => "30",
        PractitionerCategory::Tcm => "41",
        PractitionerCategory::Integrative => "42",
        PractitionerCategory::Ethnic => "43",
    }
}

/// 统一社会信用代码 of a company that does not exist.
pub(super) fn credit_code(serial: u64) -> String {
    code_of_body("91371502", &format!("MA{:06}", serial % 1_000_000))
}

/// The 统一社会信用代码 with these first eight characters and this organisation code of eight.
pub fn code_of_body(prefix: &str, body: &str) -> String {
    let stem = format!("{prefix}{body}{}", organisation_check(body).map(String::from).unwrap_or_default());
    // The check character is one of 31; there is no second one that fits.
    let candidates = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().map(|c| format!("{stem}{c}"));
    candidates.into_iter().find(|code| check_uscc(code).is_ok()).unwrap_or_default()
}
