//! Lookups keep a pace: the limit answers, in words; people at an ordinary pace and other addresses never meet it.

use chrono::TimeDelta;
use reqwest::StatusCode;

use crate::support;
use crate::support::actors::Answer;
use crate::support::app::{PASSWORD, TestApp, monday};

async fn limited(per_minute: u32, proxy: bool) -> TestApp {
    TestApp::with(|config| {
        config.lookups_per_minute = Some(per_minute);
        config.trusted_proxy = proxy;
    })
    .await
}

/// A lookup that comes from `address`, as the proxy before the service says.
async fn from(app: &TestApp, path: &str, address: &str) -> Answer {
    let nobody = app.anonymous();
    let request = nobody.http.get(format!("{}{path}", nobody.base)).header("X-Forwarded-For", address);
    Answer::read(format!("GET {path} from {address}"), request.send().await.unwrap()).await
}

#[test]
fn who_asks_too_often_is_told_when_to_ask_again() {
    support::run(async {
        let app = limited(6, false).await;
        let nobody = app.anonymous();
        for _ in 0..6 {
            nobody.call("clinic_list").send().await.expect(200);
        }
        let refused = nobody.call("clinic_list").send().await;
        assert_eq!(refused.header("retry-after"), "10", "one bucket's tenth of a minute");
        let problem = refused.problem(429, "request.too_many");
        assert_eq!(problem["detail"], "查询过于频繁，请稍后再试。");
        // Every lookup is one: pages, the register, codes.
        for path in
            ["/v", "/v/7K4M-Q2XD-9FHT", "/clinics", "/clinics/PDY00001X37150217D2122", "/v/", "/p/7K4M-Q2XD-9FHT"]
        {
            let page = nobody.get(path).await;
            assert_eq!((page.status, page.header("content-type")), (429, "text/html; charset=utf-8"), "{path}");
            assert!(page.text().contains("查询过于频繁，请稍后再试。"), "{}", page.text());
            assert_eq!(page.header("cache-control"), "no-store");
            assert_eq!(page.header("x-content-type-options"), "nosniff");
            assert_eq!(page.header("retry-after"), "10");
        }
        for path in [
            "/api/v1/clinics/PDY00001X37150217D2122",
            "/api/v1/verifications/123",
            "/api/v1/paper-checks/7K4M-Q2XD-9FHT",
        ] {
            assert_eq!(nobody.get(path).await.status, 429, "{path}");
        }
        // Nothing else is counted.
        for path in ["/", "/docs", "/healthz", "/robots.txt", "/.well-known/clinic-keys", "/api/v1/rules"] {
            assert_eq!(nobody.get(path).await.status, StatusCode::OK, "{path}");
        }
        nobody.signed_in("officer", PASSWORD).await.call("filing_list").send().await.expect(200);
        // Ten seconds later there is room for one.
        app.app.clock.set(monday() + TimeDelta::seconds(10));
        nobody.call("clinic_list").send().await.expect(200);
        nobody.call("clinic_list").send().await.problem(429, "request.too_many");
    });
}

#[test]
fn a_scan_at_an_ordinary_pace_is_never_refused() {
    support::run(async {
        let app = limited(120, false).await;
        // A whole waiting room behind one address: a scan every second for three minutes.
        for second in 0..180 {
            app.app.clock.set(monday() + TimeDelta::seconds(second));
            let page = app.anonymous().get("/v/7K4M-Q2XD-9FHT").await;
            assert_eq!(page.status, 200, "in second {second}");
        }
        // And at once as many as R-095 lets through in a burst.
        app.app.clock.set(monday() + TimeDelta::minutes(10));
        for n in 0..60 {
            assert_eq!(app.anonymous().get("/v/7K4M-Q2XD-9FHT").await.status, 200, "{n}");
        }
        assert_eq!(app.anonymous().get("/v/7K4M-Q2XD-9FHT").await.status, 429);
    });
}

#[test]
fn each_address_has_its_own_measure_and_an_ipv6_network_one() {
    support::run(async {
        let app = limited(2, true).await;
        let statuses = async |addresses: &[&str]| {
            let mut seen = vec![];
            for address in addresses {
                seen.push(from(&app, "/clinics", address).await.status);
            }
            seen
        };
        assert_eq!(statuses(&["203.0.113.1"; 3]).await, [200, 200, 429]);
        assert_eq!(statuses(&["203.0.113.2"; 3]).await, [200, 200, 429], "another address has not asked yet");
        // What the client wrote itself stands before what the proxy saw.
        assert_eq!(statuses(&["198.51.100.7, 203.0.113.1", "203.0.113.9, 203.0.113.2"]).await, [429, 429]);
        assert_eq!(statuses(&["::ffff:203.0.113.1"]).await, [429], "the same address in IPv6 clothes");
        // A subscriber has 2^64 addresses of IPv6.
        assert_eq!(statuses(&["2001:db8:0:1::1", "2001:db8:0:1::2", "2001:db8:0:1:ffff::3"]).await, [200, 200, 429]);
        assert_eq!(statuses(&["2001:db8:0:2::1"]).await, [200]);
        // What is no address counts for the connection.
        assert_eq!(statuses(&["unknown", "x", ""]).await, [200, 200, 429]);
    });
}

#[test]
fn without_a_trusted_proxy_the_header_is_nobodys_word() {
    support::run(async {
        let app = limited(2, false).await;
        let mut seen = vec![];
        for n in 1..=3 {
            seen.push(from(&app, "/clinics", &format!("203.0.113.{n}")).await.status);
        }
        assert_eq!(seen, [200, 200, 429]);
    });
}

#[test]
fn a_demonstration_and_a_zero_have_no_limit() {
    support::run(async {
        for app in [TestApp::start().await, limited(0, false).await] {
            for _ in 0..200 {
                assert_eq!(app.anonymous().get("/v/7K4M-Q2XD-9FHT").await.status, 200);
            }
        }
    });
}
