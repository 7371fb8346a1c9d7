//! A file of an environment after somebody typed some fields into it.

/// The text with each field of `typed` in place of the one of that name, or behind all others.
pub(crate) fn typed_into(text: &str, typed: &str) -> String {
    let mut fields = fields(text);
    for field in self::fields(typed) {
        match fields.iter_mut().find(|old| !name(&old[..]).is_empty() && name(old) == name(&field))
        {
            Some(old) => *old = field,
            None => fields.push(field),
        }
    }
    fields.concat()
}

/// The text cut before each line that begins a field.
fn fields(text: &str) -> Vec<String> {
    let mut fields: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let begins = line.starts_with(|char: char| char.is_ascii_lowercase());
        match fields.last_mut() {
            Some(field) if !begins => field.push_str(line),
            _ => fields.push(line.to_owned()),
        }
    }
    fields
}

fn name(field: &str) -> &str {
    field.split_once(':').map_or("", |(name, _)| name)
}

#[test]
fn a_field_takes_the_place_of_the_one_with_its_name() {
    let text = "version: 1\nscript: |\n  a\n\n  b: c\nuser: \"\"\n";
    let typed = "script: |\n  d\nports: []\n";
    assert_eq!(typed_into(text, typed), "version: 1\nscript: |\n  d\nuser: \"\"\nports: []\n");
}
