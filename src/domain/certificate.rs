//! What a certificate says: the public record that is printed, signed, published and compared.

use chrono::NaiveDate;
use poem_openapi::{Enum, Object};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::deadline::numeric_date;
use crate::domain::dossier::{ClinicType, Nature, PractitionerCategory, PractitionerLevel, Profile, ServiceMode};

/// 证照种类
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Enum)]
#[oai(rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum CertificateKind {
    /// 诊所备案凭证 (2022 measures)
    ClinicFiling,
    /// 中医诊所备案证 (令第14号)
    TcmClinicFiling,
}

impl CertificateKind {
    /// The title on the paper.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ClinicFiling => "诊所备案凭证",
            Self::TcmClinicFiling => "中医诊所备案证",
        }
    }
}

impl From<Profile> for CertificateKind {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Clinic2022 => Self::ClinicFiling,
            Profile::Tcm2017 => Self::TcmClinicFiling,
        }
    }
}

/// A filed subject: code and name as in the list in force when it was filed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Object)]
pub struct StatedSubject {
    /// Code, `TT` or `TT.NN`
    pub code: String,
    /// 名称
    pub name: String,
}

/// The authority as it signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Object)]
pub struct StatedAuthority {
    /// 备案机关
    pub name: String,
    /// 统一社会信用代码 of the authority
    pub uscc: String,
    /// 行政区划代码 (GB/T 2260) under which it issues
    pub region: String,
}

/// What the public may know of a practitioner: nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Object)]
#[oai(skip_serializing_if_is_none)]
pub struct StatedPractitioner {
    /// 姓名
    pub name: String,
    /// 级别
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<PractitionerLevel>,
    /// 类别
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<PractitionerCategory>,
    /// 执业范围
    pub scope: String,
    /// 可以开展互联网诊疗
    pub telemedicine: bool,
}

/// The public record of one certificate version. Holds no personal data beyond R-090.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Object, sea_orm::FromJsonQueryResult)]
#[oai(skip_serializing_if_is_none)]
pub struct Statement {
    /// 证照种类
    pub kind: CertificateKind,
    /// 备案编号, 22 characters (domain facts §4)
    pub number: String,
    /// 临时编号: generated here, not yet assigned by the registration system
    pub provisional: bool,
    /// 诊所名称
    pub name: String,
    /// 诊所类别
    pub clinic_type: ClinicType,
    /// 地址
    pub address: String,
    /// 法定代表人; empty where there is none
    pub legal_representative: String,
    /// 主要负责人
    pub principal: String,
    /// 所有制形式, code of GB/T 12402-2000
    pub ownership: String,
    /// 所有制形式, in words
    pub ownership_name: String,
    /// 经营性质
    pub nature: Nature,
    /// 服务方式
    pub service_modes: Vec<ServiceMode>,
    /// 诊疗科目
    pub subjects: Vec<StatedSubject>,
    /// 备注; empty where there is none
    pub remarks: String,
    /// 备案机关
    pub authority: StatedAuthority,
    /// 首次备案日期
    pub filed_on: NaiveDate,
    /// 本版签发日期
    pub issued_on: NaiveDate,
    /// 证照标识 (GB/T 36904-2018)
    pub licence_identifier: String,
    /// 版本, from 1
    pub version: u32,
    /// 第几次打印发放 of the same data, from 1; above 1 it is marked 补发
    pub copy_number: u32,
    /// What this version changed, in words; absent on version 1
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change_note: Option<String>,
    /// 统一社会信用代码 of the clinic
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uscc: Option<String>,
    /// Place, geohash of 8 characters (WGS-84, about 38 m × 19 m)
    #[serde(skip_serializing_if = "Option::is_none")]
    pub geohash: Option<String>,
    /// 互联网诊疗 since
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telemedicine_since: Option<NaiveDate>,
    /// 互联网诊疗科目
    pub telemedicine_subjects: Vec<StatedSubject>,
    /// 医师 who may be named in public
    pub practitioners: Vec<StatedPractitioner>,
    /// 存量转换: what it was made from, where it replaces a certificate issued before this register; absent otherwise
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversion: Option<Conversion>,
}

/// 存量转换: a certificate that was made from one issued before this register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Object)]
pub struct Conversion {
    /// 导入日期
    pub imported_on: NaiveDate,
    /// 原凭证签发日期
    pub original_issued_on: NaiveDate,
}

impl Conversion {
    /// `由原凭证转换，原凭证2024年5月22日签发`
    pub fn zh(&self) -> String {
        format!("由原凭证转换，原凭证{}签发", numeric_date(self.original_issued_on))
    }
}

impl Statement {
    /// The canonical bytes (RFC 8785: sorted keys, no white space; the record holds no floating-point number).
    pub fn canonical(&self) -> Vec<u8> {
        // A `Value` object keeps its keys sorted; a struct of strings, integers and dates always serialises.
        serde_json::to_value(self).map(|v| v.to_string().into_bytes()).unwrap_or_default()
    }

    /// SHA-256 of the canonical bytes.
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.canonical()).into()
    }

    /// Whether the certificate names 互联网诊疗.
    pub fn offers_telemedicine(&self) -> bool {
        self.service_modes.contains(&ServiceMode::Telemedicine)
    }
}

/// Subjects by department, as papers write them: `中医科（内科专业、针灸科专业）；口腔科`. A code is `TT` or `TT.NN`.
pub fn in_words(subjects: &[StatedSubject]) -> String {
    let department = |subject: &StatedSubject| subject.code.split('.').next().unwrap_or_default().to_owned();
    let groups = subjects.chunk_by(|one, next| department(one) == department(next));
    let names = |group: &[StatedSubject]| group.iter().map(|s| s.name.as_str()).collect::<Vec<_>>().join("、");
    let words = groups.map(|group| match group.split_first() {
        Some((head, parts)) if !parts.is_empty() && !head.code.contains('.') => {
            format!("{}（{}）", head.name, names(parts))
        }
        _ => names(group),
    });
    words.collect::<Vec<_>>().join("；")
}
