//! What checks of a filing answer: findings, the same checked again, and persons who are filed elsewhere, too.

use poem_openapi::Object;

use crate::domain::dossier::Post;
use crate::domain::value;
use crate::usecase::facts::Told;
use crate::usecase::persons::{Occupied, Place};
use crate::usecase::recheck::Recheck;

/// One finding, in words.
#[derive(Debug, Object)]
#[oai(rename = "Finding")]
pub struct FindingView {
    /// Rule
    pub rule: String,
    /// `error` blocks; `warning` does not; `task` and `display` inform
    pub severity: String,
    /// JSON pointer into the dossier, or `/particulars/<field>`, or `/materials/<code>`
    pub pointer: String,
    /// 说明
    pub message: String,
    /// The same in English
    pub message_en: String,
    /// 依据
    pub basis: Vec<String>,
}

impl From<Told> for FindingView {
    fn from(told: Told) -> Self {
        let Told { rule, severity, pointer, zh, en, basis, answered: _ } = told;
        Self { rule, severity: value::code(&severity), pointer, message: zh, message_en: en, basis }
    }
}

/// Every finding on a filing as it stands.
#[derive(Debug, Object)]
pub struct FilingCheck {
    /// Whether nothing blocks it
    pub passes: bool,
    /// The rule set that was applied
    pub rule_set: u32,
    pub findings: Vec<FindingView>,
}

/// A step checked again on what was kept of it.
#[derive(Debug, Object)]
pub struct FilingRecheck {
    /// The step, as the history counts
    pub sequence: u32,
    /// The edition of the law that it was taken under
    pub rule_set: u32,
    /// Whether that edition finds the same again
    pub same: bool,
    /// What was found then
    pub then: Vec<FindingView>,
    /// What that edition finds in the same facts
    pub now_as_of: Vec<FindingView>,
    /// The edition in force
    pub present_rule_set: u32,
    /// What the edition in force would find in the same facts today
    pub under_present_law: Vec<FindingView>,
}

impl From<Recheck> for FilingRecheck {
    fn from(recheck: Recheck) -> Self {
        let Recheck { sequence, rule_set, same, then, again, present, today } = recheck;
        let views = |told: Vec<Told>| told.into_iter().map(FindingView::from).collect();
        Self {
            sequence,
            rule_set,
            same,
            then: views(then),
            now_as_of: views(again),
            present_rule_set: present,
            under_present_law: views(today),
        }
    }
}

/// A clinic where a person works, as far as the reader may know it.
#[derive(Debug, Object)]
#[oai(rename = "PersonPlace", skip_serializing_if_is_none)]
pub struct PlaceView {
    /// 行政区划代码 of its county
    pub division: String,
    /// 所在地
    pub county: String,
    /// 岗位 there, `principal` for 主要负责人; for whoever may know which clinic it is
    pub post: Option<String>,
    /// 备案编号
    pub number: Option<String>,
    /// 诊所名称
    pub name: Option<String>,
}

impl From<Place> for PlaceView {
    fn from(place: Place) -> Self {
        let Place { division, county, clinic } = place;
        let (post, number, name) =
            clinic.map_or((None, None, None), |(post, number, name)| (Some(post), Some(number), Some(name)));
        Self { division, county, post, number, name }
    }
}

/// A person of the filing who is filed at other clinics, too.
#[derive(Debug, Object)]
#[oai(rename = "FilingPerson", skip_serializing_if_is_none)]
pub struct PersonView {
    /// JSON pointer into the dossier
    pub pointer: String,
    /// 岗位 in this filing; absent for 主要负责人
    pub post: Option<Post>,
    /// Other clinics that have not ended
    pub elsewhere: Vec<PlaceView>,
}

impl From<Occupied> for PersonView {
    fn from(occupied: Occupied) -> Self {
        let Occupied { pointer, post, places } = occupied;
        Self { pointer, post, elsewhere: places.into_iter().map(Into::into).collect() }
    }
}

/// Persons of a filing who are filed at other clinics, in the order of the form.
#[derive(Debug, Object)]
pub struct FilingPersons {
    pub items: Vec<PersonView>,
}
