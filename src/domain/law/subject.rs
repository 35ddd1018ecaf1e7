//! 诊疗科目 (卫医发〔1994〕27号 and amendments), and what each clinic type files of it (R-032…R-034).

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::dossier::ClinicType;
use crate::domain::dossier::PractitionerCategory;
use crate::domain::law::error::Defects;
use crate::domain::law::rule::Confidence;

const TABLE: &str = "subjects";

/// 诊疗科目
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// `TT` or `TT.NN`
    pub code: String,
    /// 名称, as it is printed.
    pub name: String,
    /// Whether the code itself is sure; the name always is.
    pub verified: bool,
}

/// What clinics of one type file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeSubjects {
    /// 诊所类别
    #[serde(rename = "type")]
    pub clinic_type: ClinicType,
    /// Whether another subject blocks (R-033 as an error) or only warns.
    pub hard: bool,
    /// Codes; `12.*` is 12 and everything under it.
    pub allowed: Vec<String>,
    /// What goes with it, in Chinese.
    pub note_zh: String,
    /// The same in English.
    pub note_en: String,
    /// How sure this is.
    pub confidence: Confidence,
}

/// Which physicians practise in some subjects.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Practice {
    /// Codes or patterns as in [`TypeSubjects::allowed`].
    pub subjects: Vec<String>,
    /// 执业类别
    pub categories: Vec<PractitionerCategory>,
    /// How sure this is.
    pub confidence: Confidence,
}

/// The list and what is filed of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subjects {
    pub(super) list: BTreeMap<String, Subject>,
    pub(super) types: BTreeMap<ClinicType, TypeSubjects>,
    /// Patterns of subjects that no type should file without a word.
    pub(super) warned: Vec<String>,
    /// 美容科目: what R-034 counts.
    pub(super) cosmetic: Vec<String>,
    /// 医技科目: what a technician works in.
    pub(super) technical: Vec<String>,
    /// The first that names a subject decides.
    pub(super) practice: Vec<Practice>,
}

/// Whether `pattern` (`12`, `12.01`, or `12.*` for 12 and everything under it) covers `code`.
pub(super) fn covers(pattern: &str, code: &str) -> bool {
    match pattern.strip_suffix(".*") {
        Some(top) => code.strip_prefix(top).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')),
        None => pattern == code,
    }
}

/// `subjects.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubjectFile {
    unverified: Vec<String>,
    warned: Vec<String>,
    cosmetic: Vec<String>,
    technical: Vec<String>,
    clinic_type: Vec<TypeSubjects>,
    practice: Vec<Practice>,
    subjects: BTreeMap<String, String>,
}

impl SubjectFile {
    pub(super) fn checked(self, defects: &mut Defects) -> Subjects {
        let known = |pattern: &str| self.subjects.keys().any(|code| covers(pattern, code));
        for code in self.subjects.keys() {
            let top = code.get(..2).filter(|top| top.bytes().all(|b| b.is_ascii_digit()));
            let sub = code.get(2..).and_then(|rest| rest.strip_prefix('.'));
            let formed = match sub {
                Some(sub) => sub.len() == 2 && sub.bytes().all(|b| b.is_ascii_digit()),
                None => code.len() == 2,
            };
            let placed = top.is_some_and(|top| self.subjects.contains_key(top));
            defects.unless(formed && placed, TABLE, || format!("{code:?} is no subject code"));
        }
        let named = [&self.unverified, &self.warned, &self.cosmetic, &self.technical].into_iter().flatten();
        let practised = self.practice.iter().flat_map(|p| &p.subjects);
        for pattern in named.chain(self.clinic_type.iter().flat_map(|t| &t.allowed)).chain(practised) {
            defects.unless(known(pattern), TABLE, || format!("{pattern:?} is not in the list"));
        }
        for code in self.subjects.keys() {
            let somebody = self.practice.iter().any(|p| p.subjects.iter().any(|pattern| covers(pattern, code)));
            defects.unless(somebody, TABLE, || format!("nobody practises in {code:?}"));
        }
        for practice in &self.practice {
            defects.unless(!practice.categories.is_empty(), TABLE, || {
                format!("no category practises in {:?}", practice.subjects)
            });
        }
        let unverified = &self.unverified;
        let subject = |(code, name): (String, String)| {
            let verified = !unverified.contains(&code);
            (code.clone(), Subject { code, name, verified })
        };
        let list = self.subjects.into_iter().map(subject).collect();
        let count = self.clinic_type.len();
        let types: BTreeMap<_, _> = self.clinic_type.into_iter().map(|t| (t.clinic_type, t)).collect();
        defects.unless(types.len() == count && count == ClinicType::ALL.len(), TABLE, || {
            "every clinic type must stand exactly once".into()
        });
        let Self { warned, cosmetic, technical, practice, .. } = self;
        Subjects { list, types, warned, cosmetic, technical, practice }
    }
}
