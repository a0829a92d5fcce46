//! Parse, run, exit code.

fn main() -> std::process::ExitCode {
    if std::env::var_os("POLARS_MAX_THREADS").is_none() {
        // SAFETY: no other thread runs yet.
        unsafe { std::env::set_var("POLARS_MAX_THREADS", "1") };
    }
    consign::cli::main()
}
