//! A password on standard input: one line, wiped from memory afterwards.

use std::io::{self, Read};

use zeroize::Zeroizing;

use crate::failure::Failure;

/// More than any password may have, so that a file given by mistake is refused and not read to its end.
const LONGEST: usize = 4_096;

/// The line without its end.
pub(crate) fn read() -> Result<Zeroizing<String>, Failure> {
    read_from(io::stdin().lock()).map_err(|problem| Failure::Argument(format!("--password-stdin: {problem}")))
}

fn read_from(input: impl Read) -> Result<Zeroizing<String>, String> {
    // Its full size at once: growing would leave copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST + 2));
    let limit = u64::try_from(LONGEST + 1).unwrap_or(u64::MAX);
    input.take(limit).read_to_end(&mut bytes).map_err(|error| format!("it cannot be read: {error}"))?;
    if bytes.len() > LONGEST {
        return Err(format!("it has more than {LONGEST} bytes: give one line with the password"));
    }
    let text =
        std::str::from_utf8(&bytes).map_err(|_| "it is not UTF-8: give one line of text".to_owned())?;
    let line = text.strip_suffix('\n').map_or(text, |line| line.strip_suffix('\r').unwrap_or(line));
    if line.contains(['\n', '\r']) {
        return Err("it has several lines: give one line with the password".to_owned());
    }
    Ok(Zeroizing::new(line.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_with_or_without_an_end_is_a_password() {
        for input in ["correct horse", "correct horse\n", "correct horse\r\n"] {
            assert_eq!(*read_from(input.as_bytes()).unwrap(), "correct horse");
        }
        assert_eq!(*read_from(" spaces stay ".as_bytes()).unwrap(), " spaces stay ");
        assert!(read_from("two\nlines\n".as_bytes()).is_err());
        assert!(read_from(&[0xff][..]).is_err());
        assert!(read_from("x".repeat(5_000).as_bytes()).is_err());
    }
}
