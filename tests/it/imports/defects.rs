//! Every defect is found, once, where it is.

use std::collections::BTreeSet;

use clinic_registry::domain::dossier::ClinicType;
use serde_json::{Value, json};

use super::file::{Sheet, by_column, clinic};
use super::{defects_of, entered, upload, view};
use crate::support;
use crate::support::app::TestApp;

/// Plants one defect in the clinic whose first row this is; answers the row and column where it must be found. `spare` is a
/// clinic of the register.
type Plant = fn(&mut Sheet, u32, &Spare) -> (u32, &'static str);

/// What the register has already.
struct Spare {
    number: String,
    uscc: String,
}

/// The last character of an ID number or code, made wrong.
fn spoilt(text: &str) -> String {
    let last = if text.ends_with('1') { '2' } else { '1' };
    format!("{}{last}", &text[..text.len() - 1])
}

macro_rules! plants {
    ($($title:literal $(+$below:literal)? = |$sheet:ident, $row:ident, $spare:ident| $text:expr;)+) => {
        /// Cells that are written over, by what is wrong with them.
        const PLANTS: &[Plant] = &[$(|$sheet, first, $spare| {
            let $row = first $(+ $below)?;
            let _ = $spare;
            let text = $text;
            $sheet.set($row, $title, text);
            ($row, $title)
        }),+];
    };
}

plants! {
    "备案编号" = |s, row, _x| s.get(row, "备案编号")[..21].to_owned();
    "备案编号" = |s, row, _x| s.get(row, "备案编号").replace("371502", "379999");
    "备案编号" = |s, row, _x| s.get(row, "备案编号").replace("D211", "D215");
    "备案编号" = |s, row, _x| s.get(2, "备案编号").to_owned();
    "备案编号" = |s, row, _x| "";
    "统一社会信用代码" = |s, row, x| spoilt(&x.uscc);
    "统一社会信用代码" = |s, row, x| x.uscc.clone();
    "负责人身份证号码" = |s, row, _x| spoilt(s.get(row, "负责人身份证号码"));
    "负责人身份证号码" = |s, row, _x| "3.71502E+17";
    "设置人身份证号码" = |s, row, _x| spoilt(s.get(row, "设置人身份证号码"));
    "设置人身份证号码" = |s, row, _x| "";
    "人员身份证号码" + 1 = |s, row, _x| spoilt(s.get(row, "人员身份证号码"));
    "人员身份证号码" + 1 = |s, row, _x| "";
    "岗位" + 1 = |s, row, _x| "";
    "岗位" + 1 = |s, row, _x| "保洁";
    "专职" + 1 = |s, row, _x| "也许";
    "诊所名称" = |s, row, _x| "";
    "诊所名称" = |s, row, _x| "😀诊所";
    "诊所名称" + 1 = |s, row, _x| "另一家诊所";
    "首次备案日期" = |s, row, _x| "";
    "首次备案日期" = |s, row, _x| "2030-01-01";
    "首次备案日期" = |s, row, _x| "1949-09-30";
    "凭证版本" = |s, row, _x| "0";
    "联系电话" = |s, row, _x| "没有电话";
    "负责人手机" = |s, row, _x| "12345";
    "原凭证签发日期" = |s, row, _x| "2024-13-40";
    "原凭证签发日期" = |s, row, _x| "2024-05-19";
    "诊所类别" = |s, row, _x| "综合门诊部";
    "街道" = |s, row, _x| "某某街道";
    "街道" = |s, row, _x| "371502001";
    "行政区划代码" = |s, row, _x| "37150200";
    "诊疗科目" = |s, row, _x| "99.99";
    "床位" = |s, row, _x| "3";
    "所有制形式" = |s, row, _x| "99";
    "经营性质" = |s, row, _x| "赢利";
    "服务方式" = |s, row, _x| "门诊、上门";
    "互联网诊疗起始日期" = |s, row, _x| { s.set(row, "服务方式", "门诊、互联网诊疗"); "" };
    "服务方式" = |s, row, _x| { s.set(row, "合作第三方", "某公司"); "门诊" };
    "联系电话" = |s, row, _x| "0635-5550001，0635-5550002";
    "负责人学历" = |s, row, _x| "=A1";
    "负责人执业证书编码" = |s, row, _x| s.get(row, "负责人执业证书编码")[..14].to_owned();
    "详细地址" = |s, row, _x| "黄河路\u{200B}1号";
    "详细地址" = |s, row, _x| "路".repeat(2001);
    "详细地址" + 1 = |s, row, _x| "别处1号";
    "凭证版本" = |s, row, _x| "第一版";
    "经度" = |s, row, _x| "200.5";
    "邮政编码" = |s, row, _x| "25200";
    "组号" = |s, row, _x| { let first = s.get(2, "组号").to_owned(); s.set(row + 1, "组号", first.clone()); first };
}

/// The plants that cannot be written as one cell of a fresh clinic.
fn same_person_twice(sheet: &mut Sheet, row: u32) -> (u32, &'static str) {
    for title in ["人员姓名", "人员身份证号码", "岗位"] {
        let text = sheet.get(row + 1, title).to_owned();
        sheet.set(row, title, text);
    }
    (row + 1, "人员身份证号码")
}

const CLINICS: u32 = 2_500;
const DEFECTS: u32 = 500;

/// 5,000 rows, with 500 defects of every kind in clinics that are right otherwise.
fn planted(app: &TestApp, spare: &Spare) -> (Sheet, BTreeSet<(u32, String)>) {
    let today = app.app.clock.today();
    let clinics = (1..=CLINICS).flat_map(|seq| clinic(ClinicType::General, 100 + seq, today));
    let mut sheet = Sheet::of(clinics.collect());
    let step = CLINICS / DEFECTS;
    let mut planted = BTreeSet::new();
    for n in 0..DEFECTS {
        // Not the first clinic: others are compared with it.
        let row = 2 + 2 * (n * step + 3);
        let which = n as usize % (PLANTS.len() + 3);
        let (row, column) = match PLANTS.get(which) {
            Some(plant) => plant(&mut sheet, row, spare),
            None if which == PLANTS.len() => same_person_twice(&mut sheet, row),
            None if which == PLANTS.len() + 1 => {
                sheet.set(row, "备案编号", spare.number.clone());
                // Every further use of it is a repetition, too: one is enough.
                if n as usize > PLANTS.len() + 3 {
                    sheet.set(row, "备案编号", "");
                }
                (row, "备案编号")
            }
            None => {
                sheet.set(row, "诊所类别", "中医诊所");
                sheet.set(row, "诊疗科目", "12");
                let number = sheet.get(row, "备案编号").replace("D211", "D212");
                sheet.set(row, "备案编号", number);
                (row, "诊疗科目")
            }
        };
        planted.insert((row, column.to_owned()));
    }
    assert_eq!(planted.len(), DEFECTS as usize);
    (sheet, planted)
}

fn places(defects: &[Value]) -> Vec<(u32, String)> {
    let errors = defects.iter().filter(|defect| defect["blocks"] == true);
    let place =
        |d: &Value| (u32::try_from(d["row"].as_u64().unwrap()).unwrap(), d["column"].as_str().unwrap().to_owned());
    errors.map(place).collect()
}

#[test]
fn five_thousand_rows_with_five_hundred_defects_tell_all_five_hundred() {
    support::run(async {
        let app = TestApp::start().await;
        let today = app.app.clock.today();
        // What is in the register before: a company's clinic.
        let before = Sheet::of(clinic(ClinicType::Cosmetic, 1, today));
        let spare = Spare {
            number: before.get(2, "备案编号").replace("D216", "D211"),
            uscc: before.get(2, "统一社会信用代码").to_owned(),
        };
        assert_eq!(entered(&app, before.csv()).await["entered"], 1);
        // The number that is taken must fit the clinic that claims it.
        let mut taken = Sheet::of(clinic(ClinicType::General, 1, today));
        taken.set(2, "备案编号", spare.number.clone());
        assert_eq!(entered(&app, taken.csv()).await["entered"], 1);

        let (sheet, mut planted) = planted(&app, &spare);
        // Rows of one group that stand apart are told at both places.
        planted.insert((2, "组号".to_owned()));
        // So are two groups of one number: which of them holds, nobody can tell.
        planted.insert((2, "备案编号".to_owned()));
        assert_eq!(sheet.rows.len(), 5_000);
        // The credit code of the register repeats within the file from its second use on: those are no further plants.
        for (name, bytes) in [("存量.csv", sheet.gb18030()), ("存量.xlsx", sheet.xlsx())] {
            let import = upload(&app.officer(), name, bytes).await.expect(201);
            let defects = defects_of(&app.officer(), &import).await;
            let mut found = places(&defects);
            found.sort();
            let unique: BTreeSet<_> = found.iter().cloned().collect();
            let missed: Vec<_> = planted.difference(&unique).collect();
            let invented: Vec<_> = unique.difference(&planted).collect();
            assert!(missed.is_empty() && invented.is_empty(), "{name}: missed {missed:?}, invented {invented:?}");
            let repeated: Vec<_> =
                found.chunk_by(|a, b| a == b).filter(|same| same.len() > 1).map(|same| &same[0].1).collect();
            assert!(repeated.iter().all(|column| *column == "统一社会信用代码"), "{name}: told twice {repeated:?}");
            assert_eq!(unique.len(), DEFECTS as usize + 2);
            assert!(by_column(&found).len() >= 20);
            assert_eq!((&import["rows"], &import["groups"]), (&json!(5_000), &json!(CLINICS)));
            // Each stands in a clinic of its own.
            assert_eq!(import["defective"], json!(DEFECTS + 1), "{name}");
            for defect in &defects {
                let words = (defect["message"].as_str().unwrap(), defect["message_en"].as_str().unwrap());
                assert!(words.0.chars().count() > 3 && words.1.len() > 5, "{defect}");
            }
            assert_eq!(view(&app.officer(), &import).await["stage"], "checked");
        }
        // What is personal is masked, and the file of defects holds no formula.
        let import = app.officer().call("import_list").send().await.expect(200)["items"][0].clone();
        let file = app.officer().call("import_defect_file").path("import_id", import["id"].as_str().unwrap());
        let file = file.query("format", "csv").send().await;
        assert_eq!(file.status, 200);
        let text = file.text();
        assert!(text.lines().count() > 500 && text.contains("371502********"), "{}", &text[..2_000]);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        for cell in reader.records().flat_map(|record| record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
    });
}

#[test]
fn defective_clinics_are_left_out_when_the_office_says_so() {
    support::run(async {
        let app = TestApp::start().await;
        let today = app.app.clock.today();
        let mut sheet = Sheet::of((1..=3).flat_map(|seq| clinic(ClinicType::General, seq, today)).collect());
        sheet.set(4, "诊所名称", "");
        let import = upload(&app.officer(), "a.csv", sheet.csv()).await.expect(201);
        assert_eq!((&import["groups"], &import["defective"], &import["waiting"]), (&json!(3), &json!(1), &json!(2)));
        super::act(&app.approver(), &import, json!({ "action": "approve" })).await.problem(409, "import.defective");
        let step = json!({ "action": "approve", "only_if_clean": false });
        super::act(&app.approver(), &import, step).await.expect(200);
        app.worked().await;
        let done = view(&app.officer(), &import).await;
        assert_eq!((&done["stage"], &done["entered"], &done["defective"]), (&json!("done"), &json!(2), &json!(1)));
        let groups = app.officer().call("import_group_list").path("import_id", import["id"].as_str().unwrap());
        let groups = groups.query("stage", "defective").send().await.expect(200);
        let left: Vec<_> =
            groups["items"].as_array().unwrap().iter().map(|g| (&g["first_row"], &g["last_row"])).collect();
        assert_eq!(left, [(&json!(4), &json!(5))]);
    });
}

#[test]
fn what_was_found_is_told_in_the_words_of_the_column() {
    support::run(async {
        let app = TestApp::start().await;
        let mut sheet = Sheet::of(clinic(ClinicType::General, 1, app.app.clock.today()));
        let id = sheet.get(2, "负责人身份证号码").to_owned();
        let (wrong, word) = if id.as_bytes()[16] % 2 == 1 { ("female", "女") } else { ("male", "男") };
        sheet.set(2, "负责人性别", wrong);
        let import = upload(&app.officer(), "存量.csv", sheet.csv()).await.expect(201);
        let defects = defects_of(&app.officer(), &import).await;
        let told: Vec<_> = defects.iter().filter(|d| d["column"] == "负责人性别").map(|d| d["found"].clone()).collect();
        assert_eq!(told, [json!(word)], "{defects:#?}");
    });
}
