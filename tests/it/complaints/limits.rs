//! How often anybody may report: counted in the database, over all instances, without keeping an address.

use chrono::TimeDelta;
use clinic_registry::clock::Clock;
use clinic_registry::config::Config;
use clinic_registry::server;
use clinic_registry::usecase::retention;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

use crate::complaints::{about, about_place, clinic, pages};
use crate::support;
use crate::support::actors::{Actor, Answer};
use crate::support::app::{TestApp, monday};
use crate::support::database;

fn limited(config: &mut Config) {
    config.reports_per_hour = Some(3);
    config.trusted_proxy = true;
}

async fn from(actor: &Actor, address: &str, body: &Value) -> Answer {
    let call = actor.call("complaint_create").once().header("X-Forwarded-For", address);
    call.json(body).send().await
}

/// Every text of two tables.
async fn kept(app: &TestApp) -> Vec<String> {
    let db = database::connect(&app.database).await;
    let sql = "SELECT bucket FROM pace_window UNION ALL SELECT salt FROM pace_salt";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let texts = rows.iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect();
    db.close().await.unwrap();
    texts
}

#[test]
fn two_instances_share_one_limit() {
    support::run(async {
        let app = TestApp::with(limited).await;
        let (number, _) = clinic(&app).await;
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::for_tests(dir.path(), Some(app.database.clone()));
        limited(&mut config);
        let second = server::start(&config, Clock::fixed(monday())).await.unwrap();
        let (here, address) = (app.anonymous(), "203.0.113.7");
        let there = Actor { base: format!("http://{}", second.address), ..here.clone() };
        from(&here, address, &about(&number)).await.expect(201);
        from(&there, address, &about(&number)).await.expect(201);
        // What is refused for another reason is not counted.
        from(&there, address, &about_place("999999999")).await.problem(422, "request.invalid");
        from(&here, address, &about(&number)).await.expect(201);
        for instance in [&here, &there] {
            let refused = from(instance, address, &about(&number)).await;
            assert_eq!(refused.header("retry-after"), "3600", "the hour has just begun");
            let problem = refused.problem(429, "request.too_often");
            assert!(problem["detail"].as_str().unwrap().contains("60分钟后"), "{problem:#}");
        }
        // Other addresses are other people; an IPv6 network of 64 bits is one.
        from(&there, "203.0.113.8", &about(&number)).await.expect(201);
        for n in 1..=3 {
            from(&here, &format!("2001:db8:1:2::{n}"), &about(&number)).await.expect(201);
        }
        from(&there, "2001:db8:1:2:ffff::9", &about(&number)).await.problem(429, "request.too_often");
        from(&there, "2001:db8:1:3::1", &about(&number)).await.expect(201);

        let texts = kept(&app).await;
        assert!(texts.len() > 4, "{texts:?}");
        assert!(texts.iter().all(|text| !text.contains("203.0.113") && !text.contains("2001:db8")), "{texts:?}");
        // The next hour is another.
        app.app.clock.set(monday() + TimeDelta::hours(1));
        from(&here, address, &about(&number)).await.expect(201);
        second.stop().await.unwrap();
    });
}

#[test]
fn guessing_numbers_and_sending_photos_keep_a_pace_too() {
    support::run(async {
        let app = TestApp::with(limited).await;
        let nobody = app.anonymous();
        let guess = async || nobody.call("complaint_follow").path("reference", "2222-2222-2222").send().await;
        for _ in 0..60 {
            guess().await.problem(404, "resource.not_found");
        }
        guess().await.problem(429, "request.too_often");
        assert_eq!(pages::follow(&nobody, "2222-2222-2222").await.status, 429, "the page counts with it");
        let upload = async || {
            let part = reqwest::multipart::Part::bytes(b"no photo".to_vec()).file_name("a.jpg");
            let call = nobody.call("complaint_photo_add").path("reference", "2222-2222-2222").once();
            call.form(reqwest::multipart::Form::new().part("file", part)).send().await
        };
        for _ in 0..40 {
            upload().await.problem(415, "material.file_type");
        }
        upload().await.problem(429, "request.too_often");
    });
}

#[test]
fn an_authority_is_not_flooded_from_many_addresses() {
    support::run(async {
        let app = TestApp::with(limited).await;
        let nobody = app.anonymous();
        for n in 0..60 {
            from(&nobody, &format!("203.0.113.{n}"), &about_place("371502008")).await.expect(201);
        }
        from(&nobody, "203.0.113.99", &about_place("371502008")).await.problem(429, "request.too_often");
        from(&nobody, "203.0.113.99", &about_place("371502001")).await.expect(201);
    });
}

#[test]
fn the_counts_and_the_way_back_to_an_address_go_after_a_day() {
    support::run(async {
        let app = TestApp::with(limited).await;
        from(&app.anonymous(), "203.0.113.7", &about_place("371502008")).await.expect(201);
        assert_eq!(kept(&app).await.len(), 3, "the client, the authority, the day's salt");
        assert_eq!(retention::sweep(&app.app).await.unwrap().windows, 0);
        app.app.clock.set(monday() + TimeDelta::days(2));
        assert_eq!(retention::sweep(&app.app).await.unwrap().windows, 2);
        assert_eq!(kept(&app).await, Vec::<String>::new());
    });
}
