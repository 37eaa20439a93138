//! Why a question has no answer.

use core::fmt;

/// Why there is no answer: what was asked for does not exist, or the data do not reach it. It says what would
/// be right; [`source`](std::error::Error::source) is that of the crate that refused.
#[derive(Debug)]
pub struct Error(Box<dyn std::error::Error + Send + Sync>);

impl Error {
    /// Because of an error of a crate below, or of a sentence.
    pub(super) fn because(why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(why.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
