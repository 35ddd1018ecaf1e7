//! From lines to groups: one clinic each, with its persons, and everything that is wrong with them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::{Map, Value};

use crate::domain::dossier::ServiceMode;
use crate::domain::filing_number::FilingNumber;
use crate::domain::identity::check_id_number;
use crate::domain::import::columns::{self, COLUMNS, Column, Of};
use crate::domain::import::{Defect, Entry, Line, Site, parse};
use crate::domain::law::Law;
use crate::domain::telemedicine;

/// Rows whose group begins with this are examples of the template.
const EXAMPLE: &str = "示例";

/// Where each column stands in the file.
pub struct Heading(Vec<Option<&'static Column>>);

/// What is wrong with the titles, Chinese and English.
pub type HeadingDefect = (String, String);

impl Heading {
    /// The columns with their places.
    fn columns(&self, of: Of) -> impl Iterator<Item = (usize, &'static Column)> {
        self.0.iter().enumerate().filter_map(move |(at, column)| column.filter(|c| c.of == of).map(|c| (at, c)))
    }

    /// A cell with no title above it: a row that slipped, or a quotation that was not closed.
    fn untitled(&self, line: &Line) -> Option<Defect> {
        let titled = |at: usize| self.0.get(at).is_some_and(Option::is_some);
        let at = (0..line.cells.len()).find(|at| line.holds(*at) && !titled(*at))?;
        let zh = format!("第{}列没有标题，却有内容，请删除，或者检查该行是否错位、引号是否成对。", at + 1);
        let en =
            format!("Column {} has no title and holds something: did the row slip, or is a quotation open?", at + 1);
        Some(Defect::new(line.row, zh, en))
    }

    fn place(&self, title: &str) -> usize {
        self.0.iter().position(|column| column.is_some_and(|c| c.title == title)).unwrap_or(usize::MAX)
    }
}

/// Reads the titles; a mark of what must be filled (`*`) is no part of them.
///
/// # Errors
/// Every column that is missing, unknown or named twice.
pub fn heading(titles: &Line) -> Result<Heading, Vec<HeadingDefect>> {
    let (mut found, mut defects): (Vec<Option<&'static Column>>, Vec<HeadingDefect>) = (vec![], vec![]);
    for at in 0..titles.cells.len() {
        let title = titles.text(at).trim_matches(['*', '＊', ' ']);
        let column = columns::titled(title);
        if title.is_empty() {
            found.push(None);
            continue;
        }
        match column {
            None => defects.push((
                format!("不认识的列“{}”，请按模板命名或者删除该列。", title.chars().take(40).collect::<String>()),
                format!("Unknown column {} of the file; name it as the template does, or remove it.", at + 1),
            )),
            Some(column) if found.iter().flatten().any(|other| other.title == column.title) => defects.push((
                format!("“{title}”列出现两次，请只保留一列。"),
                format!("The column {title} stands there twice; keep one."),
            )),
            Some(_) => (),
        }
        found.push(column);
    }
    let there = |wanted: &Column| found.iter().flatten().any(|column| column.title == wanted.title);
    let missing = COLUMNS.iter().filter(|c| c.required && c.of == Of::Clinic && !there(c));
    defects.extend(missing.map(|column| {
        let title = column.title;
        (format!("缺少必填列“{title}”，请按模板补上。"), format!("The column {title} is missing; add it."))
    }));
    if defects.is_empty() { Ok(Heading(found)) } else { Err(defects) }
}

/// The rows of each clinic, in the order of the file. Rows of one group stand together: the same 组号, or the same 备案编号,
/// or neither of them below the first (as merged cells are read).
pub fn groups(heading: &Heading, lines: Vec<Line>) -> Vec<Vec<Line>> {
    let (group, number, name) = (heading.place("组号"), heading.place("备案编号"), heading.place("诊所名称"));
    let mut groups: Vec<Vec<Line>> = vec![];
    for line in lines.into_iter().filter(|line| !line.blank()) {
        let (g, n) = (line.text(group), line.text(number));
        let continues = |first: &Line| match (g, n) {
            ("", "") => !line.holds(name),
            ("", n) => n == first.text(number),
            (g, _) => g == first.text(group),
        };
        match groups.last_mut() {
            Some(last) if last.first().is_some_and(continues) => last.push(line),
            _ => groups.push(vec![line]),
        }
    }
    groups.retain(|rows| rows.first().is_some_and(|first| !first.text(group).starts_with(EXAMPLE)));
    groups
}

/// A group as it was read.
pub struct Assembled {
    pub first_row: u32,
    pub last_row: u32,
    /// The clinic, as far as it could be read
    pub entry: Entry,
    pub defects: Vec<Defect>,
    /// 组号, where it has one
    pub group: String,
}

impl Assembled {
    /// The row and column that a finding of the rules leads to, unless something was wrong there already.
    pub fn place(&self, pointer: &str) -> Option<(u32, Option<&'static Column>)> {
        let (column, member) = columns::of_pointer(pointer);
        let row = member.and_then(|at| self.entry.staff_rows.get(at).copied()).unwrap_or(self.first_row);
        let title = column.map_or("", |column| column.title);
        let told = self.defects.iter().any(|d| d.row == row && d.column == title && d.rule.is_none());
        (!told).then_some((row, column))
    }
}

/// Writes a value at a pointer; what leads there is made.
fn set(object: &mut Map<String, Value>, pointer: &str, value: Value) {
    let mut path = pointer.trim_start_matches('/').splitn(2, '/');
    let (Some(name), rest) = (path.next(), path.next()) else { return };
    match rest {
        None => drop(object.insert(name.to_owned(), value)),
        Some(rest) => {
            let inner = object.entry(name).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inner) = inner {
                set(inner, rest, value);
            }
        }
    }
}

fn missing(row: u32, column: &Column) -> Defect {
    let (zh, en) = column.form();
    Defect::new(row, format!("必须填写：{zh}。"), format!("This is required: {en}.")).at(column, "")
}

/// Reads the cells of one row that belong to `of` into an object.
fn read(heading: &Heading, line: &Line, of: Of, law: &Law, defects: &mut Vec<Defect>) -> Map<String, Value> {
    let mut object = Map::new();
    let division = crate::domain::value::canonical(line.text(heading.place("行政区划代码")));
    for (at, column) in heading.columns(of) {
        if let Some(fault) = line.fault(at) {
            let (zh, en) = fault.words();
            defects.push(Defect::new(line.row, zh, en).at(column, ""));
            continue;
        }
        let text = line.text(at);
        if text.is_empty() {
            defects.extend(column.required.then(|| missing(line.row, column)));
            continue;
        }
        match parse::value(column.kind, text, law, &division) {
            Some(value) => set(&mut object, column.pointer, value),
            None => {
                let (zh, en) = column.form();
                let defect = Defect::new(line.row, format!("填写有误，应为：{zh}。"), format!("Write {en}."));
                defects.push(defect.at(column, text));
            }
        }
    }
    object
}

/// Makes a clinic of the rows of its group.
pub fn assemble(heading: &Heading, rows: &[Line], law: &Law, today: NaiveDate) -> Option<Assembled> {
    let (first, last) = (rows.first()?, rows.last()?);
    let mut defects = vec![];
    let mut clinic = read(heading, first, Of::Clinic, law, &mut defects);
    let mut staff = vec![];
    let mut staff_rows = vec![];
    for line in rows {
        if line.row != first.row {
            defects.extend(differing(heading, first, line));
        }
        defects.extend(heading.untitled(line));
        if heading.columns(Of::Person).any(|(at, _)| line.holds(at)) {
            // Who is not named as elsewhere is registered here.
            let mut person = Map::from_iter([("registered_here".to_owned(), Value::Bool(true))]);
            person.extend(read(heading, line, Of::Person, law, &mut defects));
            staff.push(Value::Object(person));
            staff_rows.push(line.row);
        } else if line.row != first.row && heading.columns(Of::Clinic).all(|(at, _)| !line.holds(at)) {
            let (zh, en) =
                ("这一行没有人员，也没有诊所信息，请补充或者删除。", "This row says nothing; fill or remove it.");
            defects.push(Defect::new(line.row, zh, en));
        }
    }
    set(&mut clinic, "/dossier/staff", Value::Array(staff));
    let mut entry: Entry = serde_json::from_value(Value::Object(clinic)).unwrap_or_else(|_| {
        let (zh, en) = ("这一组不能读成一家诊所，请按模板填写。", "These rows cannot be read as a clinic.");
        defects.push(Defect::new(first.row, zh, en));
        Entry::default()
    });
    entry.staff_rows = staff_rows;
    complete(&mut entry, today);
    let mut group = Assembled {
        first_row: first.row,
        last_row: last.row,
        entry,
        defects,
        group: first.text(heading.place("组号")).to_owned(),
    };
    let found = [dates(&group, today), online(&group, heading, first), twice(&group)].concat();
    group.defects.extend(found);
    Some(group)
}

/// What a later row says of the clinic otherwise than the first one.
fn differing(heading: &Heading, first: &Line, line: &Line) -> Vec<Defect> {
    let wrong = |title: &str| {
        let at = heading.place(title);
        line.holds(at) && line.text(at) != first.text(at)
    };
    if let Some(column) = ["备案编号", "诊所名称"].into_iter().filter(|title| wrong(title)).find_map(columns::titled)
    {
        let zh = format!("一组只能有一家诊所，与第{}行不同；请另填组号。", first.row);
        let en = format!("One group is one clinic; this differs from row {}. Give it another group.", first.row);
        return vec![Defect::new(line.row, zh, en).at(column, line.text(heading.place(column.title)))];
    }
    let differs = heading.columns(Of::Clinic).filter(|(_, column)| wrong(column.title));
    differs
        .map(|(at, column)| {
            let zh = format!("与同组第{}行不同，请留空或者填写一致。", first.row);
            let en = format!("This differs from row {} of the same clinic; leave it empty.", first.row);
            Defect::new(line.row, zh, en).at(column, line.text(at))
        })
        .collect()
}

/// What follows from other columns where it was left empty.
fn complete(entry: &mut Entry, today: NaiveDate) {
    if let Ok(number) = entry.number.parse::<FilingNumber>() {
        entry.number = number.to_string();
    }
    let d = &mut entry.dossier;
    if d.address.division.is_empty() {
        d.address.division = d.address.street.get(..6).unwrap_or_default().to_owned();
    }
    if let Ok(id) = check_id_number(&d.principal.id_number, today) {
        d.principal.sex = d.principal.sex.or(Some(id.sex()));
        d.principal.born_on = d.principal.born_on.or(Some(id.born_on()));
    }
    d.principal.main_institution.clone_from(&d.name);
}

/// 1949-10-01: no clinic was filed with anybody before.
const FOUNDED: Option<NaiveDate> = NaiveDate::from_ymd_opt(1949, 10, 1);

/// The days follow each other, and none lies ahead.
fn dates(group: &Assembled, today: NaiveDate) -> Vec<Defect> {
    let entry = &group.entry;
    let days = [
        ("首次备案日期", entry.filed_on, None),
        ("原凭证签发日期", entry.issued_on, entry.filed_on),
        ("核查通过日期", entry.verified_on, entry.filed_on),
        ("互联网诊疗起始日期", entry.telemedicine_on, entry.filed_on),
    ];
    let wrong = days.into_iter().filter_map(|(title, day, least)| {
        let day = day?;
        let (zh, en) = match least {
            _ if Some(day) < FOUNDED => {
                ("不能早于1949年10月1日，请核对年份。", "It cannot be before 1949-10-01; check the year.")
            }
            _ if day > today => ("不能晚于今天。", "It cannot lie ahead."),
            Some(filed) if day < filed => ("不能早于首次备案日期。", "It cannot be before the clinic was first filed."),
            _ => return None,
        };
        Some(Defect::new(group.first_row, zh, en).at(columns::titled(title)?, &day.to_string()))
    });
    let visited = match (entry.site, entry.verified_on) {
        (Some(Site::Pending), Some(_)) => {
            Some(("现场核查为未核查，不能有通过日期。", "It was not visited yet: no date."))
        }
        (Some(Site::Verified), None) => Some(("现场核查通过的，须填写通过日期。", "It was visited: say when.")),
        _ => None,
    };
    let told = group.defects.iter().any(|d| d.row == group.first_row && d.column == "核查通过日期");
    let visited = visited
        .filter(|_| !told)
        .and_then(|(zh, en)| Some(Defect::new(group.first_row, zh, en).at(columns::titled("核查通过日期")?, "")));
    wrong.chain(visited).collect()
}

/// What may be treated on line.
const SUBJECTS: &str = "互联网诊疗科目";

/// 互联网诊疗 is among the service modes with its subjects and at least one physician, or nothing is said of it.
fn online(group: &Assembled, heading: &Heading, first: &Line) -> Vec<Defect> {
    let entry = &group.entry;
    let (title, row) = ("互联网诊疗起始日期", group.first_row);
    let modes = columns::titled("服务方式");
    let told = |title: &str| group.defects.iter().any(|d| d.row == row && d.column == title);
    let offered = entry.dossier.service_modes.contains(&ServiceMode::Telemedicine);
    let about =
        |column: &Column| column.pointer.starts_with("/dossier/telemedicine") || column.pointer == "/telemedicine_on";
    let filled = heading.columns(Of::Clinic).any(|(at, column)| about(column) && first.holds(at));
    let defect = match (offered, filled) {
        (true, _) if entry.telemedicine_on.is_none() && !told(title) => {
            columns::titled(title).map(|column| missing(row, column))
        }
        (true, _) if entry.dossier.telemedicine.as_ref().is_none_or(|t| t.subjects.is_empty()) && !told(SUBJECTS) => {
            columns::titled(SUBJECTS).map(|column| missing(row, column))
        }
        (true, _) if !telemedicine::has_physician(&entry.dossier) => {
            columns::titled("开展互联网诊疗").map(|column| {
                let zh = "服务方式有互联网诊疗的，至少一名级别为执业医师、在本诊所注册、诊所同意其开展互联网诊疗的医师须填写“是”。";
                let en = "Telemedicine is filed: at least one physician of the full level, registered here and with the clinic's consent, offers it.";
                Defect::new(row, zh, en).at(column, "")
            })
        }
        (false, true) if !told("服务方式") => modes.map(|column| {
            let zh = "填写了互联网诊疗的内容，服务方式须包括互联网诊疗。";
            let en = "Columns of telemedicine are filled; name 互联网诊疗 among the service modes.";
            Defect::new(row, zh, en).at(column, first.text(heading.place("服务方式")))
        }),
        _ => None,
    };
    defect.into_iter().collect()
}

/// Nobody stands twice among the staff of a clinic.
fn twice(group: &Assembled) -> Vec<Defect> {
    let mut seen = BTreeSet::new();
    let staff = group.entry.dossier.staff.iter().zip(&group.entry.staff_rows);
    let again = staff.filter(|(person, _)| !person.id_number.is_empty() && !seen.insert(person.id_number.clone()));
    let column = columns::titled("人员身份证号码");
    again
        .filter_map(|(person, row)| {
            let (zh, en) =
                ("同一诊所中此人已填过一次，请删除重复的一行。", "This person stands there twice; remove a row.");
            Some(Defect::new(*row, zh, en).at(column?, &person.id_number))
        })
        .collect()
}

/// Numbers, credit codes and groups that stand in the file before: a defect of the later group each. Rows of one 备案编号 or
/// of one 组号 that do not stand together are a defect of the earlier group, too: which rows hold, nobody can tell.
pub fn repeated(groups: &mut [Assembled]) {
    let mut seen: BTreeMap<(&'static str, String), u32> = BTreeMap::new();
    let mut apart: BTreeMap<(u32, &'static str), (String, u32)> = BTreeMap::new();
    for group in groups.iter_mut() {
        let keys = [
            (NUMBER, group.entry.number.clone()),
            ("统一社会信用代码", group.entry.dossier.applicant.uscc.clone()),
            (GROUP, group.group.clone()),
        ];
        for (title, key) in keys.into_iter().filter(|(_, key)| !key.is_empty()) {
            let (Some(column), row) = (columns::titled(title), group.first_row) else { continue };
            let told = key.clone();
            let before = *seen.entry((title, key)).or_insert(row);
            if before != row {
                let zh = format!("与第{before}行重复，请核对。");
                let en = format!("Row {before} has the same.");
                group.defects.push(Defect::new(row, zh, en).at(column, &told));
                if [NUMBER, GROUP].contains(&title) {
                    apart.entry((before, title)).or_insert((told, row));
                }
            }
        }
    }
    for group in groups {
        for title in [NUMBER, GROUP] {
            let earlier = apart.remove(&(group.first_row, title));
            let (Some((told, later)), Some(column)) = (earlier, columns::titled(title)) else { continue };
            let (zh, en) = if title == GROUP {
                (
                    format!("第{later}行又出现同一组号，同一诊所的各行须相邻，请移到一起。"),
                    format!("Row {later} has the same group; rows of one clinic stand together."),
                )
            } else {
                (
                    format!("第{later}行又出现同一备案编号，哪一行为准不能判断，都不导入；请核对后只保留一组。"),
                    format!("Row {later} has the same number; which of them holds nobody can tell: keep one."),
                )
            };
            group.defects.push(Defect::new(group.first_row, zh, en).at(column, &told));
        }
    }
}

const NUMBER: &str = "备案编号";
const GROUP: &str = "组号";
