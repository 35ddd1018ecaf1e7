//! The same figures in JSON, CSV and XLSX, to the letter; and the annual report.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use clinic_registry::store::entity::authority;
use serde_json::{Value, json};
use uuid::Uuid;

use super::asked;
use super::story::Story;
use crate::support;
use crate::support::actors::Answer;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The head and the lines of a CSV file.
fn lines(answer: &Answer) -> Vec<Vec<String>> {
    assert_eq!((answer.status, answer.header("content-type")), (200, "text/csv; charset=utf-8"), "{}", answer.text());
    let text = std::str::from_utf8(&answer.bytes).unwrap().strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    reader.records().map(|line| line.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The sheets of a workbook: name, and cells as words.
fn sheets(answer: &Answer) -> Vec<(String, Vec<Vec<String>>)> {
    assert_eq!((answer.status, answer.header("content-type")), (200, XLSX), "{}", answer.text());
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(&answer.bytes)).unwrap();
    let word = |cell: &Data| match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) => number.to_string(),
        other => panic!("{other:?} is neither a number nor words"),
    };
    let names = book.sheet_names();
    let mut sheets = vec![];
    for name in names {
        assert!(book.worksheet_formula(&name).unwrap().is_empty(), "{name} holds a formula");
        let range = book.worksheet_range(&name).unwrap();
        sheets.push((name, range.rows().map(|row| row.iter().map(word).collect()).collect()));
    }
    sheets
}

/// A figure of the JSON as lines of words.
fn expected(figure: &Value) -> Vec<Vec<String>> {
    let list = |value: &Value, name: &str| value[name].as_array().unwrap().clone();
    let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    let measures = list(figure, "measures");
    let head = list(figure, "headings").iter().map(|h| text(h, "title")).collect::<Vec<_>>();
    let head = head.into_iter().chain(measures.iter().map(|m| format!("{}（{}）", text(m, "title"), text(m, "unit"))));
    let row = |row: &Value| {
        let keys = list(row, "keys").iter().map(|key| text(key, "label")).collect::<Vec<_>>();
        let values = list(row, "values").into_iter().map(|value| value.as_f64().unwrap().to_string());
        keys.into_iter().chain(values).collect()
    };
    std::iter::once(head.collect()).chain(list(figure, "rows").iter().map(row)).collect()
}

#[test]
fn json_csv_and_xlsx_say_the_same_to_the_letter() {
    support::run(async {
        let story = Story::told().await;
        let officer = story.app.officer();
        let period = [("from", "2026-09"), ("to", "2026-11")];
        let report = asked(&officer, &period).await.expect(200);
        let ask = |operation: &str| {
            period.iter().fold(officer.call(operation), |call, (name, value)| call.query(name, value))
        };
        let book = ask("figure_xlsx").send().await;
        assert_eq!(book.header("content-disposition"), "attachment; filename=\"figures-371502-2026-09_2026-11.xlsx\"");
        let mut sheets = sheets(&book).into_iter();
        let (name, words) = sheets.next().unwrap();
        let as_of = report["as_of"].as_str().unwrap();
        assert_eq!((name.as_str(), &words[1][3]), ("说明", &"聊城经济技术开发区行政审批服务局".to_owned()));
        assert_eq!((words[2][3].as_str(), words[3][3].contains(as_of)), ("2026-09至2026-11", true), "{words:?}");
        let mut rows = 0;
        for (n, figure) in report["figures"].as_array().unwrap().iter().enumerate() {
            let (id, expected) = (figure["id"].as_str().unwrap(), expected(figure));
            rows += expected.len() - 1;
            assert_eq!(
                (words[n + 4][0].as_str(), &words[n + 4][3]),
                (id, &figure["counts"].as_str().unwrap().to_owned())
            );
            let (sheet, cells) = sheets.next().unwrap();
            assert!(sheet.starts_with(id), "{sheet}");
            assert_eq!(cells, expected, "{id} in the workbook");
            let file = ask("figure_csv").query("figure", id).send().await;
            let name = format!("attachment; filename=\"figures-{id}-371502-2026-09_2026-11.csv\"");
            assert_eq!(file.header("content-disposition"), name);
            let mut lines = lines(&file);
            let beside: Vec<Vec<String>> = lines.iter_mut().map(|line| line.split_off(line.len() - 2)).collect();
            assert_eq!(beside[0], ["统计期", "数据截至"]);
            assert!(beside.iter().skip(1).all(|line| line == &["2026-09至2026-11", as_of]));
            let number = |word: &String| word.parse::<f64>().map_or_else(|_| word.clone(), |n| n.to_string());
            let lines: Vec<Vec<String>> = lines.iter().map(|line| line.iter().map(number).collect()).collect();
            assert_eq!(lines, expected, "{id} as lines");
        }
        assert!(rows > 30, "there is something to compare: {rows}");
        assert!(sheets.next().is_none());
    });
}

#[test]
fn an_office_that_is_named_like_a_formula_is_only_a_name() {
    support::run(async {
        let story = Story::told().await;
        let name = "=cmd|' /C calc'!A0";
        let row = authority::Model {
            id: Uuid::now_v7(),
            name: name.into(),
            uscc: "91371500MA0000015E".into(),
            region: "371503".into(),
            phone: "0635-5550003".into(),
            created_at: story.app.app.clock.now(),
        };
        let tx = story.app.app.store.begin().await.unwrap();
        tx.add_authority(row).await.unwrap();
        tx.commit().await.unwrap();
        let admin = story.app.actor("admin");
        let file = admin.call("figure_csv").query("figure", "F-13").send().await;
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"figures-F-13-all-2026-01_2026-11.csv\"");
        let lines = lines(&file);
        assert_eq!(lines.iter().filter(|line| line[0] == format!("'{name}")).count(), 11, "a line for each month");
        let book = admin.call("figure_xlsx").query("figure", "F-13").send().await;
        let (_, cells) = &sheets(&book)[1];
        assert_eq!(cells.iter().filter(|row| row[0] == name).count(), 11, "a workbook's text never runs");
    });
}

#[test]
fn the_annual_report_is_a_table_too() {
    support::run(async {
        let story = Story::told().await;
        let officer = story.app.officer();
        let report = officer.call("report_annual").query("year", "2026").send().await.expect(200);
        let file = officer.call("report_annual_csv").query("year", "2026").send().await;
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"annual-report-371502-2026.csv\"");
        let lines = lines(&file);
        assert_eq!(lines[0], ["部分", "分组", "指标", "数值", "年度", "机关", "数据截至"]);
        let find = |part: &str, group: &str, what: &str| {
            let line = lines.iter().find(|line| line[0] == part && line[1] == group && line[2] == what);
            line.unwrap_or_else(|| panic!("no {part} {group} {what}"))[3].clone()
        };
        assert_eq!(
            report["filings"][0],
            json!({ "kind": "establishment", "received": 4, "issued": 2, "withdrawn": 1 })
        );
        assert_eq!(find("办件", "设置备案", "收件（件）"), "4");
        assert_eq!(find("办件", "设置备案", "签发（件）"), "2");
        assert_eq!(find("诊所", "口腔诊所，有效", "诊所（家）"), "1");
        assert_eq!(find("决定", "责令暂停互联网诊疗", "决定（件）"), "1");
        let book = officer.call("report_annual_xlsx").query("year", "2026").send().await;
        assert_eq!(book.header("content-disposition"), "attachment; filename=\"annual-report-371502-2026.xlsx\"");
        let sheets = sheets(&book);
        let names: Vec<_> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["说明", "办件", "诊所", "公告", "核查", "决定"]);
        assert_eq!(sheets[1].1[1], ["设置备案", "4", "2", "1"]);
        // Every number of the workbook stands in a line of its own.
        let numbers: usize = sheets[1..]
            .iter()
            .map(|(_, rows)| rows[1..].iter().flatten().filter(|c| c.parse::<f64>().is_ok()).count())
            .sum();
        assert_eq!(lines.len() - 1, numbers);
        for operation in ["report_annual_csv", "report_annual_xlsx"] {
            officer.call(operation).query("year", "2016").send().await.problem(422, "request.invalid");
        }
    });
}
