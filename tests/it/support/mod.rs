//! What every test may use.

use std::future::Future;
use std::sync::LazyLock;

use tokio::runtime::Runtime;

pub mod actors;
pub mod app;
pub mod browser;
pub mod builders;
pub mod contract;
pub mod database;
pub mod pages;
pub mod pdf;
pub mod process;
pub mod seeded;

/// One runtime for the whole suite: a server that several tests share outlives each of them.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Runs an asynchronous test.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    RUNTIME.block_on(test)
}

/// Runs something asynchronous to its end from anywhere, also from within an asynchronous test.
pub fn finish<T: Send>(work: impl Future<Output = T> + Send) -> T {
    std::thread::scope(|scope| scope.spawn(|| RUNTIME.block_on(work)).join().unwrap())
}

/// A file of the repository.
pub fn repository(path: &str) -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Compares a committed file with what is generated; with `UPDATE=1` in the environment it is written instead.
pub fn golden(path: &str, generated: &str) {
    let file = repository(path);
    if std::env::var_os("UPDATE").is_some() {
        return std::fs::write(file, generated).unwrap();
    }
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    let first = committed.lines().zip(generated.lines()).position(|(a, b)| a != b);
    let line = first.unwrap_or_else(|| committed.lines().count().min(generated.lines().count())) + 1;
    assert!(
        committed == generated,
        "{path} differs from what is generated, first in line {line}: review, then rewrite with UPDATE=1"
    );
}

/// How long a condition may take to become true before the test gives up.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Waits for a condition that comes true by itself; looks again whenever the runtime comes round.
pub async fn until(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let waiting = async {
        while !condition().await {
            tokio::task::yield_now().await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waiting).await.is_ok(), "never came true: {what}");
}
