//! Where the miners of a pool stand: the exposure E_pr, the fraction of pool p's hashrate in region r.
//!
//! Nobody publishes it, so it is a prior. Region r holds a fraction S_r of the network; a pool without
//! preference would have E_pr = S_r. The table `world/exposures.csv` gives each pair an affinity, a
//! log-normal factor on that, wide where nothing is known and near zero where a pool serves another
//! continent. A draw starts from a_pr S_r and is fitted by turns (Deming and Stephan 1940) until
//!
//! ```text
//! Σ_r E_pr = 1 for every pool,   Σ_p s_p E_pr = S_r for every region,
//! ```
//!
//! with one more column for what stands in no listed region, towards which no pool has a preference but
//! one whose home is listed. The rows hold exactly, the columns to about a percent. Twelve rounds of 20 pools by 10 regions take some
//! ten microseconds.
//!
//! A user's own table fixes cells: they stay as given, and the rest is fitted around them.
//!
//! Left out: how a pool's miners move over time, and that two regions may share their pools.

use std::sync::LazyLock;

use libm::{exp, log};
use rand_chacha::ChaCha8Rng;

use hashquake_base::diagnostics::{Diagnostics, nearest};
use hashquake_base::stats::draw::normal;
use hashquake_base::stats::normal::ln_sd_between;
use hashquake_base::table_reader::{Column, POOL_NAMES, Parsed, Row, Table};
use hashquake_base::units::{Moment, Seconds};
use hashquake_chain::pool::is_same;
use hashquake_world::atlas::Region;
use hashquake_world::table as embedded;

const ROUNDS: usize = 12;
/// 95 % of a normal distribution, in standard deviations.
const LEAST: f64 = 1e-9;

/// Draws of the regions' fractions of the network.
#[derive(Clone, Debug)]
pub struct RegionShares {
    /// Codes of the regions; none lies in another.
    pub codes: Vec<String>,
    /// A row a draw, a fraction a region; their sum is at most one, the rest stands elsewhere.
    pub draws: Vec<Vec<f64>>,
}

/// One line of the table of affinities.
#[derive(Clone, Debug, PartialEq)]
pub struct Affinity {
    /// A pool, or `*`.
    pub pool: String,
    /// A code, `*` for every country, `*-*` for every part of one.
    pub region: String,
    /// 5 % quantile.
    pub p05: f64,
    /// 95 % quantile.
    pub p95: f64,
    /// Who says so.
    pub source: String,
    /// Whether that is documented; else it is a prior of ours.
    pub documented: bool,
    /// When what documents it was known; `None` for a prior.
    pub known_at: Option<Seconds>,
}

/// Reads a table pool,region,affinity_p05,affinity_p95,source,basis,known_at; a prior has an empty last cell.
///
/// # Errors
/// Every mistake with its line.
pub fn parse_affinities(name: &str, text: &str) -> Result<Vec<Affinity>, Diagnostics> {
    const COLUMNS: &[Column] = &[
        Column::needed("pool", &[]),
        Column::needed("region", &[]),
        Column::needed("affinity_p05", &[]),
        Column::needed("affinity_p95", &[]),
        Column::needed("source", &[]),
        Column::needed("basis", &[]),
        Column::needed("known_at", &[]),
    ];
    let table = Table::open(name, text.as_bytes(), COLUMNS)?;
    let mut out: Vec<Affinity> = Vec::new();
    table.each_row(|row| {
        let region = row.text("region");
        if !["*", "*-*"].contains(&region)
            && let Err(e) = Region::parse(region)
        {
            row.refuse("region", format!("{e}, * or *-*"));
        }
        let documented = match row.text("basis") {
            "documented" => true,
            "prior" => false,
            other => {
                let what = format!("basis `{other}` is neither documented nor prior");
                return row.refuse("basis", what);
            }
        };
        let known_at = match row.text("known_at") {
            "" if documented => {
                let what = "known_at is empty: say when what documents it was known";
                row.refuse("known_at", what.to_string());
                None
            }
            "" => None,
            _ => row.moment("known_at").map(Moment::end),
        };
        let p05 = row.number_in("affinity_p05", 1e-6, 1e3);
        let p95 = row.number_in("affinity_p95", 1e-6, 1e3);
        let names = (row.name("pool"), row.name("source"));
        let ((Some(p05), Some(p95)), (Some(pool), Some(source))) = ((p05, p95), names) else {
            return;
        };
        if p05 >= p95 {
            let what = format!("affinity_p05 {p05} must lie below affinity_p95 {p95}");
            row.refuse("affinity_p05", what);
        }
        if out.iter().any(|a| a.pool == pool && a.region == region) {
            row.refuse("pool", format!("{pool} in {region} stands above already"));
        }
        out.push(Affinity {
            pool: pool.to_string(),
            region: region.to_string(),
            p05,
            p95,
            source: source.to_string(),
            documented,
            known_at,
        });
    });
    if !out.iter().any(|a| a.pool == "*" && a.region == "*") {
        table.refuse_whole("no row `*,*` for pools and regions that are not named".to_string());
    }
    table.finish(out).map(|parsed| parsed.value)
}

const FILE: (&str, &str) = ("world/exposures.csv", embedded::EXPOSURES);

/// The embedded affinities.
pub fn affinities() -> &'static [Affinity] {
    static TABLE: LazyLock<Vec<Affinity>> =
        LazyLock::new(|| parse_affinities(FILE.0, FILE.1).unwrap_or_else(|e| panic!("{e}")));
    &TABLE
}

/// The embedded affinities that were known then; priors always are.
pub fn affinities_as_of(as_of: Option<Seconds>) -> Vec<Affinity> {
    let then = |a: &&Affinity| as_of.is_none_or(|t| a.known_at.is_none_or(|known| known <= t));
    affinities().iter().filter(then).cloned().collect()
}

/// The most precise row of `table` for a pool in a region.
fn affinity<'t>(table: &'t [Affinity], pool: &str, region: &str) -> Option<&'t Affinity> {
    let part = region.contains('-');
    let country = region.split('-').next().unwrap_or(region);
    let places = [region, country, if part { "*-*" } else { "*" }, "*"];
    [pool, "*"].into_iter().find_map(|p| {
        places
            .iter()
            .find_map(|r| table.iter().find(|a| a.pool == p && a.region == *r))
    })
}

/// A cell that the user knows: this fraction of the pool's hashrate stands there.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenExposure {
    /// Name of the pool.
    pub pool: String,
    /// Code of the region.
    pub region: String,
    /// Fraction of the pool's hashrate.
    pub fraction: f64,
}

/// Columns of a user's table of exposures.
pub const EXPOSURE_COLUMNS: &[Column] = &[
    Column::needed("pool", POOL_NAMES),
    Column::needed(
        "region",
        &["regioncode", "country", "countrycode", "iso", "code"],
    ),
    Column::needed(
        "share_percent",
        &["sharepct", "percent", "pct", "percentage"],
    )
    .scaled(&[("fraction", 100.0), ("sharefraction", 100.0)]),
];
/// Rows of a user's table, which are held against each other.
const GIVEN_MAX: usize = 5_000;

/// Names of pools by which a user's table of exposures is read.
#[derive(Clone, Copy, Debug)]
pub struct KnownPools<'a> {
    /// Those that blocks carry.
    pub labels: &'a [String],
    /// Those that report their hashrate, some perhaps without a block of their own.
    pub reporting: &'a [&'a str],
}

/// Reads a user's table of exposures. A pool is one of those that blocks carry, written in any usual way;
/// `region` turns what is written into a code, or says what would be right.
///
/// # Errors
/// Every mistake with its line: unknown pools and regions, shares that are no percentages or sum to
/// more than 100, a region twice or inside another; no row at all.
pub fn parse_given(
    name: &str,
    bytes: &[u8],
    pools: KnownPools<'_>,
    region: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Parsed<Vec<GivenExposure>>, Diagnostics> {
    let table = Table::open(name, bytes, EXPOSURE_COLUMNS)?.of_at_most(GIVEN_MAX);
    let mut out: Vec<GivenExposure> = Vec::new();
    let mut sums: Vec<(&String, f64, usize)> = Vec::new();
    table.each_row(|row| {
        let pool = row.name("pool").and_then(|written| label_of(row, written, pools));
        let code = match region(row.text("region")) {
            Ok(code) => Some(code),
            Err(e) => {
                row.refuse("region", e);
                None
            }
        };
        let percent = row.number_in("share_percent", 0.0, 100.0);
        let (Some(pool), Some(code), Some(percent)) = (pool, code, percent) else {
            return;
        };
        let inside = |a: &str, b: &str| a == b || a.starts_with(&format!("{b}-"));
        let twice = |g: &&GivenExposure| {
            g.pool == *pool && (inside(&g.region, &code) || inside(&code, &g.region))
        };
        if let Some(other) = out.iter().find(twice) {
            let what = if other.region == code {
                format!("{pool} has a share in {code} already")
            } else {
                format!(
                    "{pool} has a share in {} already, which holds {code} or is part of it: name one of them",
                    other.region
                )
            };
            row.refuse("region", what);
        }
        match sums.iter_mut().find(|s| s.0 == pool) {
            Some(sum) => *sum = (pool, sum.1 + percent, row.line()),
            None => sums.push((pool, percent, row.line())),
        }
        out.push(GivenExposure {
            pool: pool.clone(),
            region: code,
            fraction: percent / 100.0,
        });
    });
    if out.is_empty() && !table.is_wrong() {
        table.refuse_whole("no pool's share of a region in it".to_string());
    }
    for (pool, sum, line) in sums.into_iter().filter(|s| s.1 > 100.0 + 1e-9) {
        let what = format!(
            "the shares of {pool} sum to {sum} %: at most 100, what is left stands elsewhere"
        );
        table.refuse(line, "share_percent", what);
    }
    table.finish(out)
}

/// The label that blocks carry of the pool that is `written`; a mistake where none does.
fn label_of<'p>(row: Row<'_>, written: &str, pools: KnownPools<'p>) -> Option<&'p String> {
    let labels = pools.labels;
    let exact = labels.iter().find(|label| *label == written);
    let label = exact.or_else(|| labels.iter().find(|label| is_same(label, written)));
    if label.is_none() {
        let near = nearest(written, labels.iter().map(String::as_str));
        let hint = if labels.is_empty() {
            "; the blocks name no pool at all: give --blocks a column pool".to_string()
        } else if pools.reporting.iter().any(|name| is_same(name, written)) {
            ", it only reports its hashrate: where it stands can be used when its blocks carry its name in the column pool of --blocks; else leave the row out".to_string()
        } else {
            near.map_or(String::new(), |n| format!("; did you mean `{n}`?"))
        };
        let what = format!("no block is labelled with a pool `{written}`{hint}");
        row.refuse("pool", what);
    }
    label
}

/// What is believed of one cell before any block.
#[derive(Clone, Copy, Debug)]
enum Cell {
    Affinity { ln_median: f64, ln_sd: f64 },
    Given(f64),
}

/// What is believed of all exposures.
#[derive(Clone, Debug)]
pub struct ExposurePrior {
    /// A row a pool, a cell a region, and last one for what stands elsewhere.
    rows: Vec<Vec<Cell>>,
}

impl Cell {
    fn affinity(low: f64, high: f64) -> Self {
        Self::Affinity {
            ln_median: 0.5 * (log(low) + log(high)),
            ln_sd: ln_sd_between(low, high),
        }
    }
}

impl ExposurePrior {
    /// For `pools` and `regions`, from a table of affinities and what the user gave.
    pub fn new(
        pools: &[String],
        regions: &[String],
        table: &[Affinity],
        given: &[GivenExposure],
    ) -> Self {
        let cell = |pool: &String, region: &String| {
            let fixed = given
                .iter()
                .find(|g| g.pool == *pool && g.region == *region);
            if let Some(g) = fixed {
                return Cell::Given(g.fraction);
            }
            let (low, high) = affinity(table, pool, region).map_or((1.0, 1.0), |a| (a.p05, a.p95));
            Cell::affinity(low, high)
        };
        let elsewhere = |pool: &String| {
            let own = |region: &str| table.iter().find(|a| a.pool == *pool && a.region == region);
            let at_home = regions.iter().any(|r| own(r).is_some());
            let (low, high) = own("*")
                .filter(|_| at_home)
                .map_or((1.0, 1.0), |a| (a.p05, a.p95));
            Cell::affinity(low, high)
        };
        let row = |pool: &String| {
            let listed = regions.iter().map(|region| cell(pool, region));
            listed.chain([elsewhere(pool)]).collect()
        };
        Self {
            rows: pools.iter().map(row).collect(),
        }
    }

    /// One draw, a row a pool, a fraction a region: fitted to the pools' shares of the network (sum one)
    /// and to the regions' (sum at most one).
    pub fn draw(&self, pools: &[f64], regions: &[f64], rng: &mut ChaCha8Rng) -> Vec<Vec<f64>> {
        let columns = regions.len();
        let elsewhere = (1.0 - regions.iter().sum::<f64>()).max(LEAST);
        let mut free: Vec<Vec<f64>> = Vec::with_capacity(pools.len());
        let mut given: Vec<Vec<f64>> = Vec::with_capacity(pools.len());
        for row in &self.rows {
            let mut open = vec![0.0; columns + 1];
            let mut fixed = vec![0.0; columns];
            for (c, cell) in row.iter().enumerate() {
                match cell {
                    Cell::Affinity { ln_median, ln_sd } => {
                        let share = regions.get(c).copied().unwrap_or(elsewhere);
                        open[c] = share * exp(ln_median + ln_sd * normal(rng));
                    }
                    Cell::Given(fraction) => fixed[c] = *fraction,
                }
            }
            free.push(open);
            given.push(fixed);
        }
        let target = |r: usize| {
            let given: f64 = pools.iter().zip(&given).map(|(s, g)| s * g[r]).sum();
            (regions[r] - given).max(LEAST)
        };
        let mut targets: Vec<f64> = (0..columns).map(target).collect();
        targets.push(elsewhere);
        for _ in 0..ROUNDS {
            for (c, target) in targets.iter().enumerate() {
                let sum: f64 = pools.iter().zip(&free).map(|(s, f)| s * f[c]).sum();
                let scale = target / sum.max(LEAST);
                free.iter_mut().for_each(|f| f[c] *= scale);
            }
            for (open, fixed) in free.iter_mut().zip(&given) {
                let left = (1.0 - fixed.iter().sum::<f64>()).max(0.0);
                let scale = left / open.iter().sum::<f64>().max(LEAST);
                open.iter_mut().for_each(|x| *x *= scale);
            }
        }
        for (open, fixed) in free.iter_mut().zip(&given) {
            open.truncate(columns);
            open.iter_mut().zip(fixed).for_each(|(x, g)| *x += g);
        }
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_base::rng::{Purpose, stream};

    fn strings(words: &[&str]) -> Vec<String> {
        words.iter().map(|w| (*w).to_string()).collect()
    }

    /// Rows are whole pools, columns whole regions, and Foundry has next to nothing in Kazakhstan.
    #[test]
    fn what_documents_an_affinity_is_not_known_before_it_was_published() {
        let foundry = |table: &[Affinity]| {
            let known = affinity(table, "foundryusa", "KZ").unwrap();
            (known.documented, known.p95)
        };
        let in_april_2021 = affinities_as_of(Some(1_618_531_200));
        assert!(!foundry(&in_april_2021).0);
        assert!(foundry(&affinities_as_of(None)).1 < foundry(&in_april_2021).1);
        let in_january_2022 = affinities_as_of(Some(1_641_379_500));
        assert_eq!(in_january_2022, affinities());
    }

    #[test]
    fn a_draw_adds_up_both_ways() {
        let pools = strings(&["antpool", "f2pool", "foundryusa", "luxor"]);
        let regions = strings(&["US", "KZ", "CN"]);
        let prior = ExposurePrior::new(&pools, &regions, affinities(), &[]);
        let (s, r) = ([0.35, 0.35, 0.25, 0.05], [0.40, 0.14, 0.2]);
        let mut rng = stream(1, 0, Purpose::RegionDraws);
        let mut foundry_in_kazakhstan = 0.0;
        for _ in 0..200 {
            let e = prior.draw(&s, &r, &mut rng);
            for (c, share) in r.iter().enumerate() {
                let sum: f64 = s.iter().zip(&e).map(|(s, row)| s * row[c]).sum();
                assert!((sum / share - 1.0).abs() < 0.02, "{c}: {sum}");
            }
            assert!(e.iter().all(|row| row.iter().sum::<f64>() <= 1.0 + 1e-12));
            foundry_in_kazakhstan += e[2][1] / 200.0;
        }
        assert!(foundry_in_kazakhstan < 0.02, "{foundry_in_kazakhstan}");
    }

    #[test]
    fn what_the_user_gives_stays() {
        let pools = strings(&["a", "b"]);
        let regions = strings(&["KZ", "US"]);
        let given = [GivenExposure {
            pool: "a".to_string(),
            region: "KZ".to_string(),
            fraction: 0.25,
        }];
        let prior = ExposurePrior::new(&pools, &regions, affinities(), &given);
        let mut rng = stream(1, 0, Purpose::RegionDraws);
        let e = prior.draw(&[0.4, 0.6], &[0.18, 0.5], &mut rng);
        assert_eq!(e[0][0], 0.25);
        assert!((0.4 * 0.25 + 0.6 * e[1][0] - 0.18).abs() < 0.005, "{e:?}");
    }

    #[test]
    fn every_mistake_of_a_users_table_is_told_with_its_line() {
        let text = "pool,region,share_percent\nfundryusa,US,50\nantpool,KX,20\nantpool,CN,70\n\
            antpool,CN-XJ,40\nf2pool,KZ,many\nMy Pool,KZ,5\n";
        let region = |code: &str| {
            let known = ["US", "CN", "CN-XJ", "KZ"].contains(&code);
            known
                .then(|| code.to_string())
                .ok_or(format!("`{code}` is not a valid region"))
        };
        let labels = strings(&["foundryusa", "antpool", "f2pool"]);
        let pools = KnownPools {
            labels: &labels,
            reporting: &["mypool"],
        };
        let e = parse_given("mine.csv", text.as_bytes(), pools, &region)
            .unwrap_err()
            .to_string();
        for part in [
            "mine.csv: 6 mistakes",
            "line 2: no block is labelled with a pool `fundryusa`; did you mean `foundryusa`?",
            "line 3: `KX` is not a valid region",
            "line 5: antpool has a share in CN already",
            "line 5: the shares of antpool sum to 110 %",
            "line 6: share_percent `many`",
            "line 7: no block is labelled with a pool `My Pool`, it only reports its hashrate",
        ] {
            assert!(e.contains(part), "{part}\n{e}");
        }
    }
}
