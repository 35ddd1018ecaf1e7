//! What the owner of a clinic is told, and by which way.

use serde::{Deserialize, Serialize};

use crate::domain::terms::stored;

pub mod words;

stored! {
    /// How somebody is told beyond the inbox.
    Channel {
        Email = "电子邮件" / "e-mail",
        Sms = "短信" / "SMS",
    }
}

stored! {
    /// What a message is about.
    MessageKind {
        Submitted = "备案已提交" / "filing submitted",
        CorrectionRequested = "一次性告知" / "corrections requested",
        Redirected = "已转出" / "redirected",
        Issued = "已备案" / "filed",
        Withdrawn = "已撤回" / "withdrawn",
        Visit = "现场核查" / "site visit",
        Decision = "行政决定" / "decision",
        DeadlineNear = "到期提醒" / "due soon",
        DeadlinePassed = "逾期提醒" / "overdue",
        MemberJoined = "经办人已加入" / "a clerk joined",
        AssistanceBegun = "帮办代办已开始" / "assistance begun",
        AssistanceEnded = "帮办代办已结束" / "assistance ended",
    }
}

/// Values of the placeholders in a message's sentence: never personal data.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Values(pub Vec<(String, String)>);

impl Values {
    /// The value of a placeholder, empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }
}

impl<const N: usize> From<[(&str, String); N]> for Values {
    fn from(pairs: [(&str, String); N]) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

/// What the owner himself has to do within a clock of this rule: `R-056`'s other clock is the authority's.
pub fn owners_duty(rule: &str, subject_is_visit: bool) -> bool {
    matches!(rule, "R-063" | "R-081") || (rule == "R-056" && subject_is_visit)
}
