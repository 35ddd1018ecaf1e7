//! Writes tables as CSV (RFC 4180, UTF-8 with a byte order mark, so that Excel and WPS read Chinese) and XLSX. No cell
//! is ever a formula: a text that a spreadsheet would run is kept from it (OWASP, CSV injection).

use chrono::{DateTime, NaiveDate, Utc};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::domain::deadline;

/// The byte order mark, at the head of a CSV file.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing
    Empty,
    /// Words, codes, numbers that are names
    Text(String),
    /// A count
    Count(i64),
    /// A measure, with as many decimals as shown
    Measure(f64, usize),
    /// A day
    Day(NaiveDate),
    /// A moment, shown in Asia/Shanghai
    Moment(DateTime<Utc>),
}

/// A column: what it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Chinese, with the unit
    pub title: String,
}

/// A named table.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Name of the sheet, at most 31 characters
    pub name: String,
    /// Titles
    pub columns: Vec<Column>,
    /// Rows, each as long as the columns
    pub rows: Vec<Vec<Cell>>,
}

impl Cell {
    /// Words.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// The words, where the value is words.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// As in CSV, before quoting. Only words can be dangerous.
    fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => harmless(&clean(text)),
            Self::Count(n) => n.to_string(),
            Self::Measure(value, decimals) if value.is_finite() => format!("{value:.decimals$}"),
            Self::Measure(..) => String::new(),
            Self::Day(day) => day.to_string(),
            Self::Moment(at) => deadline::shanghai_time(*at),
        }
    }
}

/// Stands for a character that a file of cells cannot hold.
const LOST: char = '\u{FFFD}';

/// The most that a cell of a workbook holds, in UTF-16 units.
pub const LONGEST: usize = 32_767;

/// What a cell ends in that could not hold everything.
pub const CUT: &str = "…（超出单元格长度，已截断）";

/// Numbers beyond this are not exact in a workbook, which keeps them as binary floating point.
const EXACT: u64 = 1 << 53;

/// A text as a cell can hold it: what XML forbids is replaced, so that it is seen that something stood there; a line ends
/// in one character.
pub fn clean(text: &str) -> String {
    let kept = |c: char| match c {
        '\t' | '\n' => c,
        c if c.is_control() || u32::from(c) & 0xFFFE == 0xFFFE => LOST,
        c => c,
    };
    text.replace("\r\n", "\n").replace('\r', "\n").chars().map(kept).collect()
}

/// Whether a spreadsheet may take a text for a formula. Full-width signs count: some programs read them as the narrow
/// ones. So do blanks, marks that are not seen, and quotation marks before the sign: some programs drop them first.
pub fn dangerous(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n', '\'']) {
        return true;
    }
    let unseen = |c: char| {
        c.is_whitespace() || c.is_control() || "\"'“”‘’＂＇\u{FEFF}\u{200B}\u{200C}\u{200D}\u{2060}\u{FFFD}".contains(c)
    };
    text.trim_start_matches(unseen)
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫', '−'])
}

/// A text that no spreadsheet runs: an apostrophe goes before one that it might. Whoever reads takes away the one that
/// stands first: a text that began with one has two.
pub fn harmless(text: &str) -> String {
    if dangerous(text) { format!("'{text}") } else { text.to_owned() }
}

/// A text as a workbook's cell holds it: cut where it is too long.
fn fitted(text: &str) -> String {
    let text = clean(text);
    let units = |c: char| c.len_utf16();
    let (whole, mark): (usize, usize) = (text.chars().map(units).sum(), CUT.chars().map(units).sum());
    if whole <= LONGEST {
        return text;
    }
    let mut room = LONGEST - mark;
    let held = text.chars().take_while(|c| {
        let fits = units(*c) <= room;
        room = room.saturating_sub(units(*c));
        fits
    });
    held.chain(CUT.chars()).collect()
}

/// One line of CSV.
///
/// # Errors
/// Never in memory.
pub fn csv_line(cells: &[Cell]) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.iter().map(Cell::plain))?;
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

/// The head of a CSV file: byte order mark and titles.
///
/// # Errors
/// Never in memory.
pub fn csv_head(columns: &[Column]) -> Result<Vec<u8>, csv::Error> {
    let titles: Vec<Cell> = columns.iter().map(|column| Cell::text(column.title.as_str())).collect();
    Ok([BOM, &csv_line(&titles)?].concat())
}

/// A whole table as a CSV file.
///
/// # Errors
/// Never in memory.
pub fn csv(table: &Table) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv_head(&table.columns)?;
    for row in &table.rows {
        out.extend(csv_line(row)?);
    }
    Ok(out)
}

/// The widest that a column is made, in characters of the workbook's font.
const WIDEST: f64 = 60.0;

/// A workbook with one sheet for each table; the head stays in view.
///
/// # Errors
/// A name or a number of rows that the format cannot hold.
pub fn xlsx(tables: &[Table]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // Equal tables make equal files: no clock is read.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let head = Format::new().set_bold();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for table in tables {
        let sheet = book.add_worksheet().set_name(&table.name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (at, column) in (0u16..).zip(&table.columns) {
            sheet.write_string_with_format(0, at, fitted(&column.title), &head)?;
            sheet.set_column_width(at, (column.title.chars().count() as f64).mul_add(2.0, 4.0).min(WIDEST))?;
        }
        for (down, row) in (1u32..).zip(&table.rows) {
            for (at, cell) in (0u16..).zip(row) {
                let written = match cell {
                    Cell::Empty => continue,
                    // Always a string, never parsed.
                    Cell::Text(text) => sheet.write_string(down, at, fitted(text)),
                    Cell::Count(n) if n.unsigned_abs() > EXACT => sheet.write_string(down, at, n.to_string()),
                    Cell::Count(n) => sheet.write_number(down, at, *n as f64),
                    Cell::Measure(value, _) if !value.is_finite() => continue,
                    Cell::Measure(value, decimals) => {
                        let shape =
                            if *decimals == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(*decimals)) };
                        sheet.write_number_with_format(down, at, *value, &Format::new().set_num_format(shape))
                    }
                    Cell::Day(date) => {
                        let since = (*date - NaiveDate::from_ymd_opt(1899, 12, 30).unwrap_or_default()).num_days();
                        sheet.write_number_with_format(down, at, since as f64, &day)
                    }
                    Cell::Moment(moment) => sheet.write_string(down, at, deadline::shanghai_time(*moment)),
                };
                written?;
            }
        }
    }
    book.save_to_buffer()
}
