//! The little Markdown that the contract's descriptions use: paragraphs, lists with `-`, and `code`.

use serde::Serialize;

/// A paragraph (one item) or a list.
#[derive(Serialize)]
pub struct Block {
    list: bool,
    /// Written in Chinese: the contract's introduction begins so, and goes on in English.
    chinese: bool,
    items: Vec<Vec<Span>>,
}

/// A piece of text.
#[derive(Serialize)]
pub struct Span {
    code: bool,
    text: String,
}

/// The blocks of a text.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = vec![];
    for block in markdown.split("\n\n").map(str::trim).filter(|block| !block.is_empty() && !block.starts_with("```")) {
        let list = block.starts_with("- ");
        let chinese = block.starts_with(|first: char| ('\u{4e00}'..='\u{9fff}').contains(&first));
        let items: Vec<&str> = if list { block.split("\n- ").collect() } else { vec![block] };
        let items = items.into_iter().map(|item| spans(item.strip_prefix("- ").unwrap_or(item))).collect();
        blocks.push(Block { list, chinese, items });
    }
    blocks
}

/// Text with `code` in it.
pub fn spans(text: &str) -> Vec<Span> {
    let pieces = text.split('`').enumerate();
    pieces
        .filter(|(_, text)| !text.is_empty())
        .map(|(n, text)| Span { code: n % 2 == 1, text: text.to_owned() })
        .collect()
}
