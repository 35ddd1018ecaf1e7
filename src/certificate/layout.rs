//! The measures, words and colours of the paper, read from `layout.toml` (units there).

use std::sync::LazyLock;

use serde::Deserialize;

use crate::certificate::error::RenderError;
use crate::domain::certificate::CertificateKind;

/// Types of measures, read from a layout file.
macro_rules! measures {
    ($($(#[$doc:meta])* $name:ident { $($field:ident : $t:ty),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(missing_docs, reason = "each value is named and explained in layout.toml")]
        pub struct $name { $(pub $field: $t),+ }
    )+};
}

pub(crate) use measures;

/// A place: millimetres from the left and from the top.
pub type Place = [f64; 2];
/// Red, green, blue, 0–255.
pub type Rgb = [u8; 3];

measures! {
    /// The whole file.
    Layout {
        page: Page, frame: Frame, title: Title, law: Law, table: Table, code: CodeArea, seal: Seal, footer: Footer,
        marks: Marks, annotation: Band, words: Words, kinds: Kinds,
    }
    /// The sheet.
    Page { width: f64, height: f64 }
    /// The woven frame.
    Frame { outer: f64, band: f64, wave: f64, strands: u32, corner: f64, rosette: [f64; 3] }
    /// The title.
    Title { centre: f64, baseline: f64, size: f64, spacing: f64 }
    /// The line that names the law.
    Law { centre: f64, baseline: f64, sizes: Vec<f64>, spacing: f64, width: f64 }
    /// Labels and values.
    Table {
        left: f64, label_width: f64, value_left: f64, right: f64, top: f64, bottom: f64, sizes: Vec<f64>, leading: f64,
        padding: f64, spread: f64, rule_drop: f64, indent: f64,
    }
    /// The code and what stands below it.
    CodeArea {
        centre: f64, top: f64, width: f64, short_baseline: f64, short_size: f64, short_spacing: f64, lines_top: f64,
        line_sizes: Vec<f64>, line_pitch: f64, line_width: f64,
    }
    /// The place of the seal.
    Seal {
        centre: Place, radius: f64, width: f64, caption_baseline: f64, caption_size: f64, authority_baseline: f64,
        authority_sizes: Vec<f64>, date_baseline: f64, date_size: f64, mark_baseline: f64, mark_size: f64,
    }
    /// Identifier, version and notice.
    Footer {
        left: f64, right: f64, bottom: f64, top: f64, narrow_right: f64, clear_below: f64, sizes: Vec<f64>, leading: f64,
    }
    /// What marks a certificate as special.
    Marks {
        size: f64, padding: f64, reissue_centre: f64, reissue_baseline: f64, reissue_size: f64,
        development_centre: f64, development_baseline: f64, development_size: f64, specimen_size: f64,
        specimen_centre: Place, specimen_angle: f64,
    }
    /// What marks a copy for one purpose.
    Band {
        left: f64, right: f64, top: f64, height: f64, padding: f64, first_baseline: f64, first_sizes: Vec<f64>,
        second_baseline: f64, second_sizes: Vec<f64>, development_baseline: f64, watermark_sizes: Vec<f64>,
        watermark_width: f64, watermark_angle: f64, watermark_gap: Place, watermark_inset: f64,
    }
    /// Words common to both kinds.
    Words {
        annotation: String, only_for: String, valid_until: String, recipient: String, copy_number: String,
        short_code: String, compare: String, seal_caption: String, seal_mark: String, development: String,
        specimen: String, specimen_code: String, provisional: String, reissued: String, converted: String, nothing: String,
    }
    /// By kind of certificate.
    Kinds { clinic_filing: Kind, tcm_clinic_filing: Kind }
    /// What differs between the kinds.
    Kind { law: String, notice: String, colours: Colours, inks: Inks, rows: Vec<Row> }
    /// Of the paper and its ornaments. `ghost` lies behind text.
    Colours { paper: Rgb, line: Rgb, fine: Rgb, ghost: Rgb }
    /// Of the texts. `ghost_red` lies behind other text.
    Inks { label: Rgb, text: Rgb, faint: Rgb, red: Rgb, pale_red: Rgb, ghost_red: Rgb }
    /// One field of a row.
    Cell { field: Field, label: String }
}

/// One row: one cell, or two with the second starting `split` millimetres right of the first value.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// One or two cells
    pub cells: Vec<Cell>,
    /// Where the second cell starts, mm from the start of the values
    #[serde(default)]
    pub split: f64,
}

/// What a row can show of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the names are those of the statement's fields")]
pub enum Field {
    Number,
    Uscc,
    Name,
    ClinicType,
    FiledOn,
    Address,
    LegalRepresentative,
    Principal,
    Ownership,
    Nature,
    Subjects,
    ServiceModes,
    Remarks,
}

impl Field {
    /// The name of the statement's field, for messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Uscc => "uscc",
            Self::Name => "name",
            Self::ClinicType => "clinic_type",
            Self::FiledOn => "filed_on",
            Self::Address => "address",
            Self::LegalRepresentative => "legal_representative",
            Self::Principal => "principal",
            Self::Ownership => "ownership",
            Self::Nature => "nature",
            Self::Subjects => "subjects",
            Self::ServiceModes => "service_modes",
            Self::Remarks => "remarks",
        }
    }
}

static LAYOUT: LazyLock<Result<Layout, String>> =
    LazyLock::new(|| toml::from_str(include_str!("layout.toml")).map_err(|error| error.to_string()));

impl Layout {
    /// The shipped layout, read once.
    pub fn shipped() -> Result<&'static Self, RenderError> {
        LAYOUT.as_ref().map_err(|error| RenderError::Layout(error.clone()))
    }

    /// What is particular to a kind.
    pub const fn kind(&self, kind: CertificateKind) -> &Kind {
        match kind {
            CertificateKind::ClinicFiling => &self.kinds.clinic_filing,
            CertificateKind::TcmClinicFiling => &self.kinds.tcm_clinic_filing,
        }
    }
}
