//! The answer of `explain`.

use hashquake_explain::explanation::Explanation;
use schemars::JsonSchema;
use serde::Serialize;

use crate::verdict::verdict;

/// The explanation of a window, with the verdict that its facts come to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ExplainDocument {
    /// The verdict: paragraphs of sentences, an empty line between them.
    pub verdict: String,
    /// The explanation, in numbers.
    #[serde(flatten)]
    pub explanation: Explanation,
}

impl ExplainDocument {
    /// Says in sentences what an explanation found.
    pub fn new(explanation: Explanation) -> Self {
        Self {
            verdict: verdict(&explanation),
            explanation,
        }
    }
}
