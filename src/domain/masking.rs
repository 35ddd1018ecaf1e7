//! Personal data as whoever does not need it sees it (个人信息保护法第六条, GB/T 35273-2020).

use crate::domain::dossier::Dossier;
use crate::domain::identity::{mask_id, mask_phone};

/// The dossier with every ID number, phone and code that embeds one masked.
pub fn masked(mut dossier: Dossier) -> Dossier {
    for id in [&mut dossier.applicant.id_number, &mut dossier.principal.id_number] {
        *id = mask_id(id);
    }
    for code in [&mut dossier.principal.qualification_code, &mut dossier.principal.practice_code] {
        *code = stars(code);
    }
    for phone in [&mut dossier.phone, &mut dossier.principal.phone] {
        *phone = mask_phone(phone);
    }
    dossier.principal.born_on = None;
    for person in &mut dossier.staff {
        person.id_number = mask_id(&person.id_number);
        person.qualification_code = stars(&person.qualification_code);
        person.practice_code = stars(&person.practice_code);
    }
    dossier
}

fn stars(code: &str) -> String {
    "*".repeat(code.chars().count())
}
