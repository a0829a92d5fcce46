//! Ctrl-C, SIGTERM and a closed terminal: once asks for an end with the best plans so far, twice ends at once.

use super::exit::{Exit, Failure};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Whether somebody asked for an end, and how.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// Listens to the signals from now on.
    ///
    /// # Errors
    /// A system that lets nobody listen.
    pub fn listen() -> Result<Self, Failure> {
        Self::register()
            .map_err(|error| Failure::OwnFault(format!("cannot listen to signals: {error}")))
    }

    fn register() -> io::Result<Self> {
        let interrupt = Self::default();
        for (signal, exit) in [
            (SIGINT, Exit::Interrupted),
            (SIGTERM, Exit::Terminated),
            (SIGHUP, Exit::Terminated),
        ] {
            // In this order: the first signal finds `asked` unset, the second ends the process.
            let code = i32::from(exit.code());
            flag::register_conditional_shutdown(signal, code, Arc::clone(&interrupt.asked))?;
            let code = usize::from(exit.code());
            flag::register_usize(signal, Arc::clone(&interrupt.signal), code)?;
            flag::register(signal, Arc::clone(&interrupt.asked))?;
        }
        Ok(interrupt)
    }

    /// The flag that the solver watches.
    pub fn flag(&self) -> &AtomicBool {
        &self.asked
    }

    /// Asks for an end from inside.
    pub fn stop(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// How the command ends if somebody asked.
    pub fn exit(&self) -> Option<Exit> {
        if !self.asked.load(Ordering::Relaxed) {
            return None;
        }
        let code = self.signal.load(Ordering::Relaxed);
        if code == usize::from(Exit::Terminated.code()) {
            return Some(Exit::Terminated);
        }
        Some(Exit::Interrupted)
    }
}
