//! What the program carries, as a table.

use super::table::wrap;
use crate::document::data::EmbeddedData;
use crate::envelope::Envelope;
use crate::table::Table;

/// Letters of a digest that tell files apart.
const DIGEST_SHOWN: usize = 12;

/// A row for each file, but one for all cases and one for all scenarios.
pub fn data(document: &Envelope<EmbeddedData>, width: usize) -> String {
    let answer = &document.answer;
    let mut table = Table::new(&[
        "name",
        "what",
        "coverage",
        "source and licence",
        "bytes",
        "sha256",
    ]);
    let single = answer.items.iter().filter(|item| item.folder.is_none());
    for item in single.chain(&answer.folders) {
        let digest: String = item.sha256.chars().take(DIGEST_SHOWN).collect();
        table.add_row([
            item.name.clone(),
            item.what.clone(),
            item.coverage.clone(),
            format!("{} — {}", item.source, item.licence),
            item.bytes.to_string(),
            format!("{digest}…"),
        ]);
    }
    let foot = "Whole digests: hashquake data --format json. Recheck: hashquake data verify.";
    format!("{}\n\n{}\n", table.to_text(width), wrap(foot, width))
}
