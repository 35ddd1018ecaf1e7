//! The commands of the binary.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Config;
use crate::edge::wording;
use crate::error::Error;

mod admin;
mod archive;
mod import;
mod keys;
mod law;
mod simulate;
mod verify;

/// 诊所备案与互联网诊疗登记 · The registry of filed clinics.
///
/// Without a command it serves a demonstration on http://127.0.0.1:8080.
#[derive(Parser)]
#[command(name = "clinic-registry", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    config: Config,
}

#[derive(Subcommand)]
enum Command {
    /// Serve API and pages
    Serve(Config),
    /// Bring the database's schema up to date
    Migrate(Config),
    /// Print the contract (OpenAPI 3.0), or with --operations one line per operation
    Openapi {
        /// One line per operation instead
        #[arg(long)]
        operations: bool,
    },
    /// Print the rules in force and as they were, with their legal bases (Markdown)
    Rules,
    /// Make, list, rotate, retire and export signing keys
    Keys(keys::Keys),
    /// Tell what a code or an archive is worth, offline: the digits or URL of a code, a picture of it, a certificate's PDF,
    /// or the ZIP of a filing
    Verify(verify::Verify),
    /// Authorities and accounts of an installation, and the law's tables
    Admin(admin::Admin),
    /// Simulate a year of some offices, or fill a large register, in an empty database, and check that everything holds
    Simulate(simulate::Simulate),
}

/// Runs the command line. Exit status: 0 done, 1 failed or (`verify`) not valid, 2 wrong usage or (`verify`) cannot tell.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let done = match cli.command.unwrap_or(Command::Serve(cli.config)) {
        Command::Serve(config) => in_runtime(crate::server::serve(config)),
        Command::Migrate(config) => in_runtime(migrate(config)),
        Command::Openapi { operations: true } => {
            print!("{}", crate::api::document::operations());
            Ok(())
        }
        Command::Openapi { operations: false } => {
            println!("{:#}", crate::api::document::document());
            Ok(())
        }
        Command::Rules => rules(),
        Command::Keys(keys) => keys.run(),
        Command::Verify(verify) => return verify.run(),
        Command::Admin(admin) => in_runtime(admin.run()),
        Command::Simulate(simulate) => in_runtime(simulate.run()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("clinic-registry: {}", words(error));
            ExitCode::FAILURE
        }
    }
}

/// An error in words: what a use case refuses as the API words it, everything else as it is, each after what it happened in.
fn words(error: anyhow::Error) -> String {
    let around = error.to_string();
    match error.downcast::<Error>() {
        // What is ours to mend is told as it is, after what it happened in.
        Ok(Error::Internal(cause)) if around.starts_with("internal: ") => words(cause),
        Ok(Error::Internal(cause)) => format!("{around}: {}", words(cause)),
        Ok(refused) => {
            let around = if around == refused.to_string() { String::new() } else { format!("{around}: ") };
            let worded = wording::of(refused);
            let fields = worded.fields.iter().map(|field| format!("\n  {} · {}", field.zh, field.en));
            format!("{around}{} · {}{}", worded.zh, worded.en, fields.collect::<String>())
        }
        Err(other) => format!("{other:#}"),
    }
}

fn rules() -> anyhow::Result<()> {
    print!("{}", crate::domain::law::markdown(&crate::law::embedded()?, &[]));
    Ok(())
}

fn in_runtime(work: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

async fn migrate(config: Config) -> anyhow::Result<()> {
    create_data(&config.data)?;
    crate::store::Store::open(&config.database(), true).await?;
    println!("the schema is up to date");
    Ok(())
}

fn create_data(data: &PathBuf) -> anyhow::Result<()> {
    Ok(std::fs::create_dir_all(data)?)
}
