//! The two columns that every figure is laid out for, and the sizes of its letters.

/// Size of most letters, pixels.
pub const TEXT: f64 = 13.0;
/// Size of ticks and small print, pixels.
pub const SMALL: f64 = 12.0;

/// The column that a drawing is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A desk or a printed page.
    Wide,
    /// The screen of a telephone.
    Narrow,
}

impl Layout {
    /// Width of the drawing, pixels.
    pub fn width(self) -> f64 {
        self.pick(720.0, 340.0)
    }

    /// One value for each column.
    pub fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Self::Wide => wide,
            Self::Narrow => narrow,
        }
    }

    pub(super) fn name(self) -> &'static str {
        self.pick("wide", "narrow")
    }
}
