//! The command line `hashquake`.

fn main() -> std::process::ExitCode {
    hashquake::cli::run()
}
