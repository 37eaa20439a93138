//! Where an analysis gets its bytes. Today: files that the user names ([`mod@read`]), and headers among
//! them ([`headers`]); what a table says is read by the crate whose table it is.

pub mod headers;
pub mod read;
