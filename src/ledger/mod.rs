//! Exact money and stock of a verified plan.
