//! The headless desktop of tasks: the shipped scripts of its layer, and how a person gets in.
//!
//! The scripts are inputs of the layer's key: a changed byte here is a new desktop for everybody
//! who did not write their own. The second one carries the programs that run in tasks, which are
//! files of their own here so that they can be read and checked as what they are.
//!
//! [`access`] is what opens a desktop in a browser, [`reach`] how to get to it from elsewhere,
//! [`geometry`] its size.

pub mod access;
pub mod geometry;
pub mod reach;

pub use access::Access;
pub use geometry::Geometry;

/// The port of the noVNC page inside a container, unless the environment names another.
pub const DEFAULT_PORT: u16 = 6080;

/// The depth of a desktop's colours, in bits, unless the environment names another.
pub const DEFAULT_DEPTH: u8 = 24;

/// The depths there are, in bits.
pub const DEPTHS: [u8; 2] = [16, 24];

/// The program of a desktop, in its image.
pub const PROGRAM: &str = "prebake-desktop";

/// A pair of shipped scripts.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Installs packages.
    pub install: &'static str,
    /// Configures them and leaves the programs of the desktop.
    pub setup: &'static str,
}

/// The scripts of this version.
pub const SHIPPED: Shipped = Shipped {
    install: include_str!("desktop_install.sh"),
    setup: concat!(
        include_str!("desktop_setup.sh"),
        "\nwrite \"$share/door.py\" 644 <<'PROGRAM'\n",
        include_str!("door.py"),
        "PROGRAM\n\nwrite /usr/local/bin/prebake-desktop 755 <<'PROGRAM'\n",
        include_str!("prebake-desktop.sh"),
        "PROGRAM\n",
    ),
};

/// The folder of a task's desktop inside its container: where its logs are, and what opens it. A
/// dot folder of the task's own, because tasks like to share `/tmp` and to empty it.
#[must_use]
pub fn folder(task: &str) -> String {
    format!("/tmp/.prebake-desktop-{task}")
}
