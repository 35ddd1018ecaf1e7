//! Which materials a filing needs, and which it must not be asked for.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::dossier::Profile;
use crate::domain::law::error::Defects;
use crate::domain::law::rule::Confidence;
use crate::domain::lifecycle::Kind;

const TABLE: &str = "materials";

/// 材料
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Material {
    /// Stable code.
    pub code: String,
    /// 名称
    #[serde(rename = "name_zh")]
    pub name: String,
    /// The name in English.
    pub name_en: String,
    /// The state already holds it, so that it is never required (国务院令第716号 第七条, R-012).
    #[serde(default)]
    pub held: bool,
}

/// On what a material depends, beside the list that names it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// On nothing.
    #[default]
    Always,
    /// A unit sets the clinic up.
    UnitApplicant,
    /// The premises are leased.
    Leased,
    /// The premises are owned.
    Owned,
    /// There are health staff beside the principal.
    HasStaff,
    /// The clinic keeps medicines.
    HasMedicines,
    /// The telemedicine system is built with a third party.
    ThirdParty,
}

/// What a change filing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// 名称
    Name,
    /// 地址
    Address,
    /// 主要负责人
    Principal,
    /// 法定代表人
    LegalRepresentative,
    /// 所有制形式
    Ownership,
    /// 诊疗科目
    Subjects,
    /// 服务方式
    ServiceModes,
    /// 卫生技术人员
    Staff,
    /// 互联网诊疗 is added to 服务方式, or what it rests on changes.
    Telemedicine,
}

impl Changed {
    /// Every item, in the order of the form.
    pub const ALL: &[Changed] = &[
        Changed::Name,
        Changed::Address,
        Changed::Principal,
        Changed::LegalRepresentative,
        Changed::Ownership,
        Changed::Subjects,
        Changed::ServiceModes,
        Changed::Staff,
        Changed::Telemedicine,
    ];
}

/// One line of a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialItem {
    /// Code of the material.
    pub material: String,
    /// Whether the filing is incomplete without it; else it may be added.
    pub required: bool,
    /// On what it depends.
    #[serde(default)]
    pub when: When,
}

/// The materials of one kind of filing, or of one thing that a change filing changes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialList {
    /// Under which measures; none: under both.
    #[serde(default)]
    pub profile: Option<Profile>,
    /// 备案种类
    pub kind: Kind,
    /// What changes (change filings only).
    #[serde(default)]
    pub changed: Option<Changed>,
    /// Legal basis in words.
    pub basis: String,
    /// How sure the list is.
    pub confidence: Confidence,
    /// The materials, in the order of the list.
    pub items: Vec<MaterialItem>,
}

impl MaterialList {
    /// Whether the list is for a filing of this kind that changes these things.
    pub(super) fn applies(&self, profile: Profile, kind: Kind, changed: &[Changed]) -> bool {
        let changes = self.changed.is_none_or(|c| changed.contains(&c));
        self.kind == kind && self.profile.is_none_or(|p| p == profile) && changes
    }
}

/// `materials.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MaterialFile {
    material: Vec<Material>,
    list: Vec<MaterialList>,
}

impl MaterialFile {
    pub(super) fn checked(self, defects: &mut Defects) -> (BTreeMap<String, Material>, Vec<MaterialList>) {
        let count = self.material.len();
        let materials: BTreeMap<_, _> = self.material.into_iter().map(|m| (m.code.clone(), m)).collect();
        defects.unless(materials.len() == count, TABLE, || "a material stands twice".into());
        let mut used = BTreeSet::new();
        for list in &self.list {
            let of_change = list.kind == Kind::Change;
            defects.unless(of_change == list.changed.is_some(), TABLE, || {
                "a list of a change filing, and only such a list, says what changes".into()
            });
            for item in &list.items {
                used.insert(item.material.as_str());
                match materials.get(&item.material) {
                    None => defects.add(TABLE, format!("{:?} is no material", item.material)),
                    Some(m) if m.held && item.required => {
                        defects.add(TABLE, format!("{:?} is held by the state and cannot be required", m.code));
                    }
                    Some(_) => {}
                }
            }
        }
        for code in materials.keys().filter(|code| !used.contains(code.as_str())) {
            defects.add(TABLE, format!("{code:?} stands in no list"));
        }
        for profile in [Profile::Clinic2022, Profile::Tcm2017] {
            let lists =
                |kind, changed: &[Changed]| self.list.iter().filter(|l| l.applies(profile, kind, changed)).count();
            let mut once = |kind, changed: &[Changed]| {
                let count = lists(kind, changed);
                defects.unless(count == 1, TABLE, || format!("{profile:?} {kind:?} {changed:?} has {count} lists"));
            };
            // A kind that asks for nothing says so by an empty list, so that none is forgotten.
            for kind in Kind::ALL.iter().filter(|kind| **kind != Kind::Change) {
                once(*kind, &[]);
            }
            for changed in Changed::ALL {
                once(Kind::Change, &[*changed]);
            }
        }
        (materials, self.list)
    }
}
