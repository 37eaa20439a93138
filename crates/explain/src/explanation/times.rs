//! Quantiles of moments as a document has them.

use hashquake_base::units::{Quantiles, Seconds, rfc3339};
use serde::{Serialize, Serializer};

/// RFC 3339 for each quantile.
pub(crate) fn serialize_times<S: Serializer>(
    q: &Quantiles<Seconds>,
    s: S,
) -> Result<S::Ok, S::Error> {
    q.map(rfc3339).serialize(s)
}

/// The same, or `null`.
pub(crate) fn serialize_times_option<S: Serializer>(
    q: &Option<Quantiles<Seconds>>,
    s: S,
) -> Result<S::Ok, S::Error> {
    q.map(|q| q.map(rfc3339)).serialize(s)
}
