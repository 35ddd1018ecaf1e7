//! Random draws: recomputed by code of the test's own, and by a dozen lines of Python.

use std::process::Command;

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::supervision::{clinic, decided, number, pointers, record, step, visit_of};
use crate::support;
use crate::support::app::TestApp;

/// The list in its order under a seed.
fn ordered(seed: &str, list: &[String]) -> Vec<String> {
    let mut keyed: Vec<(Vec<u8>, String)> = list
        .iter()
        .map(|member| {
            let text = [seed.as_bytes(), &[0], member.as_bytes()].concat();
            (Sha256::digest(&text).to_vec(), member.clone())
        })
        .collect();
    keyed.sort();
    keyed.into_iter().map(|(_, member)| member).collect()
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap().iter().map(|v| v.as_str().unwrap().to_owned()).collect()
}

/// What must come out of a draw as it is published.
fn recomputed(draw: &Value) -> Value {
    let seed = draw["seed"].as_str().unwrap();
    let (clinics, team) = (draw["clinics"].as_u64().unwrap() as usize, draw["team"].as_u64().unwrap() as usize);
    let inspectors = texts(&draw["inspectors"]);
    let drawn = ordered(seed, &texts(&draw["candidates"])).into_iter().take(clinics).map(|number| {
        let team: Vec<_> = ordered(&format!("{seed}/{number}"), &inspectors).into_iter().take(team).collect();
        json!({ "number": number, "team": team })
    });
    drawn.collect()
}

/// The same by Python.
const PYTHON: &str = "
import hashlib, json, sys
d = json.load(sys.stdin)
def order(seed, members):
    key = lambda m: hashlib.sha256(seed.encode() + b'\\0' + m.encode()).hexdigest()
    return sorted(members, key=key)
result = [{'number': n, 'team': order(d['seed'] + '/' + n, d['inspectors'])[:d['team']]}
          for n in order(d['seed'], d['candidates'])[:d['clinics']]]
sys.exit(0 if result == d['result'] else 1)
";

fn python_agrees(draw: &Value) -> bool {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("draw.json");
    std::fs::write(&file, draw.to_string()).unwrap();
    let input = std::fs::File::open(&file).unwrap();
    Command::new("python3").args(["-c", PYTHON]).stdin(input).status().unwrap().success()
}

#[test]
fn anyone_can_draw_again() {
    support::run(async {
        let app = TestApp::start().await;
        let mut filings = vec![];
        for clinic_type in [ClinicType::General, ClinicType::Dental, ClinicType::Tcm, ClinicType::General] {
            filings.push(clinic(&app, clinic_type).await);
        }
        decided(&app, &filings[3], "stop_order", "beyond_scope").await;
        let body = json!({ "title": "第四季度双随机抽查", "clinics": 2, "team": 2, "due_on": "2026-12-31" });
        let call = |key: &str| app.approver().call("draw_create").key(key).json(&body);
        let answer = call("draw-once-only").send().await;
        let location = answer.header("location").to_owned();
        let draw = answer.expect(201);
        assert_eq!(call("draw-once-only").send().await.expect(201), draw);
        // Only clinics that practise are drawn, and every inspector may be.
        let mut expected: Vec<_> = filings[..3].iter().map(|f| number(f).to_owned()).collect();
        expected.sort();
        assert_eq!(texts(&draw["candidates"]), expected);
        let mut inspectors = vec![app.account("inspector").to_string(), app.account("inspector-2").to_string()];
        inspectors.sort();
        assert_eq!(texts(&draw["inspectors"]), inspectors);
        assert_eq!(draw["seed"].as_str().unwrap().len(), 64);

        assert_eq!(draw["result"], recomputed(&draw));
        assert!(python_agrees(&draw), "{draw:#}");
        let mut forged = draw.clone();
        forged["seed"] = json!("0".repeat(64));
        forged["result"][0]["number"] = json!("another");
        assert!(!python_agrees(&forged));

        // Everybody reads it.
        let nobody = app.anonymous();
        let shown = nobody.get(&location).await.expect(200);
        assert_eq!(shown, draw);
        let list = nobody.call("draw_list").send().await.expect(200);
        assert_eq!((&list["items"][0]["id"], &list["items"][0]["candidates"]), (&draw["id"], &json!(3)));

        // The visits are ordered, and the drawn team makes them.
        let inspector = app.actor("inspector");
        for drawn in draw["result"].as_array().unwrap() {
            let filing = filings.iter().find(|f| number(f) == drawn["number"]).unwrap();
            let visit = visit_of(&inspector, filing, "draw").await;
            assert_eq!((&visit["draw_id"], &visit["due_on"]), (&draw["id"], &json!("2026-12-31")));
            let mut team: Vec<_> = visit["team"].as_array().unwrap().iter().map(|t| t["id"].clone()).collect();
            team.sort_by_key(Value::to_string);
            assert_eq!(json!(team), json!(inspectors));
            let other = json!({ "action": "assign", "team": [app.account("inspector")] });
            let refused = step(&app.approver(), &visit, other).await.problem(422, "request.invalid");
            assert_eq!(pointers(&refused), ["/reason"]);
            let body = json!({ "action": "pass", "record": record(&visit, &[]) });
            step(&inspector, &visit, body).await.expect(200);
        }
    });
}

#[test]
fn a_filter_narrows_the_draw_and_everything_wrong_is_told() {
    support::run(async {
        let app = TestApp::start().await;
        let approver = app.approver();
        let dental = clinic(&app, ClinicType::Dental).await;
        clinic(&app, ClinicType::General).await;
        let draw = async |body: Value| approver.call("draw_create").once().json(&body).send().await;
        let asked = |changes: Value| {
            let mut body = json!({ "title": "口腔诊所抽查", "clinics": 1, "team": 2, "due_on": "2026-12-31" });
            body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            body
        };
        let made = draw(asked(json!({ "clinic_types": ["dental"] }))).await.expect(201);
        assert_eq!(texts(&made["candidates"]), [number(&dental)]);
        for (changes, expected) in [
            (json!({ "clinics": 3 }), &["/clinics"][..]),
            (json!({ "clinics": 0, "team": 1 }), &["/clinics", "/team"]),
            (json!({ "team": 3 }), &["/team"]),
            (json!({ "clinic_types": ["cosmetic"] }), &["/clinics"]),
            (json!({ "streets": ["371502001"] }), &["/clinics"]),
            (
                json!({ "streets": ["999999999"], "title": "", "due_on": "2026-11-22" }),
                &["/streets/0", "/title", "/due_on", "/clinics"],
            ),
        ] {
            let refused = draw(asked(changes.clone())).await.problem(422, "request.invalid");
            assert_eq!(pointers(&refused), expected, "{changes}");
        }
        let few = draw(asked(json!({ "team": 3 }))).await.problem(422, "request.invalid");
        assert!(few["errors"][0]["detail"].as_str().unwrap().contains("只有2名核查人员"), "{few:#}");
        // The seed is the service's own.
        let seeded = draw(asked(json!({ "seed": "0".repeat(64) }))).await.problem(422, "request.invalid");
        assert_eq!(pointers(&seeded), ["/seed"]);
        let list = app.anonymous().call("draw_list").send().await.expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    });
}
