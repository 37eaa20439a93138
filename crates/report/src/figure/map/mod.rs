//! Where the hashrate stood, and where it was lost: countries shaded by their share, hatched by how
//! little is known of it.
//!
//! A map of shares shouts numbers that nobody counted: the survey behind most of them covers a third to a
//! half of the network and sees a machine where its tunnel ends. So the fill carries the median, and
//! lines over it the width of its 90 % interval against the median: none below a half, some below one and
//! a half, many above. Losses are numbered marks with the numbers below, so that neither colour nor size
//! has to be read. What has a code below its country is shown at the country. Outlines are thinned to 0.4
//! pixels, borders once for both sides; some 25 kB for the wide map. Left out: Antarctica, islands below
//! a pixel, seas, names of countries without a loss.

pub mod country;
pub mod outline;
pub mod projection;
mod view;

use crate::figure::layout::{Layout, SMALL};
use crate::figure::legend::{Swatch, legend};
use crate::figure::picture::{Figure, hatch, svg};
use crate::svg::{Anchor, Drawing, Mark, text_width};
use crate::table::Table;
use hashquake_base::format::{amount, amounts, list, percent, percent_range};
use hashquake_base::units::Quantiles;
use hashquake_explain::explanation::attribution::RegionRow;
use hashquake_explain::explanation::{Explanation, RegionFindingKind};
use view::View;

/// Upper ends of the classes of shares, percent.
const CLASSES: [f64; 4] = [1.0, 5.0, 15.0, 30.0];

const ID: &str = "map";

/// How wide the interval of a share is against its median.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doubt {
    Small,
    Middling,
    Large,
}

impl Doubt {
    fn of(share: Quantiles) -> Self {
        let width = share.p95 - share.p05;
        if width < 0.5 * share.p50 {
            Self::Small
        } else if width < 1.5 * share.p50 {
            Self::Middling
        } else {
            Self::Large
        }
    }
}

/// A country that is drawn: what it had, and the rows about it and its parts.
struct Shaded<'a> {
    numeric: u16,
    name: String,
    share: Quantiles,
    rows: Vec<&'a RegionRow>,
}

impl Shaded<'_> {
    fn lost(&self) -> bool {
        self.rows.iter().any(|r| r.lost())
    }

    fn class(&self) -> usize {
        CLASSES.iter().filter(|end| self.share.p50 >= **end).count()
    }
}

/// The map; `None` where no region can be drawn.
pub fn figure(e: &Explanation) -> Option<Figure> {
    let countries = shaded(&e.regions);
    if countries.is_empty() {
        return None;
    }
    let description = describe(&countries);
    let picture = |layout| {
        let (drawing, height) = draw(&countries, layout);
        svg(ID, layout, height, &description, drawing)
    };
    Some(Figure {
        id: ID.to_string(),
        title: finding(e),
        unit: "Share of the network’s hashrate before the window, percent; marks: loss, percent of the \
               network"
            .to_string(),
        note: note(&e.regions),
        key: countries.iter().filter(|c| c.lost()).map(statement).collect(),
        source: source(&e.regions),
        wide: picture(Layout::Wide),
        narrow: picture(Layout::Narrow),
        description: description.clone(),
        table: table(&e.regions),
    })
}

/// Rows by country, largest share first. A country without a row of its own has the sum of its parts.
fn shaded(rows: &[RegionRow]) -> Vec<Shaded<'_>> {
    let mut found: Vec<Shaded> = Vec::new();
    for row in rows {
        let Some(numeric) = country::numeric(&row.region) else {
            continue;
        };
        match found.iter_mut().find(|c| c.numeric == numeric) {
            Some(known) => known.rows.push(row),
            None => found.push(Shaded {
                numeric,
                name: String::new(),
                share: row.share_percent,
                rows: vec![row],
            }),
        }
    }
    for shaded in &mut found {
        let own = shaded
            .rows
            .iter()
            .find(|r| country::country(&r.region) == r.region);
        let sum =
            |of: fn(&Quantiles) -> f64| shaded.rows.iter().map(|r| of(&r.share_percent)).sum();
        (shaded.name, shaded.share) = match own {
            Some(row) => (row.name.clone(), row.share_percent),
            None => (
                list(
                    &shaded
                        .rows
                        .iter()
                        .map(|r| r.name.clone())
                        .collect::<Vec<_>>(),
                ),
                Quantiles {
                    p05: sum(|q| q.p05),
                    p50: sum(|q| q.p50),
                    p95: sum(|q| q.p95),
                },
            ),
        };
    }
    found.sort_by(|a, b| b.share.p50.total_cmp(&a.share.p50));
    found
}

fn finding(e: &Explanation) -> String {
    let found = &e.findings.regions;
    let named = e
        .regions
        .iter()
        .filter(|r| found.regions.contains(&r.region));
    let names = list(&named.map(|r| r.name.clone()).collect::<Vec<_>>());
    match found.kind {
        RegionFindingKind::NoneStandsOut => {
            "Where the hashrate stood: no region’s loss stands out".to_string()
        }
        RegionFindingKind::Indistinguishable => {
            format!("The loss points to {names}, which are indistinguishable")
        }
        RegionFindingKind::MayHaveLost => format!("The loss may have fallen in {names}"),
        RegionFindingKind::Lost => format!("The loss points to {names}"),
        RegionFindingKind::LostPart => format!("Part of the loss points to {names}"),
    }
}

fn note(rows: &[RegionRow]) -> String {
    let unseen: Vec<String> = rows
        .iter()
        .filter(|r| country::numeric(&r.region).is_none())
        .map(|r| format!("{} ({})", r.name, percent(r.share_percent.p50)))
        .collect();
    let below = rows.iter().any(|r| country::country(&r.region) != r.region);
    let mut note = "The closer the lines, the less is known: none where the 90 % interval of a share is \
                    narrower than half of its median, close ones where it is wider than one and a half \
                    times the median."
        .to_string();
    if below {
        note.push_str(" What is known below a country is shown at the country.");
    }
    if !unseen.is_empty() {
        note.push_str(&format!(" Not on the map: {}.", list(&unseen)));
    }
    note
}

fn source(rows: &[RegionRow]) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for row in rows {
        if !row.share_source.is_empty() && !seen.contains(&row.share_source.as_str()) {
            seen.push(&row.share_source);
        }
    }
    seen.push("outlines: Natural Earth");
    seen.join("; ")
}

fn describe(countries: &[Shaded]) -> String {
    let shares: Vec<String> = countries
        .iter()
        .map(|c| {
            format!(
                "{} {} ({})",
                c.name,
                percent(c.share.p50),
                percent_range(c.share)
            )
        })
        .collect();
    let losses: Vec<String> = countries
        .iter()
        .filter(|c| c.lost())
        .map(statement)
        .collect();
    let losses = if losses.is_empty() {
        "No loss is marked.".to_string()
    } else {
        losses.join(" ")
    };
    format!("Shares before: {}. {losses}", shares.join("; "))
}

/// What was lost in a country, by its rows.
fn statement(shaded: &Shaded) -> String {
    let row = |r: &&&RegionRow| -> Option<String> {
        let loss = r.loss_percent?;
        let power = r.power_mw.map_or(String::new(), |mw| {
            format!(", {} MW ({})", amount(mw.p50), amounts(mw))
        });
        Some(format!(
            "{}: {} of the network (90 %: {}){power}.",
            r.name,
            percent(loss.p50),
            percent_range(loss)
        ))
    };
    let told = shaded.rows.iter().filter(|r| r.lost());
    told.filter_map(|r| row(&r)).collect::<Vec<_>>().join(" ")
}

fn draw(countries: &[Shaded], layout: Layout) -> (Drawing, f64) {
    let mut d = Drawing::default();
    let (some, many) = (hatch(ID, layout, "some"), hatch(ID, layout, "many"));
    let (some_light, many_light) = (format!("{some}-light"), format!("{many}-light"));
    for (name, class, gap) in [
        (&some, "hatch-doubt", 6.0),
        (&many, "hatch-doubt", 3.0),
        (&some_light, "hatch-doubt-light", 6.0),
        (&many_light, "hatch-doubt-light", 3.0),
    ] {
        d.hatching(name, class, gap);
    }
    let height = key(&mut d, layout, (&some, &many)) + layout.pick(10.0, 8.0);
    let numbers: Vec<u16> = countries.iter().map(|c| c.numeric).collect();
    let view = View::new(layout, &numbers);
    let mut map = Drawing::default();
    map.area("land", &view.land(&numbers));
    for shaded in countries {
        let rings = view.country(shaded.numeric);
        let class = shaded.class();
        map.area(&format!("share share-{}", class + 1), &rings);
        // On the two darkest fills lines of ink would vanish.
        let light = class >= 3;
        match Doubt::of(shaded.share) {
            Doubt::Small => {}
            Doubt::Middling => map.hatched_area(if light { &some_light } else { &some }, &rings),
            Doubt::Large => map.hatched_area(if light { &many_light } else { &many }, &rings),
        }
    }
    marks(&mut map, countries, &view, layout);
    let mut framed = Drawing::default();
    let clip = hatch(ID, layout, "clip");
    framed.clipped(&clip, map, (0.0, 0.0), (layout.width(), view.height()));
    d.place(framed, (0.0, height));
    (d, height + view.height() + 2.0)
}

fn key(d: &mut Drawing, layout: Layout, (some, many): (&String, &String)) -> f64 {
    let shares = [
        (Swatch::Fill("share share-1"), "under 1 %"),
        (Swatch::Fill("share share-2"), "1 to 5"),
        (Swatch::Fill("share share-3"), "5 to 15"),
        (Swatch::Fill("share share-4"), "15 to 30"),
        (Swatch::Fill("share share-5"), "over 30"),
        (Swatch::Fill("land"), "no figure"),
    ];
    let rest = [
        (
            Swatch::Hatched("share share-2", some.clone()),
            "share uncertain",
        ),
        (
            Swatch::Hatched("share share-2", many.clone()),
            "very uncertain",
        ),
        (Swatch::Mark("badge", Mark::Disc), "lost, as numbered"),
    ];
    let height = legend(d, layout, 0.0, &shares);
    height + legend(d, layout, height, &rest)
}

/// Numbered marks at the countries that lost, in the order of the key; names beside them where there is
/// room.
fn marks(d: &mut Drawing, countries: &[Shaded], view: &View, layout: Layout) {
    const RADIUS: f64 = 9.0;
    let mut placed: Vec<(f64, f64)> = Vec::new();
    let mut labels: Vec<(f64, f64, f64)> = Vec::new();
    for (i, shaded) in countries.iter().filter(|c| c.lost()).enumerate() {
        let Some((x, mut y)) = view.anchor(shaded.numeric) else {
            continue;
        };
        let near = |(a, b): &(f64, f64), y: f64| libm::hypot(a - x, b - y) < 2.0 * RADIUS + 2.0;
        while placed.iter().any(|p| near(p, y)) {
            y += 4.0;
        }
        placed.push((x, y));
        d.mark("badge-rim", Mark::Disc, (x, y), RADIUS + 2.5);
        d.mark("badge", Mark::Disc, (x, y), RADIUS);
        d.text("number", (x, y + 4.0), Anchor::Middle, &(i + 1).to_string());
        let losses = shaded
            .rows
            .iter()
            .filter(|r| r.lost())
            .filter_map(|r| r.loss_percent);
        let label = format!("{} −{}", shaded.name, percent(losses.map(|q| q.p50).sum()));
        let width = text_width(&label, SMALL) + 4.0;
        let sides = [
            (Anchor::Start, x + RADIUS + 6.0),
            (Anchor::End, x - RADIUS - 6.0),
        ];
        let free = sides.into_iter().find(|(anchor, at)| {
            let (from, to) = anchor.reach(*at, width);
            let clear =
                |(a, b, other): &(f64, f64, f64)| to < *a || from > *b || (y - other).abs() > 16.0;
            from > 0.0 && to < layout.width() && labels.iter().all(clear)
        });
        if let (Layout::Wide, Some((anchor, at))) = (layout, free) {
            let (from, to) = anchor.reach(at, width);
            labels.push((from, to, y));
            d.text("halo", (at, y + 4.0), anchor, &label);
        }
    }
}

fn table(rows: &[RegionRow]) -> Table {
    let mut table = Table::new(&[
        "Region",
        "Code",
        "Share",
        "90 %",
        "Loss, of the network",
        "90 %",
        "Power, MW",
        "90 %",
        "Share from",
    ]);
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "–".to_string());
    table.rows = rows
        .iter()
        .map(|r| {
            vec![
                r.name.clone(),
                r.region.clone(),
                percent(r.share_percent.p50),
                percent_range(r.share_percent),
                or_none(r.loss_percent.map(|q| percent(q.p50))),
                or_none(r.loss_percent.map(percent_range)),
                or_none(r.power_mw.map(|q| amount(q.p50))),
                or_none(r.power_mw.map(amounts)),
                r.share_source.clone(),
            ]
        })
        .collect();
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample;

    #[test]
    fn doubt_is_the_width_against_the_median() {
        let q = |p05, p50, p95| Quantiles { p05, p50, p95 };
        assert_eq!(Doubt::of(q(34.0, 37.8, 41.0)), Doubt::Small);
        assert_eq!(Doubt::of(q(9.4, 13.2, 17.6)), Doubt::Middling);
        assert_eq!(Doubt::of(q(0.1, 1.9, 6.8)), Doubt::Large);
        assert_eq!(Doubt::of(Quantiles::point(0.0)), Doubt::Large);
    }

    #[test]
    fn the_map_shades_hatches_and_marks_what_the_rows_say() {
        let e = sample::kazakhstan();
        let figure = figure(&e).unwrap();
        for (picture, name) in [(&figure.wide, "wide"), (&figure.narrow, "narrow")] {
            let document = roxmltree::Document::parse(picture).unwrap();
            let classed = |class: &str| {
                let all = document.descendants();
                all.filter(|n| n.has_tag_name("path") && n.attribute("class") == Some(class))
                    .count()
            };
            assert_eq!(classed("share share-5"), 1, "the United States");
            assert_eq!(classed("share share-4"), 1, "China");
            assert_eq!(classed("share share-3"), 2, "Kazakhstan, Canada");
            assert_eq!(classed("land"), 1);
            let hatched = |kind: &str| {
                let fill = format!("url(#map-{name}-{kind})");
                let all = document.descendants();
                all.filter(|n| n.has_tag_name("path") && n.attribute("fill") == Some(&fill))
                    .count()
            };
            assert_eq!(hatched("many"), 1, "Iran");
            assert_eq!(hatched("some-light"), 1, "China");
            let numbers = document
                .descendants()
                .filter(|n| n.attribute("class") == Some("number"));
            assert_eq!(numbers.count(), figure.key.len());
            assert!(picture.len() < 60_000, "{} bytes", picture.len());
        }
        assert_eq!(figure.key.len(), 2);
        assert!(
            figure.key[0].starts_with("Kazakhstan: 6.4 %"),
            "{}",
            figure.key[0]
        );
        assert!(
            figure.note.contains("Not on the map: Elsewhere"),
            "{}",
            figure.note
        );
        assert!(
            figure.title.contains("indistinguishable"),
            "{}",
            figure.title
        );
        assert_eq!(figure.table.rows.len(), e.regions.len());
    }

    #[test]
    fn parts_of_a_country_are_summed_where_it_has_no_row_itself() {
        let mut e = sample::kazakhstan();
        e.regions.retain(|r| r.region == "US-TX");
        e.regions.push(RegionRow {
            region: "US-NY".to_string(),
            ..e.regions[0].clone()
        });
        let countries = shaded(&e.regions);
        assert_eq!(countries.len(), 1);
        assert_eq!(countries[0].share.p50, 16.0);
        e.regions.clear();
        assert!(figure(&e).is_none());
    }
}
