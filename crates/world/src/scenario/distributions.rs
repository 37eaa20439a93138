//! Distributions as a scenario writes them.
//!
//! ```toml
//! duration = { lognormal = { median = "90 d", sigma = 0.6 } }
//! severity = { triangular = [0.5, 0.8, 1] }
//! cap      = { normal = { mean = "600 MW", sd = "50 MW" } }
//! backup   = { uniform = ["0 %", "20 %"] }
//! share    = { choice = [[0, 3], ["40 %", 1]] }
//! ```
//!
//! Parameters carry their units, or none where the key's name has one. A distribution must keep within its key's
//! bounds for all that can be drawn, which for bells means six standard deviations ([`Distribution::range`]);
//! nothing is cut off in silence.

use super::keys::Bounds;
use super::reader::{Reader, Spot};
use super::tree::{Node, Table, Value};
use super::units::{Dimension, Unit};
use hashquake_base::diagnostics::nearest;
use hashquake_base::distribution::Distribution;

/// The names of distributions with an example of each; `Q` stands for a quantity of the key.
pub const DISTRIBUTIONS: [(&str, &str); 5] = [
    ("lognormal", "{ median = Q, sigma = 0.6 }"),
    ("normal", "{ mean = Q, sd = Q }"),
    ("uniform", "[Q, Q]"),
    ("triangular", "[Q, Q, Q]"),
    ("choice", "[[Q, 3], [Q, 1]]"),
];

/// How the parameters of a key's distributions are measured.
#[derive(Clone, Copy)]
struct Measure<'u> {
    dimension: Dimension,
    unit: Option<&'u Unit>,
}

impl Reader {
    /// A quantity or a distribution that keeps the bounds.
    pub(super) fn distribution(
        &self,
        spot: Spot<'_>,
        dimension: Dimension,
        unit: Option<&Unit>,
        bounds: Bounds,
    ) -> Option<Distribution> {
        let measure = Measure { dimension, unit };
        let distribution = match &spot.node.value {
            Value::Table(table) => self.drawn(spot, table, measure)?,
            _ => Distribution::Point(self.quantity(spot, dimension, unit)?),
        };
        self.within(spot, (dimension, unit), bounds, distribution.range())
            .then_some(distribution)
    }

    fn drawn(&self, spot: Spot<'_>, table: &Table, m: Measure<'_>) -> Option<Distribution> {
        let [(name, node)] = table.keys.as_slice() else {
            self.wrong(spot, &format!("one distribution such as {}", example(0)));
            return None;
        };
        let inner = format!("{}.{name}", spot.path);
        let spot = Spot { node, path: &inner };
        match name.as_str() {
            "lognormal" => self.lognormal(spot, m),
            "normal" => self.normal(spot, m),
            "uniform" => self.uniform(spot, m),
            "triangular" => self.triangular(spot, m),
            "choice" => self.choice(spot, m),
            _ => {
                let words = DISTRIBUTIONS.map(|(word, _)| word);
                let hint = nearest(name, words.into_iter())
                    .map_or(String::new(), |n| format!("; did you mean `{n}`?"));
                let what = format!(
                    "is not a known distribution; known are {}{hint}",
                    words.join(", ")
                );
                self.refuse(&node.at, &inner, &what);
                None
            }
        }
    }

    fn lognormal(&self, spot: Spot<'_>, m: Measure<'_>) -> Option<Distribution> {
        let table = self.parameters(spot, ["median", "sigma"], 0)?;
        let median = self.parameter(spot, table, "median", Some(m));
        let sigma = self.parameter(spot, table, "sigma", None);
        let (median, sigma) = (median?, sigma?);
        if median <= 0.0 || sigma < 0.0 {
            let what = format!(
                "has a median of {} and a sigma of {sigma}; the median should be more than 0, sigma at least 0",
                m.dimension.show(median)
            );
            self.refuse(&spot.node.at, spot.path, &what);
            return None;
        }
        Some(Distribution::LogNormal { median, sigma })
    }

    fn normal(&self, spot: Spot<'_>, m: Measure<'_>) -> Option<Distribution> {
        let table = self.parameters(spot, ["mean", "sd"], 1)?;
        let mean = self.parameter(spot, table, "mean", Some(m));
        let sd = self.parameter(spot, table, "sd", Some(m));
        let (mean, sd) = (mean?, sd?);
        if sd < 0.0 {
            let what = format!(
                "has an sd of {}; it should be at least 0",
                m.dimension.show(sd)
            );
            self.refuse(&spot.node.at, spot.path, &what);
            return None;
        }
        Some(Distribution::Normal { mean, sd })
    }

    fn uniform(&self, spot: Spot<'_>, m: Measure<'_>) -> Option<Distribution> {
        let [low, high] = self.numbers(spot, m, 2)?;
        if low >= high {
            let what = format!(
                "runs from {} to {}; the first should be less than the second",
                m.dimension.show(low),
                m.dimension.show(high)
            );
            self.refuse(&spot.node.at, spot.path, &what);
            return None;
        }
        Some(Distribution::Uniform { low, high })
    }

    fn triangular(&self, spot: Spot<'_>, m: Measure<'_>) -> Option<Distribution> {
        let [low, mode, high] = self.numbers(spot, m, 3)?;
        if low >= high || mode < low || mode > high {
            let show = |x| m.dimension.show(x);
            let what = format!(
                "has its least at {}, its mode at {} and its most at {}; they should rise, the mode between the others",
                show(low),
                show(mode),
                show(high)
            );
            self.refuse(&spot.node.at, spot.path, &what);
            return None;
        }
        Some(Distribution::Triangular { low, mode, high })
    }

    fn choice(&self, spot: Spot<'_>, m: Measure<'_>) -> Option<Distribution> {
        let Some(list) = spot.node.list().filter(|l| !l.is_empty()) else {
            self.wrong(spot, &format!("like {}", example(4)));
            return None;
        };
        let each = |node: &Node| {
            let here = Spot { node, ..spot };
            let Some([value, weight]) = node.list() else {
                self.wrong(here, "a value and its weight");
                return None;
            };
            let value = self.quantity(
                Spot {
                    node: value,
                    ..spot
                },
                m.dimension,
                m.unit,
            );
            let weight = match weight.value {
                Value::Number(w) if w >= 0.0 && w.is_finite() => Some(w),
                _ => {
                    self.wrong(
                        Spot {
                            node: weight,
                            ..spot
                        },
                        "a weight of at least 0",
                    );
                    None
                }
            };
            Some((value?, weight?))
        };
        let read: Vec<_> = list.iter().map(each).collect();
        let values: Vec<(f64, f64)> = read.into_iter().collect::<Option<_>>()?;
        let total: f64 = values.iter().map(|v| v.1).sum();
        if total <= 0.0 || !total.is_finite() {
            self.refuse(&spot.node.at, spot.path, "has no weight above 0");
            return None;
        }
        Some(Distribution::Choice(values))
    }

    /// The table of a distribution's two named parameters, and nothing else in it.
    fn parameters<'s>(
        &self,
        spot: Spot<'s>,
        names: [&str; 2],
        distribution: usize,
    ) -> Option<&'s Table> {
        let table = spot.node.table();
        let right = table.filter(|t| t.keys.len() == 2 && names.iter().all(|n| t.get(n).is_some()));
        if right.is_none() {
            let should = format!("like {}, nothing else in it", DISTRIBUTIONS[distribution].1);
            self.wrong(spot, &should);
        }
        right
    }

    fn parameter(
        &self,
        spot: Spot<'_>,
        table: &Table,
        name: &str,
        measure: Option<Measure<'_>>,
    ) -> Option<f64> {
        let path = format!("{}.{name}", spot.path);
        let here = Spot {
            node: table.get(name)?,
            path: &path,
        };
        match measure {
            Some(m) => self.quantity(here, m.dimension, m.unit),
            None => self.quantity(here, Dimension::Fraction, None),
        }
    }

    fn numbers<const N: usize>(
        &self,
        spot: Spot<'_>,
        m: Measure<'_>,
        distribution: usize,
    ) -> Option<[f64; N]> {
        let Some(list) = spot.node.list().filter(|l| l.len() == N) else {
            self.wrong(spot, &format!("like {}", DISTRIBUTIONS[distribution].1));
            return None;
        };
        let each = |node| self.quantity(Spot { node, ..spot }, m.dimension, m.unit);
        let read: Vec<_> = list.iter().map(each).collect();
        let numbers: Vec<f64> = read.into_iter().collect::<Option<_>>()?;
        numbers.try_into().ok()
    }
}

fn example(distribution: usize) -> String {
    format!(
        "{{ {} = {} }}",
        DISTRIBUTIONS[distribution].0, DISTRIBUTIONS[distribution].1
    )
}
