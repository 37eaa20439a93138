//! The explanation as text for a terminal.

use std::fmt::Write;

use hashquake_core::report::explanation::Explanation;

const WIDTH: usize = 80;

/// The whole of it.
pub fn explanation(e: &Explanation) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}\n", e.title);
    for paragraph in e.verdict.split("\n\n") {
        let _ = writeln!(out, "{}\n", wrap(paragraph, WIDTH));
    }
    out
}

/// Breaks at spaces.
pub fn wrap(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is a line");
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_string());
        } else {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    lines.join("\n")
}
