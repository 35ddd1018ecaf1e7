//! Writes an archive, entry by entry, with bounded memory. Entries are stored in the order in which they are given, with
//! one fixed time and without compression: the same content gives the same bytes, but for the signature.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::archive::bag::{self, Info};
use crate::domain::value::hex;

/// An archive that is being written.
pub struct Writer<W: Write + Seek> {
    zip: ZipWriter<W>,
    info: Info,
    files: BTreeMap<String, String>,
    bytes: u64,
    open: Option<(String, Sha256)>,
}

impl<W: Write + Seek> Writer<W> {
    /// Begins an archive.
    ///
    /// # Errors
    /// What the output answers.
    pub fn new(out: W, info: Info) -> io::Result<Self> {
        let mut writer = Self { zip: ZipWriter::new(out), info, files: BTreeMap::new(), bytes: 0, open: None };
        writer.store(bag::DECLARATION_FILE, bag::DECLARATION.as_bytes())?;
        Ok(writer)
    }

    /// Begins a file of the payload, below `data/`; the one before is ended.
    ///
    /// # Errors
    /// What the output answers; `InvalidInput` for a name that is not safe, or was there.
    pub fn begin(&mut self, name: &str) -> io::Result<()> {
        self.end();
        let path = format!("{}{name}", bag::PAYLOAD);
        if !bag::is_safe(&path) || self.files.contains_key(&path) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("no name for a file of a bag: {path}")));
        }
        self.start(&path)?;
        self.open = Some((path, Sha256::new()));
        Ok(())
    }

    /// Adds to the file that was begun.
    ///
    /// # Errors
    /// What the output answers; `InvalidInput` where none was begun.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Some((_, hasher)) = &mut self.open else {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "no file was begun"));
        };
        hasher.update(bytes);
        self.bytes += bytes.len() as u64;
        self.zip.write_all(bytes)
    }

    /// Ends the file that was begun; its digest, if there was one.
    pub fn end(&mut self) -> Option<String> {
        let (path, hasher) = self.open.take()?;
        let sha256 = hex(&hasher.finalize());
        self.files.insert(path, sha256.clone());
        Some(sha256)
    }

    /// Adds a whole file of the payload.
    ///
    /// # Errors
    /// As [`Writer::begin`].
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.begin(name)?;
        self.write(bytes)
    }

    /// Writes the lists, and the signature that `sign` makes over the tag manifest.
    ///
    /// # Errors
    /// What the output answers.
    pub fn finish(mut self, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> io::Result<W> {
        self.end();
        let info = self.info.text(self.bytes, self.files.len());
        let manifest = bag::manifest_text(&self.files);
        let digest = |text: &str| hex(&Sha256::digest(text));
        let tags = [
            (bag::DECLARATION_FILE, digest(bag::DECLARATION)),
            (bag::INFO_FILE, digest(&info)),
            (bag::MANIFEST_FILE, digest(&manifest)),
        ];
        let tags = bag::manifest_text(&tags.map(|(path, sha256)| (path.to_owned(), sha256)).into());
        self.store(bag::INFO_FILE, info.as_bytes())?;
        self.store(bag::MANIFEST_FILE, manifest.as_bytes())?;
        self.store(bag::TAG_MANIFEST_FILE, tags.as_bytes())?;
        self.store(bag::SIGNATURE_FILE, &sign(tags.as_bytes()))?;
        Ok(self.zip.finish()?)
    }

    fn store(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.start(path)?;
        self.zip.write_all(bytes)
    }

    fn start(&mut self, path: &str) -> io::Result<()> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        Ok(self.zip.start_file(format!("{}/{path}", self.info.identifier), options)?)
    }
}
