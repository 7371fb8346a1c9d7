//! What is in no row: scripts, commands, variables.

use std::fs;

use crate::support::{World, contains, unique};

#[test]
fn secrets_of_scripts_commands_and_variables_are_nowhere_in_the_history() {
    let secrets: [String; 6] = std::array::from_fn(|_| unique());
    let [in_cached, in_run, in_field, in_option, in_command, in_failed] = &secrets;
    let world = World::new()
        .environment("demo", |e| {
            e.cached(&format!("token={in_cached}\nsleep 0.1"))
                .run(&format!("export T={in_run}"))
                .variable("FROM_FILE", in_field)
        })
        .environment("bad", |e| e.cached(&format!("token={in_failed}\n[ -z \"$token\" ]")));
    let option = format!("SECRET={in_option}");
    let command = format!("echo {in_command} $SECRET");
    for _ in 0..2 {
        let run = ["run", "demo", "--env", &option, "--", "bash", "-c", &command];
        world.prebake(run).run().succeeds().prints(&format!("{in_command} {in_option}\n"));
    }
    world
        .prebake(["run", "demo", "-d", "--env", &option, "--", "bash", "-c", &command])
        .run()
        .succeeds();
    world.run("bad", &["echo", in_command]).succeeds();

    let files = world.state_files("history");
    let bytes: Vec<u8> = files.iter().flat_map(|path| fs::read(path).unwrap()).collect();
    // The search finds what is there.
    assert!(contains(&bytes, world.id("demo").as_bytes()));
    let all = world.prebake(["history", "--json"]).run().succeeds().out();
    assert!(all.contains("degraded") && all.contains("cached_preflight.sh"), "{all}");
    for secret in &secrets {
        assert!(!contains(&bytes, secret.as_bytes()), "{secret} is in the database");
        assert!(!all.contains(secret.as_str()), "{secret} is told");
    }
}
