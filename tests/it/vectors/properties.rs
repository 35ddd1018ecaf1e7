//! What holds for every value: round trips, detection of slips of the pen, and periods against a slow reference.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use clinic_registry::domain::calendar::{add_months, full_years_between};
use clinic_registry::domain::credit_code::{Uscc, check_uscc};
use clinic_registry::domain::filing_number::{ECONOMIC_TYPES, FilingNumber, provisional_body};
use clinic_registry::domain::identity::{check_id_number, id_check_character, mask_id, mask_name, mask_phone};
use clinic_registry::domain::licence_identifier::LicenceIdentifier;
use clinic_registry::domain::practitioner::{check_nurse_code, check_practice_code, check_qualification_code};
use poem_openapi::types::Type;
use proptest::prelude::*;
use proptest::string::string_regex;

use super::time::{calendar, tables};
use super::today;

const USCC_ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// Any day from 2023 to 2028: known years and guessed ones on both sides.
fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0u64..365 * 6).prop_map(|n| NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + Days::new(n))
}

fn any_id() -> impl Strategy<Value = String> {
    let born = (0u64..365 * 100).prop_map(|n| NaiveDate::from_ymd_opt(1920, 1, 1).unwrap() + Days::new(n));
    (born, 0u32..10_000, 0u32..1000).prop_map(|(born, county, serial)| {
        let body = format!("37{county:04}{}{serial:03}", born.format("%Y%m%d"));
        format!("{body}{}", id_check_character(&body).unwrap())
    })
}

fn any_uscc() -> impl Strategy<Value = String> {
    let head = string_regex("[159][12][0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}").unwrap();
    head.prop_map(|head| USCC_ALPHABET.chars().map(|c| format!("{head}{c}")).find(|c| check_uscc(c).is_ok()).unwrap())
}

fn any_number() -> impl Strategy<Value = String> {
    let pattern = FilingNumber::schema_ref().unwrap_inline().pattern.clone().unwrap();
    string_regex(pattern.trim_matches(['^', '$'])).unwrap()
}

/// `text` with the character at `at` replaced by another of `alphabet`.
fn slip(text: &str, at: usize, by: usize, alphabet: &str) -> String {
    let letters: Vec<char> = alphabet.chars().collect();
    let turn = |c: char| {
        let old = letters.iter().position(|l| *l == c).unwrap_or(0);
        letters[(old + 1 + by % (letters.len() - 1)) % letters.len()]
    };
    text.chars().enumerate().map(|(i, c)| if i == at { turn(c) } else { c }).collect()
}

/// The reference: a day is worked if its own year's table says so, else Monday to Friday.
fn worked(date: NaiveDate) -> bool {
    let table = tables().remove(&date.year()).unwrap_or_default();
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    !table.off.contains(&date) && (table.on.contains(&date) || !weekend)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_is_a_panic(text in ".{0,40}", digits in "[0-9X\\-\u{ff10}]{0,30}") {
        for raw in [&text, &digits] {
            let _ = check_id_number(raw, today());
            let _ = check_uscc(raw);
            let _ = raw.parse::<FilingNumber>();
            let _ = raw.parse::<LicenceIdentifier>();
            let _ = format!("1.2.156.3005.2.{raw}").parse::<LicenceIdentifier>();
            let _ = (check_practice_code(raw), check_nurse_code(raw), check_qualification_code(raw));
            prop_assert_eq!(mask_id(raw).chars().count(), raw.trim().chars().count());
            prop_assert_eq!(mask_phone(raw).chars().count(), raw.trim().chars().count());
            prop_assert!(mask_name(raw).chars().count() <= 2);
        }
    }

    #[test]
    fn an_identity_number_shows_one_slip(number in any_id(), at in 0usize..17, by in 0usize..9) {
        prop_assert!(check_id_number(&number, today()).is_ok());
        prop_assert!(check_id_number(&slip(&number, at, by, "0123456789"), today()).is_err());
    }

    #[test]
    fn a_credit_code_shows_one_slip_and_packs(code in any_uscc(), at in 0usize..18, by in 0usize..30) {
        let uscc = check_uscc(&code).unwrap();
        prop_assert_eq!(Uscc::from_bytes(uscc.to_bytes()).unwrap(), uscc);
        prop_assert!(check_uscc(&slip(&code, at, by, USCC_ALPHABET)).is_err());
    }

    #[test]
    fn bytes_are_a_credit_code_only_if_it_gives_them(bytes: [u8; 12]) {
        if let Ok(uscc) = Uscc::from_bytes(bytes) {
            prop_assert_eq!(uscc.to_bytes(), bytes);
        }
    }

    #[test]
    fn the_contract_pattern_is_what_the_parser_reads(text in any_number()) {
        let number: FilingNumber = text.parse().unwrap();
        prop_assert_eq!(number.as_str(), text.replace('-', ""));
        prop_assert!(ECONOMIC_TYPES.contains(&number.economic_type()));
        prop_assert_eq!(number.hyphenated().to_lowercase().parse::<FilingNumber>().unwrap(), number.clone());
        let parts = (number.division(), number.economic_type(), number.category());
        prop_assert_eq!(number.with_attributes(parts.0, parts.1, parts.2, number.management()), Ok(number.clone()));
    }

    #[test]
    fn a_provisional_body_is_sound(serial in 1u32..100_000) {
        let body = provisional_body(serial).unwrap();
        let number = FilingNumber::compose(&body, "371502", "17", "D211", '2').unwrap();
        prop_assert!(number.is_provisional() && number.warnings().is_empty());
    }

    #[test]
    fn a_licence_identifier_shows_one_slip(
        serial in "[0-9A-Z]{1,30}", version in 1u16..1000, at in any::<prop::sample::Index>(), by in 0usize..35,
    ) {
        let alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let licence =
            LicenceIdentifier::compose("11100000000013661B999", "11371502000000027P", &serial, version).unwrap();
        prop_assert_eq!(licence.to_string().parse::<LicenceIdentifier>().unwrap(), licence.clone());
        let slipped = licence.to_string().replace(
            &format!(".{serial}.{version:03}."),
            &format!(".{}.{version:03}.", slip(&serial, at.index(serial.len()), by, alphabet)),
        );
        prop_assert!(slipped.parse::<LicenceIdentifier>().is_err());
    }

    #[test]
    fn a_period_ends_on_a_working_day_as_the_reference_says(start in any_day(), n in 0u32..60) {
        let due = calendar().add_workdays(start, n);
        prop_assert!(worked(due.on));
        let reference = match n {
            0 => start.iter_days().find(|d| worked(*d)),
            n => start.iter_days().skip(1).filter(|d| worked(*d)).nth(n as usize - 1),
        };
        prop_assert_eq!(Some(due.on), reference);
        let known = 2024..=2026;
        let from = if n == 0 { start } else { start + Days::new(1) };
        let guessed = from.iter_days().take_while(|d| *d <= due.on).any(|d| !known.contains(&d.year()));
        prop_assert_eq!(due.guessed, guessed);
        if n > 0 {
            prop_assert_eq!(calendar().workdays_between(start, due.on), i64::from(n));
        }
    }

    #[test]
    fn a_later_start_or_a_longer_period_never_ends_earlier(start in any_day(), later in 0u64..20, n in 0u32..60) {
        let calendar = calendar();
        let due = calendar.add_workdays(start, n).on;
        prop_assert!(due <= calendar.add_workdays(start + Days::new(later), n).on);
        prop_assert!(due <= calendar.add_workdays(start, n + 1).on);
        prop_assert!(calendar.add_days(start, n).on <= calendar.add_days(start, n + 1).on);
    }

    #[test]
    fn overdue_mirrors_what_was_left(a in any_day(), b in any_day()) {
        prop_assert_eq!(calendar().workdays_between(a, b), -calendar().workdays_between(b, a));
    }

    #[test]
    fn years_complete_on_their_anniversary(from in any_day(), to in any_day()) {
        let years = full_years_between(from, to);
        prop_assert!(years == 0 || add_months(from, years * 12) <= to);
        prop_assert!(add_months(from, (years + 1) * 12) > to);
    }
}
