//! The hashrate with its 90 % band at the last block of each of four days.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let window = hashquake::ask::hashrate("2022-01-04", "2022-01-08")?;
    let points: Vec<_> = window.answer.points.iter().map(|p| p.point).collect();
    for day in points.chunk_by(|a, b| a.time / 86_400 == b.time / 86_400) {
        let last = day[day.len() - 1];
        let ehs = last.hashrate_ehs;
        println!(
            "block {}: {:.0} EH/s ({:.0} to {:.0})",
            last.height, ehs.p50, ehs.p05, ehs.p95
        );
    }
    Ok(())
}
