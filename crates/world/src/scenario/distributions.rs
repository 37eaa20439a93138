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

use super::reader::ScenarioReader;
use super::units::{Dimension, Unit};
use super::value_type::Bounds;
use crate::words::{Word, words};
use hashquake_base::diagnostics::nearest;
use hashquake_base::distribution::Distribution;
use hashquake_base::toml_reader::{Entry, join};
use hashquake_base::toml_tree::{Node, Table, TomlValue};

words! {
    /// The distributions that a scenario may write.
    Shape {
        /// Bell in the logarithm.
        LogNormal = "lognormal",
        /// The normal distribution.
        Normal = "normal",
        /// Anything between two ends, alike.
        Uniform = "uniform",
        /// Between two ends, with a likeliest.
        Triangular = "triangular",
        /// One of a few values with their weights.
        Choice = "choice",
    }
}

impl Shape {
    /// What stands behind its word, `quantity` being one of the key's.
    fn example(self, quantity: &str) -> String {
        let q = quantity;
        match self {
            Self::LogNormal => format!("{{ median = {q}, sigma = 0.6 }}"),
            Self::Normal => format!("{{ mean = {q}, sd = {q} }}"),
            Self::Uniform => format!("[{q}, {q}]"),
            Self::Triangular => format!("[{q}, {q}, {q}]"),
            Self::Choice => format!("[[{q}, 3], [{q}, 1]]"),
        }
    }
}

/// How the parameters of a key's distributions are measured.
#[derive(Clone, Copy)]
struct Measure<'u> {
    dimension: Dimension,
    unit: Option<&'u Unit>,
}

impl Measure<'_> {
    fn example(self, shape: Shape) -> String {
        let quantity = self.unit.map_or_else(|| self.dimension.sample(), |_| "3");
        shape.example(quantity)
    }
}

impl ScenarioReader {
    /// A quantity or a distribution that keeps the bounds.
    pub(super) fn distribution(
        &self,
        entry: Entry<'_>,
        dimension: Dimension,
        unit: Option<&Unit>,
        bounds: Bounds,
    ) -> Option<Distribution> {
        let measure = Measure { dimension, unit };
        let distribution = match &entry.node.value {
            TomlValue::Table(table) => self.drawn(entry, table, measure)?,
            _ => Distribution::Point(self.quantity(entry, dimension, unit)?),
        };
        self.within(entry, (dimension, unit), bounds, distribution.range())
            .then_some(distribution)
    }

    fn drawn(&self, entry: Entry<'_>, table: &Table, m: Measure<'_>) -> Option<Distribution> {
        let [(name, node)] = table.keys.as_slice() else {
            let example = m.example(Shape::LogNormal);
            let should = format!("one distribution like {{ lognormal = {example} }}");
            self.toml.expected(entry, &should);
            return None;
        };
        let path = join(entry.path, name);
        let entry = Entry { node, path: &path };
        let Some(shape) = Shape::from_word(name) else {
            let near = nearest(name, Shape::NAMES.iter().copied());
            let hint = near.map_or(String::new(), |n| format!("; did you mean `{n}`?"));
            let known = Shape::NAMES.join(", ");
            let what = format!("is not a valid distribution; known are {known}{hint}");
            self.toml.refuse(&node.location, &path, &what);
            return None;
        };
        match shape {
            Shape::LogNormal => self.lognormal(entry, m),
            Shape::Normal => self.normal(entry, m),
            Shape::Uniform => self.uniform(entry, m),
            Shape::Triangular => self.triangular(entry, m),
            Shape::Choice => self.choice(entry, m),
        }
    }

    fn lognormal(&self, entry: Entry<'_>, m: Measure<'_>) -> Option<Distribution> {
        let table = self.parameters(entry, ["median", "sigma"], (Shape::LogNormal, m))?;
        let median = self.parameter(entry, table, "median", Some(m));
        let sigma = self.parameter(entry, table, "sigma", None);
        let (median, sigma) = (median?, sigma?);
        if median <= 0.0 || sigma < 0.0 {
            let what = format!(
                "has a median of {} and a sigma of {sigma}; the median should be more than 0, sigma at least 0",
                m.dimension.show(median)
            );
            self.toml.refuse(&entry.node.location, entry.path, &what);
            return None;
        }
        Some(Distribution::LogNormal { median, sigma })
    }

    fn normal(&self, entry: Entry<'_>, m: Measure<'_>) -> Option<Distribution> {
        let table = self.parameters(entry, ["mean", "sd"], (Shape::Normal, m))?;
        let mean = self.parameter(entry, table, "mean", Some(m));
        let sd = self.parameter(entry, table, "sd", Some(m));
        let (mean, sd) = (mean?, sd?);
        if sd < 0.0 {
            let what = format!(
                "has an sd of {}; it should be at least 0",
                m.dimension.show(sd)
            );
            self.toml.refuse(&entry.node.location, entry.path, &what);
            return None;
        }
        Some(Distribution::Normal { mean, sd })
    }

    fn uniform(&self, entry: Entry<'_>, m: Measure<'_>) -> Option<Distribution> {
        let [low, high] = self.numbers(entry, Shape::Uniform, m)?;
        if low >= high {
            let what = format!(
                "runs from {} to {}; the first should be less than the second",
                m.dimension.show(low),
                m.dimension.show(high)
            );
            self.toml.refuse(&entry.node.location, entry.path, &what);
            return None;
        }
        Some(Distribution::Uniform { low, high })
    }

    fn triangular(&self, entry: Entry<'_>, m: Measure<'_>) -> Option<Distribution> {
        let [low, mode, high] = self.numbers(entry, Shape::Triangular, m)?;
        if low >= high || mode < low || mode > high {
            let show = |x| m.dimension.show(x);
            let what = format!(
                "has its least at {}, its mode at {} and its most at {}; they should rise, the mode between the others",
                show(low),
                show(mode),
                show(high)
            );
            self.toml.refuse(&entry.node.location, entry.path, &what);
            return None;
        }
        Some(Distribution::Triangular { low, mode, high })
    }

    fn choice(&self, entry: Entry<'_>, m: Measure<'_>) -> Option<Distribution> {
        let Some(list) = entry.node.list().filter(|l| !l.is_empty()) else {
            self.toml.expected(entry, &m.example(Shape::Choice));
            return None;
        };
        let each = |node: &Node| {
            let here = |node| Entry { node, ..entry };
            let Some([value, weight]) = node.list() else {
                self.toml.expected(here(node), "a value and its weight");
                return None;
            };
            let value = self.quantity(here(value), m.dimension, m.unit);
            let weight = self.weight(here(weight));
            value.zip(weight)
        };
        let read: Vec<_> = list.iter().map(each).collect();
        let values: Vec<(f64, f64)> = read.into_iter().collect::<Option<_>>()?;
        self.weights_can_be_drawn(entry, values.iter().map(|v| v.1))
            .then_some(Distribution::Choice(values))
    }

    /// The table of a distribution's two named parameters, and nothing else in it.
    fn parameters<'s>(
        &self,
        entry: Entry<'s>,
        names: [&str; 2],
        (shape, m): (Shape, Measure<'_>),
    ) -> Option<&'s Table> {
        let table = entry.node.table();
        let right = table.filter(|t| t.keys.len() == 2 && names.iter().all(|n| t.get(n).is_some()));
        if right.is_none() {
            let should = format!("{} and nothing else in it", m.example(shape));
            self.toml.expected(entry, &should);
        }
        right
    }

    fn parameter(
        &self,
        entry: Entry<'_>,
        table: &Table,
        name: &str,
        measure: Option<Measure<'_>>,
    ) -> Option<f64> {
        let path = join(entry.path, name);
        let here = Entry {
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
        entry: Entry<'_>,
        shape: Shape,
        m: Measure<'_>,
    ) -> Option<[f64; N]> {
        let Some(list) = entry.node.list().filter(|l| l.len() == N) else {
            self.toml.expected(entry, &m.example(shape));
            return None;
        };
        let each = |node| self.quantity(Entry { node, ..entry }, m.dimension, m.unit);
        let read: Vec<_> = list.iter().map(each).collect();
        let numbers: Vec<f64> = read.into_iter().collect::<Option<_>>()?;
        numbers.try_into().ok()
    }
}
