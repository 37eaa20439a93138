//! What is not a scenario or a case is told where and what would be right, and never makes a panic.

use hashquake_base::diagnostics::Diagnostics;
use hashquake_base::written::decode;
use hashquake_world::case::Case;
use hashquake_world::scenario::{Scenario, Source, read};
use proptest::prelude::*;

const SCENARIO: &str = r#"id = "base"
title = "A base"
question = "What if?"
start = "2022-01-05T00:00Z"
end = "30 d"
price = { kind = "constant", price = "43000 USD" }

[growth]
trend = "0 /d"

[[events]]
id = "cut"
kind = "power_cut"
start = "2 d"
duration = "3 d"
regions = ["KZ"]
severity = 0.5
"#;

const CASE: &str = r#"id = "x"
title = "X"
event = "x"
place = "X"
cause = "ban"
region = ["KZ"]

[window]
start = "2022-01-05T00:00Z"
end = "2022-01-10T00:00Z"
source = "a"

[[press]]
pool = "antpool"
loss_percent = 13.4
over = "a day"
source = "a"
known_at = "2022-01-06"
"#;

fn scenario(text: &str) -> Result<Scenario, Diagnostics> {
    let source = Source {
        name: "x.toml".to_string(),
        text: text.to_string(),
    };
    let nothing = |wanted: &str, _: &str| Err(format!("there is no `{wanted}`"));
    read(&source, &[], &nothing).map(|r| r.scenario)
}

fn case(text: &str) -> Result<Case, Diagnostics> {
    Case::parse("x.toml", text)
}

/// The line and the words of the only mistake.
#[track_caller]
fn only<T: core::fmt::Debug>(found: Result<T, Diagnostics>) -> (Option<usize>, String) {
    let wrong = found.unwrap_err();
    assert_eq!(wrong.list.len(), 1, "{wrong}");
    let one = &wrong.list[0];
    (one.location.line, one.message.clone())
}

#[track_caller]
fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

#[test]
fn what_is_right_is_right_with_any_line_ends_and_a_byte_order_mark() {
    let plain = scenario(SCENARIO).unwrap();
    assert_eq!(scenario(&SCENARIO.replace('\n', "\r\n")).unwrap(), plain);
    assert_eq!(scenario(&format!("\u{feff}{SCENARIO}")).unwrap(), plain);
    let plain = case(CASE).unwrap();
    assert_eq!(case(&CASE.replace('\n', "\r\n")).unwrap(), plain);
    assert_eq!(case(&format!("\u{feff}{CASE}")).unwrap(), plain);
}

#[test]
fn numbers_are_the_same_in_cases_and_scenarios_however_they_are_written() {
    for written in ["16", "16.0", "0x10", "0o20", "0b10000", "1_6", "1.6e1"] {
        let text = changed(
            SCENARIO,
            "severity = 0.5",
            &format!("severity_percent = {written}"),
        );
        let same = changed(SCENARIO, "severity = 0.5", "severity_percent = 16");
        assert_eq!(
            scenario(&text).unwrap(),
            scenario(&same).unwrap(),
            "{written}"
        );
        let text = changed(CASE, "13.4", written);
        assert_eq!(
            case(&text).unwrap().press[0].loss_percent,
            16.0,
            "{written}"
        );
    }
}

#[test]
fn dates_are_the_same_with_and_without_quotation_marks() {
    let bare = changed(SCENARIO, "\"2022-01-05T00:00Z\"", "2022-01-05T00:00:00Z");
    assert_eq!(scenario(&bare).unwrap(), scenario(SCENARIO).unwrap());
    let bare = changed(CASE, "\"2022-01-06\"", "2022-01-06");
    assert_eq!(case(&bare).unwrap(), case(CASE).unwrap());
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    for text in ["", "\n\n", "# nothing but a comment\n", "\u{feff}"] {
        assert_eq!(
            only(scenario(text)),
            (None, "is empty: it has no key".to_string())
        );
        assert_eq!(
            only(case(text)),
            (None, "is empty: it has no key".to_string())
        );
    }
}

#[test]
fn other_kinds_of_files_are_named_before_they_are_read() {
    for (bytes, part) in [
        (&b"\x89PNG\r\n\x1a\n\0\0"[..], "PNG"),
        (b"PK\x03\x04", "zip"),
        (b"id = \"x\"\ntitle = \"caf\xe9\"\n", "line 2"),
    ] {
        let told = decode("x.toml", bytes).unwrap_err().to_string();
        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn a_key_that_stands_twice_is_named_with_its_second_line() {
    let twice = changed(SCENARIO, "end = \"30 d\"", "end = \"30 d\"\nend = \"31 d\"");
    let (line, what) = only(scenario(&twice));
    assert_eq!(
        (line, what.as_str()),
        (Some(6), "not TOML: duplicate key `end`")
    );
    let twice = changed(CASE, "place = \"X\"", "place = \"X\"\nplace = \"Y\"");
    let (line, what) = only(case(&twice));
    assert_eq!(
        (line, what.as_str()),
        (Some(5), "not TOML: duplicate key `place`")
    );
}

#[test]
fn two_tables_where_one_is_expected_are_told_how_to_be_one() {
    let two = changed(
        SCENARIO,
        "[growth]",
        "[[growth]]\ntrend = \"0 /d\"\n[[growth]]",
    );
    let (_, what) = only(scenario(&two));
    assert!(
        what.contains("expected a table, found a list of 2 tables"),
        "{what}"
    );
    assert!(what.contains("[growth] and not as [[growth]]"), "{what}");
    let two = changed(CASE, "[window]", "[[window]]\nsource = \"b\"\n[[window]]");
    let (_, what) = only(case(&two));
    assert!(what.contains("[window] and not as [[window]]"), "{what}");
    let one = changed(CASE, "[[press]]", "[press]");
    let (_, what) = only(case(&one));
    assert!(what.contains("each [[press]], found a table"), "{what}");
}

#[test]
fn times_that_no_chain_can_hold_are_refused_with_the_ends() {
    for time in [
        "9999-12-31T23:59:59Z",
        "2106-02-07T06:28:16Z",
        "2009-01-02T23:59:59Z",
        "1969-12-31",
        "0001-01-01T00:00:00Z",
    ] {
        let quoted = format!("\"{time}\"");
        for text in [
            changed(SCENARIO, "\"2022-01-05T00:00Z\"", &quoted),
            changed(SCENARIO, "end = \"30 d\"", &format!("end = {quoted}")),
            changed(SCENARIO, "start = \"2 d\"", &format!("start = {quoted}")),
        ] {
            let told = scenario(&text).unwrap_err().to_string();
            assert!(told.contains("outside what a chain can hold"), "{told}");
            assert!(told.contains("2106-02-07T06:28:15Z"), "{told}");
        }
        let (line, what) = only(case(&changed(CASE, "\"2022-01-06\"", &quoted)));
        assert_eq!(line, Some(18));
        assert!(what.contains("outside what a chain can hold"), "{what}");
    }
    for time in ["-2022-01-05", "-0001-01-01T00:00:00Z", "noon", "1641379500"] {
        let (line, what) = only(case(&changed(CASE, "2022-01-06", time)));
        assert_eq!(line, Some(18));
        assert!(what.contains("2022-01-05"), "{time}: {what}");
    }
}

#[test]
fn a_run_ends_before_the_chain_s_last_second() {
    let late = changed(SCENARIO, "2022-01-05T00:00Z", "2106-01-20T00:00Z");
    let told = scenario(&late).unwrap_err().to_string();
    assert!(
        told.contains("line 5: `end` lies beyond what a chain can hold"),
        "{told}"
    );
    let far = changed(SCENARIO, "\"30 d\"", "\"99999999999999999999 y\"");
    let told = scenario(&far).unwrap_err().to_string();
    assert!(told.contains("ten years at most"), "{told}");
    let early = changed(SCENARIO, "2022-01-05T00:00Z", "2009-01-03");
    let told = scenario(&early).unwrap_err().to_string();
    assert!(
        told.contains("`start` lies before the first block"),
        "{told}"
    );
}

#[test]
fn numbers_without_end_or_out_of_bounds_are_refused() {
    for (number, part) in [
        ("nan", "finite"),
        ("inf", "finite"),
        ("-inf", "finite"),
        ("1e400", "finite"),
        ("9223372036854775808", "between"),
        ("-9223372036854775808", "between"),
        ("\"0.5\"", "number"),
    ] {
        let (line, what) = only(case(&changed(CASE, "13.4", number)));
        assert_eq!(line, Some(15));
        assert!(what.contains(part), "{number}: {what}");
    }
    for number in [
        "nan",
        "inf",
        "1e400",
        "9223372036854775808",
        "-9223372036854775808",
    ] {
        let text = changed(SCENARIO, "severity = 0.5", &format!("severity = {number}"));
        assert_eq!(only(scenario(&text)).0, Some(17), "{number}");
    }
    let huge = "duration = { lognormal = { median = \"3 d\", sigma = 1e9 } }";
    let (line, what) = only(scenario(&changed(SCENARIO, "duration = \"3 d\"", huge)));
    assert_eq!(line, Some(15));
    assert!(what.contains("finite"), "{what}");
    let weights = "severity = { choice = [[0.1, 1e308], [0.2, 1e308]] }";
    let (_, what) = only(scenario(&changed(SCENARIO, "severity = 0.5", weights)));
    assert!(what.contains("not finite"), "{what}");
}

#[test]
fn a_number_in_quotation_marks_is_told_to_do_without() {
    let (line, what) = only(case(&changed(CASE, "13.4", "\"13.4\"")));
    assert_eq!(line, Some(15));
    assert_eq!(
        what,
        "`press.loss_percent`: expected a number, found \"13.4\"; write it without quotation marks"
    );
    let text = changed(SCENARIO, "severity = 0.5", "severity_percent = \"50\"");
    let (_, what) = only(scenario(&text));
    assert!(what.ends_with("write it without quotation marks"), "{what}");
}

#[test]
fn an_unknown_key_is_told_its_nearest() {
    let text = changed(
        SCENARIO,
        "severity = 0.5",
        "severity = 0.5\nrecovry = \"1 d\"",
    );
    let (line, what) = only(scenario(&text));
    assert_eq!(line, Some(18));
    assert!(what.contains("did you mean `recovery`?"), "{what}");
    let text = changed(CASE, "over = \"a day\"", "over = \"a day\"\nsourc = \"b\"");
    let (line, what) = only(case(&text));
    assert_eq!(line, Some(17));
    assert!(what.contains("did you mean `source`?"), "{what}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_a_case_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = case(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_damage_to_a_case_makes_it_panic(
        at in any::<prop::sample::Index>(),
        insert in "[\\[\\]{}=\"'0-9a-zé .,#\n-]{0,6}",
        remove in 0usize..12,
    ) {
        let mut text: Vec<char> = CASE.chars().collect();
        let at = at.index(text.len() + 1);
        let end = (at + remove).min(text.len());
        text.splice(at..end, insert.chars());
        let text: String = text.into_iter().collect();
        if let Err(e) = case(&text) {
            prop_assert!(!e.list.is_empty());
        }
    }
}
