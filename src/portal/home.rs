//! The home page: what this is, where to look, and a few figures of the register.

use poem::Response;
use poem::handler;
use serde::Serialize;

use crate::domain::figures::PublicFigures;
use crate::portal::page::Ask;
use crate::portal::page::Oops;
use crate::portal::paper::{self, Words, words};
use crate::usecase::{demonstration, figures};

/// How many first clinics the page names.
const FIRST: usize = 10;

/// An account of the demonstration.
#[derive(Serialize)]
struct Account {
    login: &'static str,
    role: Words,
}

/// Clinics of one type.
#[derive(Serialize)]
struct Type {
    name: Words,
    clinics: i64,
    telemedicine: i64,
}

/// The first clinic with 互联网诊疗 of an area.
#[derive(Serialize)]
struct First {
    office: String,
    number: String,
    name: String,
    since: Words,
}

/// The register in figures.
#[derive(Serialize)]
struct Figures {
    clinics: i64,
    telemedicine: i64,
    types: Vec<Type>,
    first: Vec<First>,
    as_of: Words,
}

#[derive(Serialize)]
struct View {
    /// None but in a demonstration.
    accounts: Vec<Account>,
    password: &'static str,
    figures: Figures,
}

impl From<PublicFigures> for Figures {
    fn from(counted: PublicFigures) -> Self {
        let types = counted.clinics.iter().map(|row| Type {
            name: words(row.clinic_type.zh(), row.clinic_type.en()),
            clinics: row.clinics,
            telemedicine: row.telemedicine,
        });
        let first = counted.first.into_iter().take(FIRST).map(|first| First {
            office: first.office,
            number: first.number,
            name: first.name,
            since: paper::date(first.since),
        });
        Self {
            clinics: counted.clinics.iter().map(|row| row.clinics).sum(),
            telemedicine: counted.clinics.iter().map(|row| row.telemedicine).sum(),
            types: types.collect(),
            first: first.collect(),
            as_of: paper::at(counted.as_of),
        }
    }
}

/// The home page.
#[handler]
pub async fn show(ask: Ask) -> Result<Response, Oops> {
    let accounts =
        demonstration::ACCOUNTS.iter().map(|(login, _, role)| Account { login, role: words(role.zh(), role.en()) });
    let accounts = accounts.filter(|_| ask.settings.demonstration).collect();
    let figures = figures::public(&ask, None).await?.into();
    ask.page("home.html", &View { accounts, password: demonstration::PASSWORD, figures })
}
