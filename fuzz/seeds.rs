//! Writes starting points that have the structure of each kind of file into the folder that is named.

use std::fs;
use std::path::{Path, PathBuf};

use hashquake_chain::blocks::Blocks;
use hashquake_chain::history::{self, History};

const DIGEST: usize = 32;

fn main() -> std::io::Result<()> {
    let corpus = PathBuf::from(std::env::args().nth(1).expect("the folder of the corpus"));
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    let put = |target: &str, name: &str, bytes: &[u8]| {
        let folder = corpus.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    };

    let real = history::embedded();
    let few = real.blocks.range(0, 300);
    let epochs = real.epochs[..4.min(real.epochs.len())].to_vec();
    let small = History {
        blocks: few.clone(),
        first_epoch: real.first_epoch,
        epochs: real.epochs.clone(),
    };
    for (name, history) in [("real", small), ("short", History { blocks: few.clone(), first_epoch: 0, epochs })] {
        if let Ok(bytes) = history.encode() {
            put("history", name, &bytes[..bytes.len() - DIGEST])?;
        }
    }

    let headers = fs::read(crates.join("chain/tests/data/mainnet_headers_0_31.bin"))?;
    put("headers", "genesis", &[&0u32.to_le_bytes()[..], &headers].concat())?;
    let later = fs::read(crates.join("chain/tests/data/mainnet_headers_822528_824548.bin"))?;
    let start = 822_528u32.to_le_bytes();
    put("headers", "epoch", &[&start[..], &later[..80 * 40]].concat())?;

    put("blocks_csv", "plain", table(&few, ',').as_bytes())?;
    put("blocks_csv", "semicolon", table(&few, ';').as_bytes())?;
    let reports = fs::read_to_string(crates.join("world/atlas/pool-reports.csv"))?;
    let head: Vec<&str> = reports.lines().take(60).collect();
    put("series_csv", "reports", head.join("\n").as_bytes())?;
    for (target, folder) in [("scenario_toml", "world/scenarios"), ("case_toml", "world/atlas")] {
        for entry in fs::read_dir(crates.join(folder))? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "toml") {
                let name = path.file_name().expect("a file").to_string_lossy().into_owned();
                put(target, &name, &fs::read(&path)?)?;
            }
        }
    }
    put("shard", "rows", &[1, 0, 0, 0, 0, 0, 0, 0])?;
    Ok(())
}

fn table(blocks: &Blocks, by: char) -> String {
    let mut out = format!("height{by}time{by}bits\n");
    for (i, time) in blocks.times().iter().enumerate() {
        let height = blocks.first_height() + i as u32;
        let bits = blocks.bits()[i].to_consensus();
        out.push_str(&format!("{height}{by}{time}{by}{bits:08x}\n"));
    }
    out
}
