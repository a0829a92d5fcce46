//! Synthetic data: `consign generate`.
