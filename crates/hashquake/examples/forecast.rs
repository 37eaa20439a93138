//! The next retargets as they could be foreseen a day after Kazakhstan's internet went off.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let forecast = hashquake::ask::forecast("2022-01-06T12:00Z")?;
    for retarget in &forecast.answer.forecast.retargets {
        let change = retarget.change_percent;
        println!(
            "block {}: {:+.1} % ({:+.1} to {:+.1})",
            retarget.height, change.p50, change.p05, change.p95
        );
    }
    Ok(())
}
