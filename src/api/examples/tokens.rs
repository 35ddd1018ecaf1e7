//! Examples of registration and of tokens.

use serde_json::{Value, json};

use super::{ID, now};
use crate::domain::access::Scope;

fn token() -> Value {
    json!({
        "id": ID, "name": "门诊系统", "prefix": "cln_pat_3q2-7w", "scopes": [Scope::FilingsRead, Scope::FilingsWrite],
        "created_at": now(), "expires_at": now() + chrono::TimeDelta::days(90), "used_at": now(),
    })
}

pub fn all() -> [(&'static str, Value); 4] {
    [
        (
            "AccountCreate",
            json!({
                "login": "wanggong-clinic", "password": "three quiet willows", "name": "王龚中医诊所",
                "holder_kind": "uscc", "holder_number": "91371502MA3C00003M",
            }),
        ),
        ("TokenCreate", json!({ "name": "门诊系统", "scopes": [Scope::FilingsRead, Scope::FilingsWrite], "days": 90 })),
        (
            "TokenMade",
            json!({ "token": "cln_pat_3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA_00000000", "details": token() }),
        ),
        ("TokenList", json!({ "items": [token()] })),
    ]
}
