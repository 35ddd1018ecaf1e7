//! Bulk import of clinics that an office filed before it had this register: from lines of a table to groups (one clinic
//! each, with its persons), each with every defect.

mod assemble;
pub mod columns;
mod line;
mod parse;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::actor::Role;
use crate::domain::dossier::Dossier;
use crate::domain::law::Severity;
use crate::domain::terms::{stored, terms};

pub use assemble::{Assembled, Heading, HeadingDefect, assemble, groups, heading, repeated};
pub use line::{Cell, CellFault, Line};

stored! {
    /// Where an import stands.
    ImportStage {
        /// 已核对: read and checked; nothing is in the register yet.
        Checked = "已核对" / "checked",
        /// 导入中: another person approved it; the groups are entered one by one.
        Running = "导入中" / "running",
        /// 已完成
        Done = "已完成" / "done",
        /// 已取消
        Cancelled = "已取消" / "cancelled",
    }
    /// Where one group of rows (one clinic) stands.
    GroupStage {
        /// 可导入
        Ready = "可导入" / "ready",
        /// 有错误
        Defective = "有错误" / "defective",
        /// 已导入
        Entered = "已导入" / "entered",
        /// Found wrong when it was to be entered: somebody else took the number meanwhile.
        Failed = "导入失败" / "failed",
    }
    /// What a person can do to an import.
    ImportAction {
        /// 批准导入, by another person than the one who prepared it.
        Approve = "批准导入" / "approve",
        /// 取消: what is entered stays, nothing more is entered.
        Cancel = "取消" / "cancel",
    }
}

terms! {
    /// 现场核查 of an imported clinic, as the office's list has it.
    Site {
        Verified = "已核查" / "verified",
        Pending = "未核查" / "not verified",
    }
}

/// Who may do what to an import, and where it leads.
pub const fn next(from: ImportStage, action: ImportAction) -> Option<(&'static [Role], ImportStage)> {
    Some(match (from, action) {
        (ImportStage::Checked, ImportAction::Approve) => (&[Role::Approver], ImportStage::Running),
        (ImportStage::Checked | ImportStage::Running, ImportAction::Cancel) => {
            (&[Role::Officer, Role::Approver], ImportStage::Cancelled)
        }
        _ => return None,
    })
}

/// The rules that hold for a clinic that was filed under earlier law: what identifies it (numbers, codes, persons), where it
/// is, and what a clinic of its type may treat. What an applicant promises, uploads or must have practised at the time of
/// filing was judged then and is not judged again: rules about materials, declarations, names, staffing and periods are
/// left out.
pub const RULES_THAT_HOLD: &[&str] = &[
    "R-003", "R-004", "R-005", "R-021", "R-022", "R-023", "R-024", "R-025", "R-026", "R-027", "R-028", "R-032",
    "R-033", "R-034", "R-042", "R-043", "R-044", "R-045", "R-076", "R-101", "R-106",
];

/// One defect of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defect {
    /// Row as the spreadsheet counts, from 1 with the titles
    pub row: u32,
    /// Title of the column; empty where the row as a whole is wrong
    pub column: String,
    /// What stands there; personal data masked
    pub found: String,
    /// An error keeps the clinic out; a warning does not
    pub severity: Severity,
    /// The rule that is not met, if one is
    pub rule: Option<String>,
    /// What is wrong and what is allowed, in Chinese
    pub zh: String,
    /// The same in English
    pub en: String,
}

impl Defect {
    /// An error in a row; the column is told by [`Defect::at`].
    pub fn new(row: u32, zh: impl Into<String>, en: impl Into<String>) -> Self {
        let (zh, en) = (zh.into(), en.into());
        Self { row, column: String::new(), found: String::new(), severity: Severity::Error, rule: None, zh, en }
    }

    /// The same in a column, with what was found there.
    pub fn at(self, column: &columns::Column, found: &str) -> Self {
        Self { column: column.title.to_owned(), found: column.shown(found), ..self }
    }

    /// Whether it keeps the clinic out.
    pub fn blocks(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The defects of a group, as they are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Defects(pub Vec<Defect>);

impl Defects {
    /// Whether one keeps the clinic out.
    pub fn block(&self) -> bool {
        self.0.iter().any(Defect::blocks)
    }
}

/// A clinic as the file has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
#[serde(default)]
pub struct Entry {
    /// 备案编号, canonical where it is one
    pub number: String,
    /// 首次备案日期
    pub filed_on: Option<NaiveDate>,
    /// 原凭证签发日期; that of the filing where the file has none
    pub issued_on: Option<NaiveDate>,
    /// 凭证版本, from 1
    pub version: Option<u32>,
    /// 现场核查
    pub site: Option<Site>,
    /// 核查通过日期
    pub verified_on: Option<NaiveDate>,
    /// 互联网诊疗 since
    pub telemedicine_on: Option<NaiveDate>,
    pub dossier: Dossier,
    /// Row of each member of the staff, in the order of the dossier
    pub staff_rows: Vec<u32>,
}
