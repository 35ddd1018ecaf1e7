//! The statement in the words of the paper.

use crate::certificate::layout::Field;
use crate::domain::certificate::{Statement, in_words};
use crate::domain::deadline;

/// What a field says; `None` leaves its cell out, an empty text is drawn as a dash so that nothing can be added.
pub fn value(statement: &Statement, field: Field) -> Option<String> {
    match field {
        Field::Number => Some(statement.number.clone()),
        Field::Uscc => statement.uscc.clone().filter(|uscc| !uscc.is_empty()),
        Field::Name => Some(statement.name.clone()),
        Field::ClinicType => Some(statement.clinic_type.zh().to_string()),
        Field::FiledOn => Some(deadline::numeric_date(statement.filed_on)),
        Field::Address => Some(statement.address.clone()),
        Field::LegalRepresentative => Some(statement.legal_representative.clone()),
        Field::Principal => Some(statement.principal.clone()),
        Field::Ownership => Some(statement.ownership_name.clone()),
        Field::Nature => Some(statement.nature.zh().to_string()),
        Field::Subjects => Some(in_words(&statement.subjects)),
        Field::ServiceModes => {
            Some(statement.service_modes.iter().map(|mode| mode.zh()).collect::<Vec<_>>().join("、"))
        }
        Field::Remarks => Some(statement.remarks.clone()),
    }
}

/// `第 2 版（变更：增加互联网诊疗，2024-05-22）　补发（第 2 次发放）`, or what it was made from.
pub fn version(statement: &Statement) -> String {
    let mut words = format!("第 {} 版", statement.version);
    if let Some(note) = statement.change_note.as_deref().filter(|note| !note.is_empty()) {
        let prefix = if note.starts_with("变更") { "" } else { "变更：" };
        words.push_str(&format!("（{prefix}{note}，{}）", statement.issued_on));
    }
    if let Some(conversion) = &statement.conversion {
        words.push_str(&format!("（{}）", conversion.zh()));
    }
    if statement.copy_number > 1 {
        words.push_str(&format!("　补发（第 {} 次发放）", statement.copy_number));
    }
    words
}
