//! How people and platforms come in.

use crate::domain::actor::Role;
use crate::domain::terms::{Coded, stored, terms};

stored! {
    /// How far a sign-in has come.
    SessionState {
        /// The password was right; the second factor is still to be given or set up.
        Pending = "待验证" / "pending",
        Full = "已登录" / "signed in",
    }
}

stored! {
    /// Where somebody signed in.
    Door {
        Portal = "网页" / "portal",
        Api = "接口" / "API",
    }
}

stored! {
    /// By which number a clinic's owner is known.
    HolderKind {
        /// 统一社会信用代码
        Uscc = "统一社会信用代码" / "unified social credit code",
        /// 公民身份号码
        Identity = "公民身份号码" / "identity number",
    }
}

terms! {
    /// What a platform may do with a token. There is none for what a person answers for himself: to submit, to sign, to
    /// issue, to revoke, to see what is masked, or to make tokens.
    Scope {
        /// Filings, their materials and what is due.
        #[oai(rename = "filings:read")]
        #[serde(rename = "filings:read")]
        FilingsRead = "查看办件和材料" / "read filings and their materials",
        /// Drafts and their materials; a person submits.
        #[oai(rename = "filings:write")]
        #[serde(rename = "filings:write")]
        FilingsWrite = "起草备案、上传材料（提交须本人登录办理）" / "draft filings and add materials (a person submits)",
        /// Certificates, their copies and other papers.
        #[oai(rename = "papers:read")]
        #[serde(rename = "papers:read")]
        PapersRead = "查看凭证和文书" / "read certificates and papers",
        /// What happened in the register, for exchange between offices.
        #[oai(rename = "register:read")]
        #[serde(rename = "register:read")]
        RegisterRead = "读取登记簿变动（交换）" / "read changes of the register (exchange)",
        /// Visits and decisions.
        #[oai(rename = "supervision:read")]
        #[serde(rename = "supervision:read")]
        SupervisionRead = "查看现场核查和决定" / "read visits and decisions",
        /// Figures and annual reports of the office.
        #[oai(rename = "figures:read")]
        #[serde(rename = "figures:read")]
        FiguresRead = "读取指标和年度报告" / "read figures and annual reports",
        /// Whose token it is.
        #[oai(rename = "account:read")]
        #[serde(rename = "account:read")]
        AccountRead = "查看本人账号" / "read one's own account",
    }
}

/// Everybody who has cases before him.
const CASES: &[Role] = &[Role::Clinic, Role::Officer, Role::Approver, Role::Inspector, Role::Auditor];

impl Scope {
    /// The operations of the contract that the scope opens. An operation that stands nowhere here takes no token.
    pub const fn operations(self) -> &'static [&'static str] {
        match self {
            Self::FilingsRead => &[
                "filing_list",
                "filing_view",
                "filing_check",
                "filing_history",
                "material_list",
                "material_view",
                "deadline_list",
                "message_list",
            ],
            Self::FilingsWrite => &[
                "filing_create",
                "filing_revise",
                "filing_specify",
                "material_add",
                "material_delete",
                "upload_create",
                "upload_view",
                "upload_append",
                "upload_delete",
            ],
            Self::PapersRead => &[
                "certificate_view",
                "certificate_pdf",
                "copy_list",
                "copy_view",
                "copy_pdf",
                "paper_list",
                "paper_view",
                "paper_pdf",
            ],
            Self::RegisterRead => &["change_list"],
            Self::SupervisionRead => &["visit_list", "visit_view", "visit_history", "decision_list", "decision_view"],
            Self::FiguresRead => &[
                "report_annual",
                "report_annual_csv",
                "report_annual_xlsx",
                "figure_list",
                "figure_csv",
                "figure_xlsx",
            ],
            Self::AccountRead => &["actor_view"],
        }
    }

    /// Whose token may carry it.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::FilingsRead | Self::PapersRead | Self::SupervisionRead => CASES,
            Self::FilingsWrite => &[Role::Clinic],
            Self::RegisterRead => &[Role::Officer, Role::Approver, Role::Auditor],
            Self::FiguresRead => &[Role::Officer, Role::Approver, Role::Auditor, Role::Admin],
            Self::AccountRead => Role::ALL,
        }
    }

    /// The scope that opens an operation; none: no token does.
    pub fn of_operation(operation: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|scope| scope.operations().contains(&operation))
    }

    /// Scopes as they are stored: codes with blanks between them.
    pub fn join(scopes: &[Self]) -> String {
        scopes.iter().map(|scope| scope.code()).collect::<Vec<_>>().join(" ")
    }

    /// Scopes as they were stored; one that is known no longer opens nothing.
    pub fn split(stored: &str) -> Vec<Self> {
        stored.split(' ').filter_map(Self::of_code).collect()
    }
}

stored! {
    /// What happens to an account; its holder can read it.
    AccountEvent {
        NewDevice = "在新的设备上登录" / "signed in on a new device",
        FailedOften = "登录多次失败" / "sign-in failed many times",
        PasswordChanged = "修改了密码" / "password changed",
        SecondFactorSet = "设置了动态验证码" / "one-time codes set up",
        SecondFactorRemoved = "停用了动态验证码" / "one-time codes removed",
        SessionEnded = "结束了登录" / "session ended",
        RecoveryMade = "发放了恢复码" / "recovery code made",
        RecoveryUsed = "用恢复码重设了密码" / "password set with a recovery code",
        Closed = "停用了账号" / "account closed",
        Registered = "注册了账号" / "account registered",
        TokenMade = "建立了访问令牌" / "access token made",
        TokenEnded = "停用了访问令牌" / "access token ended",
        MemberInvited = "邀请了经办人" / "clerk invited",
        MemberJoined = "经办人已加入" / "clerk joined",
        MemberEnded = "结束了经办人的办理" / "clerk ended",
        Linked = "关联了统一身份认证" / "identity provider linked",
        Unlinked = "解除了统一身份认证的关联" / "identity provider unlinked",
        Confirmed = "确认了备案信息仍然准确" / "confirmed that what is filed is still right",
    }
}
