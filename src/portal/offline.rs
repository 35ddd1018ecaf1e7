//! The offline check: a page that a browser keeps, with its scripts and the key manifest, and that then reads codes and
//! checks their signatures without a network. What only the register knows, whether a certificate holds today, it cannot
//! tell, and says so. The scripts judge as `certificate::code` does; every word they show stands in the page.

use std::fmt::Write;

use poem::Response;
use poem::handler;
use poem::http::header;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::app::App;
use crate::domain::dossier::ServiceMode;
use crate::domain::value::hex;
use crate::domain::verdict::Asked;
use crate::domain::verdict::Reason;
use crate::domain::verdict::Refusal;
use crate::domain::verdict::verdict;
use crate::error::Error;
use crate::portal::assets;
use crate::portal::look::Lang;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper::Words;
use crate::portal::verification::Said;

/// Where the page lies, and what its worker may answer for.
const PAGE: &str = "/check-offline";

/// The files that the page needs, by the names of their sources.
const FILES: &[&str] = &["verify.css", "offline.js", "offline-code.js", "offline-picture.js", "qr-decoder.js"];

/// The worker; it begins with what [`worker`] writes before it.
const WORKER: &str = include_str!("static/offline-worker.js");

/// Why a code is refused where there is no register to ask, and whether it claims to be ours.
const REFUSALS: &[(Reason, bool)] = &[
    (Reason::Unreadable, false),
    (Reason::UnknownFormat, false),
    (Reason::Malformed, false),
    (Reason::UnknownKey, false),
    (Reason::UnknownKey, true),
    (Reason::KeyOutOfScope, false),
    (Reason::BadSignature, false),
    (Reason::KeyCompromised, false),
    (Reason::OutsideValidity, false),
    (Reason::CopyExpired, false),
];

/// One answer, under the identifier by which the script finds it.
#[derive(Serialize)]
struct Answer {
    id: String,
    said: Said,
}

/// A region of the manifest.
#[derive(Serialize)]
struct Region {
    code: u32,
    name: String,
}

#[derive(Serialize)]
struct View {
    answers: Vec<Answer>,
    /// 服务方式, in the order of the code's bits.
    modes: Vec<Words>,
    regions: Vec<Region>,
    /// Fingerprint of the root key that must have signed the manifest.
    root: String,
}

fn view(app: &App) -> View {
    let refused = REFUSALS.iter().map(|&(reason, ours)| Answer {
        id: format!("said-{}{}", reason.code(), if ours { "-ours" } else { "" }),
        said: Said::of(&verdict(Err(Refusal { reason, ours }), Asked::Offline)),
    });
    let good = verdict(Ok(None), Asked::Offline);
    let good = Answer { id: format!("said-{}", Reason::StatusStale.code()), said: Said::of(&good) };
    let law = app.law();
    let mut regions: Vec<u32> = app.keyring.manifest().keys.iter().flat_map(|key| key.regions.clone()).collect();
    regions.sort_unstable();
    regions.dedup();
    let named = |code: u32| Region { code, name: law.division_path(&code.to_string()) };
    let root = app.keyring.manifest_json().pointer("/root/fingerprint").and_then(|found| found.as_str());
    View {
        answers: refused.chain([good]).collect(),
        modes: ServiceMode::ALL.iter().map(|mode| (mode.zh(), mode.en()).into()).collect(),
        regions: regions.into_iter().map(named).collect(),
        root: root.unwrap_or_default().to_owned(),
    }
}

/// The page.
#[handler]
pub fn show(ask: Ask) -> Result<Response, Oops> {
    ask.page("offline.html", &view(&ask))
}

/// The service worker, under an address that stays. It changes with every file and every word of the page, so that browsers
/// take the new ones.
#[handler]
pub async fn worker(ask: Ask) -> Result<Response, Oops> {
    let mut shell = vec![];
    let mut version = Sha256::new_with_prefix(WORKER);
    for lang in Lang::ALL {
        for large in [false, true] {
            let mut ask = ask.clone();
            (ask.look.lang, ask.look.large, ask.look.here) = (lang, large, PAGE.to_owned());
            let page = ask.page("offline.html", &view(&ask))?.into_body().into_bytes().await;
            version.update(page.map_err(|cause| Error::internal(anyhow::Error::from(cause)))?);
            shell.push(format!("{PAGE}?lang={}&large={}", lang.code(), u8::from(large)));
        }
    }
    let files: Vec<_> = FILES.iter().filter_map(|name| assets::path(name)).collect();
    version.update(files.join("\n"));
    shell.extend(files);
    let mut script = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(script, "const VERSION = \"{}\";", hex(&version.finalize().as_slice()[..6]));
    let _ = writeln!(script, "const SHELL = {};", serde_json::json!(shell));
    script.push_str(WORKER);
    Ok(Response::builder()
        .content_type("text/javascript; charset=utf-8")
        .header(header::CACHE_CONTROL, "no-cache")
        .header("service-worker-allowed", PAGE)
        .body(script))
}
