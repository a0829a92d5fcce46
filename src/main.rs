//! Parse, run, exit code.

fn main() -> std::process::ExitCode {
    if std::env::var_os("POLARS_MAX_THREADS").is_none() {
        // SAFETY: no other thread runs yet.
        unsafe { std::env::set_var("POLARS_MAX_THREADS", "1") };
    }
    release_memory();
    consign::cli::main()
}

/// Lists of a million orders come and go on all threads: large pieces go back to the system at once, and few threads
/// keep a store of their own.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn release_memory() {
    const LARGE: libc::c_int = 128 * 1024;
    // SAFETY: both only set limits, and no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
        libc::mallopt(libc::M_TRIM_THRESHOLD, LARGE);
        libc::mallopt(libc::M_ARENA_MAX, 2);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn release_memory() {}
