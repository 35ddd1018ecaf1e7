//! `clinic-registry admin`: the first authority and accounts of an installation, and the law's tables.

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde::Deserialize;

use crate::app::App;
use crate::command::import::{self, ImportFile};
use crate::command::law::{self, LawAction, TableAction};
use crate::config::Config;
use crate::domain::actor::Role;
use crate::domain::dossier::ClinicType;
use crate::domain::id::AuthorityId;
use crate::domain::law::LawTable;
use crate::server;
use crate::usecase::accounts::{self, NewAccount, recovery};
use crate::usecase::authorities::{self, NewAuthority};
use crate::usecase::clinics;

/// Authorities and accounts of an installation, and the law's tables.
#[derive(Args)]
pub struct Admin {
    #[command(flatten)]
    config: Config,

    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Add an authority and its jurisdiction from a TOML file: name, uscc, region, phone, streets, clinic_types
    Authority {
        /// The file
        file: std::path::PathBuf,
    },
    /// List the authorities
    Authorities,
    /// Add an account; the password is read from the environment variable CLINIC_NEW_PASSWORD
    Account {
        /// Login name
        login: String,
        /// clinic, officer, approver, inspector, auditor or admin
        #[arg(long)]
        role: String,
        /// Name of the person or office
        #[arg(long)]
        name: String,
        /// USCC of the authority that an officer works for
        #[arg(long)]
        authority: Option<String>,
    },
    /// Make a recovery code for an account: good once, for a day
    Recover {
        /// Login name
        login: String,
        /// Why; the account's holder can read it
        #[arg(long)]
        reason: String,
    },
    /// Close an account: nobody signs in with it any more
    Close {
        /// Login name
        login: String,
        /// Why; it is kept
        #[arg(long)]
        reason: String,
    },
    /// 存量导入: clinics that were filed before this register, from a CSV or XLSX file
    Import(ImportFile),
    /// 节假日: rest days and make-up working days
    #[command(subcommand)]
    Calendar(TableAction),
    /// 规则: texts, thresholds and legal bases
    #[command(subcommand)]
    Rules(TableAction),
    /// 行政区划
    #[command(subcommand)]
    Divisions(TableAction),
    /// 街道
    #[command(subcommand)]
    Streets(TableAction),
    /// 管辖: who handles which clinic type in which street
    #[command(subcommand)]
    Jurisdictions(TableAction),
    /// 地区设置: what a region switches off or sets for itself
    #[command(subcommand)]
    Regions(TableAction),
    /// Write anew the words by which the public finds clinics: once after an update that brings new ones
    Reindex,
    /// Any table of the law, and its editions
    #[command(subcommand)]
    Law(LawAction),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AuthorityFile {
    name: String,
    uscc: String,
    region: String,
    phone: String,
    streets: Vec<String>,
    clinic_types: Vec<ClinicType>,
}

impl Admin {
    /// Runs the command.
    pub async fn run(self) -> anyhow::Result<()> {
        let app = server::open(&self.config, server::Start::Tools).await?;
        match self.action {
            Action::Authority { file } => {
                let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
                let file: AuthorityFile = toml::from_str(&text)?;
                let AuthorityFile { name, uscc, region, phone, streets, clinic_types } = file;
                let id = authorities::create(
                    &app,
                    NewAuthority {
                        name: &name,
                        uscc: &uscc,
                        region: &region,
                        phone: &phone,
                        streets: &streets,
                        clinic_types: &clinic_types,
                    },
                )
                .await?;
                println!("{id}  {name}");
            }
            Action::Authorities => {
                for row in app.store.authorities().await? {
                    println!("{}  {}  {}", row.uscc, row.region, row.name);
                }
            }
            Action::Account { login, role, name, authority } => account(&app, &login, &role, &name, authority).await?,
            Action::Recover { login, reason } => {
                let made = recovery::make_at_console(&app, &login, &reason).await?;
                println!("{}  {}/recover", made.code, app.settings.public_url);
            }
            Action::Close { login, reason } => {
                accounts::close(&app, &login, &reason).await?;
                println!("{login}");
            }
            Action::Import(file) => import::run(&app, file).await?,
            Action::Calendar(action) => law::table(&app, LawTable::Calendar, action).await?,
            Action::Rules(action) => law::table(&app, LawTable::Rules, action).await?,
            Action::Divisions(action) => law::table(&app, LawTable::Divisions, action).await?,
            Action::Streets(action) => law::table(&app, LawTable::Streets, action).await?,
            Action::Jurisdictions(action) => law::table(&app, LawTable::Jurisdictions, action).await?,
            Action::Regions(action) => law::table(&app, LawTable::Regions, action).await?,
            Action::Reindex => println!("{} clinics", clinics::reindex(&app).await?),
            Action::Law(action) => law::law(&app, action).await?,
        }
        Ok(())
    }
}

async fn account(app: &App, login: &str, role: &str, name: &str, authority: Option<String>) -> anyhow::Result<()> {
    let known = Role::ALL.iter().copied().find(|r| r.code() == role);
    let Some(role) = known else {
        bail!("no role {role}; there are {}", Role::ALL.iter().map(|r| r.code()).collect::<Vec<_>>().join(", "))
    };
    let authority = match authority {
        None => None,
        Some(uscc) => {
            let found = app.store.authorities().await?.into_iter().find(|a| a.uscc == uscc);
            Some(AuthorityId(found.with_context(|| format!("no authority with USCC {uscc}"))?.id))
        }
    };
    let password = std::env::var("CLINIC_NEW_PASSWORD").context("set CLINIC_NEW_PASSWORD")?;
    let new = NewAccount { login, password: &password, display_name: name, role, authority, demonstration: false };
    let id = accounts::create(app, new).await?;
    println!("{id}  {login}");
    Ok(())
}
