//! Who gets in, and what of the way in can be seen by others.

use std::fs;

use crate::ready::{start, world};
use crate::rfb::Desktop;
use crate::socket::{Socket, request};
use crate::support::files_below;

#[test]
fn only_token_and_password_open_a_desktop_and_only_its_own() {
    let world = world();
    let [one, two] = [start(&world, "sleep 600"), start(&world, "sleep 600")];
    assert_ne!(one.url.port, two.url.port);
    for task in [&one, &two] {
        assert!(Desktop::open(&task.url, &task.url.password).is_ok());
        assert_eq!((task.url.password.len(), task.url.token.len()), (8, 32));
    }
    for (password, why) in
        [("wrong", "another"), ("", "none"), (&two.url.password, "a neighbour's")]
    {
        let reason = Desktop::open(&one.url, password).map(drop).unwrap_err();
        assert!(reason.contains("Authentication fail"), "{why}: {reason}");
    }
    // Failures do not shut out who knows the password.
    assert!(Desktop::open(&one.url, &one.url.password).is_ok());

    for path in ["/websockify", "/websockify?token=", &format!("/?token={}", two.url.token)] {
        let refused = Socket::connect(one.url.port, path).map(drop).unwrap_err();
        assert!(refused.contains(" 403 "), "{path}: {refused}");
    }
    assert!(request(one.url.port, "/vnc.html", "").0.contains(" 200 "));
    for path in ["/", "/app/", "/../../../etc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd"] {
        let (status, body) = request(one.url.port, path, "");
        assert!(status.contains(" 404 "), "{path}: {status}");
        assert!(!body.contains("root:"), "{path}");
    }
}

#[test]
fn a_neighbour_container_and_other_addresses_of_the_host_do_not_get_in() {
    let world = world();
    let task = start(&world, "sleep 600");
    let docker = world.docker();
    let container = docker.container(&format!("prebake-task-{}", task.id)).unwrap();
    let network = &container["NetworkSettings"];
    let bindings = &network["Ports"]["6080/tcp"];
    assert_eq!(bindings.as_array().unwrap().len(), 1, "{bindings}");
    assert_eq!(bindings[0]["HostIp"], "127.0.0.1");

    let address = network["IPAddress"].as_str().unwrap();
    let script = format!(
        "exec 3<>/dev/tcp/{address}/6080; printf 'GET /websockify HTTP/1.1\\r\\nHost: x\\r\\n\
         Upgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\n\
         Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\\r\\n\\r\\n' >&3; head -n 1 <&3; \
         for port in 5900 5901 6000 6001; do (exec 4<>/dev/tcp/{address}/$port) 2>/dev/null && \
         echo \"$port is open\"; done; true"
    );
    let seen =
        docker.ask(["run", "--rm", "--entrypoint=bash", crate::ready::base(), "-c", &script]);
    assert!(seen.contains(" 403 ") && !seen.contains("is open"), "{seen}");
}

#[test]
fn what_opens_a_desktop_is_in_no_label_variable_argument_or_log() {
    let world = world();
    let task = start(&world, "sleep 600");
    assert!(Desktop::open(&task.url, &task.url.password).is_ok());
    assert!(Desktop::open(&task.url, "wrong").is_err());
    let name = format!("prebake-task-{}", task.id);
    let docker = world.docker();
    let folder = format!("/tmp/.prebake-desktop-{}", task.id);
    let look = format!(
        "cat {folder}/*.log; for p in /proc/[0-9]*; do tr '\\0' '\\n' <$p/cmdline; \
         tr '\\0' '\\n' <$p/environ; done"
    );
    let logs = world.prebake(["logs", &task.id]).run();
    let mut seen = vec![
        ("inspect", docker.container(&name).unwrap().to_string()),
        ("top", docker.ask(["top", &name, "-eo", "pid,args"])),
        ("docker logs", docker.ask(["logs", &name])),
        ("logs, arguments and variables inside", docker.ask(["exec", &name, "bash", "-c", &look])),
        ("prebake logs", logs.out() + &logs.err()),
        ("tasks", world.prebake(["tasks", "--json"]).run().succeeds().out()),
    ];
    for file in files_below(&world.state()) {
        seen.push(("the state folder", fs::read_to_string(file).unwrap_or_default()));
    }
    for (place, text) in &seen {
        assert!(!text.contains(&task.url.password), "the password is in {place}");
        assert!(!text.contains(&task.url.token), "the token is in {place}");
    }
    let inside = &seen[3].1;
    assert!(
        inside.contains("Xvnc") && inside.contains("proxying"),
        "nothing was looked at: {inside}"
    );
    let mode =
        docker.ask(["exec", &name, "stat", "-c", "%a", &folder, &format!("{folder}/access")]);
    assert_eq!(mode, "700\n600");
}
