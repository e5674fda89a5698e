//! The deployable: everything is in the library, so that local development runs the very same server.

use std::process::ExitCode;

fn main() -> ExitCode {
    chaser_keys_server::main()
}
