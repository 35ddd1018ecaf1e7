//! Authorities: who files whom, where.

use crate::app::App;
use crate::domain::actor::Duty;
use crate::domain::credit_code;
use crate::domain::dossier::ClinicType;
use crate::domain::id::AuthorityId;
use crate::error::{Error, Problem, Result};
use crate::store::entity::authority;

/// What a new authority needs.
pub struct NewAuthority<'a> {
    pub name: &'a str,
    pub uscc: &'a str,
    /// 行政区划代码 under which it issues
    pub region: &'a str,
    /// 监督电话
    pub phone: &'a str,
    /// 9-digit streets
    pub streets: &'a [String],
    pub clinic_types: &'a [ClinicType],
}

/// Adds an authority with its jurisdiction, whole or not at all.
///
/// # Errors
/// `Invalid` with every defect; `Conflict` when there is one with this USCC.
pub async fn create(app: &App, new: NewAuthority<'_>) -> Result<AuthorityId> {
    let mut problems = vec![];
    if credit_code::check_uscc(new.uscc).is_err() {
        problems.push(Problem::new("/uscc", "统一社会信用代码校验不通过。", "The USCC does not check."));
    }
    if app.law().division(new.region).is_none() {
        problems.push(Problem::new("/region", "没有该行政区划代码。", "No such division."));
    }
    for (n, street) in new.streets.iter().enumerate().filter(|(_, s)| app.law().street(s).is_none()) {
        problems.push(Problem::new(
            format!("/streets/{n}"),
            format!("没有该街道代码：{street}。"),
            format!("No such street: {street}."),
        ));
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let now = app.clock.now();
    let row = authority::Model {
        id: app.clock.new_id(),
        name: new.name.to_owned(),
        uscc: new.uscc.to_owned(),
        region: new.region.to_owned(),
        phone: new.phone.to_owned(),
        created_at: now,
    };
    let id = row.id;
    let tx = app.store.begin().await?;
    // One authority for a type in a street: what changes hands is imported as a table, with its day.
    for (n, street) in new.streets.iter().enumerate() {
        for clinic_type in new.clinic_types {
            if let Some(held) = tx.responsible(Duty::Issue, *clinic_type, street, app.clock.today()).await? {
                let zh =
                    format!("{street}的{}已由【{}】备案；改由本机关备案请导入管辖表。", clinic_type.zh(), held.name);
                let en = format!("{} files these in {street}; import jurisdictions to change that.", held.name);
                problems.push(Problem::new(format!("/streets/{n}"), zh, en));
            }
        }
    }
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    tx.add_authority(row).await?;
    for street in new.streets {
        for clinic_type in new.clinic_types {
            tx.add_jurisdiction(id, Duty::Issue, *clinic_type, street, app.clock.today(), app.clock.new_id()).await?;
        }
    }
    tx.commit().await?;
    Ok(AuthorityId(id))
}
