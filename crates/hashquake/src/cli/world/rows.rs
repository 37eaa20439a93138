//! Answers of the world as comma-separated rows; a column is called as its key in the document, a
//! quantile of it with `_p05`, `_p50`, `_p95`.

use hashquake_base::units::{Quantiles, Seconds, rfc3339};
use hashquake_report::document::world::{
    CarbonIntensity, CountryShares, MachineList, NetworkMix, PlaceFacts, PrintedShares,
    RegionTariff, ResistanceCompared, ShareHistory, ShareOfRegion, SharesCheck, TableList,
    TariffList,
};
use hashquake_world::fleet::Efficiency;

/// Rows under a header.
pub struct Rows {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Rows {
    /// Columns separated by commas; `*` behind one stands for its three quantiles.
    fn new(columns: &str, rows: impl Iterator<Item = Vec<String>>) -> Self {
        let names = |column: &str| match column.strip_suffix('*') {
            Some(of) => ["p05", "p50", "p95"].map(|q| format!("{of}_{q}")).to_vec(),
            None => vec![column.to_string()],
        };
        Self {
            head: columns.split(',').flat_map(names).collect(),
            rows: rows.collect(),
        }
    }

    /// As text, quoted where a cell holds a comma.
    pub fn to_csv(&self) -> anyhow::Result<Vec<u8>> {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(&self.head)?;
        for row in &self.rows {
            out.write_record(row)?;
        }
        Ok(out.into_inner()?)
    }
}

/// Cells of one row; what is not known is empty.
#[derive(Default)]
struct Cells(Vec<String>);

impl Cells {
    fn add(mut self, value: impl ToString) -> Self {
        self.0.push(value.to_string());
        self
    }

    fn maybe<T: ToString>(self, value: Option<T>) -> Self {
        self.add(value.map_or(String::new(), |v| v.to_string()))
    }

    fn time(self, t: Seconds) -> Self {
        self.add(rfc3339(t))
    }

    /// A number that was computed.
    fn number(self, x: f64) -> Self {
        self.add(format!("{x:.3}"))
    }

    fn quantiles(self, q: Quantiles) -> Self {
        self.number(q.p05).number(q.p50).number(q.p95)
    }
}

fn row() -> Cells {
    Cells::default()
}

pub fn tables(answer: &TableList) -> Rows {
    let cells = answer.tables.iter().map(|t| {
        let named = row().add(t.name).add(t.what);
        named.maybe(t.rows).add(t.source).add(t.licence).0
    });
    Rows::new("name,what,rows,source,licence", cells)
}

pub fn machines(answer: &MachineList) -> Rows {
    let cells = answer.machines.iter().map(|m| {
        let named = row().add(&m.model).maybe(m.released).add(m.j_per_th);
        named.maybe(m.th_per_s).maybe(m.watts).add(&m.source).0
    });
    Rows::new("model,released,j_per_th,th_per_s,watts,source", cells)
}

pub fn places(answer: &PlaceFacts) -> Rows {
    let cells = answer.facts.iter().map(|f| {
        let place = row().add(f.region).add(f.name).add(f.kind.word());
        let when = place.add(&f.from).add(&f.to).maybe(f.power_mw);
        when.add(&f.fact).time(f.known_at).add(&f.source).0
    });
    Rows::new(
        "region,name,kind,from,to,power_mw,fact,known_at,source",
        cells,
    )
}

pub fn shares(answer: &CountryShares) -> Rows {
    let s = &answer.shares;
    let cells = s.rows.iter().map(|r| {
        let share = row().add(r.region).add(r.name).number(r.central_percent);
        let drawn = share.quantiles(r.percent);
        let logit = drawn.number(r.logit_mean).number(r.logit_sd);
        let printed = logit.maybe(r.printed_percent).maybe(r.printed_by);
        printed.maybe(r.printed_for).add(s.month).time(s.known_at).0
    });
    Rows::new(
        "region,name,central_percent,share_percent*,logit_mean,logit_sd,printed_percent,printed_by,printed_for,month,known_at",
        cells,
    )
}

pub fn region(answer: &ShareOfRegion) -> Rows {
    let share = row()
        .add(answer.share.region)
        .quantiles(answer.share.percent);
    let of = share.add(answer.month).time(answer.known_at);
    let cells = of.add(answer.source).add(&answer.share.basis).0;
    let columns = "region,share_percent*,month,known_at,source,basis";
    Rows::new(columns, std::iter::once(cells))
}

pub fn printed(answer: &PrintedShares) -> Rows {
    let cells = answer.surveys.iter().flat_map(|s| {
        s.rows.iter().map(|r| {
            let share = row().add(r.region).add(r.low_percent).add(r.high_percent);
            let when = share.add(s.source).maybe(s.from).maybe(s.to);
            when.maybe(s.known_at.map(rfc3339))
                .maybe(s.coverage_percent)
                .0
        })
    });
    Rows::new(
        "region,low_percent,high_percent,source,from,to,known_at,coverage_percent",
        cells,
    )
}

pub fn check(answer: &SharesCheck) -> Rows {
    let cells = answer.publications.iter().map(|p| {
        let of = row().time(p.known_at).add(p.source).add(p.figures);
        let held = of.add(p.covered).add(p.compared);
        held.number(p.crps_points).number(p.carried_points).0
    });
    Rows::new(
        "known_at,source,figures,covered,compared,crps_points,carried_points",
        cells,
    )
}

pub fn history(answer: &ShareHistory) -> Rows {
    let months = answer.months.iter();
    let cells = months.map(|m| row().add(m.month).add(m.printed_percent).time(m.known_at).0);
    Rows::new("month,printed_percent,known_at", cells)
}

pub fn efficiency(answer: &Efficiency) -> Rows {
    let cells = answer.sources.iter().map(|s| {
        let month = row().add(s.revision).add(s.month).number(s.months_away);
        let power = month.number(s.power_gw).number(s.hashrate_ehs);
        power.number(s.j_per_th).time(s.known_at).add(s.source).0
    });
    Rows::new(
        "revision,month,months_away,power_gw,hashrate_ehs,j_per_th,known_at,source",
        cells,
    )
}

pub fn carbon(answer: &CarbonIntensity) -> Rows {
    let cells = answer.factors.iter().map(|f| {
        let of = row().add(f.region).add(f.kind.word()).add(f.year);
        of.quantiles(f.g_per_kwh).time(f.known_at).add(f.source).0
    });
    Rows::new("region,kind,year,g_per_kwh*,known_at,source", cells)
}

pub fn mix(answer: &NetworkMix) -> Rows {
    let m = &answer.mix;
    let fossil = row().add(m.month).add(m.coal_percent).add(m.gas_percent);
    let cells = fossil
        .add(m.oil_percent)
        .add(m.nuclear_percent)
        .add(m.hydro_percent)
        .add(m.wind_percent)
        .add(m.solar_percent)
        .add(m.other_renewable_percent)
        .maybe(m.g_per_kwh)
        .add(answer.source)
        .time(answer.known_at)
        .0;
    Rows::new(
        "month,coal_percent,gas_percent,oil_percent,nuclear_percent,hydro_percent,wind_percent,solar_percent,other_renewable_percent,g_per_kwh,source,known_at",
        std::iter::once(cells),
    )
}

pub fn tariffs(answer: &TariffList) -> Rows {
    let cells = |r: &RegionTariff| {
        let (t, registered) = (&r.tariff, r.registered.as_ref());
        let price = row().add(&t.region).quantiles(t.usd_cents_per_kwh);
        let of = price.maybe(t.levy_kzt_per_kwh).add(t.prior);
        of.maybe(t.from)
            .maybe(t.to)
            .maybe(registered.map(|p| p.low_percent))
            .maybe(registered.map(|p| p.high_percent))
            .add(t.source)
            .0
    };
    Rows::new(
        "region,usd_cents_per_kwh*,levy_kzt_per_kwh,prior,from,to,registered_low_percent,registered_high_percent,source",
        answer.regions.iter().map(cells),
    )
}

pub fn compare(answer: &ResistanceCompared) -> Rows {
    let changes = answer.comparison.changes.iter();
    let cells = changes.map(|x| {
        let measured = row().add(x.measure.word()).quantiles(x.before);
        let moved = measured.quantiles(x.after).quantiles(x.difference);
        moved.number(x.probability_fell).add(x.direction.word()).0
    });
    Rows::new(
        "measure,before*,after*,difference*,probability_fell,direction",
        cells,
    )
}
