//! A shell script: one that sets everything up, as it is written before there are two stages. It
//! is split where that is provably the same.

use super::{Fate, Imported, Note, Reading, Source, ids};
use crate::domain::environment::{Environment, EnvironmentId};
use crate::domain::split::{Boldness, Split, TaskStart};

pub(super) fn read(source: Source<'_>) -> Reading {
    let stem = source.name.rsplit_once('.').map_or(source.name, |(stem, _)| stem);
    let Some(id) = ids::id_of(stem).or_else(|| EnvironmentId::parse("script").ok()) else {
        return Reading::default();
    };
    // Kept in either case; whether it runs is another field's business.
    let preflight_script = source.text.to_owned();
    let mut environment =
        Environment { name: stem.to_owned(), preflight_script, ..Environment::default() };
    let split = Split::of(source.text, &TaskStart::of(&environment), Boldness::Careful);
    let told = if split.cached.is_empty() {
        environment.preflight_enabled = true;
        let why = if split.errors.is_empty() {
            "nothing of it can be baked for certain"
        } else {
            "bash cannot read it"
        };
        format!(
            "becomes `preflight_script` and runs at every task start, since {why}; `prebake split {id}` shows where each statement belongs"
        )
    } else {
        environment.cached_preflight_script.clone_from(&split.cached);
        environment.run_preflight_script.clone_from(&split.run);
        let count = |is: fn(&crate::domain::split::Decision) -> bool| {
            split.statements.iter().filter(|statement| is(statement)).count()
        };
        let becomes = match split.run.as_str() {
            "" => "`cached_preflight_script`",
            _ => "both preflights",
        };
        let baked = match (count(|it| it.part.is_cached()), split.statements.len()) {
            (1, 1) => "its one statement is baked".to_owned(),
            (baked, all) if baked == all => format!("all its {all} statements are baked"),
            (1, all) => format!("1 of its {all} statements is baked"),
            (baked, all) => format!("{baked} of its {all} statements are baked"),
        };
        let run = match count(|it| it.part.is_run()) {
            0 => String::new(),
            1 => ", 1 runs at every task start".to_owned(),
            count => format!(", {count} run at every task start"),
        };
        format!("becomes {becomes}: {baked}{run}; `prebake split` with the file shows why")
    };
    let notes = vec![Note::new("", Fate::Became, told)];
    let imported = Imported { id, at: String::new(), environment, notes };
    Reading { environments: vec![imported], ..Reading::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, cached: &str, run: &str, runs: bool, told: &str) {
        let source = Source { name: "Set Up.sh", text, folder: "" };
        let reading = read(source);
        let [Imported { id, environment, notes, .. }] = &reading.environments[..] else {
            panic!("{reading:?}")
        };
        assert_eq!(id.as_str(), "set-up");
        assert_eq!(environment.cached_preflight_script, cached, "{text}");
        assert_eq!(environment.run_preflight_script, run, "{text}");
        assert_eq!(
            (environment.preflight_script.as_str(), environment.preflight_enabled),
            (text, runs)
        );
        assert!(notes[0].told.contains(told), "{notes:?}");
    }

    #[test]
    fn what_can_be_baked_for_certain_is_and_a_script_without_it_stays_whole() {
        check(
            "#!/bin/bash\napt-get install -y jq\nexport API_KEY=$TASK_API_KEY\n",
            "#!/bin/bash\napt-get install -y jq\n",
            "#!/bin/bash\nexport API_KEY=$TASK_API_KEY\n",
            false,
            "becomes both preflights: 1 of its 2 statements is baked, 1 runs at every task start;",
        );
        let baked = "#!/bin/bash\napt-get install -y jq\n";
        check(
            baked,
            baked,
            "",
            false,
            "becomes `cached_preflight_script`: its one statement is baked;",
        );
        let nul = "#!/bin/bash\nmkdir -p /tmp/$TASK_ID\0\n";
        let source = Source { name: "a.sh", text: nul, folder: "" };
        let reading = crate::domain::import::read(crate::domain::import::Kind::Shell, source);
        let notes = &reading.unwrap().environments[0].notes;
        let told = "holds NUL bytes, for which bash may take the script for a program";
        assert_eq!((notes[1].field.as_str(), notes.len()), ("preflight_script", 2), "{notes:?}");
        assert!(notes[1].told.starts_with(told), "{notes:?}");
        let run = "#!/bin/bash\nmkdir -p /tmp/$TASK_ID\n";
        check(run, "", "", true, "nothing of it can be baked for certain");
        let broken = "if true; then\n  apt-get install -y jq\n";
        check(broken, "", "", true, "bash cannot read it");
    }
}
