//! Why a certificate cannot be drawn.

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
