//! How severe an outage was, hour by hour: the covariate o_r(t) of the marked model.
//!
//! A file has a row for each stretch of an audience (who was cut: data centres, end users) in a region:
//! from and to, each a moment or a bracket `a..b`, and a severity between two bounds, 0 for none and 1
//! for all of it cut. A row that lies inside another takes its place for its hours: a partial
//! restoration. Rows of one audience and region either lie one inside the other or apart.
//!
//! A [`Severity`] is uncertain in its edges and its sizes; a [`SeverityDraw`] is one possibility of it,
//! constant by pieces, edges and severities uniform between their bounds.
//!
//! Left out: that the severities of two stretches may err in the same direction.

use rand_chacha::ChaCha8Rng;

use hashquake_base::diagnostics::Diagnostics;
use hashquake_base::stats::draw::uniform;
use hashquake_base::table_reader::{Column, Parsed, Row, Table};
use hashquake_base::units::{Bracket, Moment, Seconds, Span};
use hashquake_observe::fuse::Edges;
use hashquake_world::table::OUTAGES;

/// The audience that stands for miners where a file has several.
pub const MINERS_LIKE: [&str; 2] = ["miners", "data_centres"];

/// Whom an outage can cut.
const AUDIENCES: [&str; 4] = ["all", "miners", "data_centres", "end_users"];

/// A stretch of constant severity.
#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    from: Bracket,
    to: Bracket,
    low: f64,
    high: f64,
    /// When that was published.
    known_at: Option<Seconds>,
    /// The smallest stretch around it, by its place.
    inside: Option<usize>,
    line: usize,
}

impl Stretch {
    fn holds(&self, other: &Self) -> bool {
        self.from.earliest <= other.from.earliest && other.to.latest <= self.to.latest
    }

    fn apart(&self, other: &Self) -> bool {
        self.to.latest <= other.from.earliest || other.to.latest <= self.from.earliest
    }

    fn length(&self) -> Seconds {
        self.to.latest - self.from.earliest
    }
}

/// Severity over time for one audience in one region.
#[derive(Clone, Debug, PartialEq)]
pub struct Severity {
    /// Who was cut.
    pub audience: String,
    /// Where: a code.
    pub region: String,
    /// The longest first, so that what lies inside comes after.
    stretches: Vec<Stretch>,
}

/// One possibility of a severity.
#[derive(Clone, Debug)]
pub struct SeverityDraw {
    /// Stretch, its severity, and that of what it lies in.
    pieces: Vec<(Span, f64, f64)>,
}

impl Severity {
    /// Wholly cut between `edges`: for a region of which no timeline is known.
    pub fn full(region: &str, edges: Edges) -> Self {
        let stretch = Stretch {
            from: edges.onset,
            to: edges.end,
            low: 1.0,
            high: 1.0,
            known_at: None,
            inside: None,
            line: 0,
        };
        Self {
            audience: "all".to_string(),
            region: region.to_string(),
            stretches: vec![stretch],
        }
    }

    /// From the earliest onset to the latest end.
    pub fn hull(&self) -> Span {
        let starts = self.stretches.iter().map(|s| s.from.earliest);
        let ends = self.stretches.iter().map(|s| s.to.latest);
        Span {
            start: starts.min().unwrap_or_default(),
            end: ends.max().unwrap_or_default(),
        }
    }

    /// What of it was published by `t`; `None` when nothing was.
    pub fn as_of(&self, t: Seconds) -> Option<Self> {
        let known = |s: &&Stretch| s.known_at.is_none_or(|k| k <= t);
        let stretches: Vec<Stretch> = self.stretches.iter().filter(known).cloned().collect();
        (!stretches.is_empty()).then(|| Self {
            stretches: nested(stretches),
            ..self.clone()
        })
    }

    /// Draws the severities and their edges once.
    pub fn draw(&self, rng: &mut ChaCha8Rng) -> SeverityDraw {
        let mut pieces: Vec<(Span, f64, f64)> = Vec::with_capacity(self.stretches.len());
        for s in &self.stretches {
            let mut between = |b: Bracket| {
                b.earliest + ((b.latest - b.earliest) as f64 * uniform(rng)) as Seconds
            };
            let mut span = Span {
                start: between(s.from),
                end: between(s.to),
            };
            let drawn = s.low + (s.high - s.low) * uniform(rng);
            let (value, around) = match s.inside {
                Some(i) => {
                    let (outer, severity, _) = pieces[i];
                    span.start = span.start.max(outer.start);
                    span.end = span.end.min(outer.end);
                    (drawn.min(severity), severity)
                }
                None => (drawn, 0.0),
            };
            pieces.push((span, value, around));
        }
        SeverityDraw { pieces }
    }
}

impl SeverityDraw {
    /// Severity at `t`.
    pub fn at(&self, t: Seconds) -> f64 {
        let here = self.pieces.iter().rev().find(|p| p.0.contains(t));
        here.map_or(0.0, |p| p.1)
    }

    /// Mean severity over `span`.
    pub fn mean_over(&self, span: Span) -> f64 {
        let length = span.seconds().max(1) as f64;
        let part = |(piece, value, around): &(Span, f64, f64)| {
            let shared = piece.end.min(span.end) - piece.start.max(span.start);
            shared.max(0) as f64 / length * (value - around)
        };
        self.pieces.iter().map(part).sum()
    }
}

/// The severity that stands for miners in `region`: that of the audience in [`MINERS_LIKE`] that comes
/// first, else the region's first.
pub fn for_miners<'s>(all: &'s [Severity], region: &str) -> Option<&'s Severity> {
    let here = || all.iter().filter(|s| s.region == region);
    MINERS_LIKE
        .iter()
        .find_map(|audience| here().find(|s| s.audience == *audience))
        .or_else(|| here().next())
}

/// The embedded timeline of a case, if it has one.
pub fn of_case(id: &str) -> Option<Vec<Severity>> {
    let (_, name, text) = OUTAGES.iter().find(|f| f.0 == id)?;
    let known =
        |code: &str| hashquake_world::atlas::Region::parse(code).map(|r| r.code().to_string());
    let read = parse(name, text.as_bytes(), &known).unwrap_or_else(|e| panic!("{e}"));
    Some(read.value)
}

/// Columns of a timeline of an outage.
pub const OUTAGE_COLUMNS: &[Column] = &[
    Column::needed("audience", &[]),
    Column::needed(
        "region",
        &["regioncode", "country", "countrycode", "iso", "code"],
    ),
    Column::needed("from", &["start", "begin", "onset"]),
    Column::needed("to", &["end", "until"]),
    Column::needed("severity_low", &["low", "severitymin"]),
    Column::needed("severity_high", &["high", "severitymax"]),
    Column::optional("known_at", &["published", "knownsince"]),
];
/// Rows of a timeline, which are held against each other.
const STRETCHES_MAX: usize = 2_000;

/// Reads a timeline. `region` turns what is written into a code, or says what would be right.
///
/// # Errors
/// Every mistake with its line: unknown audiences, times without a zone, unknown regions, severities outside 0 to 1, rows
/// that overlap without one lying in the other.
pub fn parse(
    name: &str,
    bytes: &[u8],
    region: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Parsed<Vec<Severity>>, Diagnostics> {
    let table = Table::open(name, bytes, OUTAGE_COLUMNS)?.of_at_most(STRETCHES_MAX);
    let mut out: Vec<Severity> = Vec::new();
    table.each_row(|row| {
        let code = match region(row.text("region")) {
            Ok(code) => Some(code),
            Err(e) => {
                row.refuse("region", e);
                None
            }
        };
        let (audience, stretch) = (read_audience(row), read_stretch(row));
        let (Some(code), Some(audience), Some(stretch)) = (code, audience, stretch) else {
            return;
        };
        match out
            .iter_mut()
            .find(|s| s.region == code && s.audience == audience)
        {
            Some(severity) => severity.stretches.push(stretch),
            None => out.push(Severity {
                audience: audience.to_string(),
                region: code,
                stretches: vec![stretch],
            }),
        }
    });
    if out.is_empty() && !table.is_wrong() {
        table.refuse_whole("no stretch of an outage in it".to_string());
    }
    for severity in &mut out {
        refuse_overlaps(&table, &severity.stretches);
        severity.stretches = nested(core::mem::take(&mut severity.stretches));
        for s in &severity.stretches {
            let Some(outer) = s.inside.map(|i| &severity.stretches[i]) else {
                continue;
            };
            if s.high > outer.high {
                let (line, high) = (outer.line, outer.high);
                table.refuse(
                    s.line,
                    "severity_high",
                    format!("more severe than line {line} around it: severity_high at most {high}"),
                );
            }
        }
    }
    table.finish(out)
}

/// Who was cut: a word that nothing knows would stand for nobody, and yet take the place of what is known.
fn read_audience(row: Row<'_>) -> Option<&str> {
    let written = row.text("audience");
    if AUDIENCES.contains(&written) {
        return Some(written);
    }
    let known = AUDIENCES.join(", ");
    let what = format!("audience `{written}` is unknown: expected one of {known}");
    row.refuse("audience", what);
    None
}

fn read_stretch(row: Row<'_>) -> Option<Stretch> {
    let (from, to) = (bracket(row, "from"), bracket(row, "to"));
    let low = row.number_in("severity_low", 0.0, 1.0);
    let high = row.number_in("severity_high", 0.0, 1.0);
    let known_at = match row.text("known_at") {
        "" => Some(None),
        _ => row.moment("known_at").map(|m| Some(m.end())),
    };
    let (from, to, low, high, known_at) = (from?, to?, low?, high?, known_at?);
    if low > high {
        let what = format!("severity_low {low} lies above severity_high {high}");
        row.refuse("severity_low", what);
    }
    if to.earliest <= from.latest {
        let what = "`to` must lie after `from`, whole bracket after whole bracket";
        row.refuse("to", what.to_string());
    }
    Some(Stretch {
        from,
        to,
        low,
        high,
        known_at,
        inside: None,
        line: row.line(),
    })
}

/// `2022-01-05T10:30Z` or `2022-01-05T10:30Z..2022-01-05T11:15Z`.
fn bracket(row: Row<'_>, column: &str) -> Option<Bracket> {
    let text = row.text(column);
    let (a, b) = text.split_once("..").unwrap_or((text, text));
    let read = |part: &str| match Moment::parse(part) {
        Ok(Moment::Instant(t)) => Some(t),
        _ => {
            let what = format!(
                "{column} `{part}` is not a time with its zone, it may be local or UTC: write 2022-01-05T10:45Z or 2022-01-05T16:45+06:00, or two with .. between"
            );
            row.refuse(column, what);
            None
        }
    };
    let first = read(a);
    let (earliest, latest) = (first?, if b == a { first? } else { read(b)? });
    if latest < earliest {
        row.refuse(column, format!("{column} `{text}` ends before it begins"));
    }
    Some(Bracket { earliest, latest })
}

fn refuse_overlaps(table: &Table<'_>, stretches: &[Stretch]) {
    for (i, a) in stretches.iter().enumerate() {
        for b in &stretches[..i] {
            let one_holds_the_other = a.holds(b) != b.holds(a);
            if !one_holds_the_other && !a.apart(b) {
                table.refuse(
                    a.line,
                    "from",
                    format!(
                        "overlaps line {}: a stretch lies inside another (a restoration) or apart from it",
                        b.line
                    ),
                );
            }
        }
    }
}

/// The longest first, each with the smallest stretch around it.
fn nested(mut stretches: Vec<Stretch>) -> Vec<Stretch> {
    stretches.sort_by_key(|s| -s.length());
    for i in 0..stretches.len() {
        let around = (0..i).rev().find(|&j| stretches[j].holds(&stretches[i]));
        stretches[i].inside = around;
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::rng::{Purpose, stream};
    use hashquake_world::atlas::Region;

    fn at(text: &str) -> Seconds {
        Moment::parse(text).unwrap().end()
    }

    fn region(code: &str) -> Result<String, String> {
        Region::parse(code).map(|r| r.code().to_string())
    }

    #[test]
    fn kazakhstan_was_cut_restored_for_hours_and_cut_again() {
        let all = of_case("kazakhstan-2022").unwrap();
        let cut = for_miners(&all, "KZ").unwrap();
        assert_eq!(cut.audience, "data_centres");
        let mut rng = stream(3, 0, Purpose::RegionDraws);
        let draws: Vec<SeverityDraw> = (0..200).map(|_| cut.draw(&mut rng)).collect();
        let mean = |t: &str| draws.iter().map(|d| d.at(at(t))).sum::<f64>() / 200.0;
        assert_eq!(mean("2022-01-05T10:29Z"), 0.0);
        assert!((mean("2022-01-05T20:00Z") - 0.95).abs() < 0.02);
        assert!((mean("2022-01-06T01:00Z") - 0.5).abs() < 0.08);
        assert!(mean("2022-01-06T06:00Z") > 0.9);
        assert_eq!(mean("2022-01-07T00:31Z"), 0.0);
        let morning = Span {
            start: at("2022-01-06T00:00Z"),
            end: at("2022-01-06T06:00Z"),
        };
        for d in &draws {
            let pieces = 0.5 * (d.at(morning.start) + d.at(morning.end - 1));
            assert!((d.mean_over(morning) - pieces).abs() < 1e-12);
        }
        assert_eq!(cut.as_of(at("2022-01-06T12:00Z")), None);
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let text = "audience,region,from,to,severity_low,severity_high\n\
            all,KZ,2022-01-05T10:30Z,2022-01-07T00:00Z,0.5,0.9\n\
            all,KZ,2022-01-06T10:00Z,2022-01-08T00:00Z,0.5,0.9\n\
            all,Kazakhstan,2022-01-05T10:30,2022-01-07,0.5,1.9\n\
            all,KZ,2022-01-06T00:00Z,2022-01-06T03:00Z,0.5,1\n\
            martians,KZ,2022-01-05T10:30Z,2022-01-07T00:00Z,0.5,0.9\n\
            ,KZ,2022-01-05T10:30Z,2022-01-07T00:00Z,0.5,0.9\n";
        let e = parse("cut.csv", text.as_bytes(), &region)
            .unwrap_err()
            .to_string();
        for part in [
            "cut.csv: 8 mistakes",
            "line 6: audience `martians` is unknown: expected one of all, miners, data_centres, end_users",
            "line 7: audience `` is unknown: expected one of all, miners",
            "line 3: overlaps line 2",
            "line 4: `Kazakhstan` is not a valid region",
            "line 4: from `2022-01-05T10:30` is not a time with its zone",
            "line 4: to `2022-01-07` is not a time with its zone",
            "line 4: severity_high `1.9` is not a number between 0 and 1",
            "line 5: more severe than line 2 around it",
        ] {
            assert!(e.contains(part), "{part}\n{e}");
        }
    }
}
