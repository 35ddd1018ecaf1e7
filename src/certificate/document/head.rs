//! The head of a paper: whose it is, its number, the red line, the title, and to whom it goes.

use crate::certificate::document::part::{Part, Stroke};
use crate::certificate::document::text::{Desk, Setting, lowered};
use crate::certificate::fonts::{MM_PER_PT, Weight};
use crate::certificate::plan::{Ink, style};
use crate::domain::paper::PaperContent;

/// From the issuer to the addressee.
pub fn parts(desk: &Desk<'_>, content: &PaperContent) -> Vec<Part> {
    let mut parts = if !desk.manner.sealed() {
        // The title is the head; the number stands below it.
        let mut title = title(desk, content);
        number(desk, content, &mut title);
        title.height += desk.layout.title.below;
        vec![title]
    } else {
        vec![masthead(desk, content), title(desk, content)]
    };
    if !content.addressee.is_empty() {
        let addressee = format!("{}：", content.addressee.trim_end_matches(['：', ':']));
        let at = Setting { indent: 0, ..desk.running() };
        let mut lines = desk.paragraph("", &addressee, at);
        if let Some(last) = lines.last_mut() {
            last.tied = true;
        }
        parts.extend(lines);
    }
    parts
}

/// Issuer, number and red line.
fn masthead(desk: &Desk<'_>, content: &PaperContent) -> Part {
    let (head, edges) = (&desk.layout.head, &desk.layout.edges);
    let mut part = Part { height: head.above, tied: true, ..Part::default() };
    let setting = |size: f64, weight: Weight, ink: Ink| Setting {
        style: style(size, weight, ink),
        left: edges.left,
        width: edges.width(),
        leading: head.leading,
        indent: 0,
        filled: false,
    };
    let issuer = |size: f64| setting(size, Weight::Strong, Ink::Red);
    let one = head.sizes.iter().find(|size| desk.even(&content.issuer, issuer(**size)).len() <= 1);
    let few = || head.sizes.iter().find(|size| desk.even(&content.issuer, issuer(**size)).len() <= head.lines);
    let mut at = issuer(one.or_else(few).or(head.sizes.last()).copied().unwrap_or_default());
    if one.is_some() {
        let gaps = content.issuer.chars().count().saturating_sub(1).max(1) as f64;
        let spare = at.width * 0.86 - at.style.width(desk.fonts, &content.issuer);
        at.style.spacing = (spare / gaps / MM_PER_PT).clamp(0.0, head.spread);
    }
    let texts = desk.centred(&content.issuer, at);
    let room = at.line() * texts.len() as f64;
    part.texts.extend(lowered(texts, part.height));
    part.height += room;
    part.height += if content.number.is_empty() { 0.0 } else { head.number_above };
    number(desk, content, &mut part);
    part.height += head.rule_above;
    let (y, ink) = (part.height, desk.layout.inks.red);
    part.strokes.push(Stroke { from: [edges.left, y], to: [edges.right, y], width: head.rule, ink });
    part.height += head.rule_below;
    part
}

/// The number in the middle, below what the part holds.
fn number(desk: &Desk<'_>, content: &PaperContent, part: &mut Part) {
    if content.number.is_empty() {
        return;
    }
    let (head, edges) = (&desk.layout.head, &desk.layout.edges);
    let at = Setting {
        style: style(head.number_size, Weight::Regular, Ink::Text),
        left: edges.left,
        width: edges.width(),
        leading: head.leading,
        indent: 0,
        filled: false,
    };
    let texts = desk.centred(&content.number, at);
    let room = at.line() * texts.len() as f64;
    part.texts.extend(lowered(texts, part.height));
    part.height += room;
}

fn title(desk: &Desk<'_>, content: &PaperContent) -> Part {
    let title = &desk.layout.title;
    let at = Setting {
        style: style(title.size, Weight::Strong, Ink::Text),
        leading: title.leading,
        indent: 0,
        filled: false,
        ..desk.running()
    };
    let texts = desk.centred(&content.title, at);
    Part { height: at.line() * texts.len() as f64 + title.below, tied: true, texts, ..Part::default() }
}
