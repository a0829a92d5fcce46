//! load → scenarios in parallel → verify → write.
