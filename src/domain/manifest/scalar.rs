//! One text as a YAML scalar: plain, quoted, or a literal block.
//!
//! Apart from the order of fields because this is where byte-for-byte is won or lost.

/// How a text stands in the file.
pub(super) enum Scalar {
    /// On one line, plain or in quotes.
    Inline(String),
    /// A header (`|`, `|2-`, ...) and the lines of the block, without their indentation.
    Block { header: String, lines: Vec<String> },
}

/// A text in its most readable form. Texts of several lines are blocks wherever YAML can.
pub(super) fn text(text: &str) -> Scalar {
    if text.contains('\n')
        && let Some(block) = block(text)
    {
        return block;
    }
    Scalar::Inline(inline(text))
}

/// A script: a literal block even if it has one line, so that the next edit adds a line.
pub(super) fn script(script: &str) -> Scalar {
    block(script).unwrap_or_else(|| Scalar::Inline(inline(script)))
}

/// A text on one line, quoted when it needs to be.
pub(super) fn inline(text: &str) -> String {
    if text.is_empty() || !text.chars().all(stands_as_itself) || text.contains('\n') {
        return quoted(text);
    }
    let options = serde_yaml::ser_options! {
        prefer_block_scalars: false,
        // A line is never folded, however long.
        folded_wrap_chars: usize::MAX,
    };
    match serde_yaml::to_string_with_options(&text, options) {
        Ok(yaml) => match yaml.strip_suffix('\n').unwrap_or(&yaml) {
            yaml if yaml.contains('\n') => quoted(text),
            yaml => yaml.to_owned(),
        },
        Err(_) => quoted(text),
    }
}

/// A text in double quotes, on one line: JSON's form, with YAML's unprintables escaped too.
pub(super) fn quoted(text: &str) -> String {
    let mut yaml = String::with_capacity(text.len() + 2);
    yaml.push('"');
    for c in text.chars() {
        match c {
            '"' => yaml.push_str("\\\""),
            '\\' => yaml.push_str("\\\\"),
            '\n' => yaml.push_str("\\n"),
            '\r' => yaml.push_str("\\r"),
            '\t' => yaml.push_str("\\t"),
            '\0' => yaml.push_str("\\0"),
            c if stands_as_itself(c) => yaml.push(c),
            // All of these lie below U+10000.
            c => yaml.extend(format!("\\u{:04X}", u32::from(c)).chars()),
        }
    }
    yaml.push('"');
    yaml
}

/// A literal block, if the text can be one: it must have something to show, and nothing that
/// YAML or one of its readers takes for a line end or refuses.
fn block(text: &str) -> Option<Scalar> {
    if text.trim_matches(['\n', ' ', '\t']).is_empty() || !text.chars().all(stands_as_itself) {
        return None;
    }
    let (body, chomping) = match text.strip_suffix('\n') {
        None => (text, "-"),
        Some(body) if body.ends_with('\n') => (body, "+"),
        Some(body) => (body, ""),
    };
    // Without a number a reader takes the indentation of the first line that is not empty, and
    // some readers refuse a TAB there.
    let indentation = if text.starts_with([' ', '\t', '\n']) { "2" } else { "" };
    Some(Scalar::Block {
        header: format!("|{indentation}{chomping}"),
        lines: body.split('\n').map(str::to_owned).collect(),
    })
}

/// Whether a character can be written without an escape. YAML's own list leaves out controls,
/// surrogates and U+FFFE/FFFF; U+0085, U+2028, U+2029 end lines for YAML 1.1 readers, and a byte
/// order mark inside a file is dropped by some.
fn stands_as_itself(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        c => !c.is_control(),
    }
}
