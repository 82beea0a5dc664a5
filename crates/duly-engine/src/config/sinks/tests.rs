//! The section `sinks`.
