//! What offices send is read as they meant it, or refused with words.

use std::io::Write;

use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::import::{Cell, CellFault};
use clinic_registry::spreadsheet::read::{Contents, Unreadable, read};
use clinic_registry::spreadsheet::write::{self, csv_line};
use rust_xlsxwriter::Workbook;

use super::file::{Sheet, at, clinic};
use super::{defects_of, upload};
use crate::support;
use crate::support::app::TestApp;

/// Rows and texts of a table; a fault in brackets.
fn texts(contents: &Contents) -> Vec<(u32, Vec<String>)> {
    let text = |cell: &Cell| match cell {
        Cell::Text(text) => text.clone(),
        Cell::Wrong(fault) => format!("[{fault:?}]"),
    };
    let lines = std::iter::once(&contents.titles).chain(&contents.lines);
    lines.map(|line| (line.row, line.cells.iter().map(text).collect())).collect()
}

fn row(n: u32, cells: &[&str]) -> (u32, Vec<String>) {
    (n, cells.iter().map(|cell| (*cell).to_owned()).collect())
}

#[test]
fn every_encoding_and_separator_reads_alike() {
    let text = "编号,名称\r\n1,龚氏㛃诊所\r\n";
    let expected = vec![row(1, &["编号", "名称"]), row(2, &["1", "龚氏㛃诊所"])];
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    let bom = [write::BOM, text.as_bytes()].concat();
    let others =
        [text.replace(',', ";"), text.replace(',', "\t"), text.replace("\r\n", "\n"), text.replace("\r\n", "\r")];
    let files = [text.as_bytes().to_vec(), utf16, gb, bom].into_iter().chain(others.map(String::into_bytes));
    for bytes in files {
        assert_eq!(texts(&read(&bytes).unwrap()), expected, "{bytes:?}");
    }
}

#[test]
fn rows_are_counted_as_the_spreadsheet_shows_them() {
    let text = "编号,名称\n\n1,\"上\n下\"\n,,\n\n2,乙\n=1+1,'=甲\n'-5,''b";
    let expected = [
        row(1, &["编号", "名称"]),
        row(3, &["1", "上 下"]),
        row(6, &["2", "乙"]),
        row(7, &["[Formula]", "=甲"]),
        row(8, &["-5", "'b"]),
    ];
    assert_eq!(texts(&read(text.as_bytes()).unwrap()), expected);
}

#[test]
fn what_the_writer_kept_from_running_comes_back() {
    for text in ["=1+1", "+86", "-5", "@x", "'a", "''b", "＝甲", "甲", "a,b", "\"q\""] {
        let line = csv_line(&[write::Cell::text("编号"), write::Cell::text(text)]).unwrap();
        let read = read(&line).unwrap();
        assert_eq!(texts(&read), [row(1, &["编号", text])]);
    }
}

#[test]
fn a_workbook_is_read_as_typed() {
    let mut book = Workbook::new();
    let hidden = book.add_worksheet().set_name("旧").unwrap();
    hidden.write_string(0, 0, "别处").unwrap();
    hidden.set_hidden(true);
    let sheet = book.add_worksheet().set_active(true);
    sheet.write_string(0, 0, "编号").unwrap().write_string(0, 3, "日期").unwrap();
    let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    sheet.write_number(2, 0, 252_000.0).unwrap().write_number(2, 1, 86.4).unwrap();
    sheet.write_number(2, 2, 371_502_199_001_011_234.0).unwrap();
    sheet.write_number_with_format(2, 3, 45_434.0, &day).unwrap();
    sheet.write_boolean(2, 4, true).unwrap().write_formula(2, 5, "=A1").unwrap().write_string(2, 6, "'=甲").unwrap();
    sheet.merge_range(4, 0, 6, 0, "合并", &day).unwrap();
    sheet.write_string(5, 1, "下一行").unwrap();
    let contents = read(&book.save_to_buffer().unwrap()).unwrap();
    let expected = [
        row(1, &["编号", "", "", "日期"]),
        row(3, &["252000", "86.4", "[LostDigits]", "2024-05-22", "是", "[Formula]", "=甲"]),
        row(5, &["合并"]),
        row(6, &["", "下一行"]),
    ];
    assert_eq!(texts(&contents), expected);
}

#[test]
fn what_is_too_much_is_refused_early() {
    let mut far = Workbook::new();
    far.add_worksheet().write_string(1_048_575, 0, "底").unwrap();
    assert_eq!(read(&far.save_to_buffer().unwrap()), Err(Unreadable::Rows));
    let mut wide = Workbook::new();
    wide.add_worksheet().write_string(0, 16_383, "边").unwrap();
    assert_eq!(read(&wide.save_to_buffer().unwrap()), Err(Unreadable::Columns));
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(vec![]));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    archive.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let zeros = vec![0; 1024 * 1024];
    for _ in 0..300 {
        archive.write_all(&zeros).unwrap();
    }
    let bomb = archive.finish().unwrap().into_inner();
    assert!(bomb.len() < 2 * 1024 * 1024);
    assert_eq!(read(&bomb), Err(Unreadable::Bomb));
    assert_eq!(read("a\n".repeat(100_001).as_bytes()), Err(Unreadable::Rows));
    assert_eq!(read(",".repeat(200).as_bytes()).unwrap_err(), Unreadable::Columns);
    assert_eq!(read(&vec![b'a'; 20 * 1024 * 1024 + 1]), Err(Unreadable::TooLarge));
    assert_eq!(read(b""), Err(Unreadable::Empty));
    assert_eq!(read(b"a,\"b\nc\n"), Err(Unreadable::Quotes));
    assert_eq!(read(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1]), Err(Unreadable::OldWorkbook));
    assert_eq!(read(b"PK\x03\x04 no archive"), Err(Unreadable::Workbook));
    assert_eq!(read(&[0x89, b'P', b'N', b'G', 0xFF, 0xFF]), Err(Unreadable::Encoding));
    let long = format!("编号\n{}\n", "长".repeat(2_001));
    assert_eq!(read(long.as_bytes()).unwrap().lines[0].fault(0), Some(CellFault::TooLong));
}

#[test]
fn a_file_that_is_not_by_the_template_is_told_every_column() {
    support::run(async {
        let app = TestApp::start().await;
        let mut sheet = Sheet::of(clinic(ClinicType::General, 1, app.app.clock.today()));
        sheet.titles[at("诊所名称")] = "名字".into();
        sheet.titles[at("邮政编码")] = "经度".into();
        let problem = upload(&app.officer(), "a.csv", sheet.csv()).await.problem(422, "request.invalid");
        let words: Vec<_> =
            problem["errors"].as_array().unwrap().iter().map(|e| e["detail"].as_str().unwrap()).collect();
        assert_eq!(words.len(), 3, "{words:?}");
        for part in ["不认识的列“名字”", "“经度”列出现两次", "缺少必填列“诊所名称”"]
        {
            assert!(words.iter().any(|words| words.contains(part)), "{part}: {words:?}");
        }
        for (bytes, part) in [(&b""[..], "没有内容"), (b"\x89PNG\xff\xff", "编码"), (b"PK\x03\x04", "工作簿")]
        {
            let problem = upload(&app.officer(), "a.csv", bytes.to_vec()).await.problem(422, "request.invalid");
            assert!(problem["errors"][0]["detail"].as_str().unwrap().contains(part), "{problem}");
        }
    });
}

#[test]
fn the_template_is_a_file_that_can_be_imported() {
    support::run(async {
        let app = TestApp::start().await;
        for format in ["csv", "xlsx"] {
            let officer = app.officer();
            let template = officer.call("import_template").query("format", format).send().await;
            assert_eq!(template.status, 200);
            let contents = read(&template.bytes).unwrap();
            assert!(contents.titles.text(at("诊所名称")).starts_with("诊所名称*"));
            // As it is, it holds examples alone.
            let problem = upload(&officer, "模板", template.bytes).await.problem(422, "request.invalid");
            assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("没有诊所"), "{problem}");
            // As clinics of the office they are in order.
            let mut sheet = Sheet::of(texts(&contents).into_iter().skip(1).map(|(_, cells)| cells).collect());
            for row in &mut sheet.rows {
                // The reader leaves empty cells at the end away.
                row.resize(sheet.titles.len(), String::new());
                row[0] = row[0].replace("示例", "第");
            }
            assert!(sheet.rows.len() >= 2);
            let import = upload(&officer, "a.csv", sheet.csv()).await.expect(201);
            assert_eq!(import["defective"], 0, "{:#?}", defects_of(&officer, &import).await);
        }
    });
}
