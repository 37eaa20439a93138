//! The report as one HTML page that needs nothing else: no script, no font, no request.
//!
//! Verdict, key numbers, posterior, claims; where, why, price, power and carbon, resilience; the evidence
//! with its figures, witnesses, sensitivity; next retarget, method, sources, how to cite. Each part ends
//! with a drawer that says what its numbers rest on. Written for print, for 360 pixels, for dark mode and
//! for grey.

mod aftermath;
mod drawer;
mod parts;
mod place;
pub mod simulation;

use std::fmt::Write;

use crate::figure::{self, Figure, PALETTE};
use crate::svg::escape;
use hashquake_base::format::column::{decimal, interval, moment, percent, short_moment};
use hashquake_base::units::{Seconds, rfc3339};
use hashquake_explain::explanation::{Explanation, NextRetarget};

/// The page; the same explanation gives the same bytes.
pub fn page(e: &Explanation) -> String {
    let mut out = String::with_capacity(200_000);
    head(&mut out, e);
    header(&mut out, e);
    parts::key_numbers(&mut out, e);
    drawer::draw(&mut out, &drawer::key_numbers(e));
    let mut figures = figure::figures(e);
    let mut take = |id: &str| -> Vec<Figure> {
        let (wanted, rest) = std::mem::take(&mut figures)
            .into_iter()
            .partition(|f| f.id == id);
        figures = rest;
        wanted
    };
    let answer = take("posterior");
    let (map, pools, causes, price) = (
        take("map"),
        take("pool-estimates"),
        take("causes"),
        take("price-path"),
    );
    for f in &answer {
        draw(&mut out, e, f);
    }
    parts::claims(&mut out, e);
    place::place(&mut out, e, (&map, &pools));
    place::causes(&mut out, e, &causes);
    aftermath::price(&mut out, e, &price);
    aftermath::energy(&mut out, e);
    aftermath::resilience(&mut out, e);
    if !figures.is_empty() {
        out.push_str("<h2 id=\"evidence\">The evidence</h2>\n");
    }
    for f in &figures {
        draw(&mut out, e, f);
    }
    parts::witnesses(&mut out, e);
    parts::sensitivity(&mut out, e);
    if let Some(retarget) = &e.next_retarget {
        next_retarget(&mut out, retarget);
    }
    parts::unassessed(&mut out, e);
    parts::method(&mut out, e);
    parts::sources(&mut out, e);
    cite(&mut out, e);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

fn head(out: &mut String, e: &Explanation) {
    let first = e.verdict.lines().next().unwrap_or_default();
    opening(out, &e.title, first, &e.version);
}

/// From the first line to the opening of the body.
fn opening(out: &mut String, title: &str, first: &str, version: &str) {
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <meta name=\"description\" content=\"{}\"/>\n\
         <meta name=\"generator\" content=\"hashquake {}\"/>\n<title>{} – hashquake</title>\n\
         <style>\n{}{}{}</style>\n</head>\n<body>\n<main>\n",
        escape(first),
        escape(version),
        escape(title),
        palette(),
        include_str!("page.css"),
        figure::STYLE,
    );
}

fn palette() -> String {
    let light: String = PALETTE
        .iter()
        .map(|(n, l, _)| format!("{n}:{l};"))
        .collect();
    let dark: String = PALETTE
        .iter()
        .map(|(n, _, d)| format!("{n}:{d};"))
        .collect();
    format!(":root{{{light}}}\n@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n")
}

fn header(out: &mut String, e: &Explanation) {
    let _ = write!(
        out,
        "<header>\n<p class=\"kicker\">hashquake explains</p>\n<h1>{}</h1>\n\
         <p class=\"meta\">Window: {} to {} UTC. As of {} UTC, last block {}.</p>\n</header>\n",
        escape(&e.title),
        moment(e.window.start),
        moment(e.window.end),
        moment(e.as_of),
        e.last_height
    );
    out.push_str("<section class=\"verdict\" aria-label=\"Verdict\">\n");
    for (i, paragraph) in e
        .verdict
        .split('\n')
        .filter(|p| !p.trim().is_empty())
        .enumerate()
    {
        let class = if i == 0 { " class=\"lead\"" } else { "" };
        let _ = writeln!(out, "<p{class}>{}</p>", escape(paragraph.trim()));
    }
    out.push_str("</section>\n");
}

fn draw(out: &mut String, e: &Explanation, f: &Figure) {
    panel(out, f, e.as_of, &e.version);
}

/// A figure with its caption and the numbers behind it.
fn panel(out: &mut String, f: &Figure, as_of: Seconds, version: &str) {
    let _ = write!(
        out,
        "<section class=\"panel\" id=\"{}\">\n<figure>\n<h3>{}</h3>\n<p class=\"unit\">{}</p>\n{}{}",
        escape(&f.id),
        escape(&f.title),
        escape(&f.unit),
        f.wide,
        f.narrow
    );
    if !f.key.is_empty() {
        out.push_str("<ol class=\"key\">\n");
        for statement in &f.key {
            let _ = writeln!(out, "<li>{}</li>", escape(statement));
        }
        out.push_str("</ol>\n");
    }
    let _ = write!(
        out,
        "<figcaption>\n<p>{}</p>\n<p class=\"source\">Source: {}. As of {} UTC. hashquake {}.</p>\n\
         </figcaption>\n</figure>\n",
        escape(&f.note),
        escape(if f.source.is_empty() {
            "as listed below"
        } else {
            &f.source
        }),
        moment(as_of),
        escape(version)
    );
    if !f.table.rows.is_empty() {
        out.push_str("<details>\n<summary>The numbers behind this figure</summary>\n");
        parts::table(out, &f.title, &f.table);
        out.push_str("</details>\n");
    }
    out.push_str("</section>\n");
}

fn next_retarget(out: &mut String, r: &NextRetarget) {
    let _ = write!(
        out,
        "<section>\n<h2>The next retarget, as seen on {} UTC</h2>\n<p>At height {} the difficulty \
         changes by {} (90 %: {}), about {} UTC (between {} and {}); {} blocks of the epoch were found \
         by then.</p>\n</section>\n",
        moment(r.seen_at),
        r.height,
        percent(r.change_percent.p50),
        interval(r.change_percent),
        moment(r.date.p50),
        short_moment(r.date.p05),
        short_moment(r.date.p95),
        r.blocks_so_far
    );
}

fn cite(out: &mut String, e: &Explanation) {
    let _ = write!(
        out,
        "<section class=\"cite\">\n<h2>How to cite</h2>\n<p>hashquake {version}, “{title}”, as of {as_of}, \
         seed {seed}.</p>\n<p>The same version, seed and inputs give the same page:</p>\n\
         <pre><code>{command}</code></pre>\n</section>\n",
        version = escape(&e.version),
        title = escape(&e.title),
        as_of = rfc3339(e.as_of),
        seed = e.seed,
        command = escape(&e.command),
    );
}

/// Odds of a loss against none, in words: `13 to 1`, `1 to 4`.
fn odds(log10_bayes_factor: f64) -> String {
    let side = libm::exp10(log10_bayes_factor.abs());
    let side = match log10_bayes_factor.abs() {
        b if b >= 6.0 => "over a million".to_string(),
        b if b >= 2.0 => format!("{:.0}", (side / 10.0).round() * 10.0),
        _ => decimal(side, usize::from(side < 9.95)),
    };
    if log10_bayes_factor < 0.0 {
        format!("1 to {side}")
    } else {
        format!("{side} to 1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::readme::readme_svg;
    use crate::sample;

    fn parse(text: &str) -> roxmltree::Document<'_> {
        let text = text.strip_prefix("<!DOCTYPE html>\n").unwrap_or(text);
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
            let page = page(&e);
            let document = parse(&page);
            let mut ids: Vec<_> = document
                .descendants()
                .filter_map(|n| n.attribute("id"))
                .collect();
            let all = ids.len();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), all);
            parse(&readme_svg(&e));
        }
    }

    #[test]
    fn every_figure_carries_title_unit_source_and_as_of() {
        let page = page(&sample::kazakhstan());
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
        e.verdict = hostile.to_string();
        e.claims[0].text = hostile.to_string();
        e.claims[0].said_by = hostile.to_string();
        e.claims[0].source = format!("https://x.org/\"onclick=\"{hostile}");
        e.evidence.shares[0].pool = hostile.to_string();
        e.evidence.timeline[0].what = hostile.to_string();
        e.evidence.timeline[0].audience = Some(hostile.to_string());
        let page = page(&e);
        let document = parse(&page);
        assert!(!document.descendants().any(|n| n.has_tag_name("script")));
        assert!(
            !document
                .descendants()
                .any(|n| n.attribute("onclick").is_some())
        );
        let svg = readme_svg(&e);
        assert!(!parse(&svg).descendants().any(|n| n.has_tag_name("script")));
    }

    #[test]
    fn the_page_asks_for_nothing_from_elsewhere() {
        let page = page(&sample::kazakhstan());
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
            let page = page(&e);
            assert!(!page.contains("NaN") && !page.contains("inf\""));
            parse(&page);
        }
    }

    #[test]
    fn every_part_is_there_when_found_and_absent_when_not() {
        let parts = ["where", "why", "price", "power", "resilience"];
        let has = |page: &str, part: &str| page.contains(&format!("<h2 id=\"{part}\">"));
        let full = page(&sample::kazakhstan());
        let order: Vec<_> = parts
            .iter()
            .map(|part| full.find(&format!("<h2 id=\"{part}\">")).unwrap())
            .collect();
        assert!(order.is_sorted(), "{order:?}");
        let bare = page(&sample::bare());
        for part in parts {
            assert!(!has(&bare, part), "{part}");
        }
        assert!(!bare.contains("class=\"drawer\""));
    }

    #[test]
    fn every_part_has_a_drawer_that_names_its_sources() {
        let page = page(&sample::kazakhstan());
        let document = parse(&page);
        let drawers: Vec<String> = document
            .descendants()
            .filter(|n| n.attribute("class") == Some("drawer"))
            .map(|n| n.descendants().filter_map(|n| n.text()).collect())
            .collect();
        assert_eq!(drawers.len(), 6);
        for (drawer, source) in drawers.iter().zip([
            "Slush Pool’s list of found blocks",
            "Cambridge mining map, January 2022",
            "RIPE Labs",
            "Bitstamp BTC/USD, hourly",
            "Efficiency of the fleet: assumed",
            "block headers",
        ]) {
            assert!(drawer.contains(source), "{source}: {drawer}");
        }
    }

    #[test]
    fn the_map_keeps_the_page_small() {
        let with = page(&sample::kazakhstan()).len();
        let mut e = sample::kazakhstan();
        e.regions.clear();
        let map = with - page(&e).len();
        assert!(map < 120_000, "{map} bytes");
    }

    #[test]
    fn odds_read_both_ways() {
        assert_eq!(odds(1.1), "13 to 1");
        assert_eq!(odds(-0.6), "1 to 4.0");
        assert_eq!(odds(3.02), "1050 to 1");
        assert_eq!(odds(9.0), "over a million to 1");
    }
}
