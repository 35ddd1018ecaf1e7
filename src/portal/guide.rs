//! 办事指南: what to prepare for each matter, how long it takes and whom to ask. Every fact is the law's in force.

use std::collections::BTreeMap;

use poem::Response;
use poem::handler;
use poem::web::Path;
use serde::Serialize;

use crate::domain::clock::Unit;
use crate::domain::dossier::Profile;
use crate::domain::guide::{self, Limit, Materials, Matter};
use crate::domain::law::{Basis, Changed, Confidence, Law, Material, MaterialItem, When};
use crate::domain::terms::Coded;
use crate::edge::wording;
use crate::portal::my::papers::pdf;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper::{self, Phone, Words, words};
use crate::usecase::reference;

/// What an individual or a unit declares: those who may set up no clinic.
const DECLARED: &str = "not_disqualified";

#[derive(Serialize)]
struct Choice {
    code: String,
    name: Words,
}

#[derive(Serialize)]
struct List {
    matters: Vec<Choice>,
}

/// A legal basis; laws are called by their Chinese names.
#[derive(Serialize)]
struct Article {
    document: String,
    article: String,
    text: String,
    /// Wording or number are still to be looked up.
    unsure: bool,
}

#[derive(Serialize)]
struct Line {
    name: Words,
    required: bool,
    held: bool,
    when: When,
    /// Code of the material, where there is a form for it.
    form: Option<String>,
}

#[derive(Serialize)]
struct Group {
    kind: Words,
    changed: Option<Changed>,
    profile: Option<Profile>,
    basis: String,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct Period {
    key: String,
    length: u32,
    unit: Words,
    /// The authority that counts so; empty: the law in general.
    authority: String,
}

#[derive(Serialize)]
struct Remedy {
    words: Words,
    basis: String,
}

#[derive(Serialize)]
struct View {
    matter: String,
    name: Words,
    matters: Vec<Choice>,
    /// The number of the law in force.
    edition: u32,
    as_of: Words,
    basis: Vec<Article>,
    groups: Vec<Group>,
    /// The law's periods by rule and threshold: `R-050.days`.
    limits: BTreeMap<String, Period>,
    local: Vec<Period>,
    numbers: BTreeMap<String, String>,
    declared: Vec<Words>,
    policies: Vec<Words>,
    remedy: Option<Remedy>,
    authorities: Vec<Phone>,
}

fn choices() -> Vec<Choice> {
    Matter::ALL.iter().map(|matter| Choice { code: matter.code(), name: words(matter.zh(), matter.en()) }).collect()
}

fn article(basis: &Basis) -> Article {
    let Basis { document, article, text, confidence, .. } = basis.clone();
    Article { document, article, text, unsure: matches!(confidence, Confidence::Likely | Confidence::Unsure) }
}

fn group(law: &Law, materials: Materials<'_>) -> Group {
    let line = |(material, item): &(&Material, &MaterialItem)| Line {
        name: words(&material.name, &material.name_en),
        required: item.required,
        held: material.held,
        when: item.when,
        form: law.form(&material.code).map(|form| form.material.clone()),
    };
    Group {
        kind: words(materials.kind.zh(), materials.kind.en()),
        changed: materials.changed,
        profile: materials.profile,
        basis: materials.basis.to_owned(),
        lines: materials.items.iter().map(line).collect(),
    }
}

fn period(limit: &Limit, authority: &str) -> Period {
    let unit = match (limit.unit, limit.length) {
        (Unit::WorkingDays, 1) => words(limit.unit.zh(), "working day"),
        (Unit::CalendarDays, 1) => words(limit.unit.zh(), "day"),
        (Unit::Months, 1) => words(limit.unit.zh(), "month"),
        (unit, _) => words(unit.zh(), unit.en()),
    };
    let key = format!("{}.{}", limit.rule, limit.name);
    Period { key, length: limit.length, unit, authority: authority.to_owned() }
}

/// The matters.
#[handler]
pub fn matters(ask: Ask) -> Result<Response, Oops> {
    ask.page("guide.html", &List { matters: choices() })
}

/// A form to fill in by hand: `empty.pdf`, or `sample.pdf`.
#[handler]
pub async fn sheet(ask: Ask, Path((material, file)): Path<(String, String)>) -> Result<Response, Oops> {
    let sample = match file.as_str() {
        "empty.pdf" => false,
        "sample.pdf" => true,
        _ => return Err((&wording::NOT_FOUND).into()),
    };
    let (title, bytes) = reference::form(&ask, &material, sample).await?;
    let name = if sample { format!("{title}（样例）") } else { title };
    Ok(pdf(&name, bytes))
}

/// One matter.
#[handler]
pub async fn show(ask: Ask, Path(matter): Path<String>) -> Result<Response, Oops> {
    let matter = Matter::of_code(&matter).ok_or(&wording::NOT_FOUND)?;
    let (law, today) = (ask.law(), ask.clock.today());
    let told = guide::of(&law, matter, today);
    let general = told.limits.iter().map(|limit| period(limit, ""));
    let local = reference::local_limits(&ask, matter).await?;
    let declared = law.declaration(DECLARED, today).filter(|_| matter == Matter::Establishment);
    let declared = declared.into_iter().flat_map(|declaration| &declaration.items);
    let policies = law.policies(today).filter(|_| matter == Matter::Telemedicine);
    let view = View {
        matter: matter.code(),
        name: words(matter.zh(), matter.en()),
        matters: choices(),
        edition: law.rule_set(),
        as_of: paper::date(today),
        basis: told.basis.into_iter().map(article).collect(),
        groups: told.materials.into_iter().map(|materials| group(&law, materials)).collect(),
        limits: general.map(|period| (period.key.clone(), period)).collect(),
        local: local.iter().map(|(authority, limit)| period(limit, authority)).collect(),
        numbers: told.numbers.into_iter().map(|(name, number)| (name, number.to_string())).collect(),
        declared: declared.map(|item| words(&item.zh, &item.en)).collect(),
        policies: policies.map(|policy| words(&policy.name, &policy.name_en)).collect(),
        remedy: told.remedy.map(|notice| Remedy { words: words(&notice.zh, &notice.en), basis: notice.basis.clone() }),
        authorities: reference::authorities(&ask).await?.into_iter().map(Into::into).collect(),
    };
    ask.page("guide_matter.html", &view)
}
