//! Text from outside: normalised, and refused where it could deceive a reader or a database.

use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

use crate::domain::value::deceptive;
use crate::error::Problem;

/// Longest single text of a request, characters.
const LONGEST: usize = 2_000;

const HIDDEN: (&str, &str) =
    ("含有不可见字符或者控制字符，请删除后重新填写。", "This holds control or invisible characters; remove them.");

/// Why a text is refused, in Chinese and English; nothing when it is fine.
pub fn defect(text: &str) -> Option<(&'static str, &'static str)> {
    if text.chars().count() > LONGEST {
        return Some(("文字过长，请缩短。", "This text is too long."));
    }
    text.chars().any(deceptive).then_some(HIDDEN)
}

/// Whether a text may run over several lines: reasons, facts, reports and replies, and what a defect
/// or a visit found is.
fn may_break(pointer: &str) -> bool {
    pointer.ends_with("/reason")
        || pointer.starts_with("/defects/")
        || matches!(pointer, "/facts" | "/record/findings" | "/details" | "/reply")
}

/// Whether a text is a whole document of its own: a table of the law. It is kept as it is written.
fn is_document(pointer: &str) -> bool {
    pointer == "/body"
}

/// Normalises every text of a document (NFC, no blanks around it) and collects what is refused.
pub fn tidy(value: &mut Value, pointer: &str, problems: &mut Vec<Problem>) {
    match value {
        // Spreadsheets begin a file with a mark that is not seen.
        Value::String(text) if is_document(pointer) => {
            let hidden = text.trim_start_matches('\u{feff}').chars().any(deceptive);
            problems.extend(hidden.then(|| Problem::new(pointer, HIDDEN.0, HIDDEN.1)));
        }
        Value::String(text) => {
            if let Some((zh, en)) = defect(text) {
                problems.push(Problem::new(pointer, zh, en));
            } else if !may_break(pointer) && text.trim().contains(['\n', '\r', '\t']) {
                let zh = "这一项不能换行，请写在一行内。";
                problems.push(Problem::new(pointer, zh, "This goes on one line."));
            } else {
                *text = text.trim().nfc().collect();
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter_mut().enumerate() {
                tidy(item, &format!("{pointer}/{n}"), problems);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                tidy(field, &format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), problems);
            }
        }
        _ => (),
    }
}
