//! Numbers, times and text as people and programs write them in files: what has one reading is read,
//! what has two is refused with both.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::diagnostics::{Diagnostic, Diagnostics, Location};
use crate::units::{FIRST_SECOND, LAST_SECOND, Moment, Seconds, outside_a_chain, rfc3339};

/// A time as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenTime {
    /// What is written: a day, or a moment.
    pub moment: Moment,
    /// Whether the text says that it is UTC, another offset, or unix time; else UTC is supposed.
    pub zone_is_written: bool,
}

/// Reads unix seconds, or a time to the second, the minute or the day: `2022-01-05T10:45:00Z`,
/// `2022-01-05 10:45`, `2022/01/05`. Without a zone it is UTC.
///
/// # Errors
/// A sentence that says what would be right; both readings where there are two.
pub fn parse_time(text: &str) -> Result<WrittenTime, String> {
    let text = text.trim();
    let grouped = without_thousands(text);
    if let Some(seconds) = whole_seconds(grouped.as_deref().unwrap_or(text)) {
        return Ok(WrittenTime {
            moment: Moment::Instant(seconds.and_then(|t| bounded(text, t))?),
            zone_is_written: true,
        });
    }
    let (bare, is_utc) = without_utc(text);
    let bare = year_first(bare);
    let (moment, zone_is_written) = match Moment::parse(&year_first(text)) {
        Ok(moment @ Moment::Instant(_)) => (moment, true),
        _ => match Moment::parse(&bare) {
            Ok(moment) => (moment, is_utc),
            Err(_) => {
                let Ok(local) = bare.parse::<DateTime>() else {
                    return Err(not_a_time(text));
                };
                let utc = local.to_zoned(TimeZone::UTC).map_err(|_| outside(text))?;
                (Moment::Instant(utc.timestamp().as_second()), is_utc)
            }
        },
    };
    bounded(text, moment.end())?;
    Ok(WrittenTime {
        moment,
        zone_is_written,
    })
}

/// A number of seconds, whole or with a fraction that is dropped; `None` of what is not a number.
fn whole_seconds(text: &str) -> Option<Result<Seconds, String>> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let end = text.len() - digits.len() + whole.len();
    Some(text[..end].parse().map_err(|_| outside(text)))
}

fn outside(text: &str) -> String {
    outside_a_chain(&format!("time `{text}`"))
}

/// The time itself when a chain can hold it.
fn bounded(text: &str, t: Seconds) -> Result<Seconds, String> {
    let fits = |t: Seconds| (FIRST_SECOND..=LAST_SECOND).contains(&t);
    if fits(t) {
        return Ok(t);
    }
    let finer = [
        (1_000, "milliseconds"),
        (1_000_000, "microseconds"),
        (1_000_000_000, "nanoseconds"),
    ];
    let finer = finer.into_iter().find(|(n, _)| fits(t / n));
    Err(match finer {
        Some((1_000, unit)) => format!(
            "time `{text}` is not a time in seconds; in {unit} it is {}: divide by 1,000, or call the column time_ms",
            rfc3339(t / 1_000)
        ),
        Some((n, unit)) => format!(
            "time `{text}` is not a time in seconds; in {unit} it is {}: write seconds",
            rfc3339(t / n)
        ),
        None => outside(text),
    })
}

fn not_a_time(text: &str) -> String {
    year_last(text).unwrap_or_else(|| {
        format!("time `{text}` is neither unix seconds nor a time such as 2022-01-05T10:45:00Z")
    })
}

/// Without a `Z`, `UTC` or `GMT` at its end, and whether there was one.
fn without_utc(text: &str) -> (&str, bool) {
    let zones = ["Z", "UTC", "GMT", "utc", "gmt"];
    let bare = zones.into_iter().find_map(|zone| text.strip_suffix(zone));
    bare.map_or((text, false), |bare| (bare.trim_end(), true))
}

/// `2022/01/05` as `2022-01-05`.
fn year_first(text: &str) -> String {
    let bytes = text.as_bytes();
    let slashed = bytes.len() >= 10 && bytes[4] == b'/' && bytes[7] == b'/';
    if slashed {
        text.replacen('/', "-", 2)
    } else {
        text.to_string()
    }
}

/// What a date with its year at the end may mean; `None` of what is no such date.
fn year_last(text: &str) -> Option<String> {
    let mut parts = text.splitn(3, ['/', '.', '-']);
    let (a, b, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let year: i16 = rest.get(..4)?.parse().ok()?;
    let (a, b): (i8, i8) = (a.parse().ok()?, b.parse().ok()?);
    let read = |month, day| Date::new(year, month, day).ok();
    Some(match (read(b, a), read(a, b)) {
        (Some(day_first), Some(month_first)) if day_first != month_first => format!(
            "time `{text}` has two readings, {day_first} and {month_first}: write the year first"
        ),
        (Some(day), _) | (_, Some(day)) => {
            format!("time `{text}` does not begin with the year: write {day}")
        }
        (None, None) => return None,
    })
}

/// Reads a number: digits with a decimal point or comma and perhaps an exponent; commas between thousands
/// where they can be nothing else, as in 46,414.22. A comma before exactly three digits, as in 46,414, may
/// be either.
///
/// # Errors
/// A sentence that says what would be right; both readings where there are two.
pub fn parse_number(text: &str) -> Result<f64, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_string());
    }
    let invalid = || format!("`{text}` is not a valid number");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let one_comma = !text.contains('.') && text.matches(',').count() == 1;
    let number = match without_thousands(whole) {
        Some(grouped) if one_comma => {
            return Err(format!(
                "`{text}` has two readings, {} with a decimal comma and {grouped} with a comma between thousands: write one of them",
                text.replace(',', ".")
            ));
        }
        Some(grouped) if text.contains('.') => plain(&format!("{grouped}.{fraction}")),
        Some(grouped) => plain(&grouped),
        None if one_comma => plain(&text.replace(',', ".")),
        None => plain(text),
    };
    number.ok_or_else(invalid)
}

/// A finite number in digits, with a decimal point and perhaps an exponent.
fn plain(text: &str) -> Option<f64> {
    let known = |b: u8| b.is_ascii_digit() || b"+-.eE".contains(&b);
    let number = text.parse::<f64>().ok();
    number.filter(|x| x.is_finite() && text.bytes().all(known))
}

/// A whole number without the commas between its thousands; `None` where there are none, or they stand
/// elsewhere. In a column of whole numbers that is the only reading of a comma.
///
/// ```
/// use hashquake_base::written::without_thousands;
/// assert_eq!(without_thousands("709,752").as_deref(), Some("709752"));
/// assert_eq!(without_thousands("709,75"), None);
/// ```
pub fn without_thousands(text: &str) -> Option<String> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (first, groups) = digits.split_once(',')?;
    let is_number = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    let begins = (1..=3).contains(&first.len()) && is_number(first) && !first.starts_with('0');
    let in_threes = |group: &str| group.len() == 3 && is_number(group);
    (begins && groups.split(',').all(in_threes)).then(|| text.replace(',', ""))
}

/// How files begin that are no text, and what to do with them.
const OTHER_KINDS: &[(&[u8], &str)] = &[
    (
        b"PK\x03\x04",
        "is a zip archive or a spreadsheet: unpack it, or save the sheet as CSV",
    ),
    (b"\x1f\x8b", "is packed with gzip: unpack it"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd: unpack it"),
    (
        b"\xfd7zXZ\0",
        "is packed with xz: unpack it (gzip and zstd are read)",
    ),
    (
        b"BZh",
        "is packed with bzip2: unpack it (gzip and zstd are read)",
    ),
    (b"7z\xbc\xaf", "is a 7z archive: unpack it"),
    (b"\x89PNG", "is a PNG picture"),
    (b"\xff\xd8\xff", "is a JPEG picture"),
    (b"%PDF", "is a PDF document"),
    (b"PAR1", "is a Parquet file: save it as CSV"),
    (
        b"SQLite format 3\0",
        "is an SQLite database: save the table as CSV",
    ),
    (b"\x7fELF", "is a program"),
    (b"\xff\xfe", "is text in UTF-16: save it as UTF-8"),
    (b"\xfe\xff", "is text in UTF-16: save it as UTF-8"),
];

/// The text of a file, without a byte order mark.
///
/// # Errors
/// What the bytes are instead, or the line of the first byte that is not text.
pub fn decode<'t>(name: &str, bytes: &'t [u8]) -> Result<&'t str, Diagnostics> {
    let refuse = |line: Option<usize>, message: String| {
        let location = Location {
            file: name.to_string(),
            line,
        };
        let key = String::new();
        let one = Diagnostic {
            location,
            key,
            message,
        };
        Err(Diagnostics::new(name, vec![one]))
    };
    if let Some((_, what)) = OTHER_KINDS
        .iter()
        .find(|(start, _)| bytes.starts_with(start))
    {
        return refuse(None, format!("{what}; expected text"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let line_of = |at: usize| Some(1 + bytes[..at].iter().filter(|b| **b == b'\n').count());
    let valid = match core::str::from_utf8(bytes) {
        Ok(text) => text.len(),
        Err(e) => e.valid_up_to(),
    };
    if let Some(zero) = bytes[..valid].iter().position(|b| *b == 0) {
        let what = "holds a zero byte: expected text".to_string();
        return refuse(line_of(zero), what);
    }
    match core::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(_) => refuse(
            line_of(valid),
            format!(
                "byte 0x{:02x} is not UTF-8 (perhaps Latin-1): save the file as UTF-8",
                bytes[valid]
            ),
        ),
    }
}

/// The numbers from `low` to `high` in words: `between 0 and 1`, `greater than 0 and at most 1e30`. A lower
/// end that no quantity comes near stands for all above zero.
pub fn between(low: f64, high: f64) -> String {
    if low > 0.0 && low < 1e-100 {
        return format!("greater than 0 and at most {}", short(high));
    }
    format!("between {} and {}", short(low), short(high))
}

/// A number in digits, or as `1e30` where they would be many.
pub(crate) fn short(x: f64) -> String {
    let size = x.abs();
    if x.is_finite() && (size >= 1e16 || (size > 0.0 && size < 1e-7)) {
        format!("{x:e}")
    } else {
        format!("{x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> (String, bool) {
        let t = parse_time(text).unwrap();
        (rfc3339(t.moment.start()), t.zone_is_written)
    }

    #[test]
    fn one_moment_in_all_its_spellings() {
        let moment = "2022-01-05T10:45:00Z".to_string();
        for with_zone in [
            "1641379500",
            "1641379500.0",
            "1,641,379,500",
            "2022-01-05T10:45:00Z",
            "2022-01-05T10:45Z",
            "2022-01-05 10:45:00 UTC",
            "2022-01-05 10:45:00+00:00",
            "2022-01-05T16:45:00.000+06:00",
        ] {
            assert_eq!(time(with_zone), (moment.clone(), true), "{with_zone}");
        }
        for without in [
            "2022-01-05T10:45",
            "2022-01-05 10:45:00",
            "2022/01/05 10:45:00.25",
        ] {
            assert_eq!(time(without), (moment.clone(), false), "{without}");
        }
        let day = parse_time("2022-01-05").unwrap().moment;
        assert_eq!(day, Moment::parse("2022-01-05").unwrap());
        assert_eq!(parse_time("2022/01/05").unwrap().moment, day);
    }

    #[test]
    fn what_has_two_readings_is_refused_with_both() {
        for (text, parts) in [
            ("01/02/2022", ["2022-02-01", "2022-01-02"]),
            ("01.02.2022 10:45", ["2022-02-01", "2022-01-02"]),
            ("13/02/2022", ["2022-02-13", "year"]),
            ("1641379500000", ["milliseconds", "2022-01-05T10:45:00Z"]),
            (
                "1641379500000000000",
                ["nanoseconds", "2022-01-05T10:45:00Z"],
            ),
            ("44566", ["outside", "2009-01-03T00:00:00Z"]),
            ("-9223372036854775809", ["outside", "2106-02-07T06:28:15Z"]),
            ("9999-12-31T23:59:59Z", ["outside", "2106"]),
            ("noon", ["neither unix seconds nor", "noon"]),
            ("2022-13-01", ["neither", "2022-13-01"]),
        ] {
            let e = parse_time(text).unwrap_err();
            assert!(parts.iter().all(|part| e.contains(part)), "{e}");
        }
    }

    #[test]
    fn a_comma_is_read_where_it_has_one_reading() {
        for (text, number) in [
            ("46414.22", 46_414.22),
            ("46,414.22", 46_414.22),
            ("-1,234,567", -1_234_567.0),
            (" 1e3 ", 1_000.0),
            ("1,99", 1.99),
            ("0,999", 0.999),
            ("-0,5", -0.5),
            ("46414,22", 46_414.22),
            ("46414,225", 46_414.225),
            ("22674148233453,10", 22_674_148_233_453.1),
        ] {
            assert_eq!(parse_number(text), Ok(number));
        }
        for text in ["46,414", "1,999", "-1,999"] {
            let e = parse_number(text).unwrap_err();
            assert!(e.contains("two readings"), "{e}");
        }
        for text in [
            "NaN",
            "inf",
            "1e999",
            "46.414,22",
            "1,2,3",
            "",
            "0x10",
            "--1",
            ",",
        ] {
            assert!(parse_number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_no_text_is_named() {
        assert_eq!(decode("a", b"\xef\xbb\xbftime").unwrap(), "time");
        for (bytes, part) in [
            (&b"PK\x03\x04..."[..], "zip archive"),
            (b"\x89PNG\r\n", "PNG"),
            (b"\xff\xfet\0i\0", "UTF-16"),
            (b"time\n\xe9t\xe9", "line 2: byte 0xe9 is not UTF-8"),
            (b"a\nb\n\0\0\0", "line 3: holds a zero byte"),
        ] {
            let e = decode("a", bytes).unwrap_err().to_string();
            assert!(e.contains(part), "{e}");
        }
    }

    #[test]
    fn the_ends_of_a_range_are_short() {
        assert_eq!(between(0.0, 1e12), "between 0 and 1000000000000");
        assert_eq!(between(-0.5, 1e-9), "between -0.5 and 1e-9");
        assert_eq!(
            between(f64::MIN_POSITIVE, 1e30),
            "greater than 0 and at most 1e30"
        );
        assert_eq!(
            between(-1e300, f64::MAX).len(),
            "between -1e300 and 1.7976931348623157e308".len()
        );
    }
}
