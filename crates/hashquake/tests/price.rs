//! Prices of the user's own in `explain`.

use std::fs;

use snapbox::cmd::{Command, cargo_bin};

fn run(args: &[&str]) -> (bool, String, String) {
    let out = Command::new(cargo_bin!("hashquake"))
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (out.status.success(), text(&out.stdout), text(&out.stderr))
}

#[test]
fn a_file_of_prices_answers_for_a_window_without_embedded_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices.csv");
    let name = path.to_str().unwrap();
    // Even days up by 1 %, odd ones down, and a fall by half on the day of the onset, 20 March 2023.
    let first: i64 = 1_673_222_400;
    let mut usd = 20_000.0;
    let mut text = "time,price_usd\n".to_string();
    for day in 0..110_i64 {
        usd *= if day % 2 == 0 { 1.01 } else { 1.0 / 1.01 };
        if day == 70 {
            usd *= 0.5;
        }
        text += &format!("{},{usd}\n", first + (day + 1) * 86_400);
    }
    fs::write(&path, &text).unwrap();
    let window = [
        "explain",
        "--from",
        "2023-03-20",
        "--to",
        "2023-03-23",
        "--without",
        "blocks",
    ];
    let with_prices = ["--prices", name, "--format", "json"];
    let (ok, out, err) = run(&[&window[..], &with_prices].concat());
    assert!(ok, "{err}");
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    let fell = document["answer"]["price"]["return_percent"]
        .as_f64()
        .unwrap();
    assert!((fell + 49.5).abs() < 1.0, "{fell}");
    assert!(document["answer"]["price"]["p_value"].as_f64().unwrap() < 0.01);
    assert_eq!(document["answer"]["price"]["source"], name);
    let (_, out, _) = run(&[&window[..], &["--format", "json"]].concat());
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert!(document["answer"]["price"].is_null());

    fs::write(&path, "time,price_usd\n2023-03-20,-5\nthen,6\n").unwrap();
    let (ok, _, err) = run(&[&window[..], &with_prices].concat());
    assert!(
        !ok && err.contains("line 2") && err.contains("line 3"),
        "{err}"
    );
}
