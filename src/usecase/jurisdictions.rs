//! The table of jurisdictions: read, compared, applied and written out as a whole.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use crate::app::App;
use crate::domain::actor::Duty;
use crate::domain::dossier::ClinicType;
use crate::domain::id::AuthorityId;
use crate::domain::jurisdiction::{self as table, Line, Plan, Wrong};
use crate::domain::law::{Law, LawChange};
use crate::domain::value;
use crate::error::{Error, Problem, Result};
use crate::store::Tx;
use crate::store::entity::jurisdiction;

pub use crate::store::authorities::JurisdictionFilter;

/// How many wrong lines are told at once.
const MOST: usize = 200;

/// What an import of `body` does to the table, and the same in words.
///
/// # Errors
/// `Invalid` with every line that cannot be taken.
pub(super) async fn plan(tx: &Tx, law: &Law, body: &str) -> Result<(Plan, Vec<LawChange>)> {
    let authorities = tx.authorities().await?;
    let by_uscc = |uscc: &str| authorities.iter().find(|a| a.uscc == uscc).map(|a| a.id);
    let lines = table::read(body, law, by_uscc).map_err(|defects| {
        let problems = defects.iter().map(|d| problem(d.number, &d.text, d.wrong));
        Error::Invalid(problems.take(MOST).collect())
    })?;
    let present: Vec<Line> = tx.all_jurisdictions().await?.iter().filter_map(line).collect();
    let plan = table::plan(&lines, &present).map_err(|numbers| {
        let text = |number: usize| body.lines().nth(number - 1).unwrap_or_default();
        Error::Invalid(numbers.into_iter().take(MOST).map(|n| problem(n, text(n), Wrong::Twice)).collect())
    })?;
    let name = |id: Uuid| authorities.iter().find(|a| a.id == id).map(|a| a.name.clone()).unwrap_or_default();
    let changes = plan.changes(name);
    Ok((plan, changes))
}

fn problem(number: usize, text: &str, wrong: Wrong) -> Problem {
    Problem::new(
        "/body",
        format!("第{number}行“{text}”：{}。", wrong.zh()),
        format!("Line {number} {text:?}: {}.", wrong.en()),
    )
}

/// A row as a line; none where it names a type that this program does not know.
fn line(row: &jurisdiction::Model) -> Option<Line> {
    let clinic_type = clinic_type(row)?;
    Some(Line {
        id: Some(row.id),
        authority: row.authority_id,
        matter: (row.duty, clinic_type, row.street.clone()),
        from: row.valid_from,
        to: row.valid_to,
    })
}

fn clinic_type(row: &jurisdiction::Model) -> Option<ClinicType> {
    ClinicType::ALL.iter().copied().find(|t| t.code() == row.clinic_type)
}

/// Does what was planned.
///
/// # Errors
/// What the store answers.
pub(super) async fn apply(app: &App, tx: &Tx, plan: &Plan) -> Result<()> {
    for (line, to) in &plan.ends {
        if let Some(id) = line.id {
            tx.end_jurisdiction(id, *to).await?;
        }
    }
    for Line { authority, matter: (duty, clinic_type, street), from, to, id: _ } in &plan.added {
        let row = jurisdiction::Model {
            id: app.clock.new_id(),
            authority_id: *authority,
            clinic_type: value::code(clinic_type),
            street: street.clone(),
            valid_from: *from,
            valid_to: *to,
            duty: *duty,
        };
        tx.add_jurisdiction_row(row).await?;
    }
    Ok(())
}

/// The whole table as it is imported, its history included.
///
/// # Errors
/// What the store answers.
pub(super) async fn exported(tx: &Tx) -> Result<String> {
    let authorities = tx.authorities().await?;
    let usccs: BTreeMap<Uuid, &str> = authorities.iter().map(|a| (a.id, a.uscc.as_str())).collect();
    let mut text = format!("{}\n", table::HEADING);
    for row in tx.all_jurisdictions().await? {
        let jurisdiction::Model { id: _, authority_id, clinic_type, street, valid_from, valid_to, duty } = row;
        let uscc = usccs.get(&authority_id).copied().unwrap_or_default();
        let to = valid_to.map(|day| day.to_string()).unwrap_or_default();
        text += &format!("{uscc},{},{clinic_type},{street},{valid_from},{to}\n", duty.code());
    }
    Ok(text)
}

/// Who handles what where.
pub struct Jurisdiction {
    pub id: Uuid,
    pub authority: AuthorityId,
    pub authority_name: String,
    pub duty: Duty,
    pub clinic_type: ClinicType,
    pub street: String,
    pub street_name: String,
    pub valid_from: NaiveDate,
    pub valid_to: Option<NaiveDate>,
}

/// The table on a day; one more than `limit` when there is a next page.
///
/// # Errors
/// `Invalid` for what is no street code, or no day of this era.
pub async fn list(app: &App, filter: JurisdictionFilter, limit: u64) -> Result<Vec<Jurisdiction>> {
    let mut problems = vec![];
    if filter.street.as_ref().is_some_and(|code| code.len() != 9 || !code.bytes().all(|b| b.is_ascii_digit())) {
        problems.push(Problem::new("/street", "街道代码为9位数字。", "A street has nine digits."));
    }
    if filter.on.is_some_and(|day| !(1949..=9999).contains(&day.year())) {
        problems.push(Problem::new("/on", "日期超出范围。", "This day is out of range."));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let authorities = app.store.authorities().await?;
    let law = app.law();
    let rows = app.store.jurisdictions(filter, app.clock.today(), limit + 1).await?;
    let view = |row: jurisdiction::Model| {
        let clinic_type = clinic_type(&row)?;
        let jurisdiction::Model { id, authority_id, clinic_type: _, street, valid_from, valid_to, duty } = row;
        let authority_name = authorities.iter().find(|a| a.id == authority_id)?.name.clone();
        let street_name = law.street(&street).map(|s| s.name.clone()).unwrap_or_default();
        let authority = AuthorityId(authority_id);
        Some(Jurisdiction {
            id,
            authority,
            authority_name,
            duty,
            clinic_type,
            street,
            street_name,
            valid_from,
            valid_to,
        })
    };
    Ok(rows.into_iter().filter_map(view).collect())
}
