//! What can be chosen: terms of closed sets, and lists of the law.

use serde::Serialize;
use serde_json::Value;

use crate::domain::terms::Coded;
use crate::portal::my::form::source::Source;
use crate::portal::paper::Words;
use crate::portal::said;

/// A choice.
#[derive(Clone, Serialize)]
pub struct Choice {
    pub code: String,
    pub name: Words,
    /// A name of the law, Chinese on every page.
    pub filed: bool,
    /// Above which heading it stands.
    pub group: String,
}

/// Choices of a question, which may depend on what else is answered.
pub type Options = fn(&Source) -> Vec<Choice>;

/// Every value of a closed set.
pub fn terms<T: Coded>(_: &Source) -> Vec<Choice> {
    T::EVERY.iter().copied().map(term).collect()
}

fn term<T: Coded>(value: T) -> Choice {
    Choice { code: value.key(), name: said::term(value.word(), value.english()), filed: false, group: String::new() }
}

fn listed(code: impl Into<String>, name: &str) -> Choice {
    Choice { code: code.into(), name: said::filed(name), filed: true, group: String::new() }
}

/// 诊疗科目 that clinics of this type file; all of them while no type is chosen. What is filed already stays to be seen.
pub fn subjects(source: &Source) -> Vec<Choice> {
    let law = &source.law;
    let fits = |code: &str| match source.clinic_type() {
        Some(own) => law.subject_allowed(own, code) || source.has("/subjects", code),
        None => true,
    };
    law.subjects()
        .filter(|subject| fits(&subject.code))
        .map(|s| listed(&s.code, &format!("{} {}", s.code, s.name)))
        .collect()
}

/// 诊疗科目 that are filed, of which some are for 互联网诊疗.
pub fn filed_subjects(source: &Source) -> Vec<Choice> {
    let filed = source.document.pointer("/subjects").and_then(Value::as_array).into_iter().flatten();
    filed
        .filter_map(Value::as_str)
        .map(|code| listed(code, &format!("{code} {}", source.law.subject_name(code))))
        .collect()
}

/// 经济类型
pub fn economic_types(source: &Source) -> Vec<Choice> {
    source.law.economic_types().iter().map(|(code, kind)| listed(code, &kind.name)).collect()
}

/// 街道（乡镇）, under its county.
pub fn streets(source: &Source) -> Vec<Choice> {
    let law = &source.law;
    let one = |street: &crate::domain::law::Street| Choice {
        group: law.division_path(street.division()),
        ..listed(&street.code, &street.name)
    };
    law.streets().iter().map(one).collect()
}

/// Counties of the whole country, where a clinic may move to.
pub fn counties(source: &Source) -> Vec<Choice> {
    let law = &source.law;
    let current = law.divisions().iter().filter(|d| d.status == crate::domain::law::DivisionStatus::Current);
    let counties = current.filter(|d| !d.code.ends_with("00"));
    let one = |division: &crate::domain::law::Division| Choice {
        group: division.parent.as_deref().map(|parent| law.division_path(parent)).unwrap_or_default(),
        ..listed(&division.code, &division.name)
    };
    counties.map(one).collect()
}

/// 规章制度
pub fn policies(source: &Source) -> Vec<Choice> {
    source.law.policies(source.today).map(|policy| listed(&policy.code, &policy.name)).collect()
}

/// Materials that can show a registration.
pub fn evidence(source: &Source) -> Vec<Choice> {
    source
        .law
        .all_materials()
        .map(|material| Choice {
            name: (material.name.as_str(), material.name_en.as_str()).into(),
            filed: false,
            ..listed(&material.code, &material.name)
        })
        .collect()
}

/// Levels 1 to 5.
pub fn grades(_: &Source) -> Vec<Choice> {
    (1..=5).map(|grade: u8| listed(grade.to_string(), &grade.to_string())).collect()
}
