//! 互联网诊疗 (《互联网诊疗管理办法（试行）》 2018, 《互联网诊疗监管细则（试行）》 2022, 医师法 art. 30): R-070…R-079. R-080 is what the
//! certificate and the public list show, and has nothing to test.
//!
//! Who treats online stands in `staff` with `telemedicine`. The principal may do so too, and then has a row of
//! the staff like everybody else: consent, experience and evidence of registration belong to that row.

use chrono::NaiveDate;

use crate::domain::calendar::add_months;
use crate::domain::calendar::anniversary;
use crate::domain::dossier::BuiltBy;
use crate::domain::dossier::Dossier;
use crate::domain::dossier::Partner;
use crate::domain::dossier::Post;
use crate::domain::dossier::PractitionerLevel;
use crate::domain::dossier::ReviewBy;
use crate::domain::dossier::Staff;
use crate::domain::dossier::Telemedicine;
use crate::domain::finding::Finding;
use crate::domain::lifecycle::Kind;
use crate::domain::rules::Facts;
use crate::domain::rules::blank;
use crate::domain::rules::declarations::missing;
use crate::domain::rules::materials::required as required_materials;
use crate::domain::rules::said;
use crate::domain::rules::staff::years;

/// Whether this filing brings 互联网诊疗 to the clinic.
fn newly_added(d: &Dossier, facts: &Facts) -> bool {
    d.offers_telemedicine() && !facts.current.is_some_and(|(_, current)| current.offers_telemedicine())
}

/// What the form says of the service, where this filing is about it: the mode is new, or what it rests on changes. A filed
/// service is not asked again for evidence when the clinic only moves or takes another name.
fn concerned(d: &Dossier, facts: &Facts) -> Option<Telemedicine> {
    is_concerned(d, facts).then(|| d.telemedicine.clone().unwrap_or_default())
}

/// Whether this filing adds 互联网诊疗 or changes what it rests on: its part of the form, who treats online, the pharmacists.
pub(super) fn is_concerned(d: &Dossier, facts: &Facts) -> bool {
    let rests_on = |d: &Dossier| {
        let rows = d.staff.iter().filter(|row| row.telemedicine || row.post == Some(Post::Pharmacist)).cloned();
        (d.telemedicine.clone(), rows.collect::<Vec<_>>())
    };
    let same = |current: &Dossier| current.offers_telemedicine() && rests_on(current) == rests_on(d);
    d.offers_telemedicine() && !facts.current.is_some_and(|(_, current)| same(current))
}

/// Whether evidence of `day` is of the last months that the rule allows.
fn fresh(day: Option<NaiveDate>, rule: &str, facts: &Facts) -> bool {
    let Some(months) = facts.law.threshold(rule, "months", facts.today) else { return true };
    day.is_some_and(|day| day <= facts.today && add_months(day, months as u32) >= facts.today)
}

/// Those who treat or nurse online, with their place in the staff.
fn online(d: &Dossier) -> impl Iterator<Item = (usize, &Staff)> {
    d.staff.iter().enumerate().filter(|(_, row)| row.telemedicine)
}

/// only an active clinic adds 互联网诊疗, by a change filing (2018 art. 8 and 9); where the region is open for it at
/// all, and, where the region asks so, only after a visit found the clinic as filed.
pub(super) fn active(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let set = |name, unless| facts.law.threshold("R-070", name, facts.today).map_or(unless, |n| n >= 1.0);
    let finding = |zh, en| vec![said(Finding::new("R-070", "/service_modes"), "why", zh, en)];
    if !newly_added(d, facts) {
        vec![]
    } else if !set("allowed", true) {
        finding("本地区尚未开放增加互联网诊疗", "this region has not opened it yet")
    } else if facts.kind != Kind::Change || !facts.clinic_active() {
        finding("请先完成设置备案，再以变更备案增加", "please file the clinic first and add it by a change")
    } else if set("site_verified", false) && !facts.site_verified {
        finding("本地区要求现场核查合格后方可增加", "this region asks for a site visit that found the clinic as filed")
    } else {
        vec![]
    }
}

/// the application gives its reason and is signed by the legal representative or the principal (2018 art. 8).
pub(super) fn application(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(t) = concerned(d, facts) else { return vec![] };
    let mut found = vec![];
    if blank(&t.reason) {
        found.push(Finding::new("R-071", "/telemedicine/reason"));
    }
    let signer = t.signed_by.trim();
    if signer.is_empty() || ![d.legal_representative.trim(), d.principal.name.trim()].contains(&signer) {
        found.push(Finding::new("R-071", "/telemedicine/signed_by"));
    }
    found
}

/// a third party's system needs an agreement in force that states the three kinds of duties (2018 art. 8 and 10).
pub(super) fn partner(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(t) = concerned(d, facts).filter(|t| t.built_by == Some(BuiltBy::ThirdParty)) else { return vec![] };
    let Partner { name, uscc, agreement_until, clause_medical, clause_security, clause_privacy } =
        t.partner.unwrap_or_default();
    let checks = [
        (blank(&name), "name"),
        (blank(&uscc), "uscc"),
        (agreement_until.is_none_or(|day| day < facts.today), "agreement_until"),
        (!clause_medical, "clause_medical"),
        (!clause_security, "clause_security"),
        (!clause_privacy, "clause_privacy"),
    ];
    let wrong = checks.into_iter().filter(|check| check.0);
    wrong.map(|(_, field)| Finding::new("R-072", format!("/telemedicine/partner/{field}"))).collect()
}

/// the system is protected at the third grade, assessed within twelve months (2018 art. 13).
pub(super) fn security(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(t) = concerned(d, facts) else { return vec![] };
    let grade = t.security_grade.unwrap_or_default();
    let least = facts.law.threshold("R-073", "grade", facts.today);
    let too_low = least.is_some_and(|least| grade.grade.is_none_or(|g| f64::from(g) < least));
    let checks = [
        (blank(&grade.certificate_number), "certificate_number"),
        (too_low, "grade"),
        (!fresh(grade.assessed_on, "R-073", facts), "assessed_on"),
    ];
    let wrong = checks.into_iter().filter(|check| check.0);
    wrong.map(|(_, field)| Finding::new("R-073", format!("/telemedicine/security_grade/{field}"))).collect()
}

/// a licensed physician (no assistant) with three years of independent clinical work, registered here and with the
/// clinic's consent (2018 art. 2 and 25; 医师法 art. 30). At least one, and each of them.
pub(super) fn physicians(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if !is_concerned(d, facts) {
        return vec![];
    }
    let years = years(facts, "R-074").unwrap_or(0);
    let finding = |pointer: String, doctor: &str, zh: &str, en: &str| {
        said(Finding::new("R-074", pointer).with("doctor", doctor), "reason", zh, en)
    };
    let doctors = || online(d).filter(|(_, row)| row.post == Some(Post::Physician));
    if doctors().next().is_none() {
        return vec![finding(
            "/staff".into(),
            &d.name,
            "未填报开展互联网诊疗的医师",
            "no physician who treats online is stated",
        )];
    }
    let short =
        (format!("独立临床工作经验不足{years}年"), format!("less than {years} years of independent clinical work"));
    let each = doctors().flat_map(|(i, row)| {
        let checks = [
            (row.level != Some(PractitionerLevel::Physician), "level", "不是执业医师", "not a licensed physician"),
            (!row.registered_here, "registered_here", "未在本诊所注册或者多机构备案", "not registered at this clinic"),
            (
                row.independent_since.is_none_or(|since| anniversary(since, years) > facts.today),
                "independent_since",
                &short.0,
                &short.1,
            ),
            (!row.consent, "consent", "未取得本诊所同意", "the clinic's consent is missing"),
        ];
        let wrong = checks.into_iter().filter(|check| check.0);
        wrong.map(|(_, field, zh, en)| finding(format!("/staff/{i}/{field}"), &row.name, zh, en)).collect::<Vec<_>>()
    });
    each.collect()
}

/// everybody who treats or nurses online was found in the national register within twelve months, and a material of
/// the filing shows it (2018 art. 14).
pub(super) fn registry(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    if !is_concerned(d, facts) {
        return vec![];
    }
    // What must be uploaded anyway R-011 asks for.
    let asked = required_materials(d, facts);
    let shown = |code: &str| facts.materials.iter().any(|m| m == code) || asked.iter().any(|m| m.code == code);
    let team = online(d).filter(|(_, row)| matches!(row.post, Some(Post::Physician | Post::Nurse)));
    let lacking = team.filter_map(|(i, row)| {
        let field = match row.registry_check.as_ref() {
            None => "",
            Some(check) if check.source.is_none() => "/source",
            Some(check) if !fresh(check.checked_on, "R-075", facts) => "/checked_on",
            Some(check) if !shown(check.material.trim()) => "/material",
            Some(_) => return None,
        };
        Some(Finding::new("R-075", format!("/staff/{i}/registry_check{field}")).with("doctor", &row.name))
    });
    lacking.collect()
}

/// what is offered online is among the filed subjects (2018 art. 11), code by code. Asked at every change, for one
/// may take a subject away.
pub(super) fn subjects(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(t) = d.telemedicine.as_ref().filter(|_| d.offers_telemedicine()) else { return vec![] };
    let beyond = t.subjects.iter().enumerate().filter(|(_, s)| !d.subjects.contains(s));
    beyond
        .map(|(i, s)| Finding::new("R-076", format!("/telemedicine/subjects/{i}")).with("s", facts.subject_name(s)))
        .collect()
}

/// a pharmacist reviews prescriptions (2018 art. 18): one of the staff, by name, or a contracted institution.
pub(super) fn review(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(t) = concerned(d, facts) else { return vec![] };
    let review = t.review.unwrap_or_default();
    let own = |row: &Staff| row.post == Some(Post::Pharmacist) && row.name.trim() == review.name.trim();
    let field = match review.by {
        None => "by",
        Some(_) if blank(&review.name) => "name",
        Some(ReviewBy::Own) if !d.staff.iter().any(own) => "name",
        Some(_) => return vec![],
    };
    vec![Finding::new("R-077", format!("/telemedicine/review/{field}"))]
}

/// the province's supervision platform is connected (监管细则 art. 5).
pub(super) fn platform(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(t) = concerned(d, facts) else { return vec![] };
    let connected = |on: Option<NaiveDate>| on.is_some_and(|day| day <= facts.today);
    let ready = t.platform.is_some_and(|p| !blank(&p.name) && !blank(&p.unit_id) && connected(p.connected_on));
    if ready { vec![] } else { vec![Finding::new("R-078", "/telemedicine/platform")] }
}

/// the internal rules, the consent template and the plan for ending a treatment (监管细则 art. 6, 8 and 19).
pub(super) fn policies(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(t) = concerned(d, facts) else { return vec![] };
    let finding =
        |field: &str, zh: &str, en: &str| said(Finding::new("R-079", format!("/telemedicine/{field}")), "list", zh, en);
    let lacking = || facts.law.policies(facts.today).filter(|policy| !t.policies.contains(&policy.code));
    let mut found = vec![];
    if lacking().next().is_some() {
        let zh: Vec<_> = lacking().map(|policy| policy.name.as_str()).collect();
        let en: Vec<_> = lacking().map(|policy| policy.name_en.as_str()).collect();
        found.push(finding("policies", &zh.join("、"), &en.join(", ")));
    }
    if !t.consent_template {
        found.push(finding("consent_template", "知情同意书模板", "template of informed consent"));
    }
    if !t.termination_plan {
        found.push(finding("termination_plan", "终止与转诊预案", "plan for termination and referral"));
    }
    found
}

/// R-100 for the part of the form that only a filing about 互联网诊疗 must fill in.
pub(super) fn required(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some(t) = concerned(d, facts).filter(|_| facts.kind.writes_dossier()) else { return vec![] };
    let mut found = vec![];
    if t.built_by.is_none() {
        found.push(missing("/telemedicine/built_by", "信息系统建设方式", "who built the information system"));
    }
    if t.subjects.is_empty() {
        found.push(missing("/telemedicine/subjects", "互联网诊疗科目", "online subjects"));
    }
    found
}
