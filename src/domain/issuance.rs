//! From a filed dossier to what its certificate says.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use crate::domain::certificate::{Conversion, StatedAuthority, StatedPractitioner, StatedSubject, Statement};
use crate::domain::dossier::{BuiltBy, Dossier, Nature, Post, ServiceMode};
use crate::domain::geohash::Geohash;
use crate::domain::law::Law;
use crate::domain::licence_identifier::LicenceIdentifier;

/// What the paper needs beyond the dossier.
#[derive(Clone, Debug)]
pub struct Grant<'a> {
    pub authority: StatedAuthority,
    pub number: String,
    pub provisional: bool,
    pub version: u32,
    pub filed_on: NaiveDate,
    pub issued_on: NaiveDate,
    pub telemedicine_since: Option<NaiveDate>,
    pub change_note: Option<String>,
    pub conversion: Option<Conversion>,
    /// 证照类型代码 (GB/T 36904)
    pub licence_type: &'a str,
}

/// Why a dossier cannot become a statement: the pointer of what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is missing")]
pub struct Incomplete(pub &'static str);

/// What the certificate will say.
///
/// # Errors
/// The pointer of a field that the rules would have asked for.
pub fn statement(dossier: &Dossier, law: &Law, grant: Grant<'_>) -> Result<Statement, Incomplete> {
    let clinic_type = dossier.clinic_type.ok_or(Incomplete("/clinic_type"))?;
    let nature = dossier.nature.ok_or(Incomplete("/nature"))?;
    let identifier = u16::try_from(grant.version).ok().and_then(|version| {
        LicenceIdentifier::compose(grant.licence_type, &grant.authority.uscc, &grant.number, version).ok()
    });
    let identifier = identifier.ok_or(Incomplete("/licence_identifier"))?;
    let online = dossier.offers_telemedicine();
    let uscc = Some(dossier.applicant.uscc.trim().to_uppercase()).filter(|code| !code.is_empty());
    let online_subjects = dossier.telemedicine.as_ref().filter(|_| online).map(|t| stated(&t.subjects, law));
    let since = grant.telemedicine_since.filter(|_| online);
    let mut modes = dossier.service_modes.clone();
    modes.sort_unstable();
    modes.dedup();
    Ok(Statement {
        kind: clinic_type.profile().into(),
        licence_identifier: identifier.to_string(),
        number: grant.number,
        provisional: grant.provisional,
        name: dossier.name.clone(),
        clinic_type,
        address: printed_address(dossier, law),
        legal_representative: dossier.legal_representative.clone(),
        principal: dossier.principal.name.clone(),
        ownership_name: law.economic_type_name(&dossier.ownership),
        ownership: dossier.ownership.clone(),
        nature,
        service_modes: modes,
        subjects: stated(&dossier.subjects, law),
        remarks: since.map(|since| remarks(dossier, since)).unwrap_or_default(),
        authority: grant.authority,
        filed_on: grant.filed_on,
        issued_on: grant.issued_on,
        version: grant.version,
        copy_number: 1,
        change_note: grant.change_note,
        uscc,
        geohash: dossier
            .address
            .latitude
            .zip(dossier.address.longitude)
            .and_then(|(lat, lon)| Geohash::of(lat, lon).map(|place| place.to_string())),
        telemedicine_since: since,
        telemedicine_subjects: online_subjects.unwrap_or_default(),
        practitioners: practitioners(dossier),
        conversion: grant.conversion,
    })
}

/// Subjects as they are printed: each once, by code, and a sub-subject under the subject it belongs to.
fn stated(codes: &[String], law: &Law) -> Vec<StatedSubject> {
    let departments = codes.iter().filter_map(|code| code.split_once('.').map(|(department, _)| department));
    let all: BTreeSet<&str> = codes.iter().map(String::as_str).chain(departments).collect();
    all.into_iter().map(|code| StatedSubject { code: code.to_owned(), name: law.subject_name(code) }).collect()
}

/// The address as printed: division, street and detail, nothing twice.
pub fn printed_address(dossier: &Dossier, law: &Law) -> String {
    let address = &dossier.address;
    let street = law.street(&address.street).map(|s| s.name.clone()).unwrap_or_default();
    let prefix = format!("{}{street}", law.division_path(&address.division));
    let detail = address.detail.trim();
    if detail.starts_with(&prefix) { detail.to_owned() } else { format!("{prefix}{detail}") }
}

/// 备注 of a clinic that treats online.
fn remarks(dossier: &Dossier, since: NaiveDate) -> String {
    let mut parts = vec![format!("自{}年{}月{}日起，限常见病、慢性病复诊", since.year(), since.month(), since.day())];
    if let Some(online) = &dossier.telemedicine {
        let partner = online.partner.as_ref().filter(|_| online.built_by == Some(BuiltBy::ThirdParty));
        parts.extend(partner.map(|p| format!("合作平台：{}", p.name)));
        let connected = online.platform.as_ref().is_some_and(|p| p.connected_on.is_some());
        parts.extend(connected.then(|| "监管平台已对接".to_owned()));
    }
    format!("服务方式：{}（{}）", ServiceMode::Telemedicine.zh(), parts.join("；"))
}

/// Physicians as the public may know them.
fn practitioners(dossier: &Dossier) -> Vec<StatedPractitioner> {
    let online = dossier.offers_telemedicine();
    let principal = &dossier.principal;
    let listed = |name: &str| dossier.staff.iter().any(|s| s.post == Some(Post::Physician) && s.name == name);
    let first = (!listed(&principal.name) && !principal.name.is_empty()).then(|| StatedPractitioner {
        name: principal.name.clone(),
        level: principal.level,
        category: principal.category,
        scope: principal.scope.clone(),
        telemedicine: false,
    });
    let staff = dossier.staff.iter().filter(|s| s.post == Some(Post::Physician)).map(|s| StatedPractitioner {
        name: s.name.clone(),
        level: s.level,
        category: s.category,
        scope: s.scope.clone(),
        telemedicine: online && s.telemedicine,
    });
    first.into_iter().chain(staff).collect()
}

/// The nine characters that a new number begins with, when the clinic has a USCC (domain facts §4.1).
pub fn body_of_uscc(uscc: &str) -> Option<String> {
    let code: String = uscc.trim().to_uppercase();
    (code.len() == 18 && code.is_ascii()).then(|| code.get(8..17).unwrap_or_default().to_owned())
}

/// The attributes that a number encodes.
pub fn number_attributes(dossier: &Dossier) -> Option<(&str, &str, &'static str, char)> {
    let category = dossier.clinic_type?.category_code();
    let nature: Nature = dossier.nature?;
    Some((&dossier.address.division, &dossier.ownership, category, nature.management_code()))
}
