//! Measures, explains and rehearses shocks to proof-of-work mining.
//!
//! ```
//! use hashquake::ask;
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let shock = ask::explain("kazakhstan-2022")?;
//!     println!("{}", shock.answer.verdict);
//!     let next = ask::forecast("2022-01-06T12:00Z")?;
//!     let change = next.answer.forecast.retargets[0].change_percent;
//!     println!("{:+.1} % at the next retarget", change.p50);
//!     let what_if = ask::simulate("kazakhstan-35-percent-3-weeks", 10, 1)?;
//!     println!("{}", what_if.answer.verdict);
//!     Ok(())
//! }
//! ```
//!
//! [`ask`] answers whole questions from what is embedded: every block of 2020 to 2024, an atlas of past
//! shocks, tables of the world and scenarios. For files of one's own and every option, call the crates that
//! it stands on: [`chain`] has the rules and the blocks, [`observe`] what they show, [`world`] everything
//! outside the chain, [`explain`] whose loss it was and why, [`sim`] what would happen, [`replay`] how well
//! that did on past shocks, [`report`] sentences, figures and pages.
//!
//! Answers are probabilities and depend only on what is passed in: the same digits on every platform, on one
//! thread or many. Nothing but the command line (feature `cli`, on by default) touches files or the clock;
//! without it the library builds for WebAssembly. `docs/limits.md` says what it cannot know.

pub use hashquake_base as base;
pub use hashquake_chain as chain;
pub use hashquake_explain as explain;
pub use hashquake_observe as observe;
pub use hashquake_replay as replay;
pub use hashquake_report as report;
pub use hashquake_sim as sim;
#[cfg(feature = "cli")]
pub use hashquake_source as source;
pub use hashquake_world as world;

pub mod ask;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
mod tables;
