//! What may be uploaded: three file types known by their content, within bounds.

/// Largest file, bytes.
pub const MAX_FILE: u64 = 20 * 1024 * 1024;
/// Largest sum of a filing's files, bytes.
pub const MAX_FILING: u64 = 200 * 1024 * 1024;
/// Most files of a filing.
pub const MAX_FILES: usize = 100;

/// A file type that offices can read and keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaType {
    Pdf,
    Jpeg,
    Png,
}

impl MediaType {
    /// The type of a file by its first bytes; what it calls itself does not count.
    pub fn of_content(first: &[u8]) -> Option<Self> {
        match first {
            [b'%', b'P', b'D', b'F', b'-', ..] => Some(Self::Pdf),
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => Some(Self::Png),
            _ => None,
        }
    }

    /// The media type (RFC 6838).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// What its file names end in.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// A file name that is safe to show and send: no path, no control characters, no run of digits that could be an
/// identity number, at most 60 characters, and the extension that its content has.
pub fn safe_file_name(name: &str, media_type: MediaType) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    let mut digits = 0;
    let mut safe = String::new();
    for c in stem.chars().filter(|c| c.is_alphanumeric() || " -_（）()".contains(*c)).take(60) {
        digits = if c.is_ascii_digit() { digits + 1 } else { 0 };
        safe.push(if digits > 8 { '*' } else { c });
    }
    let safe = safe.trim();
    format!("{}.{}", if safe.is_empty() { "material" } else { safe }, media_type.extension())
}
