//! Quantiles over the runs of one number, with the events, without, and of the paired difference.

use std::borrow::Cow;

use hashquake_base::fan::Fan;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};

/// Quantiles over the runs, in the number's unit; NaN where no run has the number.
///
/// As JSON the numbers have six significant digits, and NaN is `null`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fans {
    /// Without the events.
    pub counterfactual: Fan,
    /// With the events.
    pub scenario: Fan,
    /// Scenario minus counterfactual, run by run.
    pub difference: Fan,
}

impl Fans {
    /// Size of the median difference against the median without the events, percent.
    pub fn size_percent(&self) -> f64 {
        100.0 * self.difference.p50.abs() / self.counterfactual.p50
    }

    /// From each run's `[counterfactual, scenario]`; a NaN is left out of its own arm and of the difference.
    pub fn of_pairs(pairs: impl Iterator<Item = [f64; 2]>) -> Self {
        Self::of(pairs.map(|[c, s]| [c, s, s - c]))
    }

    /// From each run's `[counterfactual, scenario, difference]`, NaN left out.
    pub fn of(triples: impl Iterator<Item = [f64; 3]>) -> Self {
        let mut lists: [Vec<f64>; 3] = Default::default();
        for triple in triples {
            for (list, value) in lists.iter_mut().zip(triple) {
                if !value.is_nan() {
                    list.push(value);
                }
            }
        }
        let [counterfactual, scenario, difference] = lists.map(|mut list| fan(&mut list));
        Self {
            counterfactual,
            scenario,
            difference,
        }
    }
}

fn fan(values: &mut [f64]) -> Fan {
    if values.is_empty() {
        let none = f64::NAN;
        return Fan {
            p05: none,
            p25: none,
            p50: none,
            p75: none,
            p95: none,
        };
    }
    Fan::of(values)
}

/// Quantiles over the runs, six significant digits; `null` where no run has the number.
#[derive(Serialize, JsonSchema)]
pub(crate) struct ArmQuantiles {
    /// Quantiles over the runs without the events.
    counterfactual: Fan<Option<f64>>,
    /// Quantiles over the runs with the events.
    scenario: Fan<Option<f64>>,
    /// Scenario minus counterfactual, run by run.
    difference: Fan<Option<f64>>,
}

impl From<&Fans> for ArmQuantiles {
    fn from(fans: &Fans) -> Self {
        let known = |x: f64| x.is_finite().then(|| rounded(x));
        Self {
            counterfactual: fans.counterfactual.map(known),
            scenario: fans.scenario.map(known),
            difference: fans.difference.map(known),
        }
    }
}

impl Serialize for Fans {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        ArmQuantiles::from(self).serialize(s)
    }
}

impl JsonSchema for Fans {
    fn schema_name() -> Cow<'static, str> {
        ArmQuantiles::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        ArmQuantiles::json_schema(generator)
    }
}

/// To six significant digits: more than any run knows.
pub fn rounded(x: f64) -> f64 {
    if !x.is_finite() || x == 0.0 {
        return x;
    }
    let places = 5 - libm::floor(libm::log10(x.abs())) as i32;
    let unit = libm::pow(10.0, f64::from(places.abs()));
    if places >= 0 {
        (x * unit).round() / unit
    } else {
        (x / unit).round() * unit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_kept_of_any_size() {
        for (x, kept) in [
            (123_456_789.0, 123_457_000.0),
            (-0.001_234_567_8, -0.001_234_57),
            (43_008.0, 43_008.0),
            (0.0, 0.0),
        ] {
            assert_eq!(rounded(x), kept);
        }
        assert!(rounded(f64::NAN).is_nan());
    }

    /// The difference of two medians is not the median of the differences.
    #[test]
    fn differences_are_taken_run_by_run_and_nan_is_left_out() {
        let pairs = [[1.0, 5.0], [5.0, 6.0], [6.0, 7.0], [f64::NAN, 3.0]];
        let fans = Fans::of_pairs(pairs.into_iter());
        assert_eq!(fans.counterfactual.p50, 5.0);
        assert_eq!(fans.scenario.p50, 5.5);
        assert_eq!(fans.difference.p50, 1.0);
        assert!(Fans::of_pairs([].into_iter()).difference.p50.is_nan());
    }
}
