//! Signing keys and signatures: ES256 (ECDSA over P-256 with SHA-256) in COSE_Sign1 (RFC 9052). Signatures are
//! deterministic (RFC 6979) with the lower of the two possible `s`, so one body and one key have one signature.

use std::fmt;
use std::io::Write;
use std::path::Path;

use coset::{CoseSign1, CoseSign1Builder, HeaderBuilder, RegisteredLabelWithPrivate, TaggedCborSerializable, iana};
use p256::ecdsa::signature::{Signer as _, Verifier};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding};
use sha2::{Digest, Sha256};

use crate::domain::digits;
use crate::domain::payload::Payload;
use crate::domain::value::hex;
use crate::domain::verdict::Reason;

/// Length of a raw ES256 signature, r‖s.
const SIGNATURE: usize = 64;

/// First byte of everything signed here: CBOR tag 18, COSE_Sign1 (RFC 9052 §2).
const TAG: u8 = 0xd2;

/// Key identifier: the first four bytes of the SHA-256 of the public key (SPKI, DER). Two keys may share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kid(pub [u8; 4]);

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// A key that cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The text or the bytes are no P-256 key.
    #[error("not a P-256 key: {0}")]
    Form(String),
    /// The file could not be read or created. An existing key file is never overwritten.
    #[error("key file: {0}")]
    File(#[from] std::io::Error),
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads SubjectPublicKeyInfo (RFC 5480), DER, of an uncompressed point: 91 bytes.
    pub fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let key = VerifyingKey::from_public_key_der(der).map_err(|e| KeyError::Form(e.to_string()))?;
        let key = Self(key);
        // One key must have one identifier and one fingerprint, so it may have one encoding only.
        if key.spki() == der { Ok(key) } else { Err(KeyError::Form("not in the canonical encoding".into())) }
    }

    /// SubjectPublicKeyInfo, DER: what WebCrypto imports as `spki`.
    pub fn spki(&self) -> Vec<u8> {
        self.0.to_public_key_der().map(|der| der.as_bytes().to_vec()).unwrap_or_default()
    }

    /// The identifier in codes.
    pub fn kid(&self) -> Kid {
        let [a, b, c, d, ..] = self.digest();
        Kid([a, b, c, d])
    }

    /// SHA-256 of the SPKI in 64 hexadecimal digits, to be compared by people and pinned by verifiers.
    pub fn fingerprint(&self) -> String {
        hex(&self.digest())
    }

    fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.spki()).into()
    }

    /// Whether this is its signature over these bytes, with the lower `s`.
    pub(super) fn signed(&self, bytes: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| signature.normalize_s() == signature && self.0.verify(bytes, &signature).is_ok())
    }
}

/// A signing key. It has no `Debug`, and its memory is cleared when it is dropped.
pub struct Signer {
    key: SigningKey,
    kid: Kid,
}

/// A signed code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCode {
    /// COSE_Sign1, tagged
    pub cose: Vec<u8>,
    /// The same in digits, as after the last `/` of the URL
    pub digits: String,
}

impl Signer {
    /// A key of 32 random bytes; nothing for the one in 2³² that is no key, then draw again.
    pub fn generate(random: [u8; 32]) -> Option<Self> {
        SigningKey::from_bytes(&random.into()).ok().map(Self::new)
    }

    /// Reads PKCS#8 (RFC 5958) in PEM.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(pem).map(Self::new).map_err(|e| KeyError::Form(e.to_string()))
    }

    /// Reads a PEM file.
    pub fn load(path: &Path) -> Result<Self, KeyError> {
        Self::from_pem(&std::fs::read_to_string(path)?)
    }

    /// Writes a new PEM file that only its owner can read, and waits until it is on the disk.
    pub fn save(&self, path: &Path) -> Result<(), KeyError> {
        let pem = self.key.to_pkcs8_pem(LineEnding::LF).map_err(|e| KeyError::Form(e.to_string()))?;
        // Under its name only when it is whole: a start that is killed here leaves no half of a key.
        let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(path))?;
        file.write_all(pem.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|refused| refused.error)?;
        Ok(())
    }

    /// The identifier in codes.
    pub const fn kid(&self) -> Kid {
        self.kid
    }

    /// The public key.
    pub fn public_key(&self) -> PublicKey {
        PublicKey(*self.key.verifying_key())
    }

    /// Signs the body of a code. Only the path that records the certificate may call this.
    pub fn sign(&self, payload: &Payload) -> SignedCode {
        let cose = self.seal(payload.encode());
        SignedCode { digits: digits::encode(&cose), cose }
    }

    /// Signs a body as COSE_Sign1.
    pub(crate) fn seal(&self, body: Vec<u8>) -> Vec<u8> {
        let unsigned = Envelope { kid: self.kid, body, signature: [0; SIGNATURE] };
        Envelope { signature: self.signature(&unsigned.to_be_signed()), ..unsigned }.encode()
    }

    /// The signature over bytes that are to be signed, r‖s with the lower `s`.
    pub(super) fn signature(&self, bytes: &[u8]) -> [u8; SIGNATURE] {
        let signature: Signature = self.key.sign(bytes);
        signature.normalize_s().to_bytes().into()
    }

    fn new(key: SigningKey) -> Self {
        let kid = PublicKey(*key.verifying_key()).kid();
        Self { key, kid }
    }
}

/// A COSE_Sign1 of exactly the form written here: protected `{1: -7, 4: kid}`, nothing unprotected.
pub(crate) struct Envelope {
    /// Which key signed, as it says
    pub(crate) kid: Kid,
    /// What is signed
    pub(crate) body: Vec<u8>,
    signature: [u8; SIGNATURE],
}

impl Envelope {
    /// Reads a signed message, without any judgement of its signature. Bytes that would not be written again just so
    /// are malformed: other headers, other encodings, trailing bytes, the higher `s`.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Reason> {
        if bytes.first() != Some(&TAG) {
            return Err(Reason::UnknownFormat);
        }
        let message = CoseSign1::from_tagged_slice(bytes).map_err(|_| Reason::Malformed)?;
        let header = message.protected.header;
        if header.alg != Some(RegisteredLabelWithPrivate::Assigned(iana::Algorithm::ES256)) {
            return Err(Reason::UnknownFormat);
        }
        let envelope = Self {
            kid: Kid(header.key_id.try_into().map_err(|_| Reason::Malformed)?),
            body: message.payload.ok_or(Reason::Malformed)?,
            signature: message.signature.try_into().map_err(|_| Reason::Malformed)?,
        };
        let low = envelope.signature().is_some_and(|signature| signature.normalize_s() == signature);
        if low && envelope.encode() == bytes { Ok(envelope) } else { Err(Reason::Malformed) }
    }

    /// Whether this key signed it.
    pub(crate) fn is_signed_by(&self, key: &PublicKey) -> bool {
        self.signature().is_some_and(|signature| key.0.verify(&self.to_be_signed(), &signature).is_ok())
    }

    fn signature(&self) -> Option<Signature> {
        Signature::from_slice(&self.signature).ok()
    }

    fn to_be_signed(&self) -> Vec<u8> {
        self.message().tbs_data(b"")
    }

    fn encode(&self) -> Vec<u8> {
        // Encoding to memory cannot fail; were it to, the empty message would be refused by every verifier.
        self.message().to_tagged_vec().unwrap_or_default()
    }

    fn message(&self) -> CoseSign1 {
        let protected = HeaderBuilder::new().algorithm(iana::Algorithm::ES256).key_id(self.kid.0.to_vec()).build();
        let message = CoseSign1Builder::new().protected(protected).payload(self.body.clone());
        message.signature(self.signature.to_vec()).build()
    }
}
