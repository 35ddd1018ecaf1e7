//! What a code is worth, whatever is known of it.

use clinic_registry::domain::verdict::{
    Asked, CertificateState, ClinicState, CopyStanding, Outcome, Reason, Refusal, Standing, TelemedicineMode, verdict,
};

#[test]
fn the_verdict_fails_closed() {
    let good = Standing {
        certificate: CertificateState::Current,
        clinic: ClinicState::Active,
        telemedicine: TelemedicineMode::On,
        copy: None,
    };
    for &certificate in CertificateState::ALL {
        for &clinic in ClinicState::ALL {
            for &telemedicine in TelemedicineMode::ALL {
                let standing = Standing { certificate, clinic, telemedicine, copy: None };
                let verdict = verdict(Ok(Some(&standing)), Asked::Code);
                let valid = certificate == good.certificate && clinic == good.clinic;
                assert_eq!(verdict.outcome, if valid { Outcome::Valid } else { Outcome::NotValid });
                assert_eq!(verdict.reason.is_none(), valid);
                assert_eq!(verdict.telemedicine, standing == good);
                assert!(verdict.signature_ok);
                let online = verdict.for_telemedicine();
                assert_eq!(online.outcome == Outcome::Valid, standing == good);
                assert_eq!(online.reason.is_none(), standing == good);
            }
        }
    }
    let gravest = Standing { certificate: CertificateState::Superseded, clinic: ClinicState::Revoked, ..good };
    assert_eq!(gravest.reason(), Some(Reason::Revoked));

    // A copy has reasons of its own; that the clinic is no more is graver than that its copy has run out.
    let copy = |copy, clinic| Standing { copy: Some(copy), clinic, ..good }.reason();
    assert_eq!(copy(CopyStanding::Good, ClinicState::Active), None);
    for (stands, reason) in
        [(CopyStanding::Expired, Reason::CopyExpired), (CopyStanding::Withdrawn, Reason::CopyWithdrawn)]
    {
        assert_eq!(copy(stands, ClinicState::Active), Some(reason));
        assert_eq!(copy(stands, ClinicState::Suspended), Some(reason));
        assert_eq!(copy(stands, ClinicState::Revoked), Some(Reason::Revoked));
    }

    let offline = verdict(Ok(None), Asked::Offline);
    assert_eq!((offline.outcome, offline.reason), (Outcome::CannotTell, Some(Reason::StatusStale)));
    assert!(offline.signature_ok && !offline.telemedicine);
    for asked in [Asked::Code, Asked::Lookup] {
        let absent = verdict(Ok(None), asked);
        assert_eq!((absent.outcome, absent.reason), (Outcome::NotValid, Some(Reason::NotInRegister)));
    }
    assert!(!verdict(Ok(Some(&good)), Asked::Lookup).signature_ok);

    for &reason in Reason::ALL {
        for asked in [Asked::Code, Asked::Lookup, Asked::Offline] {
            for ours in [true, false] {
                let refused = verdict(Err(Refusal { reason, ours }), asked);
                assert_eq!((refused.reason, refused.signature_ok, refused.telemedicine), (Some(reason), false, false));
                let cannot_tell = match reason {
                    Reason::Unreadable | Reason::UnknownFormat => asked == Asked::Offline,
                    Reason::UnknownKey => !ours,
                    Reason::StatusStale | Reason::FarFromAddress => true,
                    _ => false,
                };
                assert_eq!(refused.outcome, if cannot_tell { Outcome::CannotTell } else { Outcome::NotValid });
            }
        }
    }
}

#[test]
fn reasons_are_stable() {
    let codes: Vec<_> = Reason::ALL.iter().map(|reason| format!("{:02} {}", reason.number(), reason.code())).collect();
    let expected = "01 unreadable, 02 unknown_format, 03 malformed, 04 unknown_key, 05 key_out_of_scope, 06 bad_signature, \
                    07 key_compromised, 08 outside_validity, 09 suspended, 10 cancelled, 11 superseded, 12 status_stale, \
                    13 telemedicine_not_permitted, 14 far_from_address, 15 not_in_register, 16 revoked, 17 void, 18 stopped, \
                    19 mistyped, 20 declared_lost, 21 copy_expired, 22 copy_withdrawn";
    assert_eq!(codes.join(", "), expected);
    for reason in Reason::ALL {
        assert_eq!(serde_json::to_value(reason).unwrap(), reason.code());
        assert!(reason.zh().ends_with('。') && reason.en().ends_with('.'));
    }
}
