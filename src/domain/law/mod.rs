//! The law as data: what rules say and on what basis, and the lists that they and the forms read. Pure: the texts
//! are handed in, everything is checked as a whole, and every defect is told at once.

mod division;
mod error;
mod holiday;
mod list;
mod lookup;
mod material;
mod phrase;
mod rule;
mod subject;
mod supervision;

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::calendar::Calendar;
use crate::domain::calendar::YearTable;
use crate::domain::dossier::ClinicType;
use crate::domain::law::error::Defects;
use crate::domain::law::list::DeclarationFile;
use crate::domain::law::list::EconomicTypeFile;
use crate::domain::law::list::NoticeFile;
use crate::domain::law::list::PolicyFile;
use crate::domain::law::material::MaterialFile;
use crate::domain::law::phrase::Phrases;
use crate::domain::law::rule::RuleFile;
use crate::domain::law::subject::SubjectFile;
use crate::domain::law::supervision::ChecklistFile;
use crate::domain::law::supervision::GroundFile;

pub use division::Division;
pub use division::DivisionStatus;
pub use division::Street;
pub use error::LawError;
pub use list::Declaration;
pub use list::EconomicType;
pub use list::Notice;
pub use list::NoticeUse;
pub use list::Policy;
pub use list::Sentence;
pub use material::Changed;
pub use material::Material;
pub use material::MaterialItem;
pub use material::MaterialList;
pub use material::When;
pub use phrase::Keyword;
pub use phrase::Words;
pub use rule::Basis;
pub use rule::Confidence;
pub use rule::RuleText;
pub use rule::Severity;
pub use subject::Subject;
pub use subject::Subjects;
pub use subject::TypeSubjects;
pub use supervision::CheckLine;
pub use supervision::Ground;

/// The rule whose severity by clinic type must agree with [`TypeSubjects::hard`].
const SUBJECTS_OF_TYPE: &str = "R-033";

/// The texts of the tables: TOML, but for the two of places, which are CSV.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// Texts, thresholds and bases of the rules.
    pub rules: &'a str,
    /// Words in clinic names.
    pub phrases: &'a str,
    /// 诊疗科目
    pub subjects: &'a str,
    /// 材料
    pub materials: &'a str,
    /// 规章制度 of 互联网诊疗
    pub policies: &'a str,
    /// 经济类型
    pub economic_types: &'a str,
    /// 承诺
    pub declarations: &'a str,
    /// 告知
    pub notices: &'a str,
    /// 核查清单
    pub checklists: &'a str,
    /// 法定情形
    pub grounds: &'a str,
    /// 节假日
    pub calendar: &'a str,
    /// 行政区划
    pub divisions: &'a str,
    /// 街道
    pub streets: &'a str,
}

/// The law in force and as it was, indexed. The lookups stand in `lookup.rs`.
#[derive(Clone, Debug)]
pub struct Law {
    rule_set: u32,
    /// By id; each id's texts by period.
    rules: BTreeMap<String, Vec<RuleText>>,
    phrases: Phrases,
    subjects: Subjects,
    materials: BTreeMap<String, Material>,
    material_lists: Vec<MaterialList>,
    policies_from: NaiveDate,
    policies: Vec<Policy>,
    economic_types: BTreeMap<String, EconomicType>,
    /// By code; each code's wordings by version.
    declarations: BTreeMap<String, Vec<Declaration>>,
    notices: Vec<Notice>,
    checklists: Vec<CheckLine>,
    grounds: Vec<Ground>,
    years: BTreeMap<i32, YearTable>,
    calendar: Calendar,
    /// Sorted by code.
    divisions: Vec<Division>,
    /// Sorted by code.
    streets: Vec<Street>,
}

impl Law {
    /// Reads and checks every table.
    ///
    /// # Errors
    /// Every defect of every table; then there is no law, not half of one.
    pub fn parse(sources: &Sources<'_>) -> Result<Self, LawError> {
        let mut defects = Defects::default();
        let d = &mut defects;
        let (rule_set, rules) = d.read::<RuleFile>("rules", sources.rules).checked(d);
        let subjects = d.read::<SubjectFile>("subjects", sources.subjects).checked(d);
        let phrases = d.read::<Phrases>("phrases", sources.phrases).checked(&subjects, d);
        let (materials, material_lists) = d.read::<MaterialFile>("materials", sources.materials).checked(d);
        let (policies_from, policies) = d.read::<PolicyFile>("policies", sources.policies).checked(d);
        let economic_types = d.read::<EconomicTypeFile>("economic_types", sources.economic_types).checked(d);
        let declarations = d.read::<DeclarationFile>("declarations", sources.declarations).checked(d);
        let notices = d.read::<NoticeFile>("notices", sources.notices).checked(d);
        let checklists = d.read::<ChecklistFile>("checklists", sources.checklists).checked(d);
        let grounds = d.read::<GroundFile>("grounds", sources.grounds).checked(d);
        let years = d.read::<holiday::CalendarFile>("calendar", sources.calendar).checked(d);
        let divisions = division::divisions(sources.divisions, d);
        let streets = division::streets(sources.streets, &divisions, d);
        hard_types_block(&rules, &subjects, d);
        defects.none_or(Self {
            rule_set,
            rules,
            phrases,
            subjects,
            materials,
            material_lists,
            policies_from,
            policies,
            economic_types,
            declarations,
            notices,
            checklists,
            grounds,
            calendar: Calendar::new(years.clone()),
            years,
            divisions,
            streets,
        })
    }
}

/// Regions.
impl Law {
    /// The law as the authority of `region` with this USCC applies it.
    pub fn regional(self: std::sync::Arc<Self>, _region: &str, _uscc: &str) -> std::sync::Arc<Self> {
        self
    }
}

/// Where the subjects of a type are hard, R-033 is an error; else it is less.
fn hard_types_block(rules: &BTreeMap<String, Vec<RuleText>>, subjects: &Subjects, defects: &mut Defects) {
    for text in rules.get(SUBJECTS_OF_TYPE).into_iter().flatten() {
        let agrees =
            |t: ClinicType, of_type: &TypeSubjects| of_type.hard == (text.severity_for(Some(t)) == Severity::Error);
        for (t, of_type) in &subjects.types {
            defects.unless(agrees(*t, of_type), "rules", || {
                format!("{SUBJECTS_OF_TYPE} and the subjects of {t:?} do not agree on what blocks")
            });
        }
    }
}
