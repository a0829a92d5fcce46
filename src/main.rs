//! Parse, run, exit code.

/// Lists of a million orders come and go on all threads, which it serves in less time than that of the system.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// Threads share two stores: with one each, what they leave unused adds up. What is unused for a second goes back.
// SAFETY: the allocator reads a text that ends with a zero under this name, before anything else runs.
#[cfg(not(target_env = "msvc"))]
#[cfg_attr(target_vendor = "apple", unsafe(export_name = "_rjem_malloc_conf"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(export_name = "malloc_conf"))]
pub static ALLOCATOR_OPTIONS: Option<&'static std::ffi::c_char> =
    // SAFETY: the first of the bytes of a text, which live as long as the program.
    Some(unsafe { &*c"narenas:2,dirty_decay_ms:1000".as_ptr() });

fn main() -> std::process::ExitCode {
    if std::env::var_os("POLARS_MAX_THREADS").is_none() {
        // SAFETY: no other thread runs yet.
        unsafe { std::env::set_var("POLARS_MAX_THREADS", "1") };
    }
    consign::cli::main()
}
