//! Where blocks come from. Today: files that the user names. Knows `hashquake_core::chain` and the
//! units, nothing else of the core.

pub mod file;
