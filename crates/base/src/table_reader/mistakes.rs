//! What is wrong with a table, and in which way it was read where there were several.

use core::cell::{Cell, RefCell};

use crate::diagnostics::{Diagnostic, Diagnostics, Location};

/// Mistakes that are kept; further ones are counted.
const KEPT_MAX: usize = 1_000;

/// Mistakes and notes of one table.
pub(super) struct Mistakes {
    table: String,
    kept: RefCell<Vec<Diagnostic>>,
    /// Mistakes beyond those that are kept.
    further: Cell<usize>,
    notes: RefCell<Vec<String>>,
    pub(super) a_zone_is_missing: Cell<bool>,
}

impl Mistakes {
    /// None yet, of the table called `table`.
    pub(super) fn of(table: &str) -> Self {
        Self {
            table: table.to_string(),
            kept: RefCell::default(),
            further: Cell::default(),
            notes: RefCell::default(),
            a_zone_is_missing: Cell::default(),
        }
    }

    /// Notes a mistake in a line; `column` is empty where it is about no single one.
    pub(super) fn refuse(&self, line: usize, column: &str, message: String) {
        self.push(Some(line), column, message);
    }

    /// Notes a mistake about the whole table.
    pub(super) fn refuse_whole(&self, message: String) {
        self.push(None, "", message);
    }

    fn push(&self, line: Option<usize>, column: &str, message: String) {
        let mut kept = self.kept.borrow_mut();
        if kept.len() == KEPT_MAX {
            self.further.set(self.further.get() + 1);
            return;
        }
        let location = Location {
            file: self.table.clone(),
            line,
        };
        kept.push(Diagnostic {
            location,
            key: column.to_string(),
            message,
        });
    }

    /// Says how something was read that has several readings.
    pub(super) fn note(&self, sentence: String) {
        self.notes.borrow_mut().push(sentence);
    }

    /// Whether there is none so far.
    pub(super) fn is_empty(&self) -> bool {
        self.kept.borrow().is_empty()
    }

    /// All of them.
    pub(super) fn into_diagnostics(self) -> Diagnostics {
        let mut all = Diagnostics::new(&self.table, self.kept.into_inner());
        all.further = self.further.get();
        all
    }

    /// The notes, each with the table's name.
    pub(super) fn into_notes(self) -> Vec<String> {
        let table = &self.table;
        let notes = self.notes.into_inner();
        let mut notes: Vec<String> = notes.iter().map(|n| format!("{table}: {n}")).collect();
        if self.a_zone_is_missing.get() {
            notes.push(format!("{table}: times without a zone are read as UTC"));
        }
        notes
    }
}
