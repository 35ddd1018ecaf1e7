//! What `clinic-registry verify` says of a filing's archive.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use chrono::NaiveDate;

use crate::archive::bag;
use crate::archive::check::{self, Report};
use crate::certificate::manifest::Manifest;
use crate::domain::deadline::shanghai_time;
use crate::domain::verdict::Outcome;

/// Whether a file is a ZIP, by its first bytes.
pub fn is_zip(path: &Path) -> bool {
    let mut first = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut first)).is_ok() && first == *b"PK\x03\x04"
}

/// Checks an archive and prints what is wrong, one line each.
///
/// # Errors
/// When the file cannot be read as a ZIP.
pub fn examine(path: &Path, manifest: &Manifest, today: NaiveDate) -> anyhow::Result<Outcome> {
    let report = check::check(BufReader::new(File::open(path)?), manifest, today)?;
    let said = |label: &str| report.info.get(label).map_or("—", String::as_str);
    println!("办件编号  {}", said(bag::IDENTIFIER));
    println!("备案机关  {}", said(bag::ORGANIZATION));
    println!("截至      {}", said(bag::DATE));
    println!("文件      {}个", report.files);
    if let Some(signed) = &report.signed {
        println!("签名      {}，密钥{}", shanghai_time(signed.at), signed.kid);
    }
    for defect in &report.defects {
        let at = if defect.at.is_empty() { "（压缩包）" } else { &defect.at };
        println!("问题      {at}：{}", defect.zh);
        println!("          {}", defect.en);
    }
    if manifest.development {
        println!("演示密钥：不是真实档案。 (development keys: not a real archive)");
    }
    Ok(conclusion(&report))
}

fn conclusion(report: &Report) -> Outcome {
    let (outcome, zh, en) = if !report.defects.is_empty() {
        (Outcome::NotValid, "档案不完整或者被改动，不能采信", "The archive is damaged or altered: do not rely on it")
    } else if report.signed.is_some() {
        (Outcome::Valid, "档案完整，确由清单所列密钥签名", "The archive is whole and signed by a listed key")
    } else {
        (Outcome::CannotTell, "档案完整，但签名密钥不在清单中", "The archive is whole, but its key is not on the list")
    };
    println!("结论      {zh}。");
    println!("          {en}.");
    outcome
}
