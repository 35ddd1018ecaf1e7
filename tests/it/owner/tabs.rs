//! Two tabs, two clicks: what was typed is there, once, and where two versions meet both are shown.

use clinic_registry::domain::dossier::ClinicType;

use crate::owner::{dossier, draft, fields, of, page, send, signed_in};
use crate::support;
use crate::support::app::Shared;
use crate::support::browser::between;

static APP: Shared = Shared::new();

#[test]
fn tabs_on_different_pages_do_not_meet() {
    support::run(async {
        let app = APP.get();
        let filing = draft(&app, ClinicType::General).await;
        let mut one = signed_in(&app, "clinic").await;
        let mut other = one.clone();
        let (name, address) = (page(&filing, "/form/name"), page(&filing, "/form/address"));
        let first = fields(&one.get(&name).await.shown(200));
        let second = fields(&other.get(&address).await.shown(200));
        send(&mut one, &name, first, &[("name", "东昌康宁诊所")]).await;
        send(&mut other, &address, second, &[("address-detail", "黄河路18号")]).await;
        let now = dossier(&app, &filing).await;
        assert_eq!(now["name"], "东昌康宁诊所");
        assert_eq!(now["address"]["detail"], "黄河路18号");
    });
}

#[test]
fn tabs_on_the_same_page_meet_on_a_page_that_shows_both() {
    support::run(async {
        let app = APP.get();
        let filing = draft(&app, ClinicType::General).await;
        let mut one = signed_in(&app, "clinic").await;
        let mut other = one.clone();
        let path = page(&filing, "/form/services");
        let (first, second) = (fields(&one.get(&path).await.shown(200)), fields(&other.get(&path).await.shown(200)));
        send(&mut one, &path, first, &[("opening_hours", "每日 8:00–12:00")]).await;
        let met = send(&mut other, &path, second, &[("opening_hours", "每日 14:00–18:00")]).await.shown(409);
        assert!(met.contains("每日 8:00–12:00"), "what is saved is shown");
        assert!(met.contains("每日 14:00–18:00"), "what was typed is shown");
        assert_eq!(dossier(&app, &filing).await["opening_hours"], "每日 8:00–12:00", "nothing is saved over it");
        // Looked at, and sent again: what is saved last counts.
        let seen = fields(&met);
        send(&mut other, &path, seen, &[]).await;
        assert_eq!(dossier(&app, &filing).await["opening_hours"], "每日 14:00–18:00");
    });
}

#[test]
fn a_double_click_does_once_what_it_does() {
    support::run(async {
        let app = APP.get();
        let mut browser = signed_in(&app, "clinic").await;
        let desk = browser.get("/my").await.shown(200);
        let key = between(&desk, "name=\"key\" value=\"", "\"").to_owned();
        let start = [("key", key.as_str()), ("kind", "establishment")];
        let first = browser.post("/my/filings", &start).await.location().to_owned();
        let second = browser.post("/my/filings", &start).await.location().to_owned();
        assert_eq!(first, second, "one draft");
        let filing = of(&first);
        let path = page(&filing, "/form/staff/1");
        let shown = fields(&browser.get(&path).await.shown(200));
        for _ in 0..2 {
            send(&mut browser, &path, shown.clone(), &[("name", "孙静"), ("post", "nurse")]).await;
        }
        let staff = dossier(&app, &filing).await["staff"].clone();
        assert_eq!(staff.as_array().unwrap().len(), 1, "{staff}");
        // Another tab had the same empty page open: its person comes behind.
        send(&mut browser, &path, shown, &[("name", "周强"), ("post", "physician")]).await;
        let staff = dossier(&app, &filing).await["staff"].clone();
        assert_eq!((&staff[0]["name"], &staff[1]["name"]), (&"孙静".into(), &"周强".into()), "{staff}");
    });
}

#[test]
fn an_item_is_taken_out_only_as_it_was_seen() {
    support::run(async {
        let app = APP.get();
        let filing = draft(&app, ClinicType::General).await;
        let mut browser = signed_in(&app, "clinic").await;
        let list = browser.get(&page(&filing, "/form/rooms")).await.shown(200);
        let mark = between(&list, "name=\"mark\" value=\"", "\"").to_owned();
        let before = dossier(&app, &filing).await["premises"]["rooms"].as_array().unwrap().len();
        let remove = page(&filing, "/form/rooms/1/remove");
        for _ in 0..2 {
            browser.post(&remove, &[("mark", &mark)]).await.leads(&page(&filing, "/form/rooms"));
        }
        let rooms = dossier(&app, &filing).await["premises"]["rooms"].as_array().unwrap().len();
        assert_eq!(rooms, before - 1, "the second click finds another room there and leaves it");
    });
}

#[test]
fn a_copy_takes_over_nothing_that_is_one_persons_own() {
    support::run(async {
        let app = APP.get();
        let filing = draft(&app, ClinicType::General).await;
        let mut browser = signed_in(&app, "clinic").await;
        let list = browser.get(&page(&filing, "/form/staff")).await.shown(200);
        let mark = between(&list, "name=\"mark\" value=\"", "\"").to_owned();
        for _ in 0..2 {
            browser.post(&page(&filing, "/form/staff/1/copy"), &[("mark", &mark)]).await;
        }
        let staff = dossier(&app, &filing).await["staff"].clone();
        assert_eq!(staff[0]["post"], staff[1]["post"]);
        for own in ["name", "id_number", "qualification_code", "practice_code"] {
            assert_eq!(staff[1][own], "", "{own}");
        }
        assert_ne!(staff[2]["name"], "", "one copy for two clicks: {staff}");
    });
}

#[test]
fn submitting_twice_submits_once() {
    support::run(async {
        let app = APP.get();
        let filing = app.complete_draft().await;
        let mut browser = signed_in(&app, "clinic").await;
        let path = page(&filing, "/check");
        let shown = fields(&browser.get(&path).await.shown(200));
        let refused = send(&mut browser, &path, shown.clone(), &[]).await.shown(422);
        assert!(refused.contains("govuk-error-summary"), "declarations are asked for");
        let declared = [("not_disqualified", "true"), ("truthful", "true"), ("signed_by", "李明")];
        for _ in 0..2 {
            send(&mut browser, &path, shown.clone(), &declared).await.leads(&page(&filing, "/done"));
        }
        let done = browser.get(&page(&filing, "/done")).await.shown(200);
        let seen = app.clinic().view(&filing).await.expect(200);
        assert_eq!(seen["stage"], "received");
        assert!(done.contains(seen["case_number"].as_str().unwrap()));
        assert_eq!(app.clinic().history(&filing).await.len(), 1);
        // Whoever still had a page open learns that it is submitted.
        let late = send(&mut browser, &page(&filing, "/form/name"), vec![], &[("name", "改名诊所")]).await;
        assert_eq!(late.status, 409, "{}", late.html);
    });
}
