//! 行政区划代码 (GB/T 2260) and the streets under them.

use crate::domain::law::error::Defects;

/// How a code stands today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DivisionStatus {
    /// In use.
    Current,
    /// 市辖区: the districts of a city taken together; in use in identifiers, no place of its own.
    Group,
    /// In an edition of 2002–2016 only. Old identifiers carry such codes.
    Retired,
}

/// 行政区划
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Six digits.
    pub code: String,
    /// 名称, without those above it.
    pub name: String,
    /// Code of the division above; none: a province.
    pub parent: Option<String>,
    /// How the code stands.
    pub status: DivisionStatus,
}

/// 街道（乡镇）
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Street {
    /// Nine digits; the first six are the county's.
    pub code: String,
    /// 名称
    pub name: String,
}

impl Street {
    /// The code of the county.
    pub fn division(&self) -> &str {
        self.code.get(..6).unwrap_or_default()
    }
}

/// Names that tell nobody where a place is: groups of divisions without an office of their own.
const GROUPS: &[&str] = &["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

/// Whether a name belongs into an address.
pub(super) fn speaks(name: &str) -> bool {
    !GROUPS.contains(&name)
}

/// The lines of a table without its comments and its heading, which must be `heading`.
fn lines<'a>(
    table: &str,
    text: &'a str,
    heading: &str,
    defects: &mut Defects,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    defects.unless(lines.next() == Some(heading), table, || format!("the heading is not {heading:?}"));
    lines
}

/// Notes a code that is not of `digits` digits, or not after the one before: so nothing stands twice, and it can be searched.
fn in_order(table: &str, before: Option<&str>, code: &str, digits: usize, defects: &mut Defects) {
    let formed = code.len() == digits && code.bytes().all(|b| b.is_ascii_digit());
    defects
        .unless(formed && before.is_none_or(|b| b < code), table, || format!("{code:?} is malformed or out of order"));
}

/// `divisions.csv`: code,name,parent,status; names hold no comma.
pub(super) fn divisions(text: &str, defects: &mut Defects) -> Vec<Division> {
    let table = "divisions";
    let mut found: Vec<Division> = Vec::with_capacity(4500);
    for line in lines(table, text, "code,name,parent,status", defects) {
        let mut cells = line.split(',');
        let (Some(code), Some(name), Some(parent), Some(status), None) =
            (cells.next(), cells.next(), cells.next(), cells.next(), cells.next())
        else {
            defects.add(table, format!("{line:?} has not four cells"));
            continue;
        };
        let status = match status {
            "" => DivisionStatus::Current,
            "group" => DivisionStatus::Group,
            "retired" => DivisionStatus::Retired,
            other => {
                defects.add(table, format!("{code} has the status {other:?}"));
                continue;
            }
        };
        in_order(table, found.last().map(|d| d.code.as_str()), code, 6, defects);
        // A parent's code is the smaller one, so it has been read.
        let known = parent.is_empty() || find(&found, |d| d.code.as_str(), parent).is_some();
        defects.unless(known, table, || format!("{code} lies in {parent}, which is unknown"));
        let parent = (!parent.is_empty()).then(|| parent.into());
        found.push(Division { code: code.into(), name: name.into(), parent, status });
    }
    defects.unless(!found.is_empty(), table, || "the list is empty".into());
    found
}

/// `streets.csv`: code,name.
pub(super) fn streets(text: &str, divisions: &[Division], defects: &mut Defects) -> Vec<Street> {
    let table = "streets";
    let mut found: Vec<Street> = vec![];
    for line in lines(table, text, "code,name", defects) {
        let Some((code, name)) = line.split_once(',') else {
            defects.add(table, format!("{line:?} has not two cells"));
            continue;
        };
        in_order(table, found.last().map(|s| s.code.as_str()), code, 9, defects);
        let street = Street { code: code.into(), name: name.into() };
        let county = find(divisions, |d| d.code.as_str(), street.division());
        let current = county.is_some_and(|d| d.status == DivisionStatus::Current);
        defects.unless(current, table, || format!("{code} lies in no current division"));
        found.push(street);
    }
    defects.unless(!found.is_empty(), table, || "the list is empty".into());
    found
}

/// The row of a sorted table that has this code.
pub(super) fn find<'a, T>(rows: &'a [T], key: impl Fn(&T) -> &str, code: &str) -> Option<&'a T> {
    rows.binary_search_by(|row| key(row).cmp(code)).ok().and_then(|at| rows.get(at))
}
