//! What a form is asked from: the law in force, the filing, and its document as it stands.

use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::Value;

use crate::domain::dossier::ClinicType;
use crate::domain::law::Law;
use crate::domain::lifecycle::Kind;
use crate::domain::terms::Coded;

/// What the questions depend on.
pub struct Source {
    pub law: Arc<Law>,
    pub today: NaiveDate,
    pub kind: Kind,
    /// The form, or `{"particulars": …}`: findings point into it.
    pub document: Value,
}

impl Source {
    /// A text of the document; empty where there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.document.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// Whether a list of the document holds this code.
    pub fn has(&self, pointer: &str, code: &str) -> bool {
        let list = self.document.pointer(pointer).and_then(Value::as_array);
        list.is_some_and(|list| list.iter().any(|item| item == code))
    }

    /// 诊所类别
    pub fn clinic_type(&self) -> Option<ClinicType> {
        ClinicType::of_code(self.text("/clinic_type"))
    }

    /// Whether 互联网诊疗 is filed.
    pub fn telemedicine(&self) -> bool {
        self.has("/service_modes", "telemedicine")
    }
}
