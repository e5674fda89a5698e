//! What a string says about itself without a database: for secret scanners, edge workers and support staff.
//!
//! `cargo run --package chaser-keys --example check_a_key_offline --no-default-features < file`
#![expect(clippy::print_stdout, reason = "an example prints what it found")]

use std::io;

use chaser_keys::{PresentedKey, SecretKey};

fn main() -> io::Result<()> {
    for line in io::stdin().lines() {
        let line = line?;
        match PresentedKey::try_from(line.trim()) {
            Ok(key) if key.has_valid_checksum() => {
                println!("{}…: a {} key that was issued", key.display_prefix(), key.mode());
            }
            Ok(key) => println!("{}…: a {} key, imported or mistyped", key.display_prefix(), key.mode()),
            Err(_) if SecretKey::occurs_in(&line) => println!("a key among other text: treat it as leaked"),
            Err(malformed) => println!("{malformed}"),
        }
    }
    Ok(())
}
