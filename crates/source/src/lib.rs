//! Where an analysis gets its bytes: files that the user names.
//!
//! [`read`](mod@read) expands gzip and Zstandard with a bound, refuses what is no file, and gives each file
//! a digest for the answer; [`headers`] reads files of 80-byte headers by the consensus rules. What a table
//! says is read by the crate whose table it is.
//!
//! ```
//! use hashquake_source::read::read_from;
//!
//! let named = read_from("time,price_usd\n1641379500,46414.22\n".as_bytes(), "prices.csv")?;
//! assert!(named.bytes.starts_with(b"time,"));
//! assert_eq!(named.input.name, "prices.csv");
//! # Ok::<(), hashquake_source::read::ReadError>(())
//! ```
//!
//! At most 256 MB of a file are read, packed or not. Leaves out everything that is not a file or standard
//! input: no sockets yet.

pub mod headers;
pub mod read;
