//! 办事指南: what the law in force says of each matter, for whoever prepares a filing. Words that no table holds are the pages';
//! every number, material and legal basis is the law's.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::domain::clock::{self, Unit};
use crate::domain::dossier::Profile;
use crate::domain::law::{Basis, Changed, Confidence, Law, Material, MaterialItem, Notice};
use crate::domain::lifecycle::Kind;
use crate::domain::terms::terms;

terms! {
    /// A matter that a clinic files.
    Matter {
        Establishment = "诊所备案" / "Filing a new clinic",
        Telemedicine = "增加互联网诊疗" / "Adding telemedicine",
        Change = "变更备案" / "Changing what is filed",
        Suspension = "停业、恢复执业" / "Suspending and resuming practice",
        Closure = "歇业、迁出（注销备案）" / "Closing down or moving away",
        Reissue = "凭证遗失补发" / "Replacing a lost certificate",
    }
}

/// The name of the notice with the remedies against an act of an authority.
const REMEDY: &str = "remedy";

/// Materials asked for together.
pub struct Materials<'a> {
    pub kind: Kind,
    /// What changes; none but in a change.
    pub changed: Option<Changed>,
    /// Under which measures only.
    pub profile: Option<Profile>,
    /// The legal basis in words; empty where this register inferred the list.
    pub basis: &'a str,
    pub items: Vec<(&'a Material, &'a MaterialItem)>,
}

/// A period of the law.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// `R-050`
    pub rule: &'static str,
    /// Name of the threshold.
    pub name: &'static str,
    pub length: u32,
    pub unit: Unit,
}

/// What the law says of a matter on a day.
pub struct Guide<'a> {
    pub basis: Vec<&'a Basis>,
    pub materials: Vec<Materials<'a>>,
    pub limits: Vec<Limit>,
    /// How much the rules ask: `R-006.years`.
    pub numbers: BTreeMap<String, f64>,
    pub remedy: Option<&'a Notice>,
}

impl Matter {
    /// The kinds of filing that it comprises.
    pub const fn kinds(self) -> &'static [Kind] {
        match self {
            Self::Establishment => &[Kind::Establishment],
            Self::Telemedicine => &[Kind::Change, Kind::TelemedicineSuspension, Kind::TelemedicineResumption],
            Self::Change => &[Kind::Change],
            Self::Suspension => &[Kind::Suspension, Kind::Resumption],
            Self::Closure => &[Kind::Closure, Kind::Relocation],
            Self::Reissue => &[Kind::Reissue],
        }
    }

    /// What changes, where it is a change.
    fn changed(self) -> Vec<Changed> {
        match self {
            Self::Telemedicine => vec![Changed::ServiceModes, Changed::Telemedicine],
            Self::Change => Changed::ALL.iter().copied().filter(|changed| *changed != Changed::Telemedicine).collect(),
            _ => vec![],
        }
    }

    /// The rules on whose legal basis it rests.
    const fn rules(self) -> &'static [&'static str] {
        match self {
            Self::Establishment => {
                &["R-052", "R-001", "R-002", "R-003", "R-006", "R-007", "R-009", "R-011", "R-050", "R-051", "R-055"]
            }
            Self::Telemedicine => &["R-080", "R-071", "R-072", "R-073", "R-074", "R-075", "R-077", "R-078", "R-079"],
            Self::Change => &["R-060", "R-011", "R-050", "R-051"],
            Self::Suspension => &["R-063", "R-050", "R-051"],
            Self::Closure => &["R-064", "R-061", "R-057"],
            Self::Reissue => &["R-065", "R-050", "R-051"],
        }
    }

    /// The periods that bind the applicant or the authority: rule and threshold.
    const fn periods(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Establishment => {
                &[("R-050", "days"), ("R-054", "days"), ("R-055", "days"), ("R-055", "days_tcm"), ("R-056", "days")]
            }
            Self::Telemedicine | Self::Change | Self::Reissue => &[("R-050", "days"), ("R-054", "days")],
            Self::Suspension => &[("R-050", "days"), ("R-063", "months")],
            Self::Closure => &[("R-050", "days")],
        }
    }

    /// The rules whose numbers it tells.
    const fn counted(self) -> &'static [&'static str] {
        match self {
            Self::Establishment => {
                &["R-006", "R-007", "R-011", "R-013", "R-034", "R-035", "R-036", "R-037", "R-038", "R-039"]
            }
            Self::Telemedicine => &["R-011", "R-073", "R-074", "R-075", "R-081", "R-083"],
            _ => &["R-011"],
        }
    }
}

/// What `law` says of `matter` on `on`.
pub fn of(law: &Law, matter: Matter, on: NaiveDate) -> Guide<'_> {
    Guide {
        basis: basis(law, matter, on),
        materials: materials(law, matter),
        limits: limits(law, matter, on),
        numbers: numbers(law, matter, on),
        remedy: law.notices().iter().find(|notice| notice.code == REMEDY),
    }
}

/// The legal basis, each article once. What this register inferred is no law, and an article still to be looked up is not
/// quoted.
fn basis(law: &Law, matter: Matter, on: NaiveDate) -> Vec<&Basis> {
    let of_rules = matter.rules().iter().filter_map(|id| law.rule(id, on)).flat_map(|rule| &rule.basis);
    let mut named: Vec<&Basis> = vec![];
    for basis in of_rules.filter(|b| b.confidence != Confidence::Inferred && !b.article.contains("待核")) {
        if !named.iter().any(|known| (&known.document, &known.article) == (&basis.document, &basis.article)) {
            named.push(basis);
        }
    }
    named.sort_by(|a, b| a.document.cmp(&b.document));
    named
}

fn numbers(law: &Law, matter: Matter, on: NaiveDate) -> BTreeMap<String, f64> {
    let rules = matter.counted().iter().filter_map(|id| law.rule(id, on));
    let all = rules
        .flat_map(|rule| rule.thresholds.iter().map(move |(name, number)| (format!("{}.{name}", rule.id), *number)));
    all.collect()
}

fn materials(law: &Law, matter: Matter) -> Vec<Materials<'_>> {
    let mut found: Vec<Materials<'_>> = vec![];
    for kind in matter.kinds() {
        // A list that holds under both measures comes up twice, and is told once.
        for profile in [Profile::Clinic2022, Profile::Tcm2017] {
            for list in law.material_lists(profile, *kind, &matter.changed()) {
                if found
                    .iter()
                    .any(|one| (one.kind, one.changed, one.profile) == (list.kind, list.changed, list.profile))
                {
                    continue;
                }
                let items = list.items.iter().filter_map(|item| Some((law.material(&item.material)?, item)));
                found.push(Materials {
                    kind: *kind,
                    changed: list.changed,
                    profile: list.profile,
                    basis: &list.basis,
                    items: items.collect(),
                });
            }
        }
    }
    found.sort_by_key(|one| (matter.kinds().iter().position(|kind| *kind == one.kind), one.changed));
    found
}

/// The periods in force; a rule that is not in force sets none.
pub fn limits(law: &Law, matter: Matter, on: NaiveDate) -> Vec<Limit> {
    let set = matter.periods().iter().filter(|(rule, name)| law.threshold(rule, name, on).is_some());
    let limit = |&(rule, name): &(&'static str, &'static str)| {
        let period = clock::period(law, rule, name, 0.0, on);
        Limit { rule, name, length: period.length, unit: period.unit }
    };
    set.map(limit).collect()
}
