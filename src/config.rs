//! Every setting: a flag, an environment variable, and a line in `--help`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::bail;

/// How the service runs.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one and prints it
    #[arg(long, env = "CLINIC_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Directory of the embedded database and the keys
    #[arg(long, env = "CLINIC_DATA", default_value = "./data")]
    pub data: PathBuf,

    /// Database: sqlite://… or postgres://…; an SQLite file in the data directory unless given
    #[arg(long, env = "CLINIC_DATABASE", hide_env_values = true)]
    pub database: Option<String>,

    /// Public address, without a trailing slash; it stands in every code. What is listened on unless given
    #[arg(long, env = "CLINIC_PUBLIC_URL")]
    pub public_url: Option<String>,

    /// Run in earnest: no demonstration accounts, no development keys, no automatic migration
    #[arg(long, env = "CLINIC_PRODUCTION", default_value_t = false)]
    pub production: bool,

    /// 证照类型代码 of the certificate (GB/T 36904): a ministry's USCC and three characters
    #[arg(long, env = "CLINIC_LICENCE_TYPE")]
    pub licence_type: Option<String>,

    /// Hour of the day (Asia/Shanghai, 0 to 24) from which a submission counts as received the next working day
    #[arg(long, env = "CLINIC_CUTOFF_HOUR", default_value_t = 17, value_parser = clap::value_parser!(u32).range(0..=24))]
    pub cutoff_hour: u32,

    /// Public lookups and verifications per minute and client address, 0 for no limit; R-095's number with --production, no
    /// limit without
    #[arg(long, env = "CLINIC_LOOKUPS_PER_MINUTE")]
    pub lookups_per_minute: Option<u32>,

    /// Reports from the public per hour and client address, counted over all instances, 0 for no limit; R-095's number with
    /// --production, no limit without
    #[arg(long, env = "CLINIC_REPORTS_PER_HOUR")]
    pub reports_per_hour: Option<u32>,

    /// A proxy stands before the service: a client's address is the last one in X-Forwarded-For
    #[arg(long, env = "CLINIC_TRUSTED_PROXY", default_value_t = false)]
    pub trusted_proxy: bool,

    /// Log lines as JSON instead of text
    #[arg(long, env = "CLINIC_LOG_JSON", default_value_t = false)]
    pub log_json: bool,

    /// What is logged: error, warn, info, debug, or directives per module
    #[arg(long, env = "CLINIC_LOG", default_value = "info")]
    pub log: String,
}

/// The placeholder type code of a demonstration: 999 is nobody's.
const DEMONSTRATION_TYPE: &str = "11100000000013661B999";

impl Config {
    /// The database's address.
    pub fn database(&self) -> String {
        self.database.clone().unwrap_or_else(|| format!("sqlite://{}/registry.sqlite", self.data.display()))
    }

    /// The same as it may be shown: without user and password.
    pub fn database_without_password(&self) -> String {
        let url = self.database();
        match (url.split_once("://"), url.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
            _ => url,
        }
    }

    /// Where the keys are.
    pub fn keys(&self) -> PathBuf {
        self.data.join("keys")
    }

    /// The type code, or the demonstration's placeholder.
    pub fn licence_type(&self) -> String {
        self.licence_type.clone().unwrap_or_else(|| DEMONSTRATION_TYPE.to_owned())
    }

    /// Checks what can be checked before anything is opened.
    ///
    /// # Errors
    /// Every missing or wrong setting by name.
    pub fn check(&self) -> anyhow::Result<()> {
        let mut wrong = vec![];
        if self.production {
            if self.database.is_none() {
                wrong.push("--database (CLINIC_DATABASE) is missing".to_owned());
            }
            match &self.public_url {
                None => wrong.push("--public-url (CLINIC_PUBLIC_URL) is missing".to_owned()),
                Some(url) if !url.starts_with("https://") => {
                    wrong.push("--public-url (CLINIC_PUBLIC_URL) must begin with https://".to_owned());
                }
                Some(_) => (),
            }
            if self.licence_type.is_none() {
                wrong.push("--licence-type (CLINIC_LICENCE_TYPE) is missing".to_owned());
            }
        } else if !self.listen.ip().is_loopback() {
            wrong.push(format!(
                "--listen (CLINIC_LISTEN) {}: without --production the accounts and keys are known to everybody, \
                 so only a loopback address is allowed",
                self.listen
            ));
        }
        if self.public_url.as_ref().is_some_and(|url| !url.contains("://") || url.ends_with('/')) {
            wrong.push("--public-url (CLINIC_PUBLIC_URL) must be an address without a trailing slash".to_owned());
        }
        if wrong.is_empty() {
            return Ok(());
        }
        bail!("settings to mend:\n  - {}", wrong.join("\n  - "))
    }

    /// The settings of a test: any free port, a directory of its own.
    pub fn for_tests(data: &Path, database: Option<String>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data: data.to_owned(),
            database,
            public_url: None,
            production: false,
            licence_type: None,
            cutoff_hour: 17,
            lookups_per_minute: None,
            reports_per_hour: None,
            trusted_proxy: false,
            log_json: false,
            log: "warn".to_owned(),
        }
    }
}
