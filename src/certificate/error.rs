//! Why a certificate cannot be drawn.

use crate::error::Error;

/// A certificate is drawn whole or not at all: every case stops the issue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// No shipped font has the character. An empty box never stands on a certificate.
    #[error("没有字体可以打印“{0}”（U+{code:04X}） · no shipped font has this character", code = *.0 as u32)]
    NoGlyph(char),
    /// A control, direction or invisible character, which could make the paper say something else than the data.
    #[error("含有不可打印的字符 U+{code:04X} · a control or invisible character", code = *.0 as u32)]
    NotPrintable(char),
    /// The field is too long even at the smallest type.
    #[error("“{0}”太长，证照上排不下 · does not fit on the paper")]
    DoesNotFit(&'static str),
    /// The text of the code is longer than a symbol of level M holds (2,331 bytes).
    #[error("二维码内容太长 · the text is too long for a code")]
    Code,
    /// A shipped font cannot be read.
    #[error("字体文件不能读取：{0} · a shipped font cannot be read")]
    Font(&'static str),
    /// The shipped layout cannot be read.
    #[error("版式数据不能读取：{0} · the shipped layout cannot be read")]
    Layout(String),
    /// The file could not be assembled.
    #[error("PDF 不能生成：{0} · the file could not be assembled")]
    Pdf(String),
}

/// In words for the officer who would issue it.
impl From<RenderError> for Error {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::NoGlyph(c) => Self::field(
                "/dossier",
                format!(
                    "凭证字库中没有字符“{c}”（U+{:04X}），不能打印，请联系系统管理员补充字库后再签发。",
                    u32::from(c)
                ),
                format!("No font has the character “{c}” (U+{:04X}); nothing was issued.", u32::from(c)),
            ),
            RenderError::NotPrintable(c) => Self::field(
                "/dossier",
                format!("有不能打印的字符（U+{:04X}），请告知申请人删除后再签发。", u32::from(c)),
                format!("A character cannot be printed (U+{:04X}); nothing was issued.", u32::from(c)),
            ),
            RenderError::DoesNotFit(field) => Self::field(
                "/dossier",
                format!("“{field}”过长，凭证上放不下，请与申请人核对后缩短。"),
                format!("“{field}” is too long for the certificate; shorten it."),
            ),
            other => Self::internal(other),
        }
    }
}
