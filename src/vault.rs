//! What is kept sealed: secrets of second factors, identity numbers of owners. The key lies beside the signing keys; a copy
//! of the database alone tells nothing.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use anyhow::{Context, anyhow, bail};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// The key's file, in the directory of the keys.
const FILE: &str = "vault.key";

/// Length of a nonce, bytes.
const NONCE: usize = 12;

/// Seals, opens, and makes digests to find sealed things by.
pub struct Vault {
    cipher: Aes256Gcm,
    digests: Hmac<Sha256>,
}

impl Vault {
    /// Whether the directory has a key.
    pub fn exists(dir: &Path) -> bool {
        dir.join(FILE).exists()
    }

    /// Makes the key. A key that is there stays.
    ///
    /// # Errors
    /// When the directory cannot be written, or holds one already.
    pub fn found(dir: &Path, key: [u8; 32]) -> anyhow::Result<()> {
        let path = dir.join(FILE);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let mut file = file.with_context(|| path.display().to_string())?;
        file.write_all(BASE64_URL_SAFE_NO_PAD.encode(key).as_bytes())?;
        Ok(file.sync_all()?)
    }

    /// Loads the key.
    ///
    /// # Errors
    /// When there is none, or it is none.
    pub fn load(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(FILE);
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let key = BASE64_URL_SAFE_NO_PAD.decode(text.trim()).ok().filter(|key| key.len() == 32);
        let Some(key) = key else { bail!("{}: no key of 32 bytes", path.display()) };
        let derived = |purpose: &str| -> [u8; 32] {
            Sha256::new().chain_update(purpose).chain_update([0]).chain_update(&key).finalize().into()
        };
        Ok(Self {
            cipher: Aes256Gcm::new(&Key::<Aes256Gcm>::from(derived("seal"))),
            digests: Hmac::new_from_slice(&derived("digest"))?,
        })
    }

    /// Seals a text for one purpose; it opens for no other.
    ///
    /// # Errors
    /// Never in practice.
    pub fn seal(&self, purpose: &str, text: &str, nonce: [u8; NONCE]) -> anyhow::Result<String> {
        let payload = Payload { msg: text.as_bytes(), aad: purpose.as_bytes() };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| anyhow!("sealing failed"))?;
        Ok(BASE64_URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens what was sealed for the same purpose.
    ///
    /// # Errors
    /// When it was sealed with another key or for another purpose, or was altered.
    pub fn open(&self, purpose: &str, sealed: &str) -> anyhow::Result<String> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(sealed)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().context("too short to be sealed")?;
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        let opened = self.cipher.decrypt(&Nonce::from(*nonce), payload);
        Ok(String::from_utf8(opened.map_err(|_| anyhow!("sealed with another key, or altered"))?)?)
    }

    /// A digest that only the holder of the key can make: to find a number by, or to count by it.
    pub fn digest(&self, purpose: &str, text: &str) -> String {
        let mut mac = self.digests.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}
