//! The published vectors of every identifier and period, and properties that hold for all values ([`properties`]).
//! All persons and organisations are synthetic; the real values are public agencies and hospitals.

#![allow(clippy::unwrap_used)] // A test that cannot go on says where.

mod properties;
mod time;

use chrono::NaiveDate;
use clinic_registry::domain::credit_code::{Uscc, UsccDefect, check_uscc, organisation_check};
use clinic_registry::domain::dossier::Sex;
use clinic_registry::domain::filing_number::{FilingNumber, NumberDefect, NumberWarning, provisional_body};
use clinic_registry::domain::identity::{
    IdDefect, IdNumber, check_id_number, id_check_character, mask_id, mask_name, mask_phone,
};
use clinic_registry::domain::licence_identifier::{LicenceDefect, LicenceIdentifier, mod_37_36};
use clinic_registry::domain::practitioner::{
    CodeDefect, check_nurse_code, check_practice_code, check_qualification_code,
};
use poem_openapi::types::{ParseFromJSON, ParseFromParameter, ToJSON};
use serde_json::Value;

fn vectors() -> Value {
    serde_json::from_str(include_str!("../data/vectors.json")).unwrap()
}

/// The strings under `key`: one, a list, the values of an object, or the first column of a table.
fn strings(key: &str) -> Vec<String> {
    let of = |v: &Value| v.as_str().or(v[0].as_str()).unwrap().to_owned();
    let found: Vec<_> = match &vectors()[key] {
        Value::Array(list) => list.iter().map(of).collect(),
        Value::Object(map) => map.values().map(of).collect(),
        one => vec![of(one)],
    };
    assert!(!found.is_empty(), "{key}");
    found
}

fn string(key: &str) -> String {
    strings(key).remove(0)
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn today() -> NaiveDate {
    day("2026-11-23")
}

fn id(raw: &str) -> Result<IdNumber, IdDefect> {
    check_id_number(raw, today())
}

#[test]
fn identity_numbers() {
    for number in strings("id_ok").into_iter().chain(strings("id_ok_X")) {
        assert_eq!(id(&number).map(|n| n.canonical().to_owned()), Ok(number.clone()));
        assert_eq!(id(&number.to_lowercase()), id(&number));
    }
    assert_eq!(id(&string("id_bad_date_good_check")), Err(IdDefect::Date));
    assert_eq!(id(&string("id_future_good_check")), Err(IdDefect::Future));
    assert_eq!(id(&string("id_bad_check")), Err(IdDefect::Check));
    assert_eq!(id(&string("id_bad_transposition")), Err(IdDefect::Check));
    // An unknown county is an old code as likely as an error: never a block.
    assert!(id(&string("id_bad_area_good_check")).is_ok());
    assert_eq!(id("37150219850615000"), Err(IdDefect::Length));
    assert_eq!(id("371502850615000"), Err(IdDefect::Length));
    assert_eq!(id("3715021985061500O8"), Err(IdDefect::Characters));
    assert_eq!(id("37150219850615000五"), Err(IdDefect::Characters));
    assert_eq!(id("五71502198506150008"), Err(IdDefect::Characters));
    assert_eq!(id("991502198506150008"), Err(IdDefect::Province));
    assert_eq!(id(" 371502 19850615 0008 "), id("３７１５０２１９８５０６１５０００８"));
    assert!(id("\u{202d}371502198506150008\u{202c}").is_ok());
    for body in ["93715619850615000", "83000019850615000"] {
        let number = format!("{body}{}", id_check_character(body).unwrap());
        assert!(id(&number).is_ok(), "{number}");
    }
    assert_eq!((IdDefect::Check.zh(), IdDefect::Check.en()), ("校验码", "check character"));
}

#[test]
fn what_an_identity_number_tells() {
    let number = id("371502198506150008").unwrap();
    assert_eq!((number.born_on(), number.sex()), (day("1985-06-15"), Sex::Female));
    assert_eq!(
        id(&format!("37150219850615001{}", id_check_character("37150219850615001").unwrap())).unwrap().sex(),
        Sex::Male
    );
    assert_eq!(number.age_on(day("2003-06-14")), 17);
    assert_eq!(number.age_on(day("2003-06-15")), 18);
    assert_eq!(number.age_on(day("1980-01-01")), 0);
    assert_eq!(id("110101190001010006").unwrap().age_on(today()), 126);
    assert_eq!(format!("{number:?}"), "IdNumber(371502********0008)");
}

#[test]
fn masks() {
    assert_eq!(mask_id("371502198506150008"), "371502********0008");
    assert_eq!(mask_id("201037110371502198506150008"), "201037*****************0008");
    assert_eq!(mask_id("12345678"), "********");
    assert_eq!(mask_phone("13812341234"), "138****1234");
    assert_eq!(mask_phone("8212345"), "*******");
    assert_eq!(
        [mask_name("张三"), mask_name("欧阳小明"), mask_name("𠮷野"), mask_name("张"), mask_name(" ")],
        ["张*", "欧*", "𠮷*", "*", ""]
    );
}

#[test]
fn credit_codes() {
    for code in strings("uscc_ok").into_iter().chain(strings("uscc_real_agencies_verified")) {
        let uscc = check_uscc(&code).unwrap();
        assert_eq!(uscc.as_str(), code);
        assert!(uscc.inner_check_ok(), "{code}");
        assert_eq!(Uscc::from_bytes(uscc.to_bytes()), Ok(uscc));
    }
    assert_eq!(check_uscc("92371502ma0000007d").unwrap().to_string(), "92371502MA0000007D");
    assert_eq!(check_uscc(" 92371502 MA0000007 D").unwrap().organisation_code(), "MA0000007");
    assert_eq!(check_uscc(&string("uscc_bad_check")), Err(UsccDefect::Check));
    assert_eq!(check_uscc(&string("uscc_bad_transposition")), Err(UsccDefect::Check));
    assert_eq!(check_uscc(&string("uscc_bad_alphabet")), Err(UsccDefect::Characters));
    assert_eq!(check_uscc("9237150MA0000007DD"), Err(UsccDefect::Division));
    assert_eq!(check_uscc("92371502MA0000007"), Err(UsccDefect::Length));
    assert!(!check_uscc(&string("uscc_inner_org_bad_outer_good")).unwrap().inner_check_ok());
    assert_eq!(Uscc::from_bytes([0xff; 12]), Err(UsccDefect::Length));
    assert!(Uscc::from_bytes([0; 12]).is_ok_and(|c| c.as_str() == "000000000000000000"));

    let checks = [("MA000000", '7'), ("MA000001", '5'), ("PDY00001", 'X'), ("PDY00002", '8'), ("PDY00003", '6')];
    for (body, check) in checks.into_iter().chain([("MJD00000", '3'), ("44490745", '5'), ("49850124", 'X')]) {
        assert_eq!(organisation_check(body), Some(check), "{body}");
    }
    for bad in ["", "ma000000", "MA00000", "MA0000000", "诊所0000"] {
        assert_eq!(organisation_check(bad), None);
    }
}

/// The divisions of 聊城市, GB/T 2260.
fn liaocheng(code: &str) -> bool {
    ["371502", "371503", "371521", "371522", "371524", "371525", "371526", "371581"].contains(&code)
}

#[test]
fn filing_numbers() {
    for number in strings("reg22_ok") {
        let parsed = FilingNumber::parse(&number, liaocheng).unwrap();
        assert_eq!(parsed.to_string(), number);
        assert!(parsed.is_clinic() && parsed.warnings().is_empty(), "{number}");
        assert_eq!(number.to_lowercase().parse(), Ok(parsed.clone()));
        assert_eq!(parsed.hyphenated().parse(), Ok(parsed));
    }
    let hyphen: FilingNumber = string("reg22_hyphen_variant").parse().unwrap();
    assert_eq!(hyphen.as_str(), "PDY00001X37150217D2112");
    assert_eq!(hyphen.hyphenated(), string("reg22_hyphen_variant"));
    assert_eq!("PDY00001X-37150217D2112".parse(), Ok(hyphen));
    for number in strings("reg22_real_hospitals_verified") {
        let parsed: FilingNumber = number.parse().unwrap();
        assert!(!parsed.is_clinic() && parsed.warnings().is_empty(), "{number}");
    }

    let bad = vectors()["reg22_bad"].clone();
    let parse = |key: &str| FilingNumber::parse(bad[key].as_str().unwrap(), liaocheng);
    assert_eq!(parse("长度21"), Err(NumberDefect::Length));
    assert_eq!(parse("类别码 D218"), Err(NumberDefect::Category));
    assert_eq!(parse("经济类型 18"), Err(NumberDefect::EconomicType));
    assert_eq!(parse("管理类别 3"), Err(NumberDefect::Management));
    assert_eq!(parse("行政区划 371599"), Err(NumberDefect::Division));
    assert!(!parse("医院类别(非诊所) A100").unwrap().is_clinic());
    assert_eq!(parse("组织机构校验位错(仅警告)").unwrap().warnings(), [NumberWarning::BodyCheck]);
    assert_eq!("PDY-0001X37150217D2112".parse::<FilingNumber>(), Err(NumberDefect::Body));
    assert_eq!("诊所000001X37150217D2112".parse::<FilingNumber>(), Err(NumberDefect::Body));
    assert_eq!("诊所Y00001X37150217D2112".parse::<FilingNumber>(), Err(NumberDefect::Body));
    assert_eq!("PDY00001X37150217D211２".parse::<FilingNumber>().unwrap().management(), '2');
}

#[test]
fn filing_numbers_from_parts() {
    assert_eq!(provisional_body(1).as_deref(), Some("PDY00001X"));
    assert_eq!(provisional_body(2).as_deref(), Some("PDY000028"));
    assert_eq!(provisional_body(99_999).map(|b| b.len()), Some(9));
    assert_eq!([provisional_body(0), provisional_body(100_000)], [None, None]);

    let number = FilingNumber::compose("PDY00001X", "371502", "17", "D211", '2').unwrap();
    assert_eq!(number.as_str(), "PDY00001X37150217D2112");
    assert!(number.is_provisional());
    assert_eq!((number.body(), number.division(), number.economic_type()), ("PDY00001X", "371502", "17"));
    assert_eq!((number.category(), number.management()), ("D211", '2'));
    let moved = number.with_attributes("371526", "15", "D215", '1').unwrap();
    assert_eq!(moved.as_str(), "PDY00001X37152615D2151");
    assert_eq!(number.with_attributes("37152", "617", "D215", '1'), Err(NumberDefect::Division));
    assert_eq!(number.with_attributes("371526", "18", "D215", '1'), Err(NumberDefect::EconomicType));
    assert_eq!(number.with_attributes("371526", "17", "D215", '所'), Err(NumberDefect::Management));

    let of_company: FilingNumber = "MA000000737150315D2132".parse().unwrap();
    assert!(of_company.matches_uscc(&check_uscc("92371502MA0000007D").unwrap()));
    assert!(!number.matches_uscc(&check_uscc("92371502MA0000007D").unwrap()));
}

#[test]
fn a_filing_number_is_a_string_everywhere() {
    let number: FilingNumber = "PDY00001X37150217D2112".parse().unwrap();
    let json = Value::from("PDY00001X37150217D2112");
    assert_eq!(serde_json::to_value(&number).unwrap(), json);
    assert_eq!(serde_json::from_value::<FilingNumber>(json.clone()).unwrap(), number);
    assert_eq!(number.to_json(), Some(json));
    assert_eq!(FilingNumber::parse_from_json(Some("pdy00001-x37150217d2112".into())).unwrap(), number);
    assert_eq!(FilingNumber::parse_from_parameter("PDY00001-X37150217D2112").unwrap(), number);
    assert!(FilingNumber::parse_from_json(Some(22.into())).is_err());
    assert!(FilingNumber::parse_from_json(None).is_err());
    let stored = sea_orm::Value::from(number.clone());
    assert_eq!(<FilingNumber as sea_orm::sea_query::ValueType>::try_from(stored).unwrap(), number);
    assert!(<FilingNumber as sea_orm::sea_query::ValueType>::try_from("PDY".into()).is_err());
}

#[test]
fn licence_identifiers() {
    for (text, check) in vectors()["mod37_36_small"].as_object().unwrap() {
        assert_eq!(mod_37_36(text).map(String::from).as_deref(), check.as_str(), "{text}");
    }
    assert_eq!(mod_37_36("a"), None);
    for text in strings("lic_real_verified").into_iter().chain(strings("lic_synthetic")) {
        let licence: LicenceIdentifier = text.parse().unwrap();
        assert_eq!(licence.to_string(), text);
        let (type_code, issuer, serial) = (licence.type_code(), licence.issuer(), licence.serial());
        assert_eq!(LicenceIdentifier::compose(type_code, issuer, serial, licence.version()).unwrap(), licence);
    }
    let parse = |text: &str| text.parse::<LicenceIdentifier>();
    let good = strings("lic_synthetic").remove(0);
    assert_eq!(parse(&string("lic_bad")), Err(LicenceDefect::Check));
    assert_eq!(parse(&format!("{good}.N")), Err(LicenceDefect::Structure));
    assert_eq!(parse(good.trim_end_matches(".N")), Err(LicenceDefect::Structure));
    assert_eq!(parse("1.2.156.3006.2.A"), Err(LicenceDefect::Structure));
    assert_eq!(parse(&good.replace(".001.", ".000.")), Err(LicenceDefect::Version));
    assert_eq!(parse(&good.replace(".001.", ".1.")), Err(LicenceDefect::Version));
    assert_eq!(parse(&good.replace("B999", "B99X")), Err(LicenceDefect::Type));
    assert_eq!(parse(&good.replace("027P", "027Q")), Err(LicenceDefect::Issuer));
    assert_eq!(parse(&good.replace("PDY00001X", "PDY-")), Err(LicenceDefect::Serial));
}

#[test]
fn practitioner_codes() {
    for code in strings("phys_licence15") {
        assert_eq!(check_practice_code(&code), Ok(code));
    }
    assert_eq!(check_practice_code("11037150200001"), Err(CodeDefect::Length));
    assert_eq!(check_practice_code("11037150200000A"), Err(CodeDefect::Characters));
    assert_eq!(check_practice_code("410371502000001"), Err(CodeDefect::Level));
    assert_eq!(check_practice_code("110991502000001"), Err(CodeDefect::Province));
    assert_eq!(check_nurse_code("2010 3700 0001").as_deref(), Ok("201037000001"));
    assert_eq!(check_nurse_code("201099000001"), Err(CodeDefect::Province));

    let holder = id("371502198506150008").unwrap();
    let other = id("371502199002280006").unwrap();
    for key in ["phys_qual27", "phys_qual24"] {
        let code = check_qualification_code(&string(key)).unwrap();
        assert_eq!(code.canonical(), string(key));
        assert_eq!(vectors()[format!("{key}_len")], code.canonical().len());
        assert!(code.belongs_to(&holder) && !code.belongs_to(&other), "{key}");
        assert!(!format!("{code:?}").contains("850615"));
    }
    assert_eq!(check_qualification_code(&string("phys_qual27_bad_id_tail")), Err(CodeDefect::Check));
    assert!(check_qualification_code("20103711037152619760101000x").is_ok());
    assert_eq!(check_qualification_code("19993711037150285061500X"), Err(CodeDefect::Characters));
    assert_eq!(check_qualification_code("1999"), Err(CodeDefect::Length));
}
