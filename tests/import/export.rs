//! An exported Dockerfile builds without prebake, and gives the files that a bake gives.

use std::path::Path;
use std::process::Command;

use crate::support::World;

/// Every file that a layer may have touched, with its mode, owner and content; neither those that
/// the engine puts into every container, nor the empty folder at which `BuildKit` mounted scripts.
const FILES: &str = "cd / && find opt home etc usr/local tmp var/lib srv -xdev \
    ! -name hosts ! -name hostname ! -name resolv.conf ! -name .prebake -printf '%p %y %m %U:%G %l ' \
    \\( -type f -exec sha256sum {} \\; -o -printf '\\n' \\) | sort";

/// `docker build` with `BuildKit`, the default since Docker 23, by the first client in `PATH` that
/// has it: newer ones need a plugin for it.
fn build(folder: &Path, tag: &str) {
    let path = std::env::var_os("PATH").unwrap();
    let clients = std::env::split_paths(&path).map(|folder| folder.join("docker"));
    let mut words = String::new();
    for client in clients.filter(|client| client.exists()) {
        let mut build = Command::new(client);
        build.args(["build", "--quiet", "--tag", tag, "."]).current_dir(folder);
        let built = build.env("DOCKER_BUILDKIT", "1").output().unwrap();
        if built.status.success() {
            return;
        }
        words += &String::from_utf8_lossy(&built.stderr);
    }
    panic!("{words}");
}

#[test]
fn a_dockerfile_gives_the_same_files_as_a_bake() {
    let mut world = World::new().tiny_desktop().environment("demo", |e| {
        e.desktop(true, true).cached(
            "#!/bin/bash\nset -e\nmkdir -p /opt/deep/er && echo it\\'s > '/opt/deep/er/a b'\nln -s a /opt/link\nchmod 750 /opt/deep\nchown 7:8 /opt/deep/er\nrm -f /etc/motd\necho \"$0 $PWD $HOME $USER\" > /opt/said\ncat > /opt/stdin",
        )
    });
    world.build("demo").succeeds();
    world.prebake(["export", "demo", "--dockerfile", "out"]).run().succeeds();
    let tag = format!("prebake-test-{}:plain", world.token());
    world.owns_image(&tag);
    build(&world.cwd().join("out"), &tag);
    let baked = world.image_of("demo");
    let files = |image: &str| {
        world.docker().ask(["run", "--rm", "--entrypoint", "bash", image, "-c", FILES])
    };
    let (plain, baked) = (files(&tag), files(&baked));
    assert!(
        plain.contains("opt/deep/er/a b f 644 0:0") && plain.contains("opt/desktop f"),
        "{plain}"
    );
    assert_eq!(plain, baked);
}

#[test]
fn a_folder_that_holds_something_else_is_written_to_as_a_whole_or_not_at_all() {
    let world = World::new().environment("demo", |e| e.cached("echo one > /opt/f"));
    let export = |more: &[&str]| {
        world.prebake([&["export", "demo", "--dockerfile", "out"], more].concat()).run()
    };
    let out = world.cwd().join("out");
    let texts = || {
        let files = std::fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().path());
        let mut texts: Vec<_> =
            files.map(|path| (std::fs::read_to_string(&path).unwrap(), path)).collect();
        texts.sort();
        texts
    };
    export(&[]).succeeds();
    let first = texts();
    export(&[]).succeeds();

    // The script alone is written anew by nobody.
    std::fs::remove_file(out.join("cached_preflight.sh")).unwrap();
    std::fs::write(out.join("Dockerfile"), "FROM mine\n").unwrap();
    let refused = export(&[]).exits(1).error();
    assert_eq!(
        refused,
        "`out/Dockerfile` is there and says something else, so nothing is written; name another folder, or replace what differs with `--overwrite`"
    );
    assert_eq!(texts().len(), 1);
    export(&["--overwrite"]).succeeds().prints("out/Dockerfile\n");
    assert_eq!(texts(), first);
    world.prebake(["export", "demo", "--yaml", "--overwrite"]).run().exits(2);
}
