//! Puts the parts onto sheets. Tied parts stay together; the last sheet keeps its foot free for the code, and the name of
//! the issuer never stands alone on it.

use crate::certificate::document::SheetPlan;
use crate::certificate::document::part::{Part, Row, Stroke};
use crate::certificate::document::text::{Desk, lowered};

/// The sheets, without what stands in the margins.
pub fn lay_out(desk: &Desk<'_>, mut parts: Vec<Part>) -> Vec<SheetPlan> {
    tie_the_end(&mut parts);
    let edges = &desk.layout.edges;
    let full = edges.bottom - edges.top;
    let last = if desk.beside || !desk.manner.said() { full } else { full - desk.layout.check.height };
    let mut plans = Vec::new();
    let mut rest = parts.as_slice();
    while !rest.is_empty() {
        let end = if height(rest) <= last { rest.len() } else { cut(rest, full) };
        let (now, later) = rest.split_at(end);
        plans.push(place(edges.top, now));
        rest = later;
    }
    plans
}

/// What stands before the name of the issuer goes with it, and the lines to sign on go with the name.
fn tie_the_end(parts: &mut [Part]) {
    let Some(signed) = parts.iter().rposition(|part| part.signed) else { return };
    let from = signed.saturating_sub(2);
    let end = parts.len().saturating_sub(1);
    for part in parts.iter_mut().take(end).skip(from) {
        part.tied = true;
    }
}

/// The room that parts take on one sheet.
fn height(parts: &[Part]) -> f64 {
    let head = parts.first().map_or(0.0, |part| part.height_at_head() - part.height);
    let foot = parts.last().map_or(0.0, |part| part.height_at_foot() - part.height);
    let above: f64 = parts.iter().skip(1).map(|part| part.above).sum();
    head + above + parts.iter().map(|part| part.height).sum::<f64>() + foot
}

/// How many parts go onto a sheet that is not the last: as many as fit, up to a place where the text may be parted. A tied
/// run longer than a sheet is parted where the sheet ends.
fn cut(parts: &[Part], full: f64) -> usize {
    let mut fitting = 1;
    while fitting < parts.len() && height(parts.get(..=fitting).unwrap_or_default()) <= full {
        fitting += 1;
    }
    // Something is left for the last sheet, whose foot is taken.
    let most = fitting.min(parts.len().saturating_sub(1)).max(1);
    (1..=most).rev().find(|end| parts.get(end - 1).is_some_and(|part| !part.tied)).unwrap_or(most)
}

fn place(top: f64, parts: &[Part]) -> SheetPlan {
    let mut plan = SheetPlan::default();
    let mut y = top;
    for (n, part) in parts.iter().enumerate() {
        // Rows of one frame stand close together.
        let close = |part: &&Part| part.above == 0.0;
        let before =
            n.checked_sub(1).filter(|_| close(&part)).and_then(|n| parts.get(n)).and_then(|part| part.row.as_ref());
        let after = parts.get(n + 1).filter(close).and_then(|part| part.row.as_ref());
        match (n, &part.row) {
            (0, Some(row)) => {
                if let Some(head) = row.head.as_deref() {
                    put(&mut plan, head, y, None, Some(row));
                    y += head.height;
                }
                y += row.room_above();
            }
            (0, None) => (),
            _ => y += part.above,
        }
        put(&mut plan, part, y, before, after);
        y += part.height;
    }
    plan
}

fn put(plan: &mut SheetPlan, part: &Part, y: f64, before: Option<&Row>, after: Option<&Row>) {
    plan.texts.extend(lowered(part.texts.clone(), y));
    plan.strokes.extend(part.strokes.iter().map(|stroke| Stroke {
        from: [stroke.from[0], stroke.from[1] + y],
        to: [stroke.to[0], stroke.to[1] + y],
        ..*stroke
    }));
    if let Some([x, down]) = part.seal {
        plan.seal = Some([x, down + y]);
    }
    if let Some(down) = part.foot {
        plan.foot = Some(down + y);
    }
    let Some(row) = &part.row else { return };
    let mut line = |from: [f64; 2], to: [f64; 2]| {
        plan.strokes.push(Stroke { from, to, width: row.line, ink: row.ink });
    };
    let (Some(left), Some(right)) = (row.uprights.first(), row.uprights.last()) else { return };
    let (starts, ends) = (before.is_none(), after.is_none());
    let top = if starts { y - row.room_above() } else { y };
    let bottom = y + part.height + if ends { row.room_below() } else { 0.0 };
    for x in &row.uprights {
        line([*x, top], [*x, bottom]);
    }
    if starts || !row.continued {
        line([*left, top], [*right, top]);
    }
    // The row below draws its own upper line, unless it only goes on.
    if ends {
        line([*left, bottom], [*right, bottom]);
    }
}
