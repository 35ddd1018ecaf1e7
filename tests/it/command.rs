//! The command line: what it says about itself, what it refuses, what it prints and what it keeps.

use std::path::Path;

use clap::Args;
use clinic_registry::clock::Clock;
use clinic_registry::config::Config;
use clinic_registry::usecase::demonstration::{ACCOUNTS, PASSWORD};
use serde_json::json;

use crate::support;
use crate::support::actors::Actor;
use crate::support::browser::Browser;
use crate::support::database::Fresh;
use crate::support::process::{Served, binary, output, said};

/// Runs the binary; whether it went well, and what it said.
fn ran(arguments: &[&str]) -> (bool, String) {
    let mut command = binary();
    command.args(arguments);
    let output = output(command);
    (output.status.success(), said(&output))
}

#[test]
fn help_names_every_setting_with_its_variable_and_what_it_is() {
    let settings = Config::augment_args(clap::Command::new("settings"));
    for arguments in [&["--help"][..], &["serve", "--help"]] {
        let (good, help) = ran(arguments);
        assert!(good, "{help}");
        for setting in settings.get_arguments().filter(|a| !a.is_hide_set()) {
            let flag = format!("--{}", setting.get_long().unwrap());
            let variable = setting.get_env().unwrap().to_string_lossy().into_owned();
            assert!(help.contains(&flag) && help.contains(&variable), "{flag} {variable} in {help}");
            assert!(setting.get_help().is_some_and(|h| !h.to_string().is_empty()), "{flag} says what it is");
        }
    }
    let (_, help) = ran(&["--help"]);
    for command in ["serve", "migrate", "openapi", "keys", "verify", "admin"] {
        assert!(help.contains(command), "{command}");
        assert!(ran(&[command, "--help"]).0, "{command}");
    }
}

#[test]
fn development_listens_on_this_machine_only() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    for address in ["0.0.0.0:0", "[::]:0"] {
        let (good, words) = ran(&["serve", "--listen", address, "--data", data]);
        assert!(!good && words.contains("--listen") && words.contains("loopback"), "{address}: {words}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn production_names_every_missing_setting() {
    let dir = tempfile::tempdir().unwrap();
    let (good, words) =
        ran(&["serve", "--production", "--listen", "127.0.0.1:0", "--data", dir.path().to_str().unwrap()]);
    assert!(!good);
    for setting in
        ["--database", "CLINIC_DATABASE", "--public-url", "CLINIC_PUBLIC_URL", "--licence-type", "CLINIC_LICENCE_TYPE"]
    {
        assert!(words.contains(setting), "{setting} in {words}");
    }
    let (good, words) = ran(&[
        "serve",
        "--production",
        "--listen",
        "127.0.0.1:0",
        "--data",
        dir.path().to_str().unwrap(),
        "--database",
        "sqlite::memory:",
        "--licence-type",
        "11100000000013661B001",
        "--public-url",
        "http://zs.example.gov.cn/",
    ]);
    assert!(!good && words.contains("https://") && words.contains("trailing slash"), "{words}");
}

/// The arguments of a service in production.
fn production<'a>(data: &'a Path, database: &'a str) -> Vec<&'a str> {
    vec![
        "serve",
        "--production",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data.to_str().unwrap(),
        "--database",
        database,
        "--licence-type",
        "11100000000013661B001",
        "--public-url",
        "https://zs.example.gov.cn",
    ]
}

#[test]
fn production_refuses_the_keys_and_accounts_of_a_demonstration() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let (data, real, log) = (dir.path().join("demo"), dir.path().join("real"), dir.path().join("log"));
        std::fs::create_dir_all(&data).unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        drop(Served::start(&data, &fresh.url, &log, &[]));
        let (good, words) = ran(&production(&data, &fresh.url));
        assert!(!good && words.contains("development keys"), "{words}");

        let keys = real.join("keys");
        let (good, words) = ran(&["keys", "init", "--region", "371502", "--dir", keys.to_str().unwrap()]);
        assert!(good, "{words}");
        let (good, words) = ran(&production(&real, &fresh.url));
        assert!(!good && words.contains("demonstration accounts"), "{words}");
        // Demonstration accounts do not work either where somebody carries them over by hand: none is there to sign in.
        let (good, words) = ran(&["keys", "init", "--region", "371502", "--dir", keys.to_str().unwrap()]);
        assert!(!good && words.contains("holds keys already"), "{words}");
    });
}

#[test]
fn production_starts_with_its_own_keys_on_a_migrated_database() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let (data, log) = (dir.path().join("data"), dir.path().join("log"));
        let keys = data.join("keys");
        assert!(ran(&["keys", "init", "--region", "371502", "--dir", keys.to_str().unwrap()]).0);
        let fresh = Fresh::empty(dir.path()).await;
        let (good, words) = ran(&production(&data, &fresh.url));
        assert!(!good && words.contains("migrate"), "an old schema is not served: {words}");
        let (good, words) = ran(&["migrate", "--data", data.to_str().unwrap(), "--database", &fresh.url]);
        assert!(good, "{words}");
        let more =
            ["--production", "--licence-type", "11100000000013661B001", "--public-url", "https://zs.example.gov.cn"];
        let served = Served::start(&data, &fresh.url, &log, &more);
        assert!(!served.printed.contains(PASSWORD), "{}", served.printed);
        let keys = served.nobody.call("key_manifest").send().await.expect(200);
        assert_eq!(keys["development"], false);
        let body = json!({ "login": "demo-clinic", "password": PASSWORD });
        served.nobody.call("session_create").json(&body).send().await.problem(401, "session.credentials");
        for path in ["/demo/certificate.pdf", "/design"] {
            assert_eq!(served.nobody.get(path).await.status, 404, "{path}");
        }
    });
}

#[test]
fn a_demonstration_says_what_to_open_and_a_second_start_keeps_it() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let (data, log) = (dir.path().join("data"), dir.path().join("log"));
        std::fs::create_dir_all(&data).unwrap();
        let fresh = Fresh::empty(dir.path()).await;
        let first = Served::start(&data, &fresh.url, &log, &[]);
        assert!(!first.nobody.base.ends_with(":0"), "the real port: {}", first.nobody.base);
        let opened: Vec<_> = first
            .printed
            .split_whitespace()
            .filter_map(|word| word.strip_prefix(first.nobody.base.as_str()))
            .filter(|path| !path.is_empty())
            .collect();
        assert!(opened.len() >= 4, "home, certificate, verification, document: {}", first.printed);
        for path in opened {
            let answer = first.nobody.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert_eq!(answer.bytes.starts_with(b"%PDF-"), path.ends_with(".pdf"), "{path}");
        }
        for (login, ..) in ACCOUNTS {
            assert!(first.printed.contains(login), "{login} in {}", first.printed);
            let me = first.nobody.signed_in(login, PASSWORD).await;
            me.call("actor_view").send().await.expect(200);
        }
        assert!(first.printed.contains(PASSWORD));
        let clinics = first.nobody.search(&[]).await;
        let types: std::collections::BTreeSet<_> = clinics.iter().map(|c| c["clinic_type"].to_string()).collect();
        assert_eq!(types.len(), 6, "all six types");
        assert!(clinics.iter().any(|c| c["telemedicine"] == true));
        let officer = first.nobody.signed_in("demo-officer", PASSWORD).await;
        for stage in ["received", "correcting"] {
            let list = officer.call("filing_list").query("stage", stage).send().await.expect(200);
            assert!(!list["items"].as_array().unwrap().is_empty(), "one is {stage}");
        }
        let clinic = first.nobody.signed_in("demo-clinic", PASSWORD).await;
        let draft = clinic.draft(&json!({ "name": "第二次启动仍在的诊所" })).await;
        let keys = first.nobody.call("key_manifest").send().await.expect(200);
        drop(first);

        let second = Served::start(&data, &fresh.url, &log, &[]);
        assert_eq!(second.nobody.search(&[]).await, clinics);
        assert_eq!(second.nobody.call("key_manifest").send().await.expect(200), keys);
        let clinic = second.nobody.signed_in("demo-clinic", PASSWORD).await;
        assert_eq!(clinic.view(&draft).await.expect(200)["dossier"]["name"], "第二次启动仍在的诊所");
    });
}

#[test]
fn keys_rotate_and_what_the_old_one_signed_stays_good() {
    let dir = tempfile::tempdir().unwrap();
    let keys = dir.path().to_str().unwrap();
    assert!(ran(&["keys", "init", "--region", "371502", "--dir", keys]).0);
    assert!(ran(&["keys", "rotate", "--dir", keys]).0);
    let (_, list) = ran(&["keys", "list", "--dir", keys]);
    assert_eq!((list.matches("Active").count(), list.matches("Retired").count()), (1, 1), "{list}");
    let (good, exported) = ran(&["keys", "export", "--dir", keys]);
    let manifest: serde_json::Value = serde_json::from_str(&exported).unwrap();
    assert!(good && manifest["version"] == 2 && manifest["development"] == false, "{exported}");
    let (good, words) = ran(&["keys", "retire", "00000000", "--dir", keys]);
    assert!(!good && words.contains("00000000"), "{words}");
}

#[test]
fn the_first_accounts_of_an_installation_can_work() {
    support::run(async {
        let dir = tempfile::tempdir().unwrap();
        let (data, log) = (dir.path().join("data"), dir.path().join("log"));
        let keys = data.join("keys");
        assert!(ran(&["keys", "init", "--region", "371502", "--dir", keys.to_str().unwrap()]).0);
        let fresh = Fresh::empty(dir.path()).await;
        let settings = ["--data", data.to_str().unwrap(), "--database", &fresh.url];
        assert!(ran(&[&["migrate"], &settings[..]].concat()).0);
        let file = dir.path().join("authority.toml");
        std::fs::write(
            &file,
            "name = \"某区行政审批服务局\"\nuscc = \"11371502000000027P\"\nregion = \"371502\"\n\
            phone = \"0635-0000000\"\nstreets = [\"371502008\"]\nclinic_types = [\"general\"]\n",
        )
        .unwrap();
        let (good, words) = ran(&[&["admin"], &settings[..], &["authority", file.to_str().unwrap()]].concat());
        assert!(good, "{words}");
        let account = |password: &str| {
            let mut command = binary();
            command.env("CLINIC_NEW_PASSWORD", password).arg("admin").args(settings);
            command.args([
                "account",
                "officer-1",
                "--role",
                "officer",
                "--name",
                "陈静",
                "--authority",
                "11371502000000027P",
            ]);
            let output = output(command);
            (output.status.success(), said(&output))
        };
        let (good, words) = account("short");
        assert!(!good && !words.contains("short"), "a password is never repeated: {words}");
        let (good, words) = account("a long enough secret");
        assert!(good, "{words}");
        let more =
            ["--production", "--licence-type", "11100000000013661B001", "--public-url", "https://zs.example.gov.cn"];
        let served = Served::start(&data, &fresh.url, &log, &more);
        // An officer sets up the second factor first, on the pages.
        let body = json!({ "login": "officer-1", "password": "a long enough secret" });
        served.nobody.call("session_create").json(&body).send().await.problem(403, "session.enrolment");
        let mut browser = Browser::before(&served.nobody);
        browser.enrol("officer-1", "a long enough secret", Clock::System.now()).await;
        assert!(browser.cookies.contains_key("__Host-session"), "{:?}", browser.cookies.keys());
        let officer = Actor { token: Some(browser.token().to_owned()), ..served.nobody.clone() };
        assert_eq!(officer.call("actor_view").send().await.expect(200)["role"], "officer");
    });
}
