//! Bulk import of clinics that an office filed before it had this register.

use crate::domain::terms::stored;

stored! {
    /// Where an import stands.
    ImportStage {
        /// 已核对: read and checked; nothing is in the register yet.
        Checked = "已核对" / "checked",
        /// 导入中: another person approved it; the groups are entered one by one.
        Running = "导入中" / "running",
        /// 已完成
        Done = "已完成" / "done",
        /// 已取消
        Cancelled = "已取消" / "cancelled",
    }
    /// Where one group of rows (one clinic) stands.
    GroupStage {
        /// 可导入
        Ready = "可导入" / "ready",
        /// 有错误
        Defective = "有错误" / "defective",
        /// 已导入
        Entered = "已导入" / "entered",
        /// Found wrong when it was to be entered: somebody else took the number meanwhile.
        Failed = "导入失败" / "failed",
    }
}
