//! Ctrl-C, SIGTERM and a closed terminal: once asks for an end with the best plans so far, once more a little later ends at once.
//!
//! Two signals in one moment are one: `timeout` and many service managers send theirs to a process and then to its group.

use super::exit::{Exit, Failure};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// What comes within this time of the first signal is the same.
const ONE_MOMENT: Duration = Duration::from_millis(500);
/// How often it is looked whether there was one.
const LOOKED_EVERY: Duration = Duration::from_millis(100);

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
        let was_a_while_ago = Arc::new(AtomicBool::new(false));
        for (signal, exit) in [
            (SIGINT, Exit::Interrupted),
            (SIGTERM, Exit::Terminated),
            (SIGHUP, Exit::Terminated),
        ] {
            let code = i32::from(exit.code());
            flag::register_conditional_shutdown(signal, code, Arc::clone(&was_a_while_ago))?;
            let code = usize::from(exit.code());
            flag::register_usize(signal, Arc::clone(&interrupt.signal), code)?;
            flag::register(signal, Arc::clone(&interrupt.asked))?;
        }
        let asked = Arc::clone(&interrupt.asked);
        thread::Builder::new().spawn(move || {
            while !asked.load(Ordering::Relaxed) {
                thread::sleep(LOOKED_EVERY);
            }
            thread::sleep(ONE_MOMENT);
            was_a_while_ago.store(true, Ordering::Relaxed);
        })?;
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
