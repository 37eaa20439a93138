//! Where blocks come from. Today: files that the user names, tables ([`mod@file`]) or headers
//! ([`headers`]).

pub mod file;
pub mod headers;
pub mod read;
