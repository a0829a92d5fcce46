//! Reasons: why a unit stays unfilled, and when it could ship.
