//! The answer of a simulation in plain sentences, each number with its 90 % range.
//!
//! What is compared is always the same run with and without the events. Where the 90 % range of a
//! difference holds zero, the sentence says that the arms are indistinguishable.

use hashquake_base::fan::Fan;
use hashquake_base::format::{day, decimal, moment, signed, sized};
use hashquake_base::units::{DAY, Seconds};
use hashquake_sim::ensemble::fans::Fans;
use hashquake_sim::ensemble::security::SecuritySummary;
use hashquake_sim::ensemble::series::Series;
use hashquake_sim::ensemble::summary::{RetargetRow, SimulationSummary};
use hashquake_sim::output::{Quantity, Total};

/// All sentences; paragraphs are parted by an empty line.
pub fn verdict(r: &SimulationSummary) -> String {
    let first = [hashrate(r), interval(r), retargets(r)];
    let second = [power(r), revenue(r), emissions(r)];
    let join = |parts: &[Option<String>]| {
        let said: Vec<&str> = parts.iter().flatten().map(String::as_str).collect();
        said.join(" ")
    };
    let third = [r.security.as_ref().map(|s| security(r, s))];
    let paragraphs = [join(&first), join(&second), join(&third)];
    let said: Vec<String> = paragraphs.into_iter().filter(|p| !p.is_empty()).collect();
    if r.is_unchanged() {
        return "Nothing happens that the same world would not do anyway: in every run both arms are the same."
            .to_string();
    }
    said.join("\n\n")
}

/// `62 EH/s (90 %: 55 to 70)`, of the size of a difference.
fn amount(f: &Fan, unit: &str) -> String {
    let (low, high) = (f.p05.abs().min(f.p95.abs()), f.p05.abs().max(f.p95.abs()));
    format!(
        "{} {unit} (90 %: {} to {})",
        sized(f.p50.abs()),
        sized(low),
        sized(high)
    )
}

fn range(f: &Fan) -> String {
    format!("{} to {}", sized(f.p05), sized(f.p95))
}

fn when(r: &SimulationSummary, t: Seconds) -> String {
    if r.step_seconds < DAY {
        format!("{} UTC", moment(t))
    } else {
        day(t)
    }
}

fn more_or_less(f: &Fan) -> &'static str {
    if f.p50 < 0.0 { "less" } else { "more" }
}

fn hashrate(r: &SimulationSummary) -> Option<String> {
    let series = r.network(Quantity::Hashrate)?;
    let (at, most) = series.most_different()?;
    if most.difference.p50 == 0.0 {
        return Some(
            "The hashrate is indistinguishable from that without the event: the median difference is 0 throughout."
                .to_string(),
        );
    }
    if !most.difference.excludes_zero() {
        return Some(format!(
            "The hashrate is indistinguishable from that without the event: at its largest, on {}, the difference is {} EH/s (90 %: {}).",
            when(r, at),
            sized(most.difference.p50),
            range(&most.difference)
        ));
    }
    let mut text = format!(
        "At the largest effect, on {}, the network runs {} {} than the same world without the event, about {} %: {} instead of {} EH/s.",
        when(r, at),
        amount(&most.difference, "EH/s"),
        more_or_less(&most.difference),
        decimal(most.size_percent(), 1),
        sized(most.scenario.p50),
        sized(most.counterfactual.p50)
    );
    if let Some(last) = series.fans.last() {
        let end = &last.difference;
        text.push_str(&if end.excludes_zero() {
            format!(
                " At the end, on {}, it still runs {} {}.",
                day(r.end),
                amount(end, "EH/s"),
                more_or_less(end)
            )
        } else {
            format!(
                " At the end, on {}, the two are indistinguishable: {} EH/s (90 %: {}).",
                day(r.end),
                sized(end.p50),
                range(end)
            )
        });
    }
    Some(text)
}

/// Of a step, and of the longest one the difference of which is sure.
fn interval(r: &SimulationSummary) -> Option<String> {
    let series = r.network(Quantity::BlockInterval)?;
    let (at, most) = series.most_different()?;
    let minutes = |f: &Fan| f.map(|s| s / 60.0);
    let step = if r.step_seconds < DAY { "step" } else { "day" };
    let (with, without) = (minutes(&most.scenario), minutes(&most.counterfactual));
    most.difference.excludes_zero().then(|| {
        format!(
            "Blocks come every {} minutes on average (90 % of runs: {}) on the {step} that differs most, {}, instead of every {}.",
            sized(with.p50),
            range(&with),
            when(r, at),
            sized(without.p50)
        )
    })
}

fn retargets(r: &SimulationSummary) -> Option<String> {
    const SHOWN: usize = 3;
    let sentence = |(n, row): (usize, &RetargetRow)| {
        let (s, b) = (
            &row.change_percent.scenario,
            &row.change_percent.counterfactual,
        );
        let which = ["The next retarget", "the second", "the third"][n];
        format!(
            "{which}, about {}, is {} % (90 %: {}) instead of {} %",
            day(row.time(r.start)),
            signed(s.p50, 1),
            range(s),
            signed(b.p50, 1)
        )
    };
    let said: Vec<String> = r
        .retargets
        .iter()
        .take(SHOWN)
        .enumerate()
        .map(sentence)
        .collect();
    (!said.is_empty()).then(|| format!("{}.", said.join("; ")))
}

fn power(r: &SimulationSummary) -> Option<String> {
    let (at, most) = r.network(Quantity::Power)?.most_different()?;
    most.difference.excludes_zero().then(|| {
        format!(
            "Mining draws {} {} on {}: {} instead of {} MW.",
            amount(&most.difference, "MW"),
            more_or_less(&most.difference),
            when(r, at),
            sized(most.scenario.p50),
            sized(most.counterfactual.p50)
        )
    })
}

fn revenue(r: &SimulationSummary) -> Option<String> {
    let hashprice: Option<(Seconds, &Fans)> = r
        .network(Quantity::Hashprice)
        .and_then(Series::most_different);
    let mut text = String::new();
    if let Some((at, most)) = hashprice.filter(|(_, f)| f.difference.excludes_zero()) {
        text = format!(
            "A running PH/s earns {} a day {} on {}.",
            amount(&most.difference, "USD"),
            more_or_less(&most.difference),
            when(r, at)
        );
    }
    if let Some(f) = r
        .total(Total::Revenue)
        .filter(|f| f.difference.excludes_zero())
    {
        let sentence = format!(
            "All miners together earn {} {} over the run.",
            amount(&f.difference, "million USD"),
            more_or_less(&f.difference)
        );
        text = [text, sentence].join(" ").trim().to_string();
    }
    if let Some(f) = r
        .total(Total::Levies)
        .filter(|f| f.difference.excludes_zero())
    {
        let sentence = format!("Levies bring {}.", amount(&f.difference, "million USD"));
        text = [text, sentence].join(" ").trim().to_string();
    }
    (!text.is_empty()).then_some(text)
}

fn emissions(r: &SimulationSummary) -> Option<String> {
    let f = r.total(Total::Emissions)?;
    Some(if f.difference.excludes_zero() {
        format!(
            "Emissions by average factors are {} {} over the run, of {} kt.",
            amount(&f.difference, "kt CO2"),
            more_or_less(&f.difference),
            sized(f.counterfactual.p50)
        )
    } else {
        format!(
            "Emissions are indistinguishable from those without the event: {} kt CO2 (90 %: {}) of {} kt.",
            sized(f.difference.p50),
            range(&f.difference),
            sized(f.counterfactual.p50)
        )
    })
}

/// `3.59 GW (90 %: 2.9 to 4.4)`.
fn level(f: &Fan, scale: f64, unit: &str) -> String {
    let f = f.map(|x| x / scale);
    format!("{} {unit} (90 %: {})", sized(f.p50), range(&f))
}

/// What an attack takes where the hashrate differs most.
fn security(r: &SimulationSummary, s: &SecuritySummary) -> String {
    let ehs = &s.majority_ehs;
    let mut text = format!(
        "Outmining the network on {} takes {} instead of {}: {} of power, machines for {}, energy for {} a day.",
        when(r, s.time),
        level(&ehs.scenario, 1.0, "EH/s"),
        sized(ehs.counterfactual.p50),
        level(&s.majority_power_mw.scenario, 1000.0, "GW"),
        level(&s.majority_machines_musd.scenario, 1000.0, "billion USD"),
        level(&s.majority_energy_musd_per_day.scenario, 1.0, "million USD"),
    );
    let waits = &s.confirmations;
    let whole = |x: f64| decimal(x, 0);
    text.push_str(&format!(
        " Against an attacker who holds {} % of the hashrate without the event, a payment is undone with a chance of at most {} % after {} confirmations (90 %: {} to {}) instead of {}.",
        whole(s.attacker_percent),
        decimal(s.risk_percent, 1),
        whole(waits.scenario.p50),
        whole(waits.scenario.p05),
        whole(waits.scenario.p95),
        whole(waits.counterfactual.p50)
    ));
    text
}
