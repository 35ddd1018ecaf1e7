//! Breaking Chinese text into lines: between any two characters, except inside a word or a number and except where a
//! mark may not start or end a line (GB/T 15834-2011, 5.1).

use crate::certificate::fonts::{Fonts, Weight};

fn may_not_start(c: char) -> bool {
    "，。、；：？！）》〉」』】〕”’…—·％℃,.;:?!)]}%".contains(c)
}

fn may_not_end(c: char) -> bool {
    "（《〈「『【〔“‘([{".contains(c)
}

fn may_break(before: char, after: char) -> bool {
    let in_word = before.is_ascii_graphic() && after.is_ascii_graphic();
    !in_word && !may_not_end(before) && !may_not_start(after)
}

/// `text` in lines of at most `width` millimetres at `size` points. A word longer than a line is broken anywhere.
pub fn wrap(fonts: &Fonts, text: &str, weight: Weight, size: f64, width: f64) -> Vec<String> {
    let weight = fonts.weight(text, weight);
    let measure = |piece: &str| fonts.width(piece, weight, size);
    let mut lines = Vec::new();
    let (mut line, mut filled) = (String::new(), 0.0);
    for word in words(text) {
        if filled + measure(word.trim_end()) > width && !line.is_empty() {
            lines.push(std::mem::take(&mut line));
            filled = 0.0;
        }
        for c in word.chars() {
            let advance = measure(c.encode_utf8(&mut [0; 4]));
            if !line.is_empty() && c != ' ' && filled + advance > width {
                lines.push(std::mem::take(&mut line));
                filled = 0.0;
            }
            line.push(c);
            filled += advance;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines.iter().map(|line| line.trim_end().to_string()).collect()
}

/// The pieces between which a line may break.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = None;
    for c in text.chars() {
        match (words.last_mut(), before) {
            (Some(word), Some(last)) if !may_break(last, c) => word.push(c),
            _ => words.push(c.to_string()),
        }
        before = Some(c);
    }
    words
}
