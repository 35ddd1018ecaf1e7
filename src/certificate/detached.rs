//! A signature that stands beside what it signs: COSE_Sign1 (RFC 9052) with a detached payload, by a key that signs codes.
//! Its protected header says when it was made: `{1: -7, 4: kid, 15: {6: seconds}}`, CWT claims of RFC 9597.

use chrono::{DateTime, Utc};
use ciborium::Value;
use coset::{
    CoseSign1, CoseSign1Builder, Header, HeaderBuilder, Label, RegisteredLabelWithPrivate, TaggedCborSerializable, iana,
};

use crate::certificate::sign::{Kid, PublicKey, Signer};

/// Header parameter of CWT claims (RFC 9597), and the claim "issued at" in it.
const CLAIMS: i64 = 15;
const ISSUED_AT: i64 = 6;

/// A detached signature as it was read; nothing is said yet of whether it is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Detached {
    /// Which key signed, as it says
    pub kid: Kid,
    /// When it was signed, as the signer says; to the second
    pub signed_at: DateTime<Utc>,
    signature: Vec<u8>,
}

impl Detached {
    /// Signs `content` at a moment.
    pub fn sign(signer: &Signer, content: &[u8], at: DateTime<Utc>) -> Vec<u8> {
        let unsigned = Self { kid: signer.kid(), signed_at: at, signature: vec![] };
        let signature = signer.signature(&unsigned.message().tbs_detached_data(content, b"")).to_vec();
        Self { signature, ..unsigned }.encode()
    }

    /// Reads a signature. Bytes that would not be written again just so are none.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let message = CoseSign1::from_tagged_slice(bytes).ok()?;
        let Header { alg, key_id, rest, .. } = message.protected.header;
        if alg != Some(RegisteredLabelWithPrivate::Assigned(iana::Algorithm::ES256)) || message.payload.is_some() {
            return None;
        }
        let [(Label::Int(CLAIMS), claims)] = rest.as_slice() else { return None };
        let [(claim, seconds)] = claims.as_map()?.as_slice() else { return None };
        if claim.as_integer() != Some(ISSUED_AT.into()) {
            return None;
        }
        let seconds = i64::try_from(seconds.as_integer()?).ok()?;
        let signed_at = DateTime::from_timestamp(seconds, 0)?;
        let read = Self { kid: Kid(key_id.try_into().ok()?), signed_at, signature: message.signature };
        (read.encode() == bytes).then_some(read)
    }

    /// Whether this key signed `content`.
    pub fn is_signed_by(&self, key: &PublicKey, content: &[u8]) -> bool {
        key.signed(&self.message().tbs_detached_data(content, b""), &self.signature)
    }

    fn encode(&self) -> Vec<u8> {
        // Encoding to memory cannot fail; were it to, the empty message would be refused by every verifier.
        self.message().to_tagged_vec().unwrap_or_default()
    }

    fn message(&self) -> CoseSign1 {
        let claims = Value::Map(vec![(ISSUED_AT.into(), self.signed_at.timestamp().into())]);
        let protected = HeaderBuilder::new()
            .algorithm(iana::Algorithm::ES256)
            .key_id(self.kid.0.to_vec())
            .value(CLAIMS, claims)
            .build();
        CoseSign1Builder::new().protected(protected).signature(self.signature.clone()).build()
    }
}
