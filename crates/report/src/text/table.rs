//! Tables and paragraphs within the width of a terminal.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Width, presets};

use crate::table::Table;

/// A column as wide as this may be asked for; anything narrower is taken as this.
const WIDTH_MIN: usize = 20;

impl Table {
    /// The table for a terminal, without a line feed at its end. Words break so that no line is wider
    /// than `width` letters; numbers never break, and stand on the right.
    pub fn to_text(&self, width: usize) -> String {
        let width = u16::try_from(width.max(WIDTH_MIN)).unwrap_or(u16::MAX);
        let mut text = comfy_table::Table::new();
        let rule = LineStyle::none().fill('─').junction('─');
        text.load_style(presets::NOTHING.header_separator(rule))
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width)
            .set_header(&self.head)
            .add_rows(&self.rows);
        for (i, column) in text.column_iter_mut().enumerate() {
            if self.is_numeric(i) {
                let cells = self.rows.iter().filter_map(|row| row.get(i));
                let widest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
                let widest = u16::try_from(widest + 2).unwrap_or(u16::MAX);
                column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(widest)));
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        text.trim_fmt()
    }
}

/// `text` broken at spaces into lines of at most `width` letters; a longer word has a line of its own, and
/// a percent sign stays with its number.
pub fn wrap(text: &str, width: usize) -> String {
    wrapped(text, width).join("\n")
}

/// The same as lines.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let glued = text.replace(" %", "\u{a0}%");
    for word in glued.split(' ') {
        let word = word.replace('\u{a0}', " ");
        let last = lines.len() - 1;
        let length = lines[last].chars().count();
        if length > 0 && length + 1 + word.chars().count() > width {
            lines.push(word);
        } else {
            if length > 0 {
                lines[last].push(' ');
            }
            lines[last].push_str(&word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_break_and_numbers_do_not() {
        let mut table = Table::new(&["cause", "share, % (90 %)"]);
        let words = "the three hours after the minutes of the central bank came out";
        table.add_row([words, "13.2 (9.4 to 17.6)"]);
        table.add_row(["luck", "0.4 (0 to 1.2)"]);
        for width in [40, 60, 200] {
            let text = table.to_text(width);
            assert!(text.lines().all(|l| l.chars().count() <= width), "{text}");
            assert!(text.contains("13.2 (9.4 to 17.6)\n"), "{text}");
            assert!(text.contains("  0.4 (0 to 1.2)"), "{text}");
            assert!(
                text.starts_with(" cause ") && !text.ends_with('\n'),
                "{text}"
            );
        }
    }

    #[test]
    fn a_table_without_rows_or_columns_is_no_mistake() {
        assert!(Table::new(&["a", "b"]).to_text(0).contains('a'));
        Table::default().to_text(80);
    }

    #[test]
    fn paragraphs_break_at_spaces() {
        assert_eq!(wrap("aa bb cc", 5), "aa bb\ncc");
        assert_eq!(wrap("a loss of 9 %", 11), "a loss of\n9 %");
        assert_eq!(wrap("wider than it", 3), "wider\nthan\nit");
    }
}
