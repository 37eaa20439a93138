//! The verdict, its key numbers, and the published claims beside it.

use hashquake_base::format::{
    day, decimal, moment, percent, percent_range, sentence_case, short_moment,
};
use hashquake_base::units::{Moment, Quantiles};
use hashquake_explain::explanation::{
    ClaimKind, ClaimVerdict, EdgeSource, Explanation, Fused, Judgement,
};
use maud::{Markup, PreEscaped, html};

use super::panel::{KeyNumber, linked, number_list, unbroken};
use crate::document::explain::ExplainDocument;
use crate::figure::posterior;
use crate::svg::Drawing;
use crate::verdict::judgement_words;

/// Title, window and sentences.
pub(super) fn header(document: &ExplainDocument) -> Markup {
    let e = &document.explanation;
    let paragraphs = document.verdict.split('\n').map(str::trim);
    let paragraphs = paragraphs.filter(|p| !p.is_empty()).enumerate();
    html! {
        header {
            p class="kicker" { "hashquake explains" }
            h1 { (e.title) }
            p class="meta" {
                "Window: " (moment(e.window.start)) " to " (moment(e.window.end)) " UTC. As of "
                (moment(e.as_of)) " UTC, last block " (e.last_height) "."
            }
        }
        section class="verdict" aria-label="Verdict" {
            @for (i, paragraph) in paragraphs {
                p class=[(i == 0).then_some("lead")] { (unbroken(paragraph)) }
            }
        }
    }
}

/// Loss, odds, begin, end, duration and blocks, as far as they are known.
pub(super) fn key_numbers(e: &Explanation) -> Markup {
    let mut numbers: Vec<KeyNumber> = Vec::new();
    let blocks = e.evidence.blocks.as_ref();
    let fused = e.fused.as_ref();
    let loss = fused.map(|f| (f.loss_percent, f.log10_bayes_factor));
    if let Some((loss, bf)) = loss.or(blocks.map(|b| (b.loss_percent, b.log10_bayes_factor))) {
        numbers.push((
            "Loss of hashrate",
            percent(loss.p50),
            format!("90 %: {}", percent_range(loss)),
        ));
        let against = format!("a loss against none; log₁₀ BF {}", decimal(bf, 2));
        numbers.push(("Odds from the data", odds(bf), against));
    }
    numbers.extend(fused.into_iter().flat_map(edges));
    if let Some(b) = blocks {
        let expected = format!("against {} expected", decimal(b.expected_blocks, 0));
        numbers.push(("Blocks in the window", b.blocks.to_string(), expected));
    }
    number_list(&numbers)
}

/// Begin, end and duration, where evidence says more of them than the window as given.
fn edges(f: &Fused) -> Vec<KeyNumber> {
    let mut numbers: Vec<KeyNumber> = Vec::new();
    let range = |q: Quantiles<i64>| {
        let (from, to) = (short_moment(q.p05), short_moment(q.p95));
        format!("90 %: {from} to {to} UTC")
    };
    let onset_known = f.edges_from.onset != EdgeSource::Window;
    let end_known = f.edges_from.end != EdgeSource::Window;
    if onset_known {
        numbers.push(("Began", short_moment(f.onset.p50), range(f.onset)));
    }
    if let Some(end) = f.end.filter(|_| end_known) {
        numbers.push(("Ended", short_moment(end.p50), range(end)));
    }
    if let Some(hours) = f.duration_hours.filter(|_| onset_known || end_known) {
        let (low, high) = (decimal(hours.p05, 0), decimal(hours.p95, 0));
        numbers.push((
            "Lasted",
            format!("{} h", decimal(hours.p50, 0)),
            format!("90 %: {low} to {high} h"),
        ));
    }
    numbers
}

/// Odds of a loss against none, in words: `13 to 1`, `1 to 4`.
fn odds(log10_bayes_factor: f64) -> String {
    let side = libm::exp10(log10_bayes_factor.abs());
    let side = match log10_bayes_factor.abs() {
        b if b >= 6.0 => "over a million".to_string(),
        b if b >= 2.0 => decimal((side / 10.0).round() * 10.0, 0),
        _ => decimal(side, usize::from(side < 9.95)),
    };
    if log10_bayes_factor < 0.0 {
        format!("1 to {side}")
    } else {
        format!("{side} to 1")
    }
}

/// The claims that the evidence speaks to, contradicted ones first.
pub(super) fn claims(e: &Explanation) -> Markup {
    let order = [
        Judgement::Contradicted,
        Judgement::Supported,
        Judgement::CannotTell,
    ];
    let of = |verdict: Judgement| e.claims.iter().filter(move |c| c.verdict == verdict);
    html! {
        @if e.claims.iter().any(|c| order.contains(&c.verdict)) {
            section {
                h2 { "What was said, and what the evidence says of it" }
                ol class="claims" {
                    @for verdict in order {
                        @for c in of(verdict) { (claim(c, &judged(verdict))) }
                    }
                }
            }
        }
    }
}

fn judged(verdict: Judgement) -> Markup {
    let mut mark = Drawing::default();
    mark.mark("claim", posterior::claims::mark(verdict), (8.0, 8.0), 5.0);
    html! {
        svg class="figure mark" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" {
            (PreEscaped(mark.into_body()))
        }
        (sentence_case(judgement_words(verdict)))
    }
}

/// The claims that nothing read here reaches, with what it would take.
pub(super) fn unassessed(e: &Explanation) -> Markup {
    let rest = || {
        let all = e.claims.iter();
        all.filter(|c| c.verdict == Judgement::NotAssessed)
    };
    html! {
        @if rest().next().is_some() {
            section {
                h2 { "Also said, and not assessed here" }
                ol class="claims minor" {
                    @for c in rest() { (claim(c, &html! { (about_what(c.kind)) })) }
                }
            }
        }
    }
}

fn about_what(kind: ClaimKind) -> &'static str {
    match kind {
        ClaimKind::Loss => "Loss",
        ClaimKind::Price => "Price",
        ClaimKind::Rank => "Rank",
        ClaimKind::Cause => "Cause",
        ClaimKind::Duration => "Duration",
        ClaimKind::Frequency => "Frequency",
        ClaimKind::Other => "Other",
    }
}

/// One claim under a head.
fn claim(c: &ClaimVerdict, head: &Markup) -> Markup {
    html! {
        li {
            p class="judged" { (head) }
            div {
                p class="said" { (c.text) }
                p class="by" { (c.said_by) ", " (published(c.published)) ". " (linked(&c.source)) }
                p { (unbroken(&c.because)) }
            }
        }
    }
}

/// The moment or the day, as people write it.
pub(super) fn published(published: Moment) -> String {
    match published {
        Moment::Instant(t) => format!("{} UTC", moment(t)),
        Moment::Day(t) => day(t),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odds_read_both_ways() {
        assert_eq!(odds(1.1), "13 to 1");
        assert_eq!(odds(-0.6), "1 to 4.0");
        assert_eq!(odds(3.02), "1,050 to 1");
        assert_eq!(odds(9.0), "over a million to 1");
    }
}
