//! Talk on stderr: bars on a terminal, lines or JSON for logs, silence otherwise.

use crate::solve::Progress;
use crate::units::Money;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How a log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// A line of text an event.
    Text,
    /// A JSON object a line, an event a line.
    Json,
}

/// Seconds between two lines of the same scenario in a log, at least.
const LINE_INTERVAL: Duration = Duration::from_secs(1);

/// Tells people or machines what happens.
pub struct Talk {
    manner: Manner,
    begun: Instant,
}

enum Manner {
    Bars(MultiProgress),
    Log(Log),
    /// Errors and warnings only.
    Silent,
    /// Errors only.
    Quiet,
}

impl Talk {
    /// Settles how to talk: a log where one is asked for, else bars if stderr is a terminal.
    pub fn new(log: Option<Log>, quiet: bool) -> Self {
        let manner = match log {
            Some(log) => Manner::Log(log),
            None if quiet => Manner::Quiet,
            None if std::io::stderr().is_terminal() => Manner::Bars(MultiProgress::new()),
            None => Manner::Silent,
        };
        Self {
            manner,
            begun: Instant::now(),
        }
    }

    /// Something worth knowing while it happens.
    pub fn note(&self, text: &str) {
        match &self.manner {
            Manner::Bars(bars) => print_above(bars, text),
            Manner::Log(log) => self.line(*log, "note", &json!({ "message": text }), text),
            Manner::Silent | Manner::Quiet => {}
        }
    }

    /// Something that is probably not what was meant.
    pub fn warning(&self, text: &str) {
        match &self.manner {
            Manner::Bars(bars) => print_above(bars, text),
            Manner::Log(log) => self.line(*log, "warning", &json!({ "message": text }), text),
            Manner::Silent => to_stderr(text),
            Manner::Quiet => {}
        }
    }

    /// The end of a command that failed, with its faults as data where there are any.
    pub fn failure(&self, code: u8, text: &str, faults: &Value) {
        match &self.manner {
            Manner::Bars(bars) => print_above(bars, text),
            Manner::Log(log) => {
                let details = json!({ "code": code, "message": text, "faults": faults });
                self.line(*log, "failed", &details, text);
            }
            Manner::Silent | Manner::Quiet => to_stderr(text),
        }
    }

    /// Begins to tell of one scenario.
    pub fn scenario(&self, name: &str) -> ScenarioTalk<'_> {
        let bar = match &self.manner {
            Manner::Bars(bars) => Some(begin_bar(bars, name)),
            _ => None,
        };
        ScenarioTalk {
            talk: self,
            name: name.to_owned(),
            bar,
            begun: Instant::now(),
            last_line: Mutex::new(None),
        }
    }

    /// Writes one event: as text, or as JSON with its details.
    fn line(&self, log: Log, event: &str, details: &Value, text: &str) {
        let seconds = self.begun.elapsed().as_secs_f64();
        match log {
            Log::Text => to_stderr(&format!("{seconds:8.1}s {text}")),
            Log::Json => {
                let mut object = json!({ "seconds": rounded(seconds), "event": event });
                if let (Some(object), Some(details)) = (object.as_object_mut(), details.as_object())
                {
                    object.extend(details.clone());
                }
                to_stderr(&object.to_string());
            }
        }
    }
}

/// Tells of one scenario.
pub struct ScenarioTalk<'a> {
    talk: &'a Talk,
    name: String,
    bar: Option<ProgressBar>,
    begun: Instant,
    /// When the last line was written, and the phase that it told.
    last_line: Mutex<Option<(Instant, &'static str)>>,
}

impl ScenarioTalk<'_> {
    /// It enters a phase: options, verify, write.
    pub fn phase(&self, phase: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(phase.to_owned());
        }
        if let Manner::Log(log) = &self.talk.manner {
            let details = json!({ "scenario": self.name, "phase": phase });
            let text = format!("{}: {phase}", self.name);
            self.talk.line(*log, "phase", &details, &text);
        }
    }

    /// How far solving is.
    pub fn solving(&self, progress: Progress) {
        let gap = gap(progress);
        let text = solving_text(progress, gap);
        if let Some(bar) = &self.bar {
            bar.set_message(text);
            return;
        }
        if let Manner::Log(log) = &self.talk.manner
            && self.is_due(progress.phase)
        {
            let details = json!({
                "scenario": self.name,
                "phase": progress.phase,
                "done": progress.done,
                "incumbent": progress.incumbent,
                "bound": progress.bound,
                "gap": gap,
                "elapsed": rounded(self.begun.elapsed().as_secs_f64()),
            });
            let text = format!("{}: {text}", self.name);
            self.talk.line(*log, "solving", &details, &text);
        }
    }

    /// It ended so.
    pub fn finished(self, status: &str, text: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        let elapsed = self.begun.elapsed().as_secs_f64();
        let text = format!("{}: {text} ({elapsed:.1} s)", self.name);
        match &self.talk.manner {
            Manner::Bars(bars) => print_above(bars, &text),
            Manner::Log(log) => {
                let details = json!({
                    "scenario": self.name,
                    "status": status,
                    "message": text,
                    "elapsed": rounded(elapsed),
                });
                self.talk.line(*log, "finished", &details, &text);
            }
            Manner::Silent | Manner::Quiet => {}
        }
    }

    /// Whether the phase is new or the last line long enough ago; if so, this moment is the last line's.
    fn is_due(&self, phase: &'static str) -> bool {
        let Ok(mut last) = self.last_line.lock() else {
            return false;
        };
        let due = last.is_none_or(|(at, told)| told != phase || at.elapsed() >= LINE_INTERVAL);
        if due {
            *last = Some((Instant::now(), phase));
        }
        due
    }
}

fn begin_bar(bars: &MultiProgress, name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {prefix:<24} {elapsed:>4}  {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    let bar = bars.add(ProgressBar::new_spinner().with_style(style));
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn print_above(bars: &MultiProgress, text: &str) {
    bars.suspend(|| to_stderr(text));
}

/// Writes a line to stderr; when nobody can hear it, nothing is to be done.
fn to_stderr(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

fn gap(progress: Progress) -> Option<f64> {
    let (incumbent, bound) = (progress.incumbent?, progress.bound?);
    let missing = (bound - incumbent).abs();
    if missing <= Money::RESOLVED.as_f64() {
        return Some(0.0);
    }
    (bound != 0.0 && bound.is_finite()).then(|| missing / bound.abs())
}

fn solving_text(progress: Progress, gap: Option<f64>) -> String {
    let mut text = progress.phase.to_owned();
    if let Some(done) = progress.done {
        text += &format!(" {:.0} %", done * 100.0);
    }
    if let Some(incumbent) = progress.incumbent {
        text += &format!("  best {incumbent:.2}");
    }
    if let Some(bound) = progress.bound {
        text += &format!("  bound {bound:.2}");
    }
    if let Some(gap) = gap {
        text += &format!("  gap {:.3} %", gap * 100.0);
    }
    text
}

/// Seconds to the millisecond.
fn rounded(seconds: f64) -> f64 {
    (seconds * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solving_is_told_with_what_is_known() {
        let progress = Progress {
            phase: "HiGHS",
            done: Some(0.5),
            incumbent: Some(99.0),
            bound: Some(100.0),
        };
        let text = solving_text(progress, gap(progress));
        assert_eq!(text, "HiGHS 50 %  best 99.00  bound 100.00  gap 1.000 %");
        let nothing = Progress {
            done: None,
            incumbent: None,
            ..progress
        };
        assert_eq!(solving_text(nothing, gap(nothing)), "HiGHS  bound 100.00");
    }
}
