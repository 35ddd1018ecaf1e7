//! The tag files of a bag: their names, what they say, and how they are read.

use std::collections::BTreeMap;

use chrono::NaiveDate;

/// Declares the bag (RFC 8493, 2.1.1).
pub const DECLARATION_FILE: &str = "bagit.txt";
/// What the declaration says.
pub const DECLARATION: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
/// Says whose bag it is, and of what.
pub const INFO_FILE: &str = "bag-info.txt";
/// Lists the payload with its digests.
pub const MANIFEST_FILE: &str = "manifest-sha256.txt";
/// Lists the tag files above with their digests: what is signed.
pub const TAG_MANIFEST_FILE: &str = "tagmanifest-sha256.txt";
/// The detached signature over the tag manifest.
pub const SIGNATURE_FILE: &str = "signature.cose";
/// The tag files that the tag manifest lists.
pub const LISTED: [&str; 3] = [INFO_FILE, DECLARATION_FILE, MANIFEST_FILE];
/// Where the payload lies.
pub const PAYLOAD: &str = "data/";

/// Label of who made the bag.
pub const ORGANIZATION: &str = "Source-Organization";
/// Label of the 行政区划代码 for which the signing key must be listed. Our own.
pub const REGION: &str = "Source-Region";
/// Label of the 办件编号.
pub const IDENTIFIER: &str = "External-Identifier";
/// Label of the day of the last change that the bag holds.
pub const DATE: &str = "Bagging-Date";
/// Label of the size of the payload: bytes, a full stop, files.
pub const OXUM: &str = "Payload-Oxum";
/// Label of what the bag is.
pub const DESCRIPTION: &str = "External-Description";

/// Whose bag it is, and of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// 备案机关
    pub organization: String,
    /// 行政区划代码 (GB/T 2260) under which it issues
    pub region: String,
    /// 办件编号; also the name of the folder that holds the bag
    pub identifier: String,
    /// Day of the last change that the bag holds, so that the same state gives the same bag
    pub date: NaiveDate,
    /// What the bag is
    pub description: String,
}

impl Info {
    /// The text of `bag-info.txt`, for a payload of so many bytes and files.
    pub fn text(&self, bytes: u64, files: usize) -> String {
        let Self { organization, region, identifier, date, description } = self;
        format!(
            "{ORGANIZATION}: {organization}\n{REGION}: {region}\n{IDENTIFIER}: {identifier}\n{DATE}: {date}\n\
             {DESCRIPTION}: {description}\n{OXUM}: {bytes}.{files}\n"
        )
    }
}

/// Labels and values of `bag-info.txt`; none where a line is not one of each, or a label stands twice.
pub fn parse_info(text: &str) -> Option<BTreeMap<String, String>> {
    let mut info = BTreeMap::new();
    for line in text.lines() {
        let (label, value) = line.split_once(": ")?;
        if info.insert(label.to_owned(), value.to_owned()).is_some() {
            return None;
        }
    }
    Some(info)
}

/// A manifest: one line a file, digest and path.
pub fn manifest_text(files: &BTreeMap<String, String>) -> String {
    files.iter().map(|(path, sha256)| format!("{sha256}  {path}\n")).collect()
}

/// Path to digest of a manifest; the number of the first line that cannot be read, from 1, or that names a file again.
pub fn parse_manifest(text: &str) -> Result<BTreeMap<String, String>, usize> {
    let mut files = BTreeMap::new();
    for (n, line) in (1..).zip(text.lines()) {
        let (sha256, path) = line.split_once("  ").ok_or(n)?;
        let digest = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if !digest || !is_safe(path) || files.insert(path.to_owned(), sha256.to_owned()).is_some() {
            return Err(n);
        }
    }
    Ok(files)
}

/// Whether a path stays inside of the folder that it is unpacked to, on every system: segments of ASCII letters, digits,
/// `.`, `_` and `-`, none of them `.` or `..`, parted by single strokes.
pub fn is_safe(path: &str) -> bool {
    let plain = |segment: &str| {
        !segment.is_empty()
            && segment.len() <= 100
            && segment != "."
            && segment != ".."
            && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    path.len() <= 200 && path.split('/').all(plain)
}
