//! The register as a file, and what happened since: whole, of one moment, harmless in a spreadsheet, and nothing of it twice.

mod changes;
mod files;

use serde_json::Value;

use crate::support::actors::Answer;

/// Head, rows and end of an answer in JSON Lines.
pub fn lines(answer: &Answer, what: &str) -> (Value, Vec<Value>, Value) {
    assert_eq!((answer.status, answer.header("content-type")), (200, "application/jsonl"), "{}", answer.text());
    let text = answer.text();
    assert!(text.ends_with('\n'));
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (head, end) = (lines.remove(0), lines.pop().unwrap());
    assert_eq!((&head["line"], &end["line"]), (&"head".into(), &"end".into()));
    assert_eq!(end["rows"], lines.len());
    let rows = lines.into_iter().map(|mut line| {
        assert_eq!(line["line"], what);
        line[what].take()
    });
    (head, rows.collect(), end)
}
