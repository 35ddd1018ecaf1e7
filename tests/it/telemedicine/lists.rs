//! The public list: filters, pages, copies that are kept up to date, formats, the page.

use std::collections::BTreeSet;

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use super::{SUBJECT, asked, numbers, online};
use crate::exports::lines;
use crate::public;
use crate::support;
use crate::support::app::TestApp;

#[test]
fn the_list_says_who_where_on_what_and_whom_to_call() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = online(&app).await;
        app.issued(&app.dossier(ClinicType::Dental)).await;
        let list = app.anonymous().call("telemedicine_list").send().await;
        assert_eq!(list.header("cache-control"), "public, max-age=60");
        let list = list.expect(200);
        let items = list["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{list:#}");
        let item = &items[0];
        let url = format!("{}/clinics/{}", app.app.settings.public_url, clinic.number);
        let expected = json!({
            "number": clinic.number, "name": clinic.dossier.name, "permitted": true, "reasons": [], "notes": [],
            "authority_id": app.authority, "authority": "聊城经济技术开发区行政审批服务局",
            "clinic_type": "tcm_comprehensive", "division": clinic.dossier.address.division,
            "street": clinic.dossier.address.street, "since": "2026-11-23", "version": 2,
            "platform": { "name": "聊城示例互联网科技有限公司", "supervision_connected": true },
            "subjects": [{ "code": SUBJECT, "name": "内科专业" }],
            "physicians": [{ "name": clinic.physician, "level": "physician", "category": "tcm",
                             "scope": clinic.dossier.principal.scope }],
            "supervision": { "authority": "聊城经济技术开发区行政审批服务局", "phone": "0635-5550001", "url": url },
            "verification_url": url, "updated_at": "2026-11-23T02:00:00+00:00",
        });
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(&item[field], value, "{field}");
        }
        assert!(item["address"].as_str().unwrap().ends_with(clinic.dossier.address.detail.trim()), "{item:#}");
        assert!(list["notices"][0]["message"].as_str().unwrap().contains("不接受首诊"), "{list:#}");
        // What is listed is what the check permits.
        for physician in item["physicians"].as_array().unwrap() {
            let subject = &item["subjects"][0]["code"];
            let question =
                json!({ "clinic": item["number"], "physician": { "name": physician["name"] }, "subject": subject });
            assert_eq!(asked(&app, &question).await["permitted"], true);
        }
        let offices = app.anonymous().call("telemedicine_jurisdiction_list").send().await.expect(200);
        let counts: Vec<_> =
            offices["items"].as_array().unwrap().iter().map(|o| (&o["authority"]["name"], &o["clinics"])).collect();
        let (ours, others) = (json!("聊城经济技术开发区行政审批服务局"), json!("聊城市东昌府区行政审批服务局"));
        assert!(counts.contains(&(&ours, &json!(1))) && counts.contains(&(&others, &json!(0))), "{offices:#}");
        let ours = offices["items"].as_array().unwrap().iter().find(|o| o["clinics"] == 1).unwrap();
        assert_eq!(
            ours["first"],
            json!({ "number": clinic.number, "name": clinic.dossier.name, "since": "2026-11-23" })
        );
    });
}

#[test]
fn filters_narrow_and_pages_hold_every_clinic_once() {
    support::run(async {
        let app = TestApp::start().await;
        let mut all = vec![];
        for _ in 0..5 {
            all.push(online(&app).await.number);
        }
        all.sort();
        let sorted = async |parameters: &[(&str, &str)]| {
            let mut found = numbers(&app, parameters).await;
            found.sort();
            found
        };
        assert_eq!(sorted(&[("limit", "2")]).await, all);
        let ours = app.authority.to_string();
        let other = app.other_authority.to_string();
        for (parameters, found) in [
            (vec![("authority_id", ours.as_str())], true),
            (vec![("authority_id", other.as_str())], false),
            (vec![("division", "3715")], true),
            (vec![("division", "371502")], true),
            (vec![("division", "3702")], false),
            (vec![("subject", SUBJECT)], true),
            (vec![("subject", "50.13")], false),
            (vec![("platform", "聊城示例互联网科技有限公司")], true),
            (vec![("platform", "某某公司")], false),
        ] {
            assert_eq!(!sorted(&parameters).await.is_empty(), found, "{parameters:?}");
        }
        let street = numbers(&app, &[("street", "371502001")]).await;
        assert!(street.is_empty(), "{street:?}");
        for (name, value) in [
            ("division", "37"),
            ("street", "3715"),
            ("cursor", "x"),
            ("limit", "0"),
            ("changed_since", "gestern"),
            ("format", "xml"),
            ("authority_id", "1"),
            ("platform", "\u{202e}x"),
        ] {
            let answer = app.anonymous().call("telemedicine_list").query(name, value).send().await;
            let problem = answer.problem(422, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"), "{value}");
        }
        let call = app.anonymous().call("telemedicine_list").query("division", "371502").query("street", "370102001");
        call.send().await.problem(422, "request.invalid");
    });
}

#[test]
fn who_has_the_answer_already_is_told_so() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = online(&app).await;
        let nobody = app.anonymous();
        let first = nobody.call("telemedicine_list").send().await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{tag}");
        // A minute later, nothing changed.
        app.app.clock.set("2026-11-23T02:01:00Z".parse().unwrap());
        let again = nobody.call("telemedicine_list").header("If-None-Match", &tag).send().await;
        assert_eq!((again.status, again.bytes.len(), again.header("etag")), (304, 0, tag.as_str()));
        let listed = nobody.call("telemedicine_list").header("If-None-Match", "W/\"other\"").send().await;
        assert_eq!(listed.status, 200);
        public::happen(&app, &clinic.number, clinic_registry::domain::standing::ClinicAct::SuspendTelemedicine, |_| ())
            .await;
        let changed = nobody.call("telemedicine_list").header("If-None-Match", &tag).send().await;
        assert_eq!(changed.status, 200);
        assert_ne!(changed.header("etag"), tag);
    });
}

#[test]
fn a_copy_is_kept_up_to_date_by_what_changed() {
    support::run(async {
        let app = TestApp::start().await;
        let (stays, goes) = (online(&app).await, online(&app).await);
        // Never had it: no change of it concerns the list.
        app.issued(&app.dossier(ClinicType::Dental)).await;
        let changed = async |since: &str| {
            let list = app.anonymous().call("telemedicine_list").query("changed_since", since).send().await.expect(200);
            let items = list["items"].as_array().unwrap().clone();
            items
                .iter()
                .map(|i| (i["number"].as_str().unwrap().to_owned(), i["permitted"].as_bool().unwrap()))
                .collect::<BTreeSet<_>>()
        };
        let both: BTreeSet<_> = [(stays.number.clone(), true), (goes.number.clone(), true)].into();
        assert_eq!(changed("2026-11-23T02:00:00Z").await, both);
        assert_eq!(changed("2026-11-23T02:10:00Z").await, BTreeSet::new());
        app.app.clock.set("2026-11-23T03:00:00Z".parse().unwrap());
        public::happen(&app, &goes.number, clinic_registry::domain::standing::ClinicAct::Suspend, |_| ()).await;
        assert_eq!(changed("2026-11-23T03:00:00Z").await, [(goes.number.clone(), false)].into());
        // Somewhat longer back than asked: what was committed late is not missed.
        assert_eq!(changed("2026-11-23T03:01:30Z").await, [(goes.number.clone(), false)].into());
        assert_eq!(changed("2026-11-23T03:10:00Z").await, BTreeSet::new());
        let list = app
            .anonymous()
            .call("telemedicine_list")
            .query("changed_since", "2026-11-23T03:00:00Z")
            .send()
            .await
            .expect(200);
        let gone = &list["items"][0];
        assert_eq!(
            (&gone["reasons"], gone.get("address"), &gone["physicians"]),
            (&json!(["clinic_suspended"]), None, &json!([]))
        );
        // Page by page, by the moment of the change.
        let all = numbers(&app, &[("changed_since", "2026-11-01T00:00:00Z"), ("limit", "1")]).await;
        assert_eq!(all, [stays.number.clone(), goes.number.clone()]);
    });
}

#[test]
fn every_format_says_the_same() {
    support::run(async {
        let app = TestApp::start().await;
        for _ in 0..3 {
            online(&app).await;
        }
        let nobody = app.anonymous();
        let list = nobody.call("telemedicine_list").send().await.expect(200);
        let items = list["items"].as_array().unwrap();
        let answer = nobody.call("telemedicine_list").query("format", "jsonl").send().await;
        assert_eq!(answer.header("data-as-of"), "2026-11-23T02:00:00.000000Z");
        let (head, rows, end) = lines(&answer, "clinic");
        assert_eq!(&rows, items);
        assert_eq!((&head["notices"], &end["rows"], &end["as_of"]), (&list["notices"], &json!(3), &head["as_of"]));
        let answer = nobody.call("telemedicine_list").query("format", "csv").send().await;
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"telemedicine-20261123T020000Z.csv\"");
        let text = answer.text();
        assert!(text.starts_with("\u{feff}备案编号,诊所名称,"), "{text}");
        for item in items {
            let line = text.lines().find(|line| line.starts_with(item["number"].as_str().unwrap())).unwrap();
            for part in [&item["name"], &item["address"], &item["physicians"][0]["name"], &item["verification_url"]] {
                assert!(line.contains(part.as_str().unwrap()), "{part} in {line}");
            }
        }
    });
}

#[test]
fn people_read_the_notices_and_find_the_clinics() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = online(&app).await;
        let nobody = app.anonymous();
        let page = nobody.get("/telemedicine").await.expect_html();
        for text in [
            "不接受首诊",
            clinic.dossier.name.as_str(),
            clinic.physician.as_str(),
            "0635-5550001",
            "聊城示例互联网科技有限公司",
            "省级监管平台已对接",
            "自2026年11月23日起",
            "数据截至",
        ] {
            assert!(page.contains(text), "{text}");
        }
        assert!(
            page.find("不接受首诊").unwrap() < page.find(&clinic.dossier.name).unwrap(),
            "the notices stand on top"
        );
        assert!(!page.contains("<script"));
        let found = |page: &str| page.contains(&format!("/clinics/{}\"", clinic.number));
        let listed = async |query: &str| {
            let page = nobody.get(&format!("/telemedicine?{query}")).await.expect_html();
            // The table of authorities names the first of each, too.
            found(page.split("<h2>各备案机关</h2>").next().unwrap())
        };
        assert!(listed("authority=&division=371502&subject=50.01&platform=").await);
        assert!(!listed("division=371502001").await);
        assert!(!listed("subject=12").await);
        for wrong in ["division=x", "authority=x", "cursor=x"] {
            let answer = nobody.get(&format!("/telemedicine?{wrong}")).await;
            assert_eq!((answer.status, answer.header("content-type")), (422, "text/html; charset=utf-8"), "{wrong}");
        }
        for path in ["/".to_owned(), format!("/clinics/{}", clinic.number)] {
            assert!(nobody.get(&path).await.expect_html().contains("href=\"/telemedicine\""), "{path}");
        }
        // The clinic's own page tells the notices where it treats online.
        assert!(nobody.get(&format!("/clinics/{}", clinic.number)).await.expect_html().contains("不接受首诊"));
    });
}

/// What the list may show of a clinic.
const ITEM: &[&str] = &[
    "/number",
    "/name",
    "/permitted",
    "/authority_id",
    "/authority",
    "/clinic_type",
    "/division",
    "/street",
    "/address",
    "/since",
    "/version",
    "/platform/name",
    "/platform/supervision_connected",
    "/subjects/*/code",
    "/subjects/*/name",
    "/physicians/*/name",
    "/physicians/*/level",
    "/physicians/*/category",
    "/physicians/*/scope",
    "/supervision/authority",
    "/supervision/phone",
    "/supervision/url",
    "/verification_url",
    "/updated_at",
];

#[test]
fn nothing_of_a_person_beyond_name_level_category_and_scope_is_shown() {
    support::run(async {
        let app = TestApp::start().await;
        let clinic = online(&app).await;
        let secrets = crate::privacy::planted(&clinic.dossier);
        let nobody = app.anonymous();
        let list = nobody.call("telemedicine_list").send().await.expect(200);
        let mut seen = BTreeSet::new();
        crate::privacy::pointers(&list["items"][0], "", &mut seen);
        let more: Vec<_> = seen.iter().filter(|pointer| !ITEM.contains(&pointer.as_str())).collect();
        assert!(more.is_empty(), "{more:?}");
        let code = clinic.dossier.staff.iter().find(|row| row.telemedicine).unwrap().practice_code.clone();
        let mut question = clinic.question();
        question["physician"]["practice_code"] = json!(code);
        let answers: Vec<Value> = vec![asked(&app, &question).await, asked(&app, &clinic.question()).await];
        assert_eq!(answers[0]["permitted"], true);
        let mut texts: Vec<String> = answers.iter().map(Value::to_string).collect();
        let mut addresses = vec!["/telemedicine".to_owned()];
        for format in ["json", "jsonl", "csv"] {
            addresses.push(format!("/api/v1/telemedicine?format={format}"));
        }
        for format in ["csv", "jsonl", "xlsx"] {
            addresses.push(format!("/api/v1/exports/clinics?format={format}"));
        }
        addresses.push("/api/v1/telemedicine/jurisdictions".to_owned());
        for address in &addresses {
            let answer = nobody.get(address).await;
            assert_eq!(answer.status, 200, "{address}");
            texts.push(format!("{:?}\n{}", answer.headers, answer.text()));
        }
        let changes = app.officer().call("change_list").send().await.expect(200);
        assert!(!changes["items"].as_array().unwrap().is_empty());
        texts.push(changes.to_string());
        for text in texts {
            let found = crate::privacy::found(&secrets, &text);
            assert!(found.is_empty(), "{found:?} in {text}");
        }
    });
}
