//! What the form lets choose.

use poem_openapi::Enum;
use serde::{Deserialize, Serialize};

use crate::domain::terms::terms;

terms! {
    /// 诊所类别
    ClinicType {
        General = "普通诊所" / "general clinic",
        Dental = "口腔诊所" / "dental clinic",
        Cosmetic = "医疗美容诊所" / "medical cosmetology clinic",
        TcmComprehensive = "中医（综合）诊所" / "comprehensive clinic of Chinese medicine",
        Integrative = "中西医结合诊所" / "clinic of integrative medicine",
        /// Filed under 令第14号 (2017) rather than the 2022 measures.
        Tcm = "中医诊所" / "clinic of Chinese medicine",
    }
    /// 设置人类型
    ApplicantKind {
        Individual = "个人" / "individual",
        Unit = "单位" / "unit",
    }
    /// 经营性质
    Nature {
        ForProfit = "营利性" / "for profit",
        NonProfit = "非营利性" / "non-profit",
        Other = "其他" / "other",
    }
    /// 服务对象
    ServiceObject {
        Public = "社会" / "the public",
        Internal = "内部" / "members of the unit",
    }
    /// 服务方式
    ServiceMode {
        Outpatient = "门诊" / "outpatient",
        HomeVisit = "出诊" / "home visits",
        Telemedicine = "互联网诊疗" / "telemedicine",
        FamilyBed = "家庭病床" / "family beds",
        Circuit = "巡诊" / "circuit visits",
        Other = "其他" / "other",
    }
    /// 房间
    RoomKind {
        Consulting = "诊室" / "consulting room",
        Treatment = "治疗室" / "treatment room",
        Disposal = "处置室" / "disposal room",
        Observation = "观察室" / "observation room",
        Surgery = "手术室" / "operating room",
        Pharmacy = "药房（柜）" / "pharmacy",
        Waiting = "候诊区" / "waiting area",
        Other = "其他" / "other",
    }
    /// 房屋来源
    Tenure {
        Owned = "自有" / "owned",
        Leased = "租赁" / "leased",
    }
    /// 岗位
    Post {
        Physician = "医师" / "physician",
        Nurse = "护士" / "nurse",
        Pharmacist = "药师" / "pharmacist",
        Technician = "医技" / "technician",
    }
    /// 医师级别
    PractitionerLevel {
        Physician = "执业医师" / "licensed physician",
        Assistant = "执业助理医师" / "licensed assistant physician",
    }
    /// 执业类别
    PractitionerCategory {
        Clinical = "临床" / "clinical",
        Dental = "口腔" / "dental",
        PublicHealth = "公共卫生" / "public health",
        Tcm = "中医" / "Chinese medicine",
        Integrative = "中西医结合" / "integrative",
        Ethnic = "民族医" / "ethnic medicine",
    }
    /// 性别
    Sex {
        Male = "男" / "male",
        Female = "女" / "female",
    }
    /// 信息系统建设方式
    BuiltBy {
        Own = "自建" / "own system",
        ThirdParty = "与第三方合作" / "with a third party",
    }
    /// 审方药师来源
    ReviewBy {
        Own = "本诊所药师" / "own pharmacist",
        Contract = "签约机构" / "contracted institution",
    }
    /// 电子注册核验来源
    RegistrySource {
        NationalWebsite = "国家卫生健康委电子化注册信息查询" / "national registration lookup",
        InstitutionClient = "医疗机构电子化注册系统机构端" / "institution's registration client",
    }
}

impl ClinicType {
    /// The rule profile: which measures govern the filing.
    pub const fn profile(self) -> Profile {
        match self {
            Self::Tcm => Profile::Tcm2017,
            _ => Profile::Clinic2022,
        }
    }

    /// 卫生机构（组织）类别代码, WS 218-2002; positions 18–21 of the filing number.
    pub const fn category_code(self) -> &'static str {
        match self {
            Self::General => "D211",
            Self::Tcm | Self::TcmComprehensive => "D212",
            Self::Integrative => "D213",
            Self::Dental => "D215",
            Self::Cosmetic => "D216",
        }
    }
}

impl Nature {
    /// 机构分类管理代码, WS 218-2002; position 22 of the filing number.
    pub const fn management_code(self) -> char {
        match self {
            Self::NonProfit => '1',
            Self::ForProfit => '2',
            Self::Other => '9',
        }
    }
}

/// Which measures govern a filing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Enum)]
pub enum Profile {
    /// 《诊所备案管理暂行办法》 (国卫医政发〔2022〕33号)
    #[oai(rename = "CLINIC_2022")]
    #[serde(rename = "CLINIC_2022")]
    Clinic2022,
    /// 《中医诊所备案管理暂行办法》 (令第14号, 2017)
    #[oai(rename = "TCM_2017")]
    #[serde(rename = "TCM_2017")]
    Tcm2017,
}
