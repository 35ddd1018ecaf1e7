//! Files as offices make them.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::filing_number::{FilingNumber, provisional_body};
use clinic_registry::domain::import::Entry;
use clinic_registry::domain::import::columns::{COLUMNS, Of};
use clinic_registry::domain::{issuance, samples};
use clinic_registry::spreadsheet::write::Cell;
use clinic_registry::usecase::imports;
use rust_xlsxwriter::{Format, Workbook};

/// A sheet: a text for each column of each row.
pub struct Sheet {
    pub titles: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

/// A clinic of the samples as an office has it, filed on 2024-05-20.
pub fn entry(clinic_type: ClinicType, seq: u32, today: NaiveDate) -> Entry {
    let dossier = samples::sample(clinic_type, seq, today);
    let (division, economic, category, management) = issuance::number_attributes(&dossier).unwrap();
    let body = provisional_body(seq).unwrap();
    let number = FilingNumber::compose(&body, division, economic, category, management).unwrap();
    Entry { number: number.to_string(), filed_on: "2024-05-20".parse().ok(), dossier, ..Entry::default() }
}

/// The rows of an entry.
pub fn rows(group: &str, entry: &Entry) -> Vec<Vec<String>> {
    let text = |cell: Cell| match cell {
        Cell::Text(text) => text,
        Cell::Empty => String::new(),
        other => panic!("{other:?}"),
    };
    imports::rows(group, entry).into_iter().map(|row| row.into_iter().map(text).collect()).collect()
}

/// A clinic in two rows: the clinic, and its one member of staff.
pub fn clinic(clinic_type: ClinicType, seq: u32, today: NaiveDate) -> Vec<Vec<String>> {
    let whole = rows(&format!("G{seq}"), &entry(clinic_type, seq, today)).remove(0);
    let part = |of: Of| {
        let cells = whole.iter().zip(COLUMNS);
        let kept =
            cells.map(|(cell, column)| if [Of::Group, of].contains(&column.of) { cell.clone() } else { String::new() });
        kept.collect::<Vec<_>>()
    };
    vec![part(Of::Clinic), part(Of::Person)]
}

/// Where a column stands.
pub fn at(title: &str) -> usize {
    COLUMNS.iter().position(|column| column.title == title).unwrap_or_else(|| panic!("no column {title}"))
}

impl Sheet {
    pub fn of(rows: Vec<Vec<String>>) -> Self {
        Self { titles: COLUMNS.iter().map(|column| column.title.to_owned()).collect(), rows }
    }

    /// CSV in UTF-8, as it is.
    pub fn csv(&self) -> Vec<u8> {
        self.separated(b',')
    }

    pub fn separated(&self, delimiter: u8) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(vec![]);
        writer.write_record(&self.titles).unwrap();
        for row in &self.rows {
            writer.write_record(row).unwrap();
        }
        writer.into_inner().unwrap()
    }

    /// As Excel saves CSV in China.
    pub fn gb18030(&self) -> Vec<u8> {
        let text = String::from_utf8(self.csv()).unwrap();
        let (bytes, _, broken) = encoding_rs::GB18030.encode(&text);
        assert!(!broken);
        bytes.into_owned()
    }

    /// A workbook as people make them: days and short numbers are numbers, what begins with `=` is a formula, and a number
    /// written with an exponent has lost its digits.
    pub fn xlsx(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("诊所").unwrap();
        let day = Format::new().set_num_format("yyyy/m/d");
        for (column, title) in (0u16..).zip(&self.titles) {
            sheet.write_string(0, column, title).unwrap();
        }
        let epoch = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();
        for (down, row) in (1u32..).zip(&self.rows) {
            for (column, text) in (0u16..).zip(row) {
                if text.is_empty() {
                    continue;
                }
                let date = text.parse::<NaiveDate>().ok();
                let done = if text.starts_with('=') {
                    sheet.write_formula(down, column, text.as_str())
                } else if text.contains("E+") {
                    sheet.write_number(down, column, text.parse::<f64>().unwrap())
                } else if let Some(date) = date {
                    sheet.write_number_with_format(down, column, (date - epoch).num_days() as f64, &day)
                } else if text.len() <= 6 && text.parse::<u32>().is_ok_and(|n| n.to_string() == *text) {
                    sheet.write_number(down, column, text.parse::<f64>().unwrap())
                } else {
                    sheet.write_string(down, column, text)
                };
                done.unwrap();
            }
        }
        book.save_to_buffer().unwrap()
    }

    /// Writes into a cell of a row, counted as the spreadsheet does.
    pub fn set(&mut self, row: u32, title: &str, text: impl Into<String>) {
        self.rows[row as usize - 2][at(title)] = text.into();
    }

    pub fn get(&self, row: u32, title: &str) -> &str {
        &self.rows[row as usize - 2][at(title)]
    }
}

/// How often each column is named.
pub fn by_column(defects: &[(u32, String)]) -> BTreeMap<&str, usize> {
    let mut counted = BTreeMap::new();
    for (_, column) in defects {
        *counted.entry(column.as_str()).or_default() += 1;
    }
    counted
}
