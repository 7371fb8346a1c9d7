//! What holds for every value, tried with texts made of what YAML trips over.

use proptest::prelude::*;

use super::tests::check_round_trip;
use super::*;
use crate::domain::desktop::Geometry;
use crate::domain::freshness::Freshness;
use crate::domain::secret::Source;
use crate::domain::unknown::Unknown;

/// Texts made of what YAML trips over.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z ]{0,6}",
        2 => Just("\n".to_owned()),
        1 => prop::sample::select(vec![
            "\t", " ", "  ", "\r\n", "\r", "\0", "\u{85}", "\u{2028}", "\u{feff}", "\u{ffff}", "🦀", "---",
            "...", "# ", " #", ": ", ":", "- ", "-", "? ", "|", ">", "|2-", "&a", "*a", "!t", "%", "@", "`", "'",
            "\"", "\\", "{", "}", "[", "]", ",", "~", "null", "no", "true", "0777", "1.10", "1e3", "0x1F",
            ".inf", "<<", "=", "2024-01-01", "1:30", "\u{1b}", "\u{7f}",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn nasty_unknown() -> impl Strategy<Value = Unknown> {
    let leaf = prop_oneof![
        nasty().prop_map(Unknown::Text),
        prop::sample::select(vec!["0777", "no", "1.10", "~", "x", "1e400"])
            .prop_map(|text| Unknown::Plain(text.to_owned())),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Unknown::List),
            prop::collection::btree_map(nasty(), inner, 0..4).prop_map(|fields| Unknown::Map(
                fields.into_iter().map(|(name, value)| (Unknown::Text(name), value)).collect()
            )),
        ]
    })
}

/// A text that needs no quotes is read back as plain.
fn settle(value: Unknown) -> Unknown {
    match value {
        Unknown::Text(text) if super::scalar::inline(&text) == text => Unknown::Plain(text),
        Unknown::List(items) => Unknown::List(items.into_iter().map(settle).collect()),
        Unknown::Map(fields) => Unknown::Map(
            fields.into_iter().map(|(name, value)| (settle(name), settle(value))).collect(),
        ),
        other => other,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nasty_values_round_trip(
        cached in nasty(),
        run in nasty(),
        legacy in nasty(),
        name in nasty(),
        values in prop::collection::vec(nasty(), 0..4),
        words in prop::collection::vec(nasty(), 0..4),
        unknown in prop::collection::btree_map(nasty(), nasty_unknown(), 0..3),
        toggles in any::<[bool; 4]>(),
    ) {
        let without_nul = |text: &String| text.replace('\0', "");
        check_round_trip(&Environment {
            name: name.clone(),
            workdir: format!("/{}", name.replace(char::is_control, "")),
            headless_desktop_enabled: toggles[0],
            cache_desktop_build: toggles[1],
            cache_container_build: toggles[2],
            preflight_enabled: toggles[3],
            cached_preflight_script: cached,
            run_preflight_script: run,
            preflight_script: legacy,
            env_vars: values.iter().enumerate().map(|(n, value)| (format!("V_{n}"), without_nul(value))).collect(),
            mounts: values.iter().map(|value| format!("/{}:/x", without_nul(value).replace(':', ""))).collect(),
            cache_mounts: words.iter().zip(0..).map(|(_, n)| format!("c{n}:/c/{n}")).collect(),
            secrets: values.iter().zip(0..).filter_map(|(value, n)| {
                let source = Source::of("command", &value.replace(['\0', '\n'], "")).ok()?;
                Some((format!("S{n}"), source))
            }).collect(),
            ports: values.iter().zip(1..).map(|(_, port)| format!("{port}:80")).collect(),
            command: words.iter().map(without_nul).collect(),
            desktop_geometry: Geometry { width: 64 + u16::try_from(words.len()).unwrap(), height: 600 },
            desktop_depth: if toggles[0] { 16 } else { 24 },
            desktop_port: 6080 + u16::from(toggles[1]),
            freshness: Freshness::parse(if toggles[1] { "7d" } else { "never" }).unwrap(),
            unknown: unknown.into_iter().map(|(name, value)| (format!("x{name}"), settle(value))).collect(),
            ..Environment::default()
        });
    }

    #[test]
    fn an_update_says_what_it_should(
        before in [nasty(), nasty(), nasty()],
        after in [nasty(), nasty(), nasty()],
        toggle in any::<bool>(),
    ) {
        let environment = |[cached, run, name]: [String; 3], toggle| Environment {
            cached_preflight_script: cached,
            run_preflight_script: run,
            name,
            cache_desktop_build: toggle,
            ..Environment::default()
        };
        let (before, after) = (environment(before, false), environment(after, toggle));
        let text = render(&before);
        prop_assert_eq!(parse(&update(&text, &after).unwrap()).unwrap(), after.clone());
        // Without comments and layout of its own, a file is updated to what would be rendered.
        prop_assert_eq!(update(&text, &after).unwrap(), render(&after));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in nasty(), field in prop::sample::select(vec!["", "name: ", "mounts: ", "env_vars: ", "x: "])) {
        if let Err(error) = parse(&format!("{field}{text}")) {
            prop_assert!(error.line > 0 && error.column > 0);
            prop_assert!(!error.to_string().contains('\n'));
        }
    }
}
