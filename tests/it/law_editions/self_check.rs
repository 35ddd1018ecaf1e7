//! 自查 and the forms: what is told before anybody signs in is what the law in force says.

use super::{import, text};
use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::browser::Browser;
use crate::support::pages::english_only;
use crate::support::pdf;

static APP: Shared = Shared::new();

/// Somebody who may file a dental clinic.
const MAY: &[(&str, &str)] = &[
    ("wish", "clinic"),
    ("clinic_type", "dental"),
    ("applicant", "individual"),
    ("leader", "dental"),
    ("years", "6"),
    ("disqualified", "no"),
    ("area", "86"),
    ("chairs", "2"),
    ("tenure", "leased"),
    ("staff", "yes"),
    ("medicines", "no"),
];

/// The same answers with some given otherwise.
fn but<'a>(others: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = MAY.iter().copied().filter(|(name, _)| others.iter().all(|(other, _)| name != other));
    kept.chain(others.iter().copied()).collect()
}

#[test]
fn who_may_file_is_told_so_with_a_list_of_their_own() {
    support::run(async {
        let app = APP.get();
        let mut browser = Browser::before(&app.anonymous());
        let page = browser.get("/guide/check").await.html;
        assert!(page.contains("name=\"wish\"") && !page.contains("name=\"years\""), "{page}");
        let page = browser.get("/guide/check?wish=clinic").await.html;
        assert!(page.contains("name=\"years\"") && !page.contains("name=\"graded\""), "{page}");
        let page = browser.post("/guide/check", MAY).await;
        assert_eq!((page.status, page.headers["cache-control"].to_str().unwrap()), (200, "no-store"));
        assert!(page.html.contains("没有发现不符合的地方"), "{}", page.html);
        let list =
            page.html.split_once("id=\"bring\"").unwrap().1.split_once("guide-check").map_or("", |(list, _)| list);
        let list = if list.is_empty() { &page.html } else { list };
        assert!(
            list.contains("诊所用房租赁使用合同") && list.contains("/guide/forms/equipment_list/empty.pdf"),
            "{list}"
        );
        // Owned premises, a pharmacy and a third party are not theirs.
        for not in ["诊所用房产权证件", "药品种类清单", "开展互联网诊疗申请书"] {
            assert!(!list.contains(not), "{not}: {list}");
        }
        let page = browser.post("/guide/check?lang=en", MAY).await.html;
        assert!(page.contains("Nothing stands in the way"), "{page}");
        english_only(&page);
    });
}

#[test]
fn what_stands_in_the_way_is_told_all_at_once_with_its_law() {
    support::run(async {
        let app = APP.get();
        let mut browser = Browser::before(&app.anonymous());
        let wrong = but(&[("leader", "assistant"), ("years", "2"), ("disqualified", "yes"), ("area", "20")]);
        let page = browser.post("/guide/check", &wrong).await.html;
        for told in ["有3处要先解决", "R-006", "R-008", "R-009", "R-036", "医师法》第二十条", "建筑面积20㎡＜50㎡"]
        {
            assert!(page.contains(told), "{told}: {page}");
        }
        // The same for who wants to treat online at a clinic that is filed: nothing else is asked.
        let online = [
            ("wish", "telemedicine"),
            ("clinic_type", "general"),
            ("third_party", "yes"),
            ("experienced", "no"),
            ("graded", "no"),
            ("reviewed", "no"),
            ("connected", "no"),
        ];
        let page = browser.post("/guide/check", &online).await.html;
        for told in ["R-073", "R-074", "R-077", "R-078", "与第三方合作建立信息系统的协议"] {
            assert!(page.contains(told), "{told}: {page}");
        }
        assert!(!page.contains("R-008") && !page.contains("诊所房屋平面布局图"), "{page}");
        let ready: Vec<_> =
            online.iter().map(|(name, said)| (*name, if *said == "no" { "yes" } else { said })).collect();
        let page = browser.post("/guide/check", &ready).await.html;
        assert!(page.contains("没有发现不符合的地方"), "{page}");
        // Nobody yet to lead it.
        let page = browser.post("/guide/check", &but(&[("leader", "none"), ("years", "")])).await.html;
        assert!(page.contains("现为0年0个月"), "{page}");
    });
}

#[test]
fn what_is_not_answered_is_asked_for_field_by_field() {
    support::run(async {
        let app = APP.get();
        let mut browser = Browser::before(&app.anonymous());
        let page = browser.post("/guide/check", &[("wish", "both")]).await;
        assert_eq!(page.status, 422);
        for field in ["clinic_type", "applicant", "leader", "years", "disqualified", "tenure", "staff", "graded"] {
            assert!(page.html.contains(&format!("href=\"#{field}\"")), "{field}: {}", page.html);
        }
        for (field, typed) in
            [("years", "-1"), ("years", "NaN"), ("years", "1e9"), ("area", "<b>"), ("chairs", "9999"), ("tenure", "x")]
        {
            let page = browser.post("/guide/check", &but(&[(field, typed)])).await;
            assert_eq!(page.status, 422, "{field} {typed}");
            assert!(
                page.html.contains(&format!("href=\"#{field}\"")) && !page.html.contains("\"<b>\""),
                "{field} {typed}"
            );
        }
        assert_eq!(browser.post("/guide/check", &[("wish", "")]).await.status, 422);
        let endless = "9".repeat(10_000);
        assert_eq!(browser.post("/guide/check", &but(&[("years", &endless)])).await.status, 413);
    });
}

#[test]
fn every_form_is_printed_empty_and_as_a_sample() {
    support::run(async {
        let app = APP.get();
        let nobody = app.anonymous();
        let law = app.app.law();
        let mut forms = 0;
        for material in law.all_materials() {
            let of = async |file: &str| nobody.get(&format!("/guide/forms/{}/{file}.pdf", material.code)).await;
            let (empty, sample) = (of("empty").await, of("sample").await);
            let Some(form) = law.form(&material.code) else {
                assert_eq!((empty.status, sample.status), (404, 404), "{}", material.code);
                continue;
            };
            forms += 1;
            assert_eq!(empty.headers["content-type"], "application/pdf");
            let (empty, sample) = (pdf::text(&empty.bytes), pdf::text(&sample.bytes));
            let said = |text: &str| text.split_whitespace().collect::<String>();
            assert!(said(&empty).contains(&said(&form.title)) && said(&sample).contains(&said(&form.title)), "{empty}");
            assert!(sample.contains("填写样例") && !empty.contains("填写样例"), "{}", material.code);
            // Nobody has said it yet: no code to check, no name below it.
            assert!(!empty.contains("核验") || material.code == "registry_evidence", "{empty}");
            assert!(!empty.contains("——") && !empty.contains("样例"), "{empty}");
        }
        assert!(forms >= 15, "{forms}");
        for nowhere in ["/guide/forms/nothing/empty.pdf", "/guide/forms/floor_plan/other.pdf"] {
            assert_eq!(nobody.get(nowhere).await.status, 404);
        }
    });
}

#[test]
fn a_regulator_edits_the_forms_and_is_told_what_is_wrong_with_them() {
    support::run(async {
        let app = TestApp::start().await;
        let forms = text(&app, "forms").await;
        let wrong = forms.replacen("widths = [1, 3, 2, 2, 2]", "widths = [1, 3]", 1).replacen(
            "\"fire_plan\"",
            "\"no_plan\"",
            1,
        );
        let told = import(&app, "forms", &wrong, false).await.expect(422).to_string();
        assert!(told.contains("floor_plan") && told.contains("no_plan"), "{told}");
        import(&app, "forms", &forms.replacen("消防应急预案", "消防预案", 1), false).await.expect(200);
        let page = app.anonymous().get("/guide/forms/fire_plan/empty.pdf").await;
        assert!(pdf::text(&page.bytes).contains("消防预案"));
    });
}
