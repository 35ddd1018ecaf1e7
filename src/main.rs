//! The binary: see `clinic-registry --help`.

fn main() -> std::process::ExitCode {
    clinic_registry::command::run()
}
