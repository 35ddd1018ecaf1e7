//! The law as data: what rules say and on what basis, and the lists that they and the forms read. Pure: the texts
//! are handed in, everything is checked as a whole, and every defect is told at once.

mod difference;
mod division;
mod document;
mod error;
mod form;
mod holiday;
mod list;
mod lookup;
mod material;
mod paper;
mod phrase;
mod region;
mod rule;
mod subject;
mod supervision;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::calendar::Calendar;
use crate::domain::calendar::YearTable;
use crate::domain::dossier::ClinicType;
use crate::domain::law::error::Defects;
use crate::domain::law::form::FormFile;
use crate::domain::law::list::DeclarationFile;
use crate::domain::law::list::EconomicTypeFile;
use crate::domain::law::list::NoticeFile;
use crate::domain::law::list::PolicyFile;
use crate::domain::law::material::MaterialFile;
use crate::domain::law::paper::PaperFile;
use crate::domain::law::paper::Papers;
use crate::domain::law::phrase::Phrases;
use crate::domain::law::region::Made;
use crate::domain::law::region::RegionFile;
use crate::domain::law::rule::RuleFile;
use crate::domain::law::subject::SubjectFile;
use crate::domain::law::supervision::ChecklistFile;
use crate::domain::law::supervision::GroundFile;

pub use difference::LawChange;
pub use difference::LawField;
pub use difference::What;
pub use difference::changes;
pub use division::Division;
pub use division::DivisionStatus;
pub use division::Street;
pub use document::Covered;
pub use document::markdown;
pub use error::LawError;
pub use form::Form;
pub use holiday::with_notice;
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
pub use paper::PaperForm;
pub use paper::filled;
pub use paper::values_of;
pub use phrase::Keyword;
pub use phrase::Words;
pub use region::Override;
pub use rule::Basis;
pub use rule::Confidence;
pub use rule::RuleText;
pub use rule::Severity;
pub use subject::Practice;
pub use subject::Subject;
pub use subject::Subjects;
pub use subject::TypeSubjects;
pub use supervision::CheckLine;
pub use supervision::Ground;
pub use table::LawTable;

/// The rule whose severity by clinic type must agree with [`TypeSubjects::hard`].
const SUBJECTS_OF_TYPE: &str = "R-033";

/// The texts of the tables: TOML, but for the two of places, which are CSV. A new one gets a [`LawTable`], too.
#[derive(Clone, Copy, Debug, Default)]
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
    /// 文书用语
    pub papers: &'a str,
    /// 节假日
    pub calendar: &'a str,
    /// 行政区划
    pub divisions: &'a str,
    /// 街道
    pub streets: &'a str,
    /// What regions switch off or set for themselves
    pub regions: &'a str,
    /// 空白表格
    pub forms: &'a str,
}

/// The law in force and as it was, indexed. The lookups stand in `lookup.rs`.
#[derive(Clone, Debug)]
pub struct Law {
    rule_set: u32,
    /// By id; each id's texts by period.
    rules: BTreeMap<String, Vec<RuleText>>,
    // What regions leave as it is is shared between their laws.
    phrases: Arc<Phrases>,
    subjects: Arc<Subjects>,
    materials: Arc<BTreeMap<String, Material>>,
    material_lists: Arc<Vec<MaterialList>>,
    policies_from: NaiveDate,
    policies: Arc<Vec<Policy>>,
    economic_types: Arc<BTreeMap<String, EconomicType>>,
    /// By code; each code's wordings by version.
    declarations: Arc<BTreeMap<String, Vec<Declaration>>>,
    notices: Arc<Vec<Notice>>,
    checklists: Arc<Vec<CheckLine>>,
    grounds: Arc<Vec<Ground>>,
    papers: Arc<Papers>,
    /// By material.
    forms: Arc<BTreeMap<String, Form>>,
    years: Arc<BTreeMap<i32, YearTable>>,
    calendar: Arc<Calendar>,
    /// Sorted by code.
    divisions: Arc<Vec<Division>>,
    /// Sorted by code.
    streets: Arc<Vec<Street>>,
    /// The more particular after the more general.
    overrides: Arc<Vec<Override>>,
    made: Made,
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
        let papers = d.read::<PaperFile>("papers", sources.papers).checked(&rules, &notices, d);
        let forms = d.read::<FormFile>("forms", sources.forms).checked(&materials, d);
        let years = d.read::<holiday::CalendarFile>("calendar", sources.calendar).checked(d);
        let divisions = division::divisions(sources.divisions, d);
        let streets = division::streets(sources.streets, &divisions, d);
        hard_types_block(&rules, &subjects, d);
        let overrides = d.read::<RegionFile>("regions", sources.regions).checked(&rules, &divisions, d);
        defects.none_or(Self {
            rule_set,
            rules,
            phrases: Arc::new(phrases),
            subjects: Arc::new(subjects),
            materials: Arc::new(materials),
            material_lists: Arc::new(material_lists),
            policies_from,
            policies: Arc::new(policies),
            economic_types: Arc::new(economic_types),
            declarations: Arc::new(declarations),
            notices: Arc::new(notices),
            checklists: Arc::new(checklists),
            grounds: Arc::new(grounds),
            papers: Arc::new(papers),
            forms: Arc::new(forms),
            calendar: Arc::new(Calendar::new(years.clone())),
            years: Arc::new(years),
            divisions: Arc::new(divisions),
            streets: Arc::new(streets),
            overrides: Arc::new(overrides),
            made: Made::default(),
        })
    }

    /// The same law as edition `number`, which is what decisions are made under.
    pub fn numbered(self, number: u32) -> Self {
        Self { rule_set: number, ..self }
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
