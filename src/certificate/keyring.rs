//! The keys of an installation, in files: a root that signs the manifest, and keys that sign codes.
//!
//! `root.pem` may be kept elsewhere; it is needed only to change the manifest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde_json::Value;

use crate::certificate::manifest::{KeyEntry, KeyState, Manifest};
use crate::certificate::sign::Signer;

const MANIFEST: &str = "manifest.json";
const ROOT: &str = "root.pem";

/// Years for which a key signs, and for which what it signed is accepted.
const SIGNS: i32 = 2;
const VERIFIES: i32 = 50;

/// The manifest and the keys that are here to sign.
pub struct Keyring {
    manifest: Manifest,
    json: Value,
    signers: BTreeMap<String, Signer>,
}

impl Keyring {
    /// Reads the keys of a directory.
    ///
    /// # Errors
    /// When the manifest is missing, was not signed by its root, or a key cannot be read.
    pub fn load(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(MANIFEST);
        let text = std::fs::read_to_string(&path).with_context(|| format!("no key manifest at {}", path.display()))?;
        let manifest = Manifest::verify(&text, None).context("the key manifest does not verify")?;
        let mut signers = BTreeMap::new();
        for entry in &manifest.keys {
            let kid = entry.kid().to_string();
            let path = key_path(dir, &kid);
            if path.exists() {
                signers.insert(kid, Signer::load(&path).with_context(|| path.display().to_string())?);
            }
        }
        Ok(Self { json: serde_json::from_str(&text)?, manifest, signers })
    }

    /// Whether a directory holds keys.
    pub fn exists(dir: &Path) -> bool {
        dir.join(MANIFEST).exists()
    }

    /// The verified manifest.
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The manifest as it is published.
    pub const fn manifest_json(&self) -> &Value {
        &self.json
    }

    /// The key that signs for a region today: of several the one that signs longest.
    pub fn signer(&self, region: &str, today: NaiveDate) -> Option<&Signer> {
        let region = region.parse().ok()?;
        let may = self.manifest.keys.iter().filter(|key| key.may_sign(region, today));
        let held = may.filter_map(|key| Some((key.sign_until, self.signers.get(&key.kid().to_string())?)));
        held.max_by_key(|(until, _)| *until).map(|(_, signer)| signer)
    }
}

fn key_path(dir: &Path, kid: &str) -> PathBuf {
    dir.join(format!("signing-{kid}.pem"))
}

/// Draws a key from random bytes.
///
/// # Errors
/// When there is no randomness.
fn draw(random: &mut dyn FnMut() -> anyhow::Result<[u8; 32]>) -> anyhow::Result<Signer> {
    loop {
        if let Some(signer) = Signer::generate(random()?) {
            return Ok(signer);
        }
    }
}

/// What a change of keys needs: a source of randomness and the time.
pub struct Ceremony<'a> {
    pub dir: &'a Path,
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
    pub random: &'a mut dyn FnMut() -> anyhow::Result<[u8; 32]>,
}

impl Ceremony<'_> {
    /// Makes a root, a first signing key for these regions, and the manifest.
    ///
    /// # Errors
    /// When the directory holds keys already, or cannot be written.
    pub fn found(mut self, regions: Vec<u32>, development: bool) -> anyhow::Result<()> {
        std::fs::create_dir_all(self.dir)?;
        if Keyring::exists(self.dir) {
            bail!("{} holds keys already", self.dir.display());
        }
        // A ceremony that was cut short left a root that signed nothing yet: it goes on with that one.
        let path = self.dir.join(ROOT);
        let root = if path.exists() {
            Signer::load(&path)?
        } else {
            let root = draw(self.random)?;
            root.save(&path)?;
            root
        };
        let key = self.add_key(regions)?;
        let manifest = Manifest { version: 1, issued_at: self.now, development, keys: vec![key] };
        self.publish(&manifest, &root)
    }

    /// Adds a signing key and retires those that signed for its regions; what they signed stays good.
    ///
    /// # Errors
    /// When root or manifest are not here.
    pub fn rotate(mut self) -> anyhow::Result<()> {
        let mut manifest = Keyring::load(self.dir)?.manifest;
        let active = manifest.keys.iter_mut().filter(|key| key.state == KeyState::Active);
        let mut regions = vec![];
        for key in active {
            key.state = KeyState::Retired;
            regions.extend(key.regions.iter().copied());
        }
        regions.sort_unstable();
        regions.dedup();
        let key = self.add_key(regions)?;
        manifest.keys.push(key);
        self.next(manifest)
    }

    /// Retires a key, or declares it compromised since today.
    ///
    /// # Errors
    /// When root or manifest are not here, or the manifest does not list the key.
    pub fn withdraw(self, kid: &str, compromised: bool) -> anyhow::Result<()> {
        let mut manifest = Keyring::load(self.dir)?.manifest;
        let Some(key) = manifest.keys.iter_mut().find(|key| key.kid().to_string() == kid) else {
            bail!("the manifest lists no key {kid}")
        };
        key.state = if compromised { KeyState::Compromised } else { KeyState::Retired };
        key.compromised_on = compromised.then_some(self.today);
        self.next(manifest)
    }

    fn add_key(&mut self, regions: Vec<u32>) -> anyhow::Result<KeyEntry> {
        let signer = draw(self.random)?;
        signer.save(&key_path(self.dir, &signer.kid().to_string()))?;
        let years = |n: i32| self.today.with_year(self.today.year() + n).unwrap_or(NaiveDate::MAX);
        Ok(KeyEntry {
            public_key: signer.public_key(),
            regions,
            sign_from: self.today,
            sign_until: years(SIGNS),
            verify_until: years(VERIFIES),
            state: KeyState::Active,
            compromised_on: None,
        })
    }

    fn next(self, manifest: Manifest) -> anyhow::Result<()> {
        let root =
            Signer::load(&self.dir.join(ROOT)).context("the root key signs the manifest; bring root.pem here")?;
        let manifest = Manifest { version: manifest.version + 1, issued_at: self.now, ..manifest };
        self.publish(&manifest, &root)
    }

    fn publish(self, manifest: &Manifest, root: &Signer) -> anyhow::Result<()> {
        let draft = self.dir.join("manifest.json.new");
        std::fs::write(&draft, manifest.publish(root))?;
        std::fs::File::open(&draft)?.sync_all()?;
        std::fs::rename(&draft, self.dir.join(MANIFEST))?;
        Ok(())
    }
}
