//! The end of a paper: basis, remedy, contact, who signs for the issuer, and lines for whoever receives it.

use crate::certificate::document::body;
use crate::certificate::document::part::{Part, Stroke};
use crate::certificate::document::text::{Desk, Setting};
use crate::certificate::fonts::{MM_PER_PT, Weight};
use crate::certificate::plan::{Ink, style};
use crate::domain::deadline;
use crate::domain::paper::{Item, PaperContent};

/// From the basis to the last line to sign on.
pub fn parts(desk: &Desk<'_>, content: &PaperContent) -> Vec<Part> {
    let words = &desk.layout.words;
    let mut parts = Vec::new();
    match content.basis.as_slice() {
        [] => (),
        [only] => parts.extend(clause(desk, &words.basis, only)),
        several => {
            parts.extend(clause(desk, &words.basis, ""));
            let item = |text: &String| Item { text: text.clone(), note: String::new() };
            parts.extend(body::list(desk, &several.iter().map(item).collect::<Vec<_>>()));
        }
    }
    for (lead, text) in [(&words.remedy, &content.remedy), (&words.contact, &content.contact)] {
        if !text.is_empty() {
            parts.extend(clause(desk, lead, text));
        }
    }
    if desk.manner.said() {
        parts.push(signed(desk, content));
    }
    parts.extend(signatures(desk, content));
    parts
}

/// A paragraph with a strong lead: `救济途径：……`; without text the lead alone, tied to what follows.
fn clause(desk: &Desk<'_>, lead: &str, text: &str) -> Vec<Part> {
    let mut lines = desk.paragraph(&format!("{lead}："), text, desk.running());
    if let Some(first) = lines.first_mut() {
        first.above = desk.layout.text.heading_above;
    }
    if let Some(last) = lines.last_mut().filter(|_| text.is_empty()) {
        last.tied = true;
    }
    lines
}

/// 落款: the name above the date, the place of the seal behind both; beside the code where the paper is set closely.
fn signed(desk: &Desk<'_>, content: &PaperContent) -> Part {
    let (closing, edges, words) = (&desk.layout.closing, &desk.layout.edges, &desk.layout.words);
    let em = desk.layout.text.size * MM_PER_PT;
    let plain = Setting { leading: closing.leading, indent: 0, filled: false, ..desk.running() };
    let date = deadline::chinese_date(content.signed_on);
    let date_width = plain.style.width(desk.fonts, &date);
    let width = if desk.beside { closing.beside } else { closing.width };
    let names = desk.even(&content.signed_by, Setting { width, ..plain });
    let widest = names.iter().map(|name| plain.style.width(desk.fonts, name)).fold(date_width, f64::max);
    // The date ends four characters from the edge; a longer name moves both to the left.
    let centre = if desk.beside {
        edges.right - width.max(widest) / 2.0
    } else {
        (edges.right - closing.date_indent * em - date_width / 2.0).min(edges.right - widest / 2.0)
    };
    let lines = names.len() as f64 + 1.0;
    let text_height = lines * plain.line();
    let small = style(closing.mark_size, Weight::Regular, Ink::Red);
    let mark = small.width(desk.fonts, &words.seal_mark);
    // The mark of the placeholder stands below the date; all together is in the middle of the seal, and the mark keeps
    // clear of the ring: below it, where a long name leaves no room inside.
    let group = text_height + closing.mark_drop;
    let inner = closing.radius - 1.5;
    let inside = (group / 2.0).hypot(mark / 2.0) < inner;
    let (group, room) = match (desk.manner.sealed(), inside) {
        (false, _) => (text_height, 0.0),
        (true, true) => (group, 0.0),
        (true, false) => (text_height, closing.mark_drop + 1.0),
    };
    let ring = if desk.manner.sealed() { closing.room.max(group) } else { group };
    let top = (ring - group) / 2.0;
    let mut part = Part { height: ring + room, above: closing.above, signed: true, ..Part::default() };
    for (n, line) in names.iter().chain([&date]).enumerate() {
        let x = centre - plain.style.width(desk.fonts, line) / 2.0;
        part.texts.push(plain.style.place(desk.fonts, line, x, top + n as f64 * plain.line() + plain.baseline()));
    }
    if desk.manner.sealed() {
        let below =
            if inside { top + group } else { (ring / 2.0 + closing.radius).max(top + group) + closing.mark_drop };
        part.texts.push(small.place(desk.fonts, &words.seal_mark, centre - mark / 2.0, below));
        part.seal = Some([centre, ring / 2.0]);
    }
    if desk.beside {
        part.foot = Some(0.0);
        part.height = part.height.max(desk.layout.check.height);
    }
    part
}

/// One line each: `签收人：＿＿＿　日期：＿＿年＿＿月＿＿日`
fn signatures(desk: &Desk<'_>, content: &PaperContent) -> Vec<Part> {
    let (measures, edges, words) = (&desk.layout.signatures, &desk.layout.edges, &desk.layout.words);
    let at = style(measures.size, Weight::Regular, Ink::Text);
    let em = measures.size * MM_PER_PT;
    let ink = desk.layout.inks.label;
    let baseline = measures.pitch - 0.3 * em;
    let mut parts = Vec::new();
    for caption in &content.signatures {
        let caption = format!("{}：", caption.trim_end_matches(['：', ':']));
        let date = format!("{}：", words.sign_date);
        // From the right: the date with its three gaps; then the line, or as much of it as the caption leaves.
        let units = [&words.year, &words.month, &words.day];
        let tail: f64 = units.iter().map(|unit| at.width(desk.fonts, unit)).sum::<f64>()
            + measures.date_line.iter().sum::<f64>()
            + at.width(desk.fonts, &date);
        let date_left = edges.right - tail;
        let room = date_left - 6.0 * em - measures.gap - edges.left;
        let setting = Setting { style: at, left: edges.left, width: room, leading: 1.3, indent: 0, filled: false };
        let captions = desk.lines("", &caption, setting);
        let extra = captions.len().saturating_sub(1) as f64 * setting.line();
        let mut part = Part { height: measures.pitch + extra, ..Part::default() };
        let mut end = edges.left;
        for (n, line) in captions.into_iter().enumerate() {
            for mut placed in line {
                placed.baseline = baseline + n as f64 * setting.line();
                end = placed.x + placed.width;
                part.texts.push(placed);
            }
        }
        let y = baseline + extra;
        let mut line = |from: f64, to: f64| {
            part.strokes.push(Stroke { from: [from, y + 1.0], to: [to, y + 1.0], width: 0.5, ink });
        };
        line(end + 1.0, date_left - measures.gap);
        let mut x = date_left;
        let placed = at.place(desk.fonts, &date, x, y);
        x += placed.width;
        let mut texts = vec![placed];
        for (gap, unit) in measures.date_line.iter().zip(units) {
            line(x + 0.5, x + gap - 0.5);
            x += gap;
            let placed = at.place(desk.fonts, unit, x, y);
            x += placed.width;
            texts.push(placed);
        }
        part.texts.extend(texts);
        parts.push(part);
    }
    if let Some(first) = parts.first_mut() {
        first.above = measures.above;
    }
    parts
}
