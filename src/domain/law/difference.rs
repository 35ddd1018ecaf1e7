//! What an edited table changes: by the keys of its entries, field by field, so that whoever imports it can read it
//! before it counts.

use std::collections::BTreeMap;

use toml::Value;

use crate::domain::law::LawTable;
use crate::domain::law::holiday;
use crate::domain::terms::terms;

/// The fields by which an entry of a list is known, the first that it has.
const NAMES: &[&str] = &["id", "code", "word", "clinic_type", "year", "rule", "material", "name"];

/// Fields that tell apart entries of one name.
const PARTICULARS: &[&str] =
    &["authority", "region", "version", "effective_from", "profile", "kind", "changed", "confidence"];

terms! {
    /// What happens to an entry.
    What {
        /// 新增
        Added = "新增" / "added",
        /// 删除
        Removed = "删除" / "removed",
        /// 修改
        Changed = "修改" / "changed",
    }
}

/// One entry that an import changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawChange {
    /// What happens to it.
    pub what: What,
    /// The entry: `rule R-050`, `371502`, `2027-02-06`.
    pub item: String,
    /// What of it changes; all of it where it is added or removed.
    pub fields: Vec<LawField>,
}

/// One field that an import changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawField {
    /// Name of the field; empty where the entry is one value.
    pub field: String,
    /// What it was; none: nothing.
    pub old: Option<String>,
    /// What it becomes; none: nothing.
    pub new: Option<String>,
}

impl LawChange {
    /// The change in one line.
    pub fn zh(&self) -> String {
        let Self { what, item, fields } = self;
        let field = |f: &LawField| {
            let between = if f.field.is_empty() { "" } else { " " };
            let value = match (&f.old, &f.new) {
                (Some(old), Some(new)) => format!("{old} → {new}"),
                (Some(old), None) if *what == What::Changed => format!("{old} → 无"),
                (Some(old), None) => old.clone(),
                (None, Some(new)) => new.clone(),
                (None, None) => String::new(),
            };
            format!("{}{between}{value}", f.field)
        };
        let fields: Vec<_> = match what {
            What::Changed => fields.iter().map(field).collect(),
            // What an entry says in full is in the table; its name will do.
            What::Added | What::Removed => fields.iter().filter(|f| shows(&f.field)).map(field).collect(),
        };
        let between = if fields.is_empty() { "" } else { "：" };
        format!("{} {item}{between}{}", what.zh(), fields.join("；"))
    }
}

/// Whether a field tells a reader which entry it is.
fn shows(field: &str) -> bool {
    matches!(field, "" | "name" | "name_zh" | "title_zh" | "zh" | "effective_from" | "status")
}

/// Fields of an entry by name; entries by key.
type Entries = BTreeMap<String, BTreeMap<String, String>>;

/// What `new` changes in `old`, both texts of one table that have been checked.
pub fn changes(table: LawTable, old: &str, new: &str) -> Vec<LawChange> {
    between(&entries(table, old), &entries(table, new))
}

fn between(old: &Entries, new: &Entries) -> Vec<LawChange> {
    let nothing = BTreeMap::new();
    let keys: std::collections::BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let change = |key: &String| {
        let what = match (old.contains_key(key), new.contains_key(key)) {
            (true, true) => What::Changed,
            (true, false) => What::Removed,
            _ => What::Added,
        };
        let (before, after) = (old.get(key).unwrap_or(&nothing), new.get(key).unwrap_or(&nothing));
        let names: std::collections::BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let differing = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
        let fields: Vec<_> = differing
            .map(|name| LawField { field: name.clone(), old: before.get(name).cloned(), new: after.get(name).cloned() })
            .collect();
        (!fields.is_empty() || what != What::Changed).then(|| LawChange { what, item: key.clone(), fields })
    };
    keys.into_iter().filter_map(change).collect()
}

fn entries(table: LawTable, text: &str) -> Entries {
    if table == LawTable::Calendar {
        return holiday::entries(text);
    }
    if table.is_csv() {
        return rows(text);
    }
    let mut found = Entries::new();
    for (name, value) in text.parse::<toml::Table>().unwrap_or_default() {
        match value {
            Value::Array(items) if items.iter().all(Value::is_table) => list(&name, &items, &mut found),
            Value::Table(fields) => {
                for (key, value) in fields {
                    found.insert(format!("{name} {key}"), flat(&value));
                }
            }
            value => {
                found.insert(name, flat(&value));
            }
        }
    }
    found
}

/// The entries of a list of tables, by what they are called and, where several are called so, by what tells them apart.
fn list(name: &str, items: &[Value], found: &mut Entries) {
    let called = |item: &Value| NAMES.iter().find_map(|key| item.get(*key)).map(said);
    let mut count: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for item in items {
        *count.entry(called(item)).or_default() += 1;
    }
    for item in items {
        let key = called(item);
        let alone = key.is_some() && count.get(&key) == Some(&1);
        let mut words: Vec<String> = [Some(name.to_owned()), key].into_iter().flatten().collect();
        if !alone {
            words.extend(PARTICULARS.iter().filter_map(|key| item.get(*key)).map(said));
        }
        let mut key = words.join(" ");
        // Nothing tells them apart: the order does.
        while found.contains_key(&key) {
            key.push('+');
        }
        found.insert(key, flat(item));
    }
}

/// The lines of a CSV by their first cell.
fn rows(text: &str) -> Entries {
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let heading: Vec<_> = lines.next().unwrap_or_default().split(',').skip(1).collect();
    let row = |line: &str| {
        let mut cells = line.split(',');
        let key = cells.next().unwrap_or_default().to_owned();
        let named = heading.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
        (key, named.map(|(name, cell)| ((*name).to_owned(), cell.to_owned())).collect())
    };
    lines.map(row).collect()
}

/// The leaves of a value by their path: `basis[0].article`.
fn flat(value: &Value) -> BTreeMap<String, String> {
    let mut leaves = BTreeMap::new();
    leaf(String::new(), value, &mut leaves);
    leaves
}

fn leaf(path: String, value: &Value, leaves: &mut BTreeMap<String, String>) {
    match value {
        Value::Table(fields) => {
            for (name, value) in fields {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                leaf(path, value, leaves);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for (n, item) in items.iter().enumerate() {
                leaf(format!("{path}[{n}]"), item, leaves);
            }
        }
        value => {
            leaves.insert(path, said(value));
        }
    }
}

fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(said).collect::<Vec<_>>().join("、"),
        other => other.to_string(),
    }
}
