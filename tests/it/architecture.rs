//! The arrow rule: each layer lists what it may name, and everything else is a wrong arrow.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support;

/// Module, modules of ours that it may name, what else it must not name.
const RULES: &[(&str, &[&str], &[&str])] = &[
    (
        "domain",
        &["domain"],
        &[
            "poem::",
            "tokio::",
            "Utc::now",
            "Local::now",
            "SystemTime",
            "getrandom",
            "rand::",
            "std::fs",
            "std::net",
            "std::env",
            "ConnectionTrait",
            "EntityTrait",
            ".await",
            "async fn",
        ],
    ),
    ("law", &["domain"], &["poem", "sea_orm", "tokio::", "std::fs", "Utc::now"]),
    ("store", &["domain", "error", "store"], &["poem"]),
    ("certificate", &["domain", "error", "certificate"], &["poem", "sea_orm"]),
    ("archive", &["domain", "certificate", "archive"], &["poem", "sea_orm", "tokio::"]),
    ("spreadsheet", &["domain", "error", "spreadsheet"], &["poem", "sea_orm", "tokio::"]),
    (
        "usecase",
        &["domain", "store", "certificate", "archive", "spreadsheet", "error", "app", "clock", "post", "usecase"],
        &["poem", "sea_orm"],
    ),
    ("edge", &["domain", "error", "edge"], &["sea_orm", "poem_openapi"]),
    (
        "api",
        // The last two are plain data that a use case takes.
        &[
            "usecase",
            "domain",
            "error",
            "app",
            "api",
            "edge",
            "spreadsheet",
            "store::entity",
            "store::filings::FilingFilter",
            "store::idempotency::Once",
        ],
        &["sea_orm"],
    ),
    ("portal", &["usecase", "domain", "error", "app", "portal", "edge", "store::entity"], &["sea_orm", "poem_openapi"]),
    (
        "simulation",
        &["simulation", "usecase", "store", "domain", "certificate", "error", "app", "clock", "jobs"],
        &["poem", "sea_orm"],
    ),
    ("jobs", &["usecase", "store", "app", "domain", "error"], &["poem", "sea_orm"]),
    ("vault", &[], &["poem", "sea_orm"]),
    ("post", &["domain"], &["poem", "sea_orm", "tokio::"]),
    ("app", &["store", "certificate", "clock", "domain", "config", "law", "vault", "post"], &["poem", "sea_orm"]),
    ("error", &["domain"], &["poem", "sea_orm", "http"]),
    ("clock", &["domain"], &["poem", "sea_orm"]),
];

fn files(path: &Path, out: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            files(&entry.unwrap().path(), out);
        }
    } else if path.extension().is_some_and(|e| e == "rs") {
        out.push(path.to_owned());
    }
}

fn of_module(src: &Path, module: &str) -> Vec<PathBuf> {
    let mut list = vec![];
    for path in [src.join(module), src.join(format!("{module}.rs"))] {
        if path.exists() {
            files(&path, &mut list);
        }
    }
    list
}

fn may_name(path: &str, may: &[&str]) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    may.iter().any(|allowed| path.strip_prefix(allowed).is_some_and(ends))
}

fn wrong_arrows(src: &Path, rules: &[(&str, &[&str], &[&str])]) -> Vec<String> {
    let mut wrong = vec![];
    for (module, may, must_not) in rules {
        for file in of_module(src, module) {
            let text = fs::read_to_string(&file).unwrap();
            for (n, line) in text.lines().enumerate() {
                let line = line.split("//").next().unwrap_or_default();
                let at = || format!("{}:{}: {module}", file.display(), n + 1);
                for path in line.split("crate::").skip(1).filter(|path| !may_name(path, may)) {
                    wrong.push(format!("{} -> {}", at(), path.split([';', ' ', '(', ',']).next().unwrap_or_default()));
                }
                wrong.extend(
                    must_not.iter().filter(|bad| line.contains(**bad)).map(|bad| format!("{} names {bad}", at())),
                );
            }
        }
    }
    wrong
}

#[test]
fn arrows_go_one_way() {
    let wrong = wrong_arrows(&support::repository("src"), RULES);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_module_has_its_rule() {
    // These name everything: they compose.
    let free = ["server", "main", "lib", "command", "config", "demonstration"];
    for entry in fs::read_dir(support::repository("src")).unwrap() {
        let path = entry.unwrap().path();
        let module = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(free.contains(&module.as_str()) || RULES.iter().any(|(m, ..)| *m == module), "{module} has no rule");
    }
}

#[test]
fn a_wrong_arrow_is_found() {
    let dir = tempfile::tempdir().unwrap();
    for (file, text) in [
        ("domain/a.rs", "use crate::domain::b;\nuse crate::store::X;\nasync fn f() { g().await }"),
        ("api/a.rs", "use crate::store::entity::filing;\nuse crate::store::Tx;\nuse crate::usecase::filings;"),
        ("portal/a.rs", "use crate::domain::x; // crate::api\nuse crate::api::Problem;"),
        ("error.rs", "use crate::store::Store;"),
    ] {
        let path = dir.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let found = wrong_arrows(dir.path(), RULES);
    let about = |what: &str| found.iter().filter(|line| line.contains(what)).count();
    assert_eq!((about("domain -> store::X"), about("domain names .await"), about("domain names async fn")), (1, 1, 1));
    assert_eq!((about("api -> store::Tx"), about("portal -> api::Problem"), about("error -> store::Store")), (1, 1, 1));
    assert_eq!(found.len(), 6, "{found:#?}");
}
