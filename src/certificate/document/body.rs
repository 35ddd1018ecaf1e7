//! The body of a paper: paragraphs, headings, numbered items, and what stands in frames.

use crate::certificate::document::part::Part;
use crate::certificate::document::tables::{self, fields};
use crate::certificate::document::text::{Desk, Setting};
use crate::certificate::error::RenderError;
use crate::certificate::fonts::{MM_PER_PT, Weight};
use crate::certificate::plan::{Ink, style};
use crate::domain::paper::{Block, Item, PaperContent};

/// The body's parts in reading order.
pub fn parts(desk: &Desk<'_>, content: &PaperContent) -> Result<Vec<Part>, RenderError> {
    let (text, table) = (&desk.layout.text, &desk.layout.table);
    let mut parts = Vec::new();
    // The room that the block before wants below it.
    let mut below = 0.0;
    for block in &content.blocks {
        let (mut block, room) = match block {
            Block::Paragraph { text } => (desk.paragraph("", text, desk.running()), 0.0),
            Block::Heading { text } => (heading(desk, text), 0.0),
            Block::Fields { rows } => (fields(desk, rows), table.above),
            Block::List { items } => (list(desk, items), text.between),
            Block::Table { head, widths, rows } => (tables::table(desk, head, widths, rows)?, table.above),
        };
        if let Some(first) = block.first_mut() {
            let framed = if first.row.is_some() { table.above } else { 0.0 };
            first.above = first.above.max(below).max(framed);
            below = room;
        }
        parts.extend(block);
    }
    Ok(parts)
}

fn heading(desk: &Desk<'_>, text: &str) -> Vec<Part> {
    let mut at = desk.running();
    at.style.weight = Weight::Strong;
    at.filled = false;
    let mut lines = desk.paragraph("", text, at);
    for line in &mut lines {
        line.tied = true;
    }
    if let Some(first) = lines.first_mut() {
        first.above = desk.layout.text.heading_above;
    }
    lines
}

/// Numbered items with their notes, both hanging beside the number.
pub fn list(desk: &Desk<'_>, items: &[Item]) -> Vec<Part> {
    let text = &desk.layout.text;
    let running = desk.running();
    let em = text.size * MM_PER_PT;
    let number = |n: usize| format!("{}．", n + 1);
    let widths = (0..items.len()).map(|n| running.style.width(desk.fonts, &number(n)));
    let column = widths.fold(text.number_width * em, f64::max);
    let left = running.left + column;
    let hanging = Setting { left, width: running.width - column, indent: 0, ..running };
    let note_style = style(text.note_size, Weight::Regular, Ink::Faint);
    let small = Setting { style: note_style, leading: text.note_leading, ..hanging };
    let mut parts = Vec::new();
    for (n, item) in items.iter().enumerate() {
        let mut lines = desk.paragraph("", &item.text, hanging);
        if let Some(first) = lines.first_mut() {
            first.above = text.between;
            let placed = running.style.place(desk.fonts, &number(n), running.left, running.baseline());
            first.texts.insert(0, placed);
        }
        if !item.note.is_empty() {
            if let Some(last) = lines.last_mut() {
                last.tied = true;
            }
            lines.extend(desk.paragraph("", &item.note, small));
        }
        parts.extend(lines);
    }
    parts
}
