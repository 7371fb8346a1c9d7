//! A program that every start compiles anew.

use super::subject::{Subject, is_below};
use super::{Example, Finding, Rule};
use crate::domain::bash::facts::{InstallAction, Invocation};
use crate::domain::lint::Severity;

pub(super) const RULE: Rule = Rule {
    code: "PB203",
    title: "a build at every task start",
    severity: Severity::Warning,
    why: "\
Every task start waits for this build, and its result is the same every time. Build in the cached
preflight. What is built from a mounted working folder cannot be baked: allow it there.",
    example: Example {
        environment: "",
        bad: "make -C /opt/src install\n",
        good: "make -C \"/data/$TASK_ID\"\n",
    },
    check,
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, statement, facts) in subject.statements() {
        let compiled = facts.installs.iter().filter(|it| it.action == InstallAction::Compile);
        let built = facts.commands.iter().filter(|it| builds(it)).map(|it| it.span);
        let builds = compiled.map(|it| it.span).chain(built).min_by_key(|it| it.start);
        let Some(build) = builds.filter(|_| !subject.reads_task(facts)) else { continue };
        let is_mounted = facts
            .paths
            .iter()
            .any(|it| subject.context.mounts.iter().any(|mount| is_below(&it.path, mount)));
        if is_mounted {
            continue;
        }
        let message = match subject.cost(statement) {
            Some(cost) => format!("builds the same at every start: {cost}, could be baked"),
            None => "builds the same at every start, could be baked".to_owned(),
        };
        let bytes = build.start..build.end;
        let finding = Finding::new(bytes, message, "build it in the cached preflight");
        found.push(subject.to_move(index, finding));
    }
    found
}

/// Commands that build, and the words of which one must be the first behind their options; none:
/// any of them. Of the other builds it is known what they read and write, which no rule needs.
const BUILDERS: [(&[&str], &[&str]); 8] = [
    (&["mvn", "mvnw", "./mvnw"], &["package", "install", "verify", "compile"]),
    (&["gradle", "gradlew", "./gradlew"], &["build", "assemble", "jar", "installDist"]),
    (&["dotnet"], &["build", "publish"]),
    (&["bazel", "bazelisk"], &["build"]),
    (&["docker", "podman"], &["build", "buildx build", "compose build", "image build"]),
    (&["npm", "yarn", "pnpm", "bun"], &["run build", "run-script build"]),
    (&["yarn", "pnpm"], &["build"]),
    (&["tsc", "javac", "rustc"], &[]),
];

/// Words with which such a command builds nothing.
const TELLS: [&str; 8] =
    ["--version", "-version", "--help", "-help", "-h", "-v", "--noEmit", "--dry-run"];

fn builds(command: &Invocation) -> bool {
    let words = || command.arguments.iter().filter_map(|it| it.known());
    let name = command.name.as_str();
    let of_name = BUILDERS.iter().filter(|(names, _)| names.contains(&name));
    let mut verbs = of_name.map(|(_, verbs)| verbs).peekable();
    if verbs.peek().is_none() || words().any(|it| TELLS.contains(&it)) {
        return false;
    }
    verbs.any(|verbs| {
        // Maven and Gradle take several tasks, `mvn clean package`.
        let is_task = name.contains("mvn") || name.contains("gradle");
        let mut operands = words().filter(|it| !it.starts_with('-'));
        if is_task {
            return operands.any(|it| verbs.contains(&it.rsplit(':').next().unwrap_or_default()));
        }
        let (first, second) = (operands.next(), operands.next());
        // `npm run build:css` is another script of the same kind.
        let script = second.map(|it| it.split(':').next().unwrap_or_default());
        verbs.is_empty() && first.is_some()
            || verbs.iter().any(|verb| match verb.split_once(' ') {
                None => first == Some(verb),
                Some((verb, behind)) => first == Some(verb) && script == Some(behind),
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

    #[test]
    fn what_is_the_same_every_time_is_told() {
        let check = |text: &str| check(&RULE, Stage::Run, "", text);
        check(
            "\
make -C /opt/src install
^^^^^^^^^^^^^^^^^^^^^^^^ PB203 builds the same at every start, could be baked
make --version
",
        );
        check("make -C \"/data/$TASK_ID\"\necho make\n");
    }

    #[test]
    fn builders_are_known_by_name_and_verb() {
        for text in [
            "npm run build",
            "npm --silent run build:css",
            "yarn run build",
            "yarn build",
            "pnpm run build",
            "mvn -q clean package",
            "gradle build",
            "./gradlew --no-daemon :app:assemble",
            "tsc -p /opt/a",
            "dotnet build /opt/a",
            "javac /opt/A.java",
            "rustc /opt/a.rs",
            "bazel build //a",
            "sudo docker build -t a /opt/a",
            "docker buildx build /opt/a",
            "cd /opt/a && npm run build",
        ] {
            let at = text.find("&& ").map_or(0, |at| at + 3);
            let carets = "^".repeat(text.len() - at);
            let margin = " ".repeat(at);
            let told = "PB203 builds the same at every start, could be baked";
            check(&RULE, Stage::Run, "", &format!("{text}\n{margin}{carets} {told}\n"));
        }
        for text in [
            "npm run dev",
            "npm install",
            "mvn --version",
            "./gradlew test",
            "tsc --noEmit",
            "javac -version",
            "rustc --version",
            "docker run build",
            "docker compose up",
            "dotnet --info",
            "tsc",
            "npm run build -- \"$TASK_ID\"",
        ] {
            check(&RULE, Stage::Run, "", &format!("{text}\n"));
        }
    }
}
