//! One person, one row, one clinic: R-103; and the codes of who is no physician: R-106.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::domain::dossier::Dossier;
use crate::domain::dossier::Post;
use crate::domain::dossier::Staff;
use crate::domain::finding::Finding;
use crate::domain::practitioner::check_nurse_code;
use crate::domain::rules::Facts;
use crate::domain::rules::blank;
use crate::domain::rules::said;

/// That a person of the filing stands in the register with other clinics. It tells how many and in which counties, never
/// which: whoever may know more asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// JSON pointer to the person: `/principal` or `/staff/3`.
    pub pointer: String,
    /// How many other clinics.
    pub clinics: usize,
    /// 行政区划代码 of their counties, each once.
    pub divisions: Vec<String>,
}

/// A person of the dossier by pointer: name, ID number, practice code.
fn person<'a>(d: &'a Dossier, pointer: &str) -> &'a str {
    let row = pointer.strip_prefix("/staff/").and_then(|n| n.parse::<usize>().ok()).and_then(|n| d.staff.get(n));
    let name = row.map_or(d.principal.name.as_str(), |row| row.name.as_str()).trim();
    if name.is_empty() { "该人员" } else { name }
}

/// nobody stands twice in one filing, and whoever works at another clinic is asked about (医师法 art. 15).
pub(super) fn once(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let about = |pointer: &str, field: &str, zh: &str, en: &str| {
        let finding = Finding::new("R-103", format!("{pointer}/{field}")).with("person", person(d, pointer));
        said(finding, "detail", zh, en)
    };
    let mut found = vec![];
    let mut seen: BTreeMap<(bool, &str), String> = BTreeMap::new();
    let p = &d.principal;
    for (code, value) in [(false, p.id_number.trim()), (true, p.practice_code.trim())] {
        if !value.is_empty() {
            seen.insert((code, value), "主要负责人".into());
        }
    }
    for (i, row) in d.staff.iter().enumerate() {
        // The principal stands among the staff, too, as a physician who treats online.
        let is_principal =
            row.post == Some(Post::Physician) && !blank(&row.id_number) && row.id_number.trim() == p.id_number.trim();
        let keys = [(false, "id_number", row.id_number.trim()), (true, "practice_code", row.practice_code.trim())];
        let mut told =
            is_principal && !d.staff.iter().take(i).any(|other| other.id_number.trim() == row.id_number.trim());
        for (code, field, value) in keys.into_iter().filter(|(_, _, value)| !value.is_empty()) {
            match seen.get(&(code, value)) {
                Some(who) if !told => {
                    let (zh, en) =
                        (format!("与{who}的证件或者编码相同"), "the same number as in another row".to_owned());
                    found.push(about(&format!("/staff/{i}"), field, &zh, &en));
                    told = true;
                }
                Some(_) => {}
                None => drop(seen.insert((code, value), format!("第{}名卫生技术人员", i + 1))),
            }
        }
    }
    for elsewhere in &facts.elsewhere {
        let Elsewhere { pointer, clinics, divisions } = elsewhere;
        let names: Vec<_> =
            divisions.iter().map(|code| facts.law.division(code).map_or(code.as_str(), |d| &d.name)).collect();
        let zh = format!("已在其他诊所登记（{clinics}家，{}）", names.join("、"));
        let en = format!("is filed at {clinics} other clinic(s) ({})", divisions.join(", "));
        found.push(about(pointer, "id_number", &zh, &en));
    }
    found
}

/// a nurse's code has 12 digits, older ones differ; pharmacists and technicians state that of their certificate.
pub(super) fn codes(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let limit = |name| facts.law.threshold("R-106", name, facts.today);
    let (Some(digits), Some(min)) = (limit("nurse_digits"), limit("min_length")) else { return vec![] };
    let nurse = |row: &Staff| {
        let part = check_nurse_code(&row.practice_code).err().map(|defect| (defect.zh(), defect.en()));
        let long = row.practice_code.chars().filter(char::is_ascii_digit).count() as f64 != digits;
        part.or(long.then_some(("位数", "length")))
    };
    let certificate = |row: &Staff| {
        let code = [&row.qualification_code, &row.practice_code].into_iter().find(|code| !blank(code));
        let formed = |code: &String| {
            let code = code.trim();
            code.chars().count() as f64 >= min && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        match code {
            None => Some(("未填报", "missing")),
            Some(code) if !formed(code) => Some(("位数或者字符", "length or characters")),
            Some(_) => None,
        }
    };
    let mut found = vec![];
    for (i, row) in d.staff.iter().enumerate() {
        let (field, zh, en, part) = match row.post {
            Some(Post::Nurse) if blank(&row.practice_code) => {
                ("practice_code", "护士执业证书编号", "nurse's code", Some(("未填报", "missing")))
            }
            Some(Post::Nurse) => ("practice_code", "护士执业证书编号", "nurse's code", nurse(row)),
            Some(Post::Pharmacist | Post::Technician) => {
                ("qualification_code", "专业技术资格证书编号", "certificate number", certificate(row))
            }
            _ => continue,
        };
        if let Some((part_zh, part_en)) = part {
            let pointer = format!("/staff/{i}");
            let finding = Finding::new("R-106", format!("{pointer}/{field}")).with("person", person(d, &pointer));
            found.push(said(said(finding, "code", zh, en), "part", part_zh, part_en));
        }
    }
    found
}
