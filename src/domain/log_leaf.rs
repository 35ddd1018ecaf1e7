//! A leaf of the issuance log (verification notes, section D): says that something was issued, holds no personal data,
//! and commits to the record by a salted digest, so that deleting the salt erases the link.

use ciborium::Value;
use sha2::{Digest, Sha256};

/// What a leaf tells.
#[derive(Clone, Copy, Debug)]
pub struct Leaf<'a> {
    /// `issue`, `supersede`, `reissue`, `copy`, `withdraw_copy`, or the code of what happened to the clinic
    pub kind: &'a str,
    /// 行政区划代码 of the issuing authority
    pub region: &'a str,
    pub status_index: u32,
    /// Salt of the record, bytes
    pub salt: &'a [u8],
    /// SHA-256 of the canonical record; of a copy, of the digits of its code
    pub digest: &'a [u8; 32],
    pub key_id: &'a str,
    /// Seconds since 1970-01-01T00:00:00Z
    pub at: i64,
}

impl Leaf<'_> {
    /// Deterministic CBOR (RFC 8949 §4.2): an array, so that there is no key order to argue about.
    pub fn encode(&self) -> Vec<u8> {
        let committed = Sha256::new().chain_update(self.salt).chain_update(self.digest).finalize();
        let leaf = Value::Array(vec![
            Value::Integer(1.into()),
            Value::Text(self.kind.into()),
            Value::Text(self.region.into()),
            Value::Integer(self.status_index.into()),
            Value::Bytes(committed.to_vec()),
            Value::Text(self.key_id.into()),
            Value::Integer(self.at.into()),
        ]);
        let mut bytes = vec![];
        // Writing to memory cannot fail.
        ciborium::into_writer(&leaf, &mut bytes).unwrap_or_default();
        bytes
    }
}

/// The leaf's hash (RFC 6962 §2.1).
pub fn hash(leaf: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update([0]).chain_update(leaf).finalize().into()
}
