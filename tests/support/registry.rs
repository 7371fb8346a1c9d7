//! A registry of the test's own on the loopback address, with as much of one as a pull needs.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Docker, base};

const MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/// The first byte that a client of TLS says.
const TLS_HELLO: u8 = 22;

/// What is served: media types and bytes by path.
type Served = Arc<Mutex<HashMap<String, (&'static str, Vec<u8>)>>>;

/// The registry; it goes on until the test's process ends.
pub(crate) struct Registry {
    address: String,
    served: Served,
}

impl Registry {
    /// An empty one.
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let served = Served::default();
        let shared = served.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let served = shared.clone();
                // Whoever goes away in the middle has read enough.
                std::thread::spawn(move || drop(answer(stream, &served)));
            }
        });
        Self { address, served }
    }

    /// Has the base image with this configuration under `name:tag`, and gives its reference.
    pub(crate) fn push(&self, name: &str, tag: &str, config: &Value) -> String {
        let (files, mut image, layers) = base::saved(&Docker::default(), base::name());
        for (field, value) in config.as_object().unwrap() {
            image["config"][field] = value.clone();
        }
        let blob = |media: &'static str, bytes: &[u8]| {
            let digest = digest(bytes);
            self.serve(format!("/v2/{name}/blobs/{digest}"), media, bytes);
            json!({ "mediaType": media, "size": bytes.len(), "digest": digest })
        };
        let layers: Vec<Value> = layers
            .iter()
            .map(|path| blob(LAYER, base::file(&files, path.as_str().unwrap())))
            .collect();
        let config = blob(CONFIG, &serde_json::to_vec(&image).unwrap());
        let manifest = json!({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers,
        });
        let manifest = serde_json::to_vec(&manifest).unwrap();
        for reference in [tag, &digest(&manifest)] {
            self.serve(format!("/v2/{name}/manifests/{reference}"), MANIFEST, &manifest);
        }
        format!("{}/{name}:{tag}", self.address)
    }

    fn serve(&self, path: String, media: &'static str, bytes: &[u8]) {
        self.served.lock().unwrap().insert(path, (media, bytes.to_vec()));
    }
}

fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hex::encode(Sha256::digest(bytes)))
}

fn answer(mut stream: TcpStream, served: &Served) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    // Engines of the containerd image store try TLS first, and want to be told that there is none.
    if reader.fill_buf()?.first() == Some(&TLS_HELLO) {
        return stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\nThis is no TLS.\n");
    }
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    let mut words = request.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let found = match path {
        "/v2/" => Some(("application/json", b"{}".to_vec())),
        path => served.lock().unwrap().get(path).cloned(),
    };
    let (status, (media, body)) = match found {
        Some(found) => ("200 OK", found),
        None => ("404 Not Found", ("application/json", b"{}".to_vec())),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nDocker-Distribution-Api-Version: registry/2.0\r\n\
         Docker-Content-Digest: {}\r\nContent-Type: {media}\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        digest(&body),
        body.len()
    )?;
    if method != "HEAD" {
        stream.write_all(&body)?;
    }
    stream.flush()
}
