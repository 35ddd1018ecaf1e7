//! No page shows another clinic's data: every page as another owner, as an office, as nobody.

use clinic_registry::domain::dossier::ClinicType;

use crate::owner::{draft, page, signed_in};
use crate::support;
use crate::support::app::Shared;
use crate::support::browser::Browser;

static APP: Shared = Shared::new();

const PAGES: &[&str] =
    &["", "/form/name", "/form/staff", "/form/staff/1", "/check", "/done", "/case", "/withdraw", "/archive"];

const FORMS: &[&str] =
    &["/form/name", "/form/staff/1", "/form/staff/1/copy", "/form/staff/1/remove", "/check", "/withdraw"];

#[test]
fn what_is_another_owners_is_not_there() {
    support::run(async {
        let app = APP.get();
        let filings = [draft(&app, ClinicType::Dental).await, app.received().await];
        for filing in &filings {
            let mut stranger = signed_in(&app, "other-clinic").await;
            stranger.get("/my").await.shown(200);
            for rest in PAGES {
                let seen = stranger.get(&page(filing, rest)).await;
                assert_eq!(seen.status, 404, "{rest}: {}", seen.html);
            }
            for rest in FORMS {
                let seen = stranger.post(&page(filing, rest), &[("mark", ""), ("key", &"0".repeat(32))]).await;
                assert_eq!(seen.status, 404, "{rest}: {}", seen.html);
            }
            let mut nobody = Browser::before(&app.anonymous());
            for rest in PAGES {
                let to = nobody.get(&page(filing, rest)).await.location().to_owned();
                assert!(to.starts_with("/signin?to="), "{rest} leads to {to}");
            }
        }
    });
}

#[test]
fn an_office_has_no_desk_of_an_owner() {
    support::run(async {
        let app = APP.get();
        let filing = app.received().await;
        for login in ["officer", "approver", "other-officer"] {
            let mut officer = signed_in(&app, login).await;
            for path in ["/my".to_owned(), page(&filing, ""), page(&filing, "/form/name"), page(&filing, "/check")] {
                let seen = officer.get(&path).await;
                assert_eq!(seen.status, 403, "{login} {path}: {}", seen.html);
            }
        }
    });
}
