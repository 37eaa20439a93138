//! Rows of text under a header: what stands behind a figure, on a page and in a terminal.

/// Rows under a header; every cell is already in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns, with units.
    pub head: Vec<String>,
    /// The cells; a row may be shorter than the header.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// No rows yet under these names.
    pub fn new<S: AsRef<str>>(head: &[S]) -> Self {
        Self {
            head: head.iter().map(|name| name.as_ref().to_string()).collect(),
            rows: Vec::new(),
        }
    }

    /// One more row.
    pub fn add_row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Whether every cell of a column is a number, a range of numbers or empty: such columns stand on
    /// the right.
    pub fn is_numeric(&self, column: usize) -> bool {
        let mut cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.all(|cell| is_number(cell))
    }
}

/// `−7.1 %`, `< 0.1 %`, `6.4 (1.8 to 11.9)`, `–`.
fn is_number(cell: &str) -> bool {
    let sign = |c: char| c.is_ascii_digit() || " ,.+−–<>≤≥%±()*\u{a0}".contains(c);
    cell.replace(" to ", " ").chars().all(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_with_one_word_is_no_column_of_numbers() {
        let mut table = Table::new(&["loss", "90 %", "when"]);
        table.add_row(["−7.1\u{a0}%", "6.4 (1.8 to 11.9)", "2022-01-05"]);
        table.add_row(["–", "", "5 Jan 2022"]);
        assert!(table.is_numeric(0) && table.is_numeric(1) && !table.is_numeric(2));
        table.add_row(["not known"]);
        assert!(!table.is_numeric(0));
    }
}
