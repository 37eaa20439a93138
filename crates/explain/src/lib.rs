//! From blocks, reports and a case to the [`Explanation`](explanation::Explanation): each source of
//! evidence alone, all together, the claims.

pub mod analogue;
pub mod attribution;
mod causes;
mod claim_assessor;
pub mod comparison;
mod context;
mod context_series;
pub mod event_study;
mod evidence;
mod explain;
pub mod explanation;
pub mod findings;
pub mod frequency;
mod fusion;
mod impact;
pub mod loss_claims;
mod place;
mod price;
pub mod price_claims;
mod question;
pub mod recovery;
mod sources;

pub use explain::explain;
pub use price::UNUSUAL;
pub use question::{ExplainError, Material, Question, Without};
