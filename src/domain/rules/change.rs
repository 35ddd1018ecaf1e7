//! What a change filing changes, as the officer compares it and the certificate notes it.

use serde_json::Value;
use serde_json::json;

use crate::domain::deadline::numeric_date;
use crate::domain::dossier::Address;
use crate::domain::dossier::Dossier;
use crate::domain::dossier::Principal;
use crate::domain::dossier::Profile;
use crate::domain::dossier::ServiceMode;
use crate::domain::dossier::Staff;
use crate::domain::dossier::Telemedicine;
use crate::domain::finding::Finding;
use crate::domain::identity::mask_code;
use crate::domain::identity::mask_id;
use crate::domain::identity::mask_phone;
use crate::domain::law::Law;
use crate::domain::lifecycle::Kind;
use crate::domain::rules::Facts;
use crate::domain::rules::said;

/// Between the members of a list; names of subjects contain 、 themselves.
const BETWEEN: &str = "；";

/// One item that differs between two versions of a dossier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// 变更事项
    pub field: &'static str,
    /// JSON pointer (RFC 6901) to the item in the dossier
    pub pointer: &'static str,
    /// 变更前, in words; empty where there was nothing. Personal numbers are masked.
    pub old: String,
    /// 变更后, in words, as `old`
    pub new: String,
    /// Whether a change of this item must be filed. Only such items stand on the certificate.
    pub must_be_filed: bool,
}

/// One item of the comparison.
struct Item {
    field: &'static str,
    pointer: &'static str,
    must_be_filed: bool,
    /// What is compared: complete, and sorted where order means nothing.
    value: Value,
    /// What is shown.
    text: String,
}

/// What differs between two versions, in the order of the form. Declarations are made anew in each filing and are left out.
pub fn diff(old: &Dossier, new: &Dossier, law: &Law) -> Vec<Change> {
    // Whichever version carries the mode or the profile decides what must be filed.
    let listed = |a: &Item, b: &Item| a.must_be_filed || b.must_be_filed;
    let pairs = items(old, law).into_iter().zip(items(new, law));
    let changed = pairs.filter(|(a, b)| a.value != b.value);
    changed
        .map(|(a, b)| Change {
            field: a.field,
            pointer: a.pointer,
            must_be_filed: listed(&a, &b),
            old: a.text,
            new: b.text,
        })
        .collect()
}

/// The note of a certificate version: what was filed as changed, without a final stop; empty where nothing was.
pub fn note(old: &Dossier, new: &Dossier, law: &Law) -> String {
    // Who adds 互联网诊疗 files its particulars with it: the mode says it all.
    let online = old.offers_telemedicine() != new.offers_telemedicine();
    let particular = |change: &Change| change.field.starts_with(ServiceMode::Telemedicine.zh());
    let (filed, others): (Vec<_>, Vec<_>) = diff(old, new, law).into_iter().partition(|c| c.must_be_filed);
    let filed: Vec<_> = filed.into_iter().filter(|c| !(online && particular(c))).collect();
    // A new version says what it is for: what only may be filed, where there is nothing else.
    let told = if filed.is_empty() { others.into_iter().filter(may_be_filed).collect() } else { filed };
    told.iter().map(phrase).collect::<Vec<_>>().join(BETWEEN)
}

/// What any clinic may file as a change, though only a 中医诊所 must: who works there.
const STAFF: &str = "卫生技术人员";

fn may_be_filed(change: &Change) -> bool {
    change.must_be_filed || change.field == STAFF
}

/// One change in words. Of a list only what came and went is told.
fn phrase(change: &Change) -> String {
    let Change { field, old, new, .. } = change;
    if !LISTS.contains(&change.pointer) {
        return match (old.is_empty(), new.is_empty()) {
            (true, _) => format!("{field}登记为“{new}”"),
            (_, true) => format!("不再登记{field}“{old}”"),
            _ => format!("{field}由“{old}”变更为“{new}”"),
        };
    }
    let without = |list: &str, other: &str| {
        let members = list.split(BETWEEN).filter(|m| !m.is_empty() && !other.split(BETWEEN).any(|o| o == *m));
        members.collect::<Vec<_>>().join("、")
    };
    let told = |verb: &str, members: String| {
        if members.is_empty() { String::new() } else { format!("{verb}“{members}”") }
    };
    let parts = [told("增加", without(new, old)), told("取消", without(old, new))];
    format!("{field}{}", parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("、"))
}

/// Items that are lists of names.
const LISTS: &[&str] = &["/service_modes", "/subjects", "/techniques", "/telemedicine/subjects", "/staff"];

/// a change filing changes something that must be filed, or the staff (条例 art. 19; 办法 art. 10; 令第14号 art. 10).
pub(super) fn something(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some((_, current)) = facts.current.filter(|_| facts.kind == Kind::Change) else { return vec![] };
    if diff(current, d, facts.law).iter().any(may_be_filed) {
        return vec![];
    }
    let fields = items(d, facts.law).into_iter().filter(|item| item.must_be_filed).map(|item| item.field);
    vec![Finding::new("R-060", "").with("fields", fields.collect::<Vec<_>>().join("、"))]
}

/// a change keeps the clinic type; another type is another filing, perhaps under other measures.
pub(super) fn same_type(d: &Dossier, facts: &Facts) -> Vec<Finding> {
    let Some((_, current)) = facts.current.filter(|_| facts.kind == Kind::Change) else { return vec![] };
    match (current.clinic_type, d.clinic_type) {
        (Some(old), Some(new)) if old != new => {
            vec![said(Finding::new("R-102", "/clinic_type"), "type", old.zh(), old.en())]
        }
        _ => vec![],
    }
}

/// The items in the order of the form. Besides the list of the measures, 经营性质 (printed with 所有制形式) must be filed, the
/// techniques and staff of a 中医诊所 (令第14号 art. 10), and what the certificate says of a filed online service.
fn items(d: &Dossier, law: &Law) -> Vec<Item> {
    let tcm = d.clinic_type.is_some_and(|t| t.profile() == Profile::Tcm2017);
    let online = d.offers_telemedicine();
    let none = Telemedicine::default();
    let t = d.telemedicine.as_ref().unwrap_or(&none);
    let item =
        |must_be_filed, field, pointer, value: Value, text: String| Item { field, pointer, must_be_filed, value, text };
    let text = |field, pointer, must_be_filed, text: &str| {
        item(must_be_filed, field, pointer, json!(text.trim()), text.trim().to_owned())
    };
    let list = |field, pointer, must_be_filed, names: Vec<String>| {
        let mut sorted = names.clone();
        sorted.sort();
        item(must_be_filed, field, pointer, json!(sorted), names.join(BETWEEN))
    };
    let subjects = |codes: &[String]| codes.iter().map(|code| law.subject_name(code)).collect::<Vec<_>>();
    let a = &d.address;
    let p = &d.principal;
    let premises = format!("建筑面积{}㎡，牙椅{}台", d.premises.area.unwrap_or(0.0), d.premises.chairs);
    let partner = t.partner.as_ref().map(|p| p.name.clone()).unwrap_or_default();
    let platform = t.platform.as_ref().map(|p| p.name.clone()).unwrap_or_default();
    // What R-081 has renewed.
    let until = t.partner.as_ref().and_then(|p| p.agreement_until).map(numeric_date).unwrap_or_default();
    let assessed = t.security_grade.as_ref().and_then(|g| g.assessed_on).map(numeric_date).unwrap_or_default();
    let doctors = d.staff.iter().filter(|row| row.telemedicine).map(|row| row.name.clone()).collect();
    vec![
        text("诊所类别", "/clinic_type", false, d.clinic_type.map_or("", |t| t.zh())),
        text("诊所名称", "/name", true, &d.name),
        item(false, "设置人", "/applicant", json!(d.applicant), d.applicant.name.clone()),
        text("法定代表人", "/legal_representative", true, &d.legal_representative),
        item(true, "主要负责人", "/principal/name", json!([p.name.trim(), p.id_number.trim()]), p.name.clone()),
        item(false, "主要负责人信息", "/principal", details(p), about(p)),
        item(true, "地址", "/address/detail", json!([a.division, a.street, a.detail.trim()]), a.detail.clone()),
        item(false, "邮编与坐标", "/address", json!([a.postcode, a.longitude, a.latitude]), place(a)),
        item(false, "联系电话", "/phone", json!(d.phone), mask_phone(&d.phone)),
        text("所有制形式", "/ownership", true, &law.economic_type_name(&d.ownership)),
        text("经营性质", "/nature", true, d.nature.map_or("", |n| n.zh())),
        text("服务对象", "/service_object", false, d.service_object.map_or("", |o| o.zh())),
        list("服务方式", "/service_modes", true, modes(&d.service_modes)),
        list("诊疗科目", "/subjects", true, subjects(&d.subjects)),
        list("技术", "/techniques", tcm, d.techniques.clone()),
        item(
            false,
            "中医药治疗率",
            "/tcm_share",
            json!(d.tcm_share),
            d.tcm_share.map_or(String::new(), |n| format!("{n}%")),
        ),
        text("执业时间", "/opening_hours", false, &d.opening_hours),
        item(false, "房屋与设施", "/premises", json!(d.premises), premises),
        item(tcm, STAFF, "/staff", json!(d.staff), staff(&d.staff)),
        list("仪器设备", "/equipment", false, d.equipment.clone()),
        list("药品种类", "/medicines", false, d.medicines.clone()),
        list("互联网诊疗科目", "/telemedicine/subjects", online, subjects(&t.subjects)),
        list("互联网诊疗医师", "/staff", online, doctors),
        text("互联网诊疗合作方", "/telemedicine/partner/name", online, &partner),
        text("互联网诊疗监管平台", "/telemedicine/platform/name", online, &platform),
        text("互联网诊疗合作协议期限", "/telemedicine/partner/agreement_until", online, &until),
        text("互联网诊疗等级保护测评", "/telemedicine/security_grade/assessed_on", online, &assessed),
        item(false, "互联网诊疗其他信息", "/telemedicine", json!(d.telemedicine), t.reason.clone()),
    ]
}

/// What is compared of the principal beyond who it is.
fn details(p: &Principal) -> Value {
    json!(Principal { name: String::new(), id_number: String::new(), ..p.clone() })
}

fn about(p: &Principal) -> String {
    let parts = [
        p.level.map_or("", |l| l.zh()).to_owned(),
        p.category.map_or("", |c| c.zh()).to_owned(),
        p.scope.clone(),
        mask_code(&p.practice_code),
        mask_id(&p.id_number),
        mask_phone(&p.phone),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，")
}

fn place(a: &Address) -> String {
    match (a.longitude, a.latitude) {
        (Some(x), Some(y)) => format!("{}（{x}，{y}）", a.postcode),
        _ => a.postcode.clone(),
    }
}

fn modes(modes: &[ServiceMode]) -> Vec<String> {
    modes.iter().map(|mode| mode.zh().to_owned()).collect()
}

fn staff(rows: &[Staff]) -> String {
    let one = |row: &Staff| {
        let about = [row.post.map_or("", |p| p.zh()), row.category.map_or("", |c| c.zh()), row.scope.as_str()];
        format!("{}（{}）", row.name, about.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("，"))
    };
    rows.iter().map(one).collect::<Vec<_>>().join(BETWEEN)
}
