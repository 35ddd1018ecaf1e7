//! Each message in words, once for inbox, e-mail and SMS. A sentence places case number, the clinic's name as the register
//! has it, and days; who is meant and what was found stands in the case alone.

use chrono::NaiveDate;

use crate::domain::decision::DecisionKind;
use crate::domain::lifecycle::Kind;
use crate::domain::message::{MessageKind, Values};
use crate::domain::terms::Coded;

/// Longest SMS that goes as one, characters.
const SMS: usize = 70;

/// A message in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub title_zh: String,
    pub title_en: String,
    pub zh: String,
    pub en: String,
}

/// A day as it stands in a sentence.
fn day(values: &Values, name: &str) -> (String, String) {
    match values.get(name).parse::<NaiveDate>() {
        Ok(day) => (day.format("%Y年%-m月%-d日").to_string(), day.to_string()),
        Err(_) => Default::default(),
    }
}

/// What was filed.
fn filed(values: &Values) -> (&'static str, &'static str) {
    Kind::of_code(values.get("kind")).map_or(("备案", "filing"), |kind| (kind.zh(), kind.en()))
}

/// What is due, by its rule.
fn due_thing(rule: &str) -> (&'static str, &'static str) {
    match rule {
        "R-056" => ("现场核查的整改", "putting right what the visit found"),
        "R-063" => (
            "恢复执业（停业满一年未恢复的，视为歇业）",
            "reopening (a clinic closed for a year is deemed to have ended)",
        ),
        _ => ("互联网诊疗的协议、评估或者电子注册核验", "the agreement, assessment or registry check of telemedicine"),
    }
}

/// What happened, in a sentence each, without whose: Chinese and English.
fn what(kind: MessageKind, values: &Values) -> (String, String) {
    let (case, (zh, en)) = (values.get("case"), filed(values));
    let (due, due_en) = day(values, "due");
    match kind {
        MessageKind::Submitted => (
            format!("{zh}{case}已提交，备案机关应当在{due}前办理"),
            format!("the {en} {case} was submitted; the authority decides by {due_en}"),
        ),
        MessageKind::CorrectionRequested => (
            format!("{zh}{case}须补正{}项，请改正后重新提交", values.get("count")),
            format!("the {en} {case} needs {} corrections; mend it and submit again", values.get("count")),
        ),
        MessageKind::Redirected => (
            format!("{zh}{case}应由{}办理，已转出，请重新提交", values.get("office")),
            format!("the {en} {case} is for {} and was redirected; submit it again", values.get("office")),
        ),
        MessageKind::Issued => (format!("{zh}{case}已办结"), format!("the {en} {case} is done")),
        MessageKind::Withdrawn => (format!("{zh}{case}已撤回"), format!("the {en} {case} was withdrawn")),
        MessageKind::Visit => match values.get("step") {
            "pass" => (format!("现场核查{case}已通过"), format!("the visit {case} was passed")),
            "fail" => (format!("现场核查{case}未通过"), format!("the visit {case} was not passed")),
            "order_rectification" | "extend" => (
                format!("现场核查{case}有需要整改的问题，请在{due}前整改"),
                format!("the visit {case} found defects; put them right by {due_en}"),
            ),
            _ => (format!("将有现场核查{case}，{due}前进行"), format!("a site visit {case} will be made by {due_en}")),
        },
        MessageKind::Decision => {
            let made = DecisionKind::of_code(values.get("decision"));
            let (zh, en) = made.map_or(("行政决定", "decision"), |made| (made.zh(), made.en()));
            (format!("作出决定{case}：{zh}"), format!("decision {case}: {en}"))
        }
        MessageKind::DeadlineNear => {
            let (zh, en) = due_thing(values.get("rule"));
            (format!("{zh}将于{due}到期"), format!("{en} is due on {due_en}"))
        }
        MessageKind::DeadlinePassed => {
            let (zh, en) = due_thing(values.get("rule"));
            (format!("{zh}已于{due}到期"), format!("{en} was due on {due_en}"))
        }
        MessageKind::MemberJoined => {
            ("您邀请的经办人已加入".to_owned(), "a clerk whom you invited has joined".to_owned())
        }
        MessageKind::AssistanceBegun => (
            format!("{}的工作人员开始为您帮办代办", values.get("office")),
            format!("an officer of {} has begun to help you", values.get("office")),
        ),
        MessageKind::AssistanceEnded => (
            format!("{}的帮办代办已结束", values.get("office")),
            format!("the help by {} has ended", values.get("office")),
        ),
    }
}

/// A message in words, for the inbox and for e-mail.
pub fn said(kind: MessageKind, values: &Values) -> Said {
    let ((zh, en), name) = (what(kind, values), values.get("name"));
    let (zh, en) = if name.is_empty() {
        let mut letters = en.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        (format!("{zh}。"), format!("{}.", first.into_iter().chain(letters).collect::<String>()))
    } else {
        (format!("{name}：{zh}。"), format!("{name}: {en}."))
    };
    Said { title_zh: kind.zh().to_owned(), title_en: kind.en().to_owned(), zh, en }
}

/// A message as one SMS: signed, and short enough; a long name is cut, and an office that is too long for it not named.
pub fn sms(signature: &str, kind: MessageKind, values: &Values) -> String {
    let told = |name: &str, what: &str| format!("【{signature}】{name}{what}。请登录查看。");
    let length = |what: &str| told("", what).chars().count();
    let mut zh = what(kind, values).0;
    let office = values.get("office");
    if length(&zh) > SMS && !office.is_empty() {
        zh = zh.replace(office, "其他机关");
    }
    let (name, room) = (values.get("name"), SMS.saturating_sub(length(&zh)));
    let short = match room {
        _ if name.is_empty() => String::new(),
        room if name.chars().count() < room => format!("{name}："),
        // Two characters of a name tell nobody which clinic is meant.
        0..6 => String::new(),
        room => format!("{}…：", name.chars().take(room - 2).collect::<String>()),
    };
    told(&short, &zh)
}

/// The code that confirms an address, as it is sent there: subject and text of an e-mail.
pub fn code_mail(code: &str) -> (String, String) {
    let subject = "验证码 · Confirmation code".to_owned();
    let text = format!(
        "您的验证码是 {code}，10分钟内有效。请在“消息提醒方式”页面输入。如非您本人操作，请忽略本邮件。\n\n\
         Your code is {code}, good for 10 minutes. Enter it on the page where you gave this address. If you did not, ignore \
         this e-mail.\n"
    );
    (subject, text)
}

/// The same as an SMS.
pub fn code_sms(signature: &str, code: &str) -> String {
    format!("【{signature}】验证码{code}，10分钟内有效。如非本人操作，请忽略。")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sms_is_one_whatever_it_says() {
        let name = "山东省聊城市东昌府区王龚与李国栋联合中医综合诊所（经济技术开发区黄山南路总店）第二分部".to_owned();
        for kind in MessageKind::ALL {
            for step in ["announced", "pass", "fail", "extend"] {
                let values = Values::from([
                    ("case", "BA-371502-2026-000117".to_owned()),
                    ("name", name.clone()),
                    ("kind", "telemedicine_suspension".to_owned()),
                    ("due", "2026-12-30".to_owned()),
                    ("count", "12".to_owned()),
                    ("office", "聊城经济技术开发区行政审批服务管理局".to_owned()),
                    ("step", step.to_owned()),
                    ("rule", "R-063".to_owned()),
                    ("decision", "telemedicine_suspension".to_owned()),
                ]);
                let text = sms("诊所备案", *kind, &values);
                assert!(text.chars().count() <= SMS && text.starts_with("【诊所备案】"), "{text}");
                assert!(text.ends_with("查看。"), "{text}");
            }
        }
        let short = Values::from([("case", "BA-1".to_owned()), ("name", "王龚中医诊所".to_owned())]);
        assert!(sms("诊所备案", MessageKind::Issued, &short).contains("王龚中医诊所：备案BA-1已办结。"));
    }
}
