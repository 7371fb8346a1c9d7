//! What a start with a desktop shows, and what of it can be set.

use crate::ready::{base, start, world};
use crate::rfb::{Desktop, Url};
use crate::support::{until, within};

#[test]
fn a_task_has_two_layers_a_url_and_a_desktop_that_the_command_is_on() {
    let mut world = world();
    world.change("demo", |e| {
        e.cached("echo baked > /opt/f").run("[ -n \"$DISPLAY\" ] && xdpyinfo >/tmp/display")
    });
    let task =
        start(&world, "xterm -title hello -bg '#00aa00' -geometry 80x24+200+200 -e sleep 600");

    let status = world.status("demo");
    let image = |index: usize| status["layers"][index]["image"].as_str().unwrap().to_owned();
    assert!(image(0).starts_with("agent-runner-desktop:debian-"), "{}", image(0));
    assert!(image(1).starts_with("agent-runner-env:desktop-debian-"), "{}", image(1));
    assert_eq!(status["warm"], true);

    let mut desktop = Desktop::open(&task.url, &task.url.password).unwrap();
    assert_eq!((desktop.width, desktop.height), (1280, 800));
    assert!(desktop.name.contains(&task.id), "{}", desktop.name);
    until("the command's window", || (desktop.look().at(400, 400) == 0x00_aa00).then_some(()));

    let container = format!("prebake-task-{}", task.id);
    let file = world.docker().ask(["exec", &container, "cat", "/tmp/display", "/opt/f"]);
    assert!(file.contains("1280x800 pixels") && file.contains("baked"), "{file}");

    let again = world.prebake(["desktop", "open", "demo"]).run().succeeds().line();
    assert_eq!(again, task.url.text);
    let document = world.prebake(["desktop", "open", &task.id[..6], "--json"]).run().succeeds();
    assert_eq!(document.json()["port"], task.url.port);

    world.prebake(["stop", &task.id]).run().succeeds();
    until("the port to close", || {
        std::net::TcpStream::connect(("127.0.0.1", task.url.port)).is_err().then_some(())
    });
    let refused = world.prebake(["desktop", "open", &task.id]).run().exits(1);
    assert!(refused.error().contains("has ended"), "{}", refused.error());
    let refused = world.prebake(["desktop", "open", "demo"]).run().exits(1);
    assert!(refused.error().contains("no task with a desktop runs"), "{}", refused.error());
}

#[test]
fn size_depth_and_ports_are_as_asked_and_pictures_are_of_it() {
    let mut world = world();
    world.change("demo", |e| e.desktop_of("800x600", 16, 7000).ports(&["7000"]).variable("A", "1"));
    let task = start(&world, "xterm -bg '#ff0000' -geometry 80x24+0+0 -e sleep 600");
    let desktop = Desktop::open(&task.url, &task.url.password).unwrap();
    assert_eq!((desktop.width, desktop.height), (800, 600));
    let ports = world.docker().container(&format!("prebake-task-{}", task.id)).unwrap();
    let ports = ports["NetworkSettings"]["Ports"].as_object().unwrap();
    assert_eq!(ports.keys().collect::<Vec<_>>(), ["7000/tcp"], "one port, and not twice");

    let file = world.cwd().join("out.png");
    let picture = within(std::time::Duration::from_secs(30), "the window on a picture", || {
        world
            .prebake(["desktop", "shot", &task.id, "out.png"])
            .run()
            .succeeds()
            .prints("out.png\n");
        let decoder =
            png::Decoder::new(std::io::BufReader::new(std::fs::File::open(&file).unwrap()));
        let mut reader = decoder.read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let frame = reader.next_frame(&mut pixels).unwrap();
        let bytes = frame.color_type.samples();
        let at = (300 * 800 + 300) * bytes;
        let is_red = pixels[at] > 240 && pixels[at + 1] < 16 && pixels[at + 2] < 16;
        is_red.then_some((frame.width, frame.height))
    });
    assert_eq!(picture, (800, 600));
    let bytes = world.prebake(["desktop", "shot", "demo", "-"]).run().succeeds().stdout;
    assert!(bytes.starts_with(b"\x89PNG"));
    // A pipe is written to, and stays one.
    let script = "mkfifo pipe && { \"$PREBAKE\" desktop shot \"$1\" pipe >&2 & cat pipe; wait $!; [ -p pipe ]; }";
    let through = world.shell(script).argument("bash").argument(&task.id).run().succeeds();
    assert!(through.stdout.starts_with(b"\x89PNG"), "{}", through.err());
}

#[test]
fn a_task_in_front_of_somebody_tells_its_url_before_the_command() {
    let world = world();
    let outcome = world.bash("demo", "echo \"on $DISPLAY\"; env | grep -c ^PREBAKE_");
    let outcome = outcome.succeeds().prints("on :0\n1\n").says("desktop: http://127.0.0.1:");
    Url::parse(outcome.err().lines().find(|line| line.starts_with("desktop: ")).unwrap());
}

#[test]
fn over_ssh_the_line_that_comes_first_is_told() {
    let world = world();
    let call = world.prebake(["run", "demo", "--", "true"]);
    let call = call.variable("SSH_CONNECTION", "10.0.0.9 50000 10.0.0.5 2222");
    let outcome = call.variable("USER", "ana").run().succeeds();
    let told = outcome.err();
    let port = Url::parse(told.lines().find(|line| line.starts_with("desktop: ")).unwrap()).port;
    let line = format!("ssh -N -L {port}:127.0.0.1:{port} -p 2222 ana@10.0.0.5\n");
    assert!(told.contains(&format!("first, on your own machine: {line}")), "{told}");
}

#[test]
fn a_failing_environment_keeps_the_good_desktop() {
    let mut world = world();
    world.change("demo", |e| e.cached("exit 3"));
    let outcome = world.bash("demo", "xdpyinfo >/dev/null && echo \"on $DISPLAY\"").succeeds();
    outcome.prints("on :0\n").says("cached preflight failed at line 1").says("desktop: http");
    let status = world.status("demo");
    assert_eq!(
        (&status["layers"][0]["cached"], &status["layers"][1]["cached"]),
        (&true.into(), &false.into())
    );
    assert_eq!(status["base"]["reference"].as_str().unwrap_or(base()), base());
}

#[test]
fn another_user_of_the_image_has_a_desktop_of_its_own_beside_it() {
    let world = world();
    let script = "useradd -m dev && cd / && \
        TASK_ID=dev PREBAKE_DESKTOP_FOLDER=/tmp/dev-desktop PREBAKE_DESKTOP_PORT=6081 \
        runuser -u dev -- bash -c 'prebake-desktop start && eval \"$(prebake-desktop env)\" && \
        xdpyinfo >/dev/null && id -un && echo $DISPLAY && stat -c %U:%a /tmp/dev-desktop/access && \
        prebake-desktop shot | head -c 4 | tail -c 3 && echo && prebake-desktop stop && \
        ! prebake-desktop env 2>/dev/null'";
    world.bash("demo", script).succeeds().prints("dev\n:1\ndev:600\nPNG\n");
}
