//! Where everything stands: a pure plan of texts and rules, before anything is drawn.

mod annotation;

use crate::certificate::error::RenderError;
use crate::certificate::fonts::{Fonts, MM_PER_PT, Weight};
use crate::certificate::layout::{Cell, Kind, Layout};
use crate::certificate::plan::{Frame, Ink, Placed, Rule, Style, style};
use crate::certificate::sheet::Sheet;
use crate::certificate::wording;
use crate::certificate::wrap::wrap;
use crate::domain::deadline;

/// All that stands on one sheet, save the ornaments, the code and the circle of the seal.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// In reading order
    pub texts: Vec<Placed>,
    /// Leader lines
    pub rules: Vec<Rule>,
    /// Frames of marks
    pub frames: Vec<Frame>,
    /// Framed areas with a pale ground
    pub bands: Vec<Frame>,
}

/// Plans a sheet; the error names the first field that cannot be printed or does not fit.
pub fn compose(fonts: &Fonts, sheet: &Sheet<'_>) -> Result<Plan, RenderError> {
    let layout = Layout::shipped()?;
    let kind = layout.kind(sheet.statement.kind);
    let mut composer = Composer { fonts, layout, kind, sheet, plan: Plan::default() };
    composer.marks()?;
    if let Some(annotation) = &sheet.annotation {
        composer.annotate(annotation)?;
    }
    composer.heading()?;
    composer.table()?;
    composer.code()?;
    composer.seal()?;
    composer.footer()?;
    for placed in &composer.plan.texts {
        fonts.check(&placed.text)?;
    }
    Ok(composer.plan)
}

struct Composer<'a> {
    fonts: &'a Fonts,
    layout: &'static Layout,
    kind: &'static Kind,
    sheet: &'a Sheet<'a>,
    plan: Plan,
}

impl Composer<'_> {
    fn width(&self, text: &str, style: Style) -> f64 {
        style.width(self.fonts, text)
    }

    /// Puts a line of text at `x`; gives its width.
    fn put(&mut self, text: &str, x: f64, baseline: f64, style: Style) -> f64 {
        let placed = style.place(self.fonts, text, x, baseline);
        let width = placed.width;
        self.plan.texts.push(placed);
        width
    }

    fn put_centred(&mut self, text: &str, centre: f64, baseline: f64, style: Style) {
        let x = centre - self.width(text, style) / 2.0;
        self.put(text, x, baseline, style);
    }

    /// The first size at which `text` is at most `width` wide on one line.
    fn fitting(
        &self,
        text: &str,
        sizes: &[f64],
        width: f64,
        at: Style,
        field: &'static str,
    ) -> Result<Style, RenderError> {
        let fits = |size: &&f64| self.width(text, Style { size: **size, ..at }) <= width;
        let size = sizes.iter().find(fits).ok_or(RenderError::DoesNotFit(field))?;
        Ok(Style { size: *size, ..at })
    }

    fn heading(&mut self) -> Result<(), RenderError> {
        let title = &self.layout.title;
        let large = Style { spacing: title.spacing, ..style(title.size, Weight::Strong, Ink::Text) };
        self.put_centred(self.sheet.statement.kind.title(), title.centre, title.baseline, large);
        let law = &self.layout.law;
        let line = Style { spacing: law.spacing, ..style(0.0, Weight::Regular, Ink::Faint) };
        let line = self.fitting(&self.kind.law, &law.sizes, law.width, line, "law")?;
        self.put_centred(&self.kind.law, law.centre, law.baseline, line);
        Ok(())
    }

    fn marks(&mut self) -> Result<(), RenderError> {
        let (marks, words) = (&self.layout.marks, &self.layout.words);
        if self.sheet.specimen {
            let size = marks.specimen_size;
            let ghost = Style { spacing: size * 0.2, ..style(size, Weight::Strong, Ink::GhostRed) };
            let (width, em) = (self.width(&words.specimen, ghost), size * MM_PER_PT);
            let (sin, cos) = marks.specimen_angle.to_radians().sin_cos();
            // The middle of the text's box comes to the centre: back by half its width, down by 0.38 em, both turned.
            let (along, down) = (width / 2.0, 0.38 * em);
            let [x, y] = marks.specimen_centre;
            self.put(&words.specimen, x - along * cos + down * sin, y + along * sin + down * cos, ghost);
            if let Some(placed) = self.plan.texts.last_mut() {
                placed.angle = marks.specimen_angle;
            }
        }
        if self.sheet.development {
            let small = style(marks.development_size, Weight::Regular, Ink::Red);
            let baseline = match self.sheet.annotation {
                Some(_) => self.layout.annotation.development_baseline,
                None => marks.development_baseline,
            };
            self.put_centred(&words.development, marks.development_centre, baseline, small);
        }
        let copy = self.sheet.statement.copy_number;
        let special = [
            self.sheet.statement.conversion.map(|_| words.converted.clone()),
            (copy > 1).then(|| format!("{}（第{copy}份）", words.reissued)),
        ];
        let special = special.into_iter().flatten().collect::<Vec<_>>();
        if !special.is_empty() {
            let text = special.join("·");
            let (size, baseline) = (marks.reissue_size, marks.reissue_baseline);
            let width = self.width(&text, style(size, Weight::Strong, Ink::Red));
            self.mark(&text, marks.reissue_centre - width / 2.0 - marks.padding, baseline, size);
        }
        Ok(())
    }

    /// A framed red mark with its left edge at `x`.
    fn mark(&mut self, text: &str, x: f64, baseline: f64, size: f64) {
        let padding = self.layout.marks.padding;
        let em = size * MM_PER_PT;
        let width = self.put(text, x + padding, baseline, style(size, Weight::Strong, Ink::Red));
        let height = em + 0.9 * padding;
        self.plan.frames.push([x, baseline - 0.88 * em - 0.45 * padding, width + 2.0 * padding, height]);
    }

    fn table(&mut self) -> Result<(), RenderError> {
        let table = &self.layout.table;
        let mut smallest = None;
        for size in &table.sizes {
            let rows = self.rows(*size);
            let line = size * MM_PER_PT * table.leading;
            let room: f64 = rows.iter().map(|row| line * row.lines() as f64 + table.padding).sum();
            let spare = table.bottom - table.top - room;
            if spare >= 0.0 {
                let spread = (spare / rows.len().max(1) as f64).min(table.spread);
                self.draw_rows(&rows, *size, line, spread);
                return Ok(());
            }
            smallest = rows.iter().max_by_key(|row| row.lines()).and_then(RowPlan::longest);
        }
        Err(RenderError::DoesNotFit(smallest.unwrap_or("remarks")))
    }

    /// The rows with their values broken into lines at `size`.
    fn rows(&self, size: f64) -> Vec<RowPlan> {
        let table = &self.layout.table;
        let mut rows = Vec::new();
        for row in &self.kind.rows {
            let mut cells = Vec::new();
            for (column, cell) in row.cells.iter().enumerate() {
                let Some(value) = wording::value(self.sheet.statement, cell.field) else { continue };
                let value = if value.is_empty() { self.layout.words.nothing.clone() } else { value };
                let label = self.label_style(size);
                let (label_x, left) = if column == 0 {
                    (table.left, table.value_left)
                } else {
                    let start = table.value_left + row.split;
                    (start, start + self.width(&cell.label, label) + 3.5)
                };
                let right = match row.cells.len() {
                    2 if column == 0 => table.value_left + row.split - 5.0,
                    _ => table.right,
                };
                let lines = wrap(self.fonts, &value, Weight::Regular, size, right - left - 2.0 * table.indent);
                cells.push(CellPlan { cell, label_x, left, right, lines });
            }
            if !cells.is_empty() {
                rows.push(RowPlan { cells });
            }
        }
        rows
    }

    const fn label_style(&self, size: f64) -> Style {
        style(size - 0.5, Weight::Strong, Ink::Label)
    }

    fn draw_rows(&mut self, rows: &[RowPlan], size: f64, line: f64, spread: f64) {
        let table = &self.layout.table;
        let em = size * MM_PER_PT;
        let mut top = table.top;
        for row in rows {
            let first = top + 0.88 * em;
            for (column, plan) in row.cells.iter().enumerate() {
                self.label(&plan.cell.label, plan.label_x, first, self.label_style(size), column == 0);
                let mut end = 0.0;
                for (n, text) in plan.lines.iter().enumerate() {
                    let place = style(size, Weight::Regular, Ink::Text);
                    end = self.put(text, plan.left + table.indent, first + n as f64 * line, place);
                }
                let lines = row.lines().saturating_sub(1) as f64;
                let y = first + lines * line + 0.12 * em + table.rule_drop;
                self.plan.rules.push(Rule { x0: plan.left, x1: plan.right, y });
                if plan.cell.field.name() == "number" && self.sheet.statement.provisional {
                    let words = &self.layout.words;
                    let (x, size) = (plan.left + table.indent + end + 4.0, self.layout.marks.size);
                    self.mark(&words.provisional, x, first - 0.06 * em, size);
                }
            }
            top += line * row.lines() as f64 + table.padding + spread;
        }
    }

    /// A label, spread over the width of the column; one too long for it is drawn smaller.
    fn label(&mut self, label: &str, x: f64, baseline: f64, at: Style, spread: bool) {
        let column = self.layout.table.label_width;
        let natural = self.width(label, at);
        let size = if spread && natural > column { at.size * column / natural } else { at.size };
        let gaps = label.chars().count().saturating_sub(1);
        let spare = (column - natural).max(0.0);
        let spacing = if spread && gaps > 0 { spare / gaps as f64 / MM_PER_PT } else { 0.0 };
        self.put(label, x, baseline, Style { size, spacing, ..at });
    }

    fn code(&mut self) -> Result<(), RenderError> {
        let (code, words) = (&self.layout.code, &self.layout.words);
        if self.sheet.specimen {
            let middle = code.top + code.width / 2.0 + 1.5;
            self.put_centred(&words.specimen_code, code.centre, middle, style(11.0, Weight::Regular, Ink::PaleRed));
            return Ok(());
        }
        let short = Style { spacing: code.short_spacing, ..style(code.short_size, Weight::Strong, Ink::Text) };
        self.put_centred(self.sheet.short_code, code.centre, code.short_baseline, short);
        let below = [
            (words.short_code.as_str(), style(0.0, Weight::Regular, Ink::Faint)),
            (self.sheet.host, style(0.0, Weight::Strong, Ink::Label)),
            (words.compare.as_str(), style(0.0, Weight::Regular, Ink::Faint)),
        ];
        for (n, (text, at)) in below.into_iter().enumerate() {
            let at = self.fitting(text, &code.line_sizes, code.line_width, at, "host")?;
            self.put_centred(text, code.centre, code.lines_top + n as f64 * code.line_pitch, at);
        }
        Ok(())
    }

    fn seal(&mut self) -> Result<(), RenderError> {
        let (seal, words) = (&self.layout.seal, &self.layout.words);
        let [centre, _] = seal.centre;
        let plain = |size| style(size, Weight::Regular, Ink::Text);
        let (lines, at) = self.authority()?;
        let pitch = at.size * MM_PER_PT * 1.3;
        // More lines grow upwards and downwards alike, and push the caption and the date away.
        let grow = pitch * lines.len().saturating_sub(1) as f64 / 2.0;
        self.put_centred(&words.seal_caption, centre, seal.caption_baseline - grow, plain(seal.caption_size));
        for (n, line) in lines.iter().enumerate() {
            let baseline = seal.authority_baseline - grow + pitch * n as f64;
            self.put_centred(line, centre, baseline, at);
        }
        let date = deadline::chinese_date(self.sheet.statement.issued_on);
        self.put_centred(&date, centre, seal.date_baseline + grow, plain(seal.date_size));
        let mark = style(seal.mark_size, Weight::Regular, Ink::Red);
        self.put_centred(&words.seal_mark, centre, seal.mark_baseline + grow * 0.8, mark);
        Ok(())
    }

    /// The authority's name in as few lines as stay legible, evenly filled.
    fn authority(&self) -> Result<(Vec<String>, Style), RenderError> {
        let (seal, name) = (&self.layout.seal, self.sheet.statement.authority.name.as_str());
        let weight = self.fonts.weight(name, Weight::Strong);
        for most in 1..=3_usize {
            for size in seal.authority_sizes.iter().filter(|size| most > 1 || **size >= 8.5) {
                let whole = self.fonts.width(name, weight, *size);
                let even = (whole / most as f64 + size * MM_PER_PT).min(seal.width);
                let lines = wrap(self.fonts, name, weight, *size, if most == 1 { seal.width } else { even });
                if lines.len() <= most {
                    return Ok((lines, style(*size, weight, Ink::Text)));
                }
            }
        }
        Err(RenderError::DoesNotFit("authority"))
    }

    fn footer(&mut self) -> Result<(), RenderError> {
        let footer = &self.layout.footer;
        let identifier = format!("证照标识 {}", self.sheet.statement.licence_identifier);
        let version = wording::version(self.sheet.statement);
        for size in &footer.sizes {
            let small = style(*size, Weight::Regular, Ink::Faint);
            let pitch = size * MM_PER_PT * footer.leading;
            let together = format!("{identifier}　　{version}");
            let narrow = footer.narrow_right - footer.left;
            let heads = if self.width(&together, small) <= narrow {
                vec![together]
            } else {
                vec![identifier.clone(), version.clone()]
            };
            let wide = footer.right - footer.left;
            let mut lines = Vec::new();
            for text in heads.iter().map(String::as_str).chain([self.kind.notice.as_str()]) {
                lines.extend(wrap(self.fonts, text, Weight::Regular, *size, wide));
            }
            let first = footer.bottom - 0.12 * size * MM_PER_PT - pitch * lines.len().saturating_sub(1) as f64;
            let clear = |n: usize, line: &str| {
                first + pitch * n as f64 - 0.88 * size * MM_PER_PT >= footer.clear_below
                    || self.width(line, small) <= narrow
            };
            let fits = first - 0.88 * size * MM_PER_PT >= footer.top
                && lines.iter().enumerate().all(|(n, line)| clear(n, line));
            if fits && lines.first().is_some_and(|line| line.starts_with(&identifier)) {
                for (n, line) in lines.iter().enumerate() {
                    self.put(line, footer.left, first + pitch * n as f64, small);
                }
                return Ok(());
            }
        }
        Err(RenderError::DoesNotFit("change_note"))
    }
}

/// A row with its values broken into lines.
struct RowPlan {
    cells: Vec<CellPlan>,
}

struct CellPlan {
    cell: &'static Cell,
    label_x: f64,
    left: f64,
    right: f64,
    lines: Vec<String>,
}

impl RowPlan {
    fn lines(&self) -> usize {
        self.cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(1).max(1)
    }

    /// The field with the most lines.
    fn longest(&self) -> Option<&'static str> {
        self.cells.iter().max_by_key(|cell| cell.lines.len()).map(|cell| cell.cell.field.name())
    }
}
