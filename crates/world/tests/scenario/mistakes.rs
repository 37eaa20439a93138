//! What is refused, with its line and what would be right.

use crate::files::{BASE, resolve, right, wrong};
use hashquake_world::scenario::EventKind;

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
