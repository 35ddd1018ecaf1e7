//! CSV, JSON Lines and workbooks of the register.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use clinic_registry::domain::dossier::ClinicType;
use clinic_registry::domain::standing::ClinicAct;
use clinic_registry::store::entity::clinic;
use clinic_registry::usecase::exports::STREAMS;
use clinic_registry::usecase::issuance;
use serde_json::{Value, json};
use uuid::Uuid;

use super::lines;
use crate::public;
use crate::support;
use crate::support::actors::Answer;
use crate::support::app::TestApp;
use crate::support::contract;

/// Enters `count` copies of an issued clinic under names and numbers of their own, as the register keeps them.
async fn filled(app: &TestApp, count: usize, name: impl Fn(usize) -> String) -> Vec<String> {
    let issued = app.issued(&app.dossier(ClinicType::General)).await;
    let model = app.app.store.clinic_by_number(issued["clinic"].as_str().unwrap()).await.unwrap();
    let tx = app.app.store.begin().await.unwrap();
    let mut numbers = vec![model.number.clone()];
    for n in 0..count {
        let number = format!("T{n:08}37150217D2112");
        let mut record = model.record.clone();
        record.number.clone_from(&number);
        record.name = name(n);
        let row = clinic::Model {
            id: Uuid::now_v7(),
            number: number.clone(),
            name: record.name.clone(),
            record,
            ..model.clone()
        };
        // Found by the filters that the tests ask for.
        let terms = issuance::search_terms(&row.record, &row).into_iter().filter(|term| term.contains(':'));
        let terms: Vec<_> = terms.filter(|term| term.len() > 3).take(40).collect();
        let id = row.id;
        tx.add_clinic(row).await.unwrap();
        tx.index_clinic(id, terms).await.unwrap();
        numbers.push(number);
    }
    tx.commit().await.unwrap();
    numbers
}

async fn export(app: &TestApp, format: &str, more: &[(&str, &str)]) -> Answer {
    let call = app.anonymous().call("clinic_export").query("format", format);
    more.iter().fold(call, |call, (name, value)| call.query(name, value)).send().await
}

/// The rows of a CSV file by the first column, each by title.
fn table(answer: &Answer) -> BTreeMap<String, BTreeMap<String, String>> {
    let bytes = answer.bytes.strip_prefix(b"\xef\xbb\xbf").expect("a byte order mark for Excel");
    let mut reader = csv::Reader::from_reader(bytes);
    let titles: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let row = |record: csv::StringRecord| {
        let cells = titles.iter().cloned().zip(record.iter().map(str::to_owned));
        (record[0].to_owned(), cells.collect())
    };
    reader.records().map(|record| row(record.unwrap())).collect()
}

/// Names that spreadsheets, readers of CSV or databases could trip over.
const HOSTILE: &[&str] = &[
    "=cmd|' /C calc'!A0诊所",
    "+1+1诊所",
    "-2+3诊所",
    "@SUM(A1)诊所",
    "＝1＋1诊所",
    "\"引号\"诊所",
    "逗号,分号;诊所",
    "两\n行诊所",
    "两\r\n行诊所",
    "𠮷野家𡈽诊所",
    "'撇号诊所",
    "\tTab诊所",
    "{{7*7}}<script>诊所",
];

#[test]
fn what_a_spreadsheet_might_run_is_kept_from_it_and_every_character_arrives() {
    support::run(async {
        let app = TestApp::start().await;
        let numbers = filled(&app, HOSTILE.len(), |n| HOSTILE[n].to_owned()).await;
        let answer = export(&app, "csv", &[]).await;
        assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
        let rows = table(&answer);
        assert_eq!(rows.len(), numbers.len());
        let workbook = export(&app, "xlsx", &[]).await;
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(workbook.bytes)).unwrap();
        let sheet = book.worksheet_range("诊所").unwrap();
        let formulas = book.worksheet_formula("诊所").unwrap();
        assert!(formulas.used_cells().all(|(_, _, formula)| formula.is_empty()), "no cell is a formula");
        let in_book: BTreeMap<String, Data> =
            sheet.rows().skip(1).map(|row| (row[0].to_string(), row[1].clone())).collect();
        let (_, json, _) = lines(&export(&app, "jsonl", &[]).await, "clinic");
        let in_json: BTreeMap<&str, &Value> =
            json.iter().map(|row| (row["number"].as_str().unwrap(), &row["record"]["name"])).collect();
        for (n, name) in HOSTILE.iter().enumerate() {
            let number = numbers[n + 1].as_str();
            let cell = &rows[number]["诊所名称"];
            let first = cell.chars().next().unwrap();
            assert!(!"=+-@\t\r\n＝＋－＠".contains(first), "{cell:?}");
            let read = if cell.len() > name.len() { cell.strip_prefix('\'').unwrap() } else { cell };
            // Within a cell a line break is one, as spreadsheets write it.
            assert_eq!(read.replace("\r\n", "\n"), name.replace("\r\n", "\n"));
            assert_eq!(in_json[number], name);
            let Data::String(text) = &in_book[number] else { panic!("{:?} is no text", in_book[number]) };
            assert_eq!(text.replace("\r\n", "\n"), name.replace("\r\n", "\n"));
        }
    });
}

#[test]
fn a_line_is_a_clinic_of_the_contract_and_every_format_says_the_same() {
    support::run(async {
        let app = TestApp::start().await;
        let filed = public::filed_with_telemedicine(&app).await;
        let closed = public::filed(&app).await;
        public::happen(&app, &closed.number, ClinicAct::Close, |_| ()).await;
        let answer = export(&app, "jsonl", &[]).await;
        assert_eq!(answer.header("data-as-of"), "2026-11-23T02:00:00.000000Z");
        assert_eq!(answer.header("content-disposition"), "attachment; filename=\"clinics-20261123T020000Z.jsonl\"");
        let (head, rows, end) = lines(&answer, "clinic");
        assert_eq!((&head["as_of"], &end["as_of"]), (&json!("2026-11-23T02:00:00.000000Z"), &head["as_of"]));
        assert_eq!(rows.len(), 2);
        let csv = table(&export(&app, "csv", &[]).await);
        for row in &rows {
            assert_eq!(contract::defects(&json!({ "$ref": "#/components/schemas/Clinic" }), row), Vec::<String>::new());
            let mut view = app.anonymous().registered(row["number"].as_str().unwrap()).await;
            // What takes a look at the history of each is left out.
            view["announcements"] = json!([]);
            view.as_object_mut().unwrap().remove("cause");
            assert_eq!(row, &view);
            let line = &csv[row["number"].as_str().unwrap()];
            assert_eq!(line["诊所名称"], row["record"]["name"].as_str().unwrap());
            assert_eq!(line["证照标识"], row["record"]["licence_identifier"].as_str().unwrap());
            assert_eq!(line["首次备案日期"], "2026-11-23");
        }
        assert_eq!(
            (csv[&filed.number]["互联网诊疗"].as_str(), csv[&filed.number]["状态"].as_str()),
            ("已备案", "有效")
        );
        assert_eq!(csv[&closed.number]["状态"], "已注销");
        let of = async |parameters: &[(&str, &str)]| {
            let (head, rows, _) = lines(&export(&app, "jsonl", parameters).await, "clinic");
            assert_eq!(head["asked"].as_object().unwrap().len(), parameters.len());
            rows.iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let ours = app.authority.to_string();
        let other = app.other_authority.to_string();
        assert_eq!(of(&[("state", "cancelled")]).await, [closed.number.as_str()]);
        assert_eq!(of(&[("telemedicine", "true")]).await, [filed.number.as_str()]);
        assert_eq!(of(&[("division", "371502"), ("clinic_type", "general")]).await.len(), 2);
        assert_eq!(of(&[("authority_id", &ours), ("service_mode", "telemedicine")]).await, [filed.number.as_str()]);
        assert_eq!(of(&[("authority_id", &other)]).await, Vec::<String>::new());
        for (name, value) in [("division", "37"), ("state", "gone"), ("authority_id", "x"), ("format", "pdf")] {
            let mut call = app.anonymous().call("clinic_export");
            if name != "format" {
                call = call.query("format", "csv");
            }
            let problem = call.query(name, value).send().await.problem(422, "request.invalid");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"));
        }
    });
}

#[test]
fn three_thousand_clinics_arrive_once_each_while_others_write() {
    support::run(async {
        let app = TestApp::start().await;
        let mut expected = filled(&app, 3_000, |n| format!("第{n}号诊所")).await;
        expected.sort();
        let nobody = app.anonymous();
        let address = format!("{}/api/v1/exports/clinics?format=jsonl", nobody.base);
        let mut response = nobody.http.get(address).send().await.unwrap();
        let mut bytes = response.chunk().await.unwrap().unwrap().to_vec();
        assert!(bytes.len() < 2_000_000, "the beginning comes before the end is read");
        // Clinics come, go and change while the reader takes its time.
        let new = public::filed(&app).await.number;
        public::happen(&app, &expected[0], ClinicAct::Close, |_| ()).await;
        public::happen(&app, &expected[2_999], ClinicAct::Close, |_| ()).await;
        while let Some(chunk) = response.chunk().await.unwrap() {
            bytes.extend_from_slice(&chunk);
        }
        let answer = Answer {
            request: "clinic_export".into(),
            status: 200,
            headers: response.headers().clone(),
            bytes,
            json: Value::Null,
        };
        let (_, rows, _) = lines(&answer, "clinic");
        let mut seen: Vec<_> = rows.iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect();
        seen.sort();
        assert_eq!(seen, expected, "of one moment: every row once");
        assert!(!seen.contains(&new));
        assert!(rows.iter().all(|row| row["state"] == "active"), "as they stood in that moment");
        let (_, later, _) = lines(&export(&app, "jsonl", &[]).await, "clinic");
        assert_eq!(later.len(), expected.len() + 1);
        assert_eq!(later.iter().filter(|row| row["state"] == "cancelled").count(), 2);
    });
}

#[test]
fn who_goes_away_ends_the_query_and_too_many_are_told_to_wait() {
    support::run(async {
        let app = TestApp::start().await;
        filled(&app, 3_000, |n| format!("第{n}号诊所，名称长一些，好让缓冲区装不下所有的行")).await;
        let nobody = app.anonymous();
        let address = format!("{}/api/v1/exports/clinics?format=jsonl", nobody.base);
        let mut open = vec![];
        for _ in 0..STREAMS {
            let mut response = nobody.http.get(&address).send().await.unwrap();
            response.chunk().await.unwrap().unwrap();
            open.push(response);
        }
        drop(open);
        support::until("the views are closed", async || app.app.exports.available_permits() == STREAMS).await;
        // As many as there may be are open: the next one is told to come again.
        let all = u32::try_from(STREAMS).unwrap();
        let held = app.app.exports.clone().acquire_many_owned(all).await.unwrap();
        export(&app, "csv", &[]).await.problem(503, "service.unavailable");
        drop(held);
        assert_eq!(export(&app, "csv", &[]).await.status, 200);
    });
}
