//! What the weights and the places say of two kinds of published sentences about causes.

use super::name::CauseName;
use super::unrest::UnrestSite;
use super::weights::Weights;
use hashquake_base::format::{decimal, probability};
use hashquake_world::region;

/// Odds from which one cause stands over another.
pub const DECISIVE_ODDS: f64 = 10.0;

/// Whether the evidence bears a sentence out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The evidence bears it out.
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
    let (finding, reading) = if odds >= DECISIVE_ODDS {
        (Finding::Supported, "ten to one or more against each")
    } else if odds <= 1.0 / DECISIVE_ODDS {
        (Finding::Contradicted, "at most one to ten")
    } else {
        (Finding::CannotTell, "too little to decide")
    };
    let because = format!(
        "Of the causes weighed, {} has {}, its strongest rival, {}, {}: {reading}.",
        cause.words(),
        probability(weights.of(cause).posterior),
        rival.cause.words(),
        probability(rival.posterior)
    );
    (finding, because)
}

/// "The unrest touched no place with registered mines": contradicted where mines are documented in one of
/// `sites`; otherwise open, since no register of sites is at hand and the speaker, an association that
/// stands for `speaks_for_percent` of the organisations, knows its own members only.
pub fn claim_untouched(sites: &[UnrestSite], speaks_for_percent: Option<f64>) -> (Finding, String) {
    if sites.is_empty() {
        let because = "No place of unrest is known below the country.".to_string();
        return (Finding::CannotTell, because);
    }
    let names = |wanted: &dyn Fn(&UnrestSite) -> bool| {
        let named: Vec<&str> = sites
            .iter()
            .filter(|s| wanted(s))
            .map(|s| region::name(&s.region))
            .collect();
        named.join(", ")
    };
    let with: Vec<String> = sites
        .iter()
        .filter(|s| s.found_mw > 0.0)
        .map(|s| {
            let all = s.inspections.found_mw;
            format!(
                "{} of {} MW found in {}",
                decimal(s.found_mw, 1),
                decimal(all, 1),
                region::name(&s.region)
            )
        })
        .collect();
    let unregistered = if with.is_empty() {
        "no unregistered mine is known there either".to_string()
    } else {
        let with = with.join(", ");
        format!("unregistered mines did stand there all the same ({with})")
    };
    let documented = names(&|s| s.mines_documented);
    let (finding, register) = if documented.is_empty() {
        let speaker = speaks_for_percent.map_or_else(String::new, |percent| {
            let percent = decimal(percent, 0);
            format!(", and the association speaks for about {percent} % of the organisations")
        });
        let register = format!(
            "no mine other than unregistered ones is documented there, but no register of sites is at hand{speaker}"
        );
        (Finding::CannotTell, register)
    } else {
        let register = format!("mines are documented in {documented}");
        (Finding::Contradicted, register)
    };
    let because = format!(
        "Unrest is documented in {}: {register}; {unregistered}.",
        names(&|_| true)
    );
    (finding, because)
}
