//! Promises of scenario files.

mod damage;
mod files;
mod mistakes;
mod reading;
