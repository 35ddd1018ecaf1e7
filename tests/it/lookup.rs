//! How patients look clinics up on the pages: one box for whatever they have, near them, and in either language.

use clinic_registry::domain::dossier::{ClinicType, Dossier};
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::usecase::clinics;
use reqwest::redirect::Policy;

use crate::hostile::{corpus, resolved};
use crate::public::{Filed, filed, filed_with_telemedicine, happen};
use crate::support;
use crate::support::actors::encoded;
use crate::support::app::TestApp;

/// Issues a clinic of this name in this place; answers its number.
async fn issued(app: &TestApp, name: &str, detail: &str) -> (String, Dossier) {
    let mut dossier = app.dossier(ClinicType::General);
    dossier.name = name.into();
    dossier.principal.main_institution = name.into();
    dossier.address.detail = detail.into();
    let issued = app.issued(&dossier).await;
    (issued["clinic"].as_str().unwrap().to_owned(), dossier)
}

async fn names(app: &TestApp, query: &str) -> Vec<String> {
    let found = app.anonymous().search(&[("q", query)]).await;
    let mut names: Vec<_> = found.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

/// Where a page leads; nothing where it is shown itself.
async fn leads(app: &TestApp, path: &str) -> Option<String> {
    let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let answer = client.get(format!("{}{path}", app.anonymous().base)).send().await.unwrap();
    match answer.status().as_u16() {
        303 => Some(answer.headers()["location"].to_str().unwrap().to_owned()),
        status => {
            assert_eq!(status, 200, "{path}");
            None
        }
    }
}

fn asked(q: &str) -> String {
    format!("/clinics?q={}", encoded(q))
}

#[test]
fn a_clinic_is_found_by_its_address() {
    support::run(async {
        let app = TestApp::start().await;
        let (renhe, kangning) = ("聊城仁和堂诊所", "聊城黄山路康宁诊所");
        issued(&app, renhe, "辽河路27号").await;
        issued(&app, kangning, "长江路8号").await;
        issued(&app, "聊城安泰诊所", "黄山路3号").await;
        for (query, expected) in [
            ("辽河路", vec![renhe]),
            ("辽河路27号", vec![renhe]),
            ("辽河路 27号", vec![renhe]),
            ("东昌府区 长江路8", vec![kangning]),
            ("辽河路 仁和", vec![renhe]),
            ("仁和 辽河路", vec![renhe]),
            ("长江路 仁和", vec![]),
            ("淮河路", vec![]),
            // A name comes before an address.
            ("黄山路", vec![kangning]),
        ] {
            assert_eq!(names(&app, query).await, expected, "{query}");
        }
        let nobody = app.anonymous();
        let html = resolved(&nobody.get(&asked("黄山路")).await.expect_html());
        assert!(html.contains(kangning) && !html.contains("聊城安泰诊所"), "{html}");
        let next = format!("{}&within=address", asked("黄山路"));
        assert!(html.contains(&next), "{next} in {html}");
        let html = resolved(&nobody.get(&next).await.expect_html());
        assert!(html.contains("聊城安泰诊所") && !html.contains(kangning), "{html}");
        // The filter that is set can be taken off.
        assert!(html.contains(&format!("href=\"{}\"", asked("黄山路"))) && html.contains("查到1家诊所"), "{html}");
        assert_eq!(nobody.get("/clinics?q=x&within=heaven").await.status, 422);
    });
}

#[test]
fn words_that_are_missing_are_written_anew() {
    support::run(async {
        let app = TestApp::start().await;
        let (number, _) = issued(&app, "聊城仁和堂诊所", "辽河路27号").await;
        let tx = app.app.store.begin().await.unwrap();
        let row = tx.clinic_of(app.account("clinic"), &number).await.unwrap();
        tx.index_clinic(row.id, vec!["n:仁和".into()]).await.unwrap();
        tx.commit().await.unwrap();
        assert!(names(&app, "辽河路").await.is_empty());
        assert_eq!(clinics::reindex(&app.app).await.unwrap(), 1);
        assert_eq!((names(&app, "辽河路").await.len(), names(&app, "rht").await.len()), (1, 1));
    });
}

#[test]
fn one_box_leads_to_what_was_typed() {
    support::run(async {
        let app = TestApp::start().await;
        let Filed { number, short_code, digits, .. } = filed(&app).await;
        let ours = &app.app.settings.public_url;
        let page = format!("/clinics/{number}");
        let verified = format!("/v/{short_code}");
        let scanned = format!("/v/{digits}");
        let mistyped = {
            let other = if short_code.starts_with('7') { "8" } else { "7" };
            format!("{other}{}", &short_code[1..])
        };
        for (typed, to) in [
            (number.clone(), &page),
            (number.to_lowercase(), &page),
            (format!("{}-{}", &number[..9], &number[9..]), &page),
            (format!("{ours}/clinics/{number}"), &page),
            (short_code.clone(), &verified),
            (format!(" {} ", short_code.to_lowercase()), &verified),
            (short_code.replace('-', ""), &verified),
            (format!("{ours}/v/{short_code}"), &verified),
            (format!("{ours}/v/{digits}?lang=en#x"), &scanned),
            (scanned.clone(), &scanned),
            (digits.clone(), &scanned),
            (mistyped.clone(), &format!("/v/{mistyped}")),
        ] {
            assert_eq!(leads(&app, &asked(&typed)).await.as_ref(), Some(to), "{typed}");
        }
        // Names, pinyin that could be a code, telephone numbers: words to look for.
        for typed in ["仁和堂", "renhetang", "ZZZZZZZZZZZZ", "06355550001", "一二三-四五-六"] {
            assert_eq!(leads(&app, &asked(typed)).await, None, "{typed}");
        }
        let nobody = app.anonymous();
        let html = nobody.get(&asked(&format!("https://fake.example/v/{short_code}"))).await.expect_html();
        let html = resolved(&html);
        for words in ["您粘贴的不是官方网址", "fake.example", app.app.settings.host(), &format!("href=\"{verified}\"")]
        {
            assert!(html.contains(words), "{words} in {html}");
        }
        let html = nobody.get(&asked("PDY99999937150217D2112")).await.expect_html();
        assert!(html.contains("查无此诊所——请先核实") && html.contains("PDY99999937150217D2112"), "{html}");
        let html = nobody.get(&asked("没有这家")).await.expect_html();
        assert!(html.contains("没有查到") && html.contains("href=\"/v\""), "{html}");
    });
}

#[test]
fn clinics_nearby_come_the_nearest_first_and_no_place_stands_in_an_address() {
    support::run(async {
        let app = TestApp::start().await;
        let place = |dossier: &mut Dossier, latitude: f64, longitude: f64| {
            (dossier.address.latitude, dossier.address.longitude) = (Some(latitude), Some(longitude));
        };
        let mut numbers = vec![];
        for (latitude, longitude) in [(36.460, 116.030), (36.452, 116.030), (37.5, 117.5)] {
            let mut dossier = app.dossier(ClinicType::General);
            place(&mut dossier, latitude, longitude);
            numbers.push(app.issued(&dossier).await["clinic"].as_str().unwrap().to_owned());
        }
        let mut without = app.dossier(ClinicType::General);
        (without.address.latitude, without.address.longitude) = (None, None);
        let without = app.issued(&without).await["clinic"].as_str().unwrap().to_owned();
        let nobody = app.anonymous();
        let send = async |latitude: &str, longitude: &str| {
            let form = format!("latitude={}&longitude={}", encoded(latitude), encoded(longitude));
            let post = nobody.http.post(format!("{}/clinics/near", nobody.base)).body(form);
            let post = post.header("content-type", "application/x-www-form-urlencoded");
            let answer = post.send().await.unwrap();
            let kept = answer.headers()["cache-control"].to_str().unwrap().to_owned();
            (answer.status().as_u16(), kept, answer.text().await.unwrap())
        };
        let (status, kept, html) = send("36.451", "116.030").await;
        assert_eq!((status, kept.as_str()), (200, "no-store"));
        let at = |number: &str| html.find(&format!("/clinics/{number}\""));
        assert!(at(&numbers[1]).unwrap() < at(&numbers[0]).unwrap(), "{html}");
        assert_eq!((at(&numbers[2]), at(&without)), (None, None), "too far away, and nowhere");
        assert!(html.contains("约100米") && html.contains("约1.0公里"), "{html}");
        assert!(!html.contains("116.03"), "the place is not told back");

        happen(&app, &numbers[1], ClinicAct::Close, |_| ()).await;
        assert!(!send("36.451", "116.030").await.2.contains(&numbers[1]), "only clinics in force");
        let (_, _, html) = send("-10", "20").await;
        assert!(html.contains("附近没有查到诊所"), "{html}");
        for (latitude, longitude) in [("", ""), ("north", "116"), ("91", "116"), ("36", "181"), ("NaN", "inf")] {
            let (status, _, html) = send(latitude, longitude).await;
            assert_eq!(status, 422, "{latitude} {longitude}");
            assert!(html.contains("<title>请改正") && html.contains("govuk-error-summary"), "{html}");
        }
        // Who does not tell chooses a street, without a script.
        let html = nobody.get("/clinics/near").await.expect_html();
        assert!(html.contains("value=\"371502008\"") && html.contains("method=\"post\""), "{html}");
    });
}

#[test]
fn announcements_of_the_past_say_so() {
    support::run(async {
        let app = TestApp::start().await;
        let (resumed, lost, closed) = (filed(&app).await, filed(&app).await, filed(&app).await);
        let day = app.app.clock.today();
        happen(&app, &resumed.number, ClinicAct::Suspend, |row| row.suspended_on = Some(day)).await;
        happen(&app, &lost.number, ClinicAct::DeclareLoss, |_| ()).await;
        happen(&app, &closed.number, ClinicAct::Close, |_| ()).await;
        let nobody = app.anonymous();
        let page =
            async |filed: &Filed| nobody.get(&format!("/announcements?clinic={}", filed.number)).await.expect_html();
        for one in [&resumed, &lost, &closed] {
            let html = page(one).await;
            assert!(!html.contains("已成过去") && !html.contains("撤回"), "{html}");
        }
        happen(&app, &resumed.number, ClinicAct::Resume, |_| ()).await;
        happen(&app, &lost.number, ClinicAct::FindLost, |_| ()).await;
        let html = page(&resumed).await;
        assert!(html.contains("已成过去，其后：恢复执业，2026年11月20日。"), "{html}");
        assert_eq!(html.matches("已成过去").count(), 1, "the resumption stands");
        assert!(page(&lost).await.contains("已于2026年11月20日撤回。"));
        assert!(!page(&closed).await.contains("已成过去"));
        let own = nobody.get(&format!("/clinics/{}", resumed.number)).await.expect_html();
        assert!(own.contains("已成过去，其后：恢复执业"), "{own}");
    });
}

/// What stands in a page beside what is marked as Chinese.
fn unmarked(html: &str) -> String {
    let mut rest = html.to_owned();
    while let Some(at) = rest.find("lang=\"zh-CN\"") {
        let start = rest[..at].rfind('<').unwrap();
        let name = rest[start + 1..].split([' ', '>']).next().unwrap().to_owned();
        let end = format!("</{name}>");
        let stop = start + rest[start..].find(&end).unwrap() + end.len();
        rest.replace_range(start..stop, "");
    }
    rest
}

fn chinese(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{303f}' | '\u{4e00}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}')
}

#[test]
fn every_page_speaks_one_language() {
    support::run(async {
        let app = TestApp::start().await;
        let (online, moved, odd) = (filed_with_telemedicine(&app).await, filed(&app).await, filed(&app).await);
        let day = app.app.clock.today();
        happen(&app, &odd.number, ClinicAct::Suspend, |row| row.suspended_on = Some(day)).await;
        happen(&app, &odd.number, ClinicAct::Resume, |_| ()).await;
        happen(&app, &online.number, ClinicAct::Verify, |_| ()).await;
        happen(&app, &moved.number, ClinicAct::MoveAway, |_| ()).await;
        let mut paths: Vec<String> = [
            "/clinics",
            "/clinics/near",
            "/clinics?q=zzzz",
            "/clinics?q=PDY99999937150217D2112",
            "/clinics?q=zh&division=371502008&clinic_type=dental&service_mode=outpatient&state=active&online=yes",
            "/clinics?division=371502&clinic_type=general",
            "/clinics?q=https://fake.example/v/234",
            "/telemedicine",
            "/telemedicine?division=371502&platform=x&subject=01",
            "/announcements",
            "/announcements?clinic=PDY99999937150217D2112",
        ]
        .map(str::to_owned)
        .to_vec();
        paths.extend([&online, &moved, &odd].map(|filed| format!("/clinics/{}", filed.number)));
        let nobody = app.anonymous();
        let names = nobody.search(&[]).await;
        for path in paths {
            let mark = if path.contains('?') { '&' } else { '?' };
            let html = nobody.get(&format!("{path}{mark}lang=en")).await.expect_html();
            assert!(html.contains("<html lang=\"en\""), "{path}");
            let mut left = unmarked(&html);
            // A title holds no marks of language.
            for row in &names {
                left = left.replace(row["name"].as_str().unwrap(), "");
            }
            let left: Vec<_> = left.lines().filter(|line| line.chars().any(chinese)).collect();
            assert!(left.is_empty(), "{path} in English: {left:#?}");

            let html = nobody.get(&format!("{path}{mark}lang=zh")).await.expect_html();
            assert!(html.contains("<html lang=\"zh-CN\""), "{path}");
            assert_eq!(html.matches(" lang=\"en\"").count(), 1, "{path}: only the way to the other language: {html}");
        }
    });
}

#[test]
fn hostile_text_is_inert_wherever_it_is_shown() {
    support::run(async {
        let app = TestApp::start().await;
        let filed = filed_with_telemedicine(&app).await;
        let nobody = app.anonymous();
        for text in corpus::MARKUP {
            happen(&app, &filed.number, ClinicAct::SuspendTelemedicine, |row| {
                row.name = format!("聊城{text}诊所");
                row.record.name = row.name.clone();
                row.record.address = format!("辽河路{text}号");
                row.record.principal = (*text).to_owned();
            })
            .await;
            happen(&app, &filed.number, ClinicAct::ResumeTelemedicine, |_| ()).await;
            let q = encoded(text);
            let hostile = text.contains(['<', '"', '\'', '&']);
            for lang in ["zh", "en"] {
                for path in [
                    format!("/clinics/{}?lang={lang}", filed.number),
                    format!("/clinics?state=active&lang={lang}"),
                    format!("/announcements?lang={lang}"),
                    format!("/telemedicine?lang={lang}"),
                ] {
                    let html = nobody.get(&path).await.expect_html();
                    assert!(html.contains("聊城") && !html.contains("<script"), "{path}");
                    assert!(!hostile || !html.contains(text), "{text} stands unescaped in {path}");
                }
                for path in [
                    format!("/clinics?q={q}&division={q}&lang={lang}"),
                    format!("/clinics?q={q}&within=address&lang={lang}"),
                    format!("/clinics?q=https://{q}/v/2&lang={lang}"),
                    format!("/telemedicine?platform={q}&subject={q}&lang={lang}"),
                    format!("/announcements?clinic={q}&lang={lang}"),
                ] {
                    let answer = nobody.get(&path).await;
                    assert!(answer.status < 500, "{path}");
                    let html = answer.text();
                    assert!(!hostile || !html.contains(text), "{text} stands unescaped in {path}: {html}");
                }
            }
        }
    });
}
