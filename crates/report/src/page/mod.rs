//! The report as one HTML page that needs nothing else: no script, no font, no request.
//!
//! Verdict, key numbers, posterior, claims; where, why, price, power and carbon, resilience; the evidence
//! with its figures, sources, sensitivity; next retarget, method, sources, how to cite. Each part ends
//! with what its numbers rest on. Every text is escaped where it is written, by the compiler's care.
//! Written for print, for 360 pixels, for dark mode and for grey.

mod closing;
mod evidence;
mod evidence_details;
mod impact;
mod opening;
mod panel;
mod place;
mod shell;
pub mod simulation;

use maud::html;

use crate::document::explain::ExplainDocument;
use crate::envelope::Envelope;
use crate::figure::{self, picture::Figure};
use evidence_details::details;
use panel::panel;

/// Figures that stand in a part of their own; all others stand with the evidence.
const ELSEWHERE: [&str; 5] = ["posterior", "map", "pool-estimates", "causes", "price-path"];

/// The page; the same answer gives the same bytes.
pub fn page(answer: &Envelope<ExplainDocument>) -> String {
    let document = &answer.answer;
    let (e, version) = (&document.explanation, answer.version.as_str());
    let figures = figure::figures(e);
    let only = |id: &str| -> Vec<&Figure> { figures.iter().filter(|f| f.id == id).collect() };
    let evidence = || {
        figures
            .iter()
            .filter(|f| !ELSEWHERE.contains(&f.id.as_str()))
    };
    let main = html! {
        (opening::header(document))
        (opening::key_numbers(e))
        (details(&evidence_details::key_numbers(e)))
        @for f in only("posterior") { (panel(f, e.as_of, version)) }
        (opening::claims(e))
        (place::place(e, version, &only("map"), &only("pool-estimates")))
        (place::causes(e, version, &only("causes")))
        (impact::price(e, version, &only("price-path")))
        (impact::energy(e))
        (impact::resilience(e))
        @if evidence().next().is_some() { h2 id="evidence" { "The evidence" } }
        @for f in evidence() { (panel(f, e.as_of, version)) }
        (evidence::by_source(e))
        (evidence::sensitivity(e))
        (closing::next_retarget(e))
        (opening::unassessed(e))
        (closing::method(e))
        (closing::read(e))
        (closing::cite(answer))
    };
    let first = document.verdict.lines().next().unwrap_or_default();
    shell::document(&e.title, first, version, main)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hashquake_explain::explanation::Explanation;

    use crate::figure::readme::readme_svg;
    use crate::sample;

    /// A page as XML, for which its `<meta>` elements, which HTML never closes, are closed.
    fn xml(page: &str) -> String {
        let page = page.trim_start_matches("<!DOCTYPE html>");
        let mut parts = page.split("<meta ");
        let mut out = parts.next().unwrap_or_default().to_string();
        for part in parts {
            out += &format!("<meta {}", part.replacen("\">", "\"/>", 1));
        }
        out
    }

    fn parse(text: &str) -> roxmltree::Document<'_> {
        roxmltree::Document::parse(text).unwrap_or_else(|error| panic!("{error}"))
    }

    fn samples() -> [Explanation; 3] {
        let mut nothing = sample::bare();
        nothing.daily.clear();
        [sample::kazakhstan(), sample::bare(), nothing]
    }

    #[test]
    fn every_tag_is_closed_and_every_id_is_unique() {
        for e in samples() {
            let page = xml(&page(&sample::answer(e.clone())));
            let document = parse(&page);
            let mut ids: Vec<_> = document
                .descendants()
                .filter_map(|n| n.attribute("id"))
                .collect();
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all);
            parse(&readme_svg(&sample::answer(e)));
        }
    }

    #[test]
    fn every_figure_carries_title_unit_source_and_as_of() {
        let page = xml(&page(&sample::answer(sample::kazakhstan())));
        let document = parse(&page);
        let figures: Vec<_> = document
            .descendants()
            .filter(|n| n.has_tag_name("figure"))
            .collect();
        assert_eq!(figures.len(), 10);
        for f in figures {
            let text: String = f.descendants().filter_map(|n| n.text()).collect();
            assert!(f.children().any(|n| n.has_tag_name("h3")));
            let unit = f
                .children()
                .find(|n| n.attribute("class") == Some("unit"))
                .unwrap();
            let unit = unit.text().unwrap();
            assert!(
                ["EH/s", "percent", "UTC"].iter().any(|u| unit.contains(u)),
                "{unit}"
            );
            assert!(text.contains("Source: "), "{text}");
            assert!(text.contains("As of 31 Mar 2022, 00:00 UTC"), "{text}");
            let svgs = f.children().filter(|n| n.attribute("role") == Some("img"));
            assert_eq!(
                svgs.filter(|n| n.attribute("aria-label").is_some()).count(),
                2
            );
        }
    }

    #[test]
    fn hostile_text_stays_text() {
        let mut e = sample::kazakhstan();
        let hostile = "</style><script>alert(\"1\")</script>&'";
        e.title = hostile.to_string();
        e.claims[0].text = hostile.to_string();
        e.claims[0].said_by = hostile.to_string();
        e.claims[0].source = format!("https://x.org/\"onclick=\"{hostile}");
        e.evidence.shares[0].pool = hostile.to_string();
        e.evidence.timeline[0].what = hostile.to_string();
        e.evidence.timeline[0].audience = Some(hostile.to_string());
        let mut answer = sample::answer(e);
        answer.answer.verdict = hostile.to_string();
        let page = xml(&page(&answer));
        let document = parse(&page);
        assert!(!document.descendants().any(|n| n.has_tag_name("script")));
        assert!(
            !document
                .descendants()
                .any(|n| n.attribute("onclick").is_some())
        );
        let svg = readme_svg(&answer);
        assert!(!parse(&svg).descendants().any(|n| n.has_tag_name("script")));
        for text in [&page, &svg] {
            assert!(!text.contains("<script"));
            assert!(text.contains("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;"));
        }
    }

    #[test]
    fn the_page_asks_for_nothing_from_elsewhere() {
        let page = xml(&page(&sample::answer(sample::kazakhstan())));
        let document = parse(&page);
        for node in document.descendants() {
            assert!(node.attribute("src").is_none());
            assert!(node.attribute("href").is_none() || node.has_tag_name("a"));
        }
        assert!(!page.contains("@import") && !page.contains("url(http"));
    }

    #[test]
    fn no_number_in_a_drawing_is_broken() {
        for mut e in samples() {
            if let Some(fused) = &mut e.fused {
                fused.loss_percent = hashquake_base::units::Quantiles {
                    p05: -9.0,
                    p50: -4.0,
                    p95: 1.0,
                };
                fused.end = None;
                fused.duration_hours = None;
            }
            e.as_of = sample::t("2022-01-06T12:00Z");
            let page = page(&sample::answer(e));
            assert!(!page.contains("NaN") && !page.contains("inf\""));
            parse(&xml(&page));
        }
    }

    #[test]
    fn every_part_is_there_when_found_and_absent_when_not() {
        let parts = ["where", "why", "price", "power", "resilience"];
        let has = |page: &str, part: &str| page.contains(&format!("<h2 id=\"{part}\">"));
        let full = page(&sample::answer(sample::kazakhstan()));
        let order: Vec<_> = parts
            .iter()
            .map(|part| full.find(&format!("<h2 id=\"{part}\">")).unwrap())
            .collect();
        assert!(order.is_sorted(), "{order:?}");
        let bare = page(&sample::answer(sample::bare()));
        for part in parts {
            assert!(!has(&bare, part), "{part}");
        }
        assert!(!bare.contains("class=\"evidence-details\""));
    }

    #[test]
    fn every_part_says_what_its_numbers_rest_on() {
        let page = xml(&page(&sample::answer(sample::kazakhstan())));
        let document = parse(&page);
        let found: Vec<String> = document
            .descendants()
            .filter(|n| n.attribute("class") == Some("evidence-details"))
            .map(|n| n.descendants().filter_map(|n| n.text()).collect())
            .collect();
        assert_eq!(found.len(), 6);
        for (text, source) in found.iter().zip([
            "Slush Pool’s list of found blocks",
            "Cambridge mining map, January 2022",
            "RIPE Labs",
            "Bitstamp BTC/USD, hourly",
            "Efficiency of the fleet: assumed",
            "block headers",
        ]) {
            assert!(text.contains(source), "{source}: {text}");
        }
    }

    #[test]
    fn the_map_keeps_the_page_small() {
        let with = page(&sample::answer(sample::kazakhstan())).len();
        let mut e = sample::kazakhstan();
        e.regions.clear();
        let map = with - page(&sample::answer(e)).len();
        assert!(map < 120_000, "{map} bytes");
    }
}
