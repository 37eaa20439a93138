//! What the chain and the pools show, and with what certainty.
//!
//! | question | module |
//! |---|---|
//! | how large a loss in a window is, from block times alone | [`loss`] |
//! | where the hashrate stands at each block | [`filter`], [`smooth`], [`band`]; a day's count in [`daily`] |
//! | what pools' own share counts say | [`shares`]; joined with block times in [`fuse`] |
//! | when a shock began, with a known rate of false alarms | [`detect`] |
//! | the next retarget, the next blocks | [`forecast`], [`horizon`] |
//! | whether all of it beats simple rules | [`score`], [`reference_rules`], [`retarget_score`] |
//!
//! ```
//! use hashquake_base::units::{Span, parse_seconds};
//! use hashquake_chain::history;
//! use hashquake_observe::{clean::Cleaned, loss::headline};
//!
//! let chain = Cleaned::new(&history::embedded().blocks);
//! let span = |from, to| Span { start: parse_seconds(from).unwrap(), end: parse_seconds(to).unwrap() };
//! let window = span("2022-01-05T10:45:00Z", "2022-01-10T10:45:00Z");
//! let answer = headline(&chain, window, span("2020-01-01T00:00:00Z", "2025-01-01T00:00:00Z")).unwrap();
//! assert!((100.0 * answer.posterior.quantile(0.5) - 7.0).abs() < 0.1);
//! ```
//!
//! Blocks are a Poisson process whose rate is hashrate over difficulty; header times err and are cleaned
//! first ([`clean`]). Nothing after the moment that is asked for is read. Leaves out stale blocks, and why
//! a loss happened: that is `hashquake-explain`.

pub mod band;
pub mod clean;
pub mod coverage;
pub mod daily;
pub mod detect;
pub mod drifting;
pub mod filter;
pub mod forecast;
pub mod fuse;
pub mod horizon;
pub mod interval;
pub mod likelihood;
pub mod loss;
pub mod reference_rules;
pub mod regime;
pub mod retarget;
pub mod retarget_rules;
pub mod retarget_score;
pub mod score;
pub mod shares;
pub mod shock;
pub mod smooth;
