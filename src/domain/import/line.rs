//! Lines of a table as they were read.

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    /// Text, trimmed and normalised; empty where nothing stands there
    Text(String),
    /// What cannot be read as text
    Wrong(CellFault),
}

/// Why a cell cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellFault {
    /// A formula: what it shows is not what stands there.
    Formula,
    /// `#N/A` and the like.
    ErrorValue,
    /// A number of more than fifteen digits, of which the spreadsheet has lost the last.
    LostDigits,
    /// Longer than a cell may be.
    TooLong,
    /// Characters that are not seen.
    Hidden,
}

impl CellFault {
    /// What is wrong and what to do, Chinese and English.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Formula => {
                ("单元格是公式，请改为数值（复制后“选择性粘贴—数值”）。", "This is a formula; paste its value instead.")
            }
            Self::ErrorValue => ("单元格是错误值，请填写内容。", "This is an error value; write what belongs here."),
            Self::LostDigits => (
                "长数字已丢失末位（表格只保留15位），请将该列设为文本格式后重新录入。",
                "The spreadsheet has lost the last digits; set the column to text and enter it again.",
            ),
            Self::TooLong => ("文字过长（最多2000个字符），请缩短。", "Longer than 2,000 characters; shorten it."),
            Self::Hidden => (
                "含有不可见字符或者控制字符，请删除后重新填写。",
                "This holds control or invisible characters; remove them.",
            ),
        }
    }
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// As the spreadsheet counts, from 1
    pub row: u32,
    /// From the left; what is missing at the right is empty
    pub cells: Vec<Cell>,
}

impl Line {
    /// The text in a column; empty where there is none or it cannot be read.
    pub fn text(&self, at: usize) -> &str {
        match self.cells.get(at) {
            Some(Cell::Text(text)) => text,
            _ => "",
        }
    }

    /// Why the cell of a column cannot be read.
    pub fn fault(&self, at: usize) -> Option<CellFault> {
        match self.cells.get(at) {
            Some(Cell::Wrong(fault)) => Some(*fault),
            _ => None,
        }
    }

    /// Whether anything stands in a column.
    pub fn holds(&self, at: usize) -> bool {
        self.cells.get(at).is_some_and(|cell| *cell != Cell::Text(String::new()))
    }

    /// Whether nothing stands in the row.
    pub fn blank(&self) -> bool {
        self.cells.iter().all(|cell| *cell == Cell::Text(String::new()))
    }
}
