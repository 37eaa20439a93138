//! What the weights and the places say of two kinds of published sentences about causes.

use super::unrest::{Inspections, UnrestSite};
use super::{CauseName, Weights};

/// Odds from which one cause stands over another.
pub const DECISIVE_ODDS: f64 = 10.0;

/// Whether the evidence bears a sentence out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It does.
    Supported,
    /// It speaks against it.
    Contradicted,
    /// It does not decide.
    CannotTell,
}

/// "The change came from `cause`": supported at ten to one against every other cause, contradicted when
/// another one is ten times as probable.
pub fn claim_cause(weights: &Weights, cause: CauseName) -> (Finding, String) {
    let others = weights.rows.iter().filter(|w| w.cause != cause);
    let Some(rival) = others.max_by(|a, b| a.posterior.total_cmp(&b.posterior)) else {
        return (Finding::CannotTell, "No cause was weighed.".to_string());
    };
    let odds = weights.odds(cause, rival.cause);
    let percent = 100.0 * weights.of(cause).posterior;
    let (finding, reading) = if odds >= DECISIVE_ODDS {
        (Finding::Supported, "ten to one or more against each")
    } else if odds <= 1.0 / DECISIVE_ODDS {
        (Finding::Contradicted, "at most one to ten")
    } else {
        (Finding::CannotTell, "too little to decide")
    };
    let because = format!(
        "Of the causes weighed, {} has {percent:.0} %, its strongest rival, {}, {:.1} %: {reading}.",
        cause.words(),
        rival.cause.words(),
        100.0 * rival.posterior
    );
    (finding, because)
}

/// "The unrest touched no place with registered mines": contradicted by a register that knows one there;
/// otherwise open, since no register of sites is known and the speaker's association, which stands for
/// `members_percent` of the organisations, knows its own members only.
pub fn claim_untouched(
    sites: &[UnrestSite],
    inspections: &Inspections,
    registered_there: Option<bool>,
    members_percent: f64,
) -> (Finding, String) {
    if sites.is_empty() {
        let because = "No place of unrest is known below the country.".to_string();
        return (Finding::CannotTell, because);
    }
    let names: Vec<&str> = sites.iter().map(|s| s.region.as_str()).collect();
    let with: Vec<String> = sites
        .iter()
        .filter(|s| s.found_mw > 0.0)
        .map(|s| {
            format!(
                "{} of {} MW found in {}",
                s.found_mw, inspections.found_mw, s.region
            )
        })
        .collect();
    let unregistered = if with.is_empty() {
        "inspections found no unregistered mine there either".to_string()
    } else {
        format!(
            "unregistered mines did stand there all the same ({})",
            with.join(", ")
        )
    };
    let (finding, register) = match registered_there {
        Some(true) => (
            Finding::Contradicted,
            "a registered mine is documented in one of them".to_string(),
        ),
        Some(false) => (
            Finding::Supported,
            "a register shows no registered mine in any of them".to_string(),
        ),
        None => (
            Finding::CannotTell,
            format!(
                "no register of sites is at hand, and the association speaks for about {members_percent:.0} % of the organisations"
            ),
        ),
    };
    let because = format!(
        "Unrest is documented in {}: {register}; {unregistered}.",
        names.join(", ")
    );
    (finding, because)
}
