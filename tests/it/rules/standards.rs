//! 基本标准 in numbers, and who counts.

use clinic_registry::domain::dossier::{ClinicType, Dossier, Post, PractitionerCategory, Staff};
use clinic_registry::domain::lifecycle::Kind;
use clinic_registry::domain::rules::Facts;
use clinic_registry::domain::rules::standards::dental_minimum;
use clinic_registry::domain::samples::{sample, telemedicine_sample};

use super::cases::{nothing, physician};
use super::{findings, hits, law, policies, today};

/// Chairs, and the physicians, nurses, square metres and senior physicians that they need (domain facts §12.8).
const CHAIRS: &[(u32, u32, u32, f64, u32)] = &[
    (1, 1, 1, 30.0, 0),
    (2, 1, 1, 50.0, 0),
    (3, 2, 1, 75.0, 0),
    (4, 2, 2, 100.0, 1),
    (5, 3, 2, 125.0, 1),
    (7, 4, 3, 175.0, 1),
];

#[test]
fn chairs_ask_for_physicians_nurses_and_area() {
    let law = law();
    let facts = Facts::new(Kind::Establishment, today(), &law);
    for &(chairs, physicians, nurses, area, seniors) in CHAIRS {
        let min = dental_minimum(chairs, &facts).unwrap();
        assert_eq!(
            (min.physicians, min.nurses, min.area, min.seniors),
            (physicians, nurses, area, seniors),
            "{chairs}"
        );
    }
    // More chairs never need less, and no number of them upsets the formula.
    let all: Vec<_> = (0..=1000).map(|chairs| dental_minimum(chairs, &facts).unwrap()).collect();
    for pair in all.windows(2) {
        assert!(pair[0].physicians <= pair[1].physicians && pair[0].nurses <= pair[1].nurses);
        assert!(pair[0].area <= pair[1].area && pair[0].seniors <= pair[1].seniors);
    }
    dental_minimum(u32::MAX, &facts).unwrap();
}

/// A dental clinic that has exactly what so many chairs need; its physicians have no senior title.
fn exactly(chairs: u32, physicians: u32, nurses: u32, area: f64) -> Dossier {
    let mut d = sample(ClinicType::Dental, 5, today());
    d.premises.chairs = chairs;
    d.premises.area = Some(area);
    d.premises.rooms[0].area = Some(9.0 * f64::from(chairs));
    d.principal.title = "医师".into();
    let colleague = |n: u32, post| {
        let like = sample(ClinicType::Dental, 500 + n, today());
        let p = like.principal;
        match post {
            Post::Physician => Staff {
                name: p.name,
                id_number: p.id_number,
                qualification_code: p.qualification_code,
                practice_code: p.practice_code,
                registered_here: true,
                ..physician(PractitionerCategory::Dental)
            },
            _ => like.staff[0].clone(),
        }
    };
    d.staff = (1..physicians).map(|n| colleague(n, Post::Physician)).collect();
    d.staff.extend((0..nurses).map(|n| colleague(100 + n, Post::Nurse)));
    d
}

#[test]
fn a_dental_clinic_that_has_exactly_what_its_chairs_need_passes_and_one_less_is_told() {
    for &(chairs, physicians, nurses, area, seniors) in CHAIRS {
        let told = |d: &Dossier| {
            let found = findings(Kind::Establishment, None, d, nothing);
            let details = found.iter().filter(|f| f.rule == "R-036").map(|f| {
                let value = |name: &str| f.values.iter().find(|(n, _)| n == name).unwrap().1.clone();
                assert_eq!(
                    (value("n"), value("p"), value("q")),
                    (chairs.to_string(), physicians.to_string(), nurses.to_string())
                );
                value("detail")
            });
            (hits(&found).iter().all(|(rule, _)| *rule == "R-036"), details.collect::<Vec<_>>())
        };
        let plain = exactly(chairs, physicians, nurses, area);
        let mut senior = plain.clone();
        senior.principal.title = "副主任医师".into();
        assert_eq!(told(&senior), (true, vec![]), "{chairs}");
        let without: Vec<String> = (0..seniors).map(|_| "口腔主治医师以上职称0名＜1名".into()).collect();
        assert_eq!(told(&plain), (true, without), "{chairs}");

        let small = Dossier {
            premises: clinic_registry::domain::dossier::Premises { area: Some(area - 0.1), ..senior.premises.clone() },
            ..senior.clone()
        };
        assert_eq!(told(&small).1.len(), 1, "{chairs}");
        if physicians > 1 {
            let mut fewer = senior.clone();
            fewer.staff.remove(0);
            assert_eq!(told(&fewer).1, [format!("口腔医师{}名＜{physicians}名", physicians - 1)]);
        }
        if nurses > 1 {
            let mut fewer = senior.clone();
            fewer.staff.pop();
            assert_eq!(told(&fewer).1, [format!("护士{}名＜{nurses}名", nurses - 1)]);
        }
    }
}

#[test]
fn a_senior_title_in_the_staff_counts_and_a_physician_of_another_category_does_not() {
    let mut d = exactly(4, 2, 2, 100.0);
    d.staff[0].title = "主治医师".into();
    assert_eq!(findings(Kind::Establishment, None, &d, nothing), vec![]);
    d.staff[0].category = Some(PractitionerCategory::Clinical);
    let found = findings(Kind::Establishment, None, &d, nothing);
    assert_eq!(found.iter().filter(|f| f.rule == "R-036").count(), 2, "{found:#?}");
}

#[test]
fn each_physician_of_a_comprehensive_clinic_needs_room() {
    let mut d = sample(ClinicType::TcmComprehensive, 5, today());
    d.premises.area = Some(40.0);
    let like = |n: u32| {
        let p = sample(ClinicType::TcmComprehensive, 600 + n, today()).principal;
        Staff {
            name: p.name,
            id_number: p.id_number,
            qualification_code: p.qualification_code,
            practice_code: p.practice_code,
            registered_here: true,
            ..physician(PractitionerCategory::Tcm)
        }
    };
    d.staff.extend((0..3).map(like));
    assert_eq!(findings(Kind::Establishment, None, &d, nothing), vec![], "four physicians in 40 m²");
    d.staff.push(like(3));
    let found = findings(Kind::Establishment, None, &d, nothing);
    assert_eq!(hits(&found), [("R-038", "/premises/area")]);
}

#[test]
fn a_change_that_leaves_people_and_rooms_alone_is_not_asked_about_them() {
    let mut old = sample(ClinicType::General, 5, today());
    old.premises.area = Some(30.0);
    old.premises.lease_until = today().succ_opt();
    let renamed = Dossier { name: format!("{}内科诊所", old.principal.name), ..old.clone() };
    assert_eq!(findings(Kind::Change, Some(&old), &renamed, nothing), vec![]);
    let mut smaller = renamed.clone();
    smaller.premises.area = Some(29.0);
    let found = findings(Kind::Change, Some(&old), &smaller, nothing);
    assert_eq!(hits(&found), [("R-035", "/premises/area"), ("R-041", "/premises/lease_until")]);
}

#[test]
fn the_principal_who_treats_online_stands_in_two_places_and_is_one_person() {
    let current = sample(ClinicType::General, 5, today());
    let mut d = telemedicine_sample(&current, &policies(&law()), today());
    let p = d.principal.clone();
    let row = d.staff.last_mut().unwrap();
    (row.name, row.id_number) = (p.name, p.id_number);
    (row.practice_code, row.qualification_code) = (p.practice_code, p.qualification_code);
    assert_eq!(findings(Kind::Change, Some(&current), &d, nothing), vec![]);
    d.staff.push(d.staff.last().unwrap().clone());
    let found = findings(Kind::Change, Some(&current), &d, nothing);
    assert_eq!(hits(&found), [("R-103", "/staff/2/id_number")]);
}
