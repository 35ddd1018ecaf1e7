//! Reports from the public (投诉举报): about a clinic, a suspicious certificate, or a place that is not filed at all.

use ComplaintAction::{Accept, Close, Forward, OrderVisit, Receive};
use ComplaintStage::{Accepted, Closed, Forwarded, Received};
use Role::{Approver, Inspector, Officer};

use poem_openapi::Object;
use serde::{Deserialize, Serialize};

use crate::domain::actor::Role;
use crate::domain::identity::{mask_name, mask_phone};
use crate::domain::terms::stored;
use crate::domain::turn::{self, OutOfTurn, Thing};

stored! {
    /// 举报事项
    ComplaintKind {
        Practice = "诊疗行为" / "how the clinic practises",
        Telemedicine = "互联网诊疗" / "telemedicine",
        Certificate = "凭证可疑" / "a suspicious certificate",
        Unfiled = "疑似未备案执业" / "practice without filing",
        Other = "其他" / "something else",
    }
    /// Where a report stands.
    ComplaintStage {
        /// 已收到: the clock runs.
        Received = "已收到" / "received",
        /// 办理中
        Accepted = "办理中" / "being handled",
        /// 已转办: another authority has it, and has not accepted it yet.
        Forwarded = "已转办" / "forwarded",
        /// 已办结: answered.
        Closed = "已办结" / "closed",
    }
    /// What is done to it.
    ComplaintAction {
        /// Received from the public: the first step, nobody's to take.
        Receive = "收到" / "receive",
        Accept = "受理" / "accept",
        Forward = "转办" / "forward",
        OrderVisit = "安排专项检查" / "order a special inspection",
        Close = "办结" / "close",
    }
    /// What came of it.
    ComplaintOutcome {
        Substantiated = "情况属实" / "substantiated",
        PartlySubstantiated = "部分属实" / "partly substantiated",
        Unsubstantiated = "未发现所反映情况" / "not substantiated",
        /// Too little to look into, or not a matter of this register.
        NotActionable = "不属于办理范围" / "not actionable",
    }
}

/// The rule whose clocks a report starts.
pub const RULE: &str = "R-107";
/// What is due first: to accept it, or to say that it cannot be.
pub const ACCEPTANCE: &str = "投诉举报受理";
/// What is due in the end: the answer.
pub const ANSWER: &str = "投诉举报办结";

/// Fewest and most characters of what is reported.
pub const DETAILS: std::ops::RangeInclusive<usize> = 10..=2_000;
/// Most characters of how the reporter can be reached.
pub const CONTACT: usize = 100;
/// Most characters of a code as it was scanned or typed: a code's address has some 500.
pub const CODE: usize = 1_000;
/// Most characters of a place's name, and of its address.
pub const PLACE: usize = 100;
/// Most photos of a report.
pub const PHOTOS: usize = 6;
/// Largest photo as it is sent, bytes.
pub const LARGEST_PHOTO: u64 = 10 * 1024 * 1024;

/// A place that may not be filed at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Object, sea_orm::FromJsonQueryResult)]
#[oai(rename = "ComplaintPlace", deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// 名称, as on the sign
    #[oai(validator(min_length = 1, max_length = 100))]
    pub name: String,
    /// 地址
    #[oai(validator(min_length = 1, max_length = 100))]
    pub address: String,
    /// 街道 (9 digits) or 县级行政区划 (6 digits); empty where the reporter does not know
    #[oai(default, validator(max_length = 9))]
    #[serde(default)]
    pub area: String,
}

/// The whole lifecycle: who may do what where, and where it leads.
pub const fn next(from: ComplaintStage, action: ComplaintAction) -> Option<(&'static [Role], ComplaintStage)> {
    Some(match (from, action) {
        (Received | Forwarded, Accept) => (&[Officer, Approver, Inspector], Accepted),
        (Received | Forwarded | Accepted, Forward) => (&[Officer, Approver], Forwarded),
        (Accepted, OrderVisit) => (&[Officer, Approver], Accepted),
        (Received | Forwarded | Accepted, Close) => (&[Officer, Approver], Closed),
        (Received | Forwarded, OrderVisit) | (Accepted, Accept) | (Closed, _) | (_, Receive) => return None,
    })
}

/// Where `action` leads for `role`.
///
/// # Errors
/// Why it may not happen, with what may.
pub fn decide(stage: ComplaintStage, action: ComplaintAction, role: Role) -> Result<ComplaintStage, OutOfTurn> {
    let word = |a: ComplaintAction| (a.zh(), a.en());
    turn::take(Thing::Complaint, (stage.zh(), stage.en()), action, role, ComplaintAction::ALL, word, |a| next(stage, a))
}

/// What `role` may do now.
pub fn allowed(stage: ComplaintStage, role: Role) -> Vec<ComplaintAction> {
    ComplaintAction::ALL.iter().copied().filter(|action| decide(stage, *action, role).is_ok()).collect()
}

/// Whether nothing more can be done.
pub const fn ended(stage: ComplaintStage) -> bool {
    matches!(stage, Closed)
}

/// How the reporter can be reached, as whoever has given no reason sees it: a phone as `138****1234`, anything else by
/// its first character.
pub fn masked_contact(contact: &str) -> String {
    let phone = contact.bytes().all(|b| b.is_ascii_digit() || b"+- ".contains(&b));
    if phone { mask_phone(contact) } else { mask_name(contact) }
}

/// Whether a text tells how the reporter can be reached: what is answered in public never does.
pub fn tells_contact(text: &str, contact: &str) -> bool {
    let plain =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (text, contact) = (plain(text), plain(contact));
    // A single character would be found anywhere.
    if contact.chars().count() < 2 {
        return false;
    }
    // A name and a number written together are each enough to find somebody.
    let (mut parts, mut kind) = (Vec::<String>::new(), None);
    for c in contact.chars() {
        match parts.last_mut().filter(|_| kind == Some(c.is_numeric())) {
            Some(part) => part.push(c),
            None => parts.push(c.to_string()),
        }
        kind = Some(c.is_numeric());
    }
    let telling = |part: &String| {
        let number = part.chars().all(char::is_numeric);
        let least = if number { 7 } else { 2 };
        part.chars().count() >= least && !COMMON.contains(&part.as_str())
    };
    text.contains(&contact) || parts.iter().filter(|part| telling(part)).any(|part| text.contains(part.as_str()))
}

/// Words that stand in many contacts and tell nobody apart.
const COMMON: [&str; 14] = [
    "电话",
    "手机",
    "手机号",
    "联系电话",
    "微信",
    "微信号",
    "邮箱",
    "先生",
    "女士",
    "联系",
    "qq",
    "com",
    "qqcom",
    "tel",
];
