//! Commands that compile: they read and write below the folder they run in.

use super::Shape::Told;
use super::{Call, Row, row};
use crate::domain::bash::facts::{Access, Facts, InstallAction};

pub(super) const ROWS: &[Row] = &[
    row("make", Told(make), &[]),
    row("gmake", Told(make), &[]),
    row("ninja", Told(make), &[]),
    row("cmake", Told(cmake), &[]),
    row("meson", Told(make), &[]),
    row("gcc", Told(compile), &[]),
    row("g++", Told(compile), &[]),
    row("cc", Told(compile), &[]),
    row("c++", Told(compile), &[]),
    row("clang", Told(compile), &[]),
    row("clang++", Told(compile), &[]),
    row("ldconfig", Told(ldconfig), &[]),
];

/// What a makefile does is its own affair: it is told what is compiled, and that it is not known.
fn make(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    call.install(InstallAction::Compile, &[], false, facts);
    false
}

fn cmake(call: &Call<'_>, facts: &mut Facts) -> bool {
    make(call, facts)
}

fn compile(call: &Call<'_>, facts: &mut Facts) -> bool {
    call.program(facts);
    call.install(InstallAction::Compile, &[], false, facts);
    let operands =
        call.operands(&["-o", "-I", "-L", "-D", "-l", "-x", "-include", "-MF", "-isystem"]);
    call.each(&operands, Access::Read, facts);
    // Headers lie where the image has them, and beside the source.
    call.here(Access::Read, facts);
    call.fixed("/usr/include", Access::Read, facts);
    call.fixed("/usr/lib", Access::Read, facts);
    match call.value_of(&["-o"]) {
        Some(output) => call.path(&output, Access::Write, facts),
        None => call.here(Access::Write, facts),
    }
    true
}

fn ldconfig(call: &Call<'_>, facts: &mut Facts) -> bool {
    // It makes links beside the libraries.
    for folder in ["/usr/lib", "/usr/local/lib"] {
        call.fixed(folder, Access::Read, facts);
        call.within(folder, Access::Write, facts);
    }
    // More folders stand in the lists, whichever those are.
    for list in ["/etc/ld.so.conf", "/etc/ld.so.conf.d"] {
        call.fixed(list, Access::Read, facts);
    }
    call.fixed("/etc/ld.so.cache", Access::Write, facts);
    true
}
