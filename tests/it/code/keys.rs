//! Which key may sign what, and the manifest that says so.

use clinic_registry::certificate::code::{check, check_cose};
use clinic_registry::certificate::manifest::{KeyState, Manifest, ManifestError};
use clinic_registry::certificate::sign::Signer;
use clinic_registry::domain::payload::Payload;
use clinic_registry::domain::verdict::{Reason, Refusal};

use super::{REGION, day, entry, key, manifest, payload, reason, today};

#[test]
fn keys_have_their_time_and_place() {
    let (active, retired, stolen, stranger) = (key(1), key(2), key(3), key(4));
    let manifest = manifest(vec![
        entry(&active, KeyState::Active),
        entry(&retired, KeyState::Retired),
        entry(&stolen, KeyState::Compromised),
    ]);
    let on = |signer: &Signer, payload: &Payload, today: &str| {
        check(&signer.sign(payload).digits, &manifest, day(today)).map(|opened| opened.kid)
    };
    let refused = |reason, ours| Err(Refusal { reason, ours });
    assert_eq!(on(&active, &payload(), "2026-11-23"), Ok(active.kid()));
    assert_eq!(on(&retired, &payload(), "2030-01-01"), Ok(retired.kid()));
    assert_eq!(on(&stolen, &payload(), "2026-11-23"), refused(Reason::KeyCompromised, true));
    assert_eq!(on(&stranger, &payload(), "2026-11-23"), refused(Reason::UnknownKey, true));
    let elsewhere = Payload { region: 110_101, ..payload() };
    assert_eq!(on(&stranger, &elsewhere, "2026-11-23"), refused(Reason::UnknownKey, false));
    assert_eq!(on(&active, &elsewhere, "2026-11-23"), refused(Reason::KeyOutOfScope, false));
    let outside = refused(Reason::OutsideValidity, true);
    assert_eq!(on(&active, &payload(), "2056-12-31"), Ok(active.kid()));
    assert_eq!(on(&active, &payload(), "2057-01-01"), outside);
    assert_eq!(on(&active, &payload(), "2026-11-20"), Ok(active.kid()));
    assert_eq!(on(&active, &payload(), "2026-11-19"), outside, "dated in the future");
    let early = Payload { issued_on: day("2025-12-31"), ..payload() };
    assert_eq!(on(&active, &early, "2026-11-23"), outside);
    let brief = Payload { good_until: Some(day("2026-11-22")), ..payload() };
    assert_eq!(on(&active, &brief, "2026-11-22"), Ok(active.kid()));
    assert_eq!(on(&active, &brief, "2026-11-23"), outside);
    assert!(manifest.keys[0].may_sign(REGION, today()) && !manifest.keys[1].may_sign(REGION, today()));
}

#[test]
fn colliding_identifiers_are_all_tried() {
    let (one, two) = (key(29_771), key(34_173));
    assert_eq!(one.kid(), two.kid());
    assert_ne!(one.public_key(), two.public_key());
    let both = manifest(vec![entry(&one, KeyState::Active), entry(&two, KeyState::Active)]);
    for signer in [&one, &two] {
        assert!(check(&signer.sign(&payload()).digits, &both, today()).is_ok());
    }
    let only = manifest(vec![entry(&one, KeyState::Active)]);
    assert_eq!(reason(&two.sign(&payload()).digits, &only), Some(Reason::BadSignature));
    let stolen = manifest(vec![entry(&one, KeyState::Compromised), entry(&two, KeyState::Active)]);
    assert!(check(&two.sign(&payload()).digits, &stolen, today()).is_ok());
    assert!(check(&one.sign(&payload()).digits, &stolen, today()).is_err());
}

#[test]
fn the_manifest_is_trusted_by_its_signature_alone() {
    let (root, other) = (key(100), key(101));
    let good = manifest(vec![entry(&key(1), KeyState::Active), entry(&key(3), KeyState::Compromised)]);
    let file = good.publish(&root);
    let pin = root.public_key().fingerprint();
    assert_eq!(Manifest::verify(&file, Some(&pin)), Ok(good.clone()));
    assert_eq!(Manifest::verify(&file, Some(&pin.to_uppercase())), Ok(good.clone()));
    assert_eq!(Manifest::verify(&file, None), Ok(good.clone()));
    assert_eq!(file, good.publish(&root), "same bytes");
    let stranger = other.public_key().fingerprint();
    assert_eq!(Manifest::verify(&file, Some(&stranger)), Err(ManifestError::Root { found: pin.clone() }));
    assert!(Manifest::verify(&good.publish(&other), Some(&pin)).is_err());

    for (from, to) in [
        ("\"compromised\"", "\"active\""),
        ("2026-12-31", "2036-12-31"),
        ("371502", "110101"),
        ("\"development\": true", "\"development\": false"),
        ("\"version\": 3", "\"version\": 4"),
        ("1970-01-01T00:00:00Z", "1970-01-01T00:00:01Z"),
        ("ES256", "none"),
    ] {
        let changed = file.replacen(from, to, 1);
        assert_ne!(changed, file, "{from}");
        assert_eq!(Manifest::verify(&changed, Some(&pin)), Err(ManifestError::Disagrees), "{from}");
    }
    let extra = file.replacen('{', "{\"more\": 1,", 1);
    assert!(matches!(Manifest::verify(&extra, Some(&pin)), Err(ManifestError::Form(_))));
    for (at, c) in file.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()).step_by(3) {
        let changed = format!("{}{}{}", &file[..at], if c == 'x' { 'y' } else { 'x' }, &file[at + 1..]);
        assert!(Manifest::verify(&changed, Some(&pin)).is_err(), "at {at}");
    }
    let twice = manifest(vec![entry(&key(1), KeyState::Active), entry(&key(1), KeyState::Retired)]);
    assert_eq!(Manifest::verify(&twice.publish(&root), None), Err(ManifestError::Body), "one key twice");
    // A code is no manifest, whoever signed it.
    assert!(check_cose(&root.sign(&payload()).cose, &manifest(vec![entry(&root, KeyState::Active)]), today()).is_ok());
}

#[test]
fn keys_survive_their_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("signing.pem");
    let signer = key(7);
    signer.save(&path).unwrap();
    assert!(signer.save(&path).is_err(), "never overwritten");
    let again = Signer::load(&path).unwrap();
    assert_eq!((again.kid(), again.sign(&payload())), (signer.kid(), signer.sign(&payload())));
    assert!(signer.public_key().fingerprint().starts_with(&signer.kid().to_string()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert!(Signer::generate([0; 32]).is_none() && Signer::generate([0xff; 32]).is_none());
    assert!(Signer::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").is_err());
}
