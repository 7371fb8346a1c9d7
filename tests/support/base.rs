//! Base images: the small one that all tests use, and variations of it with a configuration of
//! their own, down to the difference between an empty list and none.

use std::io::Read as _;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Docker, repository};

/// The files of an archive, by their paths.
pub(super) type Files = Vec<(String, Vec<u8>)>;

/// The base that tests use. Made when the engine does not have it.
pub(super) fn name() -> &'static str {
    static NAME: OnceLock<String> = OnceLock::new();
    NAME.get_or_init(|| {
        let name = std::env::var("PREBAKE_TEST_BASE");
        let name = name.unwrap_or_else(|_| "prebake-test-base:tiny".to_owned());
        if Docker::default().image(&name).is_none() {
            let script = repository().join("scripts/base-image");
            let status = Command::new(script).args(["tiny", &name]).status().unwrap();
            assert!(status.success(), "no base image `{name}`, and scripts/base-image fails");
        }
        name
    })
}

/// Loads an image `name` with the layers of the base and with `config` over its configuration;
/// a null there removes a value. With `layer`, an archive, on top of them.
pub(super) fn load(docker: &Docker, name: &str, config: &Value, layer: Option<&[u8]>) {
    let (mut files, mut image, mut layers) = saved(&Docker::default(), self::name());
    let own = image["config"].as_object_mut().unwrap();
    for (field, value) in config.as_object().unwrap() {
        own.insert(field.clone(), value.clone());
    }
    own.retain(|_, value| !value.is_null());
    if let Some(layer) = layer {
        let digest = hex::encode(Sha256::digest(layer));
        image["rootfs"]["diff_ids"].as_array_mut().unwrap().push(format!("sha256:{digest}").into());
        image["history"]
            .as_array_mut()
            .unwrap()
            .push(json!({ "created_by": "a layer of the test" }));
        layers.push(format!("{digest}.tar").into());
        files.push((format!("{digest}.tar"), layer.to_vec()));
    }
    store(docker, name, &files, &image, &layers);
}

/// Gives an image the date of 2020's beginning, under the same name.
pub(super) fn make_old(docker: &Docker, name: &str) {
    let (files, mut image, layers) = saved(docker, name);
    image["created"] = "2020-01-01T00:00:00Z".into();
    store(docker, name, &files, &image, &layers);
}

/// The files of an image, its configuration and the paths of its layers.
pub(super) fn saved(docker: &Docker, name: &str) -> (Files, Value, Vec<Value>) {
    let archive = docker.try_ask(["save", name]).unwrap();
    let mut files = Vec::new();
    let mut archive = tar::Archive::new(archive.as_slice());
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        files.push((path, bytes));
    }
    let manifest: Value = serde_json::from_slice(file(&files, "manifest.json")).unwrap();
    let layers = manifest[0]["Layers"].as_array().unwrap().clone();
    let image = file(&files, manifest[0]["Config"].as_str().unwrap());
    let image = serde_json::from_slice(image).unwrap();
    (files, image, layers)
}

/// Loads an image under a name.
fn store(
    docker: &Docker,
    name: &str,
    files: &[(String, Vec<u8>)],
    image: &Value,
    layers: &[Value],
) {
    let image = serde_json::to_vec(image).unwrap();
    let image_name = format!("{}.json", hex::encode(Sha256::digest(&image)));
    let manifest = json!([{ "Config": image_name, "RepoTags": [name], "Layers": layers }]);

    let mut loaded = tar::Builder::new(Vec::new());
    append(&mut loaded, "manifest.json", manifest.to_string().as_bytes(), 0o644);
    append(&mut loaded, &image_name, &image, 0o644);
    for layer in layers {
        let path = layer.as_str().unwrap();
        append(&mut loaded, path, file(files, path), 0o644);
    }
    docker.feed(["load", "-q"], &loaded.into_inner().unwrap());
}

/// A file of an archive that was read.
pub(super) fn file<'f>(files: &'f [(String, Vec<u8>)], path: &str) -> &'f [u8] {
    let found = files.iter().find(|(name, _)| name == path);
    &found.unwrap_or_else(|| panic!("`docker save` gave no `{path}`")).1
}

/// An archive with one file.
pub(super) fn archive(path: &str, bytes: &[u8], mode: u32) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    append(&mut archive, path, bytes, mode);
    archive.into_inner().unwrap()
}

fn append(archive: &mut tar::Builder<Vec<u8>>, path: &str, bytes: &[u8], mode: u32) {
    let mut header = tar::Header::new_gnu();
    header.set_mode(mode);
    header.set_size(bytes.len() as u64);
    archive.append_data(&mut header, path, bytes).unwrap();
}
