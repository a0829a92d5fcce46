//! Re-checks every rule and every cent of a plan against the Dataset; shares no code with options, model or solve.
