//! The answer as JSON, text and page, and what is refused.

use std::fs;

use serde_json::Value;

use crate::program::{right, rises, short, wrong};

#[test]
fn json_has_every_field_of_its_contract() {
    let text = right(&short(&["--runs", "20", "--format", "json"]));
    let envelope: Value = serde_json::from_str(&text).unwrap();
    for key in ["version", "command", "as_of", "inputs"] {
        assert!(!envelope[key].is_null(), "{key}");
    }
    assert_eq!(envelope["seed"].as_u64(), Some(1));
    let document = &envelope["answer"];
    assert_eq!(document["scenario"], "kazakhstan-35-percent-3-weeks");
    assert_eq!(document["start"], "2022-01-05T00:00:00Z");
    assert_eq!(document["end"], "2022-02-02T00:00:00Z");
    assert_eq!(document["runs"].as_u64(), Some(20));
    for key in ["sources", "priors", "verdict"] {
        assert!(!document[key].is_null(), "{key}");
    }
    let series = document["series"].as_array().unwrap();
    let of = |quantity: &str, time: &str| {
        let found = series
            .iter()
            .find(|s| s["quantity"] == quantity && s["time"] == time && s["region"].is_null());
        found.unwrap_or_else(|| panic!("{quantity} at {time}"))
    };
    let deep = of("hashrate_ehs", "2022-01-15T00:00:00Z");
    assert_eq!(deep["unit"], "EH/s");
    for arm in ["counterfactual", "scenario", "difference"] {
        rises(&deep[arm]);
    }
    // The premise: 35 % of the network is dark.
    let part = deep["difference"]["p50"].as_f64().unwrap()
        / deep["counterfactual"]["p50"].as_f64().unwrap();
    assert!((part + 0.35).abs() < 0.02, "{part}");
    assert!(
        series
            .iter()
            .any(|s| s["region"] == "KZ" && s["quantity"] == "region_share_percent")
    );
    let summary = document["summary"].as_array().unwrap();
    let depth = summary
        .iter()
        .find(|s| s["quantity"] == "depth_percent")
        .unwrap();
    assert!(depth["difference"]["p50"].as_f64().unwrap() > 25.0);
}

/// With 35 % of the hashrate dark, what is there to outmine is 65 % of it, and who held a tenth holds 15 %:
/// six confirmations against a tenth become nine (Rosenfeld 2014, table 1, below 0.1 %).
#[test]
fn a_shock_makes_a_majority_cheaper_and_payments_slower() {
    let text = right(&short(&["--runs", "20", "--format", "json"]));
    let envelope: Value = serde_json::from_str(&text).unwrap();
    let security = &envelope["answer"]["security"];
    let p50 = |key: &str, arm: &str| security[key][arm]["p50"].as_f64().unwrap();
    for key in [
        "majority_ehs",
        "majority_power_mw",
        "majority_machines_musd",
        "majority_energy_musd_per_day",
        "majority_months",
    ] {
        rises(&security[key]["scenario"]);
        let left = p50(key, "scenario") / p50(key, "counterfactual");
        assert!((left - 0.65).abs() < 0.01, "{key}: {left}");
    }
    assert_eq!(p50("confirmations", "counterfactual"), 6.0);
    assert_eq!(p50("confirmations", "scenario"), 9.0);
    let told = right(&short(&["--runs", "20"]));
    let words = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("after 9 confirmations (90 %: 9 to 9) instead of 6."),
        "{words}"
    );
}

/// Fees of three days move revenue, and nobody was standing still for want of them.
#[test]
fn what_never_differs_is_given_no_day_of_its_largest_effect() {
    let text = right(&["simulate", "fee-shock", "--set", "end=45d", "--runs", "16"]);
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("the median difference is 0 throughout"),
        "{words}"
    );
    assert!(!words.contains("the difference is 0 EH/s"), "{words}");
}

#[test]
fn runs_and_shards_that_cannot_be_are_refused() {
    for (args, told) in [
        (&["--runs", "0"][..], "0 is not in 1..=10000000"),
        (&["--runs=-1"], "-1 is not in 1..=10000000"),
        (&["--runs", "ten"], "ten"),
        (&["--threads", "0"], "0 is not in 1..=1024"),
        (&["--shard", "3/2", "--out", "x"], "i/n with 1 <= i <= n"),
        (&["--shard", "1/2"], "--out"),
    ] {
        let refused = wrong(&short(args));
        assert!(refused.contains(told), "{args:?}: {refused}");
    }
}

#[test]
fn what_is_not_a_scenario_file_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_string()
    };
    let folder = dir.path().join("folder.toml");
    fs::create_dir(&folder).unwrap();
    let gone = dir.path().join("gone.toml");
    for (path, told) in [
        (folder.to_str().unwrap().to_string(), "is a directory"),
        (gone.to_str().unwrap().to_string(), "cannot be read"),
        (
            file("picture.toml", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
            "PNG picture",
        ),
        (file("empty.toml", b""), "empty.toml"),
        (file("latin.toml", b"title = \"\xe9\"\n"), "line 1"),
    ] {
        for verb in ["simulate", "check"] {
            let refused = wrong(&[verb, &path]);
            assert!(refused.contains(told), "{verb} {path}: {refused}");
        }
    }
}

/// A price that is given is followed, whatever the scenario says of it; one that ends before the start is
/// drawn on from.
#[test]
fn prices_of_ones_own_are_followed_or_drawn_from() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("prices.csv");
    let last_price = |rows: &str| -> Value {
        std::fs::write(&file, format!("time,price_usd\n{rows}")).unwrap();
        let prices = file.to_str().unwrap();
        let printed = right(&short(&["--prices", prices, "--format", "json"]));
        let document: Value = serde_json::from_str(&printed).unwrap();
        let series = document["answer"]["series"].as_array().unwrap();
        let mut of_price = series.iter().filter(|s| s["quantity"] == "price_usd");
        of_price.next_back().unwrap()["counterfactual"].clone()
    };
    let given = last_price("2022-01-04,46000\n2022-01-06,30000\n");
    assert_eq!(
        (given["p05"].as_f64(), given["p95"].as_f64()),
        (Some(30_000.0), Some(30_000.0))
    );
    let drawn =
        last_price("2022-01-01,40000\n2022-01-02,44000\n2022-01-03,40000\n2022-01-04,44000\n");
    assert!(drawn["p95"].as_f64() > drawn["p05"].as_f64(), "{drawn}");
    std::fs::write(&file, "time,price_usd\n2022-01-04,-1\n").unwrap();
    let told = wrong(&short(&["--prices", file.to_str().unwrap()]));
    assert!(
        told.contains("prices.csv") && told.contains("line 2"),
        "{told}"
    );
}

#[test]
fn the_page_needs_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let page = dir.path().join("page.html");
    let text = right(&short(&[
        "--runs",
        "16",
        "--set",
        "events.cut.regions=[\"KZ\"]",
        "--set",
        "events.cut.severity=0.9",
        "--report",
        page.to_str().unwrap(),
    ]));
    assert!(text.contains("Assumed without a source"));
    let html = fs::read_to_string(page).unwrap();
    for part in [
        "Hashrate: down to",
        "Block interval",
        "Retargets",
        "Shares of regions",
        "Hashprice",
        "Power",
        "Emissions",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("<script") && !html.contains("url(http") && !html.contains("NaN"));
}
