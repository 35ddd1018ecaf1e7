//! The measures, words and colours of papers, read from `document.toml` (units there).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::certificate::error::RenderError;
use crate::certificate::layout::{Inks, Page, measures};

measures! {
    /// The whole file.
    Layout {
        page: Page, edges: Edges, settings: Vec<Set>, head: Head, title: Title, text: Text, table: Table,
        closing: Closing, signatures: Signatures, check: Check, margin: Margin, inks: Inks, words: Words,
    }
    /// How close a paper is set.
    Set {
        text: f64, note: f64, table: f64, leading: f64, table_leading: f64, cell: f64, scale: f64, beside: bool,
    }
    /// Where the body stands.
    Edges { left: f64, right: f64, top: f64, bottom: f64 }
    /// Issuer, number, red line.
    Head {
        sizes: Vec<f64>, lines: usize, spread: f64, leading: f64, above: f64, number_size: f64, number_above: f64,
        rule_above: f64, rule: f64, rule_below: f64,
    }
    /// The title.
    Title { size: f64, leading: f64, below: f64 }
    /// Running text, and the smaller notes below it.
    Text {
        size: f64, leading: f64, least: f64, note_size: f64, note_leading: f64, between: f64, heading_above: f64, number_width: f64,
    }
    /// Frames of fields and of tables.
    Table {
        size: f64, leading: f64, padding: [f64; 2], short: f64, label_max: f64, label_min: f64, line: f64,
        whole_most: usize, piece: usize, above: f64,
    }
    /// 落款
    Closing {
        above: f64, room: f64, radius: f64, width: f64, leading: f64, date_indent: f64, mark_size: f64,
        mark_drop: f64, beside: f64,
    }
    /// Lines to sign on.
    Signatures { above: f64, pitch: f64, gap: f64, date_line: [f64; 3], size: f64 }
    /// The code at the foot of the last page.
    Check {
        height: f64, size: f64, indent: f64, gap: f64, code_size: f64, code_spacing: f64, line_size: f64, pitch: f64,
        line: f64,
    }
    /// What stands in the margins.
    Margin {
        running_baseline: f64, running_rule: f64, running_size: f64, number_baseline: f64, number_size: f64,
        mark_baseline: f64, mark_size: f64,
    }
    /// Fixed words.
    Words {
        nothing: String, basis: String, remedy: String, contact: String, sign_date: String, year: String,
        month: String, day: String, seal_mark: String, check: String, short_code: String, official: String,
        development: String, sample: String,
    }
}

static LAYOUTS: LazyLock<Result<Vec<(Layout, bool)>, String>> = LazyLock::new(|| {
    let read = || toml::from_str::<Layout>(include_str!("document.toml")).map_err(|error| error.to_string());
    let count = read()?.settings.len();
    (0..count).map(|n| read().map(|layout| layout.set(n))).collect()
});

impl Layout {
    /// The shipped layout by each of its settings, the loosest first, and whether the issuer's name stands beside the code.
    pub fn shipped() -> Result<&'static [(Self, bool)], RenderError> {
        LAYOUTS.as_deref().map_err(|error| RenderError::Layout(error.clone()))
    }

    /// The measures by one of the settings.
    fn set(mut self, n: usize) -> (Self, bool) {
        let Some(set) = self.settings.get(n) else { return (self, false) };
        let beside = set.beside;
        (self.text.size, self.text.leading, self.text.note_size) = (set.text, set.leading, set.note);
        (self.table.size, self.table.leading, self.table.padding[1]) = (set.table, set.table_leading, set.cell);
        let scale = set.scale;
        // The issuer's name keeps its size: it is the head of the paper that one sees.
        for measure in [
            &mut self.head.above,
            &mut self.head.number_above,
            &mut self.head.rule_above,
            &mut self.head.rule_below,
            &mut self.title.below,
            &mut self.text.between,
            &mut self.text.heading_above,
            &mut self.table.above,
            &mut self.closing.above,
            &mut self.signatures.above,
        ] {
            *measure *= scale;
        }
        // Lines to sign on stay far enough apart to sign on.
        self.signatures.pitch *= scale.max(0.8);
        self.title.size *= scale.max(0.8);
        self.head.number_size *= scale.max(0.85);
        (self, beside)
    }
}

impl Edges {
    /// Width of the body.
    pub const fn width(&self) -> f64 {
        self.right - self.left
    }

    /// The middle of the body.
    pub const fn centre(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }
}
