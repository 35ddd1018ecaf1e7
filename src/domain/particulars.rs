//! What a filing that does not rewrite the form says: suspension, resumption, closure, loss, move. It may be incomplete;
//! what is missing or wrong is told by the rules.

use chrono::NaiveDate;
use poem_openapi::Object;
use serde::{Deserialize, Serialize};

use crate::domain::dossier::documents;
use crate::domain::terms::stored;

stored! {
    /// 停业原因. The first three do not lead to 视为歇业 after a year (条例第二十条, R-063).
    SuspensionReason {
        Rebuilding = "改建" / "rebuilding",
        Extension = "扩建" / "extension",
        Relocation = "迁建" / "relocation",
        Other = "其他" / "other",
    }
}

impl SuspensionReason {
    /// Whether the clinic is deemed closed after a year.
    pub const fn lapses(self) -> bool {
        matches!(self, Self::Other)
    }
}

documents! {
    /// 备案事项: what a filing other than establishment and change says
    Particulars {
        /// 生效日期: first day of the suspension, day of resumption, closure or move, or day on which the loss was noticed
        effective_on: Option<NaiveDate>,
        /// 停业至 (suspension), last day
        until: Option<NaiveDate>,
        /// 停业原因 (suspension)
        suspension_reason: Option<SuspensionReason>,
        /// 说明
        #[oai(default, validator(max_length = 500))]
        reason: String,
        /// 病历保管去向 (closure, move)
        #[oai(default, validator(max_length = 120))]
        records_kept_at: String,
        /// 病历查询联系电话 (closure, move). Announced to patients
        #[oai(default, validator(max_length = 20))]
        records_phone: String,
        /// 剩余药品处置 (closure, move)
        #[oai(default, validator(max_length = 200))]
        medicines_disposal: String,
        /// 迁往地行政区划代码 (move), 6 digits
        #[oai(default, validator(max_length = 6))]
        destination_division: String,
        /// 迁往地址 (move)
        #[oai(default, validator(max_length = 80))]
        destination_address: String,
        /// 签署人
        #[oai(default, validator(max_length = 40))]
        signed_by: String,
        /// 签署日期
        signed_on: Option<NaiveDate>,
    }
}
