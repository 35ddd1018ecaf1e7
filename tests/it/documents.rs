//! The papers beside the certificate, drawn: they say what their content says, in its order; nothing lies over anything
//! else or outside the margins; the name of the issuer never stands alone; and the code reads back.

pub mod gallery;

use std::sync::LazyLock;

use clinic_registry::certificate::document::{Manner, Sheet, SheetPlan, Stroke, compose, render};
use clinic_registry::certificate::error::RenderError;
use clinic_registry::certificate::fonts::Fonts;
use clinic_registry::certificate::metadata::code_in_pdf;
use clinic_registry::certificate::plan::Placed;
use clinic_registry::domain::deadline::chinese_date;
use clinic_registry::domain::paper::{Block, Field, PaperContent, PaperKind};

use crate::support::pdf;

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::load().expect("shipped fonts"));

const CODE: &str = "https://zs.lckfq.example.gov.cn/p/7K4MQ2XD9FHT";
const SHORT: &str = "7K4M-Q2XD-9FHT";
const HOST: &str = "zs.lckfq.example.gov.cn";

fn sheet(content: &PaperContent) -> Sheet<'_> {
    Sheet { content, code_text: CODE, short_code: SHORT, host: HOST, development: false, manner: Manner::Office }
}

fn everything() -> Vec<PaperContent> {
    let extremes = [gallery::shortest(), gallery::longest(), gallery::hostile(), gallery::corrections(60)];
    // Whatever the length of what stands before it, the end of a paper is set well.
    let growing = (0..24).map(gallery::corrections);
    PaperKind::ALL.iter().map(|kind| gallery::of(*kind)).chain(extremes).chain(growing).collect()
}

/// What a paper says, in reading order, without the space that separates lines.
fn said(content: &PaperContent) -> Vec<String> {
    let dash = |text: &str| if text.trim().is_empty() { "——".to_string() } else { text.to_string() };
    let mut said = vec![content.issuer.clone(), content.number.clone(), content.title.clone()];
    said.push(content.addressee.clone());
    for block in &content.blocks {
        match block {
            Block::Paragraph { text } | Block::Heading { text } => said.push(text.clone()),
            Block::Fields { rows } => {
                said.extend(rows.iter().flat_map(|Field { label, value }| [dash(label), dash(value)]));
            }
            Block::List { items } => {
                for (n, item) in items.iter().enumerate() {
                    said.extend([format!("{}．", n + 1), item.text.clone(), item.note.clone()]);
                }
            }
            Block::Table { head, rows, .. } => {
                let columns = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or(0);
                let heads = [head].into_iter().filter(|head| !head.is_empty());
                for row in heads.chain(rows) {
                    said.extend((0..columns).map(|n| dash(row.get(n).map_or("", String::as_str))));
                }
            }
        }
    }
    let clauses = [
        ("法律依据：", content.basis.len()),
        ("救济途径：", content.remedy.len()),
        ("联系方式：", content.contact.len()),
    ];
    for (lead, there) in clauses {
        if there > 0 {
            said.push(lead.to_string());
            match lead {
                "法律依据：" => said.extend(content.basis.iter().cloned()),
                "救济途径：" => said.push(content.remedy.clone()),
                _ => said.push(content.contact.clone()),
            }
        }
    }
    said.extend([content.signed_by.clone(), chinese_date(content.signed_on), "示意章 · 非电子印章".to_string()]);
    for caption in &content.signatures {
        said.extend([caption.clone(), "日期：".to_string()]);
    }
    said.extend(["扫码核验本文书", SHORT, HOST].map(str::to_string));
    said
}

/// Letters only: lines break anywhere, and spaces at their ends are not drawn.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text of all sheets without what repeats in their margins and without the heads of tables that are put again.
fn body(content: &PaperContent, pages: &[String]) -> String {
    let mut body = String::new();
    for (n, page) in pages.iter().enumerate() {
        let mut text = letters(page);
        let number = letters(&format!("第 {} 页 共 {} 页", n + 1, pages.len()));
        assert!(text.contains(&number), "{number} is not in {text}");
        if n > 0 {
            for block in &content.blocks {
                let Block::Table { head, .. } = block else { continue };
                let head = letters(&head.concat());
                text = text.strip_prefix(head.as_str()).unwrap_or(&text).to_string();
            }
        }
        // The margins come last on every sheet, the code before them.
        let running = letters(&content.title).chars().take(4).collect::<String>();
        let end = text.rfind(&number).expect("a page number");
        let end = if n > 0 && !running.is_empty() { text[..end].rfind(&running).unwrap_or(end) } else { end };
        body.push_str(&text[..end]);
    }
    body
}

#[test]
fn a_paper_says_all_of_its_content_in_order() {
    for content in everything() {
        let bytes = render(&FONTS, &sheet(&content)).expect("drawn");
        let text = body(&content, &pdf::pages(&bytes));
        let mut rest = text.as_str();
        for wanted in said(&content).iter().map(|text| letters(text)).filter(|text| !text.is_empty()) {
            match rest.find(&wanted) {
                Some(at) => rest = &rest[at + wanted.len()..],
                None => panic!("{}: “{wanted}” does not follow in “{rest}”", content.title),
            }
        }
    }
}

/// A cell that goes on over the end of a sheet stands in pieces between those of its neighbours.
#[test]
fn a_row_longer_than_a_sheet_goes_on_and_loses_nothing() {
    let value: String = (0..1800).map(|n| format!("{n}、")).collect();
    let rows = vec![Field { label: "很长".to_string(), value: value.clone() }];
    let content = PaperContent { blocks: vec![Block::Fields { rows }], ..gallery::of(PaperKind::Announcement) };
    let bytes = render(&FONTS, &sheet(&content)).expect("drawn");
    let pages = pdf::pages(&bytes);
    assert!(pages.len() > 2, "{} sheets", pages.len());
    let text = body(&content, &pages);
    assert!(text.contains(&letters(&value)), "{text}");
}

#[test]
fn the_same_content_gives_the_same_file() {
    for content in [gallery::shortest(), gallery::of(PaperKind::VisitRecord), gallery::corrections(60)] {
        let first = render(&FONTS, &sheet(&content)).expect("drawn");
        let again = std::thread::scope(|scope| {
            let other = || render(&Fonts::load().expect("shipped fonts"), &sheet(&content)).expect("drawn");
            scope.spawn(other).join().expect("drawn")
        });
        assert!(first == again, "two drawings of one paper differ");
        assert!(first.starts_with(b"%PDF-1.7") && first.len() <= 150_000, "{} bytes", first.len());
        let mut changed = content.clone();
        changed.remedy.push('。');
        assert!(render(&FONTS, &sheet(&changed)).expect("drawn") != first);
    }
}

#[test]
fn the_code_of_the_last_sheet_reads_back_from_pixels() {
    for content in [gallery::shortest(), gallery::of(PaperKind::Receipt), gallery::corrections(60)] {
        let bytes = render(&FONTS, &sheet(&content)).expect("drawn");
        let last = pdf::pages(&bytes).len() - 1;
        assert_eq!(pdf::page_codes(&bytes, last, 150.0), [CODE], "{}", content.title);
        if last > 0 {
            assert_eq!(pdf::page_codes(&bytes, 0, 150.0), Vec::<String>::new());
        }
        // It is the code of a paper, never of a certificate.
        assert_eq!(code_in_pdf(&bytes), None);
    }
    let content = gallery::shortest();
    let endless = "x".repeat(3000);
    assert_eq!(render(&FONTS, &Sheet { code_text: &endless, ..sheet(&content) }), Err(RenderError::Code));
}

#[test]
fn a_demonstration_is_marked_on_every_sheet() {
    let content = gallery::corrections(20);
    let marked = render(&FONTS, &Sheet { development: true, ..sheet(&content) }).expect("drawn");
    let pages = pdf::pages(&marked);
    assert!(pages.len() > 1 && pages.iter().all(|page| page.contains("演示数据")), "{pages:?}");
    let plain = render(&FONTS, &sheet(&content)).expect("drawn");
    assert!(pdf::pages(&plain).iter().all(|page| !page.contains("演示数据")));
}

fn apart(one: [f64; 4], other: [f64; 4]) -> bool {
    let ([left, top, right, bottom], [l, t, r, b]) = (one, other);
    let hair = 0.01;
    right <= l + hair || r <= left + hair || bottom <= t + hair || b <= top + hair
}

fn crosses(stroke: &Stroke, text: &Placed) -> bool {
    let [left, top, right, bottom] = text.bounds();
    let (xs, ys) = ([stroke.from[0], stroke.to[0]], [stroke.from[1], stroke.to[1]]);
    let (x0, x1) = (xs[0].min(xs[1]), xs[0].max(xs[1]));
    let (y0, y1) = (ys[0].min(ys[1]), ys[0].max(ys[1]));
    x0 < right && x1 > left && y0 < bottom && y1 > top
}

fn check(plan: &SheetPlan, title: &str) {
    for (n, text) in plan.texts.iter().enumerate() {
        let [left, top, right, bottom] = text.bounds();
        let hair = 0.05;
        let inside = left >= 27.0 - hair && right <= 183.0 + hair && top >= 9.0 && bottom <= 288.0;
        assert!(inside, "{title}: outside the margins: {text:?}");
        for other in &plan.texts[n + 1..] {
            assert!(apart(text.bounds(), other.bounds()), "{title}: “{}” over “{}”", text.text, other.text);
        }
        if let Some(stroke) = plan.strokes.iter().find(|stroke| crosses(stroke, text)) {
            panic!("{title}: {stroke:?} crosses {text:?}");
        }
        if let Some([x, y]) = plan.symbol {
            // The quiet zone is four modules of a symbol of at least 25 of them.
            let code = [x - 4.0, y - 4.0, x + 29.0, y + 29.0];
            assert!(apart(text.bounds(), code), "{title}: on the code: {text:?}");
        }
    }
}

#[test]
fn nothing_overlaps_and_nothing_stands_outside() {
    for content in everything() {
        let plans = compose(&FONTS, &Sheet { development: true, ..sheet(&content) }).expect("fits");
        for (n, plan) in plans.iter().enumerate() {
            check(plan, &format!("{} sheet {}", content.title, n + 1));
        }
    }
}

#[test]
fn the_end_is_never_alone_and_a_heading_never_last() {
    for content in everything() {
        let plans = compose(&FONTS, &sheet(&content)).expect("fits");
        let title = &content.title;
        let (last, before) = plans.split_last().expect("a sheet");
        assert!(last.seal.is_some() && last.symbol.is_some(), "{title}");
        assert!(before.iter().all(|plan| plan.seal.is_none() && plan.symbol.is_none()), "{title}");
        let [_, seal] = last.seal.expect("a seal");
        let above = last.texts.iter().filter(|text| text.baseline > 26.0 && text.baseline < seal - 14.0).count();
        assert!(above > 0, "{title}: the issuer's name alone on the last of {} sheets", plans.len());
        let headings: Vec<&str> = content
            .blocks
            .iter()
            .filter_map(|block| match block {
                Block::Heading { text } if text.chars().count() < 20 => Some(text.as_str()),
                _ => None,
            })
            .chain(["法律依据："])
            .collect();
        for plan in before {
            let body = plan.texts.iter().filter(|text| text.baseline > 26.0 && text.baseline < 275.0);
            let lowest = body.max_by(|a, b| a.baseline.total_cmp(&b.baseline)).expect("a text");
            assert!(!headings.contains(&lowest.text.as_str()), "{title}: “{}” ends a sheet", lowest.text);
        }
    }
}

/// The head of a table stands on each sheet that a table of many rows goes on to.
#[test]
fn a_table_repeats_its_head() {
    let rows: Vec<Vec<String>> = (0..120).map(|n| vec![n.to_string(), format!("第{n}项")]).collect();
    let head = vec!["序号".to_string(), "核查内容".to_string()];
    let blocks = vec![Block::Table { head, widths: vec![1, 6], rows }];
    let content = PaperContent { blocks, ..gallery::of(PaperKind::VisitRecord) };
    let pages = pdf::pages(&render(&FONTS, &sheet(&content)).expect("drawn"));
    let with_rows: Vec<&String> = pages.iter().filter(|page| page.contains("项")).collect();
    assert!(with_rows.len() > 3, "{}", pages.len());
    assert!(with_rows.iter().all(|page| page.matches("核查内容").count() == 1), "{with_rows:?}");
}

#[test]
fn what_cannot_be_printed_stops_the_paper_by_name() {
    let named = |text: &str| PaperContent { remedy: text.to_string(), ..gallery::shortest() };
    assert_eq!(render(&FONTS, &sheet(&named("仁\u{323af}"))), Err(RenderError::NoGlyph('\u{323af}')));
    for c in ['\u{202e}', '\u{200b}', '\u{0}', '\t', '\u{feff}', '\u{2066}'] {
        assert_eq!(render(&FONTS, &sheet(&named(&format!("仁{c}诊")))), Err(RenderError::NotPrintable(c)));
    }
    let wide = Block::Table { head: vec!["项".to_string(); 80], widths: Vec::new(), rows: Vec::new() };
    let content = PaperContent { blocks: vec![wide], ..gallery::shortest() };
    assert_eq!(render(&FONTS, &sheet(&content)), Err(RenderError::DoesNotFit("table")));
}

/// What an office writes every day needs one sheet.
#[test]
fn a_paper_of_every_kind_has_room_on_one_sheet() {
    for kind in PaperKind::ALL {
        let content = gallery::of(*kind);
        let plans = compose(&FONTS, &sheet(&content)).expect("fits");
        // A checklist with three who sign is longer than a sheet that one can read.
        let most = if *kind == PaperKind::VisitRecord { 2 } else { 1 };
        assert!(plans.len() <= most, "{kind:?}: {} sheets", plans.len());
        // Never so small that it cannot be read.
        let smallest = plans[0].texts.iter().map(|text| text.size).fold(f64::MAX, f64::min);
        assert!(smallest >= 6.5, "{kind:?}: {smallest}");
    }
}

#[test]
fn a_paper_of_a_clinic_has_neither_head_nor_seal_of_an_office() {
    let content = gallery::of(PaperKind::LossDeclaration);
    let private = Sheet { manner: Manner::Private, development: true, ..sheet(&content) };
    let plans = compose(&FONTS, &private).expect("fits");
    assert_eq!(plans.len(), 1);
    check(&plans[0], &content.title);
    assert!(plans[0].seal.is_none());
    assert_eq!(plans[0].texts[0].text, content.title, "nothing stands above the title");
    let text = pdf::pages(&render(&FONTS, &private).expect("drawn")).concat();
    assert!(!text.contains("示意章") && text.contains(&chinese_date(content.signed_on)), "{text}");
    assert_eq!(letters(&text).matches(&letters(&content.signed_by)).count(), 1, "it is named where it signs: {text}");
}
