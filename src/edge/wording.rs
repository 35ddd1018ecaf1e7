//! Each error in words: stable code, status, title, what is wrong and what to do next. One table for API and pages.

use crate::domain::actor::Role;
use crate::domain::filing::Refusal;
use crate::domain::lifecycle::{Kind as Filed, Stage};
use crate::domain::material::FileDefect;
use crate::domain::standing::{self, ClinicAct};
use crate::domain::turn::{OutOfTurn, Term, Thing};
use crate::domain::verdict::{ClinicState, TelemedicineMode};
use crate::error::{Clash, Error, Federation, Problem};

/// An error in words.
#[derive(Clone, Debug)]
pub struct Worded {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
    pub title_en: &'static str,
    pub zh: String,
    pub en: String,
    pub fields: Vec<Problem>,
    /// Seconds after which it is worth trying again.
    pub retry_after: Option<u32>,
}

/// Seconds after which something is worth trying again that will not last.
pub const SHORTLY: u32 = 10;

/// The code of an error response, for the log.
#[derive(Clone, Copy, Debug)]
pub struct Code(pub &'static str);

/// A kind of problem: code, status, title, and what it means, in Chinese and English.
pub struct Kind {
    pub code: &'static str,
    pub status: u16,
    pub title: &'static str,
    pub title_en: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $code:literal $status:literal $title:literal / $title_en:literal : $zh:literal / $en:literal;)+) => {
        $(/// One kind of problem.
        pub const $name: Kind = Kind {
            code: $code, status: $status, title: $title, title_en: $title_en, zh: $zh, en: $en,
        };)+

        /// Every kind of problem, for the pages that explain them.
        pub const KINDS: &[Kind] = &[$($name),+];
    };
}

kinds! {
    NOT_FOUND = "resource.not_found" 404 "没有找到" / "Not found":
        "没有您要找的内容，或者您无权查看。请核对地址或者编号。" /
        "There is no such thing, or it is not yours to see. Check the address or number.";
    UNAUTHENTICATED = "session.required" 401 "请先登录" / "Sign in first":
        "请先登录；登录12小时后须重新登录。" / "Sign in first; a session lasts 12 hours.";
    CREDENTIALS = "session.credentials" 401 "登录名或者密码不正确" / "Wrong login name or password":
        "登录名或者密码不正确，请核对后重试。" / "Login name or password is wrong.";
    TOKEN_SCOPE = "token.scope" 403 "令牌没有此项权限" / "Not with this token":
        "这个访问令牌没有此项权限，或者此项须由本人登录办理。请在“访问令牌”页面核对权限，需要时另建令牌。" /
        "This token does not carry the scope, or a person has to sign in for it. Check the token's scopes, or make another.";
    TOKENS_FULL = "token.full" 409 "访问令牌已满" / "No more tokens":
        "一个账号最多20个有效的访问令牌，请先停用不再使用的。" / "An account has at most 20 tokens; end one that is no longer used.";
    MEMBERS_FULL = "member.full" 409 "经办人已满" / "No more clerks":
        "最多20名经办人，包括还没有加入的。请先结束不再办理的。" / "There are at most 20 clerks and invitations; end one first.";
    IDENTITY_FLOW = "identity.flow" 403 "登录没有完成" / "The sign-in was not finished":
        "这次登录已过期、已用过，或者不是从这个浏览器开始的。请回到登录页重新登录。" /
        "This sign-in is too old, was used already, or began in another browser. Please sign in again.";
    IDENTITY_DECLINED = "identity.declined" 403 "统一身份认证没有通过" / "The identity provider let nobody in":
        "统一身份认证没有通过，或者您取消了登录。请重试，或者用登录名和密码登录。" /
        "The identity provider let nobody in, or you turned back. Try again, or sign in with login name and password.";
    IDENTITY_UNTRUSTED = "identity.untrusted" 403 "统一身份认证的答复未通过核对" / "The answer did not pass its checks":
        "统一身份认证的答复未通过核对，没有登录。请用登录名和密码登录，并告知备案机关。" /
        "What the identity provider answered did not pass its checks; nobody was signed in. Use login name and password, and tell the authority.";
    IDENTITY_SILENT = "identity.unavailable" 503 "统一身份认证暂时不能使用" / "The identity provider does not answer":
        "统一身份认证暂时不能使用。请稍后再试，或者用登录名和密码登录。" /
        "The identity provider does not answer. Try again later, or sign in with login name and password.";
    IDENTITY_LINKED = "identity.linked" 409 "该身份已关联账号" / "Linked already":
        "该统一身份已关联其他账号，或者本账号已关联其他统一身份。请先在原来的账号解除关联。" /
        "This identity is linked to another account, or this account to another identity. Unlink it there first.";
    SECOND_FACTOR = "session.second_factor" 401 "需要动态验证码" / "One-time code needed":
        "请填写验证器当前显示的6位动态验证码；每个验证码只能用一次，刚用过的请等下一个。" /
        "Give the six digits that your authenticator shows now; each works once, so wait for the next after using one.";
    ENROLMENT = "session.enrolment" 403 "请先设置动态验证码" / "Set up one-time codes first":
        "您的账号须使用动态验证码。请先在网页上登录（/signin）并设置，再从接口登录。" /
        "This account needs one-time codes. Sign in on the pages (/signin) and set them up first.";
    PAUSED = "session.paused" 429 "登录失败次数过多" / "Too many failed sign-ins":
        "登录失败次数过多，请稍后再试。忘记密码的，请联系备案机关或者系统管理员取得恢复码。" /
        "Too many failed sign-ins; please try again later. Retry-After says when, in seconds.";
    FORBIDDEN = "role.forbidden" 403 "您的角色不能办理" / "Not for your role":
        "您的角色不能办理此事项。" / "Your role may not do this.";
    ACTION_ROLE = "filing.role" 403 "您的角色不能办理这一步" / "Another role takes this step":
        "这一步由其他岗位办理。" / "Another role takes this step.";
    SAME_PERSON = "filing.same_person" 403 "须由另一人签发" / "Somebody else must issue":
        "提请签发与签发不得为同一人，请由另一人签发。" / "Whoever recommended a filing does not issue it.";
    SECOND_NOTICE = "filing.second_notice" 403 "再次告知须由签发岗作出" / "A second notice is the approver’s":
        "本件已发出一次性告知；再次告知须由签发岗作出，并说明原因（R-051）。" /
        "The one notice was sent; a second is the approver's, with a reason (R-051).";
    HOLDER = "role.holder" 403 "由诊所负责人本人办理" / "For the owner himself":
        "由诊所负责人本人办理。经办人可以填写和准备，请告知负责人登录办理。" /
        "The owner of the clinic does this himself. A clerk fills in and prepares; ask the owner to sign in.";
    WRONG_STAGE = "filing.wrong_stage" 409 "此阶段不能办理" / "Not possible at this stage":
        "办件所处阶段不能办理此步骤。" / "The filing's stage does not know this step.";
    LOCKED = "filing.locked" 409 "此阶段不能修改" / "It cannot be changed now":
        "备案已提交，不能修改；待补正时可以修改。" / "The filing is submitted; it can be changed again when a correction is asked for.";
    VISIT_STAGE = "visit.wrong_stage" 409 "此阶段不能办理" / "Not possible at this stage":
        "核查所处阶段不能办理此步骤。" / "The visit's stage does not know this step.";
    VISIT_ROLE = "visit.role" 403 "您的角色不能办理这一步" / "Another role takes this step":
        "这一步由其他岗位办理。" / "Another role takes this step.";
    VISIT_OFFICE = "visit.office" 403 "由监管部门办理" / "For the supervising department":
        "现场核查由该诊所的监管部门办理。" / "The supervising department of the clinic visits it.";
    VISIT_TEAM = "visit.team" 403 "由指派的人员办理" / "For the assigned team":
        "这次核查已指派人员，由被指派的人员记录结果；需要调整的请重新指派。" /
        "The visit is assigned; its team records what was found. Assign it anew for a change.";
    DECISION_STAGE = "decision.wrong_stage" 409 "此阶段不能办理" / "Not possible at this stage":
        "决定所处阶段不能办理此步骤。" / "The decision's stage does not know this step.";
    DECISION_ROLE = "decision.role" 403 "您的角色不能办理这一步" / "Another role takes this step":
        "这一步由其他岗位办理。" / "Another role takes this step.";
    DECISION_OFFICE = "decision.office" 403 "由作出决定的机关办理" / "For the deciding authority":
        "撤销、注销由原备案机关决定；其他决定由提出的部门决定。" /
        "The filing authority decides revocation and cancellation; other decisions are the proposing authority's.";
    DECISION_SAME_PERSON = "decision.same_person" 403 "须由另一人决定" / "Somebody else must decide":
        "提出与决定不得为同一人，请由另一人决定（R-057）。" / "Whoever proposed does not decide (R-057).";
    DECISION_NOT_OWN = "decision.not_own" 403 "只能撤回本人提出的" / "Only one’s own can be withdrawn":
        "拟决定由提出人撤回，或者由签发岗退回。" / "A proposal is withdrawn by its proposer, or turned down by an approver.";
    DECISION_OPEN = "decision.open" 409 "已有同类拟决定" / "Proposed already":
        "该诊所已有一件同类的拟决定，请先决定或者撤回。" / "A decision of this kind is proposed already; decide or withdraw it first.";
    IMPORT_STAGE = "import.wrong_stage" 409 "此阶段不能办理" / "Not possible at this stage":
        "导入所处阶段不能办理此步骤。" / "The import's stage does not know this step.";
    IMPORT_ROLE = "import.role" 403 "您的角色不能办理这一步" / "Another role takes this step":
        "这一步由其他岗位办理。" / "Another role takes this step.";
    IMPORT_SAME_PERSON = "import.same_person" 403 "须由另一人批准" / "Somebody else must approve":
        "准备导入与批准导入不得为同一人，请由另一人批准。" / "Whoever prepared an import does not approve it.";
    IMPORT_DEFECTIVE = "import.defective" 409 "仍有错误" / "Defects remain":
        "文件中仍有错误的诊所。请改正后重新上传，或者选择只导入没有错误的（only_if_clean为false）。" /
        "Some clinics of the file are defective. Upload a mended file, or enter the others alone (only_if_clean false).";
    HANDED_OVER = "clinic.handed_over" 409 "诊所已有账号" / "The clinic has an account":
        "该诊所已由诊所账号管理，不能再次移交。" / "The clinic has an account of its own; it is not handed over again.";
    COMPLAINT_STAGE = "complaint.wrong_stage" 409 "此阶段不能办理" / "Not possible at this stage":
        "投诉举报所处阶段不能办理此步骤。" / "The report's stage does not know this step.";
    COMPLAINT_ROLE = "complaint.role" 403 "您的角色不能办理这一步" / "Another role takes this step":
        "这一步由其他岗位办理。" / "Another role takes this step.";
    COMPLAINT_CLOSED = "complaint.closed" 409 "已经办结" / "Closed already":
        "该投诉举报已经办结，不能再补充照片；有新情况请重新举报。" / "The report is closed; nothing can be added. Report anew what is new.";
    COMPLAINT_PHOTOS = "complaint.photos_full" 409 "照片已满" / "No more photos":
        "一件投诉举报最多6张照片。" / "A report holds at most six photos.";
    NOT_ENDED = "filing.not_ended" 409 "办件尚无档案" / "No archive yet":
        "办件办结或者撤回后，申请人可以下载档案；没有提交过的办件没有档案。" /
        "The applicant can fetch the archive once the filing has ended; what was never submitted has none.";
    NOT_IN_FORCE = "certificate.not_in_force" 409 "凭证现在无效" / "The certificate is not in force":
        "只能为现行有效的凭证开具加注件。请扫码核验该凭证现在的状态，改用诊所现行的凭证。" /
        "Copies are made of a certificate in force only. Verify this one to see where it stands, and use the clinic's current one.";
    STANDING = "clinic.standing" 409 "诊所现在的状态不能办理" / "The clinic’s standing does not allow this":
        "诊所现在的状态不能办理此事项。" / "The clinic's standing does not allow this.";
    OPEN_FILING = "filing.open_filing" 409 "已有在办件" / "Another filing is under way":
        "该诊所已有一件备案正在办理，请待其办结或者撤回后再提交。" / "The clinic has another filing under way; wait for it or withdraw it.";
    BASE_CHANGED = "filing.base_changed" 409 "现行备案信息已变更" / "What is filed has changed":
        "起草后现行备案信息已变更，请按现行信息重新起草变更备案。" / "What is filed has changed since this was drafted; draft the change anew.";
    TAKEN = "resource.taken" 409 "已被占用" / "Taken already":
        "已有相同的编号，请核对。" / "The same number exists already.";
    SERIES_EXHAUSTED = "number.exhausted" 409 "临时编号已用完" / "Provisional numbers are used up":
        "本区划的临时编号已用完，请填写登记系统分配的备案编号。" / "The provisional numbers are used up; type in the assigned number.";
    MATERIALS_FULL = "material.full" 409 "材料已满" / "No more files":
        "一件备案最多100份、共200 MB材料，请压缩或者合并后再上传。" / "A filing holds at most 100 files and 200 MB.";
    UPLOADS_FULL = "upload.full" 409 "没有传完的文件太多" / "Too many unfinished files":
        "一个账号最多同时有20个、共200 MB没有传完的文件。请先传完或者取消一些，再上传新的。" /
        "An account has at most 20 unfinished files with 200 MB. Finish or cancel some of them first.";
    UPLOAD_OFFSET = "upload.offset" 409 "不是接着传的" / "Not where the last piece ended":
        "这一段没有接上已经收到的部分，请从已收到的字节数（received）继续上传。" /
        "This piece does not begin where the last one ended; go on from what was received.";
    FILE_ENCRYPTED = "material.encrypted" 422 "PDF设有密码" / "The PDF has a password":
        "这份PDF设有打开密码，审查人员打不开。请取消密码后再上传。" / "This PDF opens with a password only; remove it, then upload the file.";
    STALE = "resource.stale" 412 "内容已被更新" / "Changed in the meantime":
        "您查看之后内容已被更新，请刷新后再办理。" / "It was changed since you read it; read it again.";
    PRECONDITION = "request.precondition_required" 428 "缺少If-Match" / "If-Match is missing":
        "请在If-Match请求头中填写您所看到的版本（ETag）。" / "Send the version you saw (ETag) as If-Match.";
    KEY_REQUIRED = "idempotency.required" 400 "缺少Idempotency-Key" / "Idempotency-Key is missing":
        "请在Idempotency-Key请求头中填写8至64个字母、数字或者-_符号，每次办理用一个新的。" /
        "Send an Idempotency-Key of 8 to 64 letters, digits, - or _; a new one for every effect.";
    KEY_REUSED = "idempotency.reused" 422 "Idempotency-Key已用于其他请求" / "Idempotency-Key served another request":
        "这个Idempotency-Key已用于内容不同的请求，请换一个新的。" / "This Idempotency-Key served another request; use a new one.";
    INVALID = "request.invalid" 422 "填写有误" / "Some fields are wrong":
        "填写有误，请按各项说明改正后重新提交。" / "Some fields are wrong; each is named with what to do.";
    BLOCKED = "filing.blocked" 422 "尚不符合备案要求" / "The filing does not meet its rules yet":
        "尚有不符合备案要求的内容，请按各项说明改正后重新提交。" / "The filing does not meet its rules yet; each finding is named.";
    MALFORMED = "request.malformed" 400 "请求无法读取" / "The request cannot be read":
        "请求的内容或者参数无法读取，请核对格式。" / "The request's body or parameters cannot be read.";
    METHOD = "request.method" 405 "不支持此方法" / "Method not allowed":
        "此地址不支持这种请求方法。" / "This address does not know the method.";
    TOO_LARGE = "request.too_large" 413 "内容过大" / "Too large":
        "内容超过上限：请求正文256 KB，单个文件20 MB，法规数据表4 MB。请压缩后再上传。" /
        "Too large: a body holds 256 KB, a file 20 MB, a table of the law 4 MB.";
    LENGTH = "request.length_required" 411 "缺少Content-Length" / "Content-Length is missing":
        "上传材料须在Content-Length请求头中注明长度。" / "Send the length of an upload as Content-Length.";
    MEDIA_TYPE = "request.media_type" 415 "内容类型不支持" / "Content type not supported":
        "请求正文须为application/json；上传材料须为multipart/form-data，分段上传须为application/offset+octet-stream。" /
        "Send application/json; multipart/form-data for materials, application/offset+octet-stream for their pieces.";
    FILE_TYPE = "material.file_type" 415 "文件类型不支持" / "File type not supported":
        "只接受PDF、JPG、PNG文件，按文件内容判断。请重新扫描或者拍照后上传。" / "Only PDF, JPEG and PNG are taken, judged by content.";
    TOO_MANY = "request.too_many" 429 "查询过于频繁" / "Too many lookups":
        "查询过于频繁，请稍后再试。" / "Too many lookups; please try again shortly. Retry-After says when, in seconds.";
    TOO_OFTEN = "request.too_often" 429 "提交过于频繁" / "Too many requests":
        "提交或者查询过于频繁，请稍后再试。" / "Too many requests; please try again later. Retry-After says when, in seconds.";
    FOREIGN = "request.foreign" 403 "不是从本网站提交" / "Not sent from this site":
        "请在本网站的页面上填写后提交。" / "Fill in the form on this site and send it from here.";
    UNAVAILABLE = "service.unavailable" 503 "系统繁忙" / "The service is busy":
        "系统繁忙，请稍后再试；已提交的内容不会丢失。" / "The service is busy; try again shortly. Nothing is lost.";
    INTERNAL = "service.internal" 500 "系统出错" / "Something went wrong":
        "系统出错，已记录。请稍后再试；如仍不行，请联系备案机关。" / "Something went wrong on our side and was logged. Try again later.";
}

impl Kind {
    /// The kind in its standard words.
    pub fn worded(&self) -> Worded {
        let Self { code, status, title, title_en, zh, en } = *self;
        Worded { code, status, title, title_en, zh: zh.into(), en: en.into(), fields: vec![], retry_after: None }
    }

    fn with(&self, zh: impl Into<String>, en: impl Into<String>) -> Worded {
        Worded { zh: zh.into(), en: en.into(), ..self.worded() }
    }

    fn fields(&self, fields: Vec<Problem>) -> Worded {
        Worded { fields, ..self.worded() }
    }
}

/// An error in words. Internal causes are logged here, once, and never shown.
pub fn of(error: Error) -> Worded {
    match error {
        Error::NotFound(_) => NOT_FOUND.worded(),
        Error::Unauthenticated => UNAUTHENTICATED.worded(),
        Error::Credentials => CREDENTIALS.worded(),
        Error::SecondFactor => SECOND_FACTOR.worded(),
        Error::Enrolment => ENROLMENT.worded(),
        Error::Paused(seconds) => paused(seconds),
        Error::Forbidden => FORBIDDEN.worded(),
        Error::Scope => TOKEN_SCOPE.worded(),
        Error::Federation(Federation::Flow) => IDENTITY_FLOW.worded(),
        Error::Federation(Federation::Declined) => IDENTITY_DECLINED.worded(),
        Error::Federation(Federation::Untrusted) => IDENTITY_UNTRUSTED.worded(),
        Error::Federation(Federation::Silent) => IDENTITY_SILENT.worded(),
        Error::Locked(stage @ (Stage::Issued | Stage::Withdrawn)) => LOCKED.with(
            format!("办件{}，不能再修改；如需变更，请另行办理。", stage.zh()),
            format!("The filing is {}; it can no longer be changed. File anew for a change.", stage.en()),
        ),
        Error::Locked(stage) => LOCKED.with(
            format!("办件{}，不能修改；填报中或者待补正时可以修改。", stage.zh()),
            format!("The filing is {}; it can be changed while draft or when a correction is asked for.", stage.en()),
        ),
        Error::Refused(refusal) => refused(refusal),
        Error::OutOfTurn(why) => out_of_turn(why),
        Error::Invalid(problems) => INVALID.fields(problems),
        Error::Blocked(problems) => BLOCKED.fields(problems),
        Error::Standing { state, telemedicine, act } => standing_refuses(state, telemedicine, act),
        Error::Stale => STALE.worded(),
        Error::Precondition("Idempotency-Key") => KEY_REQUIRED.worded(),
        Error::Precondition(_) => PRECONDITION.worded(),
        Error::KeyReused => KEY_REUSED.worded(),
        Error::Conflict(Clash::Taken) => TAKEN.worded(),
        Error::Conflict(Clash::OpenFiling) => OPEN_FILING.worded(),
        Error::Conflict(Clash::BaseChanged) => BASE_CHANGED.worded(),
        Error::Conflict(Clash::SeriesExhausted) => SERIES_EXHAUSTED.worded(),
        Error::Conflict(Clash::MaterialsFull) => MATERIALS_FULL.worded(),
        Error::Conflict(Clash::UploadsFull) => UPLOADS_FULL.worded(),
        Error::Conflict(Clash::Offset(received)) => UPLOAD_OFFSET.with(
            format!("已经收到{received}字节，请从第{received}字节（Upload-Offset: {received}）继续上传。"),
            format!("{received} bytes have arrived; go on with Upload-Offset: {received}."),
        ),
        Error::Conflict(Clash::OpenDecision) => DECISION_OPEN.worded(),
        Error::Conflict(Clash::Defective) => IMPORT_DEFECTIVE.worded(),
        Error::Conflict(Clash::HandedOver) => HANDED_OVER.worded(),
        Error::Conflict(Clash::ReportClosed) => COMPLAINT_CLOSED.worded(),
        Error::Conflict(Clash::PhotosFull) => COMPLAINT_PHOTOS.worded(),
        Error::Conflict(Clash::NotEnded) => NOT_ENDED.worded(),
        Error::Conflict(Clash::NotInForce) => NOT_IN_FORCE.worded(),
        Error::Conflict(Clash::TokensFull) => TOKENS_FULL.worded(),
        Error::Conflict(Clash::MembersFull) => MEMBERS_FULL.worded(),
        Error::Conflict(Clash::Linked) => IDENTITY_LINKED.worded(),
        Error::TooLarge(most) => too_large(most),
        Error::FileType => FILE_TYPE.worded(),
        Error::File(defect) => {
            let kind = match defect {
                FileDefect::TooLarge(_) => &TOO_LARGE,
                FileDefect::Encrypted => &FILE_ENCRYPTED,
                FileDefect::Empty | FileDefect::Heic | FileDefect::Office | FileDefect::Type => &FILE_TYPE,
            };
            kind.with(defect.zh(), defect.en())
        }
        Error::TooMany(seconds) => too_often(seconds),
        Error::Foreign => FOREIGN.worded(),
        Error::Unavailable => Worded { retry_after: Some(SHORTLY), ..UNAVAILABLE.worded() },
        Error::Internal(cause) => {
            tracing::error!(cause = format!("{cause:#}"), "internal error");
            INTERNAL.worded()
        }
    }
}

/// When to try again; whoever cannot wait is told whom to call.
fn too_often(seconds: u32) -> Worded {
    let minutes = seconds.div_ceil(60);
    let mut worded = TOO_OFTEN.with(
        format!("提交或者查询过于频繁，请在{minutes}分钟后再试；不能等的，请拨打监督电话。"),
        format!("Too many requests; please try again in {minutes} minutes, or call the supervision phone."),
    );
    worded.retry_after = Some(seconds);
    worded
}

/// When the next sign-in may be tried, and what to do without a password.
fn paused(seconds: u32) -> Worded {
    let (zh, en) = match seconds {
        0..60 => (format!("{seconds}秒"), format!("{seconds} s")),
        _ => (format!("{}分钟", seconds.div_ceil(60)), format!("{} min", seconds.div_ceil(60))),
    };
    let mut worded = PAUSED.with(
        format!("登录失败次数过多，请在{zh}后再试。忘记密码的，请联系备案机关或者系统管理员取得恢复码。"),
        format!("Too many failed sign-ins; please try again in {en}. Without a password, ask your authority or the administrator for a recovery code."),
    );
    worded.retry_after = Some(seconds);
    worded
}

/// How large it may be at most.
fn too_large(most: u64) -> Worded {
    let most = if most < 1024 * 1024 { format!("{} KB", most / 1024) } else { format!("{} MB", most / 1024 / 1024) };
    TOO_LARGE.with(format!("内容超过上限：最大{most}。请压缩后再上传。"), format!("Too large: {most} at most."))
}

/// Which standing, what cannot happen to it, and what can.
fn standing_refuses(state: ClinicState, telemedicine: TelemedicineMode, act: ClinicAct) -> Worded {
    // Who files is told what can be filed; who decides, what can happen.
    let filed = Filed::ALL.iter().any(|kind| kind.act() == act);
    let (zh, en): (Vec<_>, Vec<_>) = if filed {
        let possible = Filed::ALL.iter().filter(|kind| kind.happens_to(state, telemedicine));
        possible.map(|kind| (kind.zh(), kind.en())).unzip()
    } else {
        let possible = ClinicAct::ALL.iter().filter(|other| {
            standing::after(state, **other).is_some() && standing::telemedicine_after(telemedicine, **other).is_some()
        });
        possible.map(|act| (act.zh(), act.en())).unzip()
    };
    let (zh, en) = (zh.join("、"), en.join(", "));
    let (zh, en) = if zh.is_empty() {
        ("备案已经终止，不能再办理任何事项".to_owned(), "the filing has ended; nothing more can be done".to_owned())
    } else {
        (format!("现在可以办理：{zh}"), format!("what can happen now: {en}"))
    };
    STANDING.with(
        format!("该诊所现为“{}”，互联网诊疗“{}”，不能办理“{}”；{zh}。", state.zh(), telemedicine.zh(), act.zh()),
        format!("The clinic is {}, telemedicine {}; it cannot be {}; {en}.", state.en(), telemedicine.en(), act.en()),
    )
}

fn refused(refusal: Refusal) -> Worded {
    let thing = Thing::Filing;
    match refusal {
        Refusal::Stage { stage, action, allowed } => {
            let allowed = allowed.into_iter().map(|(a, roles)| ((a.zh(), a.en()), roles)).collect();
            let (stage, action) = ((stage.zh(), stage.en()), (action.zh(), action.en()));
            out_of_turn(OutOfTurn::Stage { thing, stage, action, allowed })
        }
        Refusal::Role { action, roles } => {
            out_of_turn(OutOfTurn::Role { thing, action: (action.zh(), action.en()), roles })
        }
        Refusal::SecondNotice => SECOND_NOTICE.worded(),
        Refusal::SamePerson => SAME_PERSON.worded(),
        Refusal::Holder { action: (zh, en) } => HOLDER.with(
            format!("由诊所负责人本人{zh}。您是经办人，可以填写和准备，请告知负责人登录后{zh}。"),
            format!("“{en}” is for the owner of the clinic himself. You are a clerk: prepare it, and ask the owner to sign in."),
        ),
    }
}

/// Which stage, which actions it knows, and for whom: the same words for filings, visits, decisions and reports.
fn out_of_turn(why: OutOfTurn) -> Worded {
    match why {
        OutOfTurn::Stage { thing, stage, action, allowed } => {
            let words = |name: fn(Term) -> &'static str, role: fn(Role) -> &'static str, between: &str| {
                let one = |(action, roles): &(Term, &'static [Role])| {
                    let roles: Vec<_> = roles.iter().map(|r| role(*r)).collect();
                    format!("{} ({})", name(*action), roles.join(between))
                };
                allowed.iter().map(one).collect::<Vec<_>>()
            };
            let (zh, en) = (words(|term| term.0, Role::zh, "、"), words(|term| term.1, Role::en, ", "));
            let (zh, en) = if zh.is_empty() {
                ("此阶段已办结，没有可以办理的步骤".to_owned(), "nothing more can be done".to_owned())
            } else {
                (format!("现在可以办理：{}", zh.join("，")), format!("what can be done: {}", en.join(", ")))
            };
            let (kind, (noun, noun_en)) = match thing {
                Thing::Filing => (&WRONG_STAGE, ("办件", "filing")),
                Thing::Visit => (&VISIT_STAGE, ("核查", "visit")),
                Thing::Decision => (&DECISION_STAGE, ("决定", "decision")),
                Thing::Import => (&IMPORT_STAGE, ("导入", "import")),
                Thing::Complaint => (&COMPLAINT_STAGE, ("投诉举报", "report")),
            };
            kind.with(
                format!("{noun}{}，不能{}；{zh}。", stage.0, action.0),
                format!("The {noun_en} is {}; it cannot be acted on by “{}”; {en}.", stage.1, action.1),
            )
        }
        OutOfTurn::Role { thing, action, roles } => {
            let zh: Vec<_> = roles.iter().map(|r| r.zh()).collect();
            let en: Vec<_> = roles.iter().map(|r| r.en()).collect();
            let kind = match thing {
                Thing::Filing => &ACTION_ROLE,
                Thing::Visit => &VISIT_ROLE,
                Thing::Decision => &DECISION_ROLE,
                Thing::Import => &IMPORT_ROLE,
                Thing::Complaint => &COMPLAINT_ROLE,
            };
            kind.with(
                format!("“{}”由{}办理。", action.0, zh.join("或者")),
                format!("“{}” is for the {}.", action.1, en.join(" or ")),
            )
        }
        OutOfTurn::Office { thing: Thing::Visit, .. } => VISIT_OFFICE.worded(),
        OutOfTurn::Office { .. } => DECISION_OFFICE.worded(),
        OutOfTurn::Team { .. } => VISIT_TEAM.worded(),
        OutOfTurn::Preparer => IMPORT_SAME_PERSON.worded(),
        OutOfTurn::SamePerson => DECISION_SAME_PERSON.worded(),
        OutOfTurn::NotOwn => DECISION_NOT_OWN.worded(),
    }
}
