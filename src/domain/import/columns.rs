//! The columns of an import: what each is called, what it means, how it is read, and where it goes in the form. The
//! template, the reader and the defects all come from this one table.

use crate::domain::dossier::{
    ApplicantKind, BuiltBy, ClinicType, Nature, Post, PractitionerCategory, PractitionerLevel, ReviewBy, RoomKind,
    ServiceMode, ServiceObject, Sex, Tenure,
};
use crate::domain::identity::{mask_code, mask_id, mask_phone};
use crate::domain::import::Site;

/// A value that a column lets choose: its code and its Chinese word.
pub type Choice = (String, &'static str);

/// How a column is read.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Words, at most so many characters
    Words(usize),
    /// A code: width, case and spaces do not count; at most so many characters
    Code(usize),
    /// A day
    Day,
    /// One of a list
    One(fn() -> Vec<Choice>),
    /// Several of a list
    Several(fn() -> Vec<Choice>),
    /// 是 or 否
    YesNo,
    /// A whole number, at most so large
    Whole(u32),
    /// The same from 1 on
    Count(u32),
    /// A telephone number
    Phone,
    /// A number between two others
    Number(f64, f64),
    /// Words in a list: at most so many, each at most so long
    List(usize, usize),
    /// 街道: its code, or its name where only one has it
    Street,
    /// 所有制形式: code or name
    Ownership,
    /// 诊疗科目: codes or names
    Subjects,
    /// 房间: use and area
    Rooms,
}

/// What a column belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Holds the rows of a group together
    Group,
    /// The clinic: filled in the first row of its group
    Clinic,
    /// A member of the staff: one in each row
    Person,
}

/// How a wrong value is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Whole,
    Id,
    Phone,
    Code,
}

/// A column.
pub struct Column {
    /// 列名
    pub title: &'static str,
    /// JSON pointer into the entry, or into the member of the staff
    pub pointer: &'static str,
    pub of: Of,
    /// Whether each clinic, or each person, must have it
    pub required: bool,
    pub kind: Kind,
    /// 说明, for the template; empty where the title says it all
    pub meaning: &'static str,
    shown: Shown,
}

impl Column {
    /// A wrong value as it is told: personal data masked.
    pub fn shown(&self, found: &str) -> String {
        match self.shown {
            Shown::Whole => found.chars().take(80).collect(),
            Shown::Id => mask_id(found),
            Shown::Phone => mask_phone(found),
            Shown::Code => mask_code(found),
        }
    }

    /// A value of the form in the words that the column asks for: 男, not male.
    pub fn in_words(&self, value: &str) -> String {
        let word = self.choices().into_iter().find(|(code, _)| code == value).map(|(_, zh)| zh);
        let word = word.or(match (self.kind, value) {
            (Kind::YesNo, "true") => Some("是"),
            (Kind::YesNo, "false") => Some("否"),
            _ => None,
        });
        word.unwrap_or(value).to_owned()
    }

    /// The values that it lets choose, where it does.
    pub fn choices(&self) -> Vec<Choice> {
        match self.kind {
            Kind::One(list) | Kind::Several(list) => list(),
            _ => vec![],
        }
    }

    /// 怎样填写, for the template and for whoever wrote something else.
    pub fn form(&self) -> (String, String) {
        let listed = || self.choices().iter().map(|(_, zh)| *zh).collect::<Vec<_>>().join("、");
        match self.kind {
            Kind::Words(most) => (format!("最多{most}个字"), format!("at most {most} characters")),
            Kind::Code(most) => {
                (format!("编码，文本格式，最多{most}位"), format!("a code as text, at most {most} characters"))
            }
            Kind::Day => ("日期，如2024-05-22".into(), "a day, as 2024-05-22".into()),
            Kind::One(_) => (format!("下列之一：{}", listed()), format!("one of {}", listed())),
            Kind::Several(_) => (
                format!("下列一项或者多项，用顿号隔开：{}", listed()),
                format!("some of {}, with 、 between", listed()),
            ),
            Kind::YesNo => ("是或者否".into(), "是 (yes) or 否 (no)".into()),
            Kind::Whole(most) => (format!("0至{most}的整数"), format!("a whole number from 0 to {most}")),
            Kind::Count(most) => (format!("1至{most}的整数"), format!("a whole number from 1 to {most}")),
            Kind::Phone => ("一个电话号码，7至15位数字".into(), "one telephone number of 7 to 15 digits".into()),
            Kind::Number(least, most) => (format!("{least}至{most}的数"), format!("a number from {least} to {most}")),
            Kind::List(most, each) => (
                format!("用顿号隔开，最多{most}项，每项最多{each}个字"),
                format!("with 、 between, at most {most} of {each} characters each"),
            ),
            Kind::Street => ("9位街道代码，或者街道名称".into(), "a street's code of 9 digits, or its name".into()),
            Kind::Ownership => {
                ("两位经济类型代码，或者名称".into(), "an economic type: two digits, or its name".into())
            }
            Kind::Subjects => {
                ("诊疗科目代码或者名称，用顿号隔开".into(), "codes or names of subjects, with 、 between".into())
            }
            Kind::Rooms => ("用途和面积，如：诊室20、治疗室12".into(), "use and area: 诊室20、治疗室12".into()),
        }
    }
}

macro_rules! list {
    ($terms:ident) => {
        || $terms::ALL.iter().map(|term| (term.code(), term.zh())).collect()
    };
}

macro_rules! columns {
    ($($of:ident $($must:ident)? $title:literal -> $pointer:literal : $kind:expr, $shown:ident $(, $meaning:literal)?;)+) => {
        /// Every column, in the order of the template.
        pub static COLUMNS: &[Column] = &[$(Column {
            title: $title,
            pointer: $pointer,
            of: Of::$of,
            required: columns!(@must $($must)?),
            kind: $kind,
            meaning: concat!($($meaning)?),
            shown: Shown::$shown,
        }),+];
    };
    (@must must) => { true };
    (@must) => { false };
}

columns! {
    Group "组号" -> "/group": Kind::Words(40), Whole,
        "同一诊所的各行填相同的组号；不填时以备案编号为准。“示例”开头的行不导入。";
    Clinic must "备案编号" -> "/number": Kind::Code(26), Whole, "22位，原登记系统分配的编号";
    Clinic must "诊所类别" -> "/dossier/clinic_type": Kind::One(list!(ClinicType)), Whole;
    Clinic must "诊所名称" -> "/dossier/name": Kind::Words(60), Whole, "与原凭证一致";
    Clinic must "首次备案日期" -> "/filed_on": Kind::Day, Whole;
    Clinic "原凭证签发日期" -> "/issued_on": Kind::Day, Whole, "现行凭证的签发日期；不填时同首次备案日期";
    Clinic "凭证版本" -> "/version": Kind::Count(999), Whole, "现行凭证是第几版；不填为1";
    Clinic "现场核查" -> "/site": Kind::One(list!(Site)), Whole, "填“未核查”的，导入后即安排现场核查；不填的不安排";
    Clinic "核查通过日期" -> "/verified_on": Kind::Day, Whole;
    Clinic must "设置人类型" -> "/dossier/applicant/kind": Kind::One(list!(ApplicantKind)), Whole;
    Clinic must "设置人" -> "/dossier/applicant/name": Kind::Words(60), Whole, "单位名称或者个人姓名";
    Clinic "设置人身份证号码" -> "/dossier/applicant/id_number": Kind::Code(18), Id, "设置人为个人时填写";
    Clinic "统一社会信用代码" -> "/dossier/applicant/uscc": Kind::Code(18), Whole, "设置人为单位时填写";
    Clinic "法定代表人" -> "/dossier/legal_representative": Kind::Words(40), Whole;
    Clinic must "主要负责人" -> "/dossier/principal/name": Kind::Words(40), Whole;
    Clinic must "负责人身份证号码" -> "/dossier/principal/id_number": Kind::Code(18), Id;
    Clinic "负责人性别" -> "/dossier/principal/sex": Kind::One(list!(Sex)), Whole, "不填时以身份证号码为准";
    Clinic "负责人出生日期" -> "/dossier/principal/born_on": Kind::Day, Whole, "不填时以身份证号码为准";
    Clinic "负责人手机" -> "/dossier/principal/phone": Kind::Phone, Phone;
    Clinic "负责人学历" -> "/dossier/principal/education": Kind::Words(20), Whole;
    Clinic "负责人职称" -> "/dossier/principal/title": Kind::Words(20), Whole;
    Clinic "负责人资格证书编码" -> "/dossier/principal/qualification_code": Kind::Code(27), Code;
    Clinic must "负责人执业证书编码" -> "/dossier/principal/practice_code": Kind::Code(15), Code, "15位数字";
    Clinic must "负责人级别" -> "/dossier/principal/level": Kind::One(list!(PractitionerLevel)), Whole;
    Clinic must "负责人类别" -> "/dossier/principal/category": Kind::One(list!(PractitionerCategory)), Whole;
    Clinic must "负责人执业范围" -> "/dossier/principal/scope": Kind::Words(60), Whole;
    Clinic "负责人中医专长" -> "/dossier/principal/tcm_specialty": Kind::YesNo, Whole, "是否中医（专长）医师；不填为否";
    Clinic "负责人首次注册日期" -> "/dossier/principal/first_registered_on": Kind::Day, Whole;
    Clinic "行政区划代码" -> "/dossier/address/division": Kind::Code(6), Whole, "6位；不填时取街道代码的前6位";
    Clinic must "街道" -> "/dossier/address/street": Kind::Street, Whole;
    Clinic must "详细地址" -> "/dossier/address/detail": Kind::Words(80), Whole, "与原凭证一致";
    Clinic "邮政编码" -> "/dossier/address/postcode": Kind::Code(6), Whole;
    Clinic "经度" -> "/dossier/address/longitude": Kind::Number(73.0, 136.0), Whole, "度，WGS-84";
    Clinic "纬度" -> "/dossier/address/latitude": Kind::Number(3.0, 54.0), Whole, "度，WGS-84";
    Clinic "联系电话" -> "/dossier/phone": Kind::Phone, Phone;
    Clinic must "所有制形式" -> "/dossier/ownership": Kind::Ownership, Whole;
    Clinic must "经营性质" -> "/dossier/nature": Kind::One(list!(Nature)), Whole;
    Clinic "服务对象" -> "/dossier/service_object": Kind::One(list!(ServiceObject)), Whole;
    Clinic must "服务方式" -> "/dossier/service_modes": Kind::Several(list!(ServiceMode)), Whole;
    Clinic must "诊疗科目" -> "/dossier/subjects": Kind::Subjects, Whole;
    Clinic "中医药技术" -> "/dossier/techniques": Kind::List(40, 40), Whole;
    Clinic "中医药治疗率" -> "/dossier/tcm_share": Kind::Whole(100), Whole, "百分数，只填数字";
    Clinic "执业时间" -> "/dossier/opening_hours": Kind::Words(60), Whole;
    Clinic "建筑面积" -> "/dossier/premises/area": Kind::Number(0.0, 100_000.0), Whole, "平方米";
    Clinic "房间" -> "/dossier/premises/rooms": Kind::Rooms, Whole;
    Clinic "床位" -> "/dossier/premises/beds": Kind::Whole(10_000), Whole, "诊所不得设置住院病床；不填为0";
    Clinic "牙椅" -> "/dossier/premises/chairs": Kind::Whole(1_000), Whole;
    Clinic "美容治疗床" -> "/dossier/premises/treatment_beds": Kind::Whole(1_000), Whole;
    Clinic "手术床" -> "/dossier/premises/operating_tables": Kind::Whole(1_000), Whole;
    Clinic "观察床" -> "/dossier/premises/observation_beds": Kind::Whole(1_000), Whole;
    Clinic "房屋来源" -> "/dossier/premises/tenure": Kind::One(list!(Tenure)), Whole;
    Clinic "租赁期限至" -> "/dossier/premises/lease_until": Kind::Day, Whole;
    Clinic "仪器设备" -> "/dossier/equipment": Kind::List(200, 40), Whole;
    Clinic "药品种类" -> "/dossier/medicines": Kind::List(200, 40), Whole;
    Clinic "互联网诊疗起始日期" -> "/telemedicine_on": Kind::Day, Whole, "服务方式有互联网诊疗的必须填写";
    Clinic "互联网诊疗科目" -> "/dossier/telemedicine/subjects": Kind::Subjects, Whole;
    Clinic "信息系统建设方式" -> "/dossier/telemedicine/built_by": Kind::One(list!(BuiltBy)), Whole;
    Clinic "合作第三方" -> "/dossier/telemedicine/partner/name": Kind::Words(60), Whole;
    Clinic "第三方统一社会信用代码" -> "/dossier/telemedicine/partner/uscc": Kind::Code(18), Whole;
    Clinic "合作协议期限至" -> "/dossier/telemedicine/partner/agreement_until": Kind::Day, Whole, "到期前提醒（R-081）";
    Clinic "等级保护备案证明编号" -> "/dossier/telemedicine/security_grade/certificate_number": Kind::Code(40), Whole;
    Clinic "等级保护等级" -> "/dossier/telemedicine/security_grade/grade": Kind::Whole(5), Whole;
    Clinic "等级保护测评日期" -> "/dossier/telemedicine/security_grade/assessed_on": Kind::Day, Whole, "到期前提醒（R-081）";
    Clinic "监管平台名称" -> "/dossier/telemedicine/platform/name": Kind::Words(60), Whole;
    Clinic "监管平台机构标识" -> "/dossier/telemedicine/platform/unit_id": Kind::Code(60), Whole;
    Clinic "监管平台对接日期" -> "/dossier/telemedicine/platform/connected_on": Kind::Day, Whole;
    Clinic "审方药师来源" -> "/dossier/telemedicine/review/by": Kind::One(list!(ReviewBy)), Whole;
    Clinic "审方药师或者机构" -> "/dossier/telemedicine/review/name": Kind::Words(60), Whole;
    Person must "人员姓名" -> "/name": Kind::Words(40), Whole, "一行一名卫生技术人员；第一名可以与诊所同一行";
    Person must "人员身份证号码" -> "/id_number": Kind::Code(18), Id;
    Person must "岗位" -> "/post": Kind::One(list!(Post)), Whole;
    Person "人员职称" -> "/title": Kind::Words(20), Whole;
    Person "人员级别" -> "/level": Kind::One(list!(PractitionerLevel)), Whole, "医师填写";
    Person "人员类别" -> "/category": Kind::One(list!(PractitionerCategory)), Whole, "医师填写";
    Person "人员执业范围" -> "/scope": Kind::Words(60), Whole;
    Person "人员资格证书编码" -> "/qualification_code": Kind::Code(27), Code;
    Person "人员执业证书编码" -> "/practice_code": Kind::Code(15), Code;
    Person "在本诊所注册" -> "/registered_here": Kind::YesNo, Whole, "注册地点或者多机构备案为本诊所";
    Person "专职" -> "/full_time": Kind::YesNo, Whole;
    Person "独立执业起始日期" -> "/independent_since": Kind::Day, Whole;
    Person "开展互联网诊疗" -> "/telemedicine": Kind::YesNo, Whole;
    Person "诊所同意开展互联网诊疗" -> "/consent": Kind::YesNo, Whole;
    Person "电子注册查询日期" -> "/registry_check/checked_on": Kind::Day, Whole, "到期前提醒（R-081）";
}

/// What a room may be for, for the template.
pub fn rooms() -> Vec<Choice> {
    RoomKind::ALL.iter().map(|kind| (kind.code(), kind.zh())).collect()
}

/// The column of a title.
pub fn titled(title: &str) -> Option<&'static Column> {
    COLUMNS.iter().find(|column| column.title == title)
}

/// The column that a JSON pointer of a finding leads to, and the place in the staff where it is of a person.
pub fn of_pointer(pointer: &str) -> (Option<&'static Column>, Option<usize>) {
    let inside = |column: &Column, path: &str| {
        path.strip_prefix(column.pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let found = |of: Of, path: &str| COLUMNS.iter().filter(|c| c.of == of).find(|column| inside(column, path));
    if let Some(rest) = pointer.strip_prefix("/staff/") {
        let (place, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        return (found(Of::Person, path), place.parse().ok());
    }
    let whole = found(Of::Clinic, pointer);
    (whole.or_else(|| found(Of::Clinic, &format!("/dossier{pointer}"))), None)
}
