//! The dry run: every defect of every row, in the file, against the register and by the rules that hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::actor::Duty;
use crate::domain::dossier::ClinicType;
use crate::domain::id::AuthorityId;
use crate::domain::import::columns::titled;
use crate::domain::import::{self as imports, Assembled, Defect, Defects, Entry, RULES_THAT_HOLD};
use crate::domain::law::{Law, Severity};
use crate::domain::lifecycle::Kind;
use crate::domain::rules::{self, Facts};
use crate::error::{Error, Problem, Result};
use crate::spreadsheet::read::{self, Format};
use crate::store::Tx;
use crate::store::entity::authority;
use crate::usecase::facts;

/// Clinics that are looked up in the register at once.
const BATCH: usize = 400;

/// A file that was checked.
pub struct Checked {
    pub format: Format,
    /// Rows that hold anything, without the titles and the examples
    pub rows: usize,
    pub groups: Vec<CheckedGroup>,
    pub rule_set: u32,
}

/// A clinic of the file.
pub struct CheckedGroup {
    pub first_row: u32,
    pub last_row: u32,
    pub entry: Entry,
    pub defects: Defects,
}

/// Checks a file for an authority.
pub(super) async fn check(app: &App, office: AuthorityId, bytes: Vec<u8>) -> Result<Checked> {
    let tx = app.store.snapshot().await?;
    let authority = tx.authority(office.0).await?;
    let (law, today) = (app.law_of(&authority), app.clock.today());
    let reading = law.clone();
    let assembled = tokio::task::spawn_blocking(move || assembled(&bytes, &reading, today));
    let (format, rows, mut groups) = assembled.await.map_err(Error::internal)??;
    let mut office = Office::new(app, &tx, authority, law.clone());
    for some in groups.chunks_mut(BATCH) {
        office.judge(some).await?;
    }
    let groups = groups.into_iter().map(|group| {
        let Assembled { first_row, last_row, entry, mut defects, group: _ } = group;
        defects.sort_by_key(|defect| defect.row);
        CheckedGroup { first_row, last_row, entry, defects: Defects(defects) }
    });
    Ok(Checked { format, rows, groups: groups.collect(), rule_set: law.rule_set() })
}

/// What the file alone tells.
fn assembled(bytes: &[u8], law: &Law, today: NaiveDate) -> Result<(Format, usize, Vec<Assembled>)> {
    let wrong = |(zh, en): (String, String)| Problem::new("/file", zh, en);
    let contents = read::read(bytes).map_err(|why| {
        let (zh, en) = why.words();
        Error::field("/file", zh, en)
    })?;
    let heading = imports::heading(&contents.titles)
        .map_err(|defects| Error::Invalid(defects.into_iter().map(wrong).collect()))?;
    let groups = imports::groups(&heading, contents.lines);
    if groups.is_empty() {
        let zh = "文件中没有诊所，请在标题下逐行填写（“示例”行不导入）。";
        return Err(Error::field("/file", zh, "The file holds no clinic; fill the rows below the titles."));
    }
    let rows = groups.iter().map(Vec::len).sum();
    let mut groups: Vec<Assembled> =
        groups.iter().filter_map(|rows| imports::assemble(&heading, rows, law, today)).collect();
    imports::repeated(&mut groups);
    Ok((contents.format, rows, groups))
}

/// Who handles a clinic type in a street, and whether the office handles anything there.
type Charge = (Option<(AuthorityId, String)>, bool);

/// The authority for which clinics are imported, with what was looked up for it.
pub(super) struct Office<'a> {
    app: &'a App,
    tx: &'a Tx,
    authority: authority::Model,
    law: Arc<Law>,
    charges: BTreeMap<(ClinicType, String), Charge>,
}

impl<'a> Office<'a> {
    pub(super) const fn new(app: &'a App, tx: &'a Tx, authority: authority::Model, law: Arc<Law>) -> Self {
        Self { app, tx, authority, law, charges: BTreeMap::new() }
    }

    /// Adds to each group what the register and the rules have against it.
    pub(super) async fn judge(&mut self, groups: &mut [Assembled]) -> Result<()> {
        let given = |of: fn(&Entry) -> &String| -> BTreeSet<String> {
            groups.iter().map(|group| of(&group.entry)).filter(|text| !text.is_empty()).cloned().collect()
        };
        let numbers = self.tx.numbers_held(&given(|entry| &entry.number)).await?;
        let codes = self.tx.credit_codes_held(&given(|entry| &entry.dossier.applicant.uscc)).await?;
        for group in groups {
            let (responsible, covers_street) = self.charge(&group.entry).await?;
            let entry = &group.entry;
            let number = Some(entry.number.clone()).filter(|number| !number.is_empty());
            let facts = Facts {
                authority: Some(AuthorityId(self.authority.id)),
                responsible,
                covers_street,
                number_taken: numbers.contains(&entry.number),
                number,
                ..Facts::new(Kind::Establishment, self.app.clock.today(), &self.law)
            };
            let held = codes.contains(&entry.dossier.applicant.uscc);
            let found = [self.by_rules(group, &facts), self.printable(group), credit_code(group, held)].concat();
            group.defects.extend(found);
        }
        Ok(())
    }

    /// Who is in charge of a clinic.
    async fn charge(&mut self, entry: &Entry) -> Result<Charge> {
        let (Some(clinic_type), street) = (entry.dossier.clinic_type, entry.dossier.address.street.clone()) else {
            return Ok((None, true));
        };
        if let Some(known) = self.charges.get(&(clinic_type, street.clone())) {
            return Ok(known.clone());
        }
        let today = self.app.clock.today();
        let responsible = self.tx.responsible(Duty::Issue, clinic_type, &street, today).await?;
        let covers = self.tx.covers(self.authority.id, &street, today).await?;
        let charge = (responsible.map(|authority| (AuthorityId(authority.id), authority.name)), covers);
        self.charges.insert((clinic_type, street), charge.clone());
        Ok(charge)
    }

    /// What the rules that hold find, at the row and column that it is about.
    fn by_rules(&self, group: &Assembled, facts: &Facts) -> Vec<Defect> {
        let dossier = &group.entry.dossier;
        let findings = rules::check_those(dossier, facts, |rule| RULES_THAT_HOLD.contains(&rule));
        let told = facts::tell(&self.law, facts.today, dossier.clinic_type, &findings);
        let defects = told.into_iter().filter_map(|told| {
            let (row, column) = group.place(&told.pointer)?;
            let defect =
                Defect { severity: told.severity, rule: Some(told.rule), ..Defect::new(row, told.zh, told.en) };
            Some(match column {
                Some(column) => defect.at(column, &column.in_words(&found(&group.entry, &told.pointer))),
                None => defect,
            })
        });
        defects.filter(|defect| matches!(defect.severity, Severity::Error | Severity::Warning)).collect()
    }

    /// Characters of the certificate that no font has.
    fn printable(&self, group: &Assembled) -> Vec<Defect> {
        let d = &group.entry.dossier;
        let printed = [
            ("诊所名称", &d.name),
            ("详细地址", &d.address.detail),
            ("法定代表人", &d.legal_representative),
            ("主要负责人", &d.principal.name),
        ];
        let wrong = printed.into_iter().filter_map(|(title, text)| {
            let why = self.app.fonts.check(text).err()?;
            let zh = "含有不能打印的字，请改用规范汉字。";
            Some(Defect::new(group.first_row, zh, format!("{why}.")).at(titled(title)?, text))
        });
        wrong.collect()
    }
}

/// Another clinic of the register has this 统一社会信用代码.
fn credit_code(group: &Assembled, held: bool) -> Vec<Defect> {
    let column = titled("统一社会信用代码").filter(|_| held);
    let defect = |column| {
        let zh = "登记簿中已有使用该统一社会信用代码的诊所，请核对。";
        let defect = Defect::new(group.first_row, zh, "A clinic of the register has this code.");
        defect.at(column, &group.entry.dossier.applicant.uscc)
    };
    column.map(defect).into_iter().collect()
}

/// What stands at a pointer of the form, as text.
fn found(entry: &Entry, pointer: &str) -> String {
    if pointer == "/number" {
        return entry.number.clone();
    }
    let form = serde_json::to_value(&entry.dossier).unwrap_or_default();
    match form.pointer(pointer) {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => value.to_string(),
        _ => String::new(),
    }
}
