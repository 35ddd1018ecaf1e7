//! The rules as a document, `docs/rules.md`: generated from the data, so that it cannot say anything else.

use crate::domain::law::Law;
use crate::domain::law::RuleText;
use crate::domain::lifecycle::Kind;
use crate::domain::value;

/// The tests of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// `R-005`
    pub rule: String,
    /// Where the rule is met.
    pub passing: String,
    /// Where it is not.
    pub failing: String,
}

/// Every text of every rule in Markdown: a table of all, then each with its words and legal bases. Tests are named where
/// they are handed in.
pub fn markdown(law: &Law, tests: &[Covered]) -> String {
    let mut out = format!(
        "# 规则 · The rules\n\nGenerated from `src/law/*.toml`, rule set {}; do not edit. `UPDATE=1 cargo test rules` rewrites it, \
         `clinic-registry rules` prints it without the tests.\n\n\
         Severity: `error` blocks; `warning` passes with a stated reason; `task` is a clock or a piece of work; `display` is shown.\n\
         Confidence of a basis: F found in a public source; K general knowledge; K? likely, wording or article not checked \
         again; U unsure, the regulator is to be asked; I inferred by this register, not law.\n\n",
        law.rule_set()
    );
    out +=
        "| 规则 | 名称 | severity | 依据 basis | 生效 in force | tests: met / not met |\n|---|---|---|---|---|---|\n";
    for rule in law.rules() {
        let basis: Vec<_> = rule
            .basis
            .iter()
            .map(|b| format!("{}{} ({})", b.document, b.article, value::code(&b.confidence)))
            .collect();
        let tests: Vec<_> = tests_of(rule, tests).map(|t| format!("`{}` / `{}`", t.passing, t.failing)).collect();
        let cells = [
            format!("[{}](#{})", rule.id, rule.id.to_lowercase()),
            rule.title_zh.clone(),
            severity(rule),
            basis.join("<br>"),
            period(rule),
            tests.join("<br>"),
        ];
        line(&mut out, &cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    }
    for rule in law.rules() {
        section(&mut out, rule, tests);
    }
    out
}

fn line(out: &mut String, cells: &str) {
    out.push_str("| ");
    out.push_str(cells);
    out.push_str(" |\n");
}

fn tests_of<'a>(rule: &RuleText, tests: &'a [Covered]) -> impl Iterator<Item = &'a Covered> {
    tests.iter().filter(move |covered| covered.rule == rule.id)
}

fn severity(rule: &RuleText) -> String {
    let others = rule.severity_by_type.iter().map(|(t, s)| format!("{}: {}", t.code(), value::code(s)));
    let all: Vec<_> = std::iter::once(value::code(&rule.severity)).chain(others).collect();
    all.join("<br>")
}

fn period(rule: &RuleText) -> String {
    rule.effective_to
        .map_or_else(|| format!("{} –", rule.effective_from), |last| format!("{} – {last}", rule.effective_from))
}

fn section(out: &mut String, rule: &RuleText, tests: &[Covered]) {
    let kinds: Vec<_> = Kind::ALL.iter().filter(|kind| rule.asked_of(**kind)).map(|kind| kind.code()).collect();
    let profiles: Vec<_> = rule.profiles.iter().map(value::code).collect();
    let thresholds: Vec<_> = rule.thresholds.iter().map(|(name, n)| format!("`{name}` = {n}")).collect();
    let or = |list: Vec<String>, none: &str| if list.is_empty() { none.to_owned() } else { list.join(", ") };
    let facts = [
        ("severity", severity(rule)),
        ("in force", period(rule)),
        ("measures", or(profiles, "both")),
        ("kinds of filing", or(kinds, "none")),
        ("thresholds", or(thresholds, "none")),
        ("counted in", value::code(&rule.counted_in)),
        ("a warning needs a reason", if rule.answered { "yes" } else { "no" }.to_owned()),
        ("message", rule.template_zh.clone()),
        ("message (en)", rule.template_en.clone()),
    ];
    let mut text = format!("\n## {}\n\n{} · {}\n\n", rule.id, rule.title_zh, rule.title_en);
    for (name, fact) in facts {
        text += &format!("- {name}: {fact}\n");
    }
    for basis in &rule.basis {
        let confidence = value::code(&basis.confidence);
        text += &format!("- basis ({confidence}): {}{}：{}\n", basis.document, basis.article, basis.text);
    }
    for covered in tests_of(rule, tests) {
        text += &format!("- tests: met in `{}`, not met in `{}`\n", covered.passing, covered.failing);
    }
    out.push_str(&text);
}
