//! Where blocks come from. Today: files that the user names, tables ([`mod@file`]) or headers
//! ([`headers`]), and a header file that we keep ourselves ([`store`]). Knows
//! `hashquake_chain` and the units, nothing else of the core.

pub mod file;
pub mod headers;
pub mod store;
