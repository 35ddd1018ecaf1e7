//! What a rule found: which rule, where, and the values of its message. It knows no language; the edge joins it with
//! the rule's text and legal basis, which are data.

use serde::{Deserialize, Serialize};

/// One finding of one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Rule id, as in the law data: `R-005`.
    pub rule: String,
    /// JSON pointer (RFC 6901) into the dossier; `""` for the whole, `/materials/<code>` for a material.
    pub pointer: String,
    /// Values of the placeholders in the rule's message.
    pub values: Vec<(String, String)>,
}

impl Finding {
    /// A finding of `rule` at `pointer`.
    pub fn new(rule: &str, pointer: impl Into<String>) -> Self {
        Self { rule: rule.into(), pointer: pointer.into(), values: vec![] }
    }

    /// The same with a value for `{name}` in the message.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.values.push((name.into(), value.to_string()));
        self
    }
}
