//! What makes a sheet a copy for one purpose: the band above the title, and the purpose pale behind the text.

use super::{Composer, Ink, Placed, Style, style};
use crate::certificate::error::RenderError;
use crate::certificate::fonts::{MM_PER_PT, Weight};
use crate::certificate::sheet::Annotation;
use crate::domain::deadline;

impl Composer<'_> {
    pub(super) fn annotate(&mut self, annotation: &Annotation<'_>) -> Result<(), RenderError> {
        let (band, words) = (&self.layout.annotation, &self.layout.words);
        let purpose = format!("{}{}", words.only_for, annotation.purpose);
        self.watermark(&purpose);

        let width = band.right - band.left - 2.0 * band.padding;
        let centre = (band.left + band.right) / 2.0;
        let first = format!("{} · {purpose}", words.annotation);
        let strong = style(0.0, Weight::Strong, Ink::Red);
        let at = self.fitting(&first, &band.first_sizes, width, strong, "purpose")?;
        self.put_centred(&first, centre, band.first_baseline, at);

        let mut parts = vec![format!("{}{}", words.valid_until, deadline::numeric_date(annotation.expires_on))];
        if !annotation.recipient.is_empty() {
            parts.push(format!("{}{}", words.recipient, annotation.recipient));
        }
        parts.push(format!("{} {}", words.copy_number, annotation.number));
        let second = parts.join(" · ");
        let plain = style(0.0, Weight::Strong, Ink::Text);
        let at = self.fitting(&second, &band.second_sizes, width, plain, "recipient")?;
        self.put_centred(&second, centre, band.second_baseline, at);
        self.plan.bands.push([band.left, band.top, band.right - band.left, band.height]);
        Ok(())
    }

    /// The purpose in slanting lines all over the sheet. One that would not stay inside the frame is left out.
    fn watermark(&mut self, purpose: &str) {
        let (band, page) = (&self.layout.annotation, &self.layout.page);
        let ghost = style(0.0, Weight::Strong, Ink::GhostRed);
        let sized = |size: &f64| Style { size: *size, ..ghost };
        let fits = |style: &Style| self.width(purpose, *style) <= band.watermark_width;
        let smallest = band.watermark_sizes.last().map(sized);
        let Some(at) = band.watermark_sizes.iter().map(sized).find(fits).or(smallest) else { return };
        let width = self.width(purpose, at);
        let (sin, cos) = band.watermark_angle.to_radians().sin_cos();
        let [gap, down] = band.watermark_gap;
        let (across, rise) = (width * cos, width * sin);
        let inset = band.watermark_inset;
        let (left, right) = (inset, page.width - inset - across);
        let (top, bottom) = (inset + rise + at.size * MM_PER_PT, page.height - inset);
        let (rows, columns) = ((page.height / down) as u32 + 1, (page.width / (across + gap)) as u32 + 1);
        for row in 0..=rows {
            // Every other line starts half a step later, so that no column stays free.
            let shift = if row % 2 == 0 { 0.0 } else { ((across + gap) / 2.0).min((right - left).max(0.0)) };
            for column in 0..=columns {
                let x = left + shift + f64::from(column) * (across + gap);
                let baseline = top + f64::from(row) * down;
                if x <= right && baseline <= bottom {
                    let Style { size, spacing, weight, ink } = at;
                    let (text, angle) = (purpose.to_owned(), band.watermark_angle);
                    self.plan.texts.push(Placed { text, x, baseline, width, size, spacing, angle, weight, ink });
                }
            }
        }
    }
}
