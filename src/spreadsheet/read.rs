//! Reads the tables that offices send: CSV as any spreadsheet saves it in China (UTF-8, UTF-16 or GB18030; comma, semicolon or
//! tab) and XLSX. Nothing is calculated: a formula is refused in its cell. Every size has its limit.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Sheet, SheetVisible, Xlsx, XlsxCellReader};
use encoding_rs::{Encoding, GB18030};
use unicode_normalization::UnicodeNormalization;

use crate::domain::import::{Cell, CellFault, Line};
use crate::domain::value::deceptive;
use crate::spreadsheet::write::dangerous;

/// Largest file, bytes.
pub const MAX_FILE: u64 = 20 * 1024 * 1024;
/// Most rows, the titles included.
pub const MAX_ROWS: u32 = 100_000;
/// Most columns.
pub const MAX_COLUMNS: u32 = 200;
/// Longest cell, characters.
const MAX_CELL: usize = 2_000;
/// What an XLSX file may unpack to, bytes.
const MAX_UNPACKED: u64 = 256 * 1024 * 1024;
/// The largest number of which a spreadsheet keeps every digit.
const EXACT: f64 = 1e15;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

impl Format {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// Why a file cannot be read as a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("larger than 20 MB")]
    TooLarge,
    #[error("unpacks to more than 256 MB")]
    Bomb,
    #[error("more than 100,000 rows")]
    Rows,
    #[error("more than 200 columns")]
    Columns,
    #[error("neither UTF-8 nor GB18030")]
    Encoding,
    #[error("a quotation mark is not closed")]
    Quotes,
    #[error("not a workbook")]
    Workbook,
    #[error("an old workbook")]
    OldWorkbook,
    #[error("empty")]
    Empty,
}

impl Unreadable {
    /// What is wrong and what to do, Chinese and English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::TooLarge => ("文件超过20 MB，请分成几个文件导入。", "Larger than 20 MB; split the file."),
            Self::Bomb => ("文件解压后超过256 MB，不能读取。", "It unpacks to more than 256 MB."),
            Self::Rows => ("超过100000行，请分成几个文件导入。", "More than 100,000 rows; split the file."),
            Self::Columns => {
                ("超过200列，请按模板删去多余的列。", "More than 200 columns; keep those of the template.")
            }
            Self::Encoding => (
                "文字编码既不是UTF-8也不是GB18030，请另存为“CSV UTF-8”或者XLSX。",
                "Neither UTF-8 nor GB18030; save it as CSV UTF-8 or XLSX.",
            ),
            Self::Quotes => ("CSV中有未闭合的引号，请改正或者另存为XLSX。", "A quotation mark is not closed."),
            Self::Workbook => (
                "不能读取的工作簿（可能已加密或者损坏），请另存为XLSX后再上传。",
                "The workbook cannot be read: encrypted or damaged. Save it as XLSX again.",
            ),
            Self::OldWorkbook => (
                "这是旧格式（XLS）或者加密的文件，请另存为未加密的XLSX。",
                "An XLS or encrypted file; save it as plain XLSX.",
            ),
            Self::Empty => ("文件没有内容，请用模板填写。", "The file is empty; fill in the template."),
        }
    }
}

/// A table: its titles, and the lines below them that hold anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    pub format: Format,
    pub titles: Line,
    pub lines: Vec<Line>,
}

/// Reads a file by what it is, whatever it is called.
///
/// # Errors
/// Why it cannot be read.
pub fn read(bytes: &[u8]) -> Result<Contents, Unreadable> {
    if bytes.len() as u64 > MAX_FILE {
        return Err(Unreadable::TooLarge);
    }
    let (format, lines) = if bytes.starts_with(b"PK\x03\x04") {
        (Format::Xlsx, workbook(bytes)?)
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return Err(Unreadable::OldWorkbook);
    } else {
        (Format::Csv, text_table(&decoded(bytes)?)?)
    };
    let mut lines = lines.into_iter().filter(|line| !line.blank());
    let titles = lines.next().ok_or(Unreadable::Empty)?;
    Ok(Contents { format, titles, lines: lines.collect() })
}

/// The text of a file: by its byte order mark, else UTF-8 where it is that, else GB18030.
fn decoded(bytes: &[u8]) -> Result<String, Unreadable> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if std::str::from_utf8(bytes).is_ok() => encoding_rs::UTF_8,
        None => GB18030,
    };
    let (text, _, broken) = encoding.decode(bytes);
    // A picture or a program is no text in any encoding.
    if broken || text.contains('\0') { Err(Unreadable::Encoding) } else { Ok(text.into_owned()) }
}

/// The sign between the cells: whichever the line of titles has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |sign: &u8| first.bytes().filter(|b| b == sign).count();
    // The last of equals wins: a comma where there is none of them.
    [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',')
}

fn text_table(text: &str) -> Result<Vec<Line>, Unreadable> {
    // One kind of line break, also within cells, so that rows can be counted as a spreadsheet shows them.
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    // An open quotation mark would swallow the rest of the file.
    if text.bytes().filter(|b| *b == b'"').count() % 2 == 1 {
        return Err(Unreadable::Quotes);
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(&text))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut lines, mut row, mut record) = (vec![], 0, csv::StringRecord::new());
    loop {
        let before = reader.position().line();
        if !reader.read_record(&mut record).map_err(|_| Unreadable::Encoding)? {
            return Ok(lines);
        }
        let broken: usize = record.iter().map(|cell| cell.matches('\n').count()).sum();
        // Lines that were passed over are rows, too.
        let read = reader.position().line().saturating_sub(before).saturating_sub(broken as u64);
        row += u32::try_from(read.max(1)).map_err(|_| Unreadable::Rows)?;
        if row > MAX_ROWS {
            return Err(Unreadable::Rows);
        }
        if record.len() > MAX_COLUMNS as usize {
            return Err(Unreadable::Columns);
        }
        lines.push(Line { row, cells: trimmed(record.iter().map(written).collect()) });
    }
}

/// A cell of a text file.
fn written(raw: &str) -> Cell {
    if raw.trim_start().starts_with(['=', '＝']) {
        return Cell::Wrong(CellFault::Formula);
    }
    text(raw)
}

/// A text as it was meant: the apostrophe that kept it from being run is taken away, breaks and runs of blanks are one
/// blank.
fn text(raw: &str) -> Cell {
    let raw = raw.strip_prefix('\'').filter(|rest| dangerous(rest)).unwrap_or(raw);
    if raw.chars().count() > MAX_CELL {
        return Cell::Wrong(CellFault::TooLong);
    }
    if raw.chars().any(deceptive) {
        return Cell::Wrong(CellFault::Hidden);
    }
    let words: Vec<&str> = raw.split_whitespace().collect();
    Cell::Text(words.join(" ").nfc().collect())
}

/// Without the empty cells at the right.
fn trimmed(mut cells: Vec<Cell>) -> Vec<Cell> {
    while cells.last().is_some_and(|cell| *cell == Cell::Text(String::new())) {
        cells.pop();
    }
    cells.shrink_to_fit();
    cells
}

/// Refuses an archive that unpacks to more than it may, whatever its directory says.
fn bounded(bytes: &[u8]) -> Result<(), Unreadable> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Workbook)?;
    let mut left = MAX_UNPACKED;
    for n in 0..archive.len() {
        let part = archive.by_index(n).map_err(|_| Unreadable::Workbook)?;
        let size = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|_| Unreadable::Workbook)?;
        left = left.checked_sub(size).ok_or(Unreadable::Bomb)?;
    }
    Ok(())
}

/// The first sheet that is seen. Cells are taken one by one: a sheet that claims a million empty rows costs nothing.
fn workbook(bytes: &[u8]) -> Result<Vec<Line>, Unreadable> {
    bounded(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Unreadable::Workbook)?;
    let seen = |sheet: &&Sheet| sheet.visible == SheetVisible::Visible;
    let name = book.sheets_metadata().iter().find(seen).map(|sheet| sheet.name.clone()).ok_or(Unreadable::Empty)?;
    let cells = book.worksheet_cells_reader(&name).map_err(|_| Unreadable::Workbook)?;
    sheet(cells)
}

fn sheet<R: Read + std::io::Seek>(mut cells: XlsxCellReader<'_, R>) -> Result<Vec<Line>, Unreadable> {
    let mut lines: Vec<Line> = vec![];
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|_| Unreadable::Workbook)? {
        let read = if cell.formula.is_some() { Cell::Wrong(CellFault::Formula) } else { value(&cell.value) };
        if read == Cell::Text(String::new()) {
            continue;
        }
        let (row, column) = cell.pos;
        if row >= MAX_ROWS {
            return Err(Unreadable::Rows);
        }
        if column >= MAX_COLUMNS {
            return Err(Unreadable::Columns);
        }
        if lines.last().is_none_or(|line| line.row != row + 1) {
            lines.push(Line { row: row + 1, cells: vec![] });
        }
        if let Some(line) = lines.last_mut() {
            line.cells.resize(line.cells.len().max(column as usize + 1), Cell::Text(String::new()));
            if let Some(place) = line.cells.get_mut(column as usize) {
                *place = read;
            }
        }
    }
    Ok(lines)
}

/// A cell of a workbook as the text that a person would have typed.
fn value(value: &DataRef<'_>) -> Cell {
    match value {
        DataRef::Empty => Cell::Text(String::new()),
        DataRef::String(raw) => text(raw),
        DataRef::SharedString(raw) => text(raw),
        DataRef::Bool(is) => Cell::Text(if *is { "是" } else { "否" }.to_owned()),
        DataRef::Int(n) => Cell::Text(n.to_string()),
        DataRef::Float(n) if n.abs() >= EXACT => Cell::Wrong(CellFault::LostDigits),
        DataRef::Float(n) => Cell::Text(n.to_string()),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            Cell::Text(format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::DateTimeIso(raw) | DataRef::DurationIso(raw) => text(raw),
        DataRef::Error(_) => Cell::Wrong(CellFault::ErrorValue),
    }
}
