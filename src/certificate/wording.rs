//! The statement in the words of the paper.

use chrono::{Datelike, NaiveDate};

use crate::certificate::layout::Field;
use crate::domain::certificate::{StatedSubject, Statement};

/// What a field says; `None` leaves its cell out, an empty text is drawn as a dash so that nothing can be added.
pub fn value(statement: &Statement, field: Field) -> Option<String> {
    match field {
        Field::Number => Some(statement.number.clone()),
        Field::Uscc => statement.uscc.clone().filter(|uscc| !uscc.is_empty()),
        Field::Name => Some(statement.name.clone()),
        Field::ClinicType => Some(statement.clinic_type.zh().to_string()),
        Field::FiledOn => Some(short_date(statement.filed_on)),
        Field::Address => Some(statement.address.clone()),
        Field::LegalRepresentative => Some(statement.legal_representative.clone()),
        Field::Principal => Some(statement.principal.clone()),
        Field::Ownership => Some(statement.ownership_name.clone()),
        Field::Nature => Some(statement.nature.zh().to_string()),
        Field::Subjects => Some(subjects(&statement.subjects)),
        Field::ServiceModes => {
            Some(statement.service_modes.iter().map(|mode| mode.zh()).collect::<Vec<_>>().join("、"))
        }
        Field::Remarks => Some(statement.remarks.clone()),
    }
}

/// Subjects by department: `中医科（内科专业、针灸科专业）；口腔科`. The code is `TT` or `TT.NN`.
fn subjects(subjects: &[StatedSubject]) -> String {
    let department = |subject: &StatedSubject| subject.code.split('.').next().unwrap_or_default().to_string();
    let mut groups: Vec<Vec<&StatedSubject>> = Vec::new();
    for subject in subjects {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| department(first) == department(subject)) => {
                group.push(subject);
            }
            _ => groups.push(vec![subject]),
        }
    }
    let names = |group: &[&StatedSubject]| group.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join("、");
    let group = |group: &Vec<&StatedSubject>| match group.split_first() {
        Some((head, rest)) if !rest.is_empty() && !head.code.contains('.') => {
            format!("{}（{}）", head.name, names(rest))
        }
        _ => names(group),
    };
    groups.iter().map(group).collect::<Vec<_>>().join("；")
}

/// `2024年5月22日`
pub fn short_date(date: NaiveDate) -> String {
    format!("{}年{}月{}日", date.year(), date.month(), date.day())
}

/// `二〇二四年五月二十二日`, as documents are dated (GB/T 15835-2011, 4.2).
pub fn chinese_date(date: NaiveDate) -> String {
    let year: String = date.year().to_string().chars().map(|c| digit(c.to_digit(10).unwrap_or(0))).collect();
    format!("{year}年{}月{}日", below_hundred(date.month()), below_hundred(date.day()))
}

const fn digit(n: u32) -> char {
    match n {
        1 => '一',
        2 => '二',
        3 => '三',
        4 => '四',
        5 => '五',
        6 => '六',
        7 => '七',
        8 => '八',
        9 => '九',
        _ => '〇',
    }
}

fn below_hundred(n: u32) -> String {
    let mut words = String::new();
    if n >= 20 {
        words.push(digit(n / 10));
    }
    if n >= 10 {
        words.push('十');
    }
    if !n.is_multiple_of(10) {
        words.push(digit(n % 10));
    }
    words
}

/// `第 2 版（变更：增加互联网诊疗，2024-05-22）　补发（第 2 次发放）`
pub fn version(statement: &Statement) -> String {
    let mut words = format!("第 {} 版", statement.version);
    if let Some(note) = statement.change_note.as_deref().filter(|note| !note.is_empty()) {
        let prefix = if note.starts_with("变更") { "" } else { "变更：" };
        words.push_str(&format!("（{prefix}{note}，{}）", statement.issued_on));
    }
    if statement.copy_number > 1 {
        words.push_str(&format!("　补发（第 {} 次发放）", statement.copy_number));
    }
    words
}
