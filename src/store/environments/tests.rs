//! Tests of the environment files, each in a folder of its own.

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use tempfile::TempDir;

use super::*;

/// A store in a new folder.
struct Place {
    folder: TempDir,
    store: Environments,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let folders = Folders::new(folder.path().join("config"), folder.path().join("state"));
        folders.create_environments().unwrap();
        let mut store = Environments::new(folders);
        store.patience = Duration::ZERO;
        Self { folder, store }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join("config/environments").join(name)
    }

    fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.file(name), bytes).unwrap();
        self
    }
}

fn id(text: &str) -> EnvironmentId {
    EnvironmentId::parse(text).unwrap()
}

#[test]
fn a_folder_that_does_not_exist_has_no_environments() {
    let folder = tempfile::tempdir().unwrap();
    let store = Environments::new(Folders::new(folder.path().join("c"), folder.path().join("s")));
    let listing = store.list().unwrap();
    assert!(listing.environments.is_empty() && listing.broken.is_empty());
    let error = store.load(&id("web")).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
    let error = store.save(&id("web"), "{}", &Digest::of("")).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn bad_files_are_reported_with_their_place_and_hide_nothing() {
    let place = Place::new()
        .with("a.yaml", "name: A\n")
        .with("a-b.yaml", "name: AB\n")
        .with("syntax.yaml", "version: 1\nname: [a]\n")
        .with("latin.yaml", b"name: a\nuser: \xc3\xa9\xe9\n")
        .with("empty.yaml", "")
        .with("short.yml", "name: x\n")
        .with("LOUD.YAML", "name: x\n")
        .with("Upper.yaml", "name: x\n")
        .with("notes.txt", "not mine")
        .with(".#a.yaml", "hidden");
    fs::create_dir(place.file("folder.yaml")).unwrap();
    symlink("nowhere", place.file("dangling.yaml")).unwrap();
    fs::File::create(place.file("film.yaml"))
        .and_then(|file| file.set_len(LARGEST_FILE + 1))
        .unwrap();

    let listing = place.store.list().unwrap();
    let ids: Vec<&str> = listing.environments.iter().map(|loaded| loaded.id.as_str()).collect();
    assert_eq!(ids, ["a", "a-b"]);
    let broken: Vec<(String, Option<&str>, String)> = listing
        .broken
        .iter()
        .map(|broken| {
            let name = broken.path.file_name().unwrap().to_string_lossy().into_owned();
            let id = broken.id.as_ref().map(EnvironmentId::as_str);
            (name, id, broken.error.to_string())
        })
        .collect();
    let want = [
        ("LOUD.YAML", None, "rename it"),
        ("Upper.yaml", None, "begins with 'U'"),
        ("dangling.yaml", Some("dangling"), "dangling.yaml`: it does not exist"),
        ("empty.yaml", Some("empty"), "empty.yaml:1:1` is no environment: the file is empty"),
        ("film.yaml", Some("film"), "film.yaml:1:1` has 16777217 bytes"),
        ("folder.yaml", Some("folder"), "folder.yaml:1:1` is a folder, not a file"),
        ("latin.yaml", Some("latin"), "latin.yaml:2:8` is no text"),
        ("short.yml", None, "rename it"),
        ("syntax.yaml", Some("syntax"), "syntax.yaml:2:7` is no environment: `name`: a text"),
    ];
    assert_eq!(broken.len(), want.len(), "{broken:#?}");
    for ((name, id, words), (want_name, want_id, says)) in broken.iter().zip(want) {
        assert_eq!((name.as_str(), *id), (want_name, want_id));
        assert!(words.contains(says), "{words}");
        assert!(!words.ends_with('.') && !words.contains('\n'), "{words}");
    }
}

#[test]
fn hostile_files_take_no_time() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let above = format!("*a{}, ", level - 1).repeat(9);
        let line = format!("a{level}: &a{level} [{above}]\n");
        bomb.push_str(&line);
    }
    let place = Place::new()
        .with("bomb.yaml", bomb)
        .with("deep.yaml", "[".repeat(1_000_000))
        .with("wide.yaml", format!("x: [{}]", "1,".repeat(1_000_000)))
        .with("binary.yaml", vec![0; 1_000_000]);
    let began = std::time::Instant::now();
    assert_eq!(place.store.list().unwrap().broken.len(), 4);
    // Each takes a tenth of a second without optimisation; without budgets it is minutes.
    assert!(began.elapsed() < Duration::from_mins(1), "{:?}", began.elapsed());
}

#[test]
fn many_files_are_read_by_threads_in_order() {
    let mut place = Place::new();
    for number in (0..200).rev() {
        let text = if number == 77 { "[".to_owned() } else { format!("name: N{number}\n") };
        place = place.with(&format!("e{number:03}.yaml"), text);
    }
    let listing = place.store.list().unwrap();
    assert_eq!((listing.environments.len(), listing.broken.len()), (199, 1));
    assert!(listing.environments.is_sorted_by(|a, b| a.id < b.id));
    assert_eq!(listing.environments[198].environment.name, "N199");
}

#[test]
fn create_save_and_load_keep_the_text_as_it_is() {
    let place = Place::new();
    let text = "name: A # a comment\r\n";
    let created = place.store.create(&id("a"), text).unwrap();
    assert_eq!(place.store.load(&id("a")).unwrap(), created);
    assert_eq!(created.text, text);
    let mode = |name| fs::metadata(place.file(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("a.yaml"), 0o600);
    let error = place.store.create(&id("a"), "{}").unwrap_err();
    assert!(matches!(error, StoreError::Exists { .. }), "{error}");

    fs::set_permissions(place.file("a.yaml"), Permissions::from_mode(0o640)).unwrap();
    let saved = place.store.save(&id("a"), "name: B", &created.revision).unwrap();
    assert_eq!(saved.environment.name, "B");
    assert_eq!(mode("a.yaml"), 0o640);
    assert_eq!(place.store.load(&id("a")).unwrap(), saved);
}

#[test]
fn a_file_that_someone_else_changed_is_not_overwritten() {
    let place = Place::new().with("a.yaml", "name: A\n");
    let loaded = place.store.load(&id("a")).unwrap();
    for theirs in ["name: B\n", "broken: [", "\u{1}"] {
        fs::write(place.file("a.yaml"), theirs).unwrap();
        let error = place.store.save(&id("a"), "name: C\n", &loaded.revision).unwrap_err();
        assert!(matches!(error, StoreError::ChangedOnDisk { .. }), "{error}");
        assert_eq!(fs::read_to_string(place.file("a.yaml")).unwrap(), theirs);
    }
    fs::remove_file(place.file("a.yaml")).unwrap();
    let error = place.store.save(&id("a"), "name: C\n", &loaded.revision).unwrap_err();
    assert!(matches!(error, StoreError::Missing { .. }), "{error}");
}

#[test]
fn a_broken_file_can_be_read_and_mended() {
    let place = Place::new().with("a.yaml", "name: [");
    let source = place.store.read(&id("a")).unwrap();
    assert!(matches!(place.store.load(&id("a")), Err(StoreError::Manifest { .. })));
    let mended = place.store.save(&id("a"), "name: a", &source.revision).unwrap();
    assert_eq!(mended.environment.name, "a");
}

#[test]
fn a_text_that_is_not_valid_is_never_written() {
    let place = Place::new().with("a.yaml", "name: A\n");
    let revision = place.store.load(&id("a")).unwrap().revision;
    let huge = format!("name: A\n#{}", "x".repeat(usize::try_from(LARGEST_FILE).unwrap()));
    for text in ["name: [", "version: 2", "", &huge] {
        assert!(place.store.save(&id("a"), text, &revision).is_err());
        assert!(place.store.create(&id("new"), text).is_err());
        assert_eq!(fs::read_to_string(place.file("a.yaml")).unwrap(), "name: A\n");
        assert!(!place.file("new.yaml").exists());
    }
}

#[test]
fn a_held_lock_is_named_after_the_wait() {
    let place = Place::new().with("a.yaml", "name: A\n");
    let revision = place.store.load(&id("a")).unwrap().revision;
    let held = place.store.lock().unwrap();
    let words = place.store.save(&id("a"), "{}", &revision).unwrap_err().to_string();
    assert!(words.contains("environments/.lock`"), "{words}");
    assert!(place.store.remove(&id("a")).is_err() && place.store.create(&id("b"), "{}").is_err());
    drop(held);
    place.store.save(&id("a"), "{}", &revision).unwrap();
}

#[test]
fn of_two_that_save_at_once_one_is_told() {
    let mut place = Place::new().with("a.yaml", "name: A\n");
    place.store.patience = PATIENCE;
    let revision = place.store.load(&id("a")).unwrap().revision;
    let store = &place.store;
    let results: Vec<_> = std::thread::scope(|scope| {
        let savers: Vec<_> = (0..8)
            .map(|number| {
                let revision = &revision;
                scope.spawn(move || store.save(&id("a"), &format!("name: S{number}\n"), revision))
            })
            .collect();
        savers.into_iter().map(|saver| saver.join().unwrap()).collect()
    });
    let (saved, told): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    assert_eq!((saved.len(), told.len()), (1, 7));
    for error in told {
        assert!(matches!(error, Err(StoreError::ChangedOnDisk { .. })), "{error:?}");
    }
    let saved = saved.into_iter().next().unwrap().unwrap();
    assert_eq!(store.load(&id("a")).unwrap(), saved);
}

#[test]
fn a_link_is_written_through() {
    let place = Place::new();
    let real = place.folder.path().join("dotfiles.yaml");
    fs::write(&real, "name: A\n").unwrap();
    symlink(&real, place.file("a.yaml")).unwrap();
    let revision = place.store.load(&id("a")).unwrap().revision;
    place.store.save(&id("a"), "name: B\n", &revision).unwrap();
    assert_eq!(fs::read_to_string(&real).unwrap(), "name: B\n");
    assert!(fs::symlink_metadata(place.file("a.yaml")).unwrap().is_symlink());

    let removed = place.store.remove(&id("a")).unwrap();
    assert_eq!(fs::read_to_string(removed.kept_at).unwrap(), "name: B\n");
    assert!(real.exists() && !place.file("a.yaml").exists());
}

#[test]
fn removed_files_go_to_the_trash_each_to_its_own_place() {
    let place = Place::new();
    let mut places = std::collections::BTreeSet::new();
    for text in ["name: A\n", "broken: [", "name: C\n"] {
        fs::write(place.file("a.yaml"), text).unwrap();
        let removed = place.store.remove(&id("a")).unwrap();
        assert_eq!(fs::read_to_string(&removed.kept_at).unwrap(), text);
        assert!(!removed.path.exists());
        let stem = removed.kept_at.file_stem().unwrap().to_string_lossy();
        assert!(stem.starts_with("a-20"), "{stem}");
        assert_eq!(removed.kept_at.extension().unwrap(), "yaml");
        places.insert(removed.kept_at);
    }
    assert_eq!(places.len(), 3);
    assert!(matches!(place.store.remove(&id("a")), Err(StoreError::Missing { .. })));
    fs::create_dir(place.file("a.yaml")).unwrap();
    assert!(matches!(place.store.remove(&id("a")), Err(StoreError::NotAFile { .. })));
    fs::remove_dir(place.file("a.yaml")).unwrap();
    symlink("nowhere", place.file("a.yaml")).unwrap();
    let kept_at = place.store.remove(&id("a")).unwrap().kept_at;
    assert_eq!(fs::read_link(kept_at).unwrap(), Path::new("nowhere"));
}

#[test]
fn copies_and_renamed_files_keep_every_byte() {
    for text in [&b"name: A # mine\r\n"[..], b"broken: [", b"\xff\x00"] {
        let place = Place::new().with("a.yaml", text).with("taken.yaml", "name: T\n");
        let copy = place.store.duplicate(&id("a"), &id("b")).unwrap();
        assert_eq!(fs::read(copy).unwrap(), text);
        let moved = place.store.rename(&id("a"), &id("c")).unwrap();
        assert_eq!(
            (fs::read(moved).unwrap().as_slice(), place.file("a.yaml").exists()),
            (text, false)
        );
        for refused in [
            place.store.duplicate(&id("b"), &id("taken")),
            place.store.rename(&id("b"), &id("taken")),
            place.store.rename(&id("b"), &id("b")),
        ] {
            assert!(matches!(refused, Err(StoreError::Exists { .. })), "{refused:?}");
        }
        assert_eq!(fs::read(place.file("b.yaml")).unwrap(), text);
        assert_eq!(fs::read(place.file("taken.yaml")).unwrap(), b"name: T\n");
        for missing in
            [place.store.duplicate(&id("a"), &id("d")), place.store.rename(&id("a"), &id("d"))]
        {
            assert!(matches!(missing, Err(StoreError::Missing { .. })), "{missing:?}");
        }
    }
}

#[test]
fn a_draft_moves_along_and_the_one_in_its_way_is_kept() {
    let place = Place::new().with("a.yaml", "name: A\n").with("b.yaml", "name: B\n");
    let drafts = crate::store::Drafts::new(place.store.folders.clone());
    let base = Digest::of("name: A\n");
    drafts.begin(&id("a"), b"mine", Some(&base)).unwrap();
    drafts.keep(&id("c"), "in the way").unwrap();
    place.store.rename(&id("a"), &id("c")).unwrap();
    place.store.rename(&id("b"), &id("d")).unwrap();
    assert_eq!(drafts.list().unwrap(), [id("c")]);
    assert_eq!(drafts.read(&id("c")).unwrap().unwrap(), "mine");
    assert_eq!((drafts.base(&id("c")), drafts.base(&id("a"))), (Some(base), None));
    let trash = place.store.folders.trash();
    let kept: Vec<_> = fs::read_dir(trash).unwrap().map(|file| file.unwrap().path()).collect();
    assert_eq!((kept.len(), fs::read(&kept[0]).unwrap().as_slice()), (1, &b"in the way"[..]));
}

#[test]
fn a_draft_that_cannot_move_leaves_all_where_it_was() {
    let place = Place::new().with("a.yaml", "name: A\n");
    let drafts = crate::store::Drafts::new(place.store.folders.clone());
    drafts.keep(&id("a"), "mine").unwrap();
    fs::create_dir_all(drafts.path(&id("b")).join("folder")).unwrap();
    fs::write(place.store.folders.trash(), "in the way").unwrap();
    place.store.rename(&id("a"), &id("b")).unwrap_err();
    assert!(place.file("a.yaml").exists() && !place.file("b.yaml").exists());
    assert_eq!(drafts.read(&id("a")).unwrap().unwrap(), "mine");
}

#[test]
fn a_removed_file_comes_back_unless_its_place_is_taken() {
    let place = Place::new().with("a.yaml", "broken: [");
    let removed = place.store.remove(&id("a")).unwrap();
    fs::write(place.file("a.yaml"), "name: new\n").unwrap();
    let refused = place.store.restore(&removed);
    assert!(matches!(refused, Err(StoreError::Exists { .. })), "{refused:?}");
    assert_eq!(fs::read_to_string(&removed.kept_at).unwrap(), "broken: [");
    fs::remove_file(place.file("a.yaml")).unwrap();
    place.store.restore(&removed).unwrap();
    assert_eq!(fs::read_to_string(place.file("a.yaml")).unwrap(), "broken: [");
    assert!(!removed.kept_at.exists());
    place.store.restore(&removed).unwrap_err();
}
