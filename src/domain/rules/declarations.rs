//! What everybody must state, and the fields that may not be empty.

use crate::domain::dossier::ApplicantKind;
use crate::domain::dossier::ClinicType;
use crate::domain::dossier::Dossier;
use crate::domain::dossier::Post;
use crate::domain::dossier::Tenure;
use crate::domain::finding::Finding;
use crate::domain::rules::Facts;
use crate::domain::rules::blank;
use crate::domain::rules::said;

/// a unit or an individual sets the clinic up (办法 art. 4).
pub(super) fn applicant_kind(d: &Dossier, _: &Facts) -> Vec<Finding> {
    match d.applicant.kind {
        Some(_) => vec![],
        None => vec![Finding::new("R-001", "/applicant/kind")],
    }
}

/// the clinic type picks the measures and the authority (办法 art. 2 and 3; 令第14号).
pub(super) fn clinic_type(d: &Dossier, _: &Facts) -> Vec<Finding> {
    match d.clinic_type {
        Some(_) => vec![],
        None => vec![Finding::new("R-002", "/clinic_type")],
    }
}

/// none of the circumstances of 实施细则 art. 12.
pub(super) fn not_disqualified(d: &Dossier, _: &Facts) -> Vec<Finding> {
    if d.declarations.not_disqualified {
        return vec![];
    }
    vec![Finding::new("R-009", "/declarations/not_disqualified")]
}

/// the promise of truth is made, and signed by somebody on a day that has come (办法 art. 7).
pub(super) fn truthful(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if !facts.kind.writes_dossier() {
        return vec![];
    }
    let s = &d.declarations;
    let finding = |field: &str| Finding::new("R-010", format!("/declarations/{field}"));
    let mut found = vec![];
    if !s.truthful {
        found.push(finding("truthful"));
    }
    if blank(&s.signed_by) {
        found.push(finding("signed_by"));
    }
    if s.signed_on.is_none_or(|day| day > facts.today) {
        found.push(finding("signed_on"));
    }
    found
}

/// A required field: is it empty, where is it, what is it called.
type Field = (bool, &'static str, &'static str, &'static str);

/// what the 备案信息表 cannot do without. Identifiers that depend on the applicant are R-023's.
pub(super) fn required(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if !facts.kind.writes_dossier() {
        return vec![];
    }
    let fields = form(d).into_iter().chain(principal(d)).chain(premises(d));
    let single = fields.filter(|f| f.0).map(|(_, pointer, zh, en)| missing(pointer, zh, en));
    let staff = d.staff.iter().enumerate().flat_map(|(i, row)| {
        let physician = row.post == Some(Post::Physician);
        let fields: [Field; 7] = [
            (blank(&row.name), "name", "姓名", "name"),
            (blank(&row.id_number), "id_number", "居民身份证号码", "ID number"),
            (row.post.is_none(), "post", "岗位", "post"),
            (physician && row.level.is_none(), "level", "级别", "level"),
            (physician && row.category.is_none(), "category", "类别", "category"),
            (physician && blank(&row.qualification_code), "qualification_code", "资格证书编码", "qualification code"),
            (physician && blank(&row.practice_code), "practice_code", "执业证书编码", "practice code"),
        ];
        let missing = move |f: &Field| {
            let (zh, en) =
                (format!("第{}名卫生技术人员的{}", i + 1, f.2), format!("{} of staff member {}", f.3, i + 1));
            missing(format!("/staff/{i}/{}", f.1), &zh, &en)
        };
        fields.into_iter().filter(|f| f.0).map(move |f| missing(&f)).collect::<Vec<_>>()
    });
    single.chain(staff).collect()
}

/// R-100 at `pointer`, for the field so called.
pub(super) fn missing(pointer: impl Into<String>, zh: &str, en: &str) -> Finding {
    said(Finding::new("R-100", pointer), "field", zh, en)
}

fn form(d: &Dossier) -> Vec<Field> {
    let unit = d.applicant.kind == Some(ApplicantKind::Unit);
    let tcm = d.clinic_type == Some(ClinicType::Tcm);
    vec![
        (blank(&d.name), "/name", "诊所名称", "clinic name"),
        (blank(&d.applicant.name), "/applicant/name", "设置人名称（姓名）", "applicant's name"),
        // A clinic that an individual sets up need not be a legal person and then has no legal representative.
        (unit && blank(&d.legal_representative), "/legal_representative", "法定代表人", "legal representative"),
        (blank(&d.address.division), "/address/division", "行政区划代码", "division code"),
        (blank(&d.address.street), "/address/street", "街道（乡镇）代码", "street code"),
        (blank(&d.address.detail), "/address/detail", "详细地址", "address"),
        (blank(&d.phone), "/phone", "联系电话", "telephone"),
        (blank(&d.ownership), "/ownership", "所有制形式", "ownership"),
        (d.nature.is_none(), "/nature", "经营性质", "nature"),
        (d.service_object.is_none(), "/service_object", "服务对象", "whom it serves"),
        (d.service_modes.is_empty(), "/service_modes", "服务方式", "service modes"),
        (tcm && d.techniques.is_empty(), "/techniques", "中医药技术", "techniques"),
        (blank(&d.opening_hours), "/opening_hours", "执业时间", "opening hours"),
    ]
}

fn principal(d: &Dossier) -> Vec<Field> {
    let p = &d.principal;
    vec![
        (blank(&p.name), "/principal/name", "主要负责人姓名", "principal's name"),
        (p.sex.is_none(), "/principal/sex", "主要负责人性别", "principal's sex"),
        (p.born_on.is_none(), "/principal/born_on", "主要负责人出生日期", "principal's date of birth"),
        (blank(&p.id_number), "/principal/id_number", "主要负责人居民身份证号码", "principal's ID number"),
        (blank(&p.phone), "/principal/phone", "主要负责人手机", "principal's mobile number"),
        (
            blank(&p.qualification_code),
            "/principal/qualification_code",
            "主要负责人医师资格证书编码",
            "principal's qualification code",
        ),
        (
            blank(&p.practice_code),
            "/principal/practice_code",
            "主要负责人医师执业证书编码",
            "principal's practice code",
        ),
        (p.level.is_none(), "/principal/level", "主要负责人医师级别", "principal's level"),
        (p.category.is_none(), "/principal/category", "主要负责人执业类别", "principal's category"),
        (blank(&p.scope), "/principal/scope", "主要负责人执业范围", "principal's scope of practice"),
        (
            p.first_registered_on.is_none(),
            "/principal/first_registered_on",
            "主要负责人首次注册日期",
            "principal's date of first registration",
        ),
    ]
}

fn premises(d: &Dossier) -> Vec<Field> {
    let p = &d.premises;
    let leased = p.tenure == Some(Tenure::Leased);
    vec![
        (p.area.is_none_or(|area| area <= 0.0), "/premises/area", "建筑面积", "floor area"),
        (p.tenure.is_none(), "/premises/tenure", "房屋来源", "tenure"),
        (leased && p.lease_until.is_none(), "/premises/lease_until", "租赁期限", "end of the lease"),
    ]
}
