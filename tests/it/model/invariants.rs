//! What must hold of the whole register, whatever was done: asked of the database itself.

use clinic_registry::store::Store;
use clinic_registry::store::audit::NEVER;

/// Asserts every one of them.
pub async fn hold(store: &Store) {
    let mut wrong = vec![];
    for (what, sql) in NEVER {
        match store.found(sql).await {
            Ok(0) => (),
            Ok(rows) => wrong.push(format!("{what}: {rows}")),
            Err(error) => wrong.push(format!("{what}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
