//! The values of a table's column, on their way to a file.

use hashquake_base::units::rfc3339;

/// The values of a column.
#[derive(Clone, Debug)]
pub enum Values {
    /// `Kind::Count`.
    Count(Vec<u32>),
    /// `Kind::Large`.
    Large(Vec<u64>),
    /// `Kind::Time`, unix seconds.
    Time(Vec<i64>),
    /// `Kind::Single`.
    Single(Vec<f32>),
    /// `Kind::Double`.
    Double(Vec<f64>),
    /// `Kind::Text`.
    Text(Vec<String>),
}

impl Values {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Count(v) => v.len(),
            Self::Large(v) => v.len(),
            Self::Time(v) => v.len(),
            Self::Single(v) => v.len(),
            Self::Double(v) => v.len(),
            Self::Text(v) => v.len(),
        }
    }

    /// A value as text.
    pub fn cell(&self, row: usize) -> String {
        let number = |x: f64, text: String| if x.is_nan() { String::new() } else { text };
        match self {
            Self::Count(v) => v[row].to_string(),
            Self::Large(v) => v[row].to_string(),
            Self::Time(v) => rfc3339(v[row]),
            Self::Single(v) => number(f64::from(v[row]), v[row].to_string()),
            Self::Double(v) => number(v[row], v[row].to_string()),
            Self::Text(v) => v[row].clone(),
        }
    }
}
