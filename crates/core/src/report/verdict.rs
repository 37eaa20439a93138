//! Numbers into sentences. Every sentence is made from the document's numbers; none is written by hand.

mod found;

use crate::observe::loss::baseline_days;
use crate::report::explanation::{
    BlockEvidence, ClaimKind, ClaimVerdict, EdgeSource, Explanation, Fused, Judgement, LeftOut,
    ShareEvidence, ShareKind, Weight,
};
use crate::report::judge::ESTABLISHED;
use crate::units::{Quantiles, Seconds, Span, rfc3339};

/// Medians further apart than this, against both sides and against the days before, are both told.
const TREND_POINTS: f64 = 5.0;

/// What the sentences need beyond the document.
pub struct Frame<'a> {
    /// The event, to be used inside a sentence: "Kazakhstan's internet shutdown".
    pub event: Option<&'a str>,
    /// The place in question.
    pub place: Option<&'a str>,
    /// Whether the analysis stands at a past moment.
    pub past: bool,
    /// Days that a loss of this size would have to last before block times alone show it; `None` beyond
    /// the longest that was tried.
    pub days_to_show: Option<f64>,
    /// The longest that was tried, days.
    pub days_tried: f64,
}

/// The verdict: paragraphs of plain sentences, the first with a number, a range, a duration and what is
/// not known.
pub fn verdict(e: &Explanation, frame: &Frame<'_>) -> String {
    let mut out = vec![headline(e, frame)];
    out.extend(series(e));
    out.extend(blocks(e));
    out.extend(together(e));
    out.extend(found::found(e));
    out.extend(claims(e));
    out.push(unknown(e, frame));
    out.join("\n\n")
}

fn headline(e: &Explanation, frame: &Frame<'_>) -> String {
    let place = match (found::lost_there(e), frame.place) {
        (Some((row, loss)), _) => format!(
            "how much of it stood in {} is known only as {} of the network",
            row.name,
            percent_range(loss)
        ),
        (None, Some(place)) => format!("how much of it stood in {place} is not known from this"),
        (None, None) => "where those machines stood is not known from this".to_string(),
    };
    let during = frame
        .event
        .map_or(String::new(), |event| format!(" during {event}"));
    let Some(fused) = &e.fused else {
        return "No witness of the network's loss was heard, so nothing can be said of it."
            .to_string();
    };
    let lasting = match fused.duration_hours {
        Some(hours) => format!(
            "from {} for {}",
            day_words(fused.onset.p50),
            hours_or_days(hours)
        ),
        None => format!("since {}, with no end in sight", day_words(fused.onset.p50)),
    };
    let loss = fused.loss_percent;
    let sentence = if fused.log10_bayes_factor >= ESTABLISHED && loss.p05 > 0.0 {
        format!(
            "Bitcoin mining lost about {} of its hashrate{during} (90 % range {}), {lasting}; {place}.",
            rounded(loss.p50),
            percent_range(loss)
        )
    } else if loss.p95 < 0.0 {
        let gain = Quantiles {
            p05: -loss.p95,
            p50: -loss.p50,
            p95: -loss.p05,
        };
        format!(
            "Bitcoin mining as a whole lost no hashrate{during}: it gained about {} (90 % range {}), {lasting}; whether a part of it stood still meanwhile is not known from this.",
            rounded(gain.p50),
            percent_range(gain)
        )
    } else {
        format!(
            "Whether Bitcoin mining lost hashrate{during} is not settled: the best estimate is {} (90 % range {}), {lasting}; it could still be luck, and {place}.",
            signed_words(loss.p50),
            range_words(loss)
        )
    };
    if !frame.past {
        return sentence;
    }
    let mut rest = sentence.chars();
    let first = rest.next().filter(|_| sentence.starts_with("Whether"));
    match first {
        Some(c) => format!(
            "As known on {}: {}{}",
            moment(e.as_of),
            c.to_lowercase(),
            rest.as_str()
        ),
        None => format!("As known on {}: {sentence}", moment(e.as_of)),
    }
}

fn series(e: &Explanation) -> Option<String> {
    let told: Vec<String> = e
        .evidence
        .shares
        .iter()
        .filter(|s| s.kind == ShareKind::Series)
        .map(|s| one_series(e.window, s))
        .collect();
    (!told.is_empty()).then(|| told.join(" "))
}

fn one_series(window: Span, s: &ShareEvidence) -> String {
    let name = pool_name(&s.pool);
    let part = s.network_share_percent.map_or(String::new(), |p| {
        format!(", {} of the network,", rounded(p))
    });
    let levels = match (s.before_ehs, s.during_ehs) {
        (Some(a), Some(b)) => format!("from {a:.2} to {b:.2} EH/s, "),
        _ => String::new(),
    };
    match (s.onset, s.end) {
        (Some(onset), end) => {
            let back = end.map_or("and had not come back".to_string(), |b| {
                format!(
                    "and came back between {} and {}",
                    moment(b.earliest),
                    moment(b.latest)
                )
            });
            format!(
                "{name}{part} counts its own miners' work: it fell {levels}by {} ({}), between {} and {}, {back}. That is a fact about one pool.",
                percent(s.loss_percent.p50),
                percent_range(s.loss_percent),
                moment(onset.earliest),
                moment(onset.latest)
            )
        }
        (None, _) => format!(
            "{name}{part} counts its own miners' work and shows no step between {} and {}: {levels}a change of {}.",
            moment(window.start),
            moment(window.end),
            percent(-s.loss_percent.p50)
        ),
    }
}

fn blocks(e: &Explanation) -> Option<String> {
    let b = e.evidence.blocks.as_ref()?;
    let wording = block_wording(b.log10_bayes_factor);
    let mut text = format!(
        "Block times alone: {} blocks from {} to {} where {:.0} were expected, {} ({}); {wording} (log10 Bayes factor {}).",
        b.blocks,
        moment(e.window.start),
        moment(e.window.end),
        b.expected_blocks,
        exact_words(b.loss_percent.p50),
        range_words(b.loss_percent),
        decimal(b.log10_bayes_factor)
    );
    if let Some(before) = against_before(e.window, b) {
        text.push(' ');
        text.push_str(&before);
    }
    Some(text)
}

/// The answer against the days before alone, where it lies far from that against both sides: then the
/// hashrate after the window is not what it was before, and "lost" means two things.
fn against_before(window: Span, b: &BlockEvidence) -> Option<String> {
    let name = format!("baseline {} d before", baseline_days(window));
    let row = b.sensitivity.iter().find(|row| row.change == name)?;
    let apart = (row.loss_percent.p50 - b.loss_percent.p50).abs();
    (apart > TREND_POINTS).then(|| {
        format!(
            "Against the days before alone: {} ({}); the days after the window were not like those before it.",
            exact_words(row.loss_percent.p50),
            range_words(row.loss_percent)
        )
    })
}

/// The words for a Bayes factor of block times alone.
pub fn block_wording(log10_bayes_factor: f64) -> &'static str {
    if log10_bayes_factor >= ESTABLISHED {
        "a loss is supported"
    } else if log10_bayes_factor > -0.5 {
        "blocks cannot tell a loss from luck"
    } else {
        "a loss is disfavoured"
    }
}

fn together(e: &Explanation) -> Option<String> {
    let fused = e.fused.as_ref()?;
    let heard: Vec<String> = fused
        .weights
        .iter()
        .filter(|w| w.share > 0.0)
        .map(|w| format!("{} {:.0} %", witness_name(&w.witness), 100.0 * w.share))
        .collect();
    let mut text = format!(
        "Together, each with its own error: {} ({}), log10 Bayes factor {}",
        exact_words(fused.loss_percent.p50),
        range_words(fused.loss_percent),
        decimal(fused.log10_bayes_factor)
    );
    if heard.len() > 1 {
        text.push_str(&format!("; of the information, {}", list(&heard)));
    }
    text.push('.');
    text.push_str(match fused.edges_from.onset {
        EdgeSource::Series => " Onset and end are those of the reports.",
        EdgeSource::Timeline => " Onset and end are those of the outage.",
        EdgeSource::Window => " Onset and end are those of the window.",
    });
    for sentence in resting_on(fused).iter().chain(&fused.conflicts) {
        text.push(' ');
        text.push_str(sentence);
    }
    Some(text)
}

/// The witnesses without which a loss would not be established.
fn resting_on(fused: &Fused) -> Vec<String> {
    if fused.log10_bayes_factor < ESTABLISHED {
        return Vec::new();
    }
    let rests = |w: &&Weight| {
        w.without
            .is_some_and(|l| l.log10_bayes_factor < ESTABLISHED)
    };
    let say = |w: &Weight| {
        let left = w.without.unwrap_or(LeftOut {
            loss_percent: fused.loss_percent,
            log10_bayes_factor: fused.log10_bayes_factor,
        });
        format!(
            "Without {} it would be {} ({}), and not established.",
            witness_name(&w.witness),
            percent(left.loss_percent.p50),
            percent_range(left.loss_percent)
        )
    };
    fused.weights.iter().filter(rests).map(say).collect()
}

fn claims(e: &Explanation) -> Option<String> {
    if e.claims.is_empty() {
        return None;
    }
    let name = |c: &ClaimVerdict| match (c.kind, c.value) {
        (ClaimKind::Loss, Some(v)) => format!("the {} ({})", percent(v), c.said_by),
        _ => format!("“{}”", c.id.replace('-', " ")),
    };
    let mut parts = Vec::new();
    for judgement in [
        Judgement::Supported,
        Judgement::Contradicted,
        Judgement::CannotTell,
    ] {
        let named: Vec<String> = e
            .claims
            .iter()
            .filter(|c| c.verdict == judgement)
            .map(name)
            .collect();
        if !named.is_empty() {
            parts.push(format!("{}: {}", judgement_words(judgement), list(&named)));
        }
    }
    let not = e
        .claims
        .iter()
        .filter(|c| c.verdict == Judgement::NotAssessed)
        .count();
    if not > 0 {
        let need = if not == 1 { "needs" } else { "need" };
        parts.push(format!(
            "not assessed: {not}, which {need} other evidence than there is here"
        ));
    }
    Some(format!(
        "Of the {} — {}.",
        if e.claims.len() == 1 {
            "one published claim".to_string()
        } else {
            format!("{} published claims", e.claims.len())
        },
        parts.join("; ")
    ))
}

/// The words for a verdict.
pub fn judgement_words(j: Judgement) -> &'static str {
    match j {
        Judgement::Supported => "supported",
        Judgement::Contradicted => "contradicted",
        Judgement::CannotTell => "cannot tell",
        Judgement::NotAssessed => "not assessed",
    }
}

fn unknown(e: &Explanation, frame: &Frame<'_>) -> String {
    let size = e
        .fused
        .as_ref()
        .map(|f| f.loss_percent.p50)
        .unwrap_or_default();
    let longer = if size <= 0.5 {
        String::new()
    } else {
        match frame.days_to_show {
            Some(days) => format!(
                " Block times alone would show a loss of {} at odds of ten to one once it lasted about {}.",
                rounded(size),
                days_words(days)
            ),
            None => format!(
                " Block times alone would not show a loss of {} at odds of ten to one in {} days, because the network drifts as much by itself.",
                rounded(size),
                frame.days_tried
            ),
        }
    };
    format!(
        "Not known: where each pool's miners stand, so that what is said of regions is wide; a pool's miners are no random sample of the world's.{longer} What would tell: the share counts of more pools over the same hours, and by region."
    )
}

/// `13.4 %`.
pub fn percent(x: f64) -> String {
    let x = if x.abs() < 0.05 { 0.0 } else { x };
    format!("{} %", trimmed(x))
}

fn trimmed(x: f64) -> String {
    let text = format!("{x:.1}");
    text.strip_suffix(".0")
        .map_or(text.clone(), String::from)
        .replace('-', "−")
}

fn rounded(x: f64) -> String {
    let digits = if x.abs() < 10.0 { 1 } else { 0 };
    let text = format!("{x:.digits$}");
    let text = text.strip_suffix(".0").map_or(text.clone(), String::from);
    format!("{} %", text.replace('-', "−"))
}

/// `11.8 to 13.6 %`.
pub fn percent_range(q: Quantiles) -> String {
    format!("{} to {} %", trimmed(tidy(q.p05)), trimmed(tidy(q.p95)))
}

/// One decimal, with a proper minus.
pub fn decimal(x: f64) -> String {
    format!("{:.1}", tidy(x)).replace('-', "−")
}

fn tidy(x: f64) -> f64 {
    if x.abs() < 0.05 { 0.0 } else { x }
}

fn signed_words(loss: f64) -> String {
    loss_or_gain(loss, rounded)
}

fn exact_words(loss: f64) -> String {
    loss_or_gain(loss, percent)
}

fn loss_or_gain(loss: f64, say: fn(f64) -> String) -> String {
    if loss >= 0.0 {
        format!("a loss of {}", say(loss))
    } else {
        format!("a gain of {}", say(-loss))
    }
}

fn range_words(q: Quantiles) -> String {
    if q.p05 >= 0.0 {
        return percent_range(q);
    }
    format!("{} to {}", exact_words(q.p05), exact_words(q.p95))
}

/// A span of hours as a person says it.
pub fn hours_or_days(hours: Quantiles) -> String {
    let days = hours.p50 >= 72.0;
    let unit = if days { "days" } else { "hours" };
    let say = |h: f64| {
        if days {
            trimmed(h / 24.0)
        } else {
            format!("{h:.0}")
        }
    };
    let (low, high) = (say(hours.p05), say(hours.p95));
    if low == high {
        let unit = if low == "1" {
            unit.trim_end_matches('s')
        } else {
            unit
        };
        format!("{low} {unit}")
    } else {
        format!("{low} to {high} {unit}")
    }
}

fn days_words(days: f64) -> String {
    if days < 2.0 {
        format!("{:.0} hours", days * 24.0)
    } else {
        format!("{days:.0} days")
    }
}

/// `6 January 2022 12:00 UTC`.
pub fn moment(t: Seconds) -> String {
    let text = rfc3339(t);
    format!("{} {} UTC", day_words(t), &text[11..16])
}

/// `6 January 2022`.
pub fn day_words(t: Seconds) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let text = rfc3339(t);
    let month = text[5..7].parse::<usize>().map_or("", |m| MONTHS[m - 1]);
    format!(
        "{} {month} {}",
        text[8..10].trim_start_matches('0'),
        &text[..4]
    )
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

fn witness_name(witness: &str) -> &str {
    match witness {
        "blocks" => "block times",
        "shares" => "pools' own counts",
        "press" => "printed losses",
        other => other,
    }
}

/// A pool's name for people, from the slug of the block labels.
pub fn pool_name(slug: &str) -> String {
    const NAMES: [(&str, &str); 20] = [
        ("1thash", "1THash"),
        ("antpool", "AntPool"),
        ("binancepool", "Binance Pool"),
        ("braiinspool", "Slush Pool (now Braiins Pool)"),
        ("btccom", "BTC.com"),
        ("btctop", "BTC.TOP"),
        ("emcdpool", "EMCD"),
        ("f2pool", "F2Pool"),
        ("foundryusa", "Foundry USA"),
        ("huobipool", "Huobi Pool"),
        ("kucoinpool", "KuCoin Pool"),
        ("luxor", "Luxor"),
        ("marapool", "MARA Pool"),
        ("okexpool", "OKEx Pool"),
        ("poolin", "Poolin"),
        ("sbicrypto", "SBI Crypto"),
        ("spiderpool", "SpiderPool"),
        ("ultimuspool", "Ultimus"),
        ("unknown", "not labelled"),
        ("viabtc", "ViaBTC"),
    ];
    NAMES
        .iter()
        .find(|(s, _)| *s == slug)
        .map_or(slug, |(_, name)| name)
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(percent(13.4), "13.4 %");
        assert_eq!(percent(-0.02), "0 %");
        assert_eq!(
            percent_range(Quantiles {
                p05: -0.24,
                p50: 7.0,
                p95: 13.96
            }),
            "−0.2 to 14 %"
        );
        assert_eq!(
            hours_or_days(Quantiles {
                p05: 19.0,
                p50: 30.2,
                p95: 41.0
            }),
            "19 to 41 hours"
        );
        assert_eq!(hours_or_days(Quantiles::point(120.0)), "5 days");
        assert_eq!(hours_or_days(Quantiles::point(1.0)), "1 hour");
        assert_eq!(moment(1_641_379_500), "5 January 2022 10:45 UTC");
        let names: Vec<String> = ["a", "b", "c"].map(String::from).into();
        assert_eq!(list(&names), "a, b and c");
    }
}
