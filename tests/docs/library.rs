//! The examples of the library: they are the ones that the page shows, and they do what it says.

use std::fs;

use prebake::ops::Folders;

use crate::support::{World, repository};

#[path = "../../docs/examples/decide.rs"]
mod decide;
#[path = "../../docs/examples/warm.rs"]
#[expect(dead_code, reason = "its own `main` is for somebody with folders and an engine")]
mod warm;

#[test]
fn the_page_shows_the_examples() {
    let page = fs::read_to_string(repository().join("docs/library.md")).unwrap();
    for entry in fs::read_dir(repository().join("docs/examples")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        assert!(page.contains(&format!("```rust\n{text}```\n")), "{}", path.display());
    }
}

#[test]
fn deciding_needs_no_engine() {
    decide::main().unwrap();
}

#[tokio::test]
async fn an_environment_is_made_warm() {
    let world = World::new().environment("web", |it| it.cached("echo web > /opt/web"));
    let folders = Folders::new(world.config(), world.state());
    let image = warm::warm(None, folders, &world.id("web")).await.unwrap();
    assert_eq!(world.docker().file(&image, "/opt/web").unwrap(), "web\n");
    assert_eq!(world.image_of("web"), image);
}
