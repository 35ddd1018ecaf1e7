//! The clocks of the law: due lists, warnings, deemed closure, what 互联网诊疗 rests on, and counting anew. How periods are
//! counted stands in [`counting`].

mod counting;
mod crowds;

use chrono::{DateTime, NaiveDate, Utc};
use clinic_registry::app::App;
use clinic_registry::domain::announcement::AnnouncementKind;
use clinic_registry::domain::dossier::{ClinicType, Dossier, ServiceMode};
use clinic_registry::domain::law::{Law, LawError, Sources};
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::law::SOURCES;
use clinic_registry::usecase::clocks::{self, Move};
use clinic_registry::usecase::life;
use clinic_registry::usecase::watch::{self, Round};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support;
use crate::support::actors::Actor;
use crate::support::app::{PASSWORD, TestApp};
use crate::support::builders::{correction, json_of, withdrawal};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// 10 o'clock of a day in Asia/Shanghai.
fn morning(day: &str) -> DateTime<Utc> {
    format!("{day}T02:00:00Z").parse().unwrap()
}

/// Lets a day begin: the clock is set, and the round has been gone.
async fn dawn(app: &TestApp, day: &str) {
    app.app.clock.set(morning(day));
    round(&app.app).await;
}

/// Goes the round until nobody else holds what is left of it.
async fn round(app: &App) -> Round {
    loop {
        match watch::sweep(app).await {
            Ok(round) => return round,
            Err(error) => assert!(matches!(error, clinic_registry::error::Error::Unavailable), "{error}"),
        }
    }
}

/// Whoever has this login, signed in today.
async fn today(app: &TestApp, login: &str) -> Actor {
    app.anonymous().signed_in(login, PASSWORD).await
}

/// A due list: names and values of parameters.
async fn due(actor: &Actor, parameters: &[(&str, &str)]) -> Vec<Value> {
    let call = parameters.iter().fold(actor.call("deadline_list"), |call, (name, value)| call.query(name, value));
    call.send().await.expect(200)["items"].as_array().unwrap().clone()
}

/// Files something other than a form about a clinic, up to its submission.
async fn submitted(clinic: &Actor, kind: &str, number: &Value, particulars: Value) -> Value {
    let body = json!({ "kind": kind, "clinic": number, "particulars": particulars });
    let draft = clinic.call("filing_create").once().json(&body).send().await.expect(201);
    clinic.add_materials(&draft).await;
    clinic.act(&draft, json!({ "action": "submit" })).await.expect(200)
}

/// Reviews and issues what was submitted.
async fn finished(app: &TestApp, filing: &Value) -> Value {
    let recommended = today(app, "officer").await.act(filing, json!({ "action": "recommend" })).await.expect(200);
    today(app, "approver").await.act(&recommended, json!({ "action": "issue" })).await.expect(200)
}

/// Suspends the clinic of an issued filing from today on.
async fn suspend(app: &TestApp, issued: &Value, reason: &str) {
    let today = app.app.clock.today();
    let particulars = json!({
        "effective_on": today, "until": today + chrono::Days::new(300), "suspension_reason": reason,
        "reason": "店面调整", "signed_by": issued["dossier"]["principal"]["name"], "signed_on": today,
    });
    let filing = submitted(&self::today(app, "clinic").await, "suspension", &issued["clinic"], particulars).await;
    finished(app, &filing).await;
}

async fn state_of(app: &TestApp, number: &Value) -> Value {
    let call = app.anonymous().call("clinic_view").path("filing_number", number.as_str().unwrap());
    call.send().await.expect(200)["state"].clone()
}

#[test]
fn a_filing_that_waits_is_warned_of_escalated_and_seen_overdue_by_everybody_concerned() {
    support::run(async {
        let app = TestApp::start().await;
        let filing = app.received().await;
        assert_eq!((&filing["due_on"], &filing["urgency"]), (&json!("2026-11-30"), &json!("calm")));
        assert_eq!(filing["days_left"], 5);
        let days = [
            ("2026-11-25", "calm", 3, [false, false, false]),
            ("2026-11-26", "near", 2, [true, false, false]),
            ("2026-11-27", "pressing", 1, [true, true, false]),
            ("2026-11-28", "pressing", 1, [true, true, false]),
            ("2026-11-30", "today", 0, [true, true, false]),
            ("2026-12-01", "overdue", -1, [true, true, true]),
            ("2026-12-05", "overdue", -4, [true, true, true]),
        ];
        let mut told = json!({});
        for (date, urgency, left, noted) in days {
            dawn(&app, date).await;
            for login in ["officer", "approver", "inspector", "auditor", "clinic"] {
                let actor = today(&app, login).await;
                let list = due(&actor, &[("rule", "R-050")]).await;
                assert_eq!(list.len(), 1, "{login}");
                let row = &list[0];
                assert_eq!((&row["urgency"], &row["days_left"]), (&json!(urgency), &json!(left)), "{date} {login}");
                assert_eq!((&row["filing_id"], &row["due_on"]), (&filing["id"], &json!("2026-11-30")));
                assert_eq!((&row["case_number"], &row["name"]), (&filing["case_number"], &filing["dossier"]["name"]));
                let marks = ["warned_at", "escalated_at", "overdue_at"].map(|mark| row.get(mark).is_some());
                assert_eq!(marks, noted, "{date}");
                let seen = actor.view(&filing).await.expect(200);
                assert_eq!((&seen["urgency"], &seen["days_left"]), (&json!(urgency), &json!(left)), "{date} {login}");
                let overdue = actor.call("filing_list").query("overdue", "true").send().await.expect(200);
                let in_time = actor.call("filing_list").query("overdue", "false").send().await.expect(200);
                let (late, other) = if left < 0 { (overdue, in_time) } else { (in_time, overdue) };
                assert_eq!((&late["items"][0]["id"], &other["items"]), (&filing["id"], &json!([])), "{date}");
                assert_eq!(late["items"][0]["urgency"], urgency);
                told = row.clone();
            }
        }
        // What was noted is noted once.
        round(&app.app).await;
        let officer = today(&app, "officer").await;
        assert_eq!(due(&officer, &[]).await, [told.clone()]);
        assert_eq!(told["overdue_at"], json!("2026-12-01T02:00:00+00:00"));
        for login in ["other-officer", "other-clinic", "admin"] {
            assert_eq!(due(&today(&app, login).await, &[]).await, [] as [Value; 0], "{login}");
        }

        let issued = finished(&app, &officer.view(&filing).await.expect(200)).await;
        assert_eq!((issued.get("urgency"), issued.get("days_left")), (None, None));
        assert_eq!(due(&officer, &[("rule", "R-050")]).await, [] as [Value; 0]);
        let met = due(&officer, &[("rule", "R-050"), ("state", "met")]).await;
        assert_eq!((&met[0]["met_on"], met[0].get("urgency")), (&json!("2026-12-05"), None));
        let overdue = officer.call("filing_list").query("overdue", "true").send().await.expect(200);
        assert_eq!(overdue["items"], json!([]));
    });
}

#[test]
fn a_clock_ends_with_the_step_that_ends_it() {
    support::run(async {
        let app = TestApp::start().await;
        let (clinic, officer) = (app.clinic(), app.officer());
        let of = async |actor: &Actor, filing: &Value, state: &str| {
            let list = due(actor, &[("state", state), ("rule", "R-050")]).await;
            list.iter().filter(|row| row["filing_id"] == filing["id"]).count()
        };
        let withdrawn = app.received().await;
        let withdrawn = clinic.act(&withdrawn, withdrawal()).await.expect(200);
        assert_eq!((of(&officer, &withdrawn, "running").await, of(&officer, &withdrawn, "dropped").await), (0, 1));

        // A notice within the time meets the clock; what comes back starts another.
        let corrected = app.received().await;
        let corrected = officer.act(&corrected, correction()).await.expect(200);
        assert_eq!((of(&clinic, &corrected, "running").await, of(&clinic, &corrected, "met").await), (0, 1));
        app.app.clock.set(morning("2026-11-24"));
        let clinic = today(&app, "clinic").await;
        let again = clinic.act(&corrected, json!({ "action": "submit" })).await.expect(200);
        assert_eq!((&again["due_on"], &again["days_left"]), (&json!("2026-12-01"), &json!(5)));
        assert_eq!(of(&clinic, &corrected, "running").await, 1);

        // What goes to another office leaves nothing to do in the first, and nothing of it is told there.
        let draft = clinic.draft(&json_of(&app.dossier(ClinicType::General))).await;
        clinic.add_materials(&draft).await;
        let moved = clinic.act(&draft, json!({ "action": "submit" })).await.expect(200);
        let officer = today(&app, "officer").await;
        let moved = officer.act(&moved, app.redirect()).await.expect(200);
        assert_eq!((of(&officer, &moved, "running").await, of(&officer, &moved, "dropped").await), (0, 1));
        let dropped = due(&officer, &[("state", "dropped")]).await;
        let row = dropped.iter().find(|row| row["filing_id"] == moved["id"]).unwrap();
        assert_eq!((row.get("case_number"), row.get("name")), (None, None));
        let moved = clinic.view(&moved).await.expect(200);
        clinic.act(&moved, json!({ "action": "submit" })).await.expect(200);
        let elsewhere = due(&today(&app, "other-officer").await, &[]).await;
        assert_eq!((elsewhere.len(), &elsewhere[0]["filing_id"]), (1, &moved["id"]));
        assert_eq!(of(&officer, &moved, "running").await, 0);
    });
}

#[test]
fn a_year_of_suspension_closes_a_clinic_unless_it_rebuilds_or_comes_back_in_time() {
    support::run(async {
        let app = TestApp::start().await;
        let mut clinics = vec![];
        for reason in ["other", "rebuilding", "other", "other"] {
            let issued = app.issued(&app.dossier(ClinicType::General)).await;
            suspend(&app, &issued, reason).await;
            clinics.push(issued);
        }
        let code = app.clinic().certificate(&clinics[0]).await["short_code"].as_str().unwrap().to_owned();
        let [lapsing, rebuilding, late, back] = [0, 1, 2, 3].map(|n| &clinics[n]["clinic"]);
        let of = |list: Vec<Value>, number: &Value| list.into_iter().find(|row| row["clinic"] == *number);
        let running = due(&app.officer(), &[("rule", "R-063")]).await;
        assert_eq!(running.len(), 3, "a clinic that rebuilds has no such clock");
        assert_eq!(of(running, lapsing).unwrap()["due_on"], "2027-11-23");

        // Month 11: warned.
        dawn(&app, "2027-10-22").await;
        let officer = today(&app, "officer").await;
        assert_eq!(due(&officer, &[("rule", "R-063"), ("urgency", "near")]).await, [] as [Value; 0]);
        dawn(&app, "2027-10-23").await;
        let (clinic, officer) = (today(&app, "clinic").await, today(&app, "officer").await);
        for actor in [&clinic, &officer] {
            let near = of(due(actor, &[("rule", "R-063"), ("urgency", "near")]).await, lapsing).unwrap();
            assert_eq!((&near["urgency"], &near["days_left"]), (&json!("near"), &json!(31)));
            assert!(near.get("warned_at").is_some() && near.get("overdue_at").is_none());
        }
        // One clinic comes back; one asks to, in time, and the office has not answered.
        let resumes = |n: usize, on: &str| {
            let signer = &clinics[n]["dossier"]["principal"]["name"];
            json!({ "effective_on": on, "signed_by": signer, "signed_on": on, "reason": "装修完成" })
        };
        let resumption = submitted(&clinic, "resumption", back, resumes(3, "2027-10-23")).await;
        finished(&app, &resumption).await;
        dawn(&app, "2027-11-22").await;
        let clinic = today(&app, "clinic").await;
        let waiting = submitted(&clinic, "resumption", late, resumes(2, "2027-11-22")).await;

        // The corresponding day itself still belongs to the clinic.
        dawn(&app, "2027-11-23").await;
        assert_eq!(state_of(&app, lapsing).await, "suspended");
        let scanned = app.anonymous().verify(&code).await;
        assert_eq!(scanned["reason"]["code"], "suspended");
        dawn(&app, "2027-11-24").await;
        assert_eq!(state_of(&app, lapsing).await, "deemed_closed");
        assert_eq!(state_of(&app, rebuilding).await, "suspended");
        assert_eq!(state_of(&app, late).await, "suspended");
        assert_eq!(state_of(&app, back).await, "active");
        let scanned = app.anonymous().verify(&code).await;
        assert_eq!((&scanned["outcome"], &scanned["reason"]["code"]), (&json!("not_valid"), &json!("cancelled")));
        assert_eq!(scanned["certificate"]["clinic_state"], "deemed_closed");
        let officer = today(&app, "officer").await;
        let closed = of(due(&officer, &[("rule", "R-063"), ("state", "met")]).await, lapsing).unwrap();
        assert_eq!(closed["met_on"], "2027-11-24");

        // Announced and written down once, however often the round is gone.
        round(&app.app).await;
        let row = app.app.store.clinic_by_number(lapsing.as_str().unwrap()).await.unwrap();
        let announced = app.app.store.announcements(Some(row.id), None, None, 10).await.unwrap();
        let announced: Vec<_> = announced.iter().filter(|a| a.kind == AnnouncementKind::DeemedClosure).collect();
        assert_eq!(announced.len(), 1);
        assert!(announced[0].body.contains("视为歇业") && announced[0].body.contains(&row.name), "{announced:?}");
        let events = app.app.store.clinic_events(row.id).await.unwrap();
        let events: Vec<_> = events.iter().filter(|e| e.act == ClinicAct::DeemClosed).collect();
        assert_eq!((events.len(), events[0].actor_id, events[0].actor_name.as_str()), (1, None, life::SYSTEM));
        assert_eq!((events[0].effective_on, announced[0].effective_on), (day("2027-11-23"), day("2027-11-23")));

        // Who takes the request back has not come back.
        let clinic = today(&app, "clinic").await;
        let waiting = clinic.view(&waiting).await.expect(200);
        clinic.act(&waiting, withdrawal()).await.expect(200);
        dawn(&app, "2027-11-25").await;
        assert_eq!(state_of(&app, late).await, "deemed_closed");
        dawn(&app, "2028-11-21").await;
        assert_eq!(state_of(&app, rebuilding).await, "suspended");
    });
}

/// The clocks of R-081 in a due list: item and day.
fn items(list: &[Value]) -> Vec<(&str, &str)> {
    let mut items: Vec<_> =
        list.iter().map(|row| (row["due_on"].as_str().unwrap(), row["item"].as_str().unwrap())).collect();
    items.sort_unstable();
    items
}

#[test]
fn what_telemedicine_rests_on_is_watched_until_it_is_renewed_or_given_up() {
    support::run(async {
        let app = TestApp::start().await;
        let dossier = app.dossier(ClinicType::General);
        let issued = app.issued(&dossier).await;
        assert_eq!(due(&app.officer(), &[("rule", "R-081")]).await, [] as [Value; 0]);
        let online = app.with_telemedicine(&dossier);
        let number = issued["clinic"].as_str().unwrap();
        app.changed(number, &online).await;
        let physician = format!("医师{}的电子注册核验", online.staff.last().unwrap().name);
        let expected = [
            ("2027-09-24", "信息安全等级保护测评"),
            ("2027-11-13", physician.as_str()),
            ("2028-11-23", "与聊城示例互联网科技有限公司的合作协议"),
        ];
        let watched = due(&app.clinic(), &[("rule", "R-081")]).await;
        assert_eq!(items(&watched), expected);
        assert!(watched.iter().all(|row| row["clinic"] == issued["clinic"] && row["unit"] == "fixed"));
        assert_eq!(items(&due(&app.officer(), &[("rule", "R-081")]).await), expected);
        assert_eq!(due(&app.other_clinic(), &[]).await, [] as [Value; 0]);

        // Sixty days before, and not earlier.
        let near = [("rule", "R-081"), ("urgency", "near")];
        dawn(&app, "2027-07-25").await;
        assert_eq!(due(&today(&app, "clinic").await, &near).await, [] as [Value; 0]);
        dawn(&app, "2027-07-26").await;
        for login in ["clinic", "officer", "approver"] {
            let list = due(&today(&app, login).await, &near).await;
            assert_eq!(items(&list), expected[..1], "{login}");
            assert_eq!((&list[0]["days_left"], list[0].get("warned_at").is_some()), (&json!(60), true));
        }

        // A new assessment: its clock is another; the others run on as they were.
        let mut renewed = online.clone();
        let grade = renewed.telemedicine.as_mut().unwrap().security_grade.as_mut().unwrap();
        grade.assessed_on = Some(day("2027-07-20"));
        change(&app, number, &renewed).await;
        let clinic = today(&app, "clinic").await;
        let after = due(&clinic, &[("rule", "R-081")]).await;
        assert_eq!(items(&after)[2], ("2028-11-23", expected[2].1));
        assert_eq!(items(&after)[1], ("2028-07-20", "信息安全等级保护测评"));
        let id = |list: &[Value]| list.iter().find(|row| row["due_on"] == "2027-11-13").unwrap()["id"].clone();
        assert_eq!(id(&after), id(&watched));

        // Given up.
        let mut without = renewed;
        without.service_modes.retain(|mode| *mode != ServiceMode::Telemedicine);
        without.telemedicine = None;
        without.staff.iter_mut().for_each(|row| row.telemedicine = false);
        change(&app, number, &without).await;
        assert_eq!(due(&clinic, &[("rule", "R-081")]).await, [] as [Value; 0]);
        assert_eq!(due(&clinic, &[("rule", "R-081"), ("state", "dropped")]).await.len(), 4);
    });
}

/// A change on a later day.
async fn change(app: &TestApp, number: &str, dossier: &Dossier) {
    let clinic = today(app, "clinic").await;
    let draft = clinic.draft_change(number, &json_of(dossier)).await;
    clinic.add_materials(&draft).await;
    let filing = clinic.act(&draft, json!({ "action": "submit" })).await.expect(200);
    finished(app, &filing).await;
}

/// The law as shipped, with one more year in its calendar.
fn law_with(year: &str) -> Law {
    law_of(|rules| rules, year).unwrap()
}

/// The law with other rules and with more years in its calendar.
fn law_of(edit: impl FnOnce(String) -> String, years: &str) -> Result<Law, LawError> {
    let read = |name: &str| std::fs::read_to_string(support::repository("src/law").join(name)).unwrap();
    let calendar = read("calendar.toml") + years;
    Law::parse(&Sources { rules: &edit(read("rules.toml")), calendar: &calendar, ..SOURCES })
}

async fn preview(app: &App, law: &Law) -> Vec<Move> {
    let tx = app.store.snapshot().await.unwrap();
    clocks::recompute_preview(app, &tx, law).await.unwrap()
}

async fn recompute(app: &App, law: &Law) -> u64 {
    let tx = app.store.begin().await.unwrap();
    let moved = clocks::recompute(app, &tx, law).await.unwrap();
    tx.commit().await.unwrap();
    moved
}

#[test]
fn a_day_that_was_guessed_is_counted_anew_and_never_comes_earlier() {
    support::run(async {
        let app = TestApp::start().await;
        app.app.clock.set(morning("2026-12-29"));
        let clinic = today(&app, "clinic").await;
        let draft = clinic.draft(&json_of(&app.dossier(ClinicType::General))).await;
        clinic.add_materials(&draft).await;
        let filing = clinic.act(&draft, json!({ "action": "submit" })).await.expect(200);
        // 30 and 31 December, and by the ordinary week 1, 4 and 5 January.
        assert_eq!((&filing["due_on"], &filing["due_guessed"]), (&json!("2027-01-05"), &json!(true)));
        let shown = async || {
            let clinic = today(&app, "clinic").await;
            let (row, filing) = (due(&clinic, &[]).await.remove(0), clinic.view(&filing).await.expect(200));
            assert_eq!((&row["due_on"], &row["guessed"]), (&filing["due_on"], &filing["due_guessed"]));
            assert_eq!(row["urgency"], filing["urgency"]);
            row
        };
        dawn(&app, "2027-01-06").await;
        let row = shown().await;
        assert_eq!((&row["urgency"], row.get("overdue_at").is_some()), (&json!("overdue"), true));

        // The notice makes New Year's Day a rest day: one day later, and no longer overdue.
        let known = "\n[[year]]\nyear = 2027\nsources = [\"通知\"]\noff = [\"01-01..01-03\"]\non = []\n";
        let law = law_with(known);
        let would = preview(&app.app, &law).await;
        assert_eq!(would.len(), 1);
        let id: Uuid = row["id"].as_str().unwrap().parse().unwrap();
        assert_eq!((would[0].id, would[0].item.as_str()), (id, "设置备案"));
        assert_eq!((would[0].from, would[0].to), (day("2027-01-05"), day("2027-01-06")));
        assert_eq!(shown().await, row, "a preview changes nothing");
        assert_eq!(recompute(&app.app, &law).await, 1);
        let row = shown().await;
        assert_eq!((&row["due_on"], &row["guessed"]), (&json!("2027-01-06"), &json!(false)));
        assert_eq!(
            (&row["urgency"], row.get("overdue_at"), row.get("warned_at").is_some()),
            (&json!("today"), None, true)
        );
        assert_eq!(recompute(&app.app, &law).await, 0, "nothing is left to move");

        // Corrected again, by a make-up day that would end it earlier: what was told stays.
        let law = law_with(&known.replace("on = []", "on = [\"01-02\"]").replace("01-01..01-03", "01-01"));
        assert_eq!(preview(&app.app, &law).await, []);
        assert_eq!(recompute(&app.app, &law).await, 0);
        assert_eq!(shown().await, row);
    });
}
