//! A spool against the plainest model of it: a list of lines.

use proptest::prelude::*;

use super::*;

fn spool(lines: &[Vec<u8>]) -> (tempfile::TempDir, SpoolWriter) {
    let place = tempfile::tempdir().unwrap();
    let folders = Folders::new("unused", place.path().join("state"));
    let mut writer = Spool::create(&folders).unwrap();
    for (number, line) in lines.iter().enumerate() {
        writer.line(number as u64 * 10, line).unwrap();
    }
    writer.flush().unwrap();
    (place, writer)
}

fn texts(lines: &[Line]) -> Vec<Vec<u8>> {
    lines.iter().map(|line| line.bytes.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn windows_and_searches_are_those_of_a_list(
        words in proptest::collection::vec("(a|b|c|\u{1b}\\[1m|Z| ){0,6}", 0..900),
        from in 0_u64..900, count in 0_usize..300,
    ) {
        let lines: Vec<Vec<u8>> = words.iter().map(|word| word.clone().into_bytes()).collect();
        let (_place, writer) = spool(&lines);
        let spool = writer.spool();
        prop_assert_eq!(spool.lines(), lines.len() as u64);
        let first = usize::try_from(from).unwrap();
        let expected: Vec<_> = lines.iter().skip(first).take(count).cloned().collect();
        prop_assert_eq!(texts(&spool.window(from, count).unwrap()), expected);
        for (text, is_regex) in [("ab", false), ("aZ", false), ("^b.*c$", true)] {
            let matcher = Matcher::new(text, is_regex).unwrap();
            let hits: Vec<u64> = (0..).zip(&lines).filter(|(_, line)| matcher.is_in(line)).map(|(at, _)| at).collect();
            let mut bits = Bitmap::default();
            while bits.len() < spool.lines() {
                let from = bits.len();
                spool.matches(&matcher, from, &mut |hit| bits.push(hit)).unwrap();
            }
            prop_assert_eq!(bits.count(), hits.len() as u64);
            let near = from.min((lines.len() as u64).saturating_sub(1));
            let ahead = hits.iter().copied().find(|at| *at >= near);
            let back = hits.iter().copied().rfind(|at| *at <= near);
            prop_assert_eq!(spool.find(&matcher, from, false, &mut || false).unwrap().unwrap(), ahead);
            prop_assert_eq!(spool.find(&matcher, from, true, &mut || false).unwrap().unwrap(), back);
        }
    }
}

#[test]
fn a_huge_line_is_clipped_and_those_behind_it_are_found() {
    let huge = vec![b'x'; 3 * BLOCK + 17];
    let (_place, writer) = spool(&[b"first".to_vec(), huge, b"last\r".to_vec(), Vec::new()]);
    let lines = writer.spool().window(0, 10).unwrap();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[1].bytes.len(), LONGEST);
    assert_eq!((lines[2].number, &lines[2].bytes[..]), (2, &b"last"[..]));
    let matcher = Matcher::new("last", false).unwrap();
    assert_eq!(writer.spool().find(&matcher, 0, false, &mut || false).unwrap().unwrap(), Some(2));
}

#[test]
fn lines_know_their_second_and_a_search_can_be_stopped() {
    let place = tempfile::tempdir().unwrap();
    let folders = Folders::new("unused", place.path().join("state"));
    let mut writer = Spool::create(&folders).unwrap();
    for (at, line) in [(1_500, "a"), (1_900, "b"), (4_000, "c")] {
        writer.line(at, line.as_bytes()).unwrap();
    }
    assert_eq!(writer.spool().lines(), 0, "not flushed");
    writer.end().unwrap();
    let times: Vec<_> =
        writer.spool().window(0, 9).unwrap().iter().map(|line| line.at.unwrap()).collect();
    assert_eq!((times, writer.spool().has_ended()), (vec![1_000, 1_000, 4_000], true));
    let matcher = Matcher::new("c", false).unwrap();
    assert_eq!(writer.spool().find(&matcher, 0, false, &mut || true).unwrap_err(), Stopped);
    let saved = place.path().join("saved");
    assert_eq!(writer.spool().save(&saved).unwrap(), 6);
    assert_eq!(std::fs::read(&saved).unwrap(), b"a\nb\nc\n");
    assert!(writer.spool().save(&saved).is_err(), "a file is not written over");
}
