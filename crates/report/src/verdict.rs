//! Numbers into sentences. Every sentence is made from the document's numbers; none is written by hand.

mod found;

use hashquake_base::format::{
    day, days_words, decimal, exact_words, hours_or_days, list, moment_utc, percent, percent_range,
    range_words, rounded, signed_words,
};
use hashquake_base::units::{Quantiles, Span};
use hashquake_chain::pool::pool_name;
use hashquake_explain::explanation::{
    BlockFinding, ClaimKind, ClaimVerdict, EdgeSource, EvidenceSource, Explanation, Fused,
    Judgement, NetworkFinding, ShareEvidence, ShareKind, Weight,
};

/// The verdict: paragraphs of plain sentences, the first with a number, a range, a duration and what is
/// not known.
pub fn verdict(e: &Explanation) -> String {
    let mut out = vec![headline(e)];
    out.extend(series(e));
    out.extend(blocks(e));
    out.extend(together(e));
    out.extend(found::found(e));
    out.extend(claims(e));
    out.push(unknown(e));
    out.join("\n\n")
}

fn headline(e: &Explanation) -> String {
    let Some(fused) = &e.fused else {
        return "No source speaks to the network's loss, so nothing can be said of it.".to_string();
    };
    let during = e
        .event
        .as_deref()
        .map_or(String::new(), |event| format!(" during {event}"));
    let lasting = match fused.duration_hours {
        Some(hours) => format!("from {} for {}", day(fused.onset.p50), hours_or_days(hours)),
        None => format!("since {}, with no end in sight", day(fused.onset.p50)),
    };
    let place = place(e);
    let loss = fused.loss_percent;
    match e.findings.network {
        NetworkFinding::Lost => as_known(
            e,
            &format!(
                "Bitcoin mining lost about {} of its hashrate{during} (90 % range {}), {lasting}; {place}.",
                rounded(loss.p50),
                percent_range(loss)
            ),
        ),
        NetworkFinding::Gained => {
            let gain = Quantiles {
                p05: -loss.p95,
                p50: -loss.p50,
                p95: -loss.p05,
            };
            as_known(
                e,
                &format!(
                    "Bitcoin mining as a whole lost no hashrate{during}: it gained about {} (90 % range {}), {lasting}; whether a part of it stood still meanwhile is not known from this.",
                    rounded(gain.p50),
                    percent_range(gain)
                ),
            )
        }
        NetworkFinding::NotSettled | NetworkFinding::NoEvidence => {
            let whether = if e.as_of_asked { "whether" } else { "Whether" };
            let sentence = format!(
                "{whether} Bitcoin mining lost hashrate{during} is not settled: the best estimate is {} (90 % range {}), {lasting}; it could still be luck, and {place}.",
                signed_words(loss.p50),
                range_words(loss)
            );
            as_known(e, &sentence)
        }
    }
}

/// How much of the loss stood in the place in question.
fn place(e: &Explanation) -> String {
    match (found::lost_there(e), e.place.as_deref()) {
        (Some((row, loss)), _) => format!(
            "how much of it stood in {} is known only as {} of the network",
            row.name,
            percent_range(loss)
        ),
        (None, Some(place)) => format!("how much of it stood in {place} is not known from this"),
        (None, None) => "where those machines stood is not known from this".to_string(),
    }
}

fn as_known(e: &Explanation, sentence: &str) -> String {
    if e.as_of_asked {
        format!("As known on {}: {sentence}", moment_utc(e.as_of))
    } else {
        sentence.to_string()
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
        (Some(a), Some(b)) => {
            format!("from {} to {} EH/s, ", decimal(a, 2), decimal(b, 2))
        }
        _ => String::new(),
    };
    match (s.onset, s.end) {
        (Some(onset), end) => {
            let back = end.map_or("and had not come back".to_string(), |b| {
                format!(
                    "and came back between {} and {}",
                    moment_utc(b.earliest),
                    moment_utc(b.latest)
                )
            });
            format!(
                "{name}{part} counts its own miners' work: it fell {levels}by {} ({}), between {} and {}, {back}. That is a fact about one pool.",
                percent(s.loss_percent.p50),
                percent_range(s.loss_percent),
                moment_utc(onset.earliest),
                moment_utc(onset.latest)
            )
        }
        (None, _) => format!(
            "{name}{part} counts its own miners' work and shows no step between {} and {}: {levels}a change of {}.",
            moment_utc(window.start),
            moment_utc(window.end),
            percent(-s.loss_percent.p50)
        ),
    }
}

fn blocks(e: &Explanation) -> Option<String> {
    let b = e.evidence.blocks.as_ref()?;
    let words = block_words(e.findings.blocks?);
    let mut text = format!(
        "Block times alone: {} blocks from {} to {} where {} were expected, {} ({}); {words} (log10 Bayes factor {}).",
        b.blocks,
        moment_utc(e.window.start),
        moment_utc(e.window.end),
        decimal(b.expected_blocks, 0),
        exact_words(b.loss_percent.p50),
        range_words(b.loss_percent),
        decimal(b.log10_bayes_factor, 1)
    );
    if let Some(loss) = e.findings.against_days_before_percent {
        text.push_str(&format!(
            " Against the days before alone: {} ({}); the days after the window were not like those before it.",
            exact_words(loss.p50),
            range_words(loss)
        ));
    }
    Some(text)
}

/// The words for what block times alone say.
fn block_words(finding: BlockFinding) -> &'static str {
    match finding {
        BlockFinding::LossSupported => "a loss is supported",
        BlockFinding::CannotTell => "blocks cannot tell a loss from luck",
        BlockFinding::LossDisfavoured => "a loss is disfavoured",
    }
}

fn together(e: &Explanation) -> Option<String> {
    let fused = e.fused.as_ref()?;
    let heard: Vec<String> = fused
        .weights
        .iter()
        .filter(|w| w.share > 0.0)
        .map(|w| {
            let part = decimal(100.0 * w.share, 0);
            format!("{} {part} %", source_name(w.source))
        })
        .collect();
    let mut text = format!(
        "Together, each with its own error: {} ({}), log10 Bayes factor {}",
        exact_words(fused.loss_percent.p50),
        range_words(fused.loss_percent),
        decimal(fused.log10_bayes_factor, 1)
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
    for sentence in resting_on(e, fused).iter().chain(&fused.conflicts) {
        text.push(' ');
        text.push_str(sentence);
    }
    Some(text)
}

/// The sources without which a loss would not be established.
fn resting_on(e: &Explanation, fused: &Fused) -> Vec<String> {
    let needed = |w: &&Weight| e.findings.rests_on.contains(&w.source);
    let say = |w: &Weight| {
        let left = w.without?;
        Some(format!(
            "Without {} it would be {} ({}), and not established.",
            source_name(w.source),
            percent(left.loss_percent.p50),
            percent_range(left.loss_percent)
        ))
    };
    fused
        .weights
        .iter()
        .filter(needed)
        .filter_map(say)
        .collect()
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

fn unknown(e: &Explanation) -> String {
    let size = e
        .fused
        .as_ref()
        .map(|f| f.loss_percent.p50)
        .unwrap_or_default();
    let longer = if size <= 0.5 {
        String::new()
    } else {
        match e.findings.days_to_show {
            Some(days) => format!(
                " Block times alone would show a loss of {} at odds of ten to one once it lasted about {}.",
                rounded(size),
                days_words(days)
            ),
            None => format!(
                " Block times alone would not show a loss of {} at odds of ten to one in {} days, because the network drifts as much by itself.",
                rounded(size),
                e.findings.days_tried
            ),
        }
    };
    format!(
        "Not known: where each pool's miners stand, so that what is said of regions is wide; a pool's miners are no random sample of the world's.{longer} What would tell: the share counts of more pools over the same hours, and by region."
    )
}

fn source_name(source: EvidenceSource) -> &'static str {
    match source {
        EvidenceSource::Blocks => "block times",
        EvidenceSource::Shares => "pools' own counts",
        EvidenceSource::Press => "printed losses",
    }
}
