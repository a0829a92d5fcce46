//! Parse, run, exit code.

/// Lists of a million orders come and go on all threads, which it serves in less time than that of the system.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Threads share two stores: with one each, what they leave unused adds up.
// SAFETY: the allocator reads a text that ends with a zero under this name, before anything else runs.
#[cfg(not(target_env = "msvc"))]
#[unsafe(export_name = "malloc_conf")]
pub static ALLOCATOR_OPTIONS: &[u8] = b"narenas:2\0";

fn main() -> std::process::ExitCode {
    if std::env::var_os("POLARS_MAX_THREADS").is_none() {
        // SAFETY: no other thread runs yet.
        unsafe { std::env::set_var("POLARS_MAX_THREADS", "1") };
    }
    consign::cli::main()
}
