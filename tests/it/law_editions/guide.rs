//! 办事指南 says what the law in force says.

use clinic_registry::domain::guide::Matter;

use super::{import, rules_with, text};
use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::pages::english_only;

static APP: Shared = Shared::new();

/// A page as text: tags become spaces.
fn plain(html: &str) -> String {
    let mut pieces = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    let head = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(head, |all, piece| all + " " + piece)
}

#[test]
fn every_matter_has_its_guide_in_both_languages() {
    support::run(async {
        let app = APP.get();
        let nobody = app.anonymous();
        let list = nobody.get("/guide").await.expect_html();
        english_only(&nobody.get("/guide?lang=en").await.expect_html());
        for matter in Matter::ALL {
            let path = format!("/guide/{}", matter.code());
            assert!(list.contains(&format!("href=\"{path}\"")) && list.contains(matter.zh()), "{path}");
            let page = nobody.get(&path).await.expect_html();
            for item in [
                "办理依据",
                "受理条件",
                "材料清单",
                "办理流程和时限",
                "收费",
                "办理方式",
                "咨询和投诉",
                "救济途径",
                "常见问题",
            ] {
                assert!(page.contains(item), "{path}: {item}");
            }
            assert!(page.contains("5个工作日") && page.contains("行政复议") && page.contains("tel:"), "{path}: {page}");
            assert!(!page.contains("<script") && !page.contains("本系统登记规则"), "{path}");
            let english = nobody.get(&format!("{path}?lang=en")).await.expect_html();
            assert!(english.contains(matter.en()) && english.contains("5 working days"), "{path}: {english}");
            english_only(&english);
        }
        assert_eq!(nobody.get("/guide/licence").await.status, 404);
    });
}

#[test]
fn the_materials_are_those_of_the_law() {
    support::run(async {
        let app = APP.get();
        let nobody = app.anonymous();
        let page = plain(&nobody.get("/guide/establishment").await.expect_html());
        for said in
            ["诊所房屋平面布局图", "消防应急预案", "租房的", "国家已掌握，不必提供", "满5年", "满3年", "不超过20 MB"]
        {
            assert!(page.contains(said), "{said}: {page}");
        }
        let page = plain(&nobody.get("/guide/change").await.expect_html());
        assert!(page.contains("变更地址 · 中医诊所") && !page.contains("第三级信息安全等级保护备案证明"), "{page}");
        let page = plain(&nobody.get("/guide/telemedicine").await.expect_html());
        assert!(page.contains("第三级信息安全等级保护备案证明和测评报告") && page.contains("处方管理制度"), "{page}");
        let page = plain(&nobody.get("/guide/reissue").await.expect_html());
        assert!(page.contains("不需要材料"), "{page}");
        let page = plain(&nobody.get("/guide/suspension").await.expect_html());
        assert!(page.contains("停业满12个月"), "{page}");
    });
}

#[test]
fn what_a_regulator_edits_is_what_the_guide_says() {
    support::run(async {
        let app = TestApp::start().await;
        let page = async |path: &str| app.anonymous().get(path).await.expect_html();
        let rules = rules_with(&app, "R-006", "years = 5", "years = 6").await;
        let (before, after) = rules.split_once("id = \"R-050\"").unwrap();
        let rules = format!("{before}id = \"R-050\"{}", after.replacen("days = 5", "days = 3", 1));
        import(&app, "rules", &rules, false).await.expect(200);
        let materials = text(&app, "materials").await;
        let materials = materials.replacen("诊所仪器设备清单", "诊所仪器设备一览表<b>", 1);
        import(&app, "materials", &materials, false).await.expect(200);
        let told = page("/guide/establishment").await;
        assert!(told.contains("起3个工作日内一次性告知"), "{told}");
        assert!(plain(&told).contains("满6年"), "{told}");
        assert!(told.contains("诊所仪器设备一览表&lt;b&gt;") && !told.contains("一览表<b>"), "{told}");

        // One authority promises less.
        let regions = text(&app, "regions").await;
        let own = format!(
            "{regions}\n[[override]]\nauthority = \"{}\"\nrule = \"R-050\"\nthresholds = {{ days = 2 }}\n\
             effective_from = \"2026-01-01\"\nreason = \"本机关承诺\"\nconfidence = \"I\"\n",
            super::OURS
        );
        import(&app, "regions", &own, false).await.expect(200);
        let told = plain(&page("/guide/establishment").await);
        assert!(told.contains("一次性告知: 2个工作日") && told.contains("3个工作日"), "{told}");
    });
}
