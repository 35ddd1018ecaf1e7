//! The lifecycle, exhaustively: pure, and by HTTP in every stage, by every role.

use clinic_registry::domain::actor::{Actor, Role};
use clinic_registry::domain::diagrams;
use clinic_registry::domain::filing::{Facts, Refusal, allowed, decide};
use clinic_registry::domain::id::AccountId;
use clinic_registry::domain::lifecycle::{Action, Stage, editable, next};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support;
use crate::support::app::{Shared, TestApp};
use crate::support::builders::{correction, withdrawal};

mod machines;

static APP: Shared = Shared::new();

/// Who may do what where, written out once more by hand: what the law and the issue ask for.
const ALLOWED: &[(Stage, Action, &[Role], Stage)] = &[
    (Stage::Draft, Action::Submit, &[Role::Clinic], Stage::Received),
    (Stage::Draft, Action::Withdraw, &[Role::Clinic], Stage::Withdrawn),
    (Stage::Received, Action::Withdraw, &[Role::Clinic], Stage::Withdrawn),
    (Stage::Received, Action::RequestCorrection, &[Role::Officer, Role::Approver], Stage::Correcting),
    (Stage::Received, Action::Redirect, &[Role::Officer], Stage::Redirected),
    (Stage::Received, Action::Recommend, &[Role::Officer], Stage::Recommended),
    (Stage::Correcting, Action::Submit, &[Role::Clinic], Stage::Received),
    (Stage::Correcting, Action::Withdraw, &[Role::Clinic], Stage::Withdrawn),
    (Stage::Recommended, Action::Withdraw, &[Role::Clinic], Stage::Withdrawn),
    (Stage::Recommended, Action::RequestCorrection, &[Role::Approver], Stage::Correcting),
    (Stage::Recommended, Action::Issue, &[Role::Approver], Stage::Issued),
    (Stage::Redirected, Action::Submit, &[Role::Clinic], Stage::Received),
    (Stage::Redirected, Action::Withdraw, &[Role::Clinic], Stage::Withdrawn),
];

fn actor(role: Role) -> Actor {
    Actor::holder(AccountId(Uuid::nil()), "somebody".into(), role, None)
}

#[test]
fn every_stage_action_and_role_is_decided_as_written() {
    let mut seen = 0;
    for &stage in Stage::ALL {
        for &action in Action::ALL {
            let written = ALLOWED.iter().find(|(s, a, ..)| (*s, *a) == (stage, action));
            assert_eq!(next(stage, action).map(|(_, to)| to), written.map(|(.., to)| *to), "{stage:?} {action:?}");
            for &role in Role::ALL {
                let may = written.is_some_and(|(_, _, roles, _)| roles.contains(&role));
                let decided = decide(stage, action, &actor(role), Facts::default());
                assert_eq!(decided.is_ok(), may, "{stage:?} {action:?} {role:?}");
                assert_eq!(
                    allowed(stage, &actor(role), Facts::default()).contains(&action),
                    may,
                    "{stage:?} {action:?} {role:?}"
                );
                match decided {
                    Ok(to) => assert_eq!(Some(to), written.map(|(.., to)| *to)),
                    Err(Refusal::Stage { .. }) => assert!(written.is_none(), "{stage:?} {action:?}"),
                    Err(Refusal::Role { roles, .. }) => assert!(written.is_some_and(|(.., r, _)| *r == roles)),
                    Err(other) => panic!("{stage:?} {action:?} {role:?}: {other}"),
                }
                seen += usize::from(may);
            }
        }
    }
    assert_eq!(seen, ALLOWED.iter().map(|(_, _, roles, _)| roles.len()).sum::<usize>());
}

#[test]
fn nobody_issues_what_they_recommended() {
    let facts = Facts { recommended_by_actor: true, ..Facts::default() };
    assert_eq!(decide(Stage::Recommended, Action::Issue, &actor(Role::Approver), facts), Err(Refusal::SamePerson));
}

#[test]
fn a_second_notice_is_the_approvers() {
    let facts = Facts { notices: 1, ..Facts::default() };
    let by = |role| decide(Stage::Received, Action::RequestCorrection, &actor(role), facts);
    assert_eq!(by(Role::Officer), Err(Refusal::SecondNotice));
    assert_eq!(by(Role::Approver), Ok(Stage::Correcting));
}

#[test]
fn the_clinic_writes_only_what_is_with_the_clinic() {
    let with_clinic: Vec<_> = Stage::ALL.iter().filter(|s| editable(**s)).collect();
    assert_eq!(with_clinic, [&Stage::Draft, &Stage::Correcting, &Stage::Redirected]);
}

#[test]
fn the_diagram_in_readme_is_the_lifecycle() {
    let (start, end) = ("<!-- lifecycle -->\n", "<!-- /lifecycle -->");
    let readme = std::fs::read_to_string(support::repository("README.md")).unwrap();
    let (before, rest) = readme.split_once(start).expect("README has no <!-- lifecycle -->");
    let (_, after) = rest.split_once(end).expect("README has no <!-- /lifecycle -->");
    let generated = format!("{before}{start}```mermaid\n{}```\n{end}{after}", diagrams::filing());
    support::golden("README.md", &generated);
}

fn step(app: &TestApp, action: Action) -> Value {
    match action {
        Action::RequestCorrection => correction(),
        Action::Withdraw => withdrawal(),
        Action::Redirect => app.redirect(),
        Action::Submit | Action::Recommend | Action::Issue | Action::Import => json!({ "action": action }),
    }
}

/// Whether a role of the authority in charge, or the owner, may know of a filing.
fn sees(role: Role, stage: Stage) -> bool {
    match role {
        Role::Clinic => true,
        Role::Admin => false,
        _ => stage != Stage::Draft,
    }
}

fn login(role: Role, stage: Stage) -> &'static str {
    // A redirected filing is before the other authority.
    match (role, stage) {
        (Role::Clinic, _) => "clinic",
        (Role::Admin, _) => "admin",
        (Role::Officer, Stage::Redirected) => "other-officer",
        (Role::Approver, Stage::Redirected) => "other-approver",
        (Role::Inspector, Stage::Redirected) => "other-inspector",
        (Role::Auditor, Stage::Redirected) => "other-auditor",
        (Role::Officer, _) => "officer",
        (Role::Approver, _) => "approver",
        (Role::Inspector, _) => "inspector",
        (Role::Auditor, _) => "auditor",
    }
}

/// A redirected filing with an address in the area of the authority that it went to.
async fn moved(filing: &Value) -> Value {
    let app = APP.get();
    let seen = app.clinic().view(filing).await.expect(200);
    let mut dossier = seen["dossier"].clone();
    dossier["address"]["street"] = json!("371502001");
    dossier["address"]["detail"] = json!("东昌西路3号");
    let moved = app.clinic().revise(&seen, &dossier).await.expect(200);
    app.clinic().add_materials(&moved).await;
    moved
}

async fn every_step_in(stage: Stage) {
    let app = APP.get();
    let filing = app.in_stage(stage).await;
    assert_eq!(filing["stage"], json!(stage));
    let mut may = vec![];
    for &role in Role::ALL {
        let actor = app.actor(login(role, stage));
        let view = actor.view(&filing).await;
        assert_eq!(view.status == 200, sees(role, stage), "{role:?} sees {stage:?}");
        if sees(role, stage) {
            let listed = view.expect(200)["allowed_actions"].clone();
            assert_eq!(listed, json!(allowed(stage, &self::actor(role), Facts::default())), "{role:?} in {stage:?}");
        }
        for &action in Action::ALL {
            let expected = match next(stage, action) {
                _ if !sees(role, stage) => (404, "resource.not_found"),
                None => (409, "filing.wrong_stage"),
                Some((roles, _)) if !roles.contains(&role) => (403, "filing.role"),
                Some((_, to)) => {
                    may.push((role, action, to));
                    continue;
                }
            };
            let answer = actor.act(&filing, step(&app, action)).await;
            assert_eq!(
                (answer.status, answer.json["code"].as_str().unwrap()),
                expected,
                "{stage:?} {action:?} {role:?}"
            );
        }
    }
    // Nothing that was refused left a trace.
    let owner = app.clinic();
    assert_eq!(owner.view(&filing).await.expect(200)["version"], filing["version"]);
    let mut filing = Some(filing);
    for (role, action, to) in may {
        let filing = match filing.take() {
            Some(filing) => filing,
            None => app.in_stage(stage).await,
        };
        let actor = app.actor(login(role, stage));
        let filing = if (stage, action) == (Stage::Redirected, Action::Submit) { moved(&filing).await } else { filing };
        let done = actor.act(&filing, step(&app, action)).await;
        assert_eq!(done.expect(200)["stage"], json!(to), "{stage:?} {action:?} {role:?}");
        let seen = owner.view(&filing).await.expect(200);
        assert_eq!(seen["stage"], json!(to), "{stage:?} {action:?} {role:?}");
        let history = owner.history(&filing).await;
        let last = history.last().unwrap();
        assert_eq!((&last["from"], &last["to"]), (&json!(stage), &json!(to)));
        assert_eq!((&last["action"], &last["role"]), (&json!(action), &json!(role)));
    }
}

macro_rules! stages {
    ($($name:ident: $stage:ident),+ $(,)?) => {$(
        #[test]
        fn $name() {
            support::run(every_step_in(Stage::$stage));
        }
    )+};
}

stages! {
    every_step_of_every_role_in_draft: Draft,
    every_step_of_every_role_in_received: Received,
    every_step_of_every_role_in_correcting: Correcting,
    every_step_of_every_role_in_recommended: Recommended,
    every_step_of_every_role_in_issued: Issued,
    every_step_of_every_role_in_redirected: Redirected,
    every_step_of_every_role_in_withdrawn: Withdrawn,
}
