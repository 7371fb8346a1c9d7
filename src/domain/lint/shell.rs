//! Findings in any bash, by the linter that needs no program beside this one.
//!
//! Its rules bear the codes of `ShellCheck` where that knows them. What bash could not read is
//! found by its parser and told first, since a script with an open quote gives no finding else.

use std::ops::Range;
use std::sync::LazyLock;

use shuck_linter::{
    AnalysisRequest, Applicability, LinterSettings, Rule, Severity as Level, ShellCheckCodeMap,
    ShellCheckLevel, ShellDialect, rule_metadata,
};
use shuck_parser::parser::{ParseResult, Parser};

use super::fix::{Edit, Fix, FixKind};
use super::guard;
use super::places::Places;
use super::stops::Stopped;
use super::{Diagnostic, RuleCode, Severity, Spot, defined_later, unquoted};
use crate::domain::bash::Script;

/// Longer texts are read by none of the linters for any bash: a person wrote none of them.
pub const MAX_BYTES: usize = 1 << 20;

/// Longer texts are not read by the one of this program: its rules look at much of a script again
/// for each variable that is set. Those of our own do not, and are asked about any text.
const LONGEST: usize = 64 * 1024;

/// The longest text that cannot be read and is given to it all the same, for what it finds elsewhere.
/// Of a longer one only our own parser says why: such a text has no stops, and brackets that are
/// never closed take the library the square of their number.
const LONGEST_BROKEN: usize = 16 * 1024;

/// The code of what cannot be read, as `ShellCheck` has it.
const SYNTAX: &str = "SC1073";

/// Rules about a file that is run on its own, while a preflight is read by a bash that is there;
/// about files that are sourced, which lie in an image and not here; and about Windows line ends,
/// of which one finding of our own tells.
pub const NOT_ASKED: [&str; 8] =
    ["SC2148", "SC2187", "SC2239", "SC1008", "SC1128", "SC1017", "SC1090", "SC1091"];

/// Rules whose safe fixes leave a script that does the same, which a test proves by running both.
const PROVEN: [&str; 9] =
    ["SC1097", "SC2026", "SC2100", "SC2121", "SC2125", "SC2146", "SC2209", "SC2267", "SC2291"];

static CODES: LazyLock<ShellCheckCodeMap> = LazyLock::new(ShellCheckCodeMap::default);

static SETTINGS: LazyLock<LinterSettings> = LazyLock::new(|| {
    let mut settings = LinterSettings::default().with_shell(ShellDialect::Bash);
    // What the linter calls style `ShellCheck` partly warns of: unquoted variables, above all.
    for (_, rule) in CODES.mappings() {
        let level = rule_metadata(rule).and_then(|rule| rule.shellcheck_level);
        if level.is_some_and(|level| level != ShellCheckLevel::Style) {
            settings.rules.insert(rule);
        }
    }
    let unasked = NOT_ASKED.iter().chain([&unquoted::CODE, &defined_later::CODE]);
    for rule in unasked.flat_map(|code| CODES.resolve_all(code)) {
        settings.rules.remove(rule);
    }
    // What a script sources lies in an image, not here.
    settings.with_resolve_source_closure(false)
});

/// The same for a text with stops in it: what asks for the next test would find one of them.
static SETTINGS_OF_STOPPED: LazyLock<LinterSettings> = LazyLock::new(|| {
    let mut settings = SETTINGS.clone();
    for rule in CODES.resolve_all("SC2319") {
        settings.rules.remove(rule);
    }
    settings
});

/// The findings in a script, in the order of the text.
#[must_use]
pub fn lint_shell(text: &str, script: &Script) -> Vec<Diagnostic> {
    let places = Places::new(text);
    if text.len() > LONGEST {
        return unread(script, &places).into_iter().collect();
    }
    let stopped = Stopped::of(text, script);
    let with_stops = || {
        let stopped = stopped.as_ref()?;
        let parsed = guard::guarded(|| Parser::new(&stopped.text).parse())?;
        let is_read = parsed.diagnostics.is_empty() && parsed.terminal_error.is_none();
        is_read.then(|| ask(&stopped.text, &parsed, Some(stopped), &places))
    };
    let mut found = with_stops().unwrap_or_else(|| as_it_is(text, script, &places));
    found.sort_by(|one, other| (one.start, &one.code).cmp(&(other.start, &other.code)));
    found.dedup();
    found
}

/// The findings in a text that has no stops, because it is short or cannot be read.
fn as_it_is(text: &str, script: &Script, places: &Places) -> Vec<Diagnostic> {
    if text.len() > LONGEST_BROKEN
        && let Some(fault) = unread(script, places)
    {
        return vec![fault];
    }
    let read = || {
        let parsed = Parser::new(text).parse();
        (unreadable(&parsed, places), parsed)
    };
    let Some((mut found, parsed)) = guard::guarded(read) else { return Vec::new() };
    found.extend(ask(text, &parsed, None, places));
    found
}

/// Why our own parser cannot read a text, if it cannot.
fn unread(script: &Script, places: &Places) -> Option<Diagnostic> {
    let error = script.errors.first()?;
    let (start, end) = (places.spot(error.span.start), places.spot(error.span.end));
    Some(syntax(&error.message, start, end))
}

/// What the rules of the library find in the text it has read.
fn ask(
    read: &str,
    parsed: &ParseResult,
    stopped: Option<&Stopped>,
    places: &Places,
) -> Vec<Diagnostic> {
    let settings = if stopped.is_some() { &*SETTINGS_OF_STOPPED } else { &*SETTINGS };
    let lint = || {
        let request = AnalysisRequest::from_parse_result(parsed, read, settings);
        // Without it the map is made anew for each script.
        shuck_linter::lint(request.with_shellcheck_map(&CODES))
    };
    let back = |byte: usize| stopped.map_or(byte, |it| it.back(byte));
    let mut found = Vec::new();
    for finding in guard::guarded(lint).into_iter().flatten() {
        let (start, end) = (finding.span.start.offset(), finding.span.end.offset());
        if stopped.is_some_and(|it| it.is_stop(start)) {
            continue;
        }
        let title = finding.fix_title.as_deref();
        found.push(Diagnostic {
            code: code(finding.rule),
            severity: severity(finding.severity),
            message: sentence(&finding.message),
            advice: String::new(),
            start: places.spot(back(start)),
            end: places.spot(back(end)),
            fix: finding
                .fix
                .as_ref()
                .and_then(|fix| convert(read, stopped, finding.rule, fix, title)),
        });
    }
    found
}

/// What the parser could not read. Of several complaints the first is the reason of the others.
fn unreadable(parsed: &ParseResult, places: &Places) -> Vec<Diagnostic> {
    let (message, start, end) = if let Some(found) = parsed.diagnostics.first() {
        let (start, end) = (found.span.start.offset(), found.span.end.offset());
        (found.message.clone(), places.spot(start), places.spot(end))
    } else if let Some(shuck_parser::Error::Parse { message, line, column }) =
        &parsed.terminal_error
    {
        let spot = places.at(line.saturating_sub(1), column.saturating_sub(1));
        (message.clone(), spot, spot)
    } else {
        return Vec::new();
    };
    vec![syntax(&message, start, end)]
}

/// That bash cannot read the text.
fn syntax(message: &str, start: Spot, end: Spot) -> Diagnostic {
    Diagnostic {
        code: RuleCode(SYNTAX.to_owned()),
        severity: Severity::Error,
        message: sentence(message),
        advice: String::new(),
        start,
        end,
        fix: None,
    }
}

/// A fix of the linter. One whose places lie inside of characters, or on both sides of a stop, is
/// none.
fn convert(
    read: &str,
    stopped: Option<&Stopped>,
    rule: Rule,
    fix: &shuck_linter::Fix,
    title: Option<&str>,
) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut touched: Option<Range<usize>> = None;
    for edit in fix.edits() {
        let bytes: Range<usize> = edit.range().start().into()..edit.range().end().into();
        read.get(bytes.clone())?;
        let so_far = touched.unwrap_or(bytes.clone());
        touched = Some(so_far.start.min(bytes.start)..so_far.end.max(bytes.end));
        let bytes = stopped.map_or(Some(bytes.clone()), |it| it.back_range(bytes))?;
        edits.push(Edit { bytes, text: edit.content().to_owned() });
    }
    if touched.and_then(|it| read.get(it)).is_some_and(|text| spoils(rule, text)) {
        return None;
    }
    Some(Fix {
        title: title.map_or_else(|| "change it as the linter does".to_owned(), sentence),
        kind: if is_safe(rule, fix) { FixKind::Safe } else { FixKind::Suggested },
        edits,
    })
}

/// Whether a fix of the linter takes more for a word than bash does: what follows it without a
/// blank, or the quotes around it.
fn spoils(rule: Rule, touched: &str) -> bool {
    match code(rule).0.as_str() {
        "SC2209" => touched.contains([';', '&', '|', '<', '>', '(', ')']),
        "SC2267" => touched.contains(['"', '\'', '\\']),
        _ => false,
    }
}

/// Whether `--fix` does it. The linter also calls safe what deletes a statement that is never
/// reached, or ends a here-document that somebody forgot to end: there a person decides.
fn is_safe(rule: Rule, fix: &shuck_linter::Fix) -> bool {
    fix.applicability() == Applicability::Safe && PROVEN.contains(&code(rule).0.as_str())
}

fn code(rule: Rule) -> RuleCode {
    match CODES.code_for_rule(rule) {
        Some(number) => RuleCode(format!("SC{number}")),
        None => RuleCode(rule.code().to_owned()),
    }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Hint => Severity::Hint,
        Level::Warning => Severity::Warning,
        Level::Error => Severity::Error,
    }
}

/// A message as this program words them: lower case first, no dot.
#[must_use]
pub fn sentence(message: &str) -> String {
    let message = message.trim().trim_end_matches('.');
    let mut chars = message.chars();
    match (chars.next(), chars.clone().next()) {
        // `IFS` and `PATH` keep their case.
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bash::parse;
    use proptest::prelude::*;

    fn lint_shell(text: &str) -> Vec<Diagnostic> {
        super::lint_shell(text, &parse(text))
    }

    #[test]
    fn findings_stand_where_they_are() {
        // A script, and of its findings the code and the marked characters.
        type Told<'t> = (&'t str, (usize, usize), (usize, usize));
        let check = |text: &str, expected: &[Told<'_>]| {
            let found = lint_shell(text);
            let spot = |spot: Spot| (spot.line, spot.column);
            let told: Vec<_> =
                found.iter().map(|d| (&*d.code.0, spot(d.start), spot(d.end))).collect();
            assert_eq!(told, expected, "{text:?}: {found:?}");
        };
        check("apt-get update\n", &[]);
        check("# äöü\necho \"äöü\" $(a)\n", &[("SC2046", (1, 11), (1, 15))]);
        check("", &[]);
    }

    #[test]
    fn what_cannot_be_read_is_an_error() {
        for text in
            ["echo \"open\n", "echo 'open", "if true; then\n", "for x in 1; do\n", "fi\n", ")"]
        {
            let found = lint_shell(text);
            assert!(found.iter().any(|d| d.severity == Severity::Error), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn a_long_script_is_read_with_stops_and_they_change_no_finding() {
        let lines = "cd /opt/a\nexport A_TOKEN=$(date)\nls *.c | grep x\necho `a` $(b) 'c'\n\
                     # shellcheck disable=SC2046\necho $(d)\ncat <<E\n$(e) f\nE\n\
                     read a; echo \"$a\"; x=date\nif true; then\n  cd /b\n  rm -rf /$c/*\nfi\n\
                     for f in $(ls); do\n  g=1\ndone\necho a   b\nh=(i j); echo \"$h\"\n";
        let text = format!("{}exit 3\n{lines}", lines.repeat(40));
        let script = parse(&text);
        assert!(Stopped::of(&text, &script).is_some());
        let mut plain = as_it_is(&text, &script, &Places::new(&text));
        plain.sort_by(|one, other| (one.start, &one.code).cmp(&(other.start, &other.code)));
        plain.dedup();
        assert!(plain.iter().filter(|it| it.fix.is_some()).count() > 100, "{plain:#?}");
        assert_eq!(lint_shell(&text), plain);
    }

    #[test]
    fn variables_without_quotes_are_found_elsewhere() {
        assert_eq!(lint_shell("echo $1\n"), []);
    }

    #[test]
    fn what_deletes_or_ends_something_is_not_done_unasked() {
        for text in ["exit\necho a\n", "cat <<E\na\n"] {
            let found = lint_shell(text);
            let safe = |it: &Diagnostic| it.fix.as_ref().is_some_and(|it| it.kind == FixKind::Safe);
            assert!(!found.iter().any(safe), "{text:?}: {found:#?}");
        }
    }

    #[test]
    fn a_fix_ends_with_the_word_it_is_about() {
        for text in [
            "x=$(y=ls)\n",
            "(x=ls)\n",
            "x=ls&& echo hi\n",
            "x=test|cat\n",
            "x=ls>/dev/null\n",
            "x=test& wait\n",
            "x=cat<<E\nE\n",
            "xargs \"-i\" echo {}\n",
        ] {
            let found = lint_shell(text);
            let fixed = found.iter().filter(|it| ["SC2209", "SC2267"].contains(&&*it.code.0));
            assert!(fixed.clone().all(|it| it.fix.is_none()), "{text:?}: {found:#?}");
            assert!(fixed.count() > 0, "{text:?} has no finding");
        }
    }

    #[test]
    fn a_script_that_is_sourced_needs_no_shebang() {
        for text in ["apt-get update\n", "\n\n# comment\ncd /srv || return\n"] {
            assert_eq!(lint_shell(text), [], "{text:?}");
        }
    }

    #[test]
    fn deep_nesting_ends_in_a_finding_on_a_small_stack() {
        for open in ["(", "$(", "{ ", "if ", "`", "\"$(", "${a:-", "$((", "<(", "[[ ! ", "a=("] {
            for depth in [90, 10_000] {
                let text = open.repeat(depth);
                let run = move || drop(lint_shell(&text));
                let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run);
                assert!(thread.unwrap().join().is_ok(), "{depth} times {open:?}");
            }
        }
    }

    #[test]
    fn any_bytes_are_answered() {
        let bytes: Vec<u8> =
            (0..20_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let _ = lint_shell(&String::from_utf8_lossy(&bytes));
        assert_eq!(super::lint_shell(&"x\n".repeat(LONGEST), &Script::default()), []);
    }

    /// Pieces of bash: together they make more of its states than characters would.
    const PIECES: [&str; 44] = [
        "if",
        " then ",
        "; fi",
        "for x in ",
        "; do ",
        "done",
        "case $x in ",
        "esac",
        ";;",
        "a)",
        "while ",
        "{ ",
        "; }",
        "(",
        ")",
        "$(",
        "`",
        "\"",
        "'",
        "$",
        "${",
        "}",
        "#",
        "\n",
        "\r\n",
        " ",
        "\t",
        "<<E\n",
        "E\n",
        "<<-'é'",
        "|",
        "&&",
        "||",
        "&",
        ">",
        "2>&1",
        "[[ ",
        " ]]",
        "=",
        "x",
        "é👨‍👩‍👧",
        "\\",
        "$((",
        "function f",
    ];

    #[test]
    fn a_text_on_which_the_library_panics_has_no_findings_of_it() {
        // A character of several bytes before a redirection at the beginning of a line.
        assert_eq!(lint_shell("\"\u{1f300}<a\u{2039}\u{10b78}").len(), 1);
    }

    proptest! {
        #[test]
        fn no_script_panics(pieces in prop::collection::vec(0..PIECES.len(), 0..60)) {
            let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
            let script = parse(&text);
            let unquoted = unquoted::find(&script, &text, &Places::new(&text));
            for found in super::lint_shell(&text, &script).into_iter().chain(unquoted) {
                prop_assert!(found.start <= found.end, "{:?}", found);
            }
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = lint_shell(&text);
        }
    }
}
