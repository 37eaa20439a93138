//! Every file that a user names stands in the answer with its digest, and so does every embedded one.

use std::fs;
use std::process::Command;

use hashquake::base::provenance::digest;
use serde_json::Value;
use tempfile::TempDir;

/// Files of a user's own, in a folder of their own.
struct Own(TempDir);

impl Own {
    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.path().join(name), text).unwrap();
    }

    /// Runs a command, in which `@name` is a file of this folder; each such file, and each of `also`,
    /// must stand in the answer's inputs with the digest of its bytes.
    fn rests_on(&self, command: &str, also: &[&str]) {
        let words = || command.split_whitespace();
        let path = |word: &str| match word.strip_prefix('@') {
            Some(name) => self.path(name),
            None => word.to_string(),
        };
        let args: Vec<String> = words().map(path).collect();
        let out = Command::new(env!("CARGO_BIN_EXE_hashquake"))
            .args(&args)
            .args(["--format", "json"])
            .output()
            .unwrap();
        let error = String::from_utf8_lossy(&out.stderr);
        assert!(!out.stdout.is_empty(), "{command}: {error}");
        let document: Value = serde_json::from_slice(&out.stdout).unwrap();
        let inputs = document["inputs"].as_array().unwrap();
        let named = words().filter_map(|word| word.strip_prefix('@'));
        for name in named.chain(also.iter().copied()) {
            let sha256 = digest(&fs::read(self.path(name)).unwrap());
            let is_it = |input: &&Value| input["sha256"] == sha256;
            let found: Vec<&Value> = inputs.iter().filter(is_it).collect();
            assert_eq!(found.len(), 1, "{command}: {name} in {inputs:#?}");
            assert!(found[0]["name"].as_str().unwrap().ends_with(name));
        }
    }
}

fn own() -> Own {
    let own = Own(TempDir::new().unwrap());
    let mut blocks = "height,time,bits\n".to_string();
    for i in 0..6_000_u32 {
        let (height, time) = (700_000 + i, 1_631_333_672 + 600 * i);
        blocks += &format!("{height},{time},170f48e4\n");
    }
    own.write("blocks.csv", &blocks);
    let mut closes = "time,price_usd\n".to_string();
    for day in 0..1_100_i64 {
        let usd = 30_000 + 37 * (day % 29);
        closes += &format!("{},{usd}\n", 1_577_836_800 + 86_400 * day);
    }
    own.write("prices.csv", &closes);
    own.write(
        "reports.csv",
        "time,pool,hashrate_ehs\n1641368874,Slush Pool,9.1\n1641372474,SlushPool,9.2\n",
    );
    own.write(
        "exposures.csv",
        "pool,region,share_percent\nAntPool,KZ,10\nF2Pool,KZ,5\n",
    );
    own.write(
        "outage.csv",
        "audience,region,from,to,severity_low,severity_high\nall,KZ,2022-01-05T10:30Z,2022-01-07T00:00Z,0.5,0.9\n",
    );
    own.write(
        "case.toml",
        "id = \"mine\"\ntitle = \"Mine\"\nevent = \"it\"\nplace = \"X\"\ncause = \"unknown\"\n[window]\nstart = \"2022-03-01T00:00Z\"\nend = \"2022-03-04T00:00Z\"\nrule = \"three days\"\n",
    );
    let head = |id: &str| format!("id = \"{id}\"\ntitle = \"t\"\nquestion = \"q?\"\n");
    let base = "extends = \"kazakhstan-35-percent-3-weeks\"\nend = \"2022-01-20T00:00:00Z\"\n";
    own.write("base.toml", &(head("base") + base));
    own.write("mine.toml", &(head("mine") + "extends = \"base.toml\"\n"));
    own
}

#[test]
fn an_explanation_names_every_file_of_the_users() {
    let own = own();
    own.rests_on(
        "explain kazakhstan-2022 --shares @reports.csv --prices @prices.csv --exposures @exposures.csv --outage @outage.csv",
        &[],
    );
    own.rests_on("explain @case.toml", &[]);
    own.rests_on("atlas show @case.toml", &[]);
}

#[test]
fn what_blocks_say_names_the_blocks() {
    let own = own();
    own.rests_on("hashrate --blocks @blocks.csv", &[]);
    own.rests_on("detect --blocks @blocks.csv", &[]);
    own.rests_on("forecast --blocks @blocks.csv --draws 100", &[]);
    own.rests_on(
        "forecast --as-of 2022-01-06 --prices @prices.csv --draws 100",
        &[],
    );
}

#[test]
fn a_simulation_names_its_scenario_all_that_it_extends_and_its_prices() {
    let own = own();
    own.rests_on(
        "simulate @mine.toml --prices @prices.csv --runs 2",
        &["base.toml"],
    );
    own.rests_on(
        "sweep @mine.toml --vary events.cut.severity=0.1,0.2 --runs 2",
        &["base.toml"],
    );
    own.rests_on("check @mine.toml", &["base.toml"]);
    let wrong = fs::read_to_string(own.path("mine.toml")).unwrap() + "colour = 7\n";
    own.write("wrong.toml", &wrong);
    own.rests_on("check @wrong.toml", &["base.toml"]);
    own.rests_on("replay elliott-2022 --prices @prices.csv --runs 20", &[]);
}

/// So that a digest in an answer can be looked up, `data` has every embedded file under the same name.
#[test]
fn an_embedded_file_has_one_name_and_one_digest() {
    let golden = |name: &str| -> Value {
        let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let data = golden("data.json");
    let rows = |list: &str| data["answer"][list].as_array().unwrap().clone();
    let known: Vec<Value> = [rows("items"), rows("folders")].concat();
    let folder = format!("{}/tests/golden", env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        for input in golden(&file)["inputs"].as_array().unwrap() {
            let is_it =
                |row: &Value| row["name"] == input["name"] && row["sha256"] == input["sha256"];
            assert!(known.iter().any(is_it), "{file}: {input}");
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked} inputs");
}
