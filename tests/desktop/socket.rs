//! A small WebSocket client: as much of the protocol as noVNC's server and a browser's debugger
//! need.

use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// How long the other side may be silent.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connection; bytes of frames are read as one stream or frame by frame.
pub(crate) struct Socket {
    stream: TcpStream,
    unread: Vec<u8>,
}

/// A request for `path`, answered with this status line and text.
pub(crate) fn request(port: u16, path: &str, headers: &str) -> (String, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let text = format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n{headers}\r\n");
    stream.write_all(text.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A server that turns somebody away need not say good-bye.
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

impl Socket {
    /// Connects to `path`; the status line, if the other side does not want to.
    pub(crate) fn connect(port: u16, path: &str) -> Result<Self, String> {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n\
             Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: binary\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
            head.push(byte[0]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let status = head.lines().next().unwrap_or_default().to_owned();
        if status.contains(" 101 ") { Ok(Self { stream, unread: Vec::new() }) } else { Err(status) }
    }

    /// Sends a frame; text or bytes.
    pub(crate) fn send(&mut self, payload: &[u8], is_text: bool) {
        let mut frame = vec![if is_text { 0x81 } else { 0x82 }];
        let length = payload.len();
        match u16::try_from(length) {
            Ok(short) if length < 126 => frame.push(0x80 | u8::try_from(short).unwrap()),
            Ok(short) => {
                frame.push(0xfe);
                frame.extend(short.to_be_bytes());
            }
            Err(_) => {
                frame.push(0xff);
                frame.extend((length as u64).to_be_bytes());
            }
        }
        // A mask of zeros leaves everything as it is.
        frame.extend([0; 4]);
        frame.extend_from_slice(payload);
        self.stream.write_all(&frame).unwrap();
    }

    /// The payload of the next frame with one, all its parts.
    pub(crate) fn frame(&mut self) -> io::Result<Vec<u8>> {
        let mut whole = Vec::new();
        loop {
            let mut head = [0; 2];
            self.stream.read_exact(&mut head)?;
            let length = match head[1] & 0x7f {
                126 => u64::from(u16::from_be_bytes(self.exactly()?)),
                127 => u64::from_be_bytes(self.exactly()?),
                short => u64::from(short),
            };
            let mut payload = vec![0; usize::try_from(length).unwrap()];
            self.stream.read_exact(&mut payload)?;
            match head[0] & 0x0f {
                0..=2 => whole.extend(payload),
                8 => return Err(io::ErrorKind::UnexpectedEof.into()),
                _ => continue,
            }
            if head[0] & 0x80 != 0 {
                return Ok(whole);
            }
        }
    }

    fn exactly<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut bytes = [0; N];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// The next `count` bytes, wherever frames begin and end.
    pub(crate) fn take(&mut self, count: usize) -> io::Result<Vec<u8>> {
        while self.unread.len() < count {
            let more = self.frame()?;
            self.unread.extend(more);
        }
        Ok(self.unread.drain(..count).collect())
    }
}
