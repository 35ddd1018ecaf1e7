//! `clinic-registry verify`: what a code or an archive is worth, from itself and the key manifest alone.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::Args;
use image::{GrayImage, imageops};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::certificate::code::{self, Opened};
use crate::certificate::manifest::Manifest;
use crate::certificate::metadata;
use crate::clock::Clock;
use crate::command::archive;
use crate::domain::short_code::ShortCode;
use crate::domain::value::hex;
use crate::domain::verdict::{Asked, Outcome, verdict};
use crate::law;

/// Largest file that is opened, bytes.
const LARGEST: u64 = 30 * 1024 * 1024;

/// Longest path of a file, bytes: what is longer is a code.
const LONGEST_PATH: usize = 4_096;

/// Pictures of fewer pixels are looked at enlarged, too.
const ENLARGED: u64 = 12_000_000;

/// Tell what a code or an archive is worth.
#[derive(Args)]
pub struct Verify {
    /// The digits or URL of a code, or a file: PNG or JPEG of the code, a certificate's PDF, or a filing's archive (ZIP)
    what: String,

    /// Signed key manifest (from /.well-known/clinic-keys or `keys export`)
    #[arg(long, env = "CLINIC_MANIFEST", default_value = "./data/keys/manifest.json")]
    manifest: PathBuf,

    /// Fingerprint of the root key that must have signed the manifest (SHA-256 of its SPKI, hexadecimal)
    #[arg(long, env = "CLINIC_ROOT")]
    root: Option<String>,

    /// Address of the register, to ask for the status now: https://…
    #[arg(long, env = "CLINIC_REGISTER")]
    register: Option<String>,

    /// Day to judge for instead of today, Asia/Shanghai: 2026-11-23
    #[arg(long)]
    on: Option<NaiveDate>,
}

/// What was handed over: a code, and the paper's digest when it was a PDF.
struct Given {
    code: String,
    pdf_sha256: Option<String>,
}

impl Verify {
    /// Runs the command. Exit status: 0 good, 1 not valid, 2 cannot tell.
    pub fn run(self) -> ExitCode {
        match self.answer() {
            Ok(Outcome::Valid) => ExitCode::SUCCESS,
            Ok(Outcome::NotValid) => ExitCode::from(1),
            Ok(Outcome::CannotTell) => ExitCode::from(2),
            Err(error) => {
                eprintln!("clinic-registry: {}", super::words(error));
                ExitCode::from(2)
            }
        }
    }

    fn answer(&self) -> anyhow::Result<Outcome> {
        let (file, today) = (Path::new(&self.what), self.on.unwrap_or_else(|| Clock::System.today()));
        if self.what.len() < LONGEST_PATH && archive::is_zip(file) {
            return archive::examine(file, &self.manifest()?, today);
        }
        let given = read(&self.what)?;
        if given.code.parse::<ShortCode>().is_ok() {
            let register = self.register.as_deref();
            return ask(
                register.context("短码须联网核验：请加上 --register 网址 (a short code needs the register)")?,
                &given,
            );
        }
        let manifest = self.manifest()?;
        let checked = code::check(&given.code, &manifest, today);
        let signature = match &checked {
            Ok(opened) => {
                print_code(opened);
                verdict(Ok(None), Asked::Offline)
            }
            Err(refusal) => verdict(Err(*refusal), Asked::Offline),
        };
        if manifest.development {
            println!("演示密钥：不是真实凭证。 (development keys: not a real certificate)");
        }
        let Some(register) = self.register.as_deref().filter(|_| checked.is_ok()) else {
            println!("结论      {}", signature.zh());
            println!("          {}", signature.en());
            if let Some(reason) = signature.reason {
                println!("原因      {:02} {}", reason.number(), reason.code());
            }
            // A good signature is what can be had offline.
            return Ok(if checked.is_ok() { Outcome::Valid } else { signature.outcome });
        };
        ask(register, &given)
    }

    fn manifest(&self) -> anyhow::Result<Manifest> {
        let text = std::fs::read_to_string(&self.manifest)
            .with_context(|| format!("no key manifest at {}", self.manifest.display()))?;
        let manifest = Manifest::verify(&text, self.root.as_deref())?;
        if self.root.is_none() {
            eprintln!("注意：未指定根密钥指纹（--root），清单本身的来源没有核对。");
        }
        Ok(manifest)
    }
}

/// Asks the register for the status now, and whether the paper is the one that was issued.
fn ask(register: &str, given: &Given) -> anyhow::Result<Outcome> {
    let digits = given.code.rsplit('/').next().unwrap_or_default();
    let url = format!("{}/api/v1/verifications/{digits}", register.trim_end_matches('/'));
    let agent = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(10))).build().new_agent();
    let body = agent.get(&url).call().context("the register could not be asked")?.body_mut().read_to_string()?;
    let answer: Value = serde_json::from_str(&body).context("the register's answer cannot be read")?;
    let text = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    println!("状态      {}（{}）", text("/message"), text("/checked_at"));
    println!("          {}", text("/message_en"));
    println!("互联网诊疗  {}", if answer["telemedicine_permitted"] == true { "可以" } else { "不可以" });
    let outcome = match text("/outcome").as_str() {
        "valid" => Outcome::Valid,
        "not_valid" => Outcome::NotValid,
        _ => Outcome::CannotTell,
    };
    // A copy for a purpose is a paper of its own.
    let issued = if answer["copy"].is_object() { text("/copy/pdf_sha256") } else { text("/certificate/pdf_sha256") };
    match &given.pdf_sha256 {
        Some(sha256) if !issued.is_empty() && *sha256 == issued => {
            println!("文件      与备案系统签发的文件一致");
        }
        Some(_) if !issued.is_empty() => {
            println!("文件      该文件与备案系统留存版本不一致，可能被涂改（R-066）");
            println!("          this file is not the issued one; it may have been altered");
            return Ok(Outcome::NotValid);
        }
        _ => (),
    }
    Ok(outcome)
}

fn print_code(opened: &Opened) {
    let payload = &opened.payload;
    let modes: Vec<_> = payload.service_modes().iter().map(|mode| mode.zh()).collect();
    println!("备案编号  {}", payload.number);
    println!("诊所名称  {}", payload.name);
    println!("地址      {}", payload.address);
    println!("服务方式  {}", modes.join("、"));
    let region = payload.region.to_string();
    let place = law::embedded().map(|law| law.division_path(&region)).unwrap_or_default();
    println!("备案地区  {place}（{region}）");
    println!("签发日期  {}", payload.issued_on);
    if let (Some(copy), Some(number), Some(until)) = (&payload.copy, payload.copy_number(), payload.good_until) {
        println!("加注件    仅用于{}，有效期至 {until}（编号 {number}）", copy.purpose);
        println!("          a copy for this purpose only, until {until}");
    }
    println!("密钥      {}", opened.kid);
}

fn read(what: &str) -> anyhow::Result<Given> {
    let path = Path::new(what);
    let is_file = what.len() < LONGEST_PATH && path.is_file();
    if !is_file {
        let file_name = !what.contains("://") && (what.contains('/') || what.contains('.'));
        if file_name {
            bail!("no such file: {what}");
        }
        return Ok(Given { code: what.to_owned(), pdf_sha256: None });
    }
    if std::fs::metadata(path)?.len() > LARGEST {
        bail!("{} is larger than {LARGEST} bytes", path.display());
    }
    let bytes = std::fs::read(path)?;
    if bytes.starts_with(b"%PDF-") {
        let code = metadata::code_in_pdf(&bytes).context("the PDF carries no certificate code")?;
        let sha256 = hex(&Sha256::digest(&bytes));
        return Ok(Given { code, pdf_sha256: Some(sha256) });
    }
    let picture = image::load_from_memory(&bytes).context("neither a certificate's PDF nor a picture")?.to_luma8();
    // The decoder now and then slips by one where a module is few pixels: then it looks again, enlarged.
    let small = u64::from(picture.width()) * u64::from(picture.height()) < ENLARGED;
    let code = decoded(&picture).or_else(|| {
        let (width, height) = (picture.width() * 2, picture.height() * 2);
        small.then(|| decoded(&imageops::resize(&picture, width, height, imageops::FilterType::Triangle))).flatten()
    });
    Ok(Given { code: code.context("no code was found in the picture")?, pdf_sha256: None })
}

/// The longest code in a picture.
fn decoded(picture: &GrayImage) -> Option<String> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let shade = |x: usize, y: usize| picture.get_pixel(x as u32, y as u32).0[0];
    let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(width, height, shade);
    let codes = prepared.detect_grids().into_iter().filter_map(|grid| grid.decode().ok().map(|(_, text)| text));
    codes.max_by_key(String::len)
}
