//! Disks without room: the engine's, and that of our own folders.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::support::{SecondEngine, World, assert_root};

#[test]
fn a_full_disk_of_the_engine_is_named_and_nothing_is_tagged() {
    let engine = SecondEngine::start(Some("120M"));
    // The guard before a bake would not begin one with so little room.
    let world = World::on(engine.docker())
        .config_file("settings.toml", "[disk]\nwarn_below = '0'\nrefuse_below = '0'\n")
        .environment("small", |e| e.cached("echo small > /opt/f").run("export A=1"))
        .environment("large", |e| e.cached("set -e\nhead -c 200000000 /dev/zero > /opt/large"));
    world.build("small").succeeds();

    // In the script itself the script says it, and prebake names its line.
    let failed = world.build("large").exits(1).says("No space left on device");
    assert!(failed.error().starts_with("cached preflight failed at line 2"), "{}", failed.error());
    assert!(world.docker().image(&world.image_of("large")).is_none());
    // What is kept of it goes, and there is room again.
    let kept = world.docker().containers(&world.label("large"));
    world.docker().ask(["rm", "-f", &kept[0]]);

    // A commit needs the room once more.
    let world = world.environment("large", |e| {
        e.cached("set -e\nhead -c 6000000 /dev/urandom > /opt/large\necho end > /opt/f")
    });
    let image = world.build("large").succeeds().line();
    assert_eq!(world.docker().file(&image, "/opt/f").unwrap(), "end\n");
}

/// A small disk at a folder; unmounted when dropped.
struct TinyDisk(PathBuf);

impl TinyDisk {
    /// One of 64 KiB.
    fn at(folder: PathBuf) -> Self {
        Self::sized(folder, "64k")
    }

    fn sized(folder: PathBuf, size: &str) -> Self {
        assert_root();
        fs::create_dir_all(&folder).unwrap();
        let options = format!("size={size},mode=700");
        let disk = Self(folder);
        disk.mount(&["-t", "tmpfs", "-o", &options, "prebake-test"]);
        disk
    }

    fn mount(&self, arguments: &[&str]) {
        let status = Command::new("mount").args(arguments).arg(&self.0).status().unwrap();
        assert!(status.success(), "cannot mount a small disk at {}", self.0.display());
    }

    fn make_read_only(&self) {
        self.mount(&["-o", "remount,ro"]);
    }

    fn fill(&self) {
        let error = fs::write(self.filler(), vec![b'x'; 1024 * 1024]).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    }

    fn clear(&self) {
        fs::remove_file(self.filler()).unwrap();
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_state_folder_costs_the_log_and_not_the_bake() {
    let world = World::new().environment("demo", |e| {
        e.cached("for ((i = 0; i < 20000; i++)); do echo line $i; done\necho baked > /opt/f")
            .run("export A=1")
    });
    let before = fs::read(world.path_of("demo")).unwrap();
    let disk = TinyDisk::at(world.state());
    let built = world.build("demo").succeeds();
    let image = built.line();
    let _ = built.says("the disk is full").says("line 19999\n");
    assert_eq!(world.docker().file(&image, "/opt/f").unwrap(), "baked\n");

    disk.fill();
    let run = world.bash("demo", "cat /opt/f; echo $A").succeeds().prints("baked\n1\n");
    run.says("not recorded");
    let again = world.prebake(["build", "demo", "--no-cache"]).run();
    match again.status.code() {
        Some(0) => assert_eq!(again.line(), image),
        _ => assert!(again.error().contains("disk"), "{}", again.error()),
    }
    assert_eq!(fs::read(world.path_of("demo")).unwrap(), before);
    drop(disk);
    world.bash("demo", "cat /opt/f").succeeds().prints("baked\n");
}

#[test]
fn a_full_configuration_folder_leaves_the_environments_alone() {
    let world = World::new();
    let disk = TinyDisk::at(world.config());
    fs::create_dir_all(world.config().join("environments")).unwrap();
    let world = world.environment("demo", |e| e.run("export A=1"));
    let before = fs::read(world.path_of("demo")).unwrap();
    disk.fill();
    let id = format!("other-{}", world.token());
    let failed = world.prebake(["new", &id, "--base", world.base()]).run().exits(1);
    let sentence = failed.error();
    assert!(sentence.contains("the disk is full"), "{sentence}");
    assert_eq!(fs::read(world.path_of("demo")).unwrap(), before);
    let listed = world.prebake(["list", "--json"]).run().succeeds().json();
    assert_eq!(listed["environments"].as_array().unwrap().len(), 1, "{listed}");
    world.bash("demo", "echo $A").succeeds().prints("1\n");
}

#[test]
fn a_read_only_state_folder_shows_its_history_and_starts_tasks() {
    let world = World::new().environment("demo", |e| e.cached("echo baked > /opt/f"));
    let disk = TinyDisk::sized(world.state(), "4m");
    world.run("demo", &["true"]).succeeds();
    let before = world.history("demo");
    assert_eq!(before.len(), 2);
    disk.make_read_only();
    world.run("demo", &["cat", "/opt/f"]).succeeds().prints("baked\n").says("not recorded");
    assert_eq!(world.history("demo"), before);
    assert_eq!(world.summary("demo")["starts"], 1);
}

#[test]
fn a_history_on_a_disk_that_fills_up_is_whole_when_there_is_room_again() {
    let world = World::new().environment("demo", |e| e.run("export A=1"));
    let disk = TinyDisk::sized(world.state(), "400k");
    world.run("demo", &["true"]).succeeds();
    disk.fill();
    for _ in 0..3 {
        world.run("demo", &["true"]).succeeds().says("not recorded").does_not_say("damaged");
    }
    disk.clear();
    world.run("demo", &["true"]).succeeds().does_not_say("not recorded");
    let rows = world.history("demo");
    assert!(rows.len() == 2 && rows.iter().all(|row| row["exit_code"] == 0), "{rows:?}");
}
