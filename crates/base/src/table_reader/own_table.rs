//! Tables of our own, whose columns are the fields of a type.

use serde::de::DeserializeOwned;

use super::records::{Record, Records};
use crate::diagnostics::{Diagnostic, Diagnostics, Location};

/// Reads a table of our own, whose columns are the fields of `T`, in any order.
///
/// # Errors
/// Every row that is not a `T`, with its line.
pub fn deserialize<T: DeserializeOwned>(name: &str, text: &str) -> Result<Vec<T>, Diagnostics> {
    let mut records = Records::new(text, b',');
    let cells = |record: Record<'_>| csv::StringRecord::from(record.iter().collect::<Vec<_>>());
    let Some(Ok(head)) = records.next() else {
        return Ok(Vec::new());
    };
    let head = cells(head);
    let (mut rows, mut wrong) = (Vec::new(), Vec::new());
    while let Some(record) = records.next() {
        let (line, read) = match record {
            Ok(record) => {
                let read = cells(record).deserialize(Some(&head));
                (record.line, read.map_err(|e| e.to_string()))
            }
            Err(e) => (e.line, Err(e.why.to_string())),
        };
        match read {
            Ok(row) => rows.push(row),
            Err(message) => wrong.push(Diagnostic {
                location: Location {
                    file: name.to_string(),
                    line: Some(line),
                },
                key: String::new(),
                message,
            }),
        }
    }
    if wrong.is_empty() {
        return Ok(rows);
    }
    Err(Diagnostics::new(name, wrong))
}
