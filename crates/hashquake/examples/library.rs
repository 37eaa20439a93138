//! The program in the README: what happened, what comes next, and what if.

use hashquake::ask;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shock = ask::explain("kazakhstan-2022")?;
    println!("{}", shock.answer.verdict);
    let next = ask::forecast("2022-01-06T12:00Z")?;
    let change = next.answer.forecast.retargets[0].change_percent;
    println!("next retarget {:+.1} %", change.p50);
    let what_if = ask::simulate("kazakhstan-35-percent-3-weeks", 200, 1)?;
    println!("{}", what_if.answer.verdict);
    Ok(())
}
