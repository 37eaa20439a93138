//! Records of separated values with the lines on which they begin.

use csv_core::ReadRecordResult;

/// Bytes of one record; the longest rows of our own tables have under 2,000.
const RECORD_MAX: usize = 1 << 16;
/// Cells of one record.
const CELLS_MAX: usize = 1_000;

/// Splits a text into records. Blank lines and lines that begin with `#` are passed over, and counted.
pub(super) struct Records<'t> {
    text: &'t str,
    core: csv_core::Reader,
    at: usize,
    line: usize,
    cells: String,
    ends: Vec<usize>,
    scratch: Vec<u8>,
}

/// Why something is not a record.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooLong {
    /// The line on which it begins, from 1.
    pub(super) line: usize,
    /// What is too much.
    pub(super) why: &'static str,
}

/// One record.
#[derive(Clone, Copy)]
pub(super) struct Record<'r> {
    cells: &'r str,
    ends: &'r [usize],
    /// The line on which it begins, from 1.
    pub(super) line: usize,
}

impl<'r> Record<'r> {
    /// A cell without the space around it.
    pub(super) fn get(self, i: usize) -> Option<&'r str> {
        let end = *self.ends.get(i)?;
        let start = if i == 0 { 0 } else { self.ends[i - 1] };
        Some(self.cells[start..end].trim())
    }

    pub(super) fn len(self) -> usize {
        self.ends.len()
    }

    pub(super) fn iter(self) -> impl Iterator<Item = &'r str> {
        (0..self.len()).filter_map(move |i| self.get(i))
    }
}

impl<'t> Records<'t> {
    pub(super) fn new(text: &'t str, separator: u8) -> Self {
        Self {
            text,
            core: csv_core::ReaderBuilder::new().delimiter(separator).build(),
            at: 0,
            line: 1,
            cells: String::new(),
            ends: vec![0; CELLS_MAX],
            scratch: vec![0; RECORD_MAX],
        }
    }

    /// The next record; when it is too long to be one its line and why, and then the rest of that line is
    /// passed over; `None` at the end.
    pub(super) fn next(&mut self) -> Option<Result<Record<'_>, TooLong>> {
        while self.at < self.text.len() && is_passed_over(self.this_line()) {
            self.pass_line();
        }
        if self.at == self.text.len() {
            return None;
        }
        let line = self.line;
        self.core.reset();
        let rest = &self.text.as_bytes()[self.at..];
        let (mut result, read, mut written, mut ends) =
            self.core
                .read_record(rest, &mut self.scratch, &mut self.ends);
        if let ReadRecordResult::InputEmpty = result {
            let (flushed, _, more, more_ends) =
                self.core
                    .read_record(&[], &mut self.scratch[written..], &mut self.ends[ends..]);
            (result, written, ends) = (flushed, written + more, ends + more_ends);
        }
        if !matches!(result, ReadRecordResult::Record) {
            let why = if self.this_line().len() > RECORD_MAX {
                "is longer than 64 kB"
            } else if matches!(result, ReadRecordResult::OutputEndsFull) {
                "has over 1,000 cells"
            } else {
                "is longer than 64 kB: is a quotation mark not closed?"
            };
            self.pass_line();
            return Some(Err(TooLong { line, why }));
        }
        self.pass(read);
        self.cells.clear();
        // Separators and quotes are single bytes of ASCII, so what stands between them stays UTF-8.
        self.cells
            .push_str(core::str::from_utf8(&self.scratch[..written]).unwrap_or_default());
        Some(Ok(Record {
            cells: &self.cells,
            ends: &self.ends[..ends],
            line,
        }))
    }

    fn this_line(&self) -> &'t str {
        let rest = &self.text[self.at..];
        &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())]
    }

    fn pass_line(&mut self) {
        let end = self.this_line().len();
        self.pass(end + usize::from(self.at + end < self.text.len()));
    }

    /// Goes on by some bytes; `\r\n` ends one line, as `\n` or `\r` alone do.
    fn pass(&mut self, bytes: usize) {
        let text = self.text.as_bytes();
        let ends_line = |&i: &usize| match text[i] {
            b'\n' => true,
            b'\r' => text.get(i + 1) != Some(&b'\n'),
            _ => false,
        };
        self.line += (self.at..self.at + bytes).filter(ends_line).count();
        self.at += bytes;
    }
}

fn is_passed_over(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(usize, Vec<String>)> {
        let mut records = Records::new(text, b',');
        let mut out = Vec::new();
        while let Some(record) = records.next() {
            let record = record.unwrap();
            out.push((record.line, record.iter().map(str::to_string).collect()));
        }
        out
    }

    #[test]
    fn lines_are_the_files_own() {
        let text = "# note\n\na,b\n\n1, 2 \n  \n# more\n\"x\ny\",\"\"\"z\"\"\"\n3,4";
        for ending in ["\n", "\r\n", "\r"] {
            let found = lines(&text.replace('\n', ending));
            let at: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
            assert_eq!(at, [3, 5, 8, 10], "{ending:?}");
            assert_eq!(found[1].1, ["1", "2"]);
            assert_eq!(found[2].1[1], "\"z\"");
            assert_eq!(found[3].1, ["3", "4"]);
        }
    }

    #[test]
    fn a_record_without_an_end_costs_no_more_than_its_line() {
        let text = format!("a,b\n\"{}\n1,2\n", "x".repeat(RECORD_MAX));
        let mut records = Records::new(&text, b',');
        assert!(records.next().unwrap().is_ok());
        assert_eq!(records.next().unwrap().err().map(|e| e.line), Some(2));
        assert_eq!(records.next().unwrap().unwrap().line, 3);
        assert!(records.next().is_none());
    }
}
