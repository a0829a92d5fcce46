//! Progress
