//! Figures as tables for a spreadsheet: the same words and numbers as in JSON, to the letter.

use super::Figures;
use crate::domain::deadline;
use crate::domain::figures::{Figure, Measure, Row};
use crate::error::{Error, Result};
use crate::spreadsheet::write::{self, Cell, Column, Table};

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum File {
    Csv,
    Xlsx,
}

impl File {
    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// The name of the file: the office's region, the period, and nothing that is not ASCII.
pub fn file_name(of: &Figures, file: File) -> String {
    let region = match of.offices.as_slice() {
        [one] => one.region.as_str(),
        _ => "all",
    };
    let figure = match of.figures.as_slice() {
        [one] => format!("-{}", one.definition.id),
        _ => String::new(),
    };
    format!("figures{figure}-{region}-{}.{}", of.period.slug(), file.extension())
}

fn column(title: impl Into<String>) -> Column {
    Column { title: title.into() }
}

fn value(measure: &Measure, value: f64) -> Cell {
    match measure.decimals {
        0 => Cell::Count(value as i64),
        decimals => Cell::Measure(value, decimals),
    }
}

/// A figure as a table.
fn table(figure: &Figure) -> Table {
    let definition = figure.definition;
    let headings = definition.headings.iter().map(|heading| column(heading.zh));
    let measures = definition.measures.iter().map(|measure| column(format!("{}（{}）", measure.zh, measure.unit)));
    let row = |row: &Row| {
        let keys = row.keys.iter().map(|key| Cell::text(key.label.as_str()));
        let values = definition.measures.iter().zip(&row.values).map(|(measure, v)| value(measure, *v));
        keys.chain(values).collect()
    };
    Table {
        name: format!("{} {}", definition.id, definition.zh).chars().take(31).collect(),
        columns: headings.chain(measures).collect(),
        rows: figure.rows.iter().map(row).collect(),
    }
}

/// What the figures are, of whom and as of when.
fn explained(of: &Figures) -> Table {
    let titles = ["编号", "名称", "单位", "统计口径", "取自", "依据"];
    let line = |cells: [&str; 6]| cells.map(Cell::text).to_vec();
    let offices: Vec<_> = of.offices.iter().map(|office| office.name.as_str()).collect();
    let period = format!("{}至{}", of.period.from, of.period.to);
    let as_of = format!("{}（{}，北京时间）", of.period.as_of.to_rfc3339(), deadline::shanghai_time(of.period.as_of));
    let mut rows = vec![
        line(["", "机关", "", &offices.join("、"), "", ""]),
        line(["", "统计期", "", &period, "", ""]),
        line(["", "数据截至", "", &as_of, "", ""]),
    ];
    rows.extend(of.figures.iter().map(|figure| {
        let d = figure.definition;
        line([d.id, d.zh, d.unit, d.counts, d.history, d.basis])
    }));
    Table { name: "说明".to_owned(), columns: titles.map(column).to_vec(), rows }
}

/// A workbook: what the figures are, then a sheet for each.
///
/// # Errors
/// `Internal` where a figure has more rows than a sheet.
pub fn xlsx(of: &Figures) -> Result<Vec<u8>> {
    let sheets: Vec<Table> = std::iter::once(explained(of)).chain(of.figures.iter().map(table)).collect();
    write::xlsx(&sheets).map_err(Error::internal)
}

/// One figure as CSV; each line says of which period it is and as of when.
///
/// # Errors
/// `Invalid` where several figures were counted: a file of lines has one head.
pub fn csv(of: &Figures) -> Result<Vec<u8>> {
    let [figure] = of.figures.as_slice() else {
        return Err(Error::field(
            "/figure",
            "CSV文件每次只含一个指标，请用figure参数指明（如F-01）；全部指标请取XLSX。",
            "A CSV file holds one figure: name it (`figure=F-01`). For all of them take the XLSX.",
        ));
    };
    let mut table = table(figure);
    table.columns.extend([column("统计期"), column("数据截至")]);
    let period = format!("{}至{}", of.period.from, of.period.to);
    for row in &mut table.rows {
        row.extend([Cell::text(period.as_str()), Cell::text(of.period.as_of.to_rfc3339())]);
    }
    write::csv(&table).map_err(Error::internal)
}
