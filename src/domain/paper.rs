//! The papers beside the certificate: receipts, notices, records, decisions, declarations, copies for a purpose. What a
//! paper says is composed once, when it is made, and kept; drawing it only lays it out.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::domain::terms::stored;

stored! {
    /// 文书种类
    PaperKind {
        /// What a clinic gets the moment it submits.
        Receipt = "收件回执" / "receipt",
        /// 一次性告知书: every defect at once.
        CorrectionNotice = "一次性告知书" / "notice of corrections",
        VisitRecord = "现场核查记录" / "record of a visit",
        /// 责令限期整改通知书
        RectificationNotice = "限期整改通知书" / "rectification notice",
        /// Revocation, cancellation, orders.
        Decision = "决定书" / "decision",
        /// What the public is told of it.
        Announcement = "公告" / "announcement",
        ///
        LossDeclaration = "遗失声明" / "declaration of loss",
        /// 加注件: the certificate for one purpose and a short time, with a code of its own.
        Copy = "凭证加注件" / "purpose-marked copy",
    }
}

/// All that a paper says, in reading order. Personal data stand here only where the person addressed must read them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
#[serde(deny_unknown_fields)]
pub struct PaperContent {
    /// Whose paper it is, above the title: 备案机关 or 监管部门; for a declaration the clinic.
    pub issuer: String,
    /// The title: 诊所备案一次性告知书
    pub title: String,
    /// The document number (文号): 聊经审诊告〔2026〕12号
    pub number: String,
    /// To whom it is addressed; empty where to nobody in particular.
    pub addressee: String,
    /// The body.
    pub blocks: Vec<Block>,
    /// 依据: law and article, one each.
    pub basis: Vec<String>,
    /// 救济途径; empty where the paper decides nothing.
    pub remedy: String,
    /// 联系方式 of the issuer; empty where it has none to give.
    pub contact: String,
    /// 落款
    pub signed_by: String,
    /// 落款日期, Asia/Shanghai
    pub signed_on: NaiveDate,
    /// Who signs for having received or been present (签收人, 在场人员): the captions of lines to sign on.
    pub signatures: Vec<String>,
}

/// A part of the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "block", rename_all = "snake_case", deny_unknown_fields)]
pub enum Block {
    /// A paragraph, indented by two characters.
    Paragraph { text: String },
    /// A heading within the body: 一、核查情况
    Heading { text: String },
    /// Labels and values, in a frame of two columns.
    Fields { rows: Vec<Field> },
    /// Numbered items.
    List { items: Vec<Item> },
    /// A table whose columns share the width by `widths`.
    Table { head: Vec<String>, widths: Vec<u32>, rows: Vec<Vec<String>> },
}

/// A label and its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    pub label: String,
    pub value: String,
}

/// A numbered item: where, what, and on what basis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// What is wrong, or to be done.
    pub text: String,
    /// What stands below it in smaller type: the place in the form, the basis. Empty for nothing.
    pub note: String,
}

/// Until when a copy for a purpose may be relied on, for whom and for what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// 仅用于…, 2 to 60 characters
    pub purpose: String,
    /// 使用单位; empty where it is not bound to one.
    pub recipient: String,
    /// Last day on which it is good, Asia/Shanghai.
    pub expires_on: NaiveDate,
}
