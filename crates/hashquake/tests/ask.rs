//! The library's answers are the command line's, to the byte.

use std::process::Command;

use hashquake::ask;

fn printed(args: &[&str]) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_hashquake"))
        .args(args)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{args:?}: {error}");
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn a_case_is_explained_alike() {
    let case = "texas-2021";
    let asked = ask::explain(case).unwrap().to_json();
    assert_eq!(asked, printed(&["explain", case]));
    assert!(
        ask::explain("texas")
            .unwrap_err()
            .to_string()
            .contains("texas-2021")
    );
}

#[test]
fn the_hashrate_is_told_alike() {
    let (from, to) = ("2022-01-04", "2022-01-05T12:00Z");
    let asked = ask::hashrate(from, to).unwrap().to_json();
    assert_eq!(asked, printed(&["hashrate", "--from", from, "--to", to]));
    let nothing = ask::hashrate("2031-01-01", "2031-01-02").unwrap_err();
    assert!(nothing.to_string().contains("no block between"));
}

#[test]
fn the_next_retargets_are_foreseen_alike() {
    let as_of = "2022-01-06T12:00Z";
    let asked = ask::forecast(as_of).unwrap().to_json();
    assert_eq!(asked, printed(&["forecast", "--as-of", as_of]));
}

#[test]
fn a_scenario_is_run_alike() {
    let scenario = "kazakhstan-35-percent-3-weeks";
    let asked = ask::simulate(scenario, 3, 7).unwrap().to_json();
    let args = ["simulate", scenario, "--runs", "3", "--seed", "7"];
    assert_eq!(asked, printed(&args));
}

#[test]
fn a_simulation_without_runs_has_no_answer() {
    let none = ask::simulate("kazakhstan-35-percent-3-weeks", 0, 1).unwrap_err();
    assert!(none.to_string().contains("expected from 1"), "{none}");
    assert!(ask::simulate("kazakhstan-35-percent-3-weeks", u32::MAX, 1).is_err());
}

/// An error goes where any other does, also into another thread.
#[test]
fn an_error_is_one_of_the_standard_library() {
    fn asked() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        ask::forecast("2031-01-01")?;
        Ok(())
    }
    let error = asked().unwrap_err();
    assert!(error.downcast_ref::<ask::Error>().is_some(), "{error}");
}
