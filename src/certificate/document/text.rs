//! Lines of text for papers: wrapped, indented, filled to the right edge.

use crate::certificate::document::Manner;
use crate::certificate::document::layout::Layout;
use crate::certificate::document::part::Part;
use crate::certificate::fonts::{Fonts, MM_PER_PT, Weight};
use crate::certificate::plan::{Ink, Placed, Style, style};
use crate::certificate::wrap::wrap;

/// What every part is made with.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    pub fonts: &'a Fonts,
    pub layout: &'static Layout,
    /// The issuer's name stands beside the code
    pub beside: bool,
    /// Whose paper it is
    pub manner: Manner,
}

/// A block of lines: where it stands and how it is set.
#[derive(Clone, Copy)]
pub struct Setting {
    pub style: Style,
    pub left: f64,
    pub width: f64,
    /// Of the type size, from line to line
    pub leading: f64,
    /// Ems that the first line is moved in
    pub indent: usize,
    /// Whether full lines reach the right edge
    pub filled: bool,
}

impl Setting {
    /// Height of a line.
    pub fn line(&self) -> f64 {
        self.style.size * MM_PER_PT * self.leading
    }

    /// From the top of a line to its baseline, so that the type stands in its middle.
    pub fn baseline(&self) -> f64 {
        let em = self.style.size * MM_PER_PT;
        (self.line() - em) / 2.0 + 0.88 * em
    }
}

impl Desk<'_> {
    /// Running text over the whole width.
    pub fn running(&self) -> Setting {
        let (text, edges) = (&self.layout.text, &self.layout.edges);
        Setting {
            style: style(text.size, Weight::Regular, Ink::Text),
            left: edges.left,
            width: edges.width(),
            leading: text.leading,
            indent: 2,
            filled: true,
        }
    }

    /// The lines of a text, a new one wherever the text itself begins one. Baselines count from the top of the line's own
    /// box. `lead` is set strong before the text.
    pub fn lines(&self, lead: &str, text: &str, at: Setting) -> Vec<Vec<Placed>> {
        let mut lines = Vec::new();
        for (n, piece) in text.split('\n').map(|piece| piece.trim_end_matches('\r')).enumerate() {
            self.piece(if n == 0 { lead } else { "" }, piece, at, &mut lines);
        }
        lines
    }

    fn piece(&self, lead: &str, text: &str, at: Setting, lines: &mut Vec<Vec<Placed>>) {
        // An ideographic space is one em wide in every face.
        let blank: String = std::iter::repeat_n('\u{3000}', at.indent).collect();
        let whole = format!("{blank}{lead}{text}");
        let wrapped = wrap(self.fonts, &whole, at.style.weight, at.style.size, at.width);
        let last = wrapped.len().saturating_sub(1);
        let weight = self.fonts.weight(text, at.style.weight);
        for (n, line) in wrapped.iter().enumerate() {
            let mut x = at.left;
            let mut line = line.as_str();
            let mut placed = Vec::new();
            if n == 0 {
                x += at.indent as f64 * at.style.size * MM_PER_PT;
                line = line.strip_prefix(blank.as_str()).unwrap_or(line);
                if let Some(rest) = line.strip_prefix(lead).filter(|_| !lead.is_empty()) {
                    let strong = Style { weight: Weight::Strong, ..at.style };
                    let head = strong.place(self.fonts, lead, x, at.baseline());
                    x += head.width;
                    placed.push(head);
                    line = rest;
                }
            }
            let mut set = Style { weight, ..at.style };
            if at.filled && n < last {
                set.spacing = self.filling(line, set, at.left + at.width - x);
            }
            if !line.is_empty() {
                placed.push(set.place(self.fonts, line, x, at.baseline()));
            }
            lines.push(placed);
        }
    }

    /// The letter spacing with which a full line ends at the edge; a line that falls too short stays as it is.
    fn filling(&self, line: &str, at: Style, width: f64) -> f64 {
        let gaps = line.chars().count().saturating_sub(1).max(1) as f64;
        let spare = width - at.width(self.fonts, line);
        let em = at.size * MM_PER_PT;
        if (0.0..=2.5 * em).contains(&spare) { spare / gaps / MM_PER_PT } else { 0.0 }
    }

    /// A text as parts of one line each; neither its first nor its last line stands alone on a sheet.
    pub fn paragraph(&self, lead: &str, text: &str, at: Setting) -> Vec<Part> {
        let lines = self.lines(lead, text, at);
        let count = lines.len();
        let part = |(n, texts)| Part {
            height: at.line(),
            tied: count > 1 && (n == 0 || n + 2 == count),
            texts,
            ..Part::default()
        };
        lines.into_iter().enumerate().map(part).collect()
    }

    /// A text in the middle between two edges, in as few lines as it needs, evenly filled. Heights count from 0.
    pub fn centred(&self, text: &str, at: Setting) -> Vec<Placed> {
        let lines = self.even(text, at);
        let mut placed = Vec::new();
        for (n, line) in lines.iter().enumerate() {
            let x = at.left + (at.width - at.style.width(self.fonts, line)) / 2.0;
            placed.push(at.style.place(self.fonts, line, x, at.baseline() + n as f64 * at.line()));
        }
        placed
    }

    /// A text in as few lines as it needs, all of about the same length.
    pub fn even(&self, text: &str, at: Setting) -> Vec<String> {
        let lines = |width: f64| -> Vec<String> {
            let pieces = text.split('\n').map(|piece| piece.trim_end_matches('\r'));
            pieces.flat_map(|piece| wrap(self.fonts, piece, at.style.weight, at.style.size, width)).collect()
        };
        let fewest = lines(at.width);
        let em = at.style.size * MM_PER_PT;
        let longest: f64 = fewest.iter().map(|line| at.style.width(self.fonts, line)).sum();
        let mut width = longest / fewest.len().max(1) as f64;
        while width < at.width {
            let even = lines(width);
            if even.len() <= fewest.len() {
                return even;
            }
            width += em / 2.0;
        }
        fewest
    }
}

/// Moves texts down.
pub fn lowered(mut texts: Vec<Placed>, by: f64) -> Vec<Placed> {
    for text in &mut texts {
        text.baseline += by;
    }
    texts
}
