//! The formulation, one family of constraints a file.
