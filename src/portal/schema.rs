//! A schema of the contract as rows of a table, nested fields indented.

use serde::Serialize;
use serde_json::Value;

use crate::portal::markdown::Span;
use crate::portal::markdown::spans;

/// Deepest nesting that is shown.
const DEEPEST: usize = 5;

/// A field.
#[derive(Serialize)]
pub struct Field {
    /// How deep it is nested, 0 to 5.
    depth: usize,
    name: String,
    kind: String,
    required: bool,
    words: Vec<Span>,
}

/// The rows of `schema`, references followed within `document`.
pub fn fields(document: &Value, schema: &Value) -> Vec<Field> {
    let mut rows = vec![];
    collect(document, schema, 0, &mut rows);
    rows
}

fn collect(document: &Value, schema: &Value, depth: usize, rows: &mut Vec<Field>) {
    let schema = resolved(document, schema);
    if depth > DEEPEST {
        return;
    }
    if let Some(items) = schema.get("items") {
        return collect(document, items, depth, rows);
    }
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        rows.push(Field {
            depth,
            name: name.clone(),
            kind: kind(document, field),
            required: required.contains(&name.as_str()),
            words: spans(&words(document, field)),
        });
        collect(document, field, depth + 1, rows);
    }
}

/// The schema behind a reference; a wrapper of one schema, as around described references, counts as one.
fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = schema;
    // A reference to a reference to …: no document needs more steps, and a circle must end.
    for _ in 0..8 {
        let target = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
        let next = match target {
            Some(pointer) => document.pointer(pointer),
            None => schema.get("allOf").and_then(|all| all.get(0)),
        };
        match next {
            Some(next) => schema = next,
            None => break,
        }
    }
    schema
}

/// The type in a few words: `string (date)`, `array of object`, `one of draft, received`.
pub fn kind(document: &Value, schema: &Value) -> String {
    let schema = resolved(document, schema);
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        let values: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
        return values.join(" | ");
    }
    match (text("type").unwrap_or("object"), schema.get("items"), text("format")) {
        ("array", Some(items), _) => format!("array of {}", kind(document, items)),
        (base, _, Some(format)) => format!("{base} ({format})"),
        (base, ..) => base.to_owned(),
    }
}

/// Description and bounds.
fn words(document: &Value, schema: &Value) -> String {
    let target = resolved(document, schema);
    let get = |name: &str| schema.get(name).or_else(|| target.get(name));
    let mut parts: Vec<String> = ["description", "title"]
        .iter()
        .filter_map(|n| get(n))
        .filter_map(Value::as_str)
        .take(1)
        .map(str::to_owned)
        .collect();
    for name in ["minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "pattern", "default"] {
        match get(name) {
            Some(Value::String(text)) if !text.is_empty() => parts.push(format!("`{name}` {text}")),
            Some(Value::Number(number)) => parts.push(format!("`{name}` {number}")),
            _ => (),
        }
    }
    parts.join(" · ")
}
