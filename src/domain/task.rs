//! Work that a committed change asks for.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::id::{CertificateId, ImportId, PaperId};

/// The kinds of work. Versioned by their tag: an old row must stay readable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
#[serde(tag = "task", rename_all = "snake_case")]
pub enum Task {
    /// Draw a certificate's paper and keep it by its digest.
    Seal { certificate: CertificateId },
    /// Draw a paper and keep it by its digest.
    Print { paper: PaperId },
    /// The daily round over every clock of the law, once for each day in Asia/Shanghai.
    Watch { day: NaiveDate },
    /// Enter the next groups of an approved import.
    Import { import: ImportId },
    /// Send a message to one address.
    Deliver { delivery: Uuid },
}
