//! Clinics of a simulated county: what each files, drawn from the seed and its number alone, so that any of them can be made
//! at any time, in any order. Every dossier passes the rules, unless it is to fail in a known way.

use std::sync::Arc;

use chrono::NaiveDate;
use rand::rngs::ChaCha12Rng;
use rand::{RngExt, SeedableRng};

use crate::domain::dossier::{Address, ClinicType, Dossier, Nature, ServiceMode, Tenure};
use crate::domain::law::Law;
use crate::domain::samples::people::code_of_body;
use crate::domain::samples::{self, Place};
use crate::simulation::people::{People, chance, pick};

/// Slots of people that one clinic has: principal, nurse, representative, physician on line, successors of the principal.
const SLOTS: u64 = 8;

/// 字号 of clinics that do not bear a person's name; some sound or look alike, as in life.
const TRADE_NAMES: &[&str] = &[
    "康宁", "安康", "仁济", "仁和", "人和", "协和", "协合", "同济", "同仁", "百草", "济生", "济世", "德济", "德仁",
    "惠民", "惠仁", "慧民", "瑞康", "瑞安", "睿康", "益康", "怡康", "宜康", "明德", "铭德", "佳美", "嘉美", "雅康",
    "亚康", "博爱", "普济", "众康", "中康", "恒康", "衡康", "华康", "万康", "春晖", "杏林", "橘井", "晨光", "和谐",
];

const ROADS: &[&str] = &[
    "辽河路",
    "黄河路",
    "嫩江路",
    "松花江路",
    "长江路",
    "珠江路",
    "湘江路",
    "兴华路",
    "东昌路",
    "建设路",
    "利民路",
    "柳园路",
    "花园路",
    "新东方路",
    "光岳路",
    "站前街",
    "振兴路",
    "卫育路",
    "龙山路",
    "健康街",
];

/// How many of a hundred clinics are of a type.
const SHARES: &[(ClinicType, f64)] = &[
    (ClinicType::General, 38.0),
    (ClinicType::Dental, 29.0),
    (ClinicType::Tcm, 13.0),
    (ClinicType::TcmComprehensive, 8.0),
    (ClinicType::Integrative, 6.0),
    (ClinicType::Cosmetic, 6.0),
];

/// What may be wrong with a first filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The form does not pass; the check tells it before anybody else sees it.
    Form,
    /// The principal has not practised long enough: nothing can be done about it.
    TooEarly,
    /// Something that only a person sees: the plan does not tell the areas.
    Plan,
}

/// The clinics that a simulation draws on.
#[derive(Clone)]
pub struct Clinics {
    seed: u64,
    people: Arc<People>,
    law: Arc<Law>,
    streets: Arc<Vec<String>>,
}

impl Clinics {
    /// Clinics in these streets.
    pub fn new(seed: u64, law: Arc<Law>, streets: Vec<String>) -> Self {
        Self { seed, people: Arc::new(People::new(&law)), law, streets: Arc::new(streets) }
    }

    /// The randomness of clinic `n` for a purpose of its own: equal arguments, equal draws.
    pub fn random(&self, n: u64, purpose: u64) -> ChaCha12Rng {
        let mut random = ChaCha12Rng::seed_from_u64(self.seed);
        random.set_stream(n * 16 + purpose);
        random
    }

    /// The first filing of clinic `n`, complete on `today`.
    pub fn first(&self, n: u64, today: NaiveDate) -> Dossier {
        let random = &mut self.random(n, 1);
        let mut share = random.random_range(0.0..100.0);
        let found = SHARES.iter().find(|(_, percent)| {
            share -= percent;
            share < 0.0
        });
        let clinic_type = found.map_or(ClinicType::General, |(clinic_type, _)| *clinic_type);
        let slot = n * SLOTS;
        let (principal, colleague) = (self.people.person(slot, random), self.people.person(slot + 1, random));
        let representative = chance(22.0, random).then(|| self.people.person(slot + 2, random));
        let place = Place {
            principal: &principal,
            colleague: &colleague,
            representative: representative.as_ref(),
            address: self.address(random),
            phone: format!("0635-{:07}", 8_000_000 + n % 1_000_000),
        };
        let mut dossier = samples::filed(clinic_type, place, today);
        if chance(30.0, random) {
            let trade = pick(TRADE_NAMES, random).copied().unwrap_or_default();
            dossier.name = dossier.name.replace(&principal.name, trade);
        }
        // An organisation code that was never given out. A tenth of the clinics has none, and gets a provisional number.
        let body = format!("{}{:06}", if n < 1_000_000 { "WW" } else { "WX" }, n % 1_000_000);
        dossier.applicant.uscc = match &representative {
            Some(_) => code_of_body("91371502", &body),
            None if chance(88.0, random) => code_of_body("92371502", &body),
            None => String::new(),
        };
        if chance(4.0, random) {
            dossier.nature = Some(Nature::NonProfit);
        }
        if chance(12.0, random) {
            dossier.service_modes.push(ServiceMode::HomeVisit);
        }
        if chance(15.0, random) {
            dossier.premises.tenure = Some(Tenure::Owned);
            dossier.premises.lease_until = None;
        }
        let more = f64::from(random.random_range(0_u32..60));
        dossier.premises.area = dossier.premises.area.map(|area| area + more);
        dossier
    }

    /// An address in the offices' streets.
    pub fn address(&self, random: &mut ChaCha12Rng) -> Address {
        let street = pick(&self.streets, random).cloned().unwrap_or_default();
        let road = pick(ROADS, random).copied().unwrap_or_default();
        let number = random.random_range(1..900);
        let detail = match random.random_range(0..3) {
            0 => format!("{road}{number}号{}号楼商铺", random.random_range(1..30)),
            _ => format!("{road}{number}号"),
        };
        Address {
            division: street.get(..6).unwrap_or_default().to_owned(),
            street,
            detail,
            postcode: "252000".to_owned(),
            longitude: Some(f64::from(random.random_range(115_900_u32..116_200)) / 1000.0),
            latitude: Some(f64::from(random.random_range(36_300_u32..36_600)) / 1000.0),
        }
    }

    /// `dossier` with something wrong.
    pub fn flawed(&self, mut dossier: Dossier, flaw: Flaw, n: u64, today: NaiveDate) -> Dossier {
        match flaw {
            Flaw::Plan => (),
            Flaw::TooEarly => dossier.principal.first_registered_on = Some(today),
            Flaw::Form => match n % 4 {
                0 => dossier.phone = String::new(),
                1 => dossier.name = dossier.name.replace("诊所", "门诊部"),
                2 => dossier.principal.id_number = dossier.principal.id_number.replace("000", "001"),
                _ => dossier.declarations.truthful = false,
            },
        }
        dossier
    }

    /// `dossier` with 互联网诊疗.
    pub fn online(&self, dossier: &Dossier, n: u64, today: NaiveDate) -> Dossier {
        let random = &mut self.random(n, 2);
        let physician = self.people.person(n * SLOTS + 3, random);
        let policies: Vec<_> = self.law.policies(today).map(|policy| policy.code.clone()).collect();
        samples::telemedicine_filed(dossier, &physician, &policies, today)
    }

    /// `dossier` without 互联网诊疗.
    pub fn offline(&self, dossier: &Dossier) -> Dossier {
        let mut dossier = dossier.clone();
        dossier.service_modes.retain(|mode| *mode != ServiceMode::Telemedicine);
        dossier.staff.retain(|row| !row.telemedicine);
        dossier.telemedicine = None;
        dossier
    }

    /// `dossier` with the `item`-th of the things that a change files, and the name of it.
    pub fn changed(&self, dossier: &Dossier, item: u32, n: u64, today: NaiveDate) -> Dossier {
        let mut dossier = dossier.clone();
        let random = &mut self.random(n, 3 + u64::from(item % 6));
        dossier.declarations.signed_on = Some(today);
        match item % 6 {
            0 => {
                let old = dossier.principal.name.clone();
                let trade = pick(TRADE_NAMES, random).copied().unwrap_or_default();
                let renamed = dossier.name.replace(&old, trade);
                dossier.name = if renamed == dossier.name { format!("{old}{}", dossier.name) } else { renamed };
            }
            1 => dossier.address.detail = format!("{}（二层）", dossier.address.detail),
            2 => self.succeed(&mut dossier, n, today, random),
            3 => {
                let adds = !dossier.service_modes.contains(&ServiceMode::HomeVisit);
                dossier.service_modes.retain(|mode| *mode != ServiceMode::HomeVisit);
                dossier.service_modes.extend(adds.then_some(ServiceMode::HomeVisit));
            }
            4 => self.other_subject(&mut dossier),
            _ => {
                let profit = dossier.nature == Some(Nature::ForProfit);
                dossier.nature = Some(if profit { Nature::NonProfit } else { Nature::ForProfit });
            }
        }
        dossier
    }

    /// Another physician answers for the clinic.
    fn succeed(&self, dossier: &mut Dossier, n: u64, today: NaiveDate, random: &mut ChaCha12Rng) {
        let Some(clinic_type) = dossier.clinic_type else { return };
        let (next, nobody) = (self.people.person(n * SLOTS + 4, random), self.people.person(n * SLOTS + 5, random));
        let place = Place {
            principal: &next,
            colleague: &nobody,
            representative: None,
            address: Address::default(),
            phone: String::new(),
        };
        let filed = samples::filed(clinic_type, place, today);
        dossier.principal = filed.principal;
        dossier.principal.main_institution.clone_from(&dossier.name);
        dossier.declarations = filed.declarations;
        if let Some(telemedicine) = &mut dossier.telemedicine {
            telemedicine.signed_by.clone_from(&dossier.principal.name);
        }
    }

    /// A subject that the type may file is added, or the last of several taken away.
    fn other_subject(&self, dossier: &mut Dossier) {
        let Some(clinic_type) = dossier.clinic_type else { return };
        let mut allowed = self.law.subjects().map(|subject| &subject.code).filter(|code| {
            self.law.subject_allowed(clinic_type, code)
                && !self.law.is_technical(code)
                && !self.law.is_cosmetic(code)
                && !dossier.subjects.contains(code)
        });
        match allowed.next().cloned() {
            Some(code) => dossier.subjects.push(code),
            None if dossier.subjects.len() > 1 => drop(dossier.subjects.pop()),
            None => (),
        }
    }
}
