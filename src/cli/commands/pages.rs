//! `completions` and `man`: texts made from the definition of the arguments, and nothing else.

use clap::CommandFactory as _;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::args::Args;
use crate::cli::output::Output;
use crate::cli::status;

pub(super) fn completions(output: &mut Output, shell: Shell) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "prebake", &mut script);
    output.text(script);
    status::OK
}

pub(super) fn man(output: &mut Output) -> u8 {
    match page() {
        Ok(page) => {
            output.text(page);
            status::OK
        }
        Err(error) => {
            output.error(format!("the manual page could not be made: {error}; see `prebake help`"));
            status::FAILED
        }
    }
}

/// The page of prebake, with a section for each subcommand.
fn page() -> std::io::Result<Vec<u8>> {
    let mut command = Args::command().disable_help_subcommand(true);
    // The synopsis of a subcommand begins with `prebake`, too.
    command.build();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    // The list of subcommands names a page for each; here they are sections.
    let page = String::from_utf8_lossy(&page).replace("prebake\\-", "prebake ");
    let mut page = page.replace("(1)\n", "\n").into_bytes();
    for subcommand in command.get_subcommands() {
        let name = format!("prebake {}", subcommand.get_name());
        // What every subcommand has is told once, above.
        let own = ["host", "color", "help"].into_iter().fold(subcommand.clone(), |own, shared| {
            own.mut_arg(shared, |argument| argument.hide(true))
        });
        let man = Man::new(own.display_name(&name));
        let mut section = Vec::new();
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        let section = String::from_utf8_lossy(&section).replace(".SH ", ".SS ");
        page.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
        page.extend_from_slice(section.as_bytes());
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_every_subcommand_once() {
        let page = String::from_utf8(page().unwrap()).unwrap();
        for subcommand in Args::command().get_subcommands() {
            let heading = format!(".SH \"PREBAKE {}\"\n", subcommand.get_name().to_uppercase());
            assert_eq!(page.matches(&heading).count(), 1, "{heading}");
        }
        assert_eq!(page.matches(".TH ").count(), 1);
    }

    #[test]
    fn every_shell_has_completions() {
        for shell in [Shell::Bash, Shell::Zsh, Shell::Fish, Shell::Elvish, Shell::PowerShell] {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Args::command(), "prebake", &mut script);
            assert!(String::from_utf8(script).unwrap().contains("preflight-only"), "{shell}");
        }
    }
}
