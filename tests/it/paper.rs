//! The certificate on paper: everything fits, reads back as it was stated, and nothing unprintable gets through.

use std::sync::LazyLock;

use clinic_registry::certificate::compose::compose;
use clinic_registry::certificate::error::RenderError;
use clinic_registry::certificate::fonts::Fonts;
use clinic_registry::certificate::metadata::code_in_pdf;
use clinic_registry::certificate::plan::Ink;
use clinic_registry::certificate::qr;
use clinic_registry::certificate::render::render;
use clinic_registry::certificate::sheet::Sheet;
use clinic_registry::domain::certificate::{CertificateKind, StatedSubject, Statement};
use clinic_registry::domain::dossier::{ClinicType, ServiceMode};

use crate::support::pdf;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::load().expect("shipped fonts"));

/// As long as a real code: 555 characters. With a host of this length that is version 12, 65 modules of 0.77 mm.
static CODE: LazyLock<String> = LazyLock::new(|| {
    let digits: String = (0..521_u32).map(|n| char::from_digit((n * n * 7 + n / 3) % 10, 10).unwrap()).collect();
    format!("https://zs.lckfq.example.gov.cn/v/{digits}")
});

fn statement() -> Statement {
    serde_json::from_value(serde_json::json!({
        "kind": "clinic_filing", "number": "PDY00001X37150217D2122", "provisional": false,
        "name": "济水堂中医诊所", "clinic_type": "tcm_comprehensive",
        "address": "山东省聊城市经济技术开发区东城街道黄山南路 36 号",
        "legal_representative": "王㛃", "principal": "王㛃", "ownership": "171", "ownership_name": "私有独资",
        "nature": "for_profit", "service_modes": ["outpatient", "telemedicine"],
        "subjects": [{"code": "50", "name": "中医科"}, {"code": "50.01", "name": "内科专业"}, {"code": "12", "name": "口腔科"}],
        "remarks": "服务方式：互联网诊疗（自 2024 年 5 月 22 日起，限常见病、慢性病复诊）",
        "authority": {"name": "聊城经济技术开发区行政审批服务局", "uscc": "11371502000000027P", "region": "371502"},
        "filed_on": "2024-03-01", "issued_on": "2024-05-22",
        "licence_identifier":
            "1.2.156.3005.2.11100000000013661B999.11371502000000027P.PDY00001X37150217D2122.002.0",
        "version": 2, "copy_number": 1, "change_note": "增加互联网诊疗",
        "telemedicine_subjects": [], "practitioners": [],
    }))
    .expect("a statement")
}

/// Every field at the most that a filing accepts.
fn longest(kind: CertificateKind) -> Statement {
    let subject =
        |n: usize| StatedSubject { code: format!("{:02}", n + 1), name: "计划生育技术服务专业".to_string() };
    let modes = ServiceMode::ALL.to_vec();
    let mut longest = Statement {
        kind,
        provisional: true,
        name: "聊城经济技术开发区东城街道黄山南路社区国医堂孙氏中西医结合诊".to_string(),
        address: "山东省聊城市东昌府区".repeat(8),
        legal_representative: "买买提·".repeat(10),
        principal: "买买提·".repeat(10),
        service_modes: modes,
        subjects: (0..20).map(subject).collect(),
        remarks: "服务方式：互联网诊疗（合作平台：某某公司；监管平台已对接）".repeat(8),
        copy_number: 2,
        change_note: Some("变更名称、地址、负责人、诊疗科目、服务方式".repeat(3)),
        uscc: Some("92371500MA3C000001".to_string()),
        ..statement()
    };
    longest.authority.name = "聊城市经济技术开发区行政审批与政务服务管理局".chars().cycle().take(40).collect();
    longest
}

fn sheet(statement: &Statement) -> Sheet<'_> {
    let (code_text, host) = (CODE.as_str(), "zs.lckfq.example.gov.cn");
    Sheet {
        statement,
        code_text,
        short_code: "7K4M-Q2XD-9FHT",
        host,
        development: false,
        specimen: false,
        annotation: None,
    }
}

fn named(name: &str) -> Statement {
    Statement { name: name.to_string(), ..statement() }
}

/// Text without the breaks of lines, which a long value may have.
fn joined(text: &str) -> String {
    text.split('\n').map(str::trim_end).collect()
}

#[test]
fn the_longest_fields_fit_without_overlap() {
    for kind in [CertificateKind::ClinicFiling, CertificateKind::TcmClinicFiling] {
        for statement in [statement(), longest(kind)] {
            let plan = compose(&FONTS, &Sheet { development: true, ..sheet(&statement) }).expect("fits");
            let boxes: Vec<_> = plan.texts.iter().filter(|text| text.ink != Ink::GhostRed).collect();
            for (n, text) in boxes.iter().enumerate() {
                let [left, top, right, bottom] = text.bounds();
                // Inside the inner rule of the frame: 16 mm from each edge of an A4 sheet held sideways.
                assert!(left > 16.0 && top > 16.0 && right < 281.0 && bottom < 194.0, "outside: {text:?}");
                for other in &boxes[n + 1..] {
                    let [l, t, r, b] = other.bounds();
                    let apart = right <= l || r <= left || bottom <= t || b <= top;
                    assert!(apart, "{} over {}", text.text, other.text);
                }
                // The code and its quiet zone stay clear.
                assert!(right < 211.7 || left > 268.3 || bottom < 55.7 || top > 112.3, "on the code: {text:?}");
            }
            for rule in &plan.rules {
                let crossed = boxes.iter().find(|text| {
                    let [left, top, right, bottom] = text.bounds();
                    left < rule.x1 && right > rule.x0 && top < rule.y && bottom > rule.y
                });
                assert!(crossed.is_none(), "a rule crosses {crossed:?}");
            }
        }
    }
}

#[test]
fn what_cannot_fit_is_named() {
    let endless = Statement { remarks: "服务方式".repeat(600), ..statement() };
    assert_eq!(render(&FONTS, &sheet(&endless)), Err(RenderError::DoesNotFit("remarks")));
    let mut endless = statement();
    endless.authority.name = "局".repeat(400);
    assert_eq!(render(&FONTS, &sheet(&endless)), Err(RenderError::DoesNotFit("authority")));
    let endless = Statement { change_note: Some("变更".repeat(900)), ..statement() };
    assert_eq!(render(&FONTS, &sheet(&endless)), Err(RenderError::DoesNotFit("change_note")));
}

#[test]
fn the_same_statement_gives_the_same_small_file() {
    for statement in [statement(), longest(CertificateKind::ClinicFiling), named("𠮷𬎆㛃䶮𬭎𪚥诊所")] {
        let first = render(&FONTS, &sheet(&statement)).expect("drawn");
        let again = std::thread::scope(|scope| {
            let other = || render(&Fonts::load().expect("shipped fonts"), &sheet(&statement)).expect("drawn");
            scope.spawn(other).join().expect("drawn")
        });
        assert!(first == again, "two drawings of one statement differ");
        assert!(first.len() <= 150_000, "{} bytes", first.len());
        assert!(first.starts_with(b"%PDF-1.7"));
    }
}

#[test]
fn a_character_without_a_glyph_stops_the_issue_by_name() {
    assert!(FONTS.missing("𠮷𬎆㛃䶮𬭎𪚥").is_empty());
    assert_eq!(FONTS.missing("诊\u{323af}所א"), ['א', '\u{323af}']);
    assert_eq!(render(&FONTS, &sheet(&named("仁\u{323af}诊所"))), Err(RenderError::NoGlyph('\u{323af}')));
    for c in ['\u{202e}', '\u{200b}', '\u{0}', '\n', '\t', '\u{fe0f}', '\u{e000}', '\u{feff}', '\u{a0}', '\u{2066}'] {
        let hostile = named(&format!("仁{c}诊所"));
        assert_eq!(render(&FONTS, &sheet(&hostile)), Err(RenderError::NotPrintable(c)));
    }
    let hostile = Statement { change_note: Some("更\u{202e}名".to_string()), ..statement() };
    assert_eq!(render(&FONTS, &sheet(&hostile)), Err(RenderError::NotPrintable('\u{202e}')));
}

#[test]
fn the_text_of_the_file_is_the_data() {
    let mut rare = longest(CertificateKind::TcmClinicFiling);
    rare.clinic_type = ClinicType::Tcm;
    rare.legal_representative = "𠮷𬎆㛃䶮𬭎𪚥".to_string();
    // The radical and the character share a glyph; the text must keep them apart.
    rare.principal = "\u{2f08}人) Tj (\\".to_string();
    for statement in [statement(), rare] {
        let bytes = render(&FONTS, &sheet(&statement)).expect("drawn");
        let text = joined(&pdf::text(&bytes));
        let mut wanted = vec![
            statement.kind.title(),
            &statement.number,
            &statement.name,
            statement.clinic_type.zh(),
            &statement.address,
            &statement.legal_representative,
            &statement.principal,
            &statement.ownership_name,
            statement.nature.zh(),
            &statement.remarks,
            &statement.authority.name,
            &statement.licence_identifier,
            "二〇二四年五月二十二日",
            "2024年3月1日",
            "第 2 版",
            "7K4M-Q2XD-9FHT",
            "zs.lckfq.example.gov.cn",
            "示意章 · 非电子印章",
        ];
        wanted.extend(statement.subjects.iter().map(|subject| subject.name.as_str()));
        wanted.extend(statement.service_modes.iter().map(|mode| mode.zh()));
        for value in wanted {
            assert!(text.contains(value), "{value} is not in {text}");
        }
        assert_eq!(text.contains("临时"), statement.provisional);
        assert_eq!(text.contains("补发"), statement.copy_number > 1);
    }
}

#[test]
fn the_code_reads_back_from_pixels_and_from_the_file() {
    let statement = statement();
    let bytes = render(&FONTS, &sheet(&statement)).expect("drawn");
    for dpi in [150.0, 300.0] {
        assert_eq!(pdf::codes(&bytes, dpi), [CODE.as_str()], "at {dpi} dpi");
    }
    assert_eq!(code_in_pdf(&bytes).as_deref(), Some(CODE.as_str()));
    let (width, dark) = qr::modules(&CODE).expect("a code");
    assert_eq!((width, dark.len()), (65, 65 * 65), "version 12");
    assert!(50.0 / width as f64 >= 0.7, "a module is at least 0.7 mm");
    assert!(qr::svg(&CODE).expect("a code").starts_with("<svg "));
    assert_eq!(qr::modules(&"x".repeat(3000)), Err(RenderError::Code));
}

#[test]
fn a_specimen_has_no_code() {
    let statement = statement();
    let bytes = render(&FONTS, &Sheet { specimen: true, development: true, ..sheet(&statement) }).expect("drawn");
    let text = pdf::text(&bytes);
    assert!(text.contains("样张") && text.contains("演示数据 · not valid"), "{text}");
    assert!(!text.contains("7K4M"), "{text}");
    assert_eq!(pdf::codes(&bytes, 150.0), Vec::<String>::new());
    assert_eq!(code_in_pdf(&bytes), None);
}

#[test]
fn hostile_files_have_no_code() {
    let statement = statement();
    let bytes = render(&FONTS, &sheet(&statement)).expect("drawn");
    let nested =
        [b"%PDF-1.7\n1 0 obj\n".as_slice(), &b"[".repeat(200_000), b"\nendobj\ntrailer<</Info 1 0 R>>"].concat();
    for hostile in [b"".to_vec(), b"%PDF-".to_vec(), nested, bytes[..bytes.len() / 2].to_vec(), vec![0; 6 << 20]] {
        assert_eq!(code_in_pdf(&hostile), None);
    }
    // Every changed file gives a code or none, and never ends the process.
    for n in (0..bytes.len()).step_by(bytes.len() / 40) {
        let mut changed = bytes.clone();
        changed[n] ^= 0x55;
        let _ = code_in_pdf(&changed);
    }
}
