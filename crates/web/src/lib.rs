//! The library for a WebAssembly host, without a generator of bindings.
//!
//! ```text
//! p = allocate(len); write the name's UTF-8 at p
//! a = explain_case(p, len)  or  simulate(p, len, runs, seed)
//! a: u32 failed (0 or 1) · u32 length, little-endian · bytes: JSON as the command line prints it, or why not
//! ```
//!
//! Names and answers stay allocated: a host asks a few questions and drops the instance. `unsafe` stands
//! here alone: a name lies where the host wrote it, and exported symbols must not clash.

use hashquake::ask::{self, Error};

/// Room for `len` bytes of a name.
// Safety: no other crate exports this symbol.
#[unsafe(no_mangle)]
pub extern "C" fn allocate(len: usize) -> *mut u8 {
    Box::leak(vec![0; len].into_boxed_slice()).as_mut_ptr()
}

/// The explanation of a case of the atlas.
///
/// # Safety
/// `name` and `len` must be of one [`allocate`].
// Safety: no other crate exports this symbol.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn explain_case(name: *const u8, len: usize) -> *const u8 {
    // Safety: the caller's promise.
    let name = unsafe { text(name, len) };
    answer(ask::explain(&name).map(|e| e.to_json()))
}

/// The summary of an embedded scenario after `runs` runs.
///
/// # Safety
/// `name` and `len` must be of one [`allocate`].
// Safety: no other crate exports this symbol.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn simulate(name: *const u8, len: usize, runs: u32, seed: u64) -> *const u8 {
    // Safety: the caller's promise.
    let name = unsafe { text(name, len) };
    answer(ask::simulate(&name, runs, seed).map(|s| s.to_json()))
}

/// # Safety
/// `len` bytes at `at` must have been allocated and written.
unsafe fn text(at: *const u8, len: usize) -> String {
    // Safety: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(at, len) };
    String::from_utf8_lossy(bytes).into_owned()
}

fn answer(result: Result<String, Error>) -> *const u8 {
    let (failed, text) = match result {
        Ok(text) => (0u32, text),
        Err(e) => (1, e.to_string()),
    };
    let mut bytes = Vec::with_capacity(8 + text.len());
    bytes.extend(failed.to_le_bytes());
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
    Box::leak(bytes.into_boxed_slice()).as_ptr()
}
