//! Regions, weights, stretches and closes: the values of a scenario that are lists or tables themselves.

use super::reader::ScenarioReader;
use super::units::Dimension;
use super::value::Stretch;
use super::value_type::PART;
use crate::region::Region;
use hashquake_base::toml_reader::{Entry, join};
use hashquake_base::toml_tree::{Node, Table};
use hashquake_base::units::Seconds;

impl ScenarioReader {
    fn region(&self, entry: Entry<'_>, code: &str) -> Option<String> {
        let region = Region::parse(code);
        region
            .map_err(|what| self.toml.wrong(entry, &what))
            .ok()
            .map(|r| r.code().to_string())
    }

    /// Codes of regions, each once.
    pub(super) fn regions(&self, entry: Entry<'_>) -> Option<Vec<String>> {
        let list = self
            .toml
            .list(entry, "a list of regions like [\"KZ\", \"US-TX\"]")?;
        let each = |node| {
            let entry = Entry { node, ..entry };
            self.region(entry, &self.toml.text(entry)?)
        };
        let read: Vec<_> = list.iter().map(each).collect();
        let codes: Vec<String> = read.into_iter().collect::<Option<_>>()?;
        let mut before = codes.iter().enumerate();
        if let Some((_, code)) = before.find(|(i, c)| codes[..*i].contains(c)) {
            let what = format!("names `{code}` twice");
            self.toml.refuse(&entry.node.location, entry.path, &what);
            return None;
        }
        Some(codes)
    }

    /// Weights by codes of regions, not all of them 0.
    pub(super) fn weights(&self, entry: Entry<'_>) -> Option<Vec<(String, f64)>> {
        let Some(table) = entry.node.table() else {
            self.toml
                .expected(entry, "weights of regions like { US = 0.6, RU = 0.4 }");
            return None;
        };
        let each = |(code, node): &(String, Node)| {
            let path = join(entry.path, code);
            let entry = Entry { path: &path, node };
            let region = self.region(entry, code);
            region.zip(self.weight(entry))
        };
        let read: Vec<_> = table.keys.iter().map(each).collect();
        let weights: Vec<(String, f64)> = read.into_iter().collect::<Option<_>>()?;
        self.weights_can_be_drawn(entry, weights.iter().map(|w| w.1))
            .then_some(weights)
    }

    /// A weight: a number of at least 0.
    pub(super) fn weight(&self, entry: Entry<'_>) -> Option<f64> {
        let weight = self.toml.number(entry)?;
        if weight < 0.0 {
            self.toml.expected(entry, "a weight of at least 0");
        }
        (weight >= 0.0).then_some(weight)
    }

    /// Whether the sum of weights is a number above 0; else notes it.
    pub(super) fn weights_can_be_drawn(
        &self,
        entry: Entry<'_>,
        weights: impl Iterator<Item = f64>,
    ) -> bool {
        let total: f64 = weights.sum();
        let what = match total {
            t if !t.is_finite() => "has weights whose sum is not finite",
            t if t <= 0.0 => "has no weight above 0",
            _ => return true,
        };
        self.toml.refuse(&entry.node.location, entry.path, what);
        false
    }

    /// Stretches of another severity; that they keep within their event is judged with the event.
    pub(super) fn stretches(&self, entry: Entry<'_>) -> Option<Vec<Stretch>> {
        let list = self.toml.list(entry, "a list of { from, to, severity }")?;
        let each = |(n, node): (usize, &Node)| {
            let path = format!("{}[{n}]", entry.path);
            let Some(table) = node.table() else {
                let entry = Entry { path: &path, node };
                self.toml.expected(entry, "{ from, to, severity }");
                return None;
            };
            self.stretch(table, path)
        };
        let read: Vec<_> = list.iter().enumerate().map(each).collect();
        read.into_iter().collect()
    }

    fn stretch(&self, table: &Table, path: String) -> Option<Stretch> {
        const KEYS: [&str; 3] = ["from", "to", "severity"];
        for (name, node) in &table.keys {
            if !KEYS.contains(&name.as_str()) {
                self.toml
                    .unknown(&node.location, &join(&path, name), name, &KEYS);
            }
        }
        let paths = KEYS.map(|key| join(&path, key));
        let entry = |n: usize| {
            let node = table.get(KEYS[n]);
            if node.is_none() {
                self.toml.missing(&table.location, &paths[n], "");
            }
            Some(Entry {
                path: &paths[n],
                node: node?,
            })
        };
        let from = entry(0).and_then(|e| self.time_spec(e));
        let to = entry(1).and_then(|e| self.time_spec(e));
        let severity = entry(2).and_then(|e| {
            let x = self.quantity(e, Dimension::Fraction, None)?;
            let measure = (Dimension::Fraction, None);
            self.within(e, measure, PART, (x, x)).then_some(x)
        });
        Some(Stretch {
            location: table.location.clone(),
            from: from?,
            to: to?,
            severity: severity?,
            path,
        })
    }

    /// Times with dollars, in order of time; a day means its end.
    pub(super) fn closes(&self, entry: Entry<'_>) -> Option<Vec<(Seconds, f64)>> {
        let list = entry.node.list().filter(|l| !l.is_empty());
        let Some(list) = list else {
            let should = "a list of closes like [[\"2022-01-05T00:00Z\", 45906]]";
            self.toml.expected(entry, should);
            return None;
        };
        let read: Vec<_> = list
            .iter()
            .map(|node| self.close(Entry { node, ..entry }))
            .collect();
        let closes: Vec<(Seconds, f64)> = read.into_iter().collect::<Option<_>>()?;
        for (pair, node) in closes.windows(2).zip(&list[1..]) {
            if pair[1].0 <= pair[0].0 {
                let what =
                    format!("goes back in time at {node}; closes should stand in order of time");
                self.toml.refuse(&node.location, entry.path, &what);
                return None;
            }
        }
        Some(closes)
    }

    fn close(&self, entry: Entry<'_>) -> Option<(Seconds, f64)> {
        let Some([time, price]) = entry.node.list() else {
            let should = "a time and dollars like [\"2022-01-05T00:00Z\", 45906]";
            self.toml.expected(entry, should);
            return None;
        };
        let time = self.toml.moment(Entry {
            node: time,
            ..entry
        });
        let price = Entry {
            node: price,
            ..entry
        };
        let usd = self.toml.number(price).filter(|x| {
            if *x <= 0.0 {
                self.toml.expected(price, "dollars, more than 0");
            }
            *x > 0.0
        });
        Some((time?.end(), usd?))
    }
}
