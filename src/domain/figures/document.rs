//! The definitions as a document, `docs/figures.md`: generated from the table that the counting and the API use.

use crate::domain::figures::definitions;

/// Every definition in Markdown: a table of all, then each with its words.
pub fn markdown() -> String {
    let mut out = String::from(
        "# 指标 · Figures\n\nGenerated from `src/domain/figures/definitions.rs`; do not edit. `UPDATE=1 cargo test figures` rewrites it.\n\n\
         Every figure is counted from history alone, as it was recorded up to the moment of counting (`as_of`). Asked again with the same \
         `as_of`, it is the same to the letter, whatever happened since; a step that was under way in that very moment may be missing from \
         the first answer, so take an `as_of` that is a minute past for a figure that is to be kept. Months and days are those of Asia/Shanghai. \
         Working days are counted by the holidays known at `as_of`. Percentiles are by nearest rank: the smallest value that at least so many in \
         a hundred do not exceed.\n\n\
         An officer, approver or auditor sees the figures of their own authority: the filings that were submitted to it, the clinics that it \
         filed or supervises, the visits that it made or that were made to clinics it filed. An administrator sees every authority, one beside the \
         other, since nothing in a figure is a case. Clinics are counted with the authority that filed them, and the one that supervises them, at `as_of`.\n\n\
         | 编号 | 名称 | name | 单位 |\n|---|---|---|---|\n",
    );
    for figure in definitions() {
        out += &format!(
            "| [{}](#{}) | {} | {} | {} |\n",
            figure.id,
            figure.id.to_lowercase(),
            figure.zh,
            figure.en,
            figure.unit
        );
    }
    for figure in definitions() {
        let columns: Vec<_> = figure.headings.iter().map(|h| format!("{} (`{}`)", h.zh, h.code)).collect();
        let measures: Vec<_> =
            figure.measures.iter().map(|m| format!("{} (`{}`): {}; {}", m.zh, m.code, m.en, m.unit)).collect();
        out += &format!(
            "\n## {}\n\n**{} · {}**\n\n{}\n\n{}\n\n- 分组 by: {}\n- 数值 values: {}\n- 取自 from: {}\n- 依据 basis: {}\n",
            figure.id,
            figure.zh,
            figure.en,
            figure.counts,
            figure.counts_en,
            columns.join(", "),
            measures.join(" · "),
            figure.history,
            figure.basis,
        );
    }
    out
}
