//! Progress on stderr: bars on a terminal, JSON lines for machines, silence otherwise.
