//! The order of the form: findings are told from its top to its bottom.

use crate::domain::finding::Finding;

/// Fields of the form in reading order, with those inside of each.
const FORM: &[(&str, &[&str])] = &[
    ("clinic_type", &[]),
    ("name", &[]),
    ("applicant", &["kind", "name", "id_number", "uscc", "government"]),
    ("legal_representative", &[]),
    (
        "principal",
        &[
            "name",
            "sex",
            "born_on",
            "id_number",
            "phone",
            "education",
            "title",
            "qualification_code",
            "practice_code",
            "level",
            "category",
            "scope",
            "tcm_specialty",
            "first_registered_on",
            "main_institution",
        ],
    ),
    ("address", &["division", "street", "detail", "postcode", "longitude", "latitude"]),
    ("phone", &[]),
    ("ownership", &[]),
    ("nature", &[]),
    ("service_object", &[]),
    ("service_modes", &[]),
    ("subjects", &[]),
    ("techniques", &[]),
    ("tcm_share", &[]),
    ("opening_hours", &[]),
    (
        "premises",
        &[
            "area",
            "rooms",
            "beds",
            "chairs",
            "treatment_beds",
            "operating_tables",
            "observation_beds",
            "tenure",
            "lease_until",
        ],
    ),
    (
        "staff",
        &[
            "name",
            "id_number",
            "post",
            "title",
            "level",
            "category",
            "scope",
            "qualification_code",
            "practice_code",
            "registered_here",
            "full_time",
            "independent_since",
            "telemedicine",
            "consent",
            "registry_check",
        ],
    ),
    ("equipment", &[]),
    ("medicines", &[]),
    ("declarations", &["not_disqualified", "truthful", "signed_by", "signed_on"]),
    (
        "telemedicine",
        &[
            "reason",
            "signed_by",
            "built_by",
            "partner",
            "security_grade",
            "platform",
            "subjects",
            "review",
            "policies",
            "consent_template",
            "termination_plan",
        ],
    ),
    (
        "particulars",
        &[
            "effective_on",
            "until",
            "suspension_reason",
            "reason",
            "records_kept_at",
            "records_phone",
            "medicines_disposal",
            "destination_division",
            "destination_address",
            "signed_by",
            "signed_on",
        ],
    ),
    ("materials", &[]),
    ("number", &[]),
];

/// Where a finding stands in the form; findings at the same place keep the order of the rules.
pub(super) fn place(finding: &Finding) -> (usize, usize, usize) {
    let mut parts = finding.pointer.split('/').skip(1);
    let Some(top) = parts.next() else { return (0, 0, 0) };
    let section = FORM.iter().position(|(name, _)| *name == top);
    let inner = section.and_then(|at| FORM.get(at)).map_or(&[] as &[&str], |(_, inner)| inner);
    let mut next = parts.next();
    // The row of a list comes before the field in it; a field that is no list has no row.
    let row = next.and_then(|part| part.parse::<usize>().ok());
    if row.is_some() {
        next = parts.next();
    }
    let field = next.map_or(0, |part| 1 + inner.iter().position(|f| *f == part).unwrap_or(inner.len()));
    (1 + section.unwrap_or(FORM.len()), row.map_or(0, |row| row + 1), field)
}
