//! The template: titles from the table of columns, examples from the samples, and what each column asks for.

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::actor::Actor;
use crate::domain::dossier::ClinicType;
use crate::domain::filing_number::{FilingNumber, provisional_body};
use crate::domain::import::Entry;
use crate::domain::import::columns::{COLUMNS, Column, Kind, Of, rooms};
use crate::domain::issuance;
use crate::domain::samples;
use crate::error::Result;
use crate::spreadsheet::read::Format;
use crate::spreadsheet::write::{self, Cell, Table};

/// The template as a file. An XLSX has a sheet of explanations and one of allowed values, too.
///
/// # Errors
/// `Forbidden` for whoever does not work on imports.
pub fn template(app: &App, actor: &Actor, format: Format) -> Result<Vec<u8>> {
    super::may_see(actor)?;
    super::file(&[clinics(app.clock.today()), explanations(), values(app)], format)
}

fn titled(titles: &[&str]) -> Vec<write::Column> {
    titles.iter().map(|title| write::Column { title: (*title).to_owned() }).collect()
}

/// The sheet to fill in, with two clinics as examples.
fn clinics(today: NaiveDate) -> Table {
    let columns = COLUMNS.iter().map(|column| {
        let mark = if column.required { "*" } else { "" };
        write::Column { title: format!("{}{mark}", column.title) }
    });
    let rows = [("示例1", ClinicType::General, 1), ("示例2", ClinicType::Dental, 2)];
    let rows = rows.into_iter().flat_map(|(group, clinic_type, seq)| example(group, clinic_type, seq, today));
    Table { name: "诊所".to_owned(), columns: columns.collect(), rows: rows.collect() }
}

/// A clinic of the samples as rows: the first with its first person, one for each further person.
fn example(group: &str, clinic_type: ClinicType, seq: u32, today: NaiveDate) -> Vec<Vec<Cell>> {
    let dossier = samples::sample(clinic_type, seq, today);
    let number = issuance::number_attributes(&dossier).and_then(|(division, economic, category, management)| {
        FilingNumber::compose(&provisional_body(90_000 + seq)?, division, economic, category, management).ok()
    });
    let entry = Entry {
        number: number.map(|number| number.to_string()).unwrap_or_default(),
        filed_on: Some(today),
        version: Some(1),
        dossier,
        ..Entry::default()
    };
    rows(group, &entry)
}

/// A clinic as rows of the template.
pub fn rows(group: &str, entry: &Entry) -> Vec<Vec<Cell>> {
    let clinic = serde_json::to_value(entry).unwrap_or_default();
    let staff = clinic.pointer("/dossier/staff").and_then(|staff| staff.as_array().cloned()).unwrap_or_default();
    let count = staff.len().max(1);
    let row = |n: usize| {
        let cell = |column: &Column| match column.of {
            Of::Group => Cell::text(group),
            Of::Clinic if n == 0 => written(column, clinic.pointer(column.pointer)),
            Of::Clinic => Cell::Empty,
            Of::Person => written(column, staff.get(n).and_then(|person| person.pointer(column.pointer))),
        };
        COLUMNS.iter().map(cell).collect()
    };
    (0..count).map(row).collect()
}

/// A value of the form as a person would write it.
fn written(column: &Column, value: Option<&serde_json::Value>) -> Cell {
    use serde_json::Value;
    let word = |code: &str| {
        let choices = column.choices();
        choices.iter().find(|(known, _)| known == code).map_or_else(|| code.to_owned(), |(_, zh)| (*zh).to_owned())
    };
    let room = |room: &Value| {
        let kind = room.get("kind").and_then(Value::as_str).unwrap_or_default();
        let name = rooms().into_iter().find(|(code, _)| code == kind).map_or("", |(_, zh)| zh);
        format!("{name}{}", room.get("area").and_then(Value::as_f64).unwrap_or_default())
    };
    match value {
        None | Some(Value::Null) => Cell::Empty,
        Some(Value::Bool(is)) => Cell::text(if *is { "是" } else { "否" }),
        Some(Value::Number(n)) => Cell::text(n.to_string()),
        Some(Value::String(text)) => Cell::text(word(text)),
        Some(Value::Array(items)) => {
            let items = items.iter().map(|item| match (column.kind, item) {
                (Kind::Rooms, item) => room(item),
                (_, Value::String(text)) => word(text),
                (_, other) => other.to_string(),
            });
            Cell::text(items.collect::<Vec<_>>().join("、"))
        }
        Some(Value::Object(_)) => Cell::Empty,
    }
}

/// 说明: what each column asks for.
fn explanations() -> Table {
    let general = [
        ("怎样填写", "每家诊所一组：第一行填诊所，可以同时填第一名人员；其余人员各占一行，组号与第一行相同或者留空。"),
        ("示例", "组号以“示例”开头的行不导入，可以保留。只读取第一个工作表。"),
        ("格式", "编码、证件号码的列请先设为文本格式。公式不读取，请粘贴为数值。"),
        ("核对", "上传后先核对，逐行逐列列出全部问题；另一人批准后才导入。"),
    ];
    let general =
        general.into_iter().map(|(what, words)| vec![Cell::text(what), Cell::Empty, Cell::Empty, Cell::text(words)]);
    let columns = COLUMNS.iter().map(|column| {
        let must = match (column.required, column.of) {
            (true, Of::Person) => "每名人员必填",
            (true, _) => "每家诊所必填",
            (false, _) => "",
        };
        let (zh, _) = column.form();
        vec![Cell::text(column.title), Cell::text(must), Cell::text(zh), Cell::text(column.meaning)]
    });
    Table {
        name: "说明".to_owned(),
        columns: titled(&["列", "必填", "怎样填写", "说明"]),
        rows: general.chain(columns).collect(),
    }
}

/// 可填内容: codes and words of every list.
fn values(app: &App) -> Table {
    let law = app.law();
    let row = |list: &str, code: &str, name: &str| vec![Cell::text(list), Cell::text(code), Cell::text(name)];
    let choices = COLUMNS.iter().flat_map(|column| {
        column.choices().into_iter().map(move |(code, zh)| (column.title, code, zh)).collect::<Vec<_>>()
    });
    let mut rows: Vec<_> = choices.map(|(title, code, zh)| row(title, &code, zh)).collect();
    rows.extend(rooms().iter().map(|(code, zh)| row("房间", code, zh)));
    rows.extend(law.economic_types().iter().map(|(code, of)| row("所有制形式", code, &of.name)));
    rows.extend(law.subjects().map(|subject| row("诊疗科目", &subject.code, &subject.name)));
    rows.extend(law.streets().iter().map(|street| row("街道", &street.code, &street.name)));
    Table { name: "可填内容".to_owned(), columns: titled(&["列", "代码", "名称"]), rows }
}
