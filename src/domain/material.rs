//! What may be uploaded: three file types known by their content, within bounds.

/// Largest file, bytes.
pub const MAX_FILE: u64 = 20 * 1024 * 1024;
/// Largest sum of a filing's files, bytes.
pub const MAX_FILING: u64 = 200 * 1024 * 1024;
/// Most files of a filing.
pub const MAX_FILES: usize = 100;

/// Largest piece of a file that arrives in pieces, bytes.
pub const LARGEST_PIECE: u64 = 1024 * 1024;
/// Smallest piece, but for the last: a file is no heap of crumbs.
pub const SMALLEST_PIECE: u64 = 16 * 1024;
/// Most files of an account that have not arrived whole.
pub const MAX_UPLOADS: usize = 20;
/// Largest sum of them, bytes: as much as a filing may hold.
pub const MAX_ARRIVING: u64 = MAX_FILING;
/// Hours after its last piece for which an unfinished file is kept.
pub const UPLOAD_HOURS: i64 = 24;
/// Shortest side, pixels, under which a photo of a paper is hard to read.
pub const READABLE_SIDE: u32 = 600;

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

/// Why a file cannot be taken as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileDefect {
    /// Nothing is in it.
    Empty,
    /// Larger than [`MAX_FILE`]: its size, bytes.
    TooLarge(u64),
    /// HEIC or HEIF, as some phones take photos.
    Heic,
    /// Word, Excel, WPS or an archive.
    Office,
    /// Another type.
    Type,
    /// A PDF that opens with a password only.
    Encrypted,
}

impl FileDefect {
    /// Why a file that is none of [`MediaType`] is not, by its first bytes.
    pub fn of_content(first: &[u8]) -> Self {
        const BRANDS: [&[u8]; 7] = [b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"];
        match first {
            [] => Self::Empty,
            [_, _, _, _, b'f', b't', b'y', b'p', a, b, c, d, ..] if BRANDS.contains(&[*a, *b, *c, *d].as_slice()) => {
                Self::Heic
            }
            [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => Self::Office,
            _ => Self::Type,
        }
    }

    /// What is wrong and what to do.
    pub fn zh(self) -> String {
        match self {
            Self::Empty => "文件是空的，没有内容。请核对后重新选择；只接受PDF、JPG、PNG文件。".to_owned(),
            Self::TooLarge(size) => format!(
                "文件有{}，超过单个文件{}的上限。请降低扫描分辨率或者压缩后再上传；多页的可以分成几个文件。",
                megabytes(size),
                megabytes(MAX_FILE)
            ),
            Self::Heic => {
                "这是HEIC照片，许多电脑打不开，请改用JPG。苹果手机：在“设置—相机—格式”中选“兼容性最佳”后重新拍照；\
                           已经拍好的，可以打开照片后截屏，上传截屏。"
                    .to_owned()
            }
            Self::Office => "这是Word、Excel、WPS或者压缩文件。请打开后另存为（导出为）PDF，再上传PDF。".to_owned(),
            Self::Type => {
                "只接受PDF、JPG、PNG文件，按文件内容判断，改文件名没有用。请重新扫描或者拍照后上传。".to_owned()
            }
            Self::Encrypted => {
                "这份PDF设有打开密码，审查人员打不开。请取消密码（打开后另存为或者打印为PDF）后再上传。".to_owned()
            }
        }
    }

    /// The same in English.
    pub fn en(self) -> String {
        match self {
            Self::Empty => "The file is empty. Choose it again; only PDF, JPEG and PNG are taken.".to_owned(),
            Self::TooLarge(size) => format!(
                "The file has {}; a file may have {}. Scan it with less resolution, or split it.",
                megabytes(size),
                megabytes(MAX_FILE)
            ),
            Self::Heic => {
                "This is a HEIC photo, which many computers cannot open; use JPEG. On an iPhone choose Settings – \
                           Camera – Formats – Most Compatible and take it again, or upload a screenshot of the photo."
                    .to_owned()
            }
            Self::Office => {
                "This is a Word, Excel or WPS file or an archive. Save it as PDF and upload that.".to_owned()
            }
            Self::Type => {
                "Only PDF, JPEG and PNG are taken, judged by content. Scan or photograph it again.".to_owned()
            }
            Self::Encrypted => {
                "This PDF opens with a password only. Remove the password (save or print it as PDF), then upload it."
                    .to_owned()
            }
        }
    }
}

/// A size as people say it: `25.3 MB`, rounded up so that what is too large never looks as if it were not.
pub fn megabytes(bytes: u64) -> String {
    const MB: u64 = 1024 * 1024;
    let tenths = (bytes.saturating_mul(10)).div_ceil(MB);
    match (tenths / 10, tenths % 10) {
        (0, _) => format!("{} KB", bytes.div_ceil(1024)),
        (whole, 0) => format!("{whole} MB"),
        (whole, tenth) => format!("{whole}.{tenth} MB"),
    }
}
