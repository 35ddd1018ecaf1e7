//! The key manifest, `/.well-known/clinic-keys`: which keys may sign codes, for which regions, and when. The root key,
//! which is kept off line, signs it. A retired key still verifies what it signed; a compromised one verifies nothing.
//!
//! The file is JSON with the keys in readable form, for people; a verifier trusts the signed `cose` only, and refuses a
//! file whose readable part says anything else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use ciborium::Value;
use serde::{Deserialize, Serialize};

use crate::certificate::sign::{Envelope, Kid, PublicKey, Signer};

/// First element of the signed body: no code begins so, and no manifest begins like a code.
const NAME: &str = "clinic-keys";

/// Version of this format, the second element.
const FORMAT: u64 = 1;

/// ES256 in the IANA registry of COSE algorithms.
const ES256: i64 = -7;

/// What may be done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Signs and verifies.
    Active,
    /// Signs no more; what it signed stays good until `verify_until`.
    Retired,
    /// Fell into other hands: verifies nothing.
    Compromised,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// The public key; `kid` follows from it
    pub public_key: PublicKey,
    /// 行政区划代码 (GB/T 2260, 6 digits) for which it may sign, each by itself
    pub regions: Vec<u32>,
    /// First day on which it may sign
    pub sign_from: NaiveDate,
    /// Last day on which it may sign
    pub sign_until: NaiveDate,
    /// Last day on which what it signed is accepted
    pub verify_until: NaiveDate,
    /// What may be done with it
    pub state: KeyState,
    /// Since when it is known to be compromised; only with that state
    pub compromised_on: Option<NaiveDate>,
}

impl KeyEntry {
    /// The identifier in codes.
    pub fn kid(&self) -> Kid {
        self.public_key.kid()
    }

    /// Whether it may sign for this region on this day.
    pub fn may_sign(&self, region: u32, day: NaiveDate) -> bool {
        self.state == KeyState::Active
            && self.regions.contains(&region)
            && (self.sign_from..=self.sign_until).contains(&day)
    }
}

/// The keys of an issuer at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// Counts the manifests of one root, from 1; a verifier never goes back to a lower one
    pub version: u32,
    /// When it was signed, to the second
    pub issued_at: DateTime<Utc>,
    /// Keys of a demonstration, made without ceremony: no code of theirs is a real certificate
    pub development: bool,
    /// The keys
    pub keys: Vec<KeyEntry>,
}

/// Why a manifest is not trusted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not the JSON of a manifest.
    #[error("the file is not a key manifest: {0}")]
    Form(String),
    /// The root key is not the expected one.
    #[error("the manifest is signed by the root {found}, not by the pinned one")]
    Root {
        /// Fingerprint of the root key in the file
        found: String,
    },
    /// The root did not sign this.
    #[error("the signature of the manifest does not match")]
    Signature,
    /// The signed part breaks the format or a rule of it.
    #[error("the signed part of the manifest is malformed")]
    Body,
    /// The readable part is not what is signed.
    #[error("the readable part of the manifest differs from the signed part")]
    Disagrees,
}

/// The JSON file.
#[derive(PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    issued_at: DateTime<Utc>,
    development: bool,
    keys: Vec<FileKey>,
    root: FileRoot,
    cose: String,
}

#[derive(PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileKey {
    kid: String,
    alg: String,
    public_key: String,
    regions: Vec<String>,
    sign_from: NaiveDate,
    sign_until: NaiveDate,
    verify_until: NaiveDate,
    state: KeyState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compromised_on: Option<NaiveDate>,
}

#[derive(PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRoot {
    public_key: String,
    fingerprint: String,
}

impl Manifest {
    /// The file, signed by the root. The same manifest and root give the same bytes.
    pub fn publish(&self, root: &Signer) -> String {
        let file = self.file(&root.public_key(), &root.seal(self.encode()));
        // A struct of strings, numbers and dates always serialises.
        serde_json::to_string_pretty(&file).map(|text| text + "\n").unwrap_or_default()
    }

    /// Reads a file and trusts it only if the root signed it. `pinned_root_fingerprint` (64 hexadecimal digits) is
    /// what the verifier got by another way; without it, the answer is worth as much as the way the file came.
    pub fn verify(json: &str, pinned_root_fingerprint: Option<&str>) -> Result<Self, ManifestError> {
        let file: File = serde_json::from_str(json).map_err(|e| ManifestError::Form(e.to_string()))?;
        let root = URL_SAFE_NO_PAD.decode(&file.root.public_key).map_err(|e| ManifestError::Form(e.to_string()))?;
        let root = PublicKey::from_spki(&root).map_err(|e| ManifestError::Form(e.to_string()))?;
        let found = root.fingerprint();
        if pinned_root_fingerprint.is_some_and(|pinned| !pinned.trim().eq_ignore_ascii_case(&found)) {
            return Err(ManifestError::Root { found });
        }
        let cose = URL_SAFE_NO_PAD.decode(&file.cose).map_err(|e| ManifestError::Form(e.to_string()))?;
        let envelope = Envelope::parse(&cose).map_err(|_| ManifestError::Body)?;
        if envelope.kid != root.kid() || !envelope.is_signed_by(&root) {
            return Err(ManifestError::Signature);
        }
        let manifest = Self::decode(&envelope.body).ok_or(ManifestError::Body)?;
        if manifest.file(&root, &cose) == file { Ok(manifest) } else { Err(ManifestError::Disagrees) }
    }

    /// Whether any key signs, or signed, for this region.
    pub fn covers(&self, region: u32) -> bool {
        self.keys.iter().any(|key| key.regions.contains(&region))
    }

    fn file(&self, root: &PublicKey, cose: &[u8]) -> File {
        let keys = self.keys.iter().map(|key| FileKey {
            kid: key.kid().to_string(),
            alg: "ES256".into(),
            public_key: URL_SAFE_NO_PAD.encode(key.public_key.spki()),
            regions: key.regions.iter().map(u32::to_string).collect(),
            sign_from: key.sign_from,
            sign_until: key.sign_until,
            verify_until: key.verify_until,
            state: key.state,
            compromised_on: key.compromised_on,
        });
        File {
            version: self.version,
            issued_at: from_seconds(self.issued_at.timestamp()).unwrap_or_default(),
            development: self.development,
            keys: keys.collect(),
            root: FileRoot { public_key: URL_SAFE_NO_PAD.encode(root.spki()), fingerprint: root.fingerprint() },
            cose: URL_SAFE_NO_PAD.encode(cose),
        }
    }

    fn encode(&self) -> Vec<u8> {
        let key = |key: &KeyEntry| {
            Value::Array(vec![
                Value::Bytes(key.kid().0.to_vec()),
                ES256.into(),
                Value::Bytes(key.public_key.spki()),
                Value::Array(key.regions.iter().map(|region| (*region).into()).collect()),
                to_day(key.sign_from).into(),
                to_day(key.sign_until).into(),
                to_day(key.verify_until).into(),
                (key.state as u8).into(),
                key.compromised_on.map_or(Value::Null, |date| to_day(date).into()),
            ])
        };
        let body = Value::Array(vec![
            NAME.into(),
            FORMAT.into(),
            self.version.into(),
            self.issued_at.timestamp().into(),
            self.development.into(),
            Value::Array(self.keys.iter().map(key).collect()),
        ]);
        let mut out = vec![];
        // Writing to memory cannot fail; were it to, the empty body would be refused by every verifier.
        ciborium::into_writer(&body, &mut out).map_or_else(|_| vec![], |()| out)
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let body: Value = ciborium::from_reader(bytes).ok()?;
        let [name, format, version, issued_at, development, keys] = body.as_array()?.as_slice() else {
            return None;
        };
        if name.as_text() != Some(NAME) || number::<u64>(format) != Some(FORMAT) {
            return None;
        }
        let manifest = Self {
            version: number(version)?,
            issued_at: from_seconds(number(issued_at)?)?,
            development: development.as_bool()?,
            keys: keys.as_array()?.iter().map(read_key).collect::<Option<_>>()?,
        };
        (manifest.encode() == bytes && manifest.is_possible()).then_some(manifest)
    }

    fn is_possible(&self) -> bool {
        let repeated = |(at, key): (usize, &KeyEntry)| {
            self.keys.iter().take(at).any(|earlier| earlier.public_key == key.public_key)
        };
        self.version > 0
            && !self.keys.iter().enumerate().any(repeated)
            && self.keys.iter().all(|key| {
                key.sign_from <= key.sign_until
                    && key.sign_until <= key.verify_until
                    && (key.compromised_on.is_none() || key.state == KeyState::Compromised)
                    && key.regions.iter().all(|region| (100_000..=999_999).contains(region))
            })
    }
}

fn read_key(value: &Value) -> Option<KeyEntry> {
    let [_, _, public_key, regions, sign_from, sign_until, verify_until, state, compromised_on] =
        value.as_array()?.as_slice()
    else {
        return None;
    };
    // The identifier and the algorithm follow from the key; that they were stated so is seen on encoding again.
    Some(KeyEntry {
        public_key: PublicKey::from_spki(public_key.as_bytes()?).ok()?,
        regions: regions.as_array()?.iter().map(number).collect::<Option<_>>()?,
        sign_from: from_day(sign_from)?,
        sign_until: from_day(sign_until)?,
        verify_until: from_day(verify_until)?,
        state: match number::<u8>(state)? {
            0 => KeyState::Active,
            1 => KeyState::Retired,
            2 => KeyState::Compromised,
            _ => return None,
        },
        compromised_on: if compromised_on.is_null() { None } else { Some(from_day(compromised_on)?) },
    })
}

/// Days since 1970-01-01.
fn to_day(date: NaiveDate) -> i64 {
    date.signed_duration_since(NaiveDate::default()).num_days()
}

fn from_day(value: &Value) -> Option<NaiveDate> {
    NaiveDate::default().checked_add_signed(TimeDelta::try_days(number::<u32>(value)?.into())?)
}

fn from_seconds(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

fn number<T: TryFrom<i128>>(value: &Value) -> Option<T> {
    i128::from(value.as_integer()?).try_into().ok()
}
