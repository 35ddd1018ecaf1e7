//! What is asked of the law.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::calendar::Calendar;
use crate::domain::calendar::YearTable;
use crate::domain::dossier::ClinicType;
use crate::domain::dossier::PractitionerCategory;
use crate::domain::dossier::Profile;
use crate::domain::law::Declaration;
use crate::domain::law::Division;
use crate::domain::law::EconomicType;
use crate::domain::law::Form;
use crate::domain::law::Keyword;
use crate::domain::law::Law;
use crate::domain::law::Material;
use crate::domain::law::MaterialItem;
use crate::domain::law::MaterialList;
use crate::domain::law::Notice;
use crate::domain::law::Policy;
use crate::domain::law::RuleText;
use crate::domain::law::Street;
use crate::domain::law::Subject;
use crate::domain::law::TypeSubjects;
use crate::domain::law::Words;
use crate::domain::law::division::find;
use crate::domain::law::division::speaks;
use crate::domain::law::material::Changed;
use crate::domain::law::subject::covers;
use crate::domain::lifecycle::Kind;

/// The shortest name of a place, in characters, that a clinic's name can be said to contain.
const SHORTEST_PLACE: usize = 2;

/// Rules.
impl Law {
    /// The number of the edition in force, stored with every decision; the set's own version where no database numbered it.
    pub fn rule_set(&self) -> u32 {
        self.rule_set
    }

    /// The text of a rule on a day; none where it is not in force.
    pub fn rule(&self, id: &str, on: NaiveDate) -> Option<&RuleText> {
        self.rules.get(id)?.iter().find(|text| text.holds_on(on))
    }

    /// Every text of every period, by id.
    pub fn rules(&self) -> impl Iterator<Item = &RuleText> {
        self.rules.values().flatten()
    }

    /// Whether a rule is in force on a day under these measures; where none are chosen yet, under any.
    pub fn in_force(&self, id: &str, profile: Option<Profile>, on: NaiveDate) -> bool {
        self.rule(id, on).is_some_and(|text| text.holds_under(profile))
    }

    /// Whether a rule is in force and asked of a filing of this kind.
    pub fn asked(&self, id: &str, profile: Option<Profile>, kind: Kind, on: NaiveDate) -> bool {
        self.rule(id, on).is_some_and(|text| text.holds_under(profile) && text.asked_of(kind))
    }

    /// How much a rule asks on a day; the name tells the unit.
    pub fn threshold(&self, id: &str, name: &str, on: NaiveDate) -> Option<f64> {
        self.rule(id, on)?.thresholds.get(name).copied()
    }
}

/// Names of clinics.
impl Law {
    /// What the name of a filed clinic ends in.
    pub fn name_suffix(&self) -> &str {
        &self.phrases.name_suffix
    }

    /// 禁用字样
    pub fn forbidden_words(&self) -> impl Iterator<Item = &str> {
        words(&self.phrases.forbidden)
    }

    /// 须由上级核准的字样
    pub fn reserved_words(&self) -> impl Iterator<Item = &str> {
        words(&self.phrases.reserved)
    }

    /// Words that stand in the names of many units and recognise none.
    pub fn common_words(&self) -> &[String] {
        &self.phrases.common
    }

    /// Words that suggest a type, the longer before the shorter.
    pub fn keywords(&self) -> &[Keyword] {
        &self.phrases.keyword
    }

    /// Names of the divisions and the street of an address, with and without 省, 市, 区 and the like, the longer
    /// before the shorter. A name of one character is not among them.
    pub fn places(&self, division: &str, street: &str) -> Vec<String> {
        let above = self.ancestry(division).into_iter().map(|d| d.name.as_str());
        let street = self.street(street).map(|s| s.name.as_str());
        let mut names: Vec<String> = vec![];
        for name in above.chain(street).filter(|name| speaks(name)) {
            let stem = self.phrases.division_suffixes.iter().find_map(|suffix| name.strip_suffix(suffix.as_str()));
            names.extend([Some(name), stem].into_iter().flatten().map(str::to_owned));
        }
        names.retain(|name| name.chars().count() >= SHORTEST_PLACE);
        names.sort_by(|a, b| b.chars().count().cmp(&a.chars().count()).then_with(|| a.cmp(b)));
        names.dedup();
        names
    }
}

/// Words in what a clinic files of its people and its supplies.
impl Law {
    /// 职称 of a senior physician, 主治 and above, as parts of the title.
    pub fn is_senior(&self, title: &str) -> bool {
        self.phrases.senior_titles.iter().any(|word| title.contains(word.as_str()))
    }

    /// The word by which an article is known not to belong to Chinese medicine.
    pub fn western(&self, article: &str) -> Option<&str> {
        words(&self.phrases.western).find(|word| article.contains(word))
    }

    /// Whether a kind of medicine is dispensed by a pharmacist of Chinese medicine.
    pub fn is_dispensed(&self, medicine: &str) -> bool {
        self.phrases.dispensed.iter().any(|word| medicine.contains(word.as_str()))
    }
}

fn words(groups: &[Words]) -> impl Iterator<Item = &str> {
    groups.iter().flat_map(|group| &group.words).map(String::as_str)
}

/// 诊疗科目
impl Law {
    /// The subject of a code, `TT` or `TT.NN`.
    pub fn subject(&self, code: &str) -> Option<&Subject> {
        self.subjects.list.get(code)
    }

    /// Every subject, by code.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.list.values()
    }

    /// The name of a subject, or the code where the list has none.
    pub fn subject_name(&self, code: &str) -> String {
        self.subject(code).map_or(code, |s| &s.name).to_owned()
    }

    /// What clinics of a type file.
    pub fn subjects_of(&self, clinic_type: ClinicType) -> Option<&TypeSubjects> {
        self.subjects.types.get(&clinic_type)
    }

    /// Whether a clinic of this type files this subject without a word.
    pub fn subject_allowed(&self, clinic_type: ClinicType, code: &str) -> bool {
        let allowed = self.subjects_of(clinic_type).is_none_or(|t| t.allowed.iter().any(|p| covers(p, code)));
        allowed && !self.subjects.warned.iter().any(|p| covers(p, code))
    }

    /// Whether a physician of this category may practise in a subject. A subject that is not in the list is R-032's
    /// and counts as covered.
    pub fn practises(&self, category: PractitionerCategory, code: &str) -> bool {
        let decides = self.subjects.practice.iter().find(|p| p.subjects.iter().any(|pattern| covers(pattern, code)));
        decides.is_none_or(|practice| practice.categories.contains(&category))
    }

    /// Whether a technician works in a subject (医技科目).
    pub fn is_technical(&self, code: &str) -> bool {
        self.subjects.technical.iter().any(|p| covers(p, code))
    }

    /// Whether a subject is one of the 美容科目 that R-034 counts.
    pub fn is_cosmetic(&self, code: &str) -> bool {
        self.subjects.cosmetic.iter().any(|p| covers(p, code))
    }
}

/// 材料 and the short lists.
impl Law {
    /// The material of a code.
    pub fn material(&self, code: &str) -> Option<&Material> {
        self.materials.get(code)
    }

    /// Every material, by code.
    pub fn all_materials(&self) -> impl Iterator<Item = &Material> {
        self.materials.values()
    }

    /// The lists for a filing of this kind, in the order of the law; for a change filing those of what changes.
    pub fn material_lists<'a>(
        &'a self,
        profile: Profile,
        kind: Kind,
        changed: &[Changed],
    ) -> impl Iterator<Item = &'a MaterialList> {
        self.material_lists.iter().filter(move |list| list.applies(profile, kind, changed))
    }

    /// The lines of those lists. A material may come twice, as required or on a condition in one list and not in another.
    pub fn materials<'a>(
        &'a self,
        profile: Profile,
        kind: Kind,
        changed: &[Changed],
    ) -> impl Iterator<Item = (&'a Material, &'a MaterialItem)> {
        let items = self.material_lists(profile, kind, changed).flat_map(|list| &list.items);
        items.filter_map(|item| self.material(&item.material).map(|material| (material, item)))
    }

    /// 规章制度 that 互联网诊疗 needs on a day (监管细则 第六条).
    pub fn policies(&self, on: NaiveDate) -> impl Iterator<Item = &Policy> {
        self.policies.iter().filter(move |_| on >= self.policies_from)
    }

    /// 经济类型 by code, two digits.
    pub fn economic_types(&self) -> &BTreeMap<String, EconomicType> {
        &self.economic_types
    }

    /// The name of a 经济类型.
    pub fn economic_type(&self, code: &str) -> Option<&str> {
        self.economic_types.get(code).map(|t| t.name.as_str())
    }

    /// The name of a 经济类型, or the code where the list has none.
    pub fn economic_type_name(&self, code: &str) -> String {
        self.economic_type(code).unwrap_or(code).to_owned()
    }

    /// The wording of a declaration on a day.
    pub fn declaration(&self, code: &str, on: NaiveDate) -> Option<&Declaration> {
        self.declarations.get(code)?.iter().rfind(|wording| wording.effective_from <= on)
    }

    /// The form of a material, where there is one.
    pub fn form(&self, material: &str) -> Option<&Form> {
        self.forms.get(material)
    }

    /// Every notice, in the order of the law.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
}

/// Time and place.
impl Law {
    /// The working days of the known years.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The same as tables by year.
    pub fn years(&self) -> &BTreeMap<i32, YearTable> {
        &self.years
    }

    /// The division of a code of six digits, retired ones included.
    pub fn division(&self, code: &str) -> Option<&Division> {
        find(&self.divisions, |d| d.code.as_str(), code)
    }

    /// Every division, by code.
    pub fn divisions(&self) -> &[Division] {
        &self.divisions
    }

    /// The division as it is written in an address: 山东省聊城市东昌府区. Empty where the code is unknown.
    pub fn division_path(&self, code: &str) -> String {
        let mut names: Vec<&str> = self.ancestry(code).iter().map(|d| d.name.as_str()).filter(|n| speaks(n)).collect();
        // 嘉峪关市 is the name of both the city and its only district.
        names.dedup();
        names.concat()
    }

    /// The street of a code of nine digits.
    pub fn street(&self, code: &str) -> Option<&Street> {
        find(&self.streets, |s| s.code.as_str(), code)
    }

    /// Every street, by code.
    pub fn streets(&self) -> &[Street] {
        &self.streets
    }

    /// A division with those above it, the highest first.
    fn ancestry(&self, code: &str) -> Vec<&Division> {
        let parent = |d: &&Division| d.parent.as_deref().and_then(|p| self.division(p));
        let mut found: Vec<_> = std::iter::successors(self.division(code), parent).collect();
        found.reverse();
        found
    }
}
