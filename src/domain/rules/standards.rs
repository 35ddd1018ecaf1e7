//! 基本标准 of each clinic type: R-035…R-041. A filing is no licence review, so all of them warn; the inspector has the same
//! lines on the list of the visit. Every number is a threshold of its rule.

use std::collections::BTreeSet;

use crate::domain::calendar::add_months;
use crate::domain::dossier::ClinicType;
use crate::domain::dossier::Dossier;
use crate::domain::dossier::Post;
use crate::domain::dossier::PractitionerCategory;
use crate::domain::dossier::RoomKind;
use crate::domain::dossier::Tenure;
use crate::domain::finding::Finding;
use crate::domain::lifecycle::Kind;
use crate::domain::rules::Facts;
use crate::domain::rules::blank;
use crate::domain::rules::said;

/// Whether this filing is about what the standards look at: a change that leaves people and rooms as they are does not ask
/// again.
fn concerned(d: &Dossier, facts: &Facts) -> bool {
    let same = |old: &Dossier| {
        old.premises == d.premises
            && old.staff == d.staff
            && old.principal == d.principal
            && old.subjects == d.subjects
            && old.techniques == d.techniques
            && old.medicines == d.medicines
            && old.equipment == d.equipment
            && old.tcm_share == d.tcm_share
    };
    !facts.current.is_some_and(|(_, old)| facts.kind == Kind::Change && same(old))
}

/// The clinic's people, each once: the principal, who is a physician, and the staff.
struct People<'a>(Vec<(Post, Option<PractitionerCategory>, &'a str)>);

impl<'a> People<'a> {
    fn of(d: &'a Dossier) -> Self {
        let p = &d.principal;
        let mut seen = BTreeSet::from([p.id_number.trim()]);
        let mut found = vec![(Post::Physician, p.category, p.title.as_str())];
        for row in &d.staff {
            let new = blank(&row.id_number) || seen.insert(row.id_number.trim());
            found.extend(row.post.filter(|_| new).map(|post| (post, row.category, row.title.as_str())));
        }
        Self(found)
    }

    fn count(&self, post: Post) -> u32 {
        self.0.iter().filter(|(p, _, _)| *p == post).count() as u32
    }

    fn physicians(&self) -> impl Iterator<Item = &(Post, Option<PractitionerCategory>, &'a str)> {
        self.0.iter().filter(|(p, _, _)| *p == Post::Physician)
    }
}

/// Areas of the rooms of a kind, in m²; a room whose area is not stated counts as none.
fn rooms(d: &Dossier, kind: RoomKind) -> Vec<f64> {
    d.premises.rooms.iter().filter(|room| room.kind == Some(kind)).map(|room| room.area.unwrap_or(0.0)).collect()
}

/// What falls short, with the words of the finding.
struct Shortfalls<'a> {
    rule: &'static str,
    facts: &'a Facts<'a>,
    found: Vec<Finding>,
}

impl<'a> Shortfalls<'a> {
    const fn new(rule: &'static str, facts: &'a Facts<'a>) -> Self {
        Self { rule, facts, found: vec![] }
    }

    fn limit(&self, name: &str) -> Option<f64> {
        self.facts.law.threshold(self.rule, name, self.facts.today)
    }

    fn add(&mut self, pointer: &str, zh: String, en: String) {
        self.found.push(said(Finding::new(self.rule, pointer), "detail", &zh, &en));
    }

    /// `have` m² of something where the threshold `name` asks for more.
    fn area(&mut self, name: &str, pointer: &str, have: f64, zh: &str, en: &str) {
        if let Some(min) = self.limit(name).filter(|min| have < *min) {
            self.add(pointer, format!("{zh}{have}㎡＜{min}㎡"), format!("{en} {have} m², {min} m² required"));
        }
    }

    /// The floor area, once it is stated; R-100 asks for it.
    fn floor(&mut self, name: &str, d: &Dossier) {
        if let Some(area) = d.premises.area.filter(|area| *area > 0.0) {
            self.area(name, "/premises/area", area, "建筑面积", "floor area");
        }
    }

    /// Every stated room of a kind has the area of the threshold `name`.
    fn each_room(&mut self, name: &str, d: &Dossier, kind: RoomKind) {
        let rooms = d.premises.rooms.iter().enumerate().filter(|(_, room)| room.kind == Some(kind));
        for (i, room) in rooms {
            let have = room.area.unwrap_or(0.0);
            self.area(name, &format!("/premises/rooms/{i}/area"), have, kind.zh(), kind.en());
        }
    }

    /// There are as many rooms of a kind as the threshold `name` asks for.
    fn stated(&mut self, name: &str, d: &Dossier, kind: RoomKind) {
        if self.limit(name).is_some_and(|min| (rooms(d, kind).len() as f64) < min) {
            self.add("/premises/rooms", format!("未填报{}", kind.zh()), format!("no {} is stated", kind.en()));
        }
    }

    /// `have` persons of a kind where `min` are asked for.
    fn persons(&mut self, have: u32, min: u32, zh: &str, en: &str) {
        if have < min {
            self.add("/staff", format!("{zh}{have}名＜{min}名"), format!("{have} of {min} {en}"));
        }
    }

    /// 中医药治疗率
    fn share(&mut self, d: &Dossier) {
        let Some(min) = self.limit("tcm_share") else { return };
        match d.tcm_share {
            None => self.add(
                "/tcm_share",
                "未填报中医药治疗率".into(),
                "the share of treatment by Chinese medicine is not stated".into(),
            ),
            Some(have) if f64::from(have) < min => self.add(
                "/tcm_share",
                format!("中医药治疗率{have}%＜{min}%"),
                format!("{have}% of treatment by Chinese medicine, {min}% required"),
            ),
            Some(_) => {}
        }
    }
}

/// a general clinic has its rooms and their areas, and a technician for what one works in (卫医政发〔2010〕75号).
pub(super) fn general(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let mut short = Shortfalls::new("R-035", facts);
    if d.clinic_type != Some(ClinicType::General) || !concerned(d, facts) {
        return vec![];
    }
    short.floor("area", d);
    short.stated("consulting_rooms", d, RoomKind::Consulting);
    short.stated("treatment_rooms", d, RoomKind::Treatment);
    short.each_room("treatment_area", d, RoomKind::Treatment);
    short.stated("disposal_rooms", d, RoomKind::Disposal);
    short.each_room("disposal_area", d, RoomKind::Disposal);
    short.each_room("observation_area", d, RoomKind::Observation);
    if let Some(per_subject) = short.limit("technicians_per_subject") {
        let technical: BTreeSet<_> =
            d.subjects.iter().filter(|s| facts.law.is_technical(s)).map(|s| s.get(..2)).collect();
        let min = (technical.len() as f64 * per_subject) as u32;
        short.persons(People::of(d).count(Post::Technician), min, "医技人员", "technicians");
    }
    short.found
}

/// What a dental clinic with so many chairs needs, by the rule's thresholds of a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dental {
    /// 口腔类别医师
    pub physicians: u32,
    /// 注册护士
    pub nurses: u32,
    /// 建筑面积, m²
    pub area: f64,
    /// 口腔主治医师 and above
    pub seniors: u32,
}

/// One, and one more for every further `per` chairs.
fn one_per(chairs: u32, per: f64) -> u32 {
    1 + (f64::from(chairs.saturating_sub(1)) / per.max(1.0)).floor() as u32
}

/// What R-036 asks of a dental clinic with `chairs` chairs; none where the rule is not in force. “每增设2台” is read as every
/// further two after the first chair, and 4台以上 as four or more.
pub fn dental_minimum(chairs: u32, facts: &Facts) -> Option<Dental> {
    let limit = |name| facts.law.threshold("R-036", name, facts.today);
    let area = if chairs <= 1 { limit("area_one_chair")? } else { limit("area_per_chair")? * f64::from(chairs) };
    Some(Dental {
        physicians: one_per(chairs, limit("chairs_per_physician")?),
        nurses: one_per(chairs, limit("chairs_per_nurse")?),
        area,
        seniors: u32::from(f64::from(chairs) >= limit("senior_from_chairs")?),
    })
}

/// chairs, physicians, nurses and areas of a dental clinic (口腔诊所基本标准).
pub(super) fn dental(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if d.clinic_type != Some(ClinicType::Dental) || !concerned(d, facts) {
        return vec![];
    }
    let mut short = Shortfalls::new("R-036", facts);
    let chairs = d.premises.chairs;
    let (Some(min), Some(least)) = (dental_minimum(chairs, facts), short.limit("chairs_min")) else { return vec![] };
    if f64::from(chairs) < least {
        short.add(
            "/premises/chairs",
            format!("牙椅{chairs}台＜{least}台"),
            format!("{chairs} of {least} dental chairs"),
        );
    }
    if let Some(area) = d.premises.area.filter(|area| *area > 0.0 && *area < min.area) {
        let Dental { area: needed, .. } = min;
        short.add(
            "/premises/area",
            format!("建筑面积{area}㎡＜{needed}㎡"),
            format!("floor area {area} of {needed} m²"),
        );
    }
    if let Some(per_chair) = short.limit("consulting_area_per_chair") {
        let (have, needed) = (rooms(d, RoomKind::Consulting).iter().sum::<f64>(), per_chair * f64::from(chairs));
        if have < needed {
            let (zh, en) = (format!("诊室{have}㎡＜{needed}㎡"), format!("consulting rooms {have} of {needed} m²"));
            short.add("/premises/rooms", zh, en);
        }
    }
    let people = People::of(d);
    let dentists = || people.physicians().filter(|(_, category, _)| *category == Some(PractitionerCategory::Dental));
    short.persons(dentists().count() as u32, min.physicians, "口腔医师", "dental physicians");
    let seniors = dentists().filter(|(_, _, title)| facts.law.is_senior(title)).count() as u32;
    short.persons(seniors, min.seniors, "口腔主治医师以上职称", "senior dental physicians");
    // That there is no nurse at all, R-040 says.
    let nurses = people.count(Post::Nurse);
    short.persons(if nurses == 0 { min.nurses } else { nurses }, min.nurses, "护士", "nurses");
    let about = |finding: Finding| {
        finding.with("n", chairs).with("p", min.physicians).with("q", min.nurses).with("a", min.area)
    };
    short.found.into_iter().map(about).collect()
}

/// a medical cosmetology clinic: people per subject, beds, areas (卫医发〔2002〕103号).
pub(super) fn cosmetic(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if d.clinic_type != Some(ClinicType::Cosmetic) || !concerned(d, facts) {
        return vec![];
    }
    let mut short = Shortfalls::new("R-037", facts);
    let p = &d.premises;
    short.floor("area", d);
    short.each_room("surgery_area", d, RoomKind::Surgery);
    if let Some(per_bed) = short.limit("area_per_bed") {
        let (have, needed) = (rooms(d, RoomKind::Treatment).iter().sum::<f64>(), per_bed * f64::from(p.treatment_beds));
        if have < needed {
            let (zh, en) = (format!("治疗室{have}㎡＜{needed}㎡"), format!("treatment rooms {have} of {needed} m²"));
            short.add("/premises/rooms", zh, en);
        }
    }
    let least = |name: &str, have: u32| short.limit(name).is_none_or(|min| f64::from(have) >= min);
    let equipped = least("treatment_beds", p.treatment_beds)
        || (least("operating_tables", p.operating_tables) && least("observation_beds", p.observation_beds))
        || least("chairs", p.chairs);
    if !equipped {
        short.add(
            "/premises/treatment_beds",
            "美容治疗床、手术床和观察床、牙科椅均未达到数量要求".into(),
            "too few treatment beds, operating tables with observation beds, or dental chairs".into(),
        );
    }
    let people = People::of(d);
    let subjects = d.subjects.iter().filter(|s| facts.law.is_cosmetic(s)).count().max(1) as f64;
    let needed = |short: &Shortfalls, name: &str| short.limit(name).map_or(0, |per| (per * subjects) as u32);
    let seniors = people.physicians().filter(|(_, _, title)| facts.law.is_senior(title)).count() as u32;
    let (chief, nurses) = (needed(&short, "chief_physicians_per_subject"), needed(&short, "nurses_per_subject"));
    short.persons(seniors, chief, "主诊医师（主治医师以上）", "chief physicians of senior title");
    let have = people.count(Post::Nurse);
    short.persons(if have == 0 { nurses } else { have }, nurses, "护士", "nurses");
    short.found
}

/// a comprehensive clinic of Chinese medicine, by area and share of treatment (2017 standard); of a clinic of
/// integrative medicine only the area is asked.
pub(super) fn comprehensive(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let mut short = Shortfalls::new("R-038", facts);
    let Some(clinic_type) = d.clinic_type.filter(|_| concerned(d, facts)) else { return vec![] };
    match clinic_type {
        ClinicType::TcmComprehensive => {
            short.floor("area", d);
            if let (Some(per), Some(area)) = (short.limit("area_per_physician"), d.premises.area) {
                let physicians = People::of(d).physicians().count() as f64;
                if area > 0.0 && area < per * physicians {
                    let needed = per * physicians;
                    let zh = format!("{physicians}名医师须建筑面积{needed}㎡，现为{area}㎡");
                    short.add("/premises/area", zh, format!("{physicians} physicians need {needed} m², not {area} m²"));
                }
            }
            short.share(d);
        }
        ClinicType::Integrative => short.floor("integrative_area", d),
        _ => return vec![],
    }
    let named = |finding| said(finding, "type", clinic_type.zh(), clinic_type.en());
    short.found.into_iter().map(named).collect()
}

/// a 中医诊所 provides Chinese medicines and non-drug methods of Chinese medicine only (令第14号 art. 2), has a waiting and
/// a consulting area, and a pharmacist where it dispenses.
pub(super) fn chinese_only(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if d.clinic_type != Some(ClinicType::Tcm) || !concerned(d, facts) {
        return vec![];
    }
    let mut short = Shortfalls::new("R-039", facts);
    for (list, field) in [(&d.techniques, "techniques"), (&d.equipment, "equipment"), (&d.medicines, "medicines")] {
        for (i, article) in list.iter().enumerate() {
            if facts.law.western(article).is_some() {
                let (zh, en) = (format!("“{article}”不属于中医药范围"), format!("“{article}” is not Chinese medicine"));
                short.add(&format!("/{field}/{i}"), zh, en);
            }
        }
    }
    short.share(d);
    short.stated("consulting_rooms", d, RoomKind::Consulting);
    short.stated("waiting_rooms", d, RoomKind::Waiting);
    if d.medicines.iter().any(|medicine| facts.law.is_dispensed(medicine)) {
        let min = short.limit("pharmacists").unwrap_or(0.0) as u32;
        short.persons(
            People::of(d).count(Post::Pharmacist),
            min,
            "中药专业技术人员",
            "pharmacists of Chinese medicine",
        );
    }
    short.found
}

/// a registered nurse, where the standard of the type asks for one.
pub(super) fn nurse(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(clinic_type) = d.clinic_type.filter(|_| concerned(d, facts)) else { return vec![] };
    let least = facts.law.threshold("R-040", &clinic_type.code(), facts.today);
    let have = f64::from(People::of(d).count(Post::Nurse));
    match least {
        Some(least) if have < least => vec![Finding::new("R-040", "/staff").with("least", least)],
        _ => vec![],
    }
}

/// the lease goes on for a year, asked where premises or address are filed or changed.
pub(super) fn lease(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let same = |old: &Dossier| old.premises == d.premises && old.address == d.address;
    if facts.current.is_some_and(|(_, old)| facts.kind == Kind::Change && same(old)) {
        return vec![];
    }
    let leased = d.premises.tenure == Some(Tenure::Leased);
    let months = facts.law.threshold("R-041", "months", facts.today);
    match (d.premises.lease_until.filter(|_| leased), months) {
        (Some(until), Some(months)) if until < add_months(facts.today, months as u32) => {
            vec![Finding::new("R-041", "/premises/lease_until").with("date", until)]
        }
        _ => vec![],
    }
}
