//! The archive of a filing: whole, the same for the same state, proven off line, and every change of it told by name.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};

use chrono::NaiveDate;
use clinic_registry::archive::check::{Report, check};
use clinic_registry::certificate::detached::Detached;
use clinic_registry::certificate::sign::Signer;
use clinic_registry::domain::lifecycle::Stage;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::TestApp;
use crate::support::process;

const REASON: &str = "移交档案馆";

async fn fetch(actor: &Actor, filing: &Value) -> Answer {
    actor.filing("filing_archive", filing).query("reason", REASON).send().await
}

async fn fetched(actor: &Actor, filing: &Value) -> Vec<u8> {
    let answer = fetch(actor, filing).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/zip"), "{}", answer.text());
    answer.bytes
}

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

/// Every entry in its order: name with the folder, content.
fn entries(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let read = |index| {
        let mut file = zip.by_index(index).unwrap();
        let mut content = vec![];
        file.read_to_end(&mut content).unwrap();
        (file.name().unwrap().into_owned(), content)
    };
    (0..ZipArchive::new(Cursor::new(bytes)).unwrap().len()).map(read).collect()
}

fn zipped(entries: &[(String, Vec<u8>)], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    for (name, content) in entries {
        zip.start_file(name.as_str(), SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn stored(entries: &[(String, Vec<u8>)]) -> Vec<u8> {
    zipped(entries, CompressionMethod::Stored)
}

fn examined(app: &TestApp, bytes: &[u8]) -> Report {
    check(Cursor::new(bytes), app.app.keyring.manifest(), today()).unwrap()
}

/// The files that a report names.
fn named(report: &Report) -> Vec<&str> {
    report.defects.iter().map(|defect| defect.at.as_str()).collect()
}

fn hex(bytes: &[u8]) -> String {
    clinic_registry::domain::value::hex(&Sha256::digest(bytes))
}

/// The folder, which has the case's number.
fn case(filing: &Value) -> String {
    filing["case_number"].as_str().unwrap().to_owned()
}

#[test]
fn an_archive_holds_the_whole_filing_and_proves_itself() {
    support::run(async {
        let app = TestApp::start().await;
        let (clinic, officer) = (app.clinic(), app.officer());
        let issued = app.in_stage(Stage::Issued).await;
        // Every paper of the filing is drawn.
        app.worked().await;
        let answer = fetch(&clinic, &issued).await;
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{}.zip\"", case(&issued)));
        let own = fetched(&clinic, &issued).await;
        let files: BTreeMap<String, Vec<u8>> = entries(&own).into_iter().collect();
        let file = |path: &str| &files[&format!("{}/{path}", case(&issued))];
        let data = |path: &str| -> Value { serde_json::from_slice(file(path)).unwrap() };

        let filing = data("data/filing.json");
        let view = clinic.view(&issued).await.expect(200);
        assert_eq!(filing["case_number"], view["case_number"]);
        assert_eq!(filing["dossier"]["principal"]["id_number"], view["dossier"]["principal"]["id_number"]);
        let materials = view["materials"].as_array().unwrap();
        assert_eq!(filing["materials"].as_array().unwrap().len(), materials.len());
        for (kept, shown) in filing["materials"].as_array().unwrap().iter().zip(materials) {
            let content = file(&format!("data/{}", kept["file"].as_str().unwrap()));
            assert_eq!((json!(hex(content)), &kept["code"]), (shown["sha256"].clone(), &shown["code"]));
        }
        let steps: Vec<Value> = String::from_utf8_lossy(file("data/history.jsonl"))
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let history = clinic.history(&issued).await;
        assert_eq!(steps.len(), history.len());
        for (kept, shown) in steps.iter().zip(&history) {
            assert_eq!((&kept["action"], &kept["rule_set"]), (&shown["action"], &shown["rule_set"]));
            assert_eq!(kept["actor"]["name"], shown["actor"]);
            assert_eq!(kept.get("circumstances"), None, "what the office knew of others is not the applicant's");
        }
        // Each edition that a step names is there, and every text that an edition consists of.
        let editions = data("data/law/editions.json");
        for step in &steps {
            let named = editions.as_array().unwrap().iter().find(|e| e["rule_set"] == step["rule_set"]).unwrap();
            for table in named["tables"].as_array().unwrap() {
                assert!(!file(&format!("data/{}", table["file"].as_str().unwrap())).is_empty());
            }
        }
        assert!(String::from_utf8_lossy(file("data/law/0001-rules.toml")).contains("R-001"));
        assert_eq!(*file("data/certificate.pdf"), clinic.paper(&issued).await);
        assert_eq!(data("data/certificate.json")["statement"], clinic.certificate(&issued).await["statement"]);
        assert!(String::from_utf8_lossy(file("data/README.txt")).contains("诊所备案办件档案"));
        let info = String::from_utf8_lossy(file("bag-info.txt")).into_owned();
        for line in ["Source-Organization: 聊城经济技术开发区行政审批服务局", "Bagging-Date: 2026-11-23"]
        {
            assert!(info.contains(line), "{info}");
        }
        assert!(info.contains(&format!("External-Identifier: {}", case(&issued))), "{info}");
        // No name of a file holds a person's number.
        for path in files.keys() {
            let digits = path.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            assert!(digits.is_none_or(|n| n <= 8), "{path}");
        }

        // The same state, the same bytes: but for the signature, which says when it was made.
        app.app.clock.set(support::app::monday() + chrono::TimeDelta::minutes(5));
        let (before, again) = (entries(&own), entries(&fetched(&clinic, &issued).await));
        let differing: Vec<_> = before.iter().zip(&again).filter(|(a, b)| a != b).map(|(a, _)| a.0.clone()).collect();
        assert_eq!((before.len(), differing), (again.len(), vec![format!("{}/signature.cose", case(&issued))]));

        let report = examined(&app, &own);
        assert_eq!(report.defects, []);
        assert_eq!(report.signed.unwrap().at, support::app::monday());
        // Packed anew by another program it is the same bag.
        assert_eq!(examined(&app, &zipped(&before, CompressionMethod::Deflated)).defects, []);

        // The office's holds what was known when it decided; the reading is recorded with its reason.
        let office = entries(&fetched(&officer, &issued).await);
        let steps = &office.iter().find(|(name, _)| name.ends_with("history.jsonl")).unwrap().1;
        assert!(String::from_utf8_lossy(steps).contains("\"circumstances\":{"));
        let list = app.approver().call("unmasking_list").send().await.expect(200);
        let readings: Vec<_> =
            list["items"].as_array().unwrap().iter().map(|row| (&row["actor"], &row["reason"])).collect();
        assert_eq!(readings, [(&json!("officer"), &json!(REASON))]);
    });
}

#[test]
fn who_may_have_an_archive_and_how_much_of_it() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = app.in_stage(Stage::Correcting).await;
        let refused = fetch(&app.clinic(), &filing).await.problem(409, "filing.not_ended");
        assert!(refused["detail"].as_str().unwrap().contains("办结"), "{refused:#}");
        fetch(&app.actor("inspector"), &filing).await.problem(403, "role.forbidden");
        for stranger in [app.other_clinic(), app.other_officer(), app.actor("admin")] {
            fetch(&stranger, &filing).await.problem(404, "resource.not_found");
        }
        // Without a reason nothing is shown and nothing is kept.
        for reason in [None, Some("查看"), Some("不可见\u{200b}的字符")] {
            let call = app.officer().filing("filing_archive", &filing);
            let call = if let Some(reason) = reason { call.query("reason", reason) } else { call };
            let refused = call.send().await;
            assert_eq!((refused.status, &refused.json["errors"][0]["pointer"]), (422, &json!("/reason")));
        }
        let list = app.approver().call("unmasking_list").send().await.expect(200);
        assert_eq!(list["items"], json!([]));
        // An auditor needs no reason: the numbers are masked.
        let answer = app.actor("auditor").filing("filing_archive", &filing).send().await;
        assert_eq!(answer.status, 200);
        let id_number = app.clinic().view(&filing).await.expect(200)["dossier"]["principal"]["id_number"].clone();
        let (mut masked, mut steps) = (0, 0);
        for (name, content) in entries(&answer.bytes) {
            let text = String::from_utf8_lossy(&content).into_owned();
            assert!(!text.contains(id_number.as_str().unwrap()), "{name}");
            masked += usize::from(name.ends_with("filing.json") && text.contains("\"personal_data_masked\": true"));
            steps += usize::from(name.ends_with("history.jsonl") && text.contains("\"request_correction\""));
        }
        assert_eq!((masked, steps), (1, 1));
        assert_eq!(examined(&app, &answer.bytes).defects, []);
        assert_eq!(examined(&app, &fetched(&app.approver(), &filing).await).defects, []);
        // A draft that was taken back never reached anybody.
        let draft = app.clinic().draft(&json!({})).await;
        fetch(&app.clinic(), &draft).await.problem(409, "filing.not_ended");
    });
}

#[test]
fn every_change_of_an_archive_is_told_by_name() {
    support::run(async {
        let app = TestApp::start().await;
        let issued = app.in_stage(Stage::Issued).await;
        let bytes = fetched(&app.clinic(), &issued).await;
        let whole = entries(&bytes);
        let base = format!("{}/", case(&issued));
        let within = |name: &str| name.strip_prefix(&base).unwrap().to_owned();
        let at = |path: &str| whole.iter().position(|(name, _)| within(name) == path).unwrap();

        for (n, (name, content)) in whole.iter().enumerate() {
            // A byte of it changed, the ZIP otherwise in order.
            let mut changed = whole.clone();
            changed[n].1[content.len() / 2] ^= 1;
            let report = examined(&app, &stored(&changed));
            let told =
                if within(name) == "tagmanifest-sha256.txt" { "signature.cose".to_owned() } else { within(name) };
            assert!(named(&report).contains(&told.as_str()), "{name}: {:#?}", report.defects);
            assert_eq!(report.signed.is_none(), ["tagmanifest-sha256.txt", "signature.cose"].contains(&&*within(name)));
            // Taken out.
            let mut fewer = whole.clone();
            fewer.remove(n);
            let report = examined(&app, &stored(&fewer));
            assert!(named(&report).contains(&within(name).as_str()), "{name}: {:#?}", report.defects);
            // Renamed.
            let mut renamed = whole.clone();
            renamed[n].0 += ".bak";
            let report = examined(&app, &stored(&renamed));
            for told in [within(name), within(name) + ".bak"] {
                assert!(named(&report).contains(&told.as_str()), "{told}: {:#?}", report.defects);
            }
        }
        // A byte changed on the disk, so that the ZIP's own sum does not fit.
        let material = &whole[at("data/filing.json")].1;
        let place = bytes.windows(material.len()).position(|window| window == material.as_slice()).unwrap();
        let mut damaged = bytes.clone();
        damaged[place + 10] ^= 1;
        assert_eq!(named(&examined(&app, &damaged)), ["data/filing.json"]);
        // Added, in the payload and beside it.
        for path in ["data/extra.txt", "extra.txt"] {
            let mut more = whole.clone();
            more.push((format!("{base}{path}"), b"more".to_vec()));
            assert!(named(&examined(&app, &stored(&more))).contains(&path));
        }
        // A file changed, and the lists made to fit: the signature tells.
        let mut forged = whole.clone();
        forged[at("data/filing.json")].1 = b"{}\n".to_vec();
        relist(&mut forged, &base);
        let report = examined(&app, &stored(&forged));
        assert_eq!(named(&report), ["signature.cose"], "{:#?}", report.defects);
        // … also when somebody else signs it.
        let stranger = Signer::generate([7; 32]).unwrap();
        let tags = forged[at("tagmanifest-sha256.txt")].1.clone();
        forged[at("signature.cose")].1 = Detached::sign(&stranger, &tags, support::app::monday());
        let report = examined(&app, &stored(&forged));
        assert_eq!(named(&report), ["signature.cose"]);
        assert!(report.defects[0].zh.contains("不在清单中"), "{:#?}", report.defects);
        // The folder is the case's.
        let elsewhere: Vec<_> =
            whole.iter().map(|(name, content)| (format!("BA-OTHER/{}", within(name)), content.clone())).collect();
        assert!(examined(&app, &stored(&elsewhere)).defects[0].zh.contains("文件夹名"));
    });
}

/// Makes the lists fit the files, as a forger would.
fn relist(entries: &mut [(String, Vec<u8>)], base: &str) {
    let list = |entries: &[(String, Vec<u8>)], wanted: &dyn Fn(&str) -> bool| {
        let mut lines: Vec<_> = entries
            .iter()
            .filter_map(|(name, content)| Some((name.strip_prefix(base)?, hex(content))))
            .filter(|(name, _)| wanted(name))
            .collect();
        lines.sort();
        lines.iter().map(|(name, sha256)| format!("{sha256}  {name}\n")).collect::<String>()
    };
    let set = |entries: &mut [(String, Vec<u8>)], path: &str, text: String| {
        let entry = entries.iter_mut().find(|(name, _)| *name == format!("{base}{path}")).unwrap();
        entry.1 = text.into_bytes();
    };
    let payload: Vec<_> = entries.iter().filter(|(name, _)| name.starts_with(&format!("{base}data/"))).collect();
    let oxum = format!("{}.{}", payload.iter().map(|(_, content)| content.len()).sum::<usize>(), payload.len());
    let info = &entries.iter().find(|(name, _)| name.ends_with("bag-info.txt")).unwrap().1;
    let info = String::from_utf8_lossy(info).lines().fold(String::new(), |text, line| match line.split_once(": ") {
        Some(("Payload-Oxum", _)) => text + &format!("Payload-Oxum: {oxum}\n"),
        _ => text + line + "\n",
    });
    set(entries, "bag-info.txt", info);
    let manifest = list(entries, &|name| name.starts_with("data/"));
    set(entries, "manifest-sha256.txt", manifest);
    let tags = list(entries, &|name| ["bag-info.txt", "bagit.txt", "manifest-sha256.txt"].contains(&name));
    set(entries, "tagmanifest-sha256.txt", tags);
}

#[test]
fn a_hostile_zip_is_refused_within_bounds() {
    support::run(async {
        let app = TestApp::start().await;
        let issued = app.in_stage(Stage::Issued).await;
        let whole = entries(&fetched(&app.clinic(), &issued).await);
        let base = format!("{}/", case(&issued));
        for name in ["../evil", "/etc/passwd", "a\\..\\b", "BA/../../evil", "BA/./x", "BA//x", "C:/x", "BA/\u{202e}x"] {
            let mut slipped = whole.clone();
            slipped.push((name.to_owned(), b"x".to_vec()));
            let report = examined(&app, &stored(&slipped));
            assert!(report.defects.iter().any(|defect| defect.zh.contains("不安全")), "{name}: {:#?}", report.defects);
        }
        let mut folder = ZipWriter::new(Cursor::new(vec![]));
        folder.add_directory(format!("{base}data"), SimpleFileOptions::default()).unwrap();
        folder.add_symlink(format!("{base}link"), "/etc/passwd", SimpleFileOptions::default()).unwrap();
        let report = examined(&app, &folder.finish().unwrap().into_inner());
        assert_eq!(report.defects.iter().filter(|defect| defect.zh.contains("普通文件")).count(), 2);
        // Much out of little: named, and not unpacked.
        let mut bomb = whole.clone();
        bomb.push((format!("{base}data/bomb"), vec![0; (64 << 20) + 1]));
        let report = examined(&app, &zipped(&bomb, CompressionMethod::Deflated));
        let told = report.defects.iter().find(|defect| defect.at == "data/bomb").unwrap();
        assert!(told.zh.contains("过大"), "{told:?}");
        let many: Vec<_> = (0..2_001).map(|n| (format!("{base}data/{n}"), vec![])).collect();
        assert!(examined(&app, &stored(&many)).defects[0].zh.contains("文件过多"));
        let mut prefixed = b"#!/bin/sh\n".to_vec();
        prefixed.extend(stored(&whole));
        assert!(
            check(Cursor::new(prefixed), app.app.keyring.manifest(), today()).map_or(true, |r| !r.defects.is_empty())
        );
        let mut followed = stored(&whole);
        followed.extend(b"trailing");
        let report = examined(&app, &followed);
        assert!(report.defects.iter().any(|defect| defect.zh.contains("其他内容")), "{:#?}", report.defects);
        for nothing in [&b""[..], b"PK\x03\x04", &stored(&whole)[..5_000]] {
            assert!(check(Cursor::new(nothing), app.app.keyring.manifest(), today()).is_err());
        }
        let empty = check(Cursor::new(stored(&[])), app.app.keyring.manifest(), today()).unwrap();
        assert!(empty.signed.is_none() && !empty.defects.is_empty());
    });
}

#[test]
fn the_command_checks_an_archive_off_line() {
    support::run(async {
        let app = TestApp::start().await;
        let issued = app.in_stage(Stage::Issued).await;
        let bytes = fetched(&app.clinic(), &issued).await;
        let dir = tempfile::tempdir().unwrap();
        let keys = app.anonymous().call("key_manifest").send().await.expect(200);
        let manifest = dir.path().join("keys.json");
        std::fs::write(&manifest, keys.to_string()).unwrap();
        let ran = |bytes: &[u8], on: &str, root: &str| {
            let file = dir.path().join("archive.zip");
            std::fs::write(&file, bytes).unwrap();
            let mut command = process::binary();
            command.arg("verify").arg(&file).args(["--on", on, "--root", root, "--manifest"]).arg(&manifest);
            let output = process::output(command);
            (output.status.code().unwrap_or(-1), process::said(&output))
        };
        let root = keys["root"]["fingerprint"].as_str().unwrap();
        let (status, words) = ran(&bytes, "2026-11-23", root);
        assert_eq!(status, 0, "{words}");
        assert!(words.contains(&case(&issued)) && words.contains("档案完整"), "{words}");

        let mut changed = entries(&bytes);
        let filing = changed.iter_mut().find(|(name, _)| name.ends_with("filing.json")).unwrap();
        filing.1[5] ^= 1;
        let (status, words) = ran(&stored(&changed), "2026-11-23", root);
        assert_eq!(status, 1, "{words}");
        assert!(words.contains("data/filing.json：内容与清单不符"), "{words}");
        // Before it was signed, and after its key is accepted no more.
        for on in ["2026-11-22", "2126-11-23"] {
            let (status, words) = ran(&bytes, on, root);
            assert!(status == 1 && words.contains("signature.cose"), "{words}");
        }
        let (status, words) = ran(&bytes, "2026-11-23", &"0".repeat(64));
        assert!(status == 2 && words.contains(root), "{words}");
        let (status, words) = ran(&bytes[..5_000], "2026-11-23", root);
        assert!(status == 2 && words.contains("ZIP"), "{words}");
    });
}

/// What the filing brought about belongs to it: the visit, and what was decided on that visit.
#[test]
fn papers_of_its_visit_and_of_what_was_decided_on_it_are_in_the_archive() {
    support::run(async {
        use crate::supervision::{decide, number, proposal, propose, record, step, visit_of};
        let app = TestApp::start().await;
        let issued = app.in_stage(Stage::Issued).await;
        let inspector = app.actor("inspector");
        let visit = visit_of(&inspector, &issued, "establishment").await;
        let body = json!({ "action": "fail", "reason": "拒不整改", "record": record(&visit, &["display"]) });
        let visit = step(&inspector, &visit, body).await.expect(200);
        // Ordered for another reason: no part of this filing.
        let order = json!({ "clinic": number(&issued), "due_on": "2026-12-04", "reason": "群众举报" });
        let other = app.officer().call("visit_order").once().json(&order).send().await.expect(201);
        let passed = json!({ "action": "pass", "record": record(&other, &[]) });
        step(&inspector, &other, passed).await.expect(200);
        let mut body = proposal(&issued, "revocation", "false_materials");
        body["visit_id"] = visit["id"].clone();
        let proposed = propose(&app.officer(), &body).await.expect(201);
        decide(&app.approver(), &proposed, json!({ "action": "decide" })).await.expect(200);
        let files: BTreeMap<String, Vec<u8>> = entries(&fetched(&app.clinic(), &issued).await).into_iter().collect();
        let mut kinds: Vec<_> = files
            .keys()
            .filter_map(|path| path.split("/papers/").nth(1)?.strip_suffix(".json")?.get(3..).map(str::to_owned))
            .collect();
        kinds.sort();
        assert_eq!(kinds, ["announcement", "decision", "receipt", "visit_record"]);
    });
}
