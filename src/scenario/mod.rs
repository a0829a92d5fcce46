//! The scenario file: settings, changes, sweeps → one scenario's Dataset and settings.
