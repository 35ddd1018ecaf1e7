//! The shipped fonts: which has a character, how wide it is, and the subset that goes into a file.
//!
//! They are unpacked once a process and only when wanted; the large fallback face (Extensions B–F) only when a
//! character needs it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use printpdf::{FontMetrics, FontType, ParsedFont, PdfFontMetricsStub};
use sha2::{Digest, Sha256};
use ttf_parser::{Face, GlyphId};

use crate::certificate::error::RenderError;

/// Millimetres in a point.
pub const MM_PER_PT: f64 = 25.4 / 72.0;

/// The largest font unpacks to 31 MB; nothing larger is accepted.
const UNPACKED_MAX: usize = 48 << 20;

fn unpack(packed: &[u8]) -> Vec<u8> {
    zstd::bulk::decompress(packed, UNPACKED_MAX).unwrap_or_default()
}

static REGULAR: LazyLock<Vec<u8>> = LazyLock::new(|| unpack(include_bytes!("fonts/NotoSerifSC-Regular.ttf.zst")));
static STRONG: LazyLock<Vec<u8>> = LazyLock::new(|| unpack(include_bytes!("fonts/NotoSerifSC-SemiBold.ttf.zst")));
static FALLBACK: LazyLock<Vec<u8>> = LazyLock::new(|| unpack(include_bytes!("fonts/HanaMinB.ttf.zst")));
static FALLBACK_FACE: LazyLock<Option<Face<'static>>> = LazyLock::new(|| Face::parse(&FALLBACK, 0).ok());

/// How heavy a text is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Noto Serif SC Regular
    Regular,
    /// Noto Serif SC SemiBold, which is shipped for GB 2312 only: a text with any other character is drawn Regular
    /// throughout, since mixed weights inside a name look like an alteration.
    Strong,
}

/// Which shipped font.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Shipped {
    Regular,
    Strong,
    Fallback,
}

impl Shipped {
    const fn name(self) -> &'static str {
        match self {
            Self::Regular => "NotoSerifSC-Regular",
            Self::Strong => "NotoSerifSC-SemiBold",
            Self::Fallback => "HanaMinB",
        }
    }

    /// OS/2 usWeightClass.
    const fn weight(self) -> u16 {
        match self {
            Self::Strong => 600,
            _ => 400,
        }
    }

    fn data(self) -> &'static [u8] {
        match self {
            Self::Regular => &REGULAR,
            Self::Strong => &STRONG,
            Self::Fallback => &FALLBACK,
        }
    }
}

/// The shipped fonts, ready to measure and to subset. Cheap after the first.
#[derive(Clone)]
pub struct Fonts {
    regular: Face<'static>,
    strong: Face<'static>,
}

impl Fonts {
    /// Unpacks the two main faces (about 40 ms the first time in a process).
    pub fn load() -> Result<Self, RenderError> {
        let face = |font: Shipped| Face::parse(font.data(), 0).map_err(|_| RenderError::Font(font.name()));
        Ok(Self { regular: face(Shipped::Regular)?, strong: face(Shipped::Strong)? })
    }

    /// The characters of `text` that cannot be printed, each once, in order.
    pub fn missing(&self, text: &str) -> Vec<char> {
        let unprintable: BTreeSet<char> =
            text.chars().filter(|c| is_invisible(*c) || self.find(*c, Weight::Regular).is_none()).collect();
        unprintable.into_iter().collect()
    }

    /// Refuses a text that holds a character which cannot be printed, by name.
    pub fn check(&self, text: &str) -> Result<(), RenderError> {
        match text.chars().find(|c| is_invisible(*c)) {
            Some(c) => Err(RenderError::NotPrintable(c)),
            None => self.missing(text).first().map_or(Ok(()), |c| Err(RenderError::NoGlyph(*c))),
        }
    }

    /// The weight in which the whole of `text` can be drawn.
    pub fn weight(&self, text: &str, wanted: Weight) -> Weight {
        let covered = wanted == Weight::Strong && text.chars().all(|c| glyph(&self.strong, c).is_some());
        if covered { Weight::Strong } else { Weight::Regular }
    }

    /// Width of `text` in millimetres at `size` points, without letter spacing.
    pub fn width(&self, text: &str, weight: Weight, size: f64) -> f64 {
        let weight = self.weight(text, weight);
        text.chars().map(|c| self.advance(c, weight)).sum::<f64>() * size * MM_PER_PT
    }

    /// Advance in ems.
    fn advance(&self, c: char, weight: Weight) -> f64 {
        let Some((font, id)) = self.find(c, weight) else { return 1.0 };
        self.face(font).map_or(1.0, |face| {
            f64::from(face.glyph_hor_advance(id).unwrap_or(face.units_per_em())) / f64::from(face.units_per_em())
        })
    }

    fn face(&self, font: Shipped) -> Option<&Face<'static>> {
        match font {
            Shipped::Regular => Some(&self.regular),
            Shipped::Strong => Some(&self.strong),
            Shipped::Fallback => FALLBACK_FACE.as_ref(),
        }
    }

    /// The first font that has the character.
    fn find(&self, c: char, weight: Weight) -> Option<(Shipped, GlyphId)> {
        let order: &[Shipped] = match weight {
            Weight::Strong => &[Shipped::Strong, Shipped::Regular, Shipped::Fallback],
            Weight::Regular => &[Shipped::Regular, Shipped::Fallback],
        };
        order.iter().find_map(|font| Some((*font, glyph(self.face(*font)?, c)?)))
    }
}

/// The glyph of a character, if the font really draws it: the empty box and blanks that stand for a character do not
/// count.
fn glyph(face: &Face<'_>, c: char) -> Option<GlyphId> {
    // The box that the font states: to compute it would trace every outline of every text that is measured.
    let drawn = |id: GlyphId| face.tables().glyf.and_then(|outlines| outlines.bbox(id)).is_some();
    face.glyph_index(c).filter(|id| id.0 != 0 && (c.is_whitespace() || drawn(*id)))
}

/// Control characters, direction marks and whatever else leaves no ink of its own, except the two common spaces
/// (Unicode: Cc, Cf, Zl, Zp, variation selectors, odd spaces, private use).
pub fn is_invisible(c: char) -> bool {
    c.is_control()
        || (c.is_whitespace() && c != ' ' && c != '\u{3000}')
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{f0000}'..='\u{10ffff}')
}

/// One embedded font of a file. Characters that share a glyph (人 and the radical ⼈) go to different slots, so that
/// the text of the file is the text of the data.
struct Slot {
    font: Shipped,
    remapper: subsetter::GlyphRemapper,
    glyphs: BTreeMap<char, GlyphId>,
}

/// The part of the fonts that one file needs.
pub struct Subset<'f> {
    fonts: &'f Fonts,
    slots: Vec<Slot>,
}

impl<'f> Subset<'f> {
    /// Collects the characters of all texts of a file; the first that no font has is the error.
    pub fn collect<'t>(fonts: &'f Fonts, texts: impl Iterator<Item = (&'t str, Weight)>) -> Result<Self, RenderError> {
        let mut wanted = BTreeSet::new();
        for (text, weight) in texts {
            fonts.check(text)?;
            let weight = fonts.weight(text, weight);
            for c in text.chars() {
                let (font, id) = fonts.find(c, weight).ok_or(RenderError::NoGlyph(c))?;
                wanted.insert((font, c, id.0));
            }
        }
        let mut subset = Self { fonts, slots: Vec::new() };
        for (font, c, id) in wanted {
            subset.add(font, c, GlyphId(id));
        }
        Ok(subset)
    }

    fn add(&mut self, font: Shipped, c: char, id: GlyphId) {
        let free = |slot: &&mut Slot| slot.font == font && !slot.glyphs.values().any(|taken| *taken == id);
        if let Some(slot) = self.slots.iter_mut().find(free) {
            slot.remapper.remap(id.0);
            slot.glyphs.insert(c, id);
        } else {
            let mut remapper = subsetter::GlyphRemapper::new();
            remapper.remap(id.0);
            self.slots.push(Slot { font, remapper, glyphs: BTreeMap::from([(c, id)]) });
        }
    }

    /// `text` split into runs of one embedded font each: number of the font, text.
    pub fn runs(&self, text: &str, weight: Weight) -> Result<Vec<(usize, String)>, RenderError> {
        let weight = self.fonts.weight(text, weight);
        let mut runs: Vec<(usize, String)> = Vec::new();
        for c in text.chars() {
            let (font, _) = self.fonts.find(c, weight).ok_or(RenderError::NoGlyph(c))?;
            let holds = |slot: &Slot| slot.font == font && slot.glyphs.contains_key(&c);
            let slot = self.slots.iter().position(holds).ok_or(RenderError::NoGlyph(c))?;
            match runs.last_mut() {
                Some((last, run)) if *last == slot => run.push(c),
                _ => runs.push((slot, c.to_string())),
            }
        }
        Ok(runs)
    }

    /// The fonts to embed, numbered as in [`Self::runs`].
    pub fn embed(&self) -> Result<Vec<ParsedFont>, RenderError> {
        self.slots.iter().map(|slot| self.embed_slot(slot)).collect()
    }

    fn embed_slot(&self, slot: &Slot) -> Result<ParsedFont, RenderError> {
        let broken = RenderError::Font(slot.font.name());
        let face = self.fonts.face(slot.font).ok_or(broken.clone())?;
        let mut glyph_widths = BTreeMap::from([(0, face.units_per_em())]);
        let mut codepoint_to_glyph = BTreeMap::new();
        for (c, id) in &slot.glyphs {
            let new = slot.remapper.get(id.0).ok_or(broken.clone())?;
            codepoint_to_glyph.insert(u32::from(*c), new);
            glyph_widths.insert(new, face.glyph_hor_advance(*id).unwrap_or(face.units_per_em()));
        }
        let original_bytes = subsetter::subset(slot.font.data(), 0, &slot.remapper).map_err(|_| broken)?;
        let bounds = face.global_bounding_box();
        Ok(ParsedFont {
            original_bytes,
            font_index: 0,
            font_name: Some(format!("{}+{}", subset_tag(slot), slot.font.name())),
            codepoint_to_glyph,
            glyph_widths,
            units_per_em: face.units_per_em(),
            font_metrics: FontMetrics { ascent: face.ascender(), descent: face.descender() },
            font_type: FontType::TrueType,
            pdf_font_metrics: PdfFontMetricsStub {
                units_per_em: face.units_per_em(),
                x_min: bounds.x_min,
                y_min: bounds.y_min,
                x_max: bounds.x_max,
                y_max: bounds.y_max,
                us_weight_class: slot.font.weight(),
                ..Default::default()
            },
        })
    }
}

/// The six letters before the name of a subset (ISO 32000-1, 9.6.4), from its characters: the same for the same text.
fn subset_tag(slot: &Slot) -> String {
    let characters: String = slot.glyphs.keys().collect();
    Sha256::digest(characters).iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}
