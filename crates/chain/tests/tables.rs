//! Tables of blocks as people have them: whole, changed, broken and in other dialects.

use hashquake_base::table_reader::Parsed;
use hashquake_chain::blocks::Blocks;
use hashquake_chain::header::Header;
use hashquake_chain::rules::check_blocks;
use hashquake_chain::tables::{parse_blocks, parse_boundaries, parse_daily};
use hashquake_chain::target::CompactTarget;

const EPOCH_RUN: &[u8] = include_bytes!("data/mainnet_headers_822528_824548.bin");
const EPOCH_RUN_FIRST: usize = 822_528;

/// The first `len` blocks of `EPOCH_RUN` as rows height,time,bits.
fn rows(len: usize) -> Vec<[String; 3]> {
    let records = EPOCH_RUN.as_chunks().0[..len].iter().enumerate();
    let row = |(i, record): (usize, _)| {
        let header = Header(record);
        [
            (EPOCH_RUN_FIRST + i).to_string(),
            header.time().to_string(),
            format!("{:08x}", header.bits()),
        ]
    };
    records.map(row).collect()
}

fn table(len: usize) -> Vec<String> {
    let head = std::iter::once("height,time,bits".to_string());
    head.chain(rows(len).iter().map(|row| row.join(",")))
        .collect()
}

fn read(lines: &[String]) -> Parsed<Blocks> {
    parse_blocks("t.csv", lines.join("\n").as_bytes()).unwrap()
}

/// What is said of the table of 2,021 blocks with one line changed.
fn refused(line: usize, row: &str) -> String {
    let mut lines = table(2021);
    lines[line - 1] = row.to_string();
    let error = parse_blocks("t.csv", lines.join("\n").as_bytes());
    let error = error.unwrap_err().to_string();
    assert!(error.contains(&format!("line {line}: ")), "{error}");
    error
}

#[test]
fn a_table_says_which_line_is_wrong() {
    assert_eq!(read(&table(2021)).value.len(), 2021);
    for (line, row, part) in [
        (
            300,
            "822827,1703485558,1703e8b3",
            "822826 belongs between the rows around it",
        ),
        (300, "822826,1703485558,00000000", "no target"),
        (300, "822826,noon,1703e8b3", "neither unix seconds nor"),
        (
            2,
            "4294967295,1703485558,1703e8b3",
            "whole number from 0 to 1000000000",
        ),
        (2, "-1,1703485558,1703e8b3", "`-1` is not a whole number"),
        (
            2,
            "822528,4294967296,1703e8b3",
            "outside what a chain can hold",
        ),
        (
            2,
            "822528,1703485558000,1703e8b3",
            "in milliseconds it is 2023-12-25",
        ),
        (2, "822528,9223372036854775808,1703e8b3", "outside"),
        (
            9,
            "822528,1703485558,1703e8b3",
            "822535 belongs between the rows around it",
        ),
    ] {
        let error = refused(line, row);
        assert!(error.contains(part), "{part}\n{error}");
    }
}

#[test]
fn a_run_of_blocks_that_breaks_a_rule_is_found_out() {
    let good = read(&table(2021)).value;
    for (height, time, bits, part) in [
        (
            824_544,
            1_704_501_692,
            0x1703_e8b3,
            "the retarget gives 1703d869",
        ),
        (
            822_826,
            1_703_485_558,
            0x1703_e8b4,
            "inside an epoch it stays 1703e8b3",
        ),
        (
            822_826,
            1_600_000_000,
            0x1703_e8b3,
            "median of the eleven before it",
        ),
    ] {
        let at = good.position(height).unwrap();
        let (mut times, mut targets) = (good.times().to_vec(), good.bits().to_vec());
        (times[at], targets[at]) = (time, CompactTarget::from_consensus(bits));
        let wrong = Blocks::new(good.first_height(), times, targets, None);
        let error = check_blocks(&wrong).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_mistyped_digit_is_refused_with_what_the_history_knows() {
    for (line, row, part) in [
        (
            300,
            "822826,1703485558,1803e8b3",
            "block 822826: its bits are 1803e8b3, but Bitcoin's main chain has 1703e8b3",
        ),
        (2018, "824544,1704501692,1703e8b3", "chain has 1703d869"),
        (
            300,
            "822826,1703485559,1703e8b3",
            "block 822826: its header time is 1703485559",
        ),
        (
            300,
            "822826,1600000000,1703e8b3",
            "2020 other rows agree with that chain",
        ),
    ] {
        let error = refused(line, row);
        assert!(error.contains(part), "{error}");
    }
}

/// Blocks of no chain that is known: what all their neighbours say is all there is to hold them against.
#[test]
fn a_mistyped_digit_of_another_chain_is_refused_where_its_neighbours_agree() {
    let bits = |height: u32| format!("170{:x}8c8b", 1 + height / 2016 % 14);
    let text = |wrong: &dyn Fn(u32) -> Option<&'static str>| {
        let row = |h: u32| {
            let bits = wrong(h).map_or_else(|| bits(h), str::to_string);
            format!("{h},{},{bits}\n", 1_900_000_000 + 600 * (h - 1_400_000))
        };
        let rows: String = (1_400_000..1_406_100).map(row).collect();
        parse_blocks("t.csv", format!("height,time,bits\n{rows}").as_bytes())
    };
    assert!(text(&|_| None).is_ok());
    let one = |height| move |h| (h == height).then_some("180b8c8b");
    for height in [1_400_000, 1_401_120, 1_401_119, 1_405_000, 1_406_099] {
        let error = text(&one(height)).unwrap_err().to_string();
        let line = format!(
            "line {}: block {height}: its bits are 180b8c8b",
            height - 1_400_000 + 2
        );
        assert!(error.contains(&line), "{error}");
    }
    // A chain that retargets at other heights, or at every block, is none of mistyped digits.
    assert!(text(&|h| (h % 2016 > 2000).then_some("180b8c8b")).is_ok());
    assert!(
        text(&|h| [Some("170b8c8b"), Some("170b8c8c"), Some("170b8c8d")][h as usize % 3]).is_ok()
    );
    // Test networks let a block have the easiest target now and then.
    assert!(text(&|h| (h % 500 == 7).then_some("1d00ffff")).is_ok());
}

/// The same blocks, as other programs write them.
#[test]
fn one_chain_in_many_dialects() {
    let blocks = read(&table(40)).value;
    let written = |head: &str, row: &dyn Fn(&[String; 3]) -> String| {
        let lines: Vec<String> = rows(40).iter().map(row).collect();
        format!("{head}\r\n{}\r\n", lines.join("\r\n"))
    };
    let decimal = |bits: &str| u32::from_str_radix(bits, 16).unwrap();
    let time = |t: &str| hashquake_base::units::rfc3339(t.parse().unwrap());
    let texts = [
        written("\u{feff}Block Height;nBits;Timestamp;Size", &|[h, t, b]| {
            format!("{h};0x{b};{t};1000")
        }),
        written("timestamp\tBLOCK\tbits", &|[h, t, b]| {
            format!("{}\t{h}\t{}", time(t).replace('T', " "), decimal(b))
        }),
        written("block_height,block_time,difficulty", &|[h, t, _]| {
            format!("{h},{},72006146478567.1", time(t))
        }),
        written("height;time;difficulty", &|[h, t, _]| {
            format!("{},{};{t};72006146478567,1", &h[..3], &h[3..])
        }),
        format!("# found by hand\n\n{}", table(40).join("\n\n")),
    ];
    for text in texts {
        let read = parse_blocks("t.csv", text.as_bytes()).unwrap();
        assert_eq!(
            (read.value, read.notes.len()),
            (blocks.clone(), 0),
            "{text}"
        );
    }
    let mut backwards = table(40);
    backwards[1..].reverse();
    backwards.push(backwards[7].clone());
    let read = read(&backwards);
    assert_eq!(read.value, blocks);
    assert!(
        read.notes.iter().any(|n| n.contains("read once")),
        "{:?}",
        read.notes
    );
    backwards.pop();
    let notes = self::read(&backwards).notes;
    assert_eq!(
        notes,
        ["t.csv: the newest block stands first: read from the end"]
    );
}

#[test]
fn pools_go_by_any_of_their_names() {
    let names = [
        "Foundry USA",
        "FoundryUSA Pool",
        "",
        "SlushPool",
        "Braiins Pool",
        "Somebody",
    ];
    let lines = rows(6)
        .into_iter()
        .zip(names)
        .map(|([h, t, b], pool)| format!("{h},{t},{b},{pool}"));
    let lines: Vec<String> = ["height,time,bits,Mined by".to_string()]
        .into_iter()
        .chain(lines)
        .collect();
    let read = read(&lines);
    let pools = read.value.pools().unwrap();
    assert_eq!(
        pools.names(),
        ["foundryusa", "unknown", "braiinspool", "Somebody"]
    );
    assert_eq!(pools.index(), [0, 0, 1, 2, 2, 3]);
    assert!(read.notes[0].contains("`Somebody`"), "{:?}", read.notes);
}

#[test]
fn a_difficulty_that_was_shortened_is_asked_for_in_full() {
    for shortened in ["26.69 T", "26.69T", "2.23e13"] {
        let text = format!("height,time,difficulty\n700000,1631333672,{shortened}\n");
        let error = parse_blocks("t.csv", text.as_bytes())
            .unwrap_err()
            .to_string();
        let advice = "is that of no target to its last digit: give all digits, or bits";
        assert!(error.contains(advice), "{error}");
    }
}

#[test]
fn boundaries_and_days_are_read() {
    let text = "height,hash,timestamp,bits\n2015,x,1233061996,1d00ffff\n0,y,1231006505,1d00ffff\n";
    let rows = parse_boundaries("b.csv", text.as_bytes()).unwrap().value;
    assert_eq!((rows[0].0, rows[1].1), (2015, 1_231_006_505));
    let text = "time,BlkCnt,TxCnt\n2009-01-03,0.0,0\n2009-01-04T00:00:00Z,,\n2009-01-09,14,1\n";
    let days = parse_daily("d.csv", text.as_bytes()).unwrap().value;
    assert_eq!(days, [(1_230_940_800, 0), (1_231_459_200, 14)]);
    let e = parse_blocks("d.csv", b"height,time\n1,2\n").unwrap_err();
    assert!(
        e.to_string().contains("no column `bits` or `difficulty`"),
        "{e}"
    );
}
