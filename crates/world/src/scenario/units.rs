//! Quantities as a scenario writes them: `"150 MW"`, `"3 weeks"`, `"738 million USD"`, `"25 KZT/kWh"`.
//!
//! A number, perhaps a word (`thousand`, `million`, `billion`), a unit. The unit may stand in the key's
//! name instead (`cap_mw = 150`), and the value is then a bare number. A [`Dimension`] knows its units,
//! what each is in the base unit of the scenario's types, and which may end a key. Money of another
//! country is turned into dollars by a rate that the scenario itself states (`exchange.usd_per_kzt`): no
//! rate is built in, since rates move. A year is 365 days.

use std::collections::BTreeMap;

/// What a number measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// A part of a whole; base: 1.
    Fraction,
    /// A length of time; base: seconds.
    Duration,
    /// Electric power; base: MW.
    Power,
    /// Money; base: dollars.
    Money,
    /// Money for energy; base: dollars a kWh.
    EnergyPrice,
    /// Money for a site; base: dollars a MW.
    SitePrice,
    /// Money for machines; base: dollars a TH/s.
    MachinePrice,
    /// Energy for work; base: J/TH.
    Efficiency,
    /// Carbon dioxide of energy; base: g/kWh.
    Carbon,
    /// Coins; base: BTC.
    Coins,
    /// Change or events a day; base: 1/d.
    DailyRate,
    /// A standard deviation that grows with the root of time; base: 1/√d.
    Diffusion,
    /// Change a year; base: 1/y.
    YearlyRate,
}

/// A unit, by the words for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// As written, without blanks; `¤` stands for a currency's three letters.
    pub text: &'static str,
    /// One of it is `times / per` of the base unit: both whole, so that 35 % is 0.35 to the last digit.
    times: f64,
    per: f64,
    /// How a key ends that carries this unit.
    pub suffix: Option<&'static str>,
}

impl Unit {
    /// So many of it, in the base unit.
    pub fn to_base(&self, x: f64) -> f64 {
        x * self.times / self.per
    }

    /// So much of the base unit, in this one.
    pub fn from_base(&self, x: f64) -> f64 {
        x * self.per / self.times
    }

    const fn ends(self, suffix: &'static str) -> Self {
        Self {
            suffix: Some(suffix),
            ..self
        }
    }
}

const fn unit(text: &'static str, times: f64) -> Unit {
    Unit {
        text,
        times,
        per: 1.0,
        suffix: None,
    }
}

const fn part(text: &'static str, per: f64) -> Unit {
    Unit {
        text,
        times: 1.0,
        per,
        suffix: None,
    }
}

const D: f64 = 86_400.0;
const Y: f64 = 365.0;

impl Dimension {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Fraction,
        Self::Duration,
        Self::Power,
        Self::Money,
        Self::EnergyPrice,
        Self::SitePrice,
        Self::MachinePrice,
        Self::Efficiency,
        Self::Carbon,
        Self::Coins,
        Self::DailyRate,
        Self::Diffusion,
        Self::YearlyRate,
    ];

    /// Its name in the schema and in the tables of keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fraction => "fraction",
            Self::Duration => "duration",
            Self::Power => "power",
            Self::Money => "money",
            Self::EnergyPrice => "energy_price",
            Self::SitePrice => "site_price",
            Self::MachinePrice => "machine_price",
            Self::Efficiency => "efficiency",
            Self::Carbon => "carbon",
            Self::Coins => "coins",
            Self::DailyRate => "daily_rate",
            Self::Diffusion => "diffusion",
            Self::YearlyRate => "yearly_rate",
        }
    }

    /// Its name with an article, for a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Fraction => "a fraction",
            Self::Duration => "a duration",
            Self::Power => "a power",
            Self::Money => "an amount of money",
            Self::EnergyPrice => "an energy price",
            Self::SitePrice => "a site price",
            Self::MachinePrice => "a machine price",
            Self::Efficiency => "an efficiency",
            Self::Carbon => "a carbon intensity",
            Self::Coins => "an amount of coins",
            Self::DailyRate => "a daily rate",
            Self::Diffusion => "a diffusion",
            Self::YearlyRate => "a yearly rate",
        }
    }

    /// What should stand where one is expected: `a duration like "90 d"`.
    pub fn expectation(self) -> String {
        format!("{} like {}", self.noun(), self.example())
    }

    /// One value of it, as TOML.
    pub fn sample(self) -> &'static str {
        let example = self.example();
        let end = example.find("\" or ").map_or(example.len(), |at| at + 1);
        let end = example.find("\", ").map_or(end, |at| end.min(at + 1));
        &example[..end]
    }

    /// How a value of it is written.
    pub fn example(self) -> &'static str {
        match self {
            Self::Fraction => "\"35 %\" or 0.35",
            Self::Duration => "\"90 d\", \"6 h\", \"3 weeks\" or \"2 y\"",
            Self::Power => "\"150 MW\" or \"1.2 GW\"",
            Self::Money => "\"738 million USD\"",
            Self::EnergyPrice => "\"0.055 USD/kWh\" or \"25 KZT/kWh\"",
            Self::SitePrice => "\"0.4 million USD/MW\"",
            Self::MachinePrice => "\"60 USD/TH\"",
            Self::Efficiency => "\"30 J/TH\"",
            Self::Carbon => "\"833 g/kWh\"",
            Self::Coins => "\"0.1 BTC\"",
            Self::DailyRate => "\"0.15 %/d\" or \"12 /y\"",
            Self::Diffusion => "\"1 %/sqrt(d)\"",
            Self::YearlyRate => "\"20 %/y\"",
        }
    }

    /// Its units, the base unit among them.
    pub fn units(self) -> &'static [Unit] {
        const FRACTION: &[Unit] = &[part("%", 100.0).ends("_percent")];
        const DURATION: &[Unit] = &[
            unit("s", 1.0),
            unit("min", 60.0),
            unit("h", 3600.0).ends("_hours"),
            unit("hour", 3600.0),
            unit("hours", 3600.0),
            unit("d", D).ends("_days"),
            unit("day", D),
            unit("days", D),
            unit("w", 7.0 * D),
            unit("week", 7.0 * D),
            unit("weeks", 7.0 * D).ends("_weeks"),
            unit("y", Y * D).ends("_years"),
            unit("year", Y * D),
            unit("years", Y * D),
        ];
        const POWER: &[Unit] = &[
            part("kW", 1000.0),
            unit("MW", 1.0).ends("_mw"),
            unit("GW", 1000.0).ends("_gw"),
        ];
        const MONEY: &[Unit] = &[unit("¤", 1.0).ends("_usd")];
        const ENERGY: &[Unit] = &[
            unit("¤/kWh", 1.0).ends("_usd_per_kwh"),
            part("¤/MWh", 1000.0),
        ];
        const SITE: &[Unit] = &[unit("¤/MW", 1.0).ends("_usd_per_mw"), unit("¤/kW", 1000.0)];
        const MACHINE: &[Unit] = &[unit("¤/TH", 1.0).ends("_usd_per_th"), unit("¤/(TH/s)", 1.0)];
        const EFFICIENCY: &[Unit] = &[unit("J/TH", 1.0).ends("_j_per_th")];
        const CARBON: &[Unit] = &[
            unit("g/kWh", 1.0).ends("_g_per_kwh"),
            unit("kg/kWh", 1000.0),
            unit("kg/MWh", 1.0),
            unit("t/MWh", 1000.0),
        ];
        const COINS: &[Unit] = &[unit("BTC", 1.0).ends("_btc")];
        const DAILY: &[Unit] = &[
            unit("/d", 1.0),
            part("%/d", 100.0),
            part("/y", Y),
            part("%/y", 100.0 * Y),
        ];
        const DIFFUSION: &[Unit] = &[unit("/sqrt(d)", 1.0), part("%/sqrt(d)", 100.0)];
        const YEARLY: &[Unit] = &[unit("/y", 1.0), part("%/y", 100.0)];
        match self {
            Self::Fraction => FRACTION,
            Self::Duration => DURATION,
            Self::Power => POWER,
            Self::Money => MONEY,
            Self::EnergyPrice => ENERGY,
            Self::SitePrice => SITE,
            Self::MachinePrice => MACHINE,
            Self::Efficiency => EFFICIENCY,
            Self::Carbon => CARBON,
            Self::Coins => COINS,
            Self::DailyRate => DAILY,
            Self::Diffusion => DIFFUSION,
            Self::YearlyRate => YEARLY,
        }
    }

    /// Whether a bare number says enough.
    pub fn bare(self) -> bool {
        matches!(self, Self::Fraction)
    }

    /// A value in the base unit as people read it.
    pub fn show(self, x: f64) -> String {
        match self {
            Self::Fraction => format!("{x}"),
            Self::Duration if x.abs() >= D => format!("{} d", x / D),
            Self::Duration if x.abs() >= 3600.0 => format!("{} h", x / 3600.0),
            Self::Duration => format!("{x} s"),
            Self::Power => format!("{x} MW"),
            Self::Money => format!("{x} USD"),
            Self::EnergyPrice => format!("{x} USD/kWh"),
            Self::SitePrice => format!("{x} USD/MW"),
            Self::MachinePrice => format!("{x} USD/TH"),
            Self::Efficiency => format!("{x} J/TH"),
            Self::Carbon => format!("{x} g/kWh"),
            Self::Coins => format!("{x} BTC"),
            Self::DailyRate => format!("{x} /d"),
            Self::Diffusion => format!("{x} /sqrt(d)"),
            Self::YearlyRate => format!("{x} /y"),
        }
    }
}

/// All endings of keys, the longest first.
pub fn suffixes() -> Vec<&'static str> {
    let units = Dimension::ALL.iter().flat_map(|d| d.units());
    let mut all: Vec<&str> = units.filter_map(|u| u.suffix).collect();
    all.sort_by_key(|s| (core::cmp::Reverse(s.len()), *s));
    all
}

/// Dollars for one of another currency, by its three letters in capitals.
pub type Exchange = BTreeMap<String, f64>;

const MULTIPLIERS: [(&str, f64); 3] = [("thousand", 1e3), ("million", 1e6), ("billion", 1e9)];

/// Reads a quantity; the result is in the base unit of `dimension`.
///
/// # Errors
/// What is wrong with it and what would be right.
pub fn parse(dimension: Dimension, text: &str, exchange: &Exchange) -> Result<f64, String> {
    let wrong = || format!("expected {}, found \"{text}\"", dimension.expectation());
    let rest = text.trim();
    let digits = |c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | '_'));
    let split = rest.find(digits).unwrap_or(rest.len());
    let number: f64 = rest[..split]
        .replace('_', "")
        .parse()
        .map_err(|_| wrong())?;
    let mut unit: String = rest[split..].split_whitespace().collect();
    let mut times = 1.0;
    for (word, factor) in MULTIPLIERS {
        if let Some(behind) = unit.strip_prefix(word) {
            (unit, times) = (behind.to_string(), factor);
            break;
        }
    }
    if unit.is_empty() && dimension.bare() {
        return Ok(number * times);
    }
    if unit.is_empty() {
        let should = dimension.expectation();
        return Err(format!("\"{text}\" is without a unit; expected {should}"));
    }
    let (unit, rate) = unit_of(dimension, &unit, exchange)?.ok_or_else(wrong)?;
    Some(unit.to_base(number * times * rate))
        .filter(|x| x.is_finite())
        .ok_or_else(wrong)
}

/// A unit of `dimension` as written, and the dollars of its currency.
fn unit_of(
    dimension: Dimension,
    written: &str,
    exchange: &Exchange,
) -> Result<Option<(Unit, f64)>, String> {
    let plain = |u: &&Unit| u.text == written && !written.starts_with('¤');
    if let Some(unit) = dimension.units().iter().find(plain) {
        return Ok(Some((*unit, 1.0)));
    }
    let Some((currency, rest)) = written.split_at_checked(3) else {
        return Ok(None);
    };
    let capitals = currency.bytes().all(|b| b.is_ascii_uppercase());
    let priced = |u: &&Unit| u.text.strip_prefix('¤') == Some(rest);
    let Some(unit) = dimension.units().iter().find(priced).filter(|_| capitals) else {
        return Ok(None);
    };
    let rate = if currency == "USD" {
        Some(1.0)
    } else {
        exchange.get(currency).copied()
    };
    let rate = rate.ok_or_else(|| {
        format!(
            "\"{written}\" is in {currency}, and the scenario states no rate for it; add `usd_per_{} = ...` under [exchange]",
            currency.to_lowercase()
        )
    })?;
    Ok(Some((*unit, rate)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(dimension: Dimension, text: &str) -> Result<f64, String> {
        parse(dimension, text, &Exchange::from([("KZT".into(), 0.0023)]))
    }

    #[test]
    fn quantities_are_what_they_say() {
        let near = |d, text: &str, x: f64| {
            let found = read(d, text).unwrap();
            assert!((found - x).abs() <= 1e-12 * x.abs(), "{text}: {found}");
        };
        near(Dimension::Duration, "3 weeks", 21.0 * 86_400.0);
        near(Dimension::Duration, "6h", 6.0 * 3600.0);
        near(Dimension::Duration, "2 y", 730.0 * 86_400.0);
        near(Dimension::Power, "1.2 GW", 1200.0);
        near(Dimension::Money, "738 million USD", 738e6);
        near(Dimension::EnergyPrice, "25 KZT/kWh", 0.0575);
        near(Dimension::EnergyPrice, "55 USD/MWh", 0.055);
        near(Dimension::SitePrice, "0.4 million USD/MW", 4e5);
        near(Dimension::MachinePrice, "60 USD / (TH/s)", 60.0);
        near(Dimension::Carbon, "0.833 t/MWh", 833.0);
        near(Dimension::Fraction, "35 %", 0.35);
        near(Dimension::Fraction, "0.35", 0.35);
        near(Dimension::DailyRate, "12 /y", 12.0 / 365.0);
        near(Dimension::Diffusion, "1 %/sqrt(d)", 0.01);
    }

    #[test]
    fn what_cannot_be_a_quantity_is_told_what_could() {
        for (dimension, text, hint) in [
            (Dimension::Power, "150", "without a unit"),
            (Dimension::Power, "150 mw", "150 MW"),
            (Dimension::Duration, "soon", "90 d"),
            (Dimension::EnergyPrice, "25 IRR/kWh", "usd_per_irr"),
            (Dimension::Money, "3 ¤", "738 million USD"),
            (Dimension::Duration, "1e9 d", "90 d"),
        ] {
            let e = read(dimension, text).unwrap_err();
            assert!(e.contains(hint), "{text}: {e}");
        }
    }
}
