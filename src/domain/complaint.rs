//! Reports from the public (投诉举报): about a clinic, a suspicious certificate, or a place that is not filed at all.

use crate::domain::terms::stored;

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
        /// 已转办: another authority has it.
        Forwarded = "已转办" / "forwarded",
        /// 已办结: answered.
        Closed = "已办结" / "closed",
    }
    /// What an officer can do to it.
    ComplaintAction {
        /// Received from the public.
        Receive = "收到" / "receive",
        Accept = "受理" / "accept",
        Forward = "转办" / "forward",
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
