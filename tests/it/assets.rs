//! The style sheets that are committed, and the pattern book that shows what they dress.

use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::support;
use crate::support::app::Shared;

static APP: Shared = Shared::new();

/// The page that a scanned code leads to is light: so is what it loads, bytes.
const LIGHT: usize = 14 * 1024;

#[test]
fn style_sheets_are_made_from_their_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(root.join("design")).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.retain(|name| name.ends_with(".scss") || name == "package.json");
    names.sort();
    assert!(names.len() > 5);
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.as_bytes());
        hash.update([0]);
        hash.update(fs::read(root.join("design").join(&name)).unwrap());
        hash.update([0]);
    }
    let digest: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    for name in ["site.css", "verify.css"] {
        let css = fs::read_to_string(root.join("src/portal/static").join(name)).unwrap();
        let told = format!("Sources SHA-256: {digest}");
        assert!(css.contains(&told), "{name} is older than design/: run `npm ci && npm run build` there");
        // Nothing is loaded from elsewhere, and no font or mark that is not ours.
        for foreign in ["url(", "@import", "@font-face", "GDS Transport", "govuk-crest"] {
            assert!(!css.contains(foreign), "{name}: {foreign}");
        }
    }
    let light = fs::metadata(root.join("src/portal/static/verify.css")).unwrap().len();
    assert!(usize::try_from(light).unwrap() <= LIGHT, "verify.css has {light} bytes");
}

#[test]
fn the_pattern_book_is_shown_in_both_languages() {
    support::run(async {
        let app = APP.get();
        let zh = app.anonymous().get("/design").await.expect_html();
        assert!(zh.contains("<h1>样式手册</h1>") && zh.contains("govuk-error-summary"));
        let en = app.anonymous().get("/design?lang=en").await.expect_html();
        assert!(en.contains("<html lang=\"en\"") && en.contains("<h1>Pattern book</h1>"));
        // The English one is English throughout, but for what is marked as Chinese and for names.
        let lines = en.lines().filter(|line| line.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)));
        for line in lines {
            assert!(line.contains("zh-CN") || line.contains("聊城"), "{line}");
        }
    });
}

#[test]
fn errors_and_documents_of_the_api_are_in_the_language_of_the_page() {
    support::run(async {
        let app = APP.get();
        for (path, zh, en) in [
            ("/nothing", "没有找到", "Not found"),
            ("/problems", "问题代码", "Problem codes"),
            ("/problems/resource.not_found", "没有找到", "Not found"),
            ("/docs", "接口文档", "API documents"),
            ("/docs/filing_act", "谁可以调用", "Who may call"),
        ] {
            let chinese = app.anonymous().get(path).await.text();
            assert!(chinese.contains(zh), "{path}: {chinese}");
            let english = app.anonymous().get(&format!("{path}?lang=en")).await.text();
            assert!(english.contains(en) && !english.contains(zh), "{path}: {english}");
        }
    });
}
