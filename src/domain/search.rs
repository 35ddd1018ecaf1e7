//! The words by which a clinic is found: pieces of its name and address, pinyin, initials, and the values of the filters.
//! A query is cut into the same words, so finding is an intersection of key ranges on any SQL database.

use std::collections::BTreeSet;

use pinyin::{ToPinyin, ToPinyinMulti};
use unicode_normalization::UnicodeNormalization;

/// At most this many readings of a name are indexed: 单, 仇 and the like multiply.
const READINGS: usize = 8;

/// Characters of the geohash cells in which a clinic is looked for from nearby: some 1.2 km × 0.6 km and 4.9 km × 4.9 km.
pub const NEAR: [usize; 2] = [6, 5];

/// A name as it is compared: width and case folded, spaces, brackets and dots dropped.
pub fn normalise(name: &str) -> String {
    name.nfkc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The term of a filter value: `type:dental`.
pub fn filter_term(filter: &str, value: &str) -> String {
    format!("{filter}:{value}")
}

/// The value of a filter that is either so or not.
pub const fn yes_or_no(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

/// Every word under which `name` is found.
pub fn name_terms(name: &str) -> BTreeSet<String> {
    let name: Vec<char> = normalise(name).chars().collect();
    let mut terms: BTreeSet<String> = pieces("n", &name, 1).collect();
    terms.extend(pieces("n", &name, 2));
    for reading in readings(&name) {
        let letters: Vec<char> = reading.concat().chars().collect();
        let initials: Vec<char> = reading.iter().filter_map(|s| s.chars().next()).collect();
        terms.extend(pieces("p", &letters, 3));
        terms.extend(pieces("i", &initials, 2));
    }
    terms
}

/// Every word under which an address is found.
pub fn address_terms(address: &str) -> BTreeSet<String> {
    let address: Vec<char> = normalise(address).chars().collect();
    pieces("a", &address, 2).collect()
}

/// At most this many words of a query are looked for.
const WORDS: usize = 30;

/// The words of a query, best guess first: an alternative is tried when the one before it found nothing.
/// No alternative at all means that the query holds nothing to look for.
pub fn query_terms(query: &str) -> Vec<Vec<String>> {
    let mut all = name_queries(query);
    if let [one, other] = parts(query).as_slice() {
        // "辽河路 仁和": the one in the address, the other in the name.
        for (place, name) in [(one, other), (other, one)] {
            let words = address_words(place).into_iter().chain(pieces("n", name, name.len().min(2))).take(WORDS);
            all.extend((place.len() > 1).then(|| words.collect()));
        }
    }
    all.extend(address_query(query));
    all
}

/// The words of a query that is looked for in addresses alone; nothing where it holds no two characters.
pub fn address_query(query: &str) -> Option<Vec<String>> {
    let mut seen = BTreeSet::new();
    let words = parts(query).into_iter().rev().flat_map(|part| address_words(&part));
    let words: Vec<_> = words.filter(|word| seen.insert(word.clone())).take(WORDS).collect();
    (!words.is_empty()).then_some(words)
}

/// The words of a part of an address. The end of an address tells clinics apart, its number alone does not.
fn address_words(part: &[char]) -> Vec<String> {
    let words: Vec<_> = pieces("a", part, 2).collect();
    let (numbers, names): (Vec<_>, Vec<_>) =
        words.into_iter().rev().partition(|word| word.contains(|c: char| c.is_ascii_digit()));
    names.into_iter().chain(numbers).collect()
}

/// What stands between blanks, as it is compared.
fn parts(query: &str) -> Vec<Vec<char>> {
    let parts = query.split_whitespace().map(|part| normalise(part).chars().take(80).collect::<Vec<_>>());
    parts.filter(|part| !part.is_empty()).collect()
}

fn name_queries(query: &str) -> Vec<Vec<String>> {
    let text: Vec<char> = normalise(query).chars().take(30).collect();
    // In the order of the text, each word once.
    let list = |words: Words<'_>| {
        let mut seen = BTreeSet::new();
        words.filter(|word| seen.insert(word.clone())).collect::<Vec<_>>()
    };
    match text.as_slice() {
        [] => vec![],
        [one] => vec![vec![format!("n:{one}")]],
        text if text.iter().all(char::is_ascii_alphabetic) => {
            let initials = list(pieces("i", text, 2));
            if text.len() < 3 { vec![initials] } else { vec![list(pieces("p", text, 3)), initials] }
        }
        // Parts of a name with a gap between them: each part by itself.
        _ => {
            let parts = parts(query);
            let words = parts.iter().flat_map(|part| pieces("n", part, part.len().min(2)));
            vec![list(Box::new(words.take(WORDS)))]
        }
    }
}

type Words<'a> = Box<dyn Iterator<Item = String> + 'a>;

fn pieces<'a>(kind: &'a str, text: &'a [char], size: usize) -> Words<'a> {
    Box::new(text.windows(size).map(move |piece| format!("{kind}:{}", piece.iter().collect::<String>())))
}

/// How a text with Chinese characters is typed without them: in pinyin, and by its initials.
pub fn spellings(text: &str) -> Vec<String> {
    let chinese = |c: &char| c.to_pinyin().is_some();
    let text: Vec<char> = text.chars().filter(chinese).collect();
    if text.is_empty() {
        return vec![];
    }
    let initials = |reading: &[String]| reading.iter().filter_map(|syllable| syllable.chars().next()).collect();
    readings(&text).iter().flat_map(|reading| [reading.concat(), initials(reading)]).collect()
}

/// The readings of a text in pinyin, syllable by syllable; what has no reading stands for itself.
pub(super) fn readings(text: &[char]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![vec![]];
    for &c in text {
        let mut syllables = BTreeSet::new();
        match c.to_pinyin_multi() {
            Some(multi) => syllables.extend(multi.into_iter().map(|p| p.plain().to_owned())),
            None => drop(syllables.insert(c.to_string())),
        }
        let keep = if all.len() * syllables.len() > READINGS { 1 } else { syllables.len() };
        all = all
            .iter()
            .flat_map(|reading| {
                syllables.iter().take(keep).map(move |s| reading.iter().cloned().chain([s.clone()]).collect())
            })
            .collect();
    }
    all
}
