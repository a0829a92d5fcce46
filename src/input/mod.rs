//! Table files → rows → Dataset: dialects, strict cells, and every fault collected.
