//! Tables and paragraphs within the width of a terminal.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Width, presets};

use super::columns;
use crate::table::Table;

/// A column as wide as this may be asked for; anything narrower is taken as this.
const WIDTH_MIN: usize = 20;
/// Letters that stay together: a name is copied whole, an address may break where it is longer.
const NAME_MAX: usize = 40;
const ADDRESS_MAX: usize = 20;
/// Blanks beside a cell.
const PADDING: usize = 2;

impl Table {
    /// The table for a terminal, without a line feed at its end, no line wider than `width` letters where
    /// its numbers and names allow it: they never break, and numbers stand on the right. Where they do not
    /// fit side by side the table stands in parts, each with the first column.
    pub fn to_text(&self, width: usize) -> String {
        if self.words_fit(width) || self.head.len() < 3 {
            return self.side_by_side(width);
        }
        columns::to_text(self, 1, width)
    }

    fn side_by_side(&self, width: usize) -> String {
        let width = u16::try_from(width.max(WIDTH_MIN)).unwrap_or(u16::MAX);
        let mut text = comfy_table::Table::new();
        let rule = LineStyle::none().fill('─').junction('─');
        text.load_style(presets::NOTHING.header_separator(rule))
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width)
            .set_header(&self.head)
            .add_rows(&self.rows);
        let widths = self.widths(usize::from(width));
        for (i, column) in text.column_iter_mut().enumerate() {
            let numeric = self.is_numeric(i);
            let fixed = |letters: usize| Width::Fixed(u16::try_from(letters).unwrap_or(u16::MAX));
            if let Some(widths) = &widths {
                column.set_constraint(ColumnConstraint::Absolute(fixed(widths[i])));
            } else if numeric {
                let least = fixed(self.least_width(i));
                column.set_constraint(ColumnConstraint::LowerBoundary(least));
            }
            if numeric {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        text.trim_fmt()
    }

    /// The widths of the columns where words have to be broken apart from each other, but no word and no
    /// number in itself; what is left goes to the columns with the longest cells. `None` where all fits on
    /// one line, or not even the words do.
    fn widths(&self, width: usize) -> Option<Vec<usize>> {
        let columns = 0..self.head.len();
        let room = (width + 1).checked_sub(self.head.len())?;
        let whole: Vec<usize> = columns.clone().map(|i| self.whole_width(i)).collect();
        let mut widths: Vec<usize> = columns.map(|i| self.least_width(i)).collect();
        let mut left = room.checked_sub(widths.iter().sum())?;
        if whole.iter().sum::<usize>() <= room {
            return None;
        }
        let open = |widths: &[usize]| -> Vec<usize> {
            (0..widths.len())
                .filter(|i| widths[*i] < whole[*i])
                .collect()
        };
        // Short cells stay whole before long ones get more.
        loop {
            let short = open(&widths);
            let share = left.checked_div(short.len()).unwrap_or(0);
            let Some(i) = short.into_iter().find(|i| whole[*i] - widths[*i] <= share) else {
                break;
            };
            left -= whole[i] - widths[i];
            widths[i] = whole[i];
        }
        let lines = |widths: &[usize], i: usize| 1_000 * whole[i] / widths[i];
        while left > 0 {
            let longest = open(&widths).into_iter().max_by_key(|i| lines(&widths, *i));
            let Some(longest) = longest else { break };
            widths[longest] += 1;
            left -= 1;
        }
        Some(widths)
    }

    /// What a column needs for its longest cell.
    fn whole_width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let all = cells.chain(self.head.get(column));
        all.map(|cell| letters(cell)).max().unwrap_or(0) + PADDING
    }

    /// Whether no number and no usual word has to be broken in itself.
    fn words_fit(&self, width: usize) -> bool {
        let least: usize = (0..self.head.len()).map(|i| self.least_width(i)).sum();
        least + self.head.len() <= width + 1
    }

    /// What a column needs so that no number and no usual word of it breaks.
    fn least_width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let numbers = |cell: &&String| self.is_numeric(column) && !cell.is_empty();
        let number = cells
            .clone()
            .filter(numbers)
            .map(|cell| letters(cell))
            .max();
        let words = cells
            .chain(self.head.get(column))
            .flat_map(|c| c.split(' '));
        let unbroken = |word: &str| match word.contains('/') {
            true => letters(word).min(ADDRESS_MAX),
            false => letters(word).min(NAME_MAX),
        };
        let word = words.map(unbroken).max().unwrap_or(0);
        word.max(number.unwrap_or(0)) + PADDING
    }
}

fn letters(text: &str) -> usize {
    text.chars().count()
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

    /// A name can be copied at every width, and no line is wider than it may be.
    #[test]
    fn names_never_break_and_a_table_too_wide_stands_in_parts() {
        let mut table = Table::new(&["scenario", "loss", "question"]);
        let name = "kazakhstan-738-million-investment";
        let question = "what if 738 million dollars build sites on github.com/some/long/address";
        table.add_row([name, "−12.4 %", question]);
        for width in [50, 80, 200] {
            let text = table.to_text(width);
            assert!(text.contains(name) && text.contains("−12.4 %"), "{text}");
            assert!(text.lines().all(|l| l.chars().count() <= width), "{text}");
            let parts = text.matches("scenario").count();
            assert_eq!(parts > 1, width < 60, "{text}");
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
