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
    use std::process::Command;

    use super::*;

    #[test]
    fn bash_reads_every_byte_back() {
        let all: Vec<u8> = (0..=255).collect();
        let lines = wire([("A", all.as_slice()), ("B", b"x")]);
        assert_eq!(lines.lines().last(), Some("end"));
        let first = lines.lines().next().unwrap().strip_prefix("A ").unwrap();
        let read = Command::new("bash").args(["-c", "printf %b \"$1\"", "-", first]).output();
        assert_eq!(read.unwrap().stdout, all);
    }
}
