//! Terms and choices in both languages, as the pages of the register say them.

use serde::Serialize;

use crate::portal::link;
use crate::portal::paper::{Words, words};

/// A term of a closed set; the English one begins with a capital.
pub fn term(zh: &str, en: &str) -> Words {
    let mut letters = en.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    words(zh, first.into_iter().chain(letters).collect::<String>())
}

/// What stands in the register as it was filed: the same in every language.
pub fn filed(text: &str) -> Words {
    words(text, text)
}

/// A choice of a filter.
#[derive(Serialize)]
pub struct Choice {
    code: String,
    name: Words,
    /// A name as it was filed: Chinese on every page.
    filed: bool,
    chosen: bool,
}

impl Choice {
    /// A term of ours.
    pub fn term(code: String, zh: &str, en: &str, asked: &str) -> Self {
        Self { chosen: code == asked, code, name: term(zh, en), filed: false }
    }

    /// A name of a division, an authority, a subject.
    pub fn filed(code: String, name: &str, asked: &str) -> Self {
        Self { chosen: code == asked, code, name: filed(name), filed: true }
    }

    /// Whether it is what was asked for.
    pub const fn chosen(&self) -> bool {
        self.chosen
    }

    /// Whether it has this code.
    pub fn is(&self, code: &str) -> bool {
        self.code == code
    }
}

/// A filter that is set, with the address of the same search without it.
#[derive(Serialize)]
pub struct Chip {
    /// The filter, as its message is called.
    filter: &'static str,
    name: Words,
    filed: bool,
    without: String,
}

/// The parameters of a search: names as in the address, and values as they were sent.
pub type Parameters<'a> = [(&'static str, &'a str)];

/// The address of a page with these parameters; empty ones are left out.
pub fn address(page: &str, parameters: &Parameters<'_>) -> String {
    let given = parameters.iter().filter(|(_, value)| !value.is_empty());
    let pairs: Vec<_> = given.map(|(name, value)| format!("{name}={}", link::encode(value))).collect();
    if pairs.is_empty() { page.to_owned() } else { format!("{page}?{}", pairs.join("&")) }
}

/// The filters that are set, of `lists`: each filter's name with its choices, or with none where it is typed.
pub fn chips(page: &str, parameters: &Parameters<'_>, lists: &[(&'static str, &[Choice])]) -> Vec<Chip> {
    let chip = |(filter, choices): &(&'static str, &[Choice])| {
        let value = parameters.iter().find(|(name, value)| name == filter && !value.is_empty())?.1;
        let choice = choices.iter().find(|choice| choice.chosen);
        let (zh, filed) = choice.map_or((value, true), |choice| (choice.name.zh(), choice.filed));
        let en = choice.map_or(value, |choice| choice.name.en());
        // The place in the list is that of the search with the filter.
        let rest: Vec<_> = parameters.iter().filter(|(name, _)| name != filter && *name != "cursor").copied().collect();
        Some(Chip { filter, name: words(zh.trim(), en.trim()), filed, without: address(page, &rest) })
    };
    lists.iter().filter_map(chip).collect()
}
