//! `clinic-registry admin law …`, `admin calendar import …` and the like: the law's tables, out and in.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};

use crate::app::App;
use crate::domain::law::LawTable;
use crate::error::Error;
use crate::usecase::law::{self, By, Import, Imported};

/// A table to import, with who and why.
#[derive(Args)]
pub struct ImportArgs {
    /// The file: the whole table, TOML or CSV; for the calendar also a year's JSON of holiday-cn
    file: PathBuf,
    /// Why, or on what basis; kept with the edition
    #[arg(long)]
    reason: String,
    /// Who imports; kept with the edition
    #[arg(long, default_value = "命令行")]
    by: String,
    /// Only tell what would change
    #[arg(long)]
    preview: bool,
}

/// One table of the law.
#[derive(Subcommand)]
pub enum TableAction {
    /// Put a table in force, whole or not at all
    Import(ImportArgs),
    /// Print the table in force
    Export,
}

/// Every table of the law.
#[derive(Subcommand)]
pub enum LawAction {
    /// Put a table in force, whole or not at all
    Import {
        /// Its name: rules, calendar, divisions, …
        table: String,
        #[command(flatten)]
        import: ImportArgs,
    },
    /// Print a table in force, so that it can be edited and imported
    Export {
        /// Its name: rules, calendar, divisions, …
        table: String,
    },
    /// List the editions: number, table, when, by whom, why
    List,
}

/// One of the named tables.
pub async fn table(app: &App, table: LawTable, action: TableAction) -> anyhow::Result<()> {
    match action {
        TableAction::Import(arguments) => import(app, table, arguments).await,
        TableAction::Export => export(app, table).await,
    }
}

/// Any table, and the list of editions.
pub async fn law(app: &App, action: LawAction) -> anyhow::Result<()> {
    match action {
        LawAction::Import { table, import: arguments } => import(app, named(&table)?, arguments).await,
        LawAction::Export { table } => export(app, named(&table)?).await,
        LawAction::List => list(app).await,
    }
}

fn named(name: &str) -> anyhow::Result<LawTable> {
    let Some(table) = LawTable::of_code(name) else {
        let names: Vec<_> = LawTable::ALL.iter().map(|table| table.code()).collect();
        bail!("no table {name}; there are {}", names.join(", "))
    };
    Ok(table)
}

async fn import(app: &App, table: LawTable, arguments: ImportArgs) -> anyhow::Result<()> {
    let ImportArgs { file, reason, by, preview } = arguments;
    let body = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let wanted = Import { table, body: &body, reason: &reason, preview, based_on: None };
    let Imported { edition, changes, clocks_moved, .. } =
        law::import(app, By { id: None, name: &by }, wanted, None).await.map_err(told)?;
    for change in &changes {
        println!("{}", change.zh());
    }
    let count = changes.len();
    println!(
        "{}（{}）：{count}处更改，{clocks_moved}个期限变动 · {count} changes, {clocks_moved} clocks move",
        table.zh(),
        table.code()
    );
    if preview {
        println!("预览，未生效 · a preview; nothing was changed. 现行版本 edition {edition}");
    } else {
        println!("已生效 · in force. 版本 edition {edition}");
    }
    Ok(())
}

/// Every defect on a line of its own.
fn told(error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(problems) => {
            let lines: Vec<_> = problems.iter().map(|p| format!("  {} · {}", p.zh, p.en)).collect();
            anyhow::anyhow!("nothing was changed\n{}", lines.join("\n"))
        }
        other => other.into(),
    }
}

async fn export(app: &App, table: LawTable) -> anyhow::Result<()> {
    print!("{}", law::text(app, table, None).await?.body);
    Ok(())
}

async fn list(app: &App) -> anyhow::Result<()> {
    for row in law::editions(app, None, 10_000).await? {
        let by = if row.actor_name.is_empty() { &row.source } else { &row.actor_name };
        println!("{:>5}  {:<15}  {}  {by}  {}", row.number, row.name, row.at.format("%Y-%m-%d %H:%M"), row.reason);
    }
    Ok(())
}
