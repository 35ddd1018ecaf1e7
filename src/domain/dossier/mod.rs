//! The filed document: 诊所备案信息表 (domain facts §3.1). A draft may be incomplete, so nearly every field may be
//! empty; what is missing or wrong is told by the rules, all at once, never by the shape.

use chrono::NaiveDate;
use poem_openapi::Object;
use serde::{Deserialize, Serialize};

mod choices;

pub use choices::{
    ApplicantKind, BuiltBy, ClinicType, Nature, Post, PractitionerCategory, PractitionerLevel, Profile, RegistrySource,
    ReviewBy, RoomKind, ServiceMode, ServiceObject, Sex, Tenure,
};

macro_rules! documents {
    ($($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident : $t:ty),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, Object, sea_orm::FromJsonQueryResult)]
        #[oai(deny_unknown_fields, skip_serializing_if_is_none)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name { $($(#[$fdoc])* pub $field: $t),+ }
    )+};
}

pub(crate) use documents;

documents! {
    /// 设置人: who sets the clinic up.
    Applicant {
        /// 设置人类型
        kind: Option<ApplicantKind>,
        /// 单位名称或者个人姓名
        #[oai(default, validator(max_length = 60))]
        name: String,
        /// 居民身份证号码 (GB 11643-1999). Personal: never public.
        #[oai(default, validator(max_length = 18))]
        id_number: String,
        /// 统一社会信用代码 (GB 32100-2015)
        #[oai(default, validator(max_length = 18))]
        uscc: String,
        /// 政府举办: set up by a government; such a clinic may carry a division in its name.
        #[oai(default)]
        government: bool,
    }
    /// 主要负责人: who answers for the clinic's practice.
    Principal {
        /// 姓名
        #[oai(default, validator(max_length = 40))]
        name: String,
        /// 性别
        sex: Option<Sex>,
        /// 出生日期
        born_on: Option<NaiveDate>,
        /// 居民身份证号码 (GB 11643-1999). Personal: never public.
        #[oai(default, validator(max_length = 18))]
        id_number: String,
        /// 手机. Personal: never public.
        #[oai(default, validator(max_length = 20))]
        phone: String,
        /// 学历
        #[oai(default, validator(max_length = 20))]
        education: String,
        /// 职称
        #[oai(default, validator(max_length = 20))]
        title: String,
        /// 医师资格证书编码, 24 or 27 characters. It embeds the ID number: never public.
        #[oai(default, validator(max_length = 27))]
        qualification_code: String,
        /// 医师执业证书编码, 15 digits. Masked in public.
        #[oai(default, validator(max_length = 15))]
        practice_code: String,
        /// 级别
        level: Option<PractitionerLevel>,
        /// 类别
        category: Option<PractitionerCategory>,
        /// 执业范围
        #[oai(default, validator(max_length = 60))]
        scope: String,
        /// 中医（专长）医师 (医师法第十一条第二款)
        #[oai(default)]
        tcm_specialty: bool,
        /// 首次注册日期: since when registered and practising in a medical institution.
        first_registered_on: Option<NaiveDate>,
        /// 主要执业机构
        #[oai(default, validator(max_length = 60))]
        main_institution: String,
    }
    /// 诊所地址
    Address {
        /// 行政区划代码 (GB/T 2260), 6 digits
        #[oai(default, validator(max_length = 6))]
        division: String,
        /// 街道（乡镇）代码, 9 digits
        #[oai(default, validator(max_length = 9))]
        street: String,
        /// 详细地址, as it is printed on the certificate
        #[oai(default, validator(max_length = 80))]
        detail: String,
        /// 邮政编码
        #[oai(default, validator(max_length = 6))]
        postcode: String,
        /// 经度, degrees, WGS-84
        #[oai(validator(minimum(value = "73.0"), maximum(value = "136.0")))]
        longitude: Option<f64>,
        /// 纬度, degrees, WGS-84
        #[oai(validator(minimum(value = "3.0"), maximum(value = "54.0")))]
        latitude: Option<f64>,
    }
    /// 房间
    Room {
        /// 用途
        kind: Option<RoomKind>,
        /// 面积, m²
        #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
        area: Option<f64>,
    }
    /// 房屋与设施
    Premises {
        /// 建筑面积, m²
        #[oai(validator(minimum(value = "0"), maximum(value = "100000")))]
        area: Option<f64>,
        /// 房间
        #[oai(default, validator(max_items = 60))]
        rooms: Vec<Room>,
        /// 床位（产床）, must be 0
        #[oai(default, validator(maximum(value = "10000")))]
        beds: u32,
        /// 牙椅, number
        #[oai(default, validator(maximum(value = "1000")))]
        chairs: u32,
        /// 美容治疗床, number (医疗美容诊所)
        #[oai(default, validator(maximum(value = "1000")))]
        treatment_beds: u32,
        /// 手术床, number (医疗美容诊所)
        #[oai(default, validator(maximum(value = "1000")))]
        operating_tables: u32,
        /// 观察床, number (医疗美容诊所)
        #[oai(default, validator(maximum(value = "1000")))]
        observation_beds: u32,
        /// 房屋来源
        tenure: Option<Tenure>,
        /// 租赁期限至
        lease_until: Option<NaiveDate>,
    }
    /// 国家电子注册系统查询结果, evidence that a practitioner is registered.
    RegistryCheck {
        /// 来源
        source: Option<RegistrySource>,
        /// 查询日期
        checked_on: Option<NaiveDate>,
        /// 查询人
        #[oai(default, validator(max_length = 40))]
        checked_by: String,
        /// 查询结果所在材料: the code of the material that shows it
        #[oai(default, validator(max_length = 40))]
        material: String,
    }
    /// 卫生技术人员
    Staff {
        /// 姓名
        #[oai(default, validator(max_length = 40))]
        name: String,
        /// 居民身份证号码 (GB 11643-1999). Personal: never public.
        #[oai(default, validator(max_length = 18))]
        id_number: String,
        /// 岗位
        post: Option<Post>,
        /// 职称
        #[oai(default, validator(max_length = 20))]
        title: String,
        /// 级别 (physicians)
        level: Option<PractitionerLevel>,
        /// 类别 (physicians)
        category: Option<PractitionerCategory>,
        /// 执业范围
        #[oai(default, validator(max_length = 60))]
        scope: String,
        /// 资格证书编码. It embeds the ID number: never public.
        #[oai(default, validator(max_length = 27))]
        qualification_code: String,
        /// 执业证书编码
        #[oai(default, validator(max_length = 15))]
        practice_code: String,
        /// 注册地点（或者多机构备案）为本诊所
        #[oai(default)]
        registered_here: bool,
        /// 专职
        #[oai(default)]
        full_time: bool,
        /// 独立从事临床工作起始日期
        independent_since: Option<NaiveDate>,
        /// 开展互联网诊疗
        #[oai(default)]
        telemedicine: bool,
        /// 本诊所同意其开展互联网诊疗
        #[oai(default)]
        consent: bool,
        /// 电子注册核验
        registry_check: Option<RegistryCheck>,
    }
    /// 备案人承诺
    Declarations {
        /// 不存在《医疗机构管理条例实施细则》第十二条所列情形
        #[oai(default)]
        not_disqualified: bool,
        /// 材料真实、合法、有效
        #[oai(default)]
        truthful: bool,
        /// 签署人
        #[oai(default, validator(max_length = 40))]
        signed_by: String,
        /// 签署日期
        signed_on: Option<NaiveDate>,
    }
    /// 合作第三方
    Partner {
        /// 名称
        #[oai(default, validator(max_length = 60))]
        name: String,
        /// 统一社会信用代码
        #[oai(default, validator(max_length = 18))]
        uscc: String,
        /// 协议期限至
        agreement_until: Option<NaiveDate>,
        /// 载明医疗服务责权利
        #[oai(default)]
        clause_medical: bool,
        /// 载明信息安全责权利
        #[oai(default)]
        clause_security: bool,
        /// 载明隐私保护责权利
        #[oai(default)]
        clause_privacy: bool,
    }
    /// 信息安全等级保护（第三级）
    SecurityGrade {
        /// 备案证明编号
        #[oai(default, validator(max_length = 40))]
        certificate_number: String,
        /// 等级, 1–5; 3 or above is required
        #[oai(validator(minimum(value = "1"), maximum(value = "5")))]
        grade: Option<u8>,
        /// 测评日期
        assessed_on: Option<NaiveDate>,
    }
    /// 省级互联网医疗服务监管平台对接
    SupervisionPlatform {
        /// 平台名称
        #[oai(default, validator(max_length = 60))]
        name: String,
        /// 机构标识
        #[oai(default, validator(max_length = 60))]
        unit_id: String,
        /// 对接日期
        connected_on: Option<NaiveDate>,
    }
    /// 审方安排
    PrescriptionReview {
        /// 来源
        by: Option<ReviewBy>,
        /// 药师姓名或者机构名称
        #[oai(default, validator(max_length = 60))]
        name: String,
    }
    /// 互联网诊疗申请
    Telemedicine {
        /// 申请理由
        #[oai(default, validator(max_length = 500))]
        reason: String,
        /// 签署人: the legal representative or the principal
        #[oai(default, validator(max_length = 40))]
        signed_by: String,
        /// 信息系统建设方式
        built_by: Option<BuiltBy>,
        /// 合作第三方
        partner: Option<Partner>,
        /// 等级保护
        security_grade: Option<SecurityGrade>,
        /// 省级监管平台
        platform: Option<SupervisionPlatform>,
        /// 互联网诊疗科目, codes; a subset of `subjects`
        #[oai(default, validator(max_items = 20))]
        subjects: Vec<String>,
        /// 审方安排
        review: Option<PrescriptionReview>,
        /// 已建立的规章制度, codes of the list in the law data
        #[oai(default, validator(max_items = 30))]
        policies: Vec<String>,
        /// 知情同意书模板
        #[oai(default)]
        consent_template: bool,
        /// 终止与转诊预案
        #[oai(default)]
        termination_plan: bool,
    }
    /// 诊所备案信息表
    Dossier {
        /// 诊所类别
        clinic_type: Option<ClinicType>,
        /// 诊所名称
        #[oai(default, validator(max_length = 60))]
        name: String,
        /// 设置人
        #[oai(default)]
        applicant: Applicant,
        /// 法定代表人
        #[oai(default, validator(max_length = 40))]
        legal_representative: String,
        /// 主要负责人
        #[oai(default)]
        principal: Principal,
        /// 地址
        #[oai(default)]
        address: Address,
        /// 联系电话. Not public.
        #[oai(default, validator(max_length = 20))]
        phone: String,
        /// 所有制形式: 经济类型代码, first two digits of GB/T 12402-2000
        #[oai(default, validator(max_length = 2))]
        ownership: String,
        /// 经营性质
        nature: Option<Nature>,
        /// 服务对象
        service_object: Option<ServiceObject>,
        /// 服务方式
        #[oai(default, validator(max_items = 6))]
        service_modes: Vec<ServiceMode>,
        /// 诊疗科目, codes of 诊疗科目名录 (卫医发〔1994〕27号)
        #[oai(default, validator(max_items = 40))]
        subjects: Vec<String>,
        /// 技术 (中医诊所)
        #[oai(default, validator(max_items = 40))]
        techniques: Vec<String>,
        /// 中医药治疗率, percent, as declared (中医诊所、中医（综合）诊所)
        #[oai(validator(minimum(value = "0"), maximum(value = "100")))]
        tcm_share: Option<u8>,
        /// 执业时间
        #[oai(default, validator(max_length = 60))]
        opening_hours: String,
        /// 房屋与设施
        #[oai(default)]
        premises: Premises,
        /// 卫生技术人员. The principal stands here too when he treats online
        #[oai(default, validator(max_items = 200))]
        staff: Vec<Staff>,
        /// 仪器设备
        #[oai(default, validator(max_items = 200))]
        equipment: Vec<String>,
        /// 药品种类
        #[oai(default, validator(max_items = 200))]
        medicines: Vec<String>,
        /// 承诺
        #[oai(default)]
        declarations: Declarations,
        /// 互联网诊疗
        telemedicine: Option<Telemedicine>,
    }
}

impl Dossier {
    /// Whether the filed service modes name 互联网诊疗.
    pub fn offers_telemedicine(&self) -> bool {
        self.service_modes.contains(&ServiceMode::Telemedicine)
    }
}
