//! Every setting: a flag, an environment variable, and a line in `--help`.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::bail;

use crate::app::Provider;
use crate::post::Ways;

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

    /// OpenID provider that people may sign in by: its address, exactly as it names itself
    #[arg(long, env = "CLINIC_OIDC_ISSUER")]
    pub oidc_issuer: Option<String>,

    /// What the OpenID provider calls this register
    #[arg(long, env = "CLINIC_OIDC_CLIENT_ID")]
    pub oidc_client_id: Option<String>,

    /// This register's secret at the OpenID provider
    #[arg(long, env = "CLINIC_OIDC_CLIENT_SECRET", hide_env_values = true)]
    pub oidc_client_secret: Option<String>,

    /// What the button says that leads to the OpenID provider
    #[arg(long, env = "CLINIC_OIDC_NAME", default_value = "统一身份认证")]
    pub oidc_name: String,

    /// Authentication context (acr) by which the OpenID provider tells that it saw two factors; without it everybody gives
    /// the second factor here
    #[arg(long, env = "CLINIC_OIDC_ACR")]
    pub oidc_acr: Option<String>,

    /// Server that e-mail goes out by: smtps://user:password@host, or smtp://…?tls=required. Without it, files in the data
    /// directory's outbox; with --production no e-mail
    #[arg(long, env = "CLINIC_SMTP_URL", hide_env_values = true)]
    pub smtp_url: Option<String>,

    /// Whom e-mail comes from
    #[arg(long, env = "CLINIC_MAIL_FROM")]
    pub mail_from: Option<String>,

    /// SMS gateway: gets id, to and text as JSON by POST. Without it, files in the data directory's outbox; with --production
    /// no SMS
    #[arg(long, env = "CLINIC_SMS_URL")]
    pub sms_url: Option<String>,

    /// Bearer token for the SMS gateway
    #[arg(long, env = "CLINIC_SMS_TOKEN", hide_env_values = true)]
    pub sms_token: Option<String>,

    /// 签名 that every SMS begins with
    #[arg(long, env = "CLINIC_SMS_SIGNATURE", default_value = "诊所备案")]
    pub sms_signature: String,

    /// Directory with templates, texts and static files, read anew for each page, for who writes them: src/portal
    #[arg(long, env = "CLINIC_PAGES", hide = true)]
    pub pages: Option<PathBuf>,

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
            if self.pages.is_some() {
                wrong.push("--pages (CLINIC_PAGES) is for development only".to_owned());
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
        wrong.extend(self.wrong_provider());
        wrong.extend(self.wrong_ways());
        if wrong.is_empty() {
            return Ok(());
        }
        bail!("settings to mend:\n  - {}", wrong.join("\n  - "))
    }

    /// What is wrong with the OpenID provider.
    fn wrong_provider(&self) -> Vec<String> {
        let parts = [
            ("--oidc-issuer (CLINIC_OIDC_ISSUER)", &self.oidc_issuer),
            ("--oidc-client-id (CLINIC_OIDC_CLIENT_ID)", &self.oidc_client_id),
            ("--oidc-client-secret (CLINIC_OIDC_CLIENT_SECRET)", &self.oidc_client_secret),
        ];
        if parts.iter().all(|(_, value)| value.is_none()) {
            return vec![];
        }
        let missing = parts.iter().filter(|(_, value)| value.as_ref().is_none_or(String::is_empty));
        let mut wrong: Vec<_> = missing.map(|(name, _)| format!("{name} is missing")).collect();
        let issuer = self.oidc_issuer.as_deref().unwrap_or_default();
        if !issuer.starts_with("https://") && (self.production || !loopback(issuer)) {
            wrong.push(format!("{} must begin with https://", parts[0].0));
        }
        wrong
    }

    /// What is wrong with the ways out.
    fn wrong_ways(&self) -> Vec<String> {
        let mut wrong = vec![];
        let smtp = self.smtp_url.as_deref().unwrap_or_default();
        let bare = smtp.strip_prefix("smtp://").filter(|rest| !rest.contains("tls=required"));
        if bare.is_some_and(|rest| self.production || !loopback(&format!("http://{rest}"))) {
            wrong.push("--smtp-url (CLINIC_SMTP_URL) must begin with smtps://, or end in ?tls=required".to_owned());
        }
        if self.smtp_url.is_some() && self.mail_from.is_none() {
            wrong.push("--mail-from (CLINIC_MAIL_FROM) is missing".to_owned());
        }
        let sms = self.sms_url.as_deref();
        if sms.is_some_and(|url| !url.starts_with("https://") && (self.production || !loopback(url))) {
            wrong.push("--sms-url (CLINIC_SMS_URL) must begin with https://".to_owned());
        }
        if sms.is_some() && self.sms_token.is_none() {
            wrong.push("--sms-token (CLINIC_SMS_TOKEN) is missing".to_owned());
        }
        if !(2..=12).contains(&self.sms_signature.chars().count()) {
            wrong.push("--sms-signature (CLINIC_SMS_SIGNATURE) must have 2 to 12 characters".to_owned());
        }
        wrong
    }

    /// The ways out.
    pub fn ways(&self) -> Ways {
        Ways {
            smtp_url: self.smtp_url.clone(),
            mail_from: self.mail_from.clone(),
            sms_url: self.sms_url.clone(),
            sms_token: self.sms_token.clone(),
            outbox: (!self.production).then(|| self.data.join("outbox")),
        }
    }

    /// The OpenID provider, where all of it is set.
    pub fn provider(&self) -> Option<Provider> {
        Some(Provider {
            issuer: self.oidc_issuer.clone()?,
            client_id: self.oidc_client_id.clone()?,
            client_secret: self.oidc_client_secret.clone()?,
            name: self.oidc_name.clone(),
            acr: self.oidc_acr.clone(),
        })
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
            oidc_issuer: None,
            oidc_client_id: None,
            oidc_client_secret: None,
            oidc_name: "统一身份认证".to_owned(),
            oidc_acr: None,
            smtp_url: None,
            mail_from: None,
            sms_url: None,
            sms_token: None,
            sms_signature: "诊所备案".to_owned(),
            pages: None,
            log_json: false,
            log: "warn".to_owned(),
        }
    }
}

/// Whether an address without encryption stays on this machine.
fn loopback(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    matches!(host, "127.0.0.1" | "localhost" | "[::1]")
}
