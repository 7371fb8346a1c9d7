//! Proxies of docker's own configuration: where bakes and tasks find them, and where they are not.

use std::fs;

use crate::support::{Saved, World, contains, files_below, unique};

#[test]
fn bakes_and_tasks_have_the_proxies_and_images_do_not() {
    let password = unique();
    let proxy = format!("http://user:{password}@proxy.invalid:3128");
    let world = World::new().environment("demo", |e| {
        e.cached("echo ${#http_proxy} ${#HTTPS_PROXY} > /opt/seen").variable("no_proxy", "mine")
    });
    let home = world.config().with_file_name("home");
    fs::create_dir_all(home.join(".docker")).unwrap();
    let config =
        format!(r#"{{"proxies":{{"default":{{"httpProxy":"{proxy}","noProxy":"theirs"}}}}}}"#);
    fs::write(home.join(".docker/config.json"), config).unwrap();

    let image = world.build("demo").succeeds().line();
    let seen = format!("{} 0\n", proxy.len());
    assert_eq!(world.docker().file(&image, "/opt/seen").unwrap(), seen);
    world
        .bash("demo", "cat /opt/seen; echo $HTTP_PROXY $no_proxy $NO_PROXY")
        .succeeds()
        .prints(&format!("{seen}{proxy} mine theirs\n"));
    let doctor = world.prebake(["doctor"]).run();
    let told = "containers get HTTP_PROXY, http_proxy, NO_PROXY, no_proxy";
    assert!(doctor.out().contains(told), "{}", doctor.out());

    let saved = Saved::of(world.docker(), &image);
    assert!(!saved.layers_contain(&password) && !saved.is_told(&password));
    let told = |file: &std::path::PathBuf| contains(&fs::read(file).unwrap(), password.as_bytes());
    assert_eq!(files_below(&world.state()).into_iter().find(told), None);
}
