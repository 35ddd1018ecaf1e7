//! Cells as values of the form.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use crate::domain::identity::is_phone;
use crate::domain::import::columns::{Choice, Kind, rooms};
use crate::domain::law::Law;
use crate::domain::value;

/// A cell as a value; nothing where the column asks for something else.
pub(super) fn value(kind: Kind, text: &str, law: &Law, division: &str) -> Option<Value> {
    match kind {
        Kind::Words(most) => (text.chars().count() <= most).then(|| json!(text)),
        Kind::Code(most) => {
            let code = value::canonical(text);
            (code.chars().count() <= most && !lost_digits(&code)).then(|| json!(code))
        }
        Kind::Day => day(text).map(|day| json!(day)),
        Kind::One(list) => chosen(&list(), text),
        Kind::Several(list) => {
            let choices = list();
            parts(text).map(|part| chosen(&choices, part)).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        Kind::YesNo => match value::canonical(text).as_str() {
            "是" | "√" | "Y" | "YES" | "1" => Some(json!(true)),
            "否" | "×" | "N" | "NO" | "0" => Some(json!(false)),
            _ => None,
        },
        Kind::Whole(most) => whole(text).filter(|n| *n <= most).map(|n| json!(n)),
        Kind::Count(most) => whole(text).filter(|n| (1..=most).contains(n)).map(|n| json!(n)),
        Kind::Phone => {
            let phone = value::canonical(text);
            // As long as the form of a filing takes.
            (is_phone(&phone) && phone.chars().count() <= 20).then(|| json!(phone))
        }
        Kind::Number(least, most) => number(text).filter(|n| (least..=most).contains(n)).map(|n| json!(n)),
        Kind::List(most, each) => {
            let items: Vec<&str> = parts(text).collect();
            let fits = items.len() <= most && items.iter().all(|item| item.chars().count() <= each);
            fits.then(|| json!(items))
        }
        Kind::Street => street(text, law, division).map(|code| json!(code)),
        Kind::Ownership => {
            let code = value::canonical(text);
            let known = law.economic_types().iter().filter(|(known, of)| **known == code || of.name == text);
            only(known).map(|(code, _)| json!(code))
        }
        Kind::Subjects => {
            let codes = parts(text).map(|part| subject(part, law)).collect::<Option<Vec<_>>>()?;
            (codes.len() <= 40).then(|| json!(codes))
        }
        Kind::Rooms => parts(text).map(room).collect::<Option<Vec<_>>>().map(Value::Array),
    }
}

/// Whether a code went through a spreadsheet as a number: `3.71502E+17`.
fn lost_digits(code: &str) -> bool {
    let Some((head, tail)) = code.split_once("E+") else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    digits(head) && digits(tail)
}

/// The items of a list, as people separate them.
fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', '，', ',', '；', ';', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

/// The one item; nothing where there are more.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}

/// The choice of a word or code; brackets of either width.
fn chosen(choices: &[Choice], text: &str) -> Option<Value> {
    let plain = |text: &str| value::canonical(text);
    let wanted = plain(text);
    let found = choices.iter().find(|(code, zh)| plain(zh) == wanted || plain(code) == wanted)?;
    Some(json!(found.0))
}

fn whole(text: &str) -> Option<u32> {
    let digits = value::canonical(text);
    digits.strip_suffix(".0").unwrap_or(&digits).parse().ok()
}

fn number(text: &str) -> Option<f64> {
    value::canonical(text).parse::<f64>().ok().filter(|n| n.is_finite())
}

/// A day, written in any of the ways that lists of offices have, or as the number by which a spreadsheet keeps it.
fn day(text: &str) -> Option<NaiveDate> {
    let text = text.split([' ', 'T']).next().unwrap_or_default();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.trim_end_matches('日').split(['-', '/', '.', '年', '月']).collect();
    let found = match parts.as_slice() {
        [serial] if digits(serial) && serial.len() == 5 => {
            // Days since 1899-12-30, as spreadsheets count.
            NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(Days::new(serial.parse().ok()?))
        }
        [basic] if digits(basic) && basic.len() == 8 => NaiveDate::parse_from_str(basic, "%Y%m%d").ok(),
        [year, month, day] if year.len() == 4 && [year, month, day].iter().all(|part| digits(part)) => {
            NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        }
        _ => None,
    };
    let first = NaiveDate::from_ymd_opt(1900, 1, 1)?;
    let last = NaiveDate::from_ymd_opt(2200, 1, 1)?;
    found.filter(|day| (first..last).contains(day))
}

fn street(text: &str, law: &Law, division: &str) -> Option<String> {
    let code = value::canonical(text);
    if let Some(street) = law.street(&code) {
        return Some(street.code.clone());
    }
    let here = |code: &str| code.starts_with(division);
    only(law.streets().iter().filter(|street| street.name == text && here(&street.code))).map(|s| s.code.clone())
}

/// A subject by code or name. A number has lost its zeros: 2 is 02, 50.1 is 50.10.
fn subject(text: &str, law: &Law) -> Option<String> {
    let code = value::canonical(text);
    let padded = match code.split_once('.') {
        Some((department, part)) => format!("{department:0>2}.{part:0<2}"),
        None => format!("{code:0>2}"),
    };
    let known = [code, padded].into_iter().find(|code| law.subject(code).is_some());
    known.or_else(|| only(law.subjects().filter(|subject| subject.name == text)).map(|subject| subject.code.clone()))
}

/// `诊室20`, `治疗室 12.5㎡`
fn room(text: &str) -> Option<Value> {
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (name, area) = text.split_at(at);
    let area = area.trim_end_matches(['㎡', '平', '方', '米']).trim_end_matches("m2");
    let kind = chosen(&rooms(), name.trim().trim_end_matches(['：', ':']))?;
    let area = number(area).filter(|area| (0.0..=100_000.0).contains(area))?;
    Some(json!({ "kind": kind, "area": area }))
}
