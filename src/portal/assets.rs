//! Stylesheets and scripts, under names that change with their content.

use std::borrow::Cow;
use std::sync::LazyLock;

use poem::Response;
use poem::handler;
use poem::http::HeaderMap;
use poem::http::header;
use poem::web::Path;
use sha2::Digest;
use sha2::Sha256;

use crate::edge::wording;
use crate::portal::page::Ask;
use crate::portal::page::Oops;

/// Name, type and content.
struct Asset {
    name: &'static str,
    kind: &'static str,
    content: &'static [u8],
    /// The first 12 hexadecimal digits of the SHA-256 of the content.
    version: String,
}

macro_rules! assets {
    ($($name:literal : $kind:literal)+) => {
        static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
            vec![$(Asset::new($name, $kind, include_bytes!(concat!("static/", $name)))),+]
        });
    };
}

assets! {
    "password.js": "text/javascript; charset=utf-8"
    "live.js": "text/javascript; charset=utf-8"
    "uploads.js": "text/javascript; charset=utf-8"
    "near.js": "text/javascript; charset=utf-8"
    "site.css": "text/css; charset=utf-8"
    "verify.css": "text/css; charset=utf-8"
    "offline.js": "text/javascript; charset=utf-8"
    "offline-code.js": "text/javascript; charset=utf-8"
    "offline-picture.js": "text/javascript; charset=utf-8"
    "qr-decoder.js": "text/javascript; charset=utf-8"
}

impl Asset {
    fn new(name: &'static str, kind: &'static str, content: &'static [u8]) -> Self {
        let version = Sha256::digest(content).iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Self { name, kind, content, version }
    }

    /// `site.css` as `site.0123456789ab.css`.
    fn file(&self) -> String {
        let (stem, ending) = self.name.rsplit_once('.').unwrap_or((self.name, ""));
        format!("{stem}.{}.{ending}", self.version)
    }

    /// Whether a file's name is this asset's, of whatever version.
    fn is(&self, file: &str) -> bool {
        let (stem, ending) = self.name.rsplit_once('.').unwrap_or((self.name, ""));
        let middle = file.strip_prefix(stem).and_then(|rest| rest.strip_suffix(ending));
        middle.is_some_and(|middle| middle.len() > 1 && middle.starts_with('.') && middle.ends_with('.'))
    }
}

/// Where pages find an asset; nothing where there is none of this name.
pub fn path(name: &str) -> Option<String> {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| format!("/static/{}", asset.file()))
}

/// An asset. A name of another version still answers, but not for keeps: a page may have been served by another version of
/// this program.
#[handler]
pub fn serve(ask: Ask, Path(file): Path<String>, headers: &HeaderMap) -> Result<Response, Oops> {
    let asset = ASSETS.iter().find(|asset| asset.is(&file)).ok_or(&wording::NOT_FOUND)?;
    let dir = ask.settings.pages.as_ref();
    let written = dir.and_then(|dir| std::fs::read(dir.join("static").join(asset.name)).ok());
    let etag = format!("\"{}\"", asset.version);
    let kept = match &written {
        Some(_) => "no-store",
        None if file == asset.file() => "public, max-age=31536000, immutable",
        None => "no-cache",
    };
    let response = Response::builder().header(header::ETAG, &etag).header(header::CACHE_CONTROL, kept);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let same = known.is_some_and(|known| known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag));
    if same && written.is_none() {
        return Ok(response.status(poem::http::StatusCode::NOT_MODIFIED).finish());
    }
    let content = written.map_or(Cow::Borrowed(asset.content), Cow::Owned);
    Ok(response.content_type(asset.kind).body(content.into_owned()))
}
