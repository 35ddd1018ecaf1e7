//! What stands in the margins: page numbers, the running head, the mark of a demonstration, and the code at the foot of
//! the last sheet.

use crate::certificate::document::part::Stroke;
use crate::certificate::document::text::Desk;
use crate::certificate::document::{Manner, Sheet, SheetPlan};
use crate::certificate::fonts::Weight;
use crate::certificate::plan::{Ink, Style, style};

/// Completes the sheets.
pub fn complete(desk: &Desk<'_>, sheet: &Sheet<'_>, plans: &mut [SheetPlan]) {
    let (margin, edges, words) = (&desk.layout.margin, &desk.layout.edges, &desk.layout.words);
    let count = plans.len();
    if let Some(last) = plans.last_mut().filter(|_| sheet.manner.said()) {
        code(desk, sheet, last);
    }
    for (n, plan) in plans.iter_mut().enumerate() {
        if n > 0 {
            running(desk, sheet, plan);
        }
        let centred = |text: &str, at: Style, baseline: f64| {
            at.place(desk.fonts, text, edges.centre() - at.width(desk.fonts, text) / 2.0, baseline)
        };
        let number = format!("第 {} 页 共 {count} 页", n + 1);
        let at = style(margin.number_size, Weight::Regular, Ink::Label);
        plan.texts.push(centred(&number, at, margin.number_baseline));
        let mark = match sheet.manner {
            Manner::Sample => &words.sample,
            Manner::Office | Manner::Private if sheet.development => &words.development,
            _ => continue,
        };
        let at = style(margin.mark_size, Weight::Regular, Ink::Red);
        plan.texts.push(centred(mark, at, margin.mark_baseline));
    }
}

/// Title and number again, small, from the second sheet on.
fn running(desk: &Desk<'_>, sheet: &Sheet<'_>, plan: &mut SheetPlan) {
    let (margin, edges) = (&desk.layout.margin, &desk.layout.edges);
    let at = style(margin.running_size, Weight::Regular, Ink::Faint);
    let half = edges.width() / 2.0 - 2.0;
    let number = cut(desk, at, &sheet.content.number, half);
    let right = edges.right - at.width(desk.fonts, &number);
    let title = cut(desk, at, &sheet.content.title, half);
    for (text, x) in [(title, edges.left), (number, right)] {
        if !text.is_empty() {
            plan.texts.push(at.place(desk.fonts, &text, x, margin.running_baseline));
        }
    }
    let y = margin.running_rule;
    let ink = desk.layout.inks.red;
    plan.strokes.push(Stroke { from: [edges.left, y], to: [edges.right, y], width: 0.6, ink });
}

/// As much of a text as fits, with an ellipsis for the rest.
fn cut(desk: &Desk<'_>, at: Style, text: &str, width: f64) -> String {
    let text: String = text.chars().filter(|c| *c != '\n' && *c != '\r').collect();
    if at.width(desk.fonts, &text) <= width {
        return text;
    }
    let mut kept = String::new();
    for c in text.chars() {
        if at.width(desk.fonts, &format!("{kept}{c}…")) > width {
            break;
        }
        kept.push(c);
    }
    format!("{kept}…")
}

/// The symbol, and beside it what to do with it.
fn code(desk: &Desk<'_>, sheet: &Sheet<'_>, plan: &mut SheetPlan) {
    let (check, edges, words) = (&desk.layout.check, &desk.layout.edges, &desk.layout.words);
    let top = plan.foot.unwrap_or(edges.bottom - check.height);
    let right = if plan.foot.is_some() { edges.right - desk.layout.closing.beside - 2.0 } else { edges.right };
    let ink = desk.layout.inks.pale_red;
    plan.strokes.push(Stroke { from: [edges.left, top], to: [right, top], width: check.line, ink });
    let corner = [edges.left + check.indent, top + check.height - check.size - check.indent];
    plan.symbol = Some(corner);
    let x = corner[0] + check.size + check.gap;
    let width = right - x;
    let strong = |size: f64| style(size, Weight::Strong, Ink::Text);
    let faint = style(check.line_size, Weight::Regular, Ink::Faint);
    let code = Style { spacing: check.code_spacing, ..strong(check.code_size) };
    let host = format!("{}：{}", words.official, sheet.host);
    let lines = [
        (words.check.as_str(), strong(check.line_size + 1.5)),
        (words.short_code.as_str(), faint),
        (sheet.short_code, code),
        (host.as_str(), faint),
    ];
    let mut baseline = corner[1] + 4.2;
    for (text, at) in lines {
        let fitting = at.width(desk.fonts, text).max(width) / width;
        let at = Style { size: at.size / fitting, spacing: at.spacing / fitting, ..at };
        plan.texts.push(at.place(desk.fonts, text, x, baseline));
        baseline += check.pitch * if text == words.short_code { 1.3 } else { 1.15 };
    }
}
