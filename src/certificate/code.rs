//! Opens a code with the key manifest alone: no network, no database. What it cannot know, the register's word on the
//! certificate today, is joined by `domain::verdict`.

use chrono::NaiveDate;

use crate::certificate::manifest::{KeyState, Manifest};
use crate::certificate::sign::{Envelope, Kid};
use crate::domain::digits;
use crate::domain::payload::Payload;
use crate::domain::verdict::{Reason, Refusal};

/// No code has so many digits: a certificate's at most 902 (version 15-M), that of a copy with the longest purpose 1,060.
const MAX_DIGITS: usize = 1_200;

/// A code whose signature is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What the issuer signed
    pub payload: Payload,
    /// With which key
    pub kid: Kid,
}

/// What the offline check says.
pub type Checked = Result<Opened, Refusal>;

/// Checks a scanned URL or its digits on the day `today` of the issuer's calendar (Asia/Shanghai). The host is not
/// looked at: a genuine code stays genuine under any address, and a forged one under none.
pub fn check(text: &str, manifest: &Manifest, today: NaiveDate) -> Checked {
    let text = text.trim();
    let text = text.rsplit_once('/').map_or(text, |(_, last)| last);
    if text.is_empty() || text.len() > MAX_DIGITS {
        return Err(Reason::Unreadable.into());
    }
    check_cose(&digits::decode(text).ok_or(Reason::Unreadable)?, manifest, today)
}

/// The same for the bytes of the signed message, as the certificate's PDF carries them.
pub fn check_cose(cose: &[u8], manifest: &Manifest, today: NaiveDate) -> Checked {
    let envelope = Envelope::parse(cose)?;
    let payload = Payload::decode(&envelope.body)?;
    let kid = envelope.kid;
    let ours = manifest.covers(payload.region);
    let refuse = |reason| Err(Refusal { reason, ours });

    // Identifiers may collide: every key with this one is a candidate, and the first that fits decides.
    let mut keys: Vec<_> = manifest.keys.iter().filter(|key| key.kid() == kid).collect();
    if keys.is_empty() {
        return refuse(Reason::UnknownKey);
    }
    keys.retain(|key| key.regions.contains(&payload.region));
    if keys.is_empty() {
        return refuse(Reason::KeyOutOfScope);
    }
    // Whoever holds a stolen key can write any date into a code, so no date saves one.
    keys.retain(|key| key.state != KeyState::Compromised);
    if keys.is_empty() {
        return refuse(Reason::KeyCompromised);
    }
    let Some(key) = keys.into_iter().find(|key| envelope.is_signed_by(&key.public_key)) else {
        return refuse(Reason::BadSignature);
    };
    let signed_in_time = (key.sign_from..=key.sign_until).contains(&payload.issued_on);
    let good_until = payload.good_until.map_or(key.verify_until, |until| until.min(key.verify_until));
    if signed_in_time && (payload.issued_on..=good_until).contains(&today) {
        Ok(Opened { payload, kid })
    } else if signed_in_time && payload.copy.is_some() && payload.good_until.is_some_and(|until| until < today) {
        refuse(Reason::CopyExpired)
    } else {
        refuse(Reason::OutsideValidity)
    }
}
