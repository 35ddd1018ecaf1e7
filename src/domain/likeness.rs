//! What two filings or clinics may have in common: premises, principal, phone, a name that sounds or looks alike.

use crate::domain::terms::stored;

stored! {
    /// What is alike.
    Likeness {
        Premises = "同一地址" / "same premises",
        Principal = "同一主要负责人" / "same principal",
        Phone = "同一电话" / "same phone",
        /// 同音、近形: full and half width, 协合 and 协和.
        Name = "名称相近" / "near-same name",
    }
    /// Whose key it is.
    LikenessOf {
        Clinic = "诊所" / "clinic",
        Filing = "办件" / "filing",
    }
}
