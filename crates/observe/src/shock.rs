//! A declared shock: what somebody knows, or supposes, of an outage that no filter can predict.
//!
//! ```text
//! loss=25,from=2022-01-05T10:45Z,returns=3d
//! returns = never | 3d | 36h | 2022-01-08T00:00Z | exponential(3d) | lognormal(3d,0.6)
//! ```
//!
//! From its start on, the hashrate is (1 − loss) of what it would be, until all of it returns at once;
//! `exponential` takes the mean of the time away, `lognormal` its median and the standard deviation of its
//! logarithm. Left out: a return in parts, and several shocks at once.

use libm::{exp, log1p};

use hashquake_base::stats::normal::normal_quantile;
use hashquake_base::units::{DAY, Moment, Seconds, rfc3339};

/// A share of the hashrate that is gone for a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Shock {
    /// Share of the hashrate that is gone, 0 to 1.
    pub loss: f64,
    /// When it goes, unix seconds.
    pub from: Seconds,
    /// When it comes back.
    pub returns: Returns,
}

/// The distribution of the time that the lost hashrate stays away, seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Returns {
    /// It does not come back.
    Never,
    /// After exactly so long.
    After(f64),
    /// Exponential with this mean.
    Exponential(f64),
    /// After a time that is log-normal.
    Lognormal {
        /// Median of that time, seconds.
        median: f64,
        /// Standard deviation of the logarithm.
        sigma: f64,
    },
}

impl Returns {
    /// Time away that is exceeded with probability 1 − `p`, 0 < p < 1.
    pub fn quantile(self, p: f64) -> f64 {
        match self {
            Self::Never => f64::INFINITY,
            Self::After(seconds) => seconds,
            Self::Exponential(mean) => -mean * log1p(-p),
            Self::Lognormal { median, sigma } => median * exp(sigma * normal_quantile(p)),
        }
    }

    /// Whether there is nothing to draw.
    pub fn is_certain(self) -> bool {
        matches!(self, Self::Never | Self::After(_))
    }
}

/// A shock with a known end, as the factor that it leaves of the hashrate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outage {
    /// First second, unix time.
    pub from: f64,
    /// First second after.
    pub until: f64,
    /// Part of the hashrate that stays, over 0.
    pub kept: f64,
}

impl Outage {
    /// Nothing ever goes.
    pub const NONE: Self = Self {
        from: f64::INFINITY,
        until: f64::INFINITY,
        kept: 1.0,
    };

    /// The factor at `t`.
    pub fn factor(&self, t: f64) -> f64 {
        if self.from <= t && t < self.until {
            self.kept
        } else {
            1.0
        }
    }

    /// ∫ factor dt from `a` to `b`: seconds at full strength.
    pub fn full_seconds(&self, a: f64, b: f64) -> f64 {
        let inside = (b.min(self.until) - a.max(self.from)).max(0.0);
        (b - a) - (1.0 - self.kept) * inside
    }

    /// The moment by which `full` seconds at full strength have passed since `t`.
    pub fn after(&self, t: f64, full: f64) -> f64 {
        if t >= self.until || t + full <= self.from {
            return t + full;
        }
        let before = (self.from - t).max(0.0);
        let start = t + before;
        let at_full_rate = full - before;
        let end = start + at_full_rate / self.kept;
        if end <= self.until {
            end
        } else {
            self.until + at_full_rate - (self.until - start) * self.kept
        }
    }
}

/// Everything that is wrong with the text of a shock.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct ShockErrors(pub Vec<ShockError>);

/// One thing that is wrong with the text of a shock.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShockError {
    /// A part without `=`, or with a name that is none.
    #[error("`{0}` is not part of a shock: write loss=25,from=2022-01-05T10:45Z,returns=3d")]
    Part(String),
    /// A part is missing.
    #[error("`{0}=` is missing: write loss=25,from=2022-01-05T10:45Z,returns=3d")]
    Missing(&'static str),
    /// A part is there twice.
    #[error("`{0}=` is there twice")]
    Twice(String),
    /// Not a percentage over 0 and under 100.
    #[error("loss={0}: a loss is a percentage over 0 and under 100, as in loss=25")]
    Loss(String),
    /// Not a time.
    #[error("from={0}: write a time, as in from=2022-01-05T10:45Z")]
    From(String),
    /// Not a law.
    #[error(
        "returns={0}: write never, a time away (3d, 36h, 90m), a moment (2022-01-08T00:00Z), exponential(3d) or lognormal(3d,0.6)"
    )]
    Returns(String),
    /// It ends before it begins.
    #[error(
        "the shock returns at {returns}, which is not after its start at {from}: name a later moment or a time away, as in returns=3d"
    )]
    ReturnsBeforeStart {
        /// The end that was given.
        returns: String,
        /// The start that was given.
        from: String,
    },
}

impl core::str::FromStr for Shock {
    type Err = ShockErrors;

    /// Reads the text; every mistake in it is named, not only the first.
    fn from_str(text: &str) -> Result<Self, ShockErrors> {
        let mut errors = Vec::new();
        let mut parts: [Option<&str>; 3] = [None; 3];
        const NAMES: [&str; 3] = ["loss", "from", "returns"];
        for part in split_outside_brackets(text) {
            let named = part.split_once('=');
            let place = named.and_then(|(name, _)| NAMES.iter().position(|n| *n == name.trim()));
            match (place, named) {
                (Some(k), Some((name, _))) if parts[k].is_some() => {
                    errors.push(ShockError::Twice(name.trim().to_string()));
                }
                (Some(k), Some((_, value))) => parts[k] = Some(value.trim()),
                _ => errors.push(ShockError::Part(part.trim().to_string())),
            }
        }
        for (name, part) in NAMES.iter().zip(&parts) {
            if part.is_none() {
                errors.push(ShockError::Missing(name));
            }
        }
        let mut keep = |parsed: Result<f64, ShockError>| match parsed {
            Ok(value) => Some(value),
            Err(e) => {
                errors.push(e);
                None
            }
        };
        let loss = parts[0].and_then(|text| keep(parse_loss(text)));
        let from = parts[1].and_then(|text| {
            let moment = Moment::parse(text).map_err(|_| ShockError::From(text.to_string()));
            keep(moment.map(|m| m.start() as f64))
        });
        let returns = match parts[2].map(|text| parse_returns(text, from)) {
            Some(Ok(returns)) => Some(returns),
            Some(Err(e)) => {
                errors.push(e);
                None
            }
            None => None,
        };
        match (loss, from, returns) {
            (Some(loss), Some(from), Some(returns)) if errors.is_empty() => Ok(Self {
                loss,
                from: from as Seconds,
                returns,
            }),
            _ => Err(ShockErrors(errors)),
        }
    }
}

fn parse_loss(text: &str) -> Result<f64, ShockError> {
    let bare = text.trim_end_matches('%').trim_end();
    match bare.parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent < 100.0 => Ok(percent / 100.0),
        _ => Err(ShockError::Loss(text.to_string())),
    }
}

fn parse_returns(text: &str, from: Option<f64>) -> Result<Returns, ShockError> {
    let wrong = || ShockError::Returns(text.to_string());
    if text == "never" {
        return Ok(Returns::Never);
    }
    if let Ok(moment) = Moment::parse(text) {
        let from = from.unwrap_or(f64::NEG_INFINITY);
        return match moment.start() as f64 - from {
            away if away > 0.0 => Ok(Returns::After(away)),
            _ => Err(ShockError::ReturnsBeforeStart {
                returns: rfc3339(moment.start()),
                from: rfc3339(from as Seconds),
            }),
        };
    }
    if let Some((law, inner)) = text.strip_suffix(')').and_then(|t| t.split_once('(')) {
        let arguments: Vec<&str> = inner.split(',').map(str::trim).collect();
        return match (law.trim(), arguments.as_slice()) {
            ("exponential", [mean]) => positive_span(mean)
                .map(Returns::Exponential)
                .ok_or_else(wrong),
            ("lognormal", [median, sigma]) => {
                let sigma = sigma.parse::<f64>().ok().filter(|s| *s > 0.0 && *s <= 5.0);
                let law = positive_span(median).zip(sigma);
                law.map(|(median, sigma)| Returns::Lognormal { median, sigma })
                    .ok_or_else(wrong)
            }
            _ => Err(wrong()),
        };
    }
    match (span(text), from) {
        (Some(away), _) if away > 0.0 => Ok(Returns::After(away)),
        (Some(away), Some(from)) => Err(ShockError::ReturnsBeforeStart {
            returns: rfc3339((from + away) as Seconds),
            from: rfc3339(from as Seconds),
        }),
        _ => Err(wrong()),
    }
}

fn positive_span(text: &str) -> Option<f64> {
    span(text).filter(|s| *s > 0.0)
}

/// `3d`, `36h`, `90m`, in seconds; at most a hundred years.
fn span(text: &str) -> Option<f64> {
    let unit = match text.chars().last()? {
        'd' => DAY as f64,
        'h' => 3600.0,
        'm' => 60.0,
        _ => return None,
    };
    let number: f64 = text[..text.len() - 1].parse().ok()?;
    let seconds = number * unit;
    (seconds.abs() <= 36_525.0 * DAY as f64).then_some(seconds)
}

fn split_outside_brackets(text: &str) -> Vec<&str> {
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        text.parse::<Shock>().unwrap_err().to_string()
    }

    #[test]
    fn a_shock_is_read_with_every_law() {
        let shock: Shock = "loss=25,from=2022-01-05T10:45Z,returns=lognormal(3d,0.6)"
            .parse()
            .unwrap();
        assert_eq!((shock.loss, shock.from), (0.25, 1_641_379_500));
        let median = 3.0 * 86_400.0;
        assert_eq!(shock.returns, Returns::Lognormal { median, sigma: 0.6 });
        assert!((shock.returns.quantile(0.5) / median - 1.0).abs() < 1e-9);
        let at_one_sigma = shock.returns.quantile(0.841_344_746_068_543);
        assert!((at_one_sigma / median / exp(0.6) - 1.0).abs() < 1e-6);
        let mean = Returns::Exponential(10.0);
        assert!((mean.quantile(1.0 - exp(-1.0)) - 10.0).abs() < 1e-9);
        let until: Shock = "loss=5%, from=2022-01-05, returns=2022-01-06"
            .parse()
            .unwrap();
        assert_eq!(until.returns, Returns::After(86_400.0));
    }

    #[test]
    fn every_mistake_is_named_with_what_would_be_right() {
        let all = error("loss=125,from=yesterday,returns=soon,because=heat");
        for part in ["loss=125", "from=yesterday", "returns=soon", "because=heat"] {
            assert!(all.contains(part), "{part} in {all}");
        }
        let early = error("loss=25,from=2022-01-05T10:45Z,returns=2022-01-04");
        assert!(early.contains("2022-01-04T00:00:00Z, which is not after its start at 2022-01-05"));
        assert!(error("loss=25,from=2022-01-05,returns=-3d").contains("not after its start"));
        assert!(error("loss=25,returns=never").contains("`from=` is missing"));
        assert!(error("loss=0,loss=3,from=2022-01-05,returns=never").contains("twice"));
        for garbage in ["", "=", "loss", "returns=exponential(", "loss=nan,,("] {
            assert!(garbage.parse::<Shock>().is_err());
        }
    }

    /// Time and work done are two views of one thing, across both edges of the outage.
    #[test]
    fn what_was_done_by_a_moment_and_the_moment_agree() {
        let outage = Outage {
            from: 100.0,
            until: 300.0,
            kept: 0.25,
        };
        for (start, end) in [
            (0.0, 50.0),
            (0.0, 200.0),
            (0.0, 900.0),
            (150.0, 250.0),
            (150.0, 400.0),
            (350.0, 360.0),
        ] {
            let done = outage.full_seconds(start, end);
            assert!(
                (outage.after(start, done) - end).abs() < 1e-9,
                "{start} {end}"
            );
        }
        assert_eq!(outage.full_seconds(0.0, 400.0), 250.0);
        assert_eq!(
            (
                outage.factor(99.0),
                outage.factor(100.0),
                outage.factor(300.0)
            ),
            (1.0, 0.25, 1.0)
        );
    }
}
