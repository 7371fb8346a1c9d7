//! Who builds: compilers and what runs them, by their names and what they are asked to do.
//!
//! Apart from the facts of commands: what these read and write is not known, and no other rule asks.

use crate::domain::bash::facts::Invocation;

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

/// Whether a command is one of them and builds.
pub(super) fn builds(command: &Invocation) -> bool {
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
    use super::super::compile_at_start::RULE;
    use crate::domain::environment::Stage;
    use crate::domain::lint::testing::check;

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
            let text = format!("cd /opt/a\n{text}\n{margin}{carets} {told}\n");
            check(&RULE, Stage::Run, "", &text);
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
            check(&RULE, Stage::Run, "", &format!("cd /opt/a\n{text}\n"));
        }
    }
}
