//! 管辖: who handles which clinic type in which street, since when. A table that is imported is compared with what is there,
//! checked whole, and turned into the fewest steps; what was is kept.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use crate::domain::actor::Duty;
use crate::domain::dossier::ClinicType;
use crate::domain::law::{Law, LawChange, LawField, What};
use crate::domain::terms::terms;

/// The columns of the table, in order.
pub const HEADING: &str = "authority_uscc,duty,clinic_type,street,valid_from,valid_to";

/// What can be handled once a day: a duty for a clinic type in a street.
pub type Matter = (Duty, ClinicType, String);

/// One line: an authority handles a matter for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The row that is there; none for a line of an import.
    pub id: Option<Uuid>,
    pub authority: Uuid,
    pub matter: Matter,
    pub from: NaiveDate,
    /// Last day; none: until further notice.
    pub to: Option<NaiveDate>,
}

terms! {
    /// What is wrong with a line.
    Wrong {
        /// Another heading than [`HEADING`].
        Heading = "第一行须为表头authority_uscc,duty,clinic_type,street,valid_from,valid_to" /
            "the first line is the heading authority_uscc,duty,clinic_type,street,valid_from,valid_to",
        /// Not six cells.
        Cells = "须有六列" / "there are six columns",
        /// No such authority.
        Authority = "没有使用该统一社会信用代码的机关" / "no authority has this USCC",
        /// Neither `issue` nor `supervise`.
        Duty = "职责须为issue（备案）或者supervise（监管）" / "the duty is issue or supervise",
        /// No such clinic type.
        ClinicType = "没有该诊所类别" / "no such clinic type",
        /// No such street.
        Street = "没有该街道代码" / "no such street",
        /// Not a day.
        From = "起始日期须写作2027-01-01的形式，且确有此日" / "valid_from is a date that exists, as 2027-01-01",
        /// Not a day.
        To = "截止日期须写作2027-01-01的形式，且确有此日，或者留空" / "valid_to is a date that exists, or empty",
        /// The end before the beginning.
        Order = "截止日期早于起始日期" / "it ends before it begins",
        /// Two authorities for one matter on one day.
        Twice = "与另一行同日重复：同一街道、同一诊所类别、同一职责只能由一个机关办理" /
            "another line overlaps: one authority handles a duty for a type in a street on a day",
    }
}

/// A line of an import that cannot be taken: its number in the file (from 1) and its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    pub number: usize,
    pub text: String,
    pub wrong: Wrong,
}

/// What an import does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Rows that are there and end on another day than they said; none: until further notice.
    pub ends: Vec<(Line, Option<NaiveDate>)>,
    /// Rows that are not there yet.
    pub added: Vec<Line>,
}

/// A line with its number in the file, from 1.
pub type Numbered = (usize, Line);

/// Reads a table.
///
/// # Errors
/// Every line that cannot be taken, each with everything that is wrong with it.
pub fn read(text: &str, law: &Law, authority: impl Fn(&str) -> Option<Uuid>) -> Result<Vec<Numbered>, Vec<Defect>> {
    let mut lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    let (number, heading) = lines.next().unwrap_or((1, ""));
    if heading.trim() != HEADING {
        return Err(vec![Defect { number, text: heading.to_owned(), wrong: Wrong::Heading }]);
    }
    let (mut found, mut defects) = (vec![], vec![]);
    for (number, text) in lines {
        match line(text, law, &authority) {
            Ok(line) => found.push((number, line)),
            Err(wrong) => {
                defects.extend(wrong.into_iter().map(|wrong| Defect { number, text: text.to_owned(), wrong }));
            }
        }
    }
    if defects.is_empty() { Ok(found) } else { Err(defects) }
}

fn line(text: &str, law: &Law, authority: &impl Fn(&str) -> Option<Uuid>) -> Result<Line, Vec<Wrong>> {
    let cells: Vec<_> = text.split(',').map(str::trim).collect();
    let &[uscc, duty, clinic_type, street, from, to] = cells.as_slice() else { return Err(vec![Wrong::Cells]) };
    let authority = authority(uscc);
    let duty = Duty::ALL.iter().copied().find(|d| d.code() == duty);
    let clinic_type = ClinicType::ALL.iter().copied().find(|t| t.code() == clinic_type);
    let day = |text: &str| text.parse::<NaiveDate>().ok().filter(|_| text.len() == 10);
    let (start, end) = (day(from), day(to));
    let backwards = start.zip(end).is_some_and(|(start, end)| end < start);
    let checks = [
        (authority.is_none(), Wrong::Authority),
        (duty.is_none(), Wrong::Duty),
        (clinic_type.is_none(), Wrong::ClinicType),
        (law.street(street).is_none(), Wrong::Street),
        (start.is_none(), Wrong::From),
        (end.is_none() && !to.is_empty(), Wrong::To),
        (backwards, Wrong::Order),
    ];
    let wrong: Vec<_> = checks.into_iter().filter(|(bad, _)| *bad).map(|(_, wrong)| wrong).collect();
    match (authority, duty, clinic_type, start) {
        (Some(authority), Some(duty), Some(clinic_type), Some(from)) if wrong.is_empty() => {
            Ok(Line { id: None, authority, matter: (duty, clinic_type, street.to_owned()), from, to: end })
        }
        _ => Err(wrong),
    }
}

fn meet(one: &Line, other: &Line) -> bool {
    one.to.is_none_or(|last| other.from <= last) && other.to.is_none_or(|last| one.from <= last)
}

/// What `lines` do to the rows that are there: a row of the same authority and first day takes the line's last day; a row
/// that began earlier and would go on beside a new line ends the day before it; what the file does not name stays.
///
/// # Errors
/// The number of every line that would leave a matter with two authorities on one day.
pub fn plan(lines: &[Numbered], present: &[Line]) -> Result<Plan, Vec<usize>> {
    let mut matters: BTreeMap<&Matter, Vec<(Option<usize>, Line)>> = BTreeMap::new();
    for (_, line) in lines {
        matters.entry(&line.matter).or_default();
    }
    let mut was: BTreeMap<Uuid, &Line> = BTreeMap::new();
    for row in present {
        if let (Some(rows), Some(id)) = (matters.get_mut(&row.matter), row.id) {
            rows.push((None, row.clone()));
            was.insert(id, row);
        }
    }
    for (number, line) in lines {
        let Some(rows) = matters.get_mut(&line.matter) else { continue };
        let same = |row: &Line| row.authority == line.authority && row.from == line.from;
        match rows.iter_mut().find(|(given, row)| given.is_none() && same(row)) {
            Some((given, row)) => {
                row.to = line.to;
                *given = Some(*number);
            }
            None => rows.push((Some(*number), line.clone())),
        }
    }
    let (mut done, mut twice) = (Plan::default(), vec![]);
    for rows in matters.values_mut() {
        let given: Vec<Line> =
            rows.iter().filter(|(n, row)| n.is_some() && row.id.is_none()).map(|(_, r)| r.clone()).collect();
        for (_, row) in rows.iter_mut().filter(|(number, _)| number.is_none()) {
            let later = given.iter().filter(|new| row.from < new.from && meet(row, new)).map(|new| new.from).min();
            row.to = later.and_then(|day| day.pred_opt()).or(row.to);
        }
        for (n, (number, row)) in rows.iter().enumerate() {
            for (other, _) in rows.iter().skip(n + 1).filter(|(_, other)| meet(row, other)) {
                twice.extend([*number, *other].into_iter().flatten().max());
            }
        }
        for (_, row) in rows.drain(..) {
            match row.id.and_then(|id| was.get(&id)) {
                Some(before) if before.to != row.to => done.ends.push(((*before).clone(), row.to)),
                Some(_) => {}
                None => done.added.push(row),
            }
        }
    }
    twice.sort_unstable();
    twice.dedup();
    if twice.is_empty() { Ok(done) } else { Err(twice) }
}

impl Plan {
    /// Whether nothing is done.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty() && self.added.is_empty()
    }

    /// The plan as changes, with the authorities' names.
    pub fn changes(&self, name: impl Fn(Uuid) -> String) -> Vec<LawChange> {
        let item = |line: &Line| {
            let (duty, clinic_type, street) = &line.matter;
            format!("{street} {} {} {} {}", clinic_type.zh(), duty.zh(), name(line.authority), line.from)
        };
        let end = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        let field = |old, new| vec![LawField { field: "valid_to".into(), old, new }];
        let ends = self.ends.iter().map(|(line, to)| LawChange {
            what: What::Changed,
            item: item(line),
            fields: field(end(line.to), end(*to)),
        });
        let added = self.added.iter().map(|line| LawChange {
            what: What::Added,
            item: item(line),
            fields: line.to.map(|to| field(None, Some(to.to_string()))).unwrap_or_default(),
        });
        ends.chain(added).collect()
    }
}
