//! The command line `hashquake`.

fn main() -> std::process::ExitCode {
    cli::run()
}

mod cli;
mod tables;
