//! Checks an archive without a network: its structure, every digest, that no file is missing or too many, and the
//! signature. Nothing is unpacked to a disk, and memory stays bounded whatever the file claims.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Seek, SeekFrom};

use chrono::{DateTime, NaiveDate, Utc};
use sha2::{Digest, Sha256};
use zip::ZipArchive;
use zip::read::ZipFile;

use crate::archive::bag;
use crate::certificate::detached::Detached;
use crate::certificate::manifest::{KeyState, Manifest};
use crate::certificate::sign::Kid;
use crate::domain::deadline::shanghai_date;
use crate::domain::value::hex;

/// Most entries: a filing has at most 100 materials.
const MAX_ENTRIES: usize = 2_000;
/// Largest entry, bytes unpacked.
const MAX_ENTRY: u64 = 64 << 20;
/// All entries together, bytes unpacked: a filing's materials have at most 200 MB.
const MAX_TOTAL: u64 = 512 << 20;
/// Largest tag file, bytes: these are held in memory.
const MAX_TAG: u64 = 1 << 20;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// The file within the bag; empty for the archive itself.
    pub at: String,
    pub zh: String,
    pub en: String,
}

/// Who signed an archive, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    pub kid: Kid,
    pub at: DateTime<Utc>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Labels and values of `bag-info.txt`.
    pub info: BTreeMap<String, String>,
    /// Files of the payload.
    pub files: usize,
    /// Who signed it, where the signature is good.
    pub signed: Option<Signed>,
    /// Everything that is wrong.
    pub defects: Vec<Defect>,
    /// The key is not on the list, and the list does not cover the region: perhaps another issuer's, perhaps nobody's.
    pub unknown_key: bool,
}

/// The file is no ZIP that can be read at all.
#[derive(Debug, thiserror::Error)]
#[error("不是可以读取的ZIP文件：{0} · not a ZIP file that can be read")]
pub struct Unreadable(String);

/// An entry: its digest, and its content where it is a tag file.
struct Entry {
    sha256: String,
    size: u64,
    content: Option<Vec<u8>>,
}

/// Checks an archive with the keys of `manifest` on the day `today` (Asia/Shanghai).
///
/// # Errors
/// `Unreadable` where it is no ZIP.
pub fn check<R: Read + Seek>(archive: R, manifest: &Manifest, today: NaiveDate) -> Result<Report, Unreadable> {
    let mut archive = archive;
    let ends = ends_with_its_end(&mut archive).map_err(|error| Unreadable(error.to_string()))?;
    let mut zip = ZipArchive::new(archive).map_err(|error| Unreadable(error.to_string()))?;
    let mut report = Report::default();
    if !ends {
        report.wrong("", "ZIP后附有其他内容", "something stands after the ZIP");
    }
    let (entries, base) = report.entries(&mut zip);
    report.declaration(&entries);
    report.info(&entries, base);
    report.payload(&entries);
    report.tags(&entries);
    report.signature(&entries, manifest, today);
    Ok(report)
}

/// Whether the file ends with the end record of a ZIP without a comment (APPNOTE 4.3.16): nothing stands after it.
fn ends_with_its_end<R: Read + Seek>(archive: &mut R) -> std::io::Result<bool> {
    let length = archive.seek(SeekFrom::End(0))?;
    let mut end = [0; 22];
    if length < end.len() as u64 {
        return Ok(false);
    }
    archive.seek(SeekFrom::End(-22))?;
    archive.read_exact(&mut end)?;
    archive.rewind()?;
    Ok(end.starts_with(b"PK\x05\x06"))
}

impl Report {
    fn wrong(&mut self, at: &str, zh: impl Into<String>, en: impl Into<String>) {
        self.defects.push(Defect { at: at.to_owned(), zh: zh.into(), en: en.into() });
    }

    /// Every entry by its path within the bag, and the folder that holds the bag. What is not safe to unpack is named and
    /// left out.
    fn entries<R: Read + Seek>(&mut self, zip: &mut ZipArchive<R>) -> (BTreeMap<String, Entry>, Option<String>) {
        let mut entries = BTreeMap::new();
        if zip.len() > MAX_ENTRIES {
            self.wrong(
                "",
                format!("文件过多：{}个，最多{MAX_ENTRIES}个", zip.len()),
                format!("too many entries: {}, at most {MAX_ENTRIES}", zip.len()),
            );
            return (entries, None);
        }
        if zip.has_duplicate_names() || zip.has_overlapping_files().unwrap_or(true) {
            self.wrong("", "有重名或者重叠的条目", "entries share a name or overlap");
        }
        if zip.offset() != 0 || !zip.comment().is_empty() {
            self.wrong("", "ZIP前后附有其他内容", "something stands before or after the ZIP");
        }
        let (mut bases, mut total) = (BTreeSet::new(), 0);
        for index in 0..zip.len() {
            let mut file = match zip.by_index(index) {
                Ok(file) => file,
                Err(error) => {
                    self.wrong(&format!("#{index}"), "条目不能读取", format!("the entry cannot be read: {error}"));
                    continue;
                }
            };
            let name = file.name().map(|name| name.into_owned()).unwrap_or_default();
            let path = name.split_once('/').filter(|_| bag::is_safe(&name) && file.is_file() && !file.is_symlink());
            let Some((base, path)) = path else {
                let shown: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
                self.wrong(&shown, "文件名不安全，或者不是普通文件", "an unsafe name, or not a plain file");
                continue;
            };
            bases.insert(base.to_owned());
            let (path, size) = (path.to_owned(), file.size());
            total += size;
            if size > MAX_ENTRY || total > MAX_TOTAL {
                self.wrong(&path, "文件过大，未读取", "too large; it was not read");
                continue;
            }
            match read(&mut file, size, !path.starts_with(bag::PAYLOAD)) {
                Ok(entry) => drop(entries.insert(path, entry)),
                Err(error) => self.wrong(
                    &path,
                    "内容损坏，与ZIP中的校验值不符",
                    format!("damaged: it does not unpack as the ZIP says ({error})"),
                ),
            }
        }
        if bases.len() != 1 {
            self.wrong("", "须恰有一个顶层文件夹", "there is not exactly one folder at the top");
        }
        (entries, bases.pop_first())
    }

    fn declaration(&mut self, entries: &BTreeMap<String, Entry>) {
        if self.tag(entries, bag::DECLARATION_FILE).is_some_and(|text| text != bag::DECLARATION) {
            self.wrong(bag::DECLARATION_FILE, "不是BagIt 1.0的声明", "does not declare BagIt 1.0");
        }
    }

    fn info(&mut self, entries: &BTreeMap<String, Entry>, base: Option<String>) {
        let Some(text) = self.tag(entries, bag::INFO_FILE) else { return };
        let Some(info) = bag::parse_info(&text) else {
            return self.wrong(bag::INFO_FILE, "格式不正确", "cannot be read");
        };
        for label in [bag::ORGANIZATION, bag::REGION, bag::IDENTIFIER, bag::DATE, bag::OXUM] {
            if !info.contains_key(label) {
                self.wrong(bag::INFO_FILE, format!("缺少{label}"), format!("lacks {label}"));
            }
        }
        if base.is_some() && info.get(bag::IDENTIFIER) != base.as_ref() {
            self.wrong("", "文件夹名与办件编号不符", "the folder is not named as the case");
        }
        self.info = info;
    }

    /// Every file of the payload against its list.
    fn payload(&mut self, entries: &BTreeMap<String, Entry>) {
        let present: BTreeMap<_, _> = entries.iter().filter(|(path, _)| path.starts_with(bag::PAYLOAD)).collect();
        self.files = present.len();
        let bytes: u64 = present.values().map(|entry| entry.size).sum();
        let oxum = format!("{bytes}.{}", present.len());
        // Where a file could not be read, that says more than a sum that lacks it.
        let unread = self.defects.iter().any(|defect| defect.at.starts_with(bag::PAYLOAD));
        if !unread && self.info.get(bag::OXUM).is_some_and(|told| *told != oxum) {
            let zh = format!("Payload-Oxum与实际（{oxum}）不符");
            self.wrong(bag::INFO_FILE, zh, format!("Payload-Oxum is not what is there ({oxum})"));
        }
        let Some(listed) = self.manifest(entries, bag::MANIFEST_FILE) else { return };
        self.compare(&listed, entries);
        for path in present.keys().filter(|path| !listed.contains_key(**path)) {
            self.wrong(path, "不在清单中：多出的文件", "is not listed: a file too many");
        }
        for path in listed.keys().filter(|path| !path.starts_with(bag::PAYLOAD)) {
            self.wrong(bag::MANIFEST_FILE, format!("列有data以外的{path}"), format!("lists {path} outside of data"));
        }
    }

    /// The tag files against theirs; no other files.
    fn tags(&mut self, entries: &BTreeMap<String, Entry>) {
        if let Some(listed) = self.manifest(entries, bag::TAG_MANIFEST_FILE) {
            if !listed.keys().map(String::as_str).eq(sorted(bag::LISTED)) {
                self.wrong(bag::TAG_MANIFEST_FILE, "未恰好列明各标签文件", "does not list exactly the tag files");
            }
            self.compare(&listed, entries);
        }
        let known = [bag::TAG_MANIFEST_FILE, bag::SIGNATURE_FILE];
        let tags = entries.keys().filter(|path| !path.starts_with(bag::PAYLOAD));
        let strange = tags.filter(|path| !bag::LISTED.contains(&path.as_str()) && !known.contains(&path.as_str()));
        for path in strange {
            self.wrong(path, "多出的文件", "a file too many");
        }
    }

    fn compare(&mut self, listed: &BTreeMap<String, String>, entries: &BTreeMap<String, Entry>) {
        for (path, sha256) in listed {
            match entries.get(path) {
                // What could not be read was named before.
                None if self.defects.iter().any(|defect| defect.at == *path) => (),
                None => self.wrong(path, "缺少该文件", "is missing"),
                Some(entry) if entry.sha256 != *sha256 => self.wrong(
                    path,
                    format!("内容与清单不符：SHA-256为{}", entry.sha256),
                    format!("differs from the list: its SHA-256 is {}", entry.sha256),
                ),
                Some(_) => (),
            }
        }
    }

    fn signature(&mut self, entries: &BTreeMap<String, Entry>, manifest: &Manifest, today: NaiveDate) {
        let at = bag::SIGNATURE_FILE;
        let content = |path: &str| entries.get(path).and_then(|entry| entry.content.as_deref());
        let Some(tags) = content(bag::TAG_MANIFEST_FILE) else { return };
        let Some(bytes) = content(at) else { return self.wrong(at, "缺少签名", "the signature is missing") };
        let Some(detached) = Detached::parse(bytes) else {
            return self.wrong(at, "不是本系统的签名格式", "is not a signature of this form");
        };
        let region = self.info.get(bag::REGION).and_then(|region| region.parse::<u32>().ok());
        let keys: Vec<_> = manifest.keys.iter().filter(|key| key.kid() == detached.kid).collect();
        if keys.is_empty() {
            self.unknown_key = region.is_none_or(|region| !manifest.covers(region));
            if !self.unknown_key {
                let kid = detached.kid;
                self.wrong(at, format!("签名密钥{kid}不在清单中"), format!("the key {kid} is not on the list"));
            }
            return;
        }
        let Some(key) = keys.into_iter().find(|key| detached.is_signed_by(&key.public_key, tags)) else {
            return self.wrong(at, "签名与tagmanifest-sha256.txt不符", "the signature does not match the tag manifest");
        };
        let on = shanghai_date(detached.signed_at);
        if key.state == KeyState::Compromised {
            return self.wrong(at, "签名密钥已停止信任", "its key is no longer trusted");
        }
        if !region.is_some_and(|region| key.regions.contains(&region)) {
            return self.wrong(at, "签名密钥无权为该地区签名", "its key may not sign for this region");
        }
        if !(key.sign_from..=key.sign_until).contains(&on) || on > today || today > key.verify_until {
            return self.wrong(at, "签名不在密钥的有效期内", "it was not signed within the time of its key");
        }
        self.signed = Some(Signed { kid: detached.kid, at: detached.signed_at });
    }

    /// The text of a tag file, which must be there.
    fn tag(&mut self, entries: &BTreeMap<String, Entry>, path: &str) -> Option<String> {
        let text = entries.get(path).and_then(|entry| String::from_utf8(entry.content.clone()?).ok());
        if text.is_none() && !self.defects.iter().any(|defect| defect.at == path) {
            self.wrong(path, "缺少该文件，或者不是文本", "is missing, or no text");
        }
        text
    }

    fn manifest(&mut self, entries: &BTreeMap<String, Entry>, path: &str) -> Option<BTreeMap<String, String>> {
        match bag::parse_manifest(&self.tag(entries, path)?) {
            Ok(listed) => Some(listed),
            Err(line) => {
                self.wrong(path, format!("第{line}行格式不正确或者重复"), format!("line {line} is no line of a list"));
                None
            }
        }
    }
}

fn sorted<const N: usize>(mut names: [&str; N]) -> [&str; N] {
    names.sort_unstable();
    names
}

/// Reads an entry to its end, and no further than it says.
fn read<R: Read>(file: &mut ZipFile<'_, R>, size: u64, tag: bool) -> io::Result<Entry> {
    let (mut hasher, mut seen, mut content) = (Sha256::new(), 0, tag.then(Vec::new));
    let mut buffer = vec![0; 64 << 10];
    loop {
        let n = file.read(&mut buffer)?;
        let piece = buffer.get(..n).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        seen += n as u64;
        if seen > size || (tag && seen > MAX_TAG) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "longer than it says, or than such a file may be"));
        }
        hasher.update(piece);
        if let Some(content) = &mut content {
            content.extend_from_slice(piece);
        }
    }
    if seen != size {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "shorter than it says"));
    }
    Ok(Entry { sha256: hex(&hasher.finalize()), size, content })
}
