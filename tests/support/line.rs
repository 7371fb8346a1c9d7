//! A way to the engine that a test can cut: what a dropped link does to whoever is connected.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::World;

/// A way to the engine that can be cut.
pub(crate) struct Line {
    path: PathBuf,
    streams: Arc<Mutex<Vec<UnixStream>>>,
    requests: Arc<AtomicUsize>,
}

/// The socket of the engine that the environment names, or of the usual one.
pub(crate) fn engine_socket() -> PathBuf {
    let host = std::env::var("DOCKER_HOST").unwrap_or_default();
    host.strip_prefix("unix://").unwrap_or("/var/run/docker.sock").into()
}

impl Line {
    /// A socket in the world's folder that leads to the engine.
    pub(crate) fn new(world: &World) -> Self {
        let path = world.cwd().join("line.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let engine = engine_socket();
        let streams = Arc::<Mutex<Vec<UnixStream>>>::default();
        let all = streams.clone();
        let requests = Arc::<AtomicUsize>::default();
        let counter = requests.clone();
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let far = UnixStream::connect(&engine).unwrap();
                for (from, to, counter) in
                    [(&near, &far, Some(counter.clone())), (&far, &near, None)]
                {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    all.lock().unwrap().push(from.try_clone().unwrap());
                    std::thread::spawn(move || copy(from, to, counter.as_deref()));
                }
            }
        });
        Self { path, streams, requests }
    }

    /// Its address.
    pub(crate) fn host(&self) -> String {
        format!("unix://{}", self.path.display())
    }

    /// How many requests went through it so far. A request without a body is one piece.
    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    /// Breaks all connections; new ones can be made.
    pub(crate) fn cut(&self) {
        for stream in self.streams.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn copy(mut from: UnixStream, mut to: UnixStream, requests: Option<&AtomicUsize>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        if let Some(requests) = requests {
            let marks = buffer[..count].windows(11).filter(|part| part == b" HTTP/1.1\r\n").count();
            requests.fetch_add(marks, Ordering::Relaxed);
        }
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Write);
}
