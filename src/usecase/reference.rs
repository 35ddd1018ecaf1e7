//! Lists in force: subjects, divisions, materials, authorities.

use crate::app::App;
use crate::certificate::document::{self, Manner, Sheet};
use crate::domain::guide::{self, Limit, Matter};
use crate::domain::law::DivisionStatus;
use crate::error::{Error, Result};
use crate::store::entity::authority;

/// 诊疗科目, code and name.
pub fn subjects(app: &App) -> Vec<(String, String)> {
    app.law().subjects().map(|s| (s.code.clone(), s.name.clone())).collect()
}

/// Divisions or streets right below `parent`, code and name; provinces without one. Codes out of use are left out.
pub fn divisions(app: &App, parent: Option<&str>) -> Vec<(String, String)> {
    let law = app.law();
    let current = law.divisions().iter().filter(|d| d.status == DivisionStatus::Current);
    let below = current.filter(|d| d.parent.as_deref() == parent).map(|d| (d.code.clone(), d.name.clone()));
    let streets = law.streets().iter().filter(|s| Some(s.division()) == parent);
    below.chain(streets.map(|s| (s.code.clone(), s.name.clone()))).collect()
}

/// Materials of any filing, code and name.
pub fn materials(app: &App) -> Vec<(String, String)> {
    app.law().all_materials().map(|m| (m.code.clone(), m.name.clone())).collect()
}

/// The form of a material to fill in by hand, empty or as a sample: its title and file.
///
/// # Errors
/// `NotFound` where the law has no form for it.
pub async fn form(app: &App, material: &str, sample: bool) -> Result<(String, Vec<u8>)> {
    let form = app.law().form(material).cloned().ok_or(Error::NotFound("form"))?;
    let (fonts, settings, today) = (app.fonts.clone(), app.settings.clone(), app.clock.today());
    let drawn = tokio::task::spawn_blocking(move || {
        let sheet = Sheet {
            content: &form.content(sample, today),
            code_text: "",
            short_code: "",
            host: settings.host(),
            development: false,
            manner: if sample { Manner::Sample } else { Manner::Blank },
        };
        document::render(&fonts, &sheet).map(|bytes| (form.title, bytes))
    });
    Ok(drawn.await.map_err(Error::internal)??)
}

/// Every authority, by name.
///
/// # Errors
/// What the store answers.
pub async fn authorities(app: &App) -> Result<Vec<authority::Model>> {
    app.store.authorities().await
}

/// The periods of a matter that an authority counts otherwise than the law in general, by the authority's name.
///
/// # Errors
/// What the store answers.
pub async fn local_limits(app: &App, matter: Matter) -> Result<Vec<(String, Limit)>> {
    let (law, today) = (app.law(), app.clock.today());
    if law.overrides().is_empty() {
        return Ok(vec![]);
    }
    let general = guide::limits(&law, matter, today);
    let mut local = vec![];
    for authority in authorities(app).await? {
        let own = guide::limits(&app.law_of(&authority), matter, today);
        let other = own.into_iter().filter(|limit| !general.contains(limit));
        local.extend(other.map(|limit| (authority.name.clone(), limit)));
    }
    Ok(local)
}
