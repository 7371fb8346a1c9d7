//! What styles are for: one row per role, with its name in theme files and the role whose style it
//! has where a theme does not set it.

macro_rules! roles {
    ($($role:ident $name:literal or $fallback:ident: $meaning:literal,)*) => {
        /// What is shown, by meaning and never by place.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Role {
            $(#[doc = $meaning] $role,)*
        }

        impl Role {
            /// All roles.
            pub const ALL: &'static [Self] = &[$(Self::$role,)*];

            /// The name in theme files.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$role => $name,)*
                }
            }

            /// Whose style is used where a theme sets none.
            pub(super) fn fallback(self) -> Self {
                match self {
                    $(Self::$role => Self::$fallback,)*
                }
            }
        }
    };
}

roles! {
    Text "text" or Text: "Ordinary text; its background is the screen's.",
    Muted "muted" or Text: "Text of less weight: units, times, explanations.",
    Disabled "disabled" or Muted: "What cannot be used here and now.",
    Heading "heading" or Text: "Titles of panes and groups.",
    Accent "accent" or Heading: "What should catch the eye without being a state.",
    Border "border" or Muted: "Lines around panes.",
    BorderFocused "border_focused" or Accent: "Lines around the pane that has the keys.",
    Scrollbar "scrollbar" or Border: "Bars that tell how far a pane is scrolled.",
    Header "header" or Text: "The first line of the screen.",
    Footer "footer" or Muted: "The last line of the screen.",
    Key "key" or Accent: "Keys in the footer, menus and help.",
    Selection "selection" or Text: "Selected text, and the chosen row of a list.",
    CursorLine "cursor_line" or Text: "The line of the cursor in an editor.",
    LineNumber "line_number" or Muted: "Line numbers.",
    Input "input" or Text: "Fields that take text.",
    Dialog "dialog" or Text: "Text and background of dialogs.",
    DialogBorder "dialog_border" or BorderFocused: "Lines around dialogs.",
    Warm "warm" or Text: "An environment whose layers are all there.",
    Cold "cold" or Muted: "An environment that was never baked.",
    Stale "stale" or Warning: "An environment whose layers are of older inputs.",
    Baking "baking" or Info: "An environment that is being baked.",
    Running "running" or Info: "A task that runs.",
    Degraded "degraded" or Warning: "A task that works, but not as fast as it could.",
    Failed "failed" or Error: "A bake or task that failed.",
    Error "error" or Accent: "Words about what went wrong.",
    Warning "warning" or Accent: "Words about what may go wrong.",
    Info "info" or Text: "Words about what happens.",
    Hint "hint" or Muted: "Words about what could be done.",
    FindingError "finding.error" or Error: "The text in a script that an error is about.",
    FindingWarning "finding.warning" or Warning: "The text in a script that a warning is about.",
    FindingHint "finding.hint" or Hint: "The text in a script that a hint is about.",
    DiffAdded "diff_added" or Warm: "Lines that a change adds.",
    DiffRemoved "diff_removed" or Error: "Lines that a change removes.",
    SearchHit "search_hit" or Selection: "What a search found.",
    SearchCurrent "search_current" or SearchHit: "What a search found, at the cursor.",
    SyntaxComment "syntax.comment" or Muted: "Comments of scripts.",
    SyntaxString "syntax.string" or Text: "Strings of scripts.",
    SyntaxKeyword "syntax.keyword" or Accent: "`if`, `for` and the like.",
    SyntaxVariable "syntax.variable" or Text: "Variables of scripts.",
    SyntaxCommand "syntax.command" or Text: "Names of commands that are called.",
    SyntaxNumber "syntax.number" or Text: "Numbers in scripts.",
    SyntaxOperator "syntax.operator" or Text: "Pipes, `&&`, redirections and the like.",
    SyntaxFunction "syntax.function" or SyntaxCommand: "Names of functions that are defined.",
    SyntaxHeredoc "syntax.heredoc" or SyntaxString: "Texts between `<<EOF` and `EOF`.",
}

impl Role {
    /// The role with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|role| role.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_found_by_its_name_and_falls_back_to_text_in_the_end() {
        for (number, role) in Role::ALL.iter().enumerate() {
            assert_eq!(*role as usize, number);
            assert_eq!(Role::named(role.name()), Some(*role));
            let mut end = *role;
            for _ in Role::ALL {
                end = end.fallback();
            }
            assert_eq!(end, Role::Text, "{role:?}");
        }
        assert_eq!(Role::named("Text"), None);
    }

    #[test]
    fn the_page_about_themes_lists_every_role() {
        let page = include_str!("../../../docs/themes.md");
        for role in Role::ALL {
            assert!(page.contains(&format!("| `{}` |", role.name())), "{}", role.name());
        }
    }
}
