//! A scenario run forty times beside the same world without its events.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = "kazakhstan-35-percent-3-weeks";
    let document = hashquake::ask::simulate(scenario, 40, 1)?;
    println!("{}", document.answer.verdict);
    Ok(())
}
