//! Every section of the form, in the order in which it is written.

use serde_json::Value;

use crate::domain::dossier::{
    ApplicantKind, BuiltBy, ClinicType, Nature, Post, PractitionerCategory, PractitionerLevel, RegistrySource,
    ReviewBy, RoomKind, ServiceMode, ServiceObject, Sex, Tenure,
};
use crate::domain::lifecycle::Kind;
use crate::domain::particulars::SuspensionReason;
use crate::portal::my::form::options::{
    counties, economic_types, evidence, filed_subjects, grades, policies, streets, subjects, terms,
};
use crate::portal::my::form::question::As::{Any, Day, Line, Lines, Number, One, Phone, Pick, Quantity, Text, Tick};
use crate::portal::my::form::question::{Section, ask};
use crate::portal::my::form::source::Source;

fn always(_: &Source) -> bool {
    true
}

fn is(part: &Value, at: &str, code: &str) -> bool {
    part.pointer(at).is_some_and(|value| value == code)
}

fn of_type(source: &Source, types: &[ClinicType]) -> bool {
    source.clinic_type().is_some_and(|own| types.contains(&own))
}

const fn section(code: &'static str, group: &'static str, at: &'static str) -> Section {
    Section { code, group, at, list: None, questions: &[], told: &[], asked: always }
}

/// The form, 诊所备案信息表.
pub const FORM: &[Section] = &[
    Section { questions: &[ask("/clinic_type", One(terms::<ClinicType>))], ..section("type", "clinic", "") },
    Section {
        questions: &[
            ask("/name", Line(0)),
            ask("/nature", One(terms::<Nature>)),
            ask("/ownership", Pick(economic_types)),
            ask("/service_object", One(terms::<ServiceObject>)),
        ],
        ..section("name", "clinic", "")
    },
    Section {
        questions: &[
            ask("/address/street", Pick(streets)),
            ask("/address/detail", Line(0)),
            ask("/address/postcode", Number(10)),
            ask("/phone", Phone),
            ask("/address/longitude", Quantity),
            ask("/address/latitude", Quantity),
        ],
        told: &["/address"],
        ..section("address", "clinic", "")
    },
    Section {
        questions: &[
            ask("/applicant/kind", One(terms::<ApplicantKind>)),
            ask("/applicant/name", Line(0)),
            ask("/applicant/id_number", Number(20)).when(|_, doc| !is(doc, "/applicant/kind", "unit")),
            ask("/applicant/uscc", Number(20)).when(|_, doc| !is(doc, "/applicant/kind", "individual")),
            ask("/applicant/government", Tick).when(|_, doc| !is(doc, "/applicant/kind", "individual")),
            ask("/legal_representative", Line(20)),
        ],
        told: &["/applicant"],
        ..section("applicant", "people", "")
    },
    Section {
        questions: &[
            ask("/name", Line(20)),
            ask("/sex", One(terms::<Sex>)),
            ask("/id_number", Number(20)),
            ask("/born_on", Day),
            ask("/phone", Phone),
            ask("/education", Line(10)),
            ask("/title", Line(20)),
            ask("/level", One(terms::<PractitionerLevel>)),
            ask("/category", One(terms::<PractitionerCategory>)),
            ask("/scope", Line(20)),
            ask("/qualification_code", Number(30)),
            ask("/practice_code", Number(20)),
            ask("/first_registered_on", Day),
            ask("/tcm_specialty", Tick)
                .when(|source, _| of_type(source, &[ClinicType::Tcm, ClinicType::TcmComprehensive])),
            ask("/main_institution", Line(0)),
        ],
        told: &["/principal"],
        ..section("principal", "people", "/principal")
    },
    Section {
        list: Some(200),
        questions: &[
            ask("/name", Line(20)),
            ask("/post", One(terms::<Post>)),
            ask("/id_number", Number(20)),
            ask("/title", Line(20)),
            ask("/level", One(terms::<PractitionerLevel>)),
            ask("/category", One(terms::<PractitionerCategory>)),
            ask("/scope", Line(20)),
            ask("/qualification_code", Number(30)),
            ask("/practice_code", Number(20)),
            ask("/registered_here", Tick),
            ask("/full_time", Tick),
            ask("/telemedicine", Tick).when(|source, _| source.telemedicine()),
            ask("/consent", Tick).when(|source, _| source.telemedicine()),
            ask("/independent_since", Day).when(|source, _| source.telemedicine()),
            ask("/registry_check/source", One(terms::<RegistrySource>)).when(|source, _| source.telemedicine()),
            ask("/registry_check/checked_on", Day).when(|source, _| source.telemedicine()),
            ask("/registry_check/checked_by", Line(20)).when(|source, _| source.telemedicine()),
            ask("/registry_check/material", Pick(evidence)).when(|source, _| source.telemedicine()),
        ],
        ..section("staff", "people", "/staff")
    },
    Section {
        questions: &[
            ask("/service_modes", Any(terms::<ServiceMode>)),
            ask("/subjects", Any(subjects)),
            ask("/techniques", Lines).when(|source, _| of_type(source, &[ClinicType::Tcm])),
            ask("/tcm_share", Quantity)
                .when(|source, _| of_type(source, &[ClinicType::Tcm, ClinicType::TcmComprehensive])),
            ask("/opening_hours", Line(0)),
        ],
        ..section("services", "practice", "")
    },
    Section {
        questions: &[
            ask("/area", Quantity),
            ask("/tenure", One(terms::<Tenure>)),
            ask("/lease_until", Day).when(|_, part| !is(part, "/tenure", "owned")),
            ask("/beds", Quantity),
            ask("/chairs", Quantity)
                .when(|source, _| of_type(source, &[ClinicType::Dental, ClinicType::Cosmetic, ClinicType::General])),
            ask("/treatment_beds", Quantity).when(|source, _| of_type(source, &[ClinicType::Cosmetic])),
            ask("/operating_tables", Quantity).when(|source, _| of_type(source, &[ClinicType::Cosmetic])),
            ask("/observation_beds", Quantity).when(|source, _| of_type(source, &[ClinicType::Cosmetic])),
        ],
        ..section("premises", "practice", "/premises")
    },
    Section {
        list: Some(60),
        questions: &[ask("/kind", One(terms::<RoomKind>)), ask("/area", Quantity)],
        ..section("rooms", "practice", "/premises/rooms")
    },
    Section {
        questions: &[ask("/equipment", Lines), ask("/medicines", Lines)],
        ..section("equipment", "practice", "")
    },
    Section {
        questions: &[
            ask("/reason", Text),
            ask("/subjects", Any(filed_subjects)),
            ask("/built_by", One(terms::<BuiltBy>)),
            ask("/signed_by", Line(20)),
        ],
        told: &["/telemedicine"],
        asked: Source::telemedicine,
        ..section("online", "telemedicine", "/telemedicine")
    },
    Section {
        questions: &[
            ask("/name", Line(0)),
            ask("/uscc", Number(20)),
            ask("/agreement_until", Day),
            ask("/clause_medical", Tick),
            ask("/clause_security", Tick),
            ask("/clause_privacy", Tick),
        ],
        asked: |source| source.telemedicine() && source.text("/telemedicine/built_by") == "third_party",
        ..section("partner", "telemedicine", "/telemedicine/partner")
    },
    Section {
        questions: &[
            ask("/security_grade/certificate_number", Line(20)),
            ask("/security_grade/grade", Pick(grades)),
            ask("/security_grade/assessed_on", Day),
            ask("/platform/name", Line(0)),
            ask("/platform/unit_id", Line(20)),
            ask("/platform/connected_on", Day),
        ],
        told: &["/telemedicine/security_grade", "/telemedicine/platform"],
        asked: Source::telemedicine,
        ..section("systems", "telemedicine", "/telemedicine")
    },
    Section {
        questions: &[
            ask("/review/by", One(terms::<ReviewBy>)),
            ask("/review/name", Line(0)),
            ask("/policies", Any(policies)),
            ask("/consent_template", Tick),
            ask("/termination_plan", Tick),
        ],
        told: &["/telemedicine/review"],
        asked: Source::telemedicine,
        ..section("safeguards", "telemedicine", "/telemedicine")
    },
];

fn ends(source: &Source) -> bool {
    matches!(source.kind, Kind::Closure | Kind::Relocation)
}

/// 备案事项: what a filing says that does not write the form.
pub const PARTICULARS: &[Section] = &[
    Section {
        questions: &[
            ask("/effective_on", Day),
            ask("/until", Day).when(|source, _| source.kind == Kind::Suspension),
            ask("/suspension_reason", One(terms::<SuspensionReason>)).when(|source, _| source.kind == Kind::Suspension),
            ask("/reason", Text),
        ],
        ..section("matter", "matter", "/particulars")
    },
    Section {
        questions: &[ask("/destination_division", Pick(counties)), ask("/destination_address", Line(0))],
        asked: |source| source.kind == Kind::Relocation,
        ..section("destination", "matter", "/particulars")
    },
    Section {
        questions: &[ask("/records_kept_at", Line(0)), ask("/records_phone", Phone), ask("/medicines_disposal", Text)],
        asked: ends,
        ..section("records", "matter", "/particulars")
    },
];

/// The sections of a filing, all of them.
pub fn all(kind: Kind) -> &'static [Section] {
    if kind.writes_dossier() { FORM } else { PARTICULARS }
}

/// The sections that are asked now.
pub fn asked(source: &Source) -> impl Iterator<Item = &'static Section> + '_ {
    all(source.kind).iter().filter(|section| (section.asked)(source))
}

/// The section that tells what stands at a place: the closest that holds it, of those that are asked.
pub fn of_pointer(source: &Source, pointer: &str) -> Option<&'static Section> {
    let holds = |section: &&'static Section| section.holds(pointer);
    let exact = |section: &&'static Section| {
        section.questions.iter().any(|q| pointer.starts_with(&section.pointer(None, q.at)))
    };
    asked(source).find(exact).or_else(|| asked(source).filter(holds).last())
}
