//! `clinic-registry keys`: the ceremony of keys.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::certificate::keyring::{Ceremony, Keyring};
use crate::clock::{self, Clock};
use crate::vault::Vault;

/// Make, list, rotate, retire and export signing keys.
#[derive(Args)]
pub struct Keys {
    /// Directory of the keys
    #[arg(long, env = "CLINIC_KEYS", default_value = "./data/keys", global = true)]
    dir: PathBuf,

    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a root key, a first signing key and the manifest
    Init {
        /// 行政区划代码 (6 digits) for which the key signs; repeat for several
        #[arg(long = "region", required = true)]
        regions: Vec<u32>,
    },
    /// Make the key that seals personal data and second factors, where an installation has none yet
    Vault,
    /// List the keys of the manifest
    List,
    /// Add a signing key and retire those before; what they signed stays good
    Rotate,
    /// Retire a key
    Retire {
        /// Key id, 8 hexadecimal digits
        kid: String,
    },
    /// Declare a key compromised: whatever it signed is no longer accepted
    Compromise {
        /// Key id, 8 hexadecimal digits
        kid: String,
    },
    /// Print the signed manifest, to give to verifiers
    Export,
}

impl Keys {
    /// Runs the command.
    pub fn run(self) -> anyhow::Result<()> {
        let clock = Clock::System;
        let mut random = clock::random::<32>;
        let ceremony = Ceremony { dir: &self.dir, now: clock.now(), today: clock.today(), random: &mut random };
        match self.action {
            Action::Init { regions } => {
                ceremony.found(regions, false)?;
                Vault::found(&self.dir, clock::random()?)?;
            }
            Action::Vault => {
                Vault::found(&self.dir, clock::random()?)?;
                println!("made; keep a copy where you keep the root key");
                return Ok(());
            }
            Action::Rotate => ceremony.rotate()?,
            Action::Retire { kid } => ceremony.withdraw(&kid, false)?,
            Action::Compromise { kid } => ceremony.withdraw(&kid, true)?,
            Action::List => (),
            Action::Export => {
                println!("{:#}", Keyring::load(&self.dir)?.manifest_json());
                return Ok(());
            }
        }
        let keyring = Keyring::load(&self.dir)?;
        for key in &keyring.manifest().keys {
            println!(
                "{}  {:?}  signs {} to {}, accepted until {}, regions {:?}",
                key.kid(),
                key.state,
                key.sign_from,
                key.sign_until,
                key.verify_until,
                key.regions
            );
        }
        Ok(())
    }
}
