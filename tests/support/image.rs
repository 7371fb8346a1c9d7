//! All that an image is made of: its layers, file by file, and everything told about it.

use std::io::Read as _;

use serde_json::Value;

use super::Docker;

/// An image as `docker save` gives it.
pub(crate) struct Saved {
    /// Every path of every layer, bottom layers included.
    pub(crate) paths: Vec<String>,
    /// The bytes of every layer, headers and contents.
    layers: Vec<Vec<u8>>,
    /// Configuration, history, labels, manifests.
    told: Vec<u8>,
}

impl Saved {
    /// Saves `image` and reads it.
    pub(crate) fn of(docker: &Docker, image: &str) -> Self {
        let archive = docker.try_ask(["save", image]).unwrap();
        let mut saved = Self { paths: Vec::new(), layers: Vec::new(), told: Vec::new() };
        let mut archive = tar::Archive::new(archive.as_slice());
        for entry in archive.entries().unwrap() {
            let mut bytes = Vec::new();
            entry.unwrap().read_to_end(&mut bytes).unwrap();
            if bytes.is_empty() || bytes == b"1.0" {
                continue;
            }
            if serde_json::from_slice::<Value>(&bytes).is_ok() {
                saved.told.extend(bytes);
                continue;
            }
            // The containerd image store keeps layers packed.
            if bytes.starts_with(&[0x1f, 0x8b]) {
                let mut unpacked = Vec::new();
                flate2::read::MultiGzDecoder::new(bytes.as_slice())
                    .read_to_end(&mut unpacked)
                    .unwrap();
                bytes = unpacked;
            }
            for file in tar::Archive::new(bytes.as_slice()).entries().unwrap() {
                let file = file.unwrap();
                saved.paths.push(String::from_utf8_lossy(&file.path_bytes()).into_owned());
            }
            saved.layers.push(bytes);
        }
        for arguments in [["history", "--no-trunc", image], ["image", "inspect", image]] {
            saved.told.extend(docker.try_ask(arguments).unwrap());
        }
        saved
    }

    /// Whether any layer contains `text`, in a name or a file.
    pub(crate) fn layers_contain(&self, text: &str) -> bool {
        self.layers.iter().any(|layer| contains(layer, text.as_bytes()))
    }

    /// Whether configuration, labels or history contain `text`.
    pub(crate) fn is_told(&self, text: &str) -> bool {
        contains(&self.told, text.as_bytes())
    }
}

/// Whether `bytes` contain `part`.
pub(crate) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    let Some((&first, _)) = part.split_first() else {
        return true;
    };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|&byte| byte == first) {
        rest = &rest[at..];
        if rest.starts_with(part) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}
