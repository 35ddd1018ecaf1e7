//! The real binary, as a process of its own.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use crate::support::actors::Actor;

/// How long a process may take before the test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// The binary, without any setting of the surroundings.
pub fn binary() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clinic-registry"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CLINIC_")) {
        command.env_remove(name);
    }
    command
}

/// Runs a command to its end; one that does not end is stopped and answers like one that failed.
pub fn output(mut command: Command) -> Output {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let reading = std::thread::spawn(move || {
        let mut bytes = vec![];
        err.read_to_end(&mut bytes).unwrap();
        bytes
    });
    let (done, ended) = mpsc::channel();
    let printed = std::thread::spawn(move || {
        let mut bytes = vec![];
        out.read_to_end(&mut bytes).unwrap();
        let _ = done.send(());
        bytes
    });
    if ended.recv_timeout(PATIENCE).is_err() {
        child.kill().unwrap();
    }
    let status = child.wait().unwrap();
    Output { status, stdout: printed.join().unwrap(), stderr: reading.join().unwrap() }
}

/// What a command printed on both streams.
pub fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Starts `serve` on a free port, without waiting for anything; what it logs goes to `log`.
pub fn serving(data: &Path, database: &str, log: &Path, more: &[&str]) -> Child {
    let log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
    let mut command = binary();
    command.args(["serve", "--listen", "127.0.0.1:0", "--database", database, "--data"]).arg(data).args(more);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).spawn().unwrap()
}

/// A serving process; killed with this value.
pub struct Served {
    child: Child,
    /// Nobody in particular, before this server.
    pub nobody: Actor,
    /// What it printed up to the address.
    pub printed: String,
}

impl Served {
    /// Starts `serve` on a free port and waits until it says where; what it logs goes to `log`.
    pub fn start(data: &Path, database: &str, log: &Path, more: &[&str]) -> Self {
        let mut child = serving(data, database, log, more);
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = mpsc::channel();
        // Read on after the address: a full pipe would stop the server.
        std::thread::spawn(move || out.lines().map_while(Result::ok).for_each(|line| drop(tell.send(line))));
        let mut printed = String::new();
        let base = loop {
            let Ok(line) = told.recv_timeout(PATIENCE) else {
                child.kill().unwrap();
                panic!("the server did not start; it printed:\n{printed}")
            };
            printed += &line;
            printed.push('\n');
            // The last line of the greeting: everything else stands before it.
            if let Some(base) = line.strip_prefix("listening on ") {
                break base.split(' ').next().unwrap_or_default().to_owned();
            }
        };
        let http = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
        Self { child, nobody: Actor { http, base, token: None }, printed }
    }

    /// Kills it at once, as a power failure would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
