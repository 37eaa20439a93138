//! Promises of scenario files.

use hashquake_base::diagnostics::Diagnostics;
use hashquake_base::distribution::Distribution;
use hashquake_base::units::{DAY, rfc3339};
use hashquake_world::scenario::event_keys::{EVENT, EVENTS};
use hashquake_world::scenario::keys::PRICES;
use hashquake_world::scenario::value_type::{Key, Kind, Presence};
use hashquake_world::scenario::{
    EventKind, Price, Resolved, Scenario, Source, extends, library, read,
};
use proptest::prelude::*;

const BASE: &str = r#"id = "base"
title = "A base"
question = "What if?"
start = "2022-01-05T00:00Z"
end = "30 d"
price = { kind = "constant", price = "43000 USD" }

[exchange]
usd_per_kzt = 0.0023

[[events]]
id = "cut"
kind = "power_cut"
start = "2 d"
duration = "3 d"
regions = ["KZ"]
severity = 0.5
"#;

/// Files by name, as an author's folder has them.
fn load<'f>(files: &'f [(&'f str, &'f str)]) -> impl Fn(&str, &str) -> Result<Source, String> + 'f {
    |wanted, _| {
        let found = files.iter().find(|(name, _)| *name == wanted);
        let (name, text) = found.ok_or("there is no such file")?;
        Ok(Source {
            name: (*name).to_string(),
            text: (*text).to_string(),
        })
    }
}

fn resolve(files: &[(&str, &str)], sets: &[&str]) -> Result<Resolved, Diagnostics> {
    let load = load(files);
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_string()).collect();
    let first = load(files[0].0, "").unwrap();
    read(&first, &sets, &load)
}

fn right(text: &str) -> Scenario {
    let found = resolve(&[("x.toml", text)], &[]);
    found.unwrap_or_else(|e| panic!("{e}\n{text}")).scenario
}

fn wrong(text: &str) -> Diagnostics {
    resolve(&[("x.toml", text)], &[]).unwrap_err()
}

/// The base with one line changed and its only mistake's line and words.
fn mistake_after(from: &str, to: &str) -> (usize, String) {
    assert!(BASE.contains(from), "{from}");
    let mistakes = wrong(&BASE.replacen(from, to, 1));
    assert_eq!(mistakes.list.len(), 1, "{to}: {mistakes}");
    let m = &mistakes.list[0];
    (m.location.line.unwrap(), m.message.clone())
}

#[test]
fn what_is_no_toml_is_not_said_to_miss_anything() {
    let mistakes = wrong("this is [ no toml");
    assert_eq!(mistakes.list.len(), 1, "{mistakes}");
    assert!(mistakes.to_string().contains("line 1: not TOML"));
}

#[test]
fn growth_and_prices_beyond_any_clock_are_refused() {
    let grown = |growth: &str| wrong(&format!("{BASE}[growth]\n{growth}\n")).to_string();
    let told = grown("trend = \"200 %/d\"");
    assert!(
        told.contains("line 19: `growth.trend` can carry it by a factor of 10^26 within the 30 d"),
        "{told}"
    );
    assert!(grown("trend = \"-200 %/d\"").contains("`growth.trend`"));
    assert!(grown("walk = \"9000 %/sqrt(d)\"").contains("`growth.walk`"));
    let price = "{ kind = \"jump_diffusion\", price = \"43000 USD\", volatility = \"3 %/sqrt(d)\", drift = \"300 %/d\" }";
    let from = "{ kind = \"constant\", price = \"43000 USD\" }";
    let told = wrong(&BASE.replacen(from, price, 1)).to_string();
    assert!(told.contains("line 6: `price.drift`"), "{told}");
    right(&format!("{BASE}[growth]\ntrend = \"30 %/d\"\n"));
}

fn severity(scenario: &Scenario) -> &Distribution {
    match &scenario.events[0].kind {
        EventKind::PowerCut { severity } => severity,
        other => panic!("{other:?}"),
    }
}

/// Lines belong to files, not to what they say.
fn without_lines(mut scenario: Scenario) -> Scenario {
    scenario.events.iter_mut().for_each(|e| e.line = 0);
    scenario
}

#[test]
fn every_embedded_scenario_reads_bears_its_files_name_and_asks_something() {
    let all = library::all();
    assert_eq!(all.len(), library::FILES.len());
    for (resolved, (name, _)) in all.iter().zip(library::FILES) {
        let s = &resolved.scenario;
        assert_eq!(s.id, *name);
        assert!(s.question.ends_with('?'), "{name}");
        let told_what_came = name.starts_with("replay-") && name.ends_with("-dates");
        assert!(
            told_what_came || s.as_of <= s.start,
            "{name} starts from what was not known"
        );
    }
    assert!(library::FILES.is_sorted());
}

#[test]
fn there_is_a_scenario_of_every_kind_of_event() {
    let all = library::all();
    for word in extends::kinds() {
        let events = all.iter().flat_map(|r| &r.scenario.events);
        assert!(events.into_iter().any(|e| e.kind.word() == word), "{word}");
    }
    assert!(all.iter().any(|r| r.scenario.events.is_empty()));
}

#[test]
fn an_event_without_a_source_is_an_assumption_in_all_its_numbers() {
    for r in library::all() {
        for event in r.scenario.events.iter().filter(|e| e.source.is_none()) {
            let start = format!("events.{}.start", event.id);
            assert!(r.priors.iter().any(|p| p.key == start), "{}", r.scenario.id);
        }
    }
    let sourced = BASE.replace("severity = 0.5", "severity = 0.5\nsource = \"a\"");
    let keys = |text: &str| -> Vec<String> {
        let priors = resolve(&[("x", text)], &[]).unwrap().priors;
        let of_cut = priors.into_iter().filter(|p| p.key.starts_with("events."));
        of_cut.map(|p| p.key).collect()
    };
    assert_eq!(
        keys(BASE),
        [
            "events.cut.start",
            "events.cut.duration",
            "events.cut.severity"
        ]
    );
    assert!(keys(&sourced).is_empty());
    assert_eq!(
        keys(&format!("{sourced}assumed = [\"severity\"]")),
        ["events.cut.severity"]
    );
}

#[test]
fn the_resolved_text_says_the_same_and_needs_no_other_file() {
    for r in library::all() {
        let alone =
            resolve(&[("alone", &r.text)], &[]).unwrap_or_else(|e| panic!("{e}\n{}", r.text));
        assert_eq!(without_lines(alone.scenario), without_lines(r.scenario));
        assert_eq!(alone.text, r.text);
        assert_eq!(alone.priors, r.priors);
    }
}

#[test]
fn the_main_scenario_takes_35_percent_for_three_weeks_from_the_hour_of_the_cut() {
    let source = library::find("kazakhstan-35-percent-3-weeks").unwrap();
    let s = read(&source, &[], &library::load).unwrap().scenario;
    let [event] = s.events.as_slice() else {
        panic!()
    };
    assert_eq!(event.duration, Some(Distribution::Point(21.0 * DAY as f64)));
    let Distribution::Point(start) = event.start else {
        panic!()
    };
    assert_eq!(rfc3339(s.start + start as i64), "2022-01-05T10:45:00Z");
    assert!(
        event.who.regions.is_empty(),
        "35 % of every region is 35 % of the network"
    );
    let EventKind::InternetShutdown {
        severity,
        backup_share,
        ..
    } = &event.kind
    else {
        panic!()
    };
    assert_eq!(
        (severity, backup_share),
        (&Distribution::Point(0.35), &Distribution::Point(0.0))
    );
}

#[test]
fn tenge_are_dollars_at_the_rate_that_the_scenario_states() {
    let rate = |id: &str, sets: &[&str]| {
        let sets: Vec<String> = sets.iter().map(|s| (*s).to_string()).collect();
        let s = read(&library::find(id).unwrap(), &sets, &library::load)
            .unwrap()
            .scenario;
        match s.events[0].kind {
            EventKind::Levy {
                usd_per_kwh: Distribution::Point(x),
            } => x,
            ref other => panic!("{other:?}"),
        }
    };
    assert!((rate("kazakhstan-levy-25-tenge", &[]) - 0.0575).abs() < 1e-12);
    assert!((rate("kazakhstan-levy-1-tenge", &[]) - 0.0023).abs() < 1e-12);
    let doubled = rate("kazakhstan-levy-1-tenge", &["exchange.usd_per_kzt=0.0046"]);
    assert!((doubled - 0.0046).abs() < 1e-12);
}

#[test]
fn a_unit_may_stand_in_the_value_or_in_the_name() {
    for (name, value) in [
        ("severity", "\"50 %\""),
        ("severity_percent", "50"),
        ("severity", "0.5"),
    ] {
        let s = right(&BASE.replace("severity = 0.5", &format!("{name} = {value}")));
        assert_eq!(severity(&s), &Distribution::Point(0.5), "{name}");
    }
    let days = right(&BASE.replace("duration = \"3 d\"", "duration_days = { uniform = [1, 5] }"));
    let (low, high) = (DAY as f64, 5.0 * DAY as f64);
    assert_eq!(
        days.events[0].duration,
        Some(Distribution::Uniform { low, high })
    );
    let ended = right(&BASE.replace("duration = \"3 d\"", "end = \"2022-01-10T00:00Z\""));
    assert_eq!(
        ended.events[0].duration,
        Some(Distribution::Point(3.0 * DAY as f64))
    );
}

#[test]
fn each_mistake_names_its_line_and_what_would_be_right() {
    for (from, to, line, hint) in [
        ("severity = 0.5", "severity = -0.5", 17, "between 0 and 1"),
        (
            "severity = 0.5",
            "severity = \"150 %\"",
            17,
            "between 0 and 1",
        ),
        (
            "severity = 0.5",
            "severity_percent = 150",
            17,
            "between 0 and 100",
        ),
        ("severity = 0.5", "severity = nan", 17, "finite"),
        (
            "severity = 0.5",
            "severity = { normal = { mean = 0.5, sd = 0.1 } }",
            17,
            "can be drawn from",
        ),
        (
            "severity = 0.5",
            "severity = { normal = { mean = 0.5, sd = -0.1 } }",
            17,
            "sd",
        ),
        (
            "severity = 0.5",
            "severity = { uniform = [0.5, 0.1] }",
            17,
            "less than the second",
        ),
        (
            "severity = 0.5",
            "severity = { triangular = [0.1, 0.9, 0.5] }",
            17,
            "mode between",
        ),
        (
            "severity = 0.5",
            "severity = { choice = [[0.5, -1], [0.2, 2]] }",
            17,
            "at least 0",
        ),
        (
            "severity = 0.5",
            "severity = { choice = [[0.5, 0]] }",
            17,
            "no weight",
        ),
        (
            "severity = 0.5",
            "severity = { lognormal = { median = 0.1, sigma = -1 } }",
            17,
            "sigma",
        ),
        (
            "severity = 0.5",
            "severity = { gamma = 3 }",
            17,
            "known are lognormal",
        ),
        (
            "severity = 0.5",
            "severity = 0.5\ncap = \"3 MW\"",
            18,
            "a key of rationing",
        ),
        (
            "severity = 0.5",
            "severity = 0.5\nsevrity = 1",
            18,
            "did you mean `severity`",
        ),
        (
            "severity = 0.5",
            "severity = 0.5\nseverity_percent = 50",
            18,
            "one of them",
        ),
        (
            "severity = 0.5",
            "severity = 0.5\nknown_at = \"2022-01-05\"",
            18,
            "`source`",
        ),
        (
            "severity = 0.5",
            "severity = 0.5\n[[events]]\nid = \"cut\"\nkind = \"levy\"\nstart = \"1 d\"\nrate = \"1 KZT/kWh\"",
            19,
            "as in line 12",
        ),
        (
            "severity = 0.5",
            "severity = 0.5\n[[events]]\nid = \"out\"\nkind = \"export\"\nstart = \"1 d\"\nshare = 0.1",
            18,
            "duration` is missing",
        ),
        ("\"KZ\"", "\"KZ\", \"QQ\"", 16, "ISO 3166"),
        ("\"KZ\"", "\"KZ\", \"KZ\"", 16, "twice"),
        ("start = \"2 d\"", "start = \"40 d\"", 14, "outside the run"),
        (
            "start = \"2 d\"",
            "start = \"2021-12-31\"",
            14,
            "outside the run",
        ),
        (
            "duration = \"3 d\"",
            "end = \"1 d\"",
            15,
            "not after `start`",
        ),
        ("duration = \"3 d\"", "duration = 3", 15, "without a unit"),
        (
            "duration = \"3 d\"",
            "duration = \"0 d\"",
            15,
            "more than 0 s",
        ),
        ("power_cut", "powercut", 13, "did you mean `power_cut`"),
        ("power_cut", "halving", 13, "comes by itself"),
        ("end = \"30 d\"", "end = \"30 y\"", 5, "ten years"),
        (
            "end = \"30 d\"",
            "end = \"30 d\"\ndecision = \"0 h\"",
            6,
            "between 1 s and 3653 d",
        ),
        ("constant", "konstant", 6, "did you mean `constant`"),
        ("\"43000 USD\"", "\"43000 EUR\"", 6, "usd_per_eur"),
        ("\"43000 USD\"", "\"-1 USD\"", 6, "more than 0"),
        ("kzt = 0.0023", "kzt = 0", 9, "more than 0"),
        (
            "kind = \"constant\", price = \"43000 USD\"",
            "kind = \"path\", closes = [[\"2022-01-04\", 3], [\"2022-01-03\", 4]]",
            6,
            "back in time",
        ),
        (
            "kind = \"constant\", price = \"43000 USD\"",
            "kind = \"path\", closes = [[\"2022-01-06\", 3]]",
            6,
            "at or before",
        ),
    ] {
        let (found, what) = mistake_after(from, to);
        assert_eq!(found, line, "{to}: {what}");
        assert!(what.contains(hint), "{to}: {what}");
    }
}

#[test]
fn restorations_keep_within_their_event_and_apart() {
    let shutdown = BASE.replace("power_cut", "internet_shutdown");
    let with = |list: &str| format!("{shutdown}restorations = [{list}]\n");
    let two = with(
        "{ from = \"6 h\", to = \"9 h\", severity = 0.1 }, { from = \"2022-01-08\", to = \"2022-01-09\", severity = 0 }",
    );
    match &right(&two).events[0].kind {
        EventKind::InternetShutdown { restorations, .. } => {
            let hour = 3600.0;
            let expected = [
                (6.0 * hour, 9.0 * hour, 0.1),
                (24.0 * hour, 48.0 * hour, 0.0),
            ];
            assert_eq!(restorations, &expected);
        }
        other => panic!("{other:?}"),
    }
    for (list, hint) in [
        (
            "{ from = \"9 h\", to = \"6 h\", severity = 0 }",
            "before it begins",
        ),
        (
            "{ from = \"2 d\", to = \"4 d\", severity = 0 }",
            "after its event",
        ),
        (
            "{ from = \"2022-01-01\", to = \"2022-01-08\", severity = 0 }",
            "before its event",
        ),
        (
            "{ from = \"1 h\", to = \"3 h\", severity = 0 }, { from = \"2 h\", to = \"4 h\", severity = 0 }",
            "in order and apart",
        ),
        (
            "{ from = \"1 h\", to = \"3 h\", severity = 2 }",
            "between 0 and 1",
        ),
    ] {
        let e = wrong(&with(list)).to_string();
        assert!(e.contains(hint), "{list}: {e}");
    }
}

#[test]
fn all_mistakes_of_all_files_come_at_once_each_with_its_place() {
    let child = "id = \"child\"\ntitle = \"A child\"\nquestion = \"And?\"\nextends = \"base\"\n[[events]]\nid = \"cut\"\nseverity = 7\n[[events]]\nid = \"cot\"\nseverity = 0.1\n";
    let base = BASE.replace("\"KZ\"", "\"XQ\"");
    let e = resolve(
        &[("child", child), ("base", &base)],
        &["events.cat.severity=1", "colour=3"],
    )
    .unwrap_err();
    let text = e.to_string();
    assert!(text.starts_with("child: 5 mistakes"), "{text}");
    for part in [
        "\n  base, line 16: `events.cut.regions`",
        "\n  line 7: `events.cut.severity`: expected a fraction between 0 and 1, found 7",
        "\n  line 8: `events.cot` changes an event that the extended scenario does not have; did you mean `cut`?",
        "\n  --set events.cat.severity=1: there is no event `cat`",
        "\n  --set colour=3: unknown key `colour`",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn a_scenario_extends_another_key_by_key_and_settings_come_last() {
    let child = "id = \"child\"\ntitle = \"A child\"\nquestion = \"And?\"\nextends = \"base\"\nsources = [\"b\"]\n[price]\nprice = \"1 USD\"\n[[events]]\nid = \"cut\"\nseverity_percent = 20\nend = \"3 d\"\n[[events]]\nid = \"levy\"\nkind = \"levy\"\nstart = \"1 d\"\nrate = \"1 KZT/kWh\"\n";
    let base = format!("sources = [\"a\"]\n{BASE}");
    let files = [("child", child), ("base", base.as_str())];
    let s = resolve(&files, &[]).unwrap().scenario;
    assert_eq!((s.id.as_str(), s.title.as_str()), ("child", "A child"));
    assert_eq!(s.sources, ["a", "b"]);
    assert_eq!(s.price, Price::Constant(1.0));
    assert_eq!(severity(&s), &Distribution::Point(0.2));
    assert_eq!(s.events[0].duration, Some(Distribution::Point(DAY as f64)));
    assert_eq!(s.events[0].who.regions, ["KZ"]);
    assert_eq!(s.events[1].id, "levy");
    let sets = [
        "events.cut.severity=0.9",
        "events.cut.duration=5 d",
        "end=60 d",
        "events.cut.regions=[\"KZ-PAV\"]",
        "growth.walk=2 %/sqrt(d)",
    ];
    let s = resolve(&files, &sets).unwrap().scenario;
    assert_eq!(severity(&s), &Distribution::Point(0.9));
    assert_eq!(
        s.events[0].duration,
        Some(Distribution::Point(5.0 * DAY as f64))
    );
    assert_eq!(s.end - s.start, 60 * DAY);
    assert_eq!(
        s.events[0].who.regions,
        ["KZ-55"],
        "an older code means today's"
    );
    assert_eq!(s.growth.walk_per_sqrt_day, Distribution::Point(0.02));
}

#[test]
fn circles_and_missing_files_name_the_chain_and_nothing_else() {
    let file = |id: &str, other: &str| {
        format!("id = \"{id}\"\ntitle = \"t\"\nquestion = \"q?\"\nextends = \"{other}\"\n")
    };
    let (a, b, c) = (file("a", "b"), file("b", "c"), file("c", "a"));
    let e = resolve(&[("a", &a), ("b", &b), ("c", &c)], &[]).unwrap_err();
    assert_eq!(e.list.len(), 1, "{e}");
    let text = e.to_string();
    assert!(
        text.contains("c, line 4: `extends` goes in a circle: a → b → c → a"),
        "{text}"
    );
    let e = resolve(&[("a", &a), ("b", &b)], &[]).unwrap_err();
    assert_eq!(e.list.len(), 1, "{e}");
    let text = e.to_string();
    assert!(
        text.contains("b, line 4: `extends` names `c` (reached by a → b): there is no such file"),
        "{text}"
    );
}

/// A table of all keys that can stand together, with the example of each.
fn examples(keys: &[Key]) -> String {
    let shown = keys
        .iter()
        .filter(|k| k.name != "end" && k.name != "assumed" && k.name != "registered");
    shown
        .map(|k| format!("{} = {}\n", k.name, k.example))
        .collect()
}

#[test]
fn every_key_reads_as_its_own_example() {
    let head = BASE.split("price =").next().unwrap();
    let exchange = "[exchange]\nusd_per_kzt = 0.0023\n";
    for Kind { name, keys, .. } in EVENTS {
        let word = name.word();
        let text = format!(
            "{head}price = {{ kind = \"constant\", price = \"1 USD\" }}\n{exchange}[[events]]\nkind = \"{word}\"\n{}{}",
            examples(EVENT),
            examples(keys)
        );
        assert_eq!(right(&text).events[0].kind.word(), word);
    }
    for Kind { name, keys, .. } in PRICES {
        let word = name.word();
        right(&format!(
            "{head}[price]\nkind = \"{word}\"\n{}",
            examples(keys)
        ));
    }
}

#[test]
fn every_required_key_is_missed() {
    let head = BASE.split("[[events]]").next().unwrap();
    for Kind { name, keys, .. } in EVENTS {
        let word = name.word();
        let e = wrong(&format!(
            "{head}[[events]]\nid = \"e\"\nkind = \"{word}\"\n"
        ))
        .to_string();
        let required = keys.iter().filter(|k| k.presence == Presence::Required);
        for key in required {
            assert!(
                e.contains(&format!("`events.e.{}` is missing", key.name)),
                "{e}"
            );
        }
        assert!(e.contains("`events.e.start` is missing"), "{e}");
    }
}

#[test]
fn an_event_knows_the_line_of_its_table() {
    assert_eq!(right(BASE).events[0].line, 11);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), set in ".{0,40}") {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let _ = resolve(&[("x", &text)], &[&set]);
        let _ = resolve(&[("x", BASE)], &[&set]);
    }

    #[test]
    fn no_damage_to_a_scenario_makes_it_panic(
        which in 0..library::FILES.len(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), "[\\[\\]{}=\"'0-9a-zé¤ .,%/#\n-]{0,6}", 0usize..12), 1..5),
    ) {
        let mut text: Vec<char> = library::FILES[which].1.chars().collect();
        for (at, insert, remove) in cuts {
            let at = at.index(text.len() + 1);
            let end = (at + remove).min(text.len());
            text.splice(at..end, insert.chars());
        }
        let source = Source { name: "x".into(), text: text.into_iter().collect() };
        let set = ["events.cut.severity=0.1".to_string()];
        for sets in [&set[..0], &set[..]] {
            if let Err(e) = read(&source, sets, &library::load) {
                prop_assert!(!e.list.is_empty());
            }
        }
    }

    #[test]
    fn what_reads_keeps_its_bounds(low in -0.5..1.5f64, width in 0.001..1.0f64) {
        let distribution = format!("severity = {{ uniform = [{low}, {}] }}", low + width);
        let text = BASE.replace("severity = 0.5", &distribution);
        let inside = low >= 0.0 && low + width <= 1.0;
        prop_assert_eq!(resolve(&[("x", &text)], &[]).is_ok(), inside);
    }
}
