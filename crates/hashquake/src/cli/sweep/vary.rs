//! What varies in a sweep: `key=a,b,c`, or `key=low..high` with a unit behind either end.

/// A key and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Vary {
    /// Its dotted path.
    pub key: String,
    /// What it may be.
    pub values: Values,
}

/// What a key may be.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// The values that are named.
    List(Vec<String>),
    /// Anything between two numbers of one unit.
    Range {
        /// Lower end of the range.
        low: f64,
        /// Upper end of the range.
        high: f64,
        /// What stands behind the number: ` d`, ` %`, nothing.
        unit: String,
    },
}

impl Vary {
    /// Reads one.
    ///
    /// # Errors
    /// A sentence that says what would be right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let example = "write key=a,b,c or key=low..high, as in events.cut.severity=0.1..0.5";
        let (key, values) = text
            .split_once('=')
            .filter(|(k, v)| !k.trim().is_empty() && !v.trim().is_empty())
            .ok_or_else(|| format!("`{text}` names no key and values: {example}"))?;
        let values = match values.split_once("..") {
            Some((low, high)) => range(low, high).map_err(|what| format!("`{text}`: {what}"))?,
            None => Values::List(values.split(',').map(|v| v.trim().to_string()).collect()),
        };
        Ok(Self {
            key: key.trim().to_string(),
            values,
        })
    }

    /// The setting of a value.
    pub fn set(&self, value: &str) -> String {
        format!("{}={value}", self.key)
    }

    /// The values of a list; of a range both ends.
    pub fn listed(&self) -> Vec<String> {
        match &self.values {
            Values::List(list) => list.clone(),
            Values::Range { .. } => vec![self.at(0.0), self.at(1.0)],
        }
    }

    /// The value at a part of the way from the least to the most, 0 to 1; of a list the one that lies there.
    pub fn at(&self, part: f64) -> String {
        match &self.values {
            Values::List(list) => {
                let place = (part * list.len() as f64) as usize;
                list[place.min(list.len() - 1)].clone()
            }
            Values::Range { low, high, unit } => {
                let value = low + part * (high - low);
                // Twelve digits are enough for a key, and free of the noise of the last bits.
                let short: f64 = format!("{value:.12e}").parse().unwrap_or(value);
                format!("{short}{unit}")
            }
        }
    }
}

fn range(low: &str, high: &str) -> Result<Values, String> {
    let ((low, unit), (high, other)) = (number(low)?, number(high)?);
    let unit = match (unit.as_str(), other.as_str()) {
        ("", unit) | (unit, "") => unit.to_string(),
        (a, b) if a == b => a.to_string(),
        (a, b) => {
            return Err(format!(
                "ends in units `{}` and `{}`: write both in one",
                a.trim(),
                b.trim()
            ));
        }
    };
    if low >= high {
        return Err(format!("{low} is not below {high}"));
    }
    Ok(Values::Range { low, high, unit })
}

/// A number and what stands behind it.
fn number(text: &str) -> Result<(f64, String), String> {
    let text = text.trim();
    let end = text
        .char_indices()
        .find(|(_, c)| !c.is_ascii_digit() && !"+-.eE_".contains(*c))
        .map_or(text.len(), |(i, _)| i);
    let (digits, unit) = text.split_at(end);
    match digits.parse::<f64>() {
        Ok(x) if x.is_finite() => Ok((x, unit.to_string())),
        _ => Err(format!("`{text}` does not begin with a number")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges_with_units_are_read() {
        let list = Vary::parse("events.cut.severity=0.1, 0.5").unwrap();
        assert_eq!(list.listed(), ["0.1", "0.5"]);
        assert_eq!(
            (list.at(0.49), list.at(1.0)),
            ("0.1".to_string(), "0.5".to_string())
        );
        let range = Vary::parse("events.cut.duration=7..28 d").unwrap();
        assert_eq!(range.set(&range.at(0.5)), "events.cut.duration=17.5 d");
        let thirds = Vary::parse("x=0..0.3").unwrap();
        assert_eq!(thirds.at(1.0 / 3.0), "0.1");
        for (wrong, why) in [
            ("severity", "write key="),
            ("x=", "write key="),
            ("x=3..1", "not below"),
            ("x=1 d..2 h", "write both in one"),
            ("x=a..b", "number"),
        ] {
            let told = Vary::parse(wrong).unwrap_err();
            assert!(told.contains(why), "{told}");
        }
    }
}
