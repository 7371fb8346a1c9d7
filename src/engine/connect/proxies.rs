//! The proxies that docker's own configuration gives to every container: bakes and tasks behind
//! one reach the world by it, as they do with `docker run` and `docker build`.
//!
//! Apart from contexts, since it is no part of finding an engine: a configuration that cannot be
//! read is told by what needs it, and here means that there are no proxies.

use std::fmt;
use std::fs;
use std::path::Path;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

/// The entry for engines that have none of their own.
const DEFAULT: &str = "default";

/// Variables for the containers of an engine. Their values can hold a password, so only the names
/// are ever shown.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Proxies(Vec<(String, String)>);

/// What docker calls a proxy in its configuration, and the variable that programs look for.
const NAMES: [(&str, &str); 5] = [
    ("httpProxy", "HTTP_PROXY"),
    ("httpsProxy", "HTTPS_PROXY"),
    ("ftpProxy", "FTP_PROXY"),
    ("noProxy", "NO_PROXY"),
    ("allProxy", "ALL_PROXY"),
];

/// The part of docker's `config.json` that is read here.
#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    proxies: IndexMap<String, IndexMap<String, Value>>,
}

impl Proxies {
    /// Those for the engine at `host`, from `config.json` in docker's configuration folder.
    pub(super) fn load(config: &Path, host: &str) -> Self {
        fs::read_to_string(config.join("config.json"))
            .map(|text| Self::parse(&text, host))
            .unwrap_or_default()
    }

    fn parse(text: &str, host: &str) -> Self {
        let Ok(mut config) = serde_json::from_str::<Config>(text) else {
            return Self::default();
        };
        let entry = config.proxies.swap_remove(host);
        let entry = entry.or_else(|| config.proxies.swap_remove(DEFAULT)).unwrap_or_default();
        let set = NAMES.into_iter().filter_map(|(theirs, name)| {
            let value = entry.get(theirs)?.as_str().filter(|value| !value.is_empty())?;
            Some((name, value.to_owned()))
        });
        // Programs disagree about the case, so both are set.
        Self(
            set.flat_map(|(name, value)| {
                [(name.to_owned(), value.clone()), (name.to_lowercase(), value)]
            })
            .collect(),
        )
    }

    /// The variables, with their values.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Adds each variable that `variables` (`NAME=value`) does not set itself.
    pub(crate) fn add_to(&self, variables: &mut Vec<String>) {
        for (name, value) in &self.0 {
            let sets = |variable: &String| {
                variable.split_once('=').map_or(variable.as_str(), |(set, _)| set) == name
            };
            if !variables.iter().any(sets) {
                variables.push(format!("{name}={value}"));
            }
        }
    }
}

impl fmt::Debug for Proxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.variables().map(|(name, _)| name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = r#"{
        "auths": {},
        "proxies": {
            "default": { "httpProxy": "http://u:p@proxy:3128", "noProxy": "localhost", "extra": 1 },
            "tcp://far:2376": { "httpsProxy": "http://other:1" }
        }
    }"#;

    fn with(text: &str, host: &str, mut variables: Vec<String>) -> Vec<String> {
        Proxies::parse(text, host).add_to(&mut variables);
        variables
    }

    #[test]
    fn an_engine_has_its_own_entry_or_the_default_one() {
        assert_eq!(
            with(CONFIG, "unix:///var/run/docker.sock", Vec::new()),
            [
                "HTTP_PROXY=http://u:p@proxy:3128",
                "http_proxy=http://u:p@proxy:3128",
                "NO_PROXY=localhost",
                "no_proxy=localhost",
            ]
        );
        assert_eq!(
            with(CONFIG, "tcp://far:2376", Vec::new()),
            ["HTTPS_PROXY=http://other:1", "https_proxy=http://other:1"]
        );
    }

    #[test]
    fn what_the_user_set_wins() {
        let own = vec!["HTTP_PROXY=mine".to_owned(), "no_proxy=".to_owned()];
        assert_eq!(
            with(CONFIG, "x", own),
            [
                "HTTP_PROXY=mine",
                "no_proxy=",
                "http_proxy=http://u:p@proxy:3128",
                "NO_PROXY=localhost"
            ]
        );
    }

    #[test]
    fn without_proxies_nothing_is_added() {
        for text in [
            "",
            "{",
            "{}",
            "[]",
            r#"{"proxies":{}}"#,
            r#"{"proxies":{"default":{"httpProxy":""}}}"#,
        ] {
            assert!(with(text, "x", Vec::new()).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_password_is_not_shown() {
        let shown = format!("{:?}", Proxies::parse(CONFIG, "x"));
        assert!(shown.contains("http_proxy") && !shown.contains("u:p"), "{shown}");
    }
}
