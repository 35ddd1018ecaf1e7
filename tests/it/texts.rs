//! The messages of the pages: the same in both languages, free of markup, all of them used, none of them missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

/// A message's text and the names of what it places.
struct Message {
    text: String,
    places: BTreeSet<String>,
}

fn portal() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/portal")
}

/// Every file below a directory with this ending.
fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.extension().is_some_and(|own| own == ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The messages of one language, by area, then by key.
fn messages(lang: &str) -> BTreeMap<String, BTreeMap<String, Message>> {
    let mut areas = BTreeMap::new();
    for file in files(&portal().join("texts").join(lang), "ftl") {
        let area = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let source = fs::read_to_string(&file).unwrap();
        let parsed = fluent_syntax::parser::parse(source.as_str());
        let resource = parsed.unwrap_or_else(|(_, wrong)| panic!("{}: {wrong:?}", file.display()));
        let mut own = BTreeMap::new();
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let mut read = Message { text: String::new(), places: BTreeSet::new() };
            walk(message.value.as_ref().expect("a message says something"), &mut read);
            let twice = own.insert(message.id.name.to_owned(), read);
            assert!(twice.is_none(), "{lang}/{area}: {} twice", message.id.name);
        }
        areas.insert(area, own);
    }
    areas
}

fn walk(pattern: &Pattern<&str>, message: &mut Message) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => message.text.push_str(value),
            PatternElement::Placeable { expression } => walk_expression(expression, message),
        }
    }
}

fn walk_expression(expression: &Expression<&str>, message: &mut Message) {
    match expression {
        Expression::Inline(inline) => walk_inline(inline, message),
        Expression::Select { selector, variants } => {
            walk_inline(selector, message);
            for variant in variants {
                walk(&variant.value, message);
            }
        }
    }
}

fn walk_inline(inline: &InlineExpression<&str>, message: &mut Message) {
    match inline {
        InlineExpression::StringLiteral { value } => message.text.push_str(value),
        InlineExpression::VariableReference { id } => _ = message.places.insert(id.name.to_owned()),
        InlineExpression::Placeable { expression } => walk_expression(expression, message),
        _ => (),
    }
}

#[test]
fn both_languages_say_the_same_things() {
    let (zh, en) = (messages("zh"), messages("en"));
    let names = |areas: &BTreeMap<String, BTreeMap<String, Message>>| areas.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&zh), names(&en), "areas");
    assert!(zh.len() > 5);
    for (area, own) in &zh {
        let other = &en[area];
        let keys = |one: &BTreeMap<String, Message>| one.keys().cloned().collect::<BTreeSet<_>>();
        let (here, there) = (keys(own), keys(other));
        assert_eq!(here, there, "{area}: only in one language: {:?}", here.symmetric_difference(&there));
        for (key, message) in own {
            assert_eq!(message.places, other[key].places, "{key}: what it places");
        }
    }
}

#[test]
fn messages_hold_no_markup_and_are_named_after_their_area() {
    for lang in ["zh", "en"] {
        for (area, own) in messages(lang) {
            for (key, message) in own {
                assert!(key.starts_with(&format!("{area}-")), "{lang}: {key} stands in {area}");
                assert!(!message.text.contains(['<', '>']), "{lang}: {key} holds markup");
            }
        }
    }
}

/// What stands in double quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('"').skip(1).step_by(2)
}

/// The expressions and statements of a template.
fn expressions(template: &str) -> Vec<&str> {
    let mut found = vec![];
    for (open, close) in [("{{", "}}"), ("{%", "%}")] {
        found.extend(template.split(open).skip(1).filter_map(|rest| rest.split(close).next()));
    }
    found
}

#[test]
fn every_message_is_used_and_every_used_one_is_there() {
    let areas = messages("zh");
    let keys: BTreeSet<String> = areas.values().flat_map(|own| own.keys().cloned()).collect();
    let mut used = BTreeSet::new();
    let mut missing = vec![];
    // A key is named whole, or by its beginning, to which the page adds the rest: `"access-role-" ~ role`, `format!("…-{role}")`.
    let mut named = |name: &str, wherever: &Path| {
        let begins = areas.keys().any(|area| name.strip_prefix(area).is_some_and(|rest| rest.starts_with('-')));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        let beginning = name.split('{').next().unwrap();
        if !begins || !beginning.chars().all(plain) {
            return;
        }
        if beginning.len() < name.len() || name.ends_with('-') {
            let meant: Vec<String> = keys.iter().filter(|key| key.starts_with(beginning)).cloned().collect();
            if meant.is_empty() {
                missing.push(format!("{}: {name}…", wherever.display()));
            }
            used.extend(meant);
        } else if keys.contains(name) {
            used.insert(name.to_owned());
        } else {
            missing.push(format!("{}: {name}", wherever.display()));
        }
    };
    for file in files(&portal().join("templates"), "html") {
        let source = fs::read_to_string(&file).unwrap();
        for expression in expressions(&source) {
            for name in quoted(expression) {
                named(name, &file);
            }
        }
    }
    for file in files(&portal(), "rs") {
        let source = fs::read_to_string(&file).unwrap();
        for line in source.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for name in quoted(line) {
                named(name, &file);
            }
        }
    }
    assert!(missing.is_empty(), "named, but in no file of messages: {missing:#?}");
    let unused: Vec<_> = keys.difference(&used).collect();
    assert!(unused.is_empty(), "nobody says: {unused:#?}");
}
