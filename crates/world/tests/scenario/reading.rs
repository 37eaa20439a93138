//! What a scenario file says, and every key by its own example.

use crate::files::{BASE, resolve, right, wrong};
use hashquake_base::distribution::Distribution;
use hashquake_base::units::{DAY, rfc3339};
use hashquake_world::scenario::event_keys::{EVENT, EVENTS};
use hashquake_world::scenario::keys::PRICES;
use hashquake_world::scenario::value_type::{Key, Kind, Presence};
use hashquake_world::scenario::{EventKind, Price, Scenario, extends, library, read};

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
fn an_event_knows_the_line_of_its_table() {
    assert_eq!(right(BASE).events[0].line, 11);
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
