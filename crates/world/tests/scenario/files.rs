//! Scenario files held in memory, as an author's folder has them.

use hashquake_base::diagnostics::Diagnostics;
use hashquake_world::scenario::{Resolved, Scenario, Source, read};

pub const BASE: &str = r#"id = "base"
title = "A base"
question = "What if?"
start = "2022-01-05T00:00Z"
end = "30 d"
price = { kind = "constant", price = "43000 USD" }

[exchange]
usd_per_kzt = 0.0023

[[events]]
id = "cut"
kind = "power_cut"
start = "2 d"
duration = "3 d"
regions = ["KZ"]
severity = 0.5
"#;

/// Files by name, as an author's folder has them.
pub fn load<'f>(
    files: &'f [(&'f str, &'f str)],
) -> impl Fn(&str, &str) -> Result<Source, String> + 'f {
    |wanted, _| {
        let found = files.iter().find(|(name, _)| *name == wanted);
        let (name, text) = found.ok_or("there is no such file")?;
        Ok(Source {
            name: (*name).to_string(),
            text: (*text).to_string(),
        })
    }
}

pub fn resolve(files: &[(&str, &str)], sets: &[&str]) -> Result<Resolved, Diagnostics> {
    let load = load(files);
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_string()).collect();
    let first = load(files[0].0, "").unwrap();
    read(&first, &sets, &load)
}

pub fn right(text: &str) -> Scenario {
    let found = resolve(&[("x.toml", text)], &[]);
    found.unwrap_or_else(|e| panic!("{e}\n{text}")).scenario
}

pub fn wrong(text: &str) -> Diagnostics {
    resolve(&[("x.toml", text)], &[]).unwrap_err()
}
