//! The code on the certificate: round trips, every small change refused, hostile input survived, sizes kept.

mod keys;
mod worth;

use chrono::{DateTime, NaiveDate};
use clinic_registry::certificate::code::{check, check_cose};
use clinic_registry::certificate::manifest::{KeyEntry, KeyState, Manifest};
use clinic_registry::certificate::sign::Signer;
use clinic_registry::domain::certificate::{CertificateKind, StatedAuthority, StatedSubject, Statement};
use clinic_registry::domain::digits;
use clinic_registry::domain::dossier::{ClinicType, Nature, ServiceMode};
use clinic_registry::domain::geohash::Geohash;
use clinic_registry::domain::payload::Payload;
use clinic_registry::domain::short_code::{BadShortCode, ShortCode};
use clinic_registry::domain::verdict::{Asked, Outcome, Reason, verdict};
use proptest::prelude::*;
use qrcode::{EcLevel, QrCode, Version};

const URL: &str = "https://zs.lckfq.example.gov.cn/v/";
const REGION: u32 = 371_571;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn today() -> NaiveDate {
    day("2026-11-23")
}

/// A key of a number; 29771 and 34173 were searched for: they share their identifier.
fn key(number: u32) -> Signer {
    let mut seed = [1; 32];
    seed[..4].copy_from_slice(&number.to_be_bytes());
    Signer::generate(seed).unwrap()
}

fn entry(signer: &Signer, state: KeyState) -> KeyEntry {
    KeyEntry {
        public_key: signer.public_key(),
        regions: vec![REGION, 371_502],
        sign_from: day("2026-01-01"),
        sign_until: day("2026-12-31"),
        verify_until: day("2056-12-31"),
        state,
        compromised_on: (state == KeyState::Compromised).then(|| day("2026-11-01")),
    }
}

fn manifest(keys: Vec<KeyEntry>) -> Manifest {
    Manifest { version: 3, issued_at: DateTime::UNIX_EPOCH, development: true, keys }
}

fn statement() -> Statement {
    Statement {
        kind: CertificateKind::ClinicFiling,
        number: "PDY00123437157117D2122".into(),
        provisional: true,
        name: "聊城仁和堂中医综合诊所".into(),
        clinic_type: ClinicType::TcmComprehensive,
        address: "山东省聊城市经济技术开发区黄河路16号".into(),
        legal_representative: String::new(),
        principal: "李示例".into(),
        ownership: "175".into(),
        ownership_name: "个体经营".into(),
        nature: Nature::ForProfit,
        service_modes: vec![ServiceMode::Telemedicine, ServiceMode::Outpatient],
        subjects: vec![StatedSubject { code: "50.01".into(), name: "内科专业".into() }],
        remarks: String::new(),
        authority: StatedAuthority {
            name: "聊城经济技术开发区行政审批服务局".into(),
            uscc: "11371500MB28605590".into(),
            region: REGION.to_string(),
        },
        filed_on: day("2026-11-20"),
        issued_on: day("2026-11-20"),
        licence_identifier: String::new(),
        version: 1,
        copy_number: 1,
        change_note: None,
        uscc: Some("92371502MA0000007D".into()),
        geohash: Geohash::of(36.4381, 116.0312).map(|g| g.to_string()),
        telemedicine_since: None,
        telemedicine_subjects: vec![],
        practitioners: vec![],
        conversion: None,
    }
}

fn payload() -> Payload {
    Payload::of(&statement(), 70_123)
}

fn reason(text: &str, manifest: &Manifest) -> Option<Reason> {
    check(text, manifest, today()).err().map(|refusal| refusal.reason)
}

#[test]
fn digits_follow_fido() {
    assert_eq!(digits::encode(&[]), "");
    for (length, width) in [(1, 3), (2, 5), (3, 8), (4, 10), (5, 13), (6, 15), (7, 17), (8, 20), (14, 34)] {
        assert_eq!(digits::encode(&vec![0xff; length]).len(), width);
    }
    assert_eq!(digits::encode(&[0, 1]), "00256", "little-endian");
    assert_eq!(digits::encode(&[1, 2, 3, 4, 5, 6, 7]), "01976943448883713");
    for bad in
        ["1", "12", "256", "999", "1234", "65536", "72057594037927936", "99999999999999999", "１２３", "+12", "0x1"]
    {
        assert_eq!(digits::decode(bad), None, "{bad}");
    }
    assert_eq!(digits::decode("72057594037927935"), Some(vec![0xff; 7]));
}

proptest! {
    #[test]
    fn digits_round_trip(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert_eq!(digits::decode(&digits::encode(&bytes)), Some(bytes));
    }

    #[test]
    fn digits_have_one_text(text in "[0-9]{0,60}") {
        if let Some(bytes) = digits::decode(&text) {
            prop_assert_eq!(digits::encode(&bytes), text);
        }
    }

    #[test]
    fn geohash_round_trips(latitude in -90.0..=90.0, longitude in -180.0..=180.0, bytes: [u8; 5]) {
        let cell = Geohash::of(latitude, longitude).unwrap();
        let (north, east) = cell.centre();
        prop_assert!((north - latitude).abs() < 9e-5 && (east - longitude).abs() < 1.8e-4);
        let cell = Geohash::from_bytes(bytes);
        prop_assert_eq!(cell.to_string().parse(), Ok(cell));
        let (north, east) = cell.centre();
        prop_assert_eq!(Geohash::of(north, east), Some(cell));
    }

    #[test]
    fn payload_round_trips(name in ".{1,80}", address in ".{0,80}", index: u32, days in 0u64..60_000, subjects in 0usize..30) {
        prop_assume!(!name.trim().is_empty());
        let mut statement = Statement { name, address, ..statement() };
        statement.issued_on = NaiveDate::default() + chrono::Days::new(days);
        statement.subjects = vec![StatedSubject { code: "50.11".into(), name: String::new() }; subjects];
        let payload = Payload::of(&statement, index);
        prop_assert_eq!(Payload::decode(&payload.encode()), Ok(payload));
    }

    #[test]
    fn hostile_input_never_panics(text in ".{0,300}", digits_only in "[0-9]{0,600}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let manifest = manifest(vec![entry(&key(1), KeyState::Active)]);
        prop_assert!(check(&text, &manifest, today()).is_err());
        prop_assert!(check(&digits_only, &manifest, today()).is_err());
        prop_assert!(check_cose(&bytes, &manifest, today()).is_err());
        prop_assert!(check_cose(&[&[0xd2][..], &bytes].concat(), &manifest, today()).is_err());
        prop_assert!(Payload::decode(&bytes).is_err());
        prop_assert!(Payload::decode(&[&[0x8d, 1][..], &bytes].concat()).is_err());
        prop_assert!(Manifest::verify(&text, None).is_err());
        let _ = (text.parse::<ShortCode>(), text.parse::<Geohash>());
    }
}

#[test]
fn geohash_known_values() {
    assert_eq!(Geohash::of(57.64911, 10.40744).unwrap().to_string(), "u4pruydq");
    assert_eq!(Geohash::of(42.6, -5.6).unwrap().to_string(), "ezs42e44");
    assert_eq!(Geohash::of(0.0, 0.0).unwrap().to_bytes(), [0xc0, 0, 0, 0, 0]);
    assert!(Geohash::of(90.0, 180.0).is_some());
    assert!(Geohash::of(90.1, 0.0).is_none() && Geohash::of(f64::NAN, 0.0).is_none());
    assert!("u4pruyd".parse::<Geohash>().is_err() && "u4pruyda".parse::<Geohash>().is_err());
}

#[test]
fn short_code_detects_every_single_error_and_every_exchange() {
    const ALPHABET: &str = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    for seed in 0..40u8 {
        let code = ShortCode::from_random(std::array::from_fn(|at| {
            seed.wrapping_mul(37).wrapping_add((at as u8).wrapping_mul(91))
        }));
        let text = code.as_str();
        assert_eq!(text.len(), 12);
        assert_eq!(code.to_string().parse(), Ok(code.clone()));
        for at in 0..12 {
            for other in ALPHABET.chars().filter(|c| text.chars().nth(at) != Some(*c)) {
                let mut wrong: Vec<char> = text.chars().collect();
                wrong[at] = other;
                assert_eq!(String::from_iter(wrong).parse::<ShortCode>(), Err(BadShortCode::Check));
            }
            for with in 0..at {
                let mut wrong: Vec<char> = text.chars().collect();
                wrong.swap(at, with);
                assert_eq!(String::from_iter(&wrong).parse::<ShortCode>().is_ok(), wrong[at] == wrong[with]);
            }
        }
    }
    let code = ShortCode::from_random([31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
    let shown = code.to_string();
    assert_eq!((shown.len(), shown.matches('-').count()), (14, 2));
    for typed in
        [shown.to_lowercase(), shown.replace('-', " "), format!(" {} ", code.as_str()), shown.replace('-', "－")]
    {
        assert_eq!(typed.parse(), Ok(code.clone()), "{typed}");
    }
    let wide: String = shown.chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect();
    assert_eq!(wide.parse(), Ok(code.clone()));
    for bad in ["", "ABCD", "0000-0000-0000", "IIII-OOOO-1111", "2222-2222-2222-2", "诊诊诊诊诊诊诊诊诊诊诊诊"]
    {
        assert_eq!(bad.parse::<ShortCode>(), Err(BadShortCode::Form), "{bad}");
    }
    let json = serde_json::to_string(&code).unwrap();
    assert_eq!(json, format!("\"{}\"", code.as_str()));
    assert_eq!(serde_json::from_str::<ShortCode>(&json).unwrap(), code);
    assert!(serde_json::from_str::<ShortCode>("\"2222-2222-2223\"").is_err());
}

#[test]
fn the_payload_says_what_the_statement_says() {
    let payload = payload();
    assert_eq!(payload.region, REGION);
    assert_eq!(payload.address, "黄河路16号");
    assert_eq!(payload.service_modes(), [ServiceMode::Outpatient, ServiceMode::Telemedicine]);
    assert_eq!((payload.modes, payload.subject_codes()), (5, vec!["50.01".to_string()]));
    assert_eq!(payload.uscc().as_deref(), Some("92371502MA0000007D"));
    assert_eq!(payload.digest[..], statement().digest()[..16]);
    for (address, short) in [
        ("山东省聊城市东昌府区柳园路1号", "柳园路1号"),
        ("聊城市冠县清泉街道1号", "清泉街道1号"),
        ("山东省青岛市市北区敦化路1号", "敦化路1号"),
        ("山东省聊城市临清市青年路1号", "青年路1号"),
        ("新疆维吾尔自治区喀什地区疏附县托克扎克镇1号", "托克扎克镇1号"),
        ("广东省东莞市南城街道鸿福社区2号", "南城街道鸿福社区2号"),
        ("北京市朝阳区三里屯1号", "三里屯1号"),
        ("阳光小区3号楼", "阳光小区3号楼"),
        ("黄河路16号花园小区", "黄河路16号花园小区"),
        ("城市广场1号", "城市广场1号"),
    ] {
        assert_eq!(Payload::of(&Statement { address: address.into(), ..statement() }, 0).address, short);
    }
    let long = Payload::of(&Statement { name: "诊".repeat(50), address: "路".repeat(80), ..statement() }, 0);
    assert_eq!((long.name.chars().count(), long.address), (50, "路".repeat(9) + "…"));
    let longer = Payload::of(&Statement { name: "𠮷".repeat(80), ..statement() }, 0);
    assert_eq!((longer.name, longer.address), ("𠮷".repeat(44) + "…", String::new()));
}

#[test]
fn the_payload_has_one_encoding() {
    let good = payload().encode();
    assert_eq!(Payload::decode(&good), Ok(payload()));
    assert_eq!(Payload::decode(&[&good[..], &[0]].concat()), Err(Reason::Malformed), "trailing byte");
    assert_eq!(Payload::decode(&[&[0x98, 13], &good[1..]].concat()), Err(Reason::Malformed), "long head");
    assert_eq!(Payload::decode(&[&[0x9f], &good[1..], &[0xff]].concat()), Err(Reason::Malformed), "indefinite");
    assert_eq!(Payload::decode(&[&[0x8d, 2], &good[2..]].concat()), Err(Reason::UnknownFormat), "version 2");
    assert_eq!(Payload::decode(&[0xa0]), Err(Reason::UnknownFormat));
    assert_eq!(Payload::decode(&[&[0x8c], &good[1..]].concat()), Err(Reason::Malformed), "twelve fields");
    for wrong in [
        Payload { region: 99_999, ..payload() },
        Payload { number: "pdy00123437157117D2122".into(), ..payload() },
        Payload { number: "123".into(), ..payload() },
        Payload { name: String::new(), ..payload() },
        Payload { name: "诊".repeat(61), ..payload() },
        Payload { uscc: Some([0xff; 12]), ..payload() },
        Payload { modes: 64, ..payload() },
        Payload { subjects: vec![1], ..payload() },
        Payload { subjects: vec![101; 9], ..payload() },
    ] {
        assert_eq!(Payload::decode(&wrong.encode()), Err(Reason::Malformed), "{wrong:?}");
    }
}

#[test]
fn a_code_opens_by_url_digits_and_bytes() {
    let signer = key(1);
    let manifest = manifest(vec![entry(&signer, KeyState::Active)]);
    let code = signer.sign(&payload());
    assert_eq!(code, signer.sign(&payload()), "deterministic");
    for text in
        [code.digits.clone(), format!("{URL}{}", code.digits), format!(" http://other.example/a/b/{}\n", code.digits)]
    {
        let opened = check(&text, &manifest, today()).unwrap();
        assert_eq!((opened.payload, opened.kid), (payload(), signer.kid()));
    }
    assert!(check_cose(&code.cose, &manifest, today()).is_ok());
    for empty in ["", "/", URL, "你好", "https://zs.lckfq.example.gov.cn/"] {
        assert_eq!(reason(empty, &manifest), Some(Reason::Unreadable), "{empty}");
    }
    assert_eq!(reason(&digits::encode(b"hello"), &manifest), Some(Reason::UnknownFormat));
    assert_eq!(reason(&"0".repeat(100_000), &manifest), Some(Reason::Unreadable));
}

#[test]
fn every_changed_character_is_refused() {
    let signer = key(1);
    let manifest = manifest(vec![entry(&signer, KeyState::Active)]);
    let code = signer.sign(&payload()).digits;
    let (mut tried, mut reasons) = (0, std::collections::BTreeMap::new());
    let mut refused = |text: &str, what: &str| {
        let refusal = check(text, &manifest, today()).expect_err(what);
        assert_eq!(verdict(Err(refusal), Asked::Code).outcome, Outcome::NotValid, "{what}");
        *reasons.entry(refusal.reason.code()).or_insert(0) += 1;
        tried += 1;
    };
    for (at, original) in code.char_indices() {
        for replacement in "0123456789Aa/ -０".chars().filter(|c| *c != original) {
            let mutated = format!("{}{replacement}{}", &code[..at], &code[at + 1..]);
            refused(&mutated, "replaced");
        }
        refused(&format!("{}{}", &code[..at], &code[at + 1..]), "left out");
        refused(&format!("{}0{}", &code[..at], &code[at..]), "put in");
        refused(&code[..at], "cut off");
        if let Some(rest) = code.get(at + 1..).filter(|rest| !rest.starts_with(original) && !rest.is_empty()) {
            refused(&format!("{}{}{original}{}", &code[..at], &rest[..1], &rest[1..]), "exchanged");
        }
    }
    for tail in ["0", "000", "00000", "00000000000000000", &code] {
        refused(&format!("{code}{tail}"), "extended");
    }
    println!("{tried} changed codes: {reasons:?}");
    assert!(tried > 2_000);
}

#[test]
fn only_the_canonical_message_is_accepted() {
    let signer = key(1);
    let manifest = manifest(vec![entry(&signer, KeyState::Active)]);
    let cose = signer.sign(&payload()).cose;
    let malformed = |bytes: &[u8]| check_cose(bytes, &manifest, today()).map_err(|refusal| refusal.reason);

    // The other of the two signatures that ECDSA allows: (r, n − s).
    let at = cose.len() - 32;
    let mut high = cose.clone();
    let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
    let mut borrow = 0i16;
    for n in (0..32).rev() {
        let digit = i16::from_str_radix(&order[2 * n..2 * n + 2], 16).unwrap() - i16::from(cose[at + n]) - borrow;
        borrow = i16::from(digit < 0);
        high[at + n] = digit.rem_euclid(256) as u8;
    }
    assert_eq!(malformed(&high), Err(Reason::Malformed), "high s");

    assert_eq!(malformed(&cose[1..]), Err(Reason::UnknownFormat), "untagged");
    assert_eq!(malformed(&[&cose[..], &[0]].concat()), Err(Reason::Malformed), "trailing byte");
    assert_eq!(malformed(&[&[0xd8, 18], &cose[1..]].concat()), Err(Reason::UnknownFormat), "long tag");
    let head = cose.windows(2).position(|w| w == [0xa0, 0x58]).unwrap();
    let extra = [&cose[..head], &[0xa1, 0x18, 0x63, 0x01], &cose[head + 1..]].concat();
    assert_eq!(malformed(&extra), Err(Reason::Malformed), "unprotected header");
    let mut zero = cose.clone();
    zero[at..].fill(0);
    assert_eq!(malformed(&zero), Err(Reason::Malformed), "s = 0");
    let mut other_algorithm = cose.clone();
    other_algorithm[5] = 0x27; // EdDSA
    assert_eq!(malformed(&other_algorithm), Err(Reason::UnknownFormat), "algorithm");
    let mut deep = vec![0xd2];
    deep.resize(100_000, 0x81);
    assert_eq!(malformed(&deep), Err(Reason::Malformed), "deep nesting");
    assert_eq!(malformed(&[0xd2, 0x84, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), Err(Reason::Malformed));
}

#[test]
fn the_symbol_stays_small() {
    let version = |what: &str, statement: &Statement, index| {
        let code = key(1).sign(&Payload::of(statement, index));
        let symbol = QrCode::with_error_correction_level(format!("{URL}{}", code.digits), EcLevel::M).unwrap();
        let Version::Normal(version) = symbol.version() else { unreachable!() };
        println!("{what}: {} bytes, {} digits, version {version}-M", code.cose.len(), code.digits.len());
        assert!(check(&code.digits, &manifest(vec![entry(&key(1), KeyState::Active)]), today()).is_ok(), "{what}");
        version
    };
    let usual = statement();
    assert!(version("usual", &usual, 70_123) <= 12);
    let plain = Statement { uscc: None, geohash: None, name: "仁和诊所".into(), ..statement() };
    assert!(version("least", &plain, 1) <= 11);
    let subjects = vec![StatedSubject { code: "50.18".into(), name: String::new() }; 20];
    for (what, c) in [("longest, basic plane", "诊"), ("longest, extension B", "𠮷"), ("longest, ASCII", "A")] {
        let extreme = Statement {
            name: c.repeat(40),
            address: c.repeat(80),
            subjects: subjects.clone(),
            service_modes: ServiceMode::ALL.to_vec(),
            issued_on: day("2026-11-20"),
            ..statement()
        };
        assert!(version(what, &extreme, u32::MAX) <= 15);
    }
}
