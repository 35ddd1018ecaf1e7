//! 自查: may I file, and what must I prepare? Two minutes, no account. The answers come in a form, so that they stand in no
//! address and no log, and nothing of them is kept.

use std::collections::BTreeMap;

use poem::Response;
use poem::handler;
use poem::http::StatusCode;
use poem::web::{Form, Query};
use serde::{Deserialize, Serialize};

use crate::domain::dossier::{ApplicantKind, ClinicType, Tenure};
use crate::domain::guide::{self, Matter};
use crate::domain::law::{Law, When};
use crate::domain::self_check::{self, Answers, Leader, MOST_YEARS, Needed, Wish};
use crate::domain::terms::Coded;
use crate::error::{Error, Problem};
use crate::portal::forms::Refused;
use crate::portal::look::Lang;
use crate::portal::my::Found;
use crate::portal::page::{Ask, Oops};
use crate::portal::paper::{self, Words, words};
use crate::portal::said;
use crate::usecase::facts;

/// Largest form, bytes.
pub const LARGEST_FORM: usize = 4096;

/// The largest area that can be answered, m².
const MOST_AREA: f64 = 100_000.0;
/// The most dental chairs that can be answered.
const MOST_CHAIRS: u32 = 1000;

/// What was chosen and typed.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(super) struct Typed {
    wish: String,
    clinic_type: String,
    applicant: String,
    leader: String,
    years: String,
    disqualified: String,
    area: String,
    chairs: String,
    tenure: String,
    staff: String,
    medicines: String,
    third_party: String,
    experienced: String,
    graded: String,
    reviewed: String,
    connected: String,
}

#[derive(Serialize)]
struct Choice {
    code: String,
    text: String,
    chosen: bool,
}

/// What is to be brought.
#[derive(Serialize)]
struct Bring {
    code: String,
    name: Words,
    required: bool,
    held: bool,
    when: When,
    basis: String,
    /// There is a form for it.
    form: bool,
}

#[derive(Serialize)]
struct Outcome {
    /// What stands in the way, and what to look at.
    found: Vec<Found>,
    blocked: bool,
    bring: Vec<Bring>,
}

#[derive(Serialize)]
struct View {
    typed: Typed,
    wishes: Vec<Choice>,
    types: Vec<Choice>,
    applicants: Vec<Choice>,
    leaders: Vec<Choice>,
    tenures: Vec<Choice>,
    /// In which cases nobody may set up a clinic.
    cases: Vec<Words>,
    /// Which questions there are.
    opens: bool,
    online: bool,
    /// How much the rules ask: `R-074.years`.
    numbers: BTreeMap<String, String>,
    outcome: Option<Outcome>,
    edition: u32,
    as_of: Words,
}

/// What somebody wants, then the questions.
#[handler]
pub fn questions(ask: Ask, typed: Query<Typed>) -> Result<Response, Oops> {
    let Query(typed) = typed;
    Refused::none().page(&ask, "guide_check.html", &view(&ask, typed, None))
}

/// What stands in the way and what is to be prepared.
#[handler]
pub fn answer(ask: Ask, form: Result<Form<Typed>, poem::Error>) -> Result<Response, Oops> {
    let Form(typed) = form.unwrap_or_else(|_| Form(Typed::default()));
    let answers = match read(&typed) {
        Ok(answers) => answers,
        Err(problems) => {
            let refused = Refused::of(Error::Invalid(problems), &[])?;
            return refused.page(&ask, "guide_check.html", &view(&ask, typed, None));
        }
    };
    let (law, today) = (ask.law(), ask.clock.today());
    let outcome = self_check::of(&law, &answers, today);
    let told = facts::tell(&law, today, Some(answers.clinic_type), &outcome.findings);
    let outcome = Outcome {
        found: told.iter().map(Found::from).collect(),
        blocked: told.iter().any(facts::Told::blocks),
        bring: outcome.materials.iter().map(|needed| bring(&law, needed)).collect(),
    };
    ask.private(StatusCode::OK, "guide_check.html", &view(&ask, typed, Some(outcome)))
}

fn bring(law: &Law, needed: &Needed) -> Bring {
    let Needed { material, required, when, basis } = needed;
    Bring {
        code: material.code.clone(),
        name: words(&material.name, &material.name_en),
        required: *required,
        held: material.held,
        when: *when,
        basis: basis.clone(),
        form: law.form(&material.code).is_some(),
    }
}

fn view(ask: &Ask, typed: Typed, outcome: Option<Outcome>) -> View {
    let law = ask.law();
    let today = ask.clock.today();
    let wish = Wish::of_code(&typed.wish);
    let numbers = guide::of(&law, Matter::Telemedicine, today).numbers.into_iter();
    let declared = law.declaration("not_disqualified", today);
    View {
        wishes: choices::<Wish>(&typed.wish, ask.look.lang),
        types: choices::<ClinicType>(&typed.clinic_type, ask.look.lang),
        applicants: choices::<ApplicantKind>(&typed.applicant, ask.look.lang),
        leaders: choices::<Leader>(&typed.leader, ask.look.lang),
        tenures: choices::<Tenure>(&typed.tenure, ask.look.lang),
        cases: declared.into_iter().flat_map(|d| &d.items).map(|item| words(&item.zh, &item.en)).collect(),
        opens: wish.is_some_and(Wish::opens),
        online: wish.is_some_and(Wish::online),
        numbers: numbers.map(|(name, number)| (name, number.to_string())).collect(),
        outcome,
        edition: law.rule_set(),
        as_of: paper::date(today),
        typed,
    }
}

fn choices<T: Coded>(chosen: &str, lang: Lang) -> Vec<Choice> {
    let choice = |value: &T| {
        let name = said::term(value.word(), value.english());
        let text = match lang {
            Lang::Zh => name.zh().to_owned(),
            Lang::En => name.en().to_owned(),
        };
        Choice { chosen: value.key() == chosen, code: value.key(), text }
    };
    T::EVERY.iter().map(choice).collect()
}

/// The answers, with everything that is missing or wrong told at once.
fn read(typed: &Typed) -> Result<Answers, Vec<Problem>> {
    let mut problems = vec![];
    let p = &mut problems;
    let wish = one::<Wish>("wish", &typed.wish, p);
    let (opens, online) = (wish.is_none_or(Wish::opens), wish.is_some_and(Wish::online));
    let clinic_type = one::<ClinicType>("clinic_type", &typed.clinic_type, p);
    let dental = clinic_type == Some(ClinicType::Dental);
    // What is not asked is answered so that nothing follows from it.
    let applicant = if opens { one("applicant", &typed.applicant, p) } else { Some(ApplicantKind::Individual) };
    let leader = if opens { one("leader", &typed.leader, p) } else { Some(Leader::Clinical) };
    let years = if opens && leader != Some(Leader::None) {
        number("years", &typed.years, f64::from(MOST_YEARS), p)
    } else {
        Some(0.0)
    };
    let tenure = if opens { one("tenure", &typed.tenure, p) } else { Some(Tenure::Owned) };
    let area = if opens && !typed.area.trim().is_empty() { number("area", &typed.area, MOST_AREA, p) } else { None };
    let chairs = if opens && dental { number("chairs", &typed.chairs, f64::from(MOST_CHAIRS), p) } else { Some(0.0) };
    let mut yes = |asked: bool, field: &str, text: &str| if asked { yes(field, text, p) } else { Some(false) };
    let disqualified = yes(opens, "disqualified", &typed.disqualified);
    let staff = yes(opens, "staff", &typed.staff);
    let medicines = yes(opens, "medicines", &typed.medicines);
    let third_party = yes(online, "third_party", &typed.third_party);
    let experienced = yes(online, "experienced", &typed.experienced);
    let graded = yes(online, "graded", &typed.graded);
    let reviewed = yes(online, "reviewed", &typed.reviewed);
    let connected = yes(online, "connected", &typed.connected);
    let answers = || {
        Some(Answers {
            wish: wish?,
            clinic_type: clinic_type?,
            applicant: applicant?,
            leader: leader?,
            years: years? as u32,
            disqualified: disqualified?,
            area,
            chairs: chairs? as u32,
            tenure: tenure?,
            staff: staff?,
            medicines: medicines?,
            third_party: third_party?,
            experienced: experienced?,
            graded: graded?,
            reviewed: reviewed?,
            connected: connected?,
        })
    };
    answers().filter(|_| problems.is_empty()).ok_or(problems)
}

fn one<T: Coded>(field: &str, text: &str, problems: &mut Vec<Problem>) -> Option<T> {
    let found = T::of_code(text);
    if found.is_none() {
        unanswered(field, problems);
    }
    found
}

fn yes(field: &str, text: &str, problems: &mut Vec<Problem>) -> Option<bool> {
    match text {
        "yes" => Some(true),
        "no" => Some(false),
        _ => {
            unanswered(field, problems);
            None
        }
    }
}

fn unanswered(field: &str, problems: &mut Vec<Problem>) {
    problems.push(Problem::new(format!("/{field}"), "请选择一项。", "Choose one."));
}

fn number(field: &str, text: &str, most: f64, problems: &mut Vec<Problem>) -> Option<f64> {
    let typed: Option<f64> = text.trim().parse().ok();
    let found = typed.filter(|number| (0.0..=most).contains(number));
    if found.is_none() {
        let (zh, en) = (format!("请填写0至{most}的数字。"), format!("Write a number from 0 to {most}."));
        problems.push(Problem::new(format!("/{field}"), zh, en));
    }
    found
}
