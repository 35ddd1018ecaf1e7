//! 帮办代办: an officer at the counter writes for somebody who cannot, with consent; and who wrote what of a form.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::actor::Capacity;
use crate::domain::id::AccountId;
use crate::domain::terms::stored;

stored! {
    /// How the holder agreed to be helped.
    Consent {
        Signed = "当场签署同意书" / "a consent form signed at the counter",
        Present = "本人到场口头同意" / "present, agreed by word",
    }
}

/// JSON pointers (RFC 6901) into a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, sea_orm::FromJsonQueryResult)]
pub struct Pointers(pub Vec<String>);

/// One writing of a form: who, in which capacity, and which items; no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The filing's version that came of it.
    pub version: i32,
    pub actor: AccountId,
    pub name: String,
    pub capacity: Capacity,
    pub pointers: Vec<String>,
    pub at: DateTime<Utc>,
}
