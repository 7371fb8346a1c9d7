//! Secrets on their way into a container: lines that its bash can read without another program.

use std::fmt::Write as _;

/// The lines that a bake's program reads from its standard input: of each secret its name, a
/// blank and its bytes as `\xHH`; at last `end`, without which some may be missing.
#[must_use]
pub fn wire<'a>(secrets: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut lines = String::new();
    for (name, value) in secrets {
        lines.extend([name, " "]);
        for byte in value {
            let _ = write!(lines, "\\x{byte:02x}");
        }
        lines.push('\n');
    }
    lines.push_str("end\n");
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_written_and_the_end_is_told() {
        let lines = wire([("A", b"a\n\0\xff".as_slice()), ("B", b"")]);
        assert_eq!(lines, "A \\x61\\x0a\\x00\\xff\nB \nend\n");
    }
}
