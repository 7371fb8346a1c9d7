//! A look at the same screen in a real terminal, which shows what no model of one does: written
//! beside the picture, for a person to compare.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::within;
use crate::workshop::{Workshop, surroundings};

const SIZE: (u16, u16) = (120, 34);

/// A program that ends with what it is for.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn compare(workshop: &mut Workshop) {
    workshop.furnish();
    let world = &workshop.world;
    world.build("api").succeeds();
    world.build("docs").exits(1);
    let screen = workshop.screen(SIZE);
    screen.until("failed: L6").until("baked once").settles(Duration::from_secs(1));
    workshop.take(&screen, "vt100");
    drop(screen);

    let mut server = Command::new("Xvfb");
    server.args(["-displayfd", "1", "-screen", "0", "1400x800x24", "-nolisten", "tcp"]);
    let mut server = server.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut number = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
    let _server = Ended(server);
    let display = format!(":{}", number.trim());

    let variables = "TERM=xterm-256color COLORTERM=truecolor LC_ALL=C.UTF-8";
    let command = format!("exec {} {}", surroundings(variables), env!("CARGO_BIN_EXE_prebake"));
    let mut terminal = Command::new("xterm");
    world.surround(&mut terminal);
    let geometry = format!("{}x{}+0+0", SIZE.0, SIZE.1);
    terminal.env("LC_ALL", "C.UTF-8").args(["-display", &display, "-geometry", &geometry]);
    terminal.args(["-fa", "DejaVu Sans Mono", "-fs", "11", "-bg", "#16181a", "-fg", "#c5c8c6"]);
    terminal.args(["-b", "12", "-e", "bash", "-c", &command]);
    let _terminal = Ended(terminal.spawn().unwrap());

    let file = workshop.folder().join("xterm.png");
    let shot = || {
        let status = Command::new("import")
            .args([
                "-display",
                &display,
                "-window",
                "root",
                "-define",
                "png:exclude-chunk=time,date",
            ])
            .arg(&file)
            .status();
        assert!(status.unwrap().success());
        std::fs::read(&file).unwrap()
    };
    // An empty screen is small, and the same twice is what stays.
    let mut last = Vec::new();
    within(Duration::from_secs(30), "a quiet xterm", || {
        let now = shot();
        std::thread::sleep(Duration::from_millis(800));
        let is_quiet = now == last && now.len() > 20_000;
        last = now;
        is_quiet.then_some(())
    });
}
