//! The shipped scripts of the desktop layer. They are inputs of its key: a changed byte here is a
//! new desktop for everybody who did not write their own.

/// A pair of shipped scripts.
#[derive(Clone, Copy, Debug)]
pub struct Shipped {
    /// Installs packages.
    pub install: &'static str,
    /// Configures them and leaves the program that starts the desktop.
    pub setup: &'static str,
}

/// The scripts of this version.
pub const SHIPPED: Shipped = Shipped {
    install: include_str!("desktop_install.sh"),
    setup: include_str!("desktop_setup.sh"),
};
