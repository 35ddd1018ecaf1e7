//! Words in clinic names: …; in titles and supplies.

use serde::Deserialize;

use crate::domain::dossier::ClinicType;
use crate::domain::law::error::Defects;
use crate::domain::law::rule::Confidence;
use crate::domain::law::subject::Subjects;
use crate::domain::law::subject::covers;

const TABLE: &str = "phrases";

/// Words that are known from one source.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// The words; matched as parts of a name.
    pub words: Vec<String>,
    /// How sure it is that they are meant.
    pub confidence: Confidence,
}

/// A word that suggests a type.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keyword {
    /// The word.
    pub word: String,
    /// Types that it fits.
    pub types: Vec<ClinicType>,
    /// Subjects that it fits, whatever the type: codes or patterns as in [`TypeSubjects::allowed`].
    ///
    /// [`TypeSubjects::allowed`]: crate::domain::law::TypeSubjects::allowed
    pub subjects: Vec<String>,
}

impl Keyword {
    /// Whether the word fits a clinic of this type with these subjects.
    pub fn fits(&self, clinic_type: ClinicType, subjects: &[String]) -> bool {
        let filed = |pattern: &String| subjects.iter().any(|code| covers(pattern, code));
        self.types.contains(&clinic_type) || self.subjects.iter().any(filed)
    }
}

/// `phrases.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    pub(super) name_suffix: String,
    pub(super) division_suffixes: Vec<String>,
    pub(super) forbidden: Vec<Words>,
    pub(super) reserved: Vec<Words>,
    pub(super) common: Vec<String>,
    pub(super) keyword: Vec<Keyword>,
    pub(super) senior_titles: Vec<String>,
    pub(super) western: Vec<Words>,
    pub(super) dispensed: Vec<String>,
}

impl Phrases {
    /// The same with the longer keyword first, which decides.
    pub(super) fn checked(mut self, subjects: &Subjects, defects: &mut Defects) -> Self {
        defects.unless(!self.name_suffix.is_empty(), TABLE, || "there is no name suffix".into());
        let listed = self.forbidden.iter().chain(&self.reserved).flat_map(|group| &group.words);
        let keywords = self.keyword.iter().map(|k| &k.word);
        let others = self.western.iter().flat_map(|group| &group.words).chain(&self.senior_titles);
        let others = others.chain(&self.dispensed).chain(&self.common);
        defects.unless(others.clone().all(|w| !w.trim().is_empty()), TABLE, || "a word is empty".into());
        let mut words: Vec<_> = listed.chain(keywords).chain(&self.division_suffixes).collect();
        defects.unless(words.iter().all(|w| !w.trim().is_empty()), TABLE, || "a word is empty".into());
        words.sort();
        for pair in words.windows(2) {
            if let [one, other] = pair
                && one == other
            {
                defects.add(TABLE, format!("{one:?} stands twice"));
            }
        }
        for pattern in self.keyword.iter().flat_map(|k| &k.subjects) {
            let known = subjects.list.keys().any(|code| covers(pattern, code));
            defects.unless(known, TABLE, || format!("{pattern:?} is no subject"));
        }
        self.keyword.sort_by_key(|k| std::cmp::Reverse(k.word.chars().count()));
        self.division_suffixes.sort_by_key(|s| std::cmp::Reverse(s.chars().count()));
        self
    }
}
