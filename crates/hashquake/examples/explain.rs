//! What happened in January 2022, and how much of it fell in Kazakhstan.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let shock = hashquake::ask::explain("kazakhstan-2022")?;
    let answer = &shock.answer;
    println!("{}\n\n{}", answer.explanation.title, answer.verdict);
    Ok(())
}
