//! A small VNC client: the handshake, the password, and one look at the screen.

use des::cipher::{Block, BlockCipherEncrypt as _, KeyInit as _};

use crate::socket::Socket;

/// What the URL of a desktop says.
#[derive(Clone)]
pub(crate) struct Url {
    pub(crate) text: String,
    pub(crate) port: u16,
    pub(crate) token: String,
    pub(crate) password: String,
}

impl Url {
    #[track_caller]
    pub(crate) fn parse(text: &str) -> Self {
        let between = |before: &str, after: &str| {
            let (_, rest) =
                text.split_once(before).unwrap_or_else(|| panic!("no {before}: {text}"));
            rest.split(after).next().unwrap().to_owned()
        };
        Self {
            text: text.to_owned(),
            port: between("http://127.0.0.1:", "/").parse().unwrap(),
            token: between("token%3D", "&"),
            password: between("password=", "&"),
        }
    }
}

/// A desktop that was opened.
pub(crate) struct Desktop {
    socket: Socket,
    pub(crate) width: u16,
    pub(crate) height: u16,
    pub(crate) name: String,
}

/// The pixels of a desktop, `0xRRGGBB`, row by row.
pub(crate) struct Picture {
    width: u16,
    pixels: Vec<u32>,
}

impl Picture {
    pub(crate) fn at(&self, x: u16, y: u16) -> u32 {
        self.pixels[usize::from(y) * usize::from(self.width) + usize::from(x)]
    }
}

impl Desktop {
    /// Opens a desktop with its token and this password; the reason, if it is refused.
    pub(crate) fn open(url: &Url, password: &str) -> Result<Self, String> {
        let mut socket = Socket::connect(url.port, &format!("/websockify?token={}", url.token))?;
        let version = socket.take(12).unwrap();
        assert!(version.starts_with(b"RFB 003.008"), "{version:?}");
        socket.send(&version, false);
        let count = socket.take(1).unwrap()[0];
        let kinds = socket.take(usize::from(count)).unwrap();
        // Nothing but the password: no way around it.
        assert_eq!(kinds, [2], "the kinds of authentication");
        socket.send(&[2], false);
        let challenge = socket.take(16).unwrap();
        socket.send(&answer(&challenge, password), false);
        if number(&socket.take(4).unwrap()) != 0 {
            let length = number(&socket.take(4).unwrap());
            let reason = socket.take(usize::try_from(length).unwrap()).unwrap();
            return Err(String::from_utf8_lossy(&reason).into_owned());
        }
        socket.send(&[1], false);
        let head = socket.take(24).unwrap();
        let (width, height) = (short(&head[0..2]), short(&head[2..4]));
        let name = socket.take(usize::try_from(number(&head[20..24])).unwrap()).unwrap();
        let name = String::from_utf8_lossy(&name).into_owned();
        Ok(Self { socket, width, height, name })
    }

    /// What is on its screen now.
    pub(crate) fn look(&mut self) -> Picture {
        // 32 bits a pixel, the lowest byte first, in colours of a byte each; all of it, as it is.
        let format = [0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0];
        self.socket.send(&format, false);
        self.socket.send(&[2, 0, 0, 1, 0, 0, 0, 0], false);
        let [w, h] = [self.width, self.height].map(u16::to_be_bytes);
        self.socket.send(&[3, 0, 0, 0, 0, 0, w[0], w[1], h[0], h[1]], false);
        let (width, height) = (usize::from(self.width), usize::from(self.height));
        let mut pixels = vec![0; width * height];
        let mut missing = width * height;
        while missing > 0 {
            match self.socket.take(1).unwrap()[0] {
                0 => {}
                2 => continue,
                3 => {
                    let length = number(&self.socket.take(7).unwrap()[3..]);
                    self.socket.take(usize::try_from(length).unwrap()).unwrap();
                    continue;
                }
                kind => panic!("the server sent a message of the unknown kind {kind}"),
            }
            let rectangles = short(&self.socket.take(3).unwrap()[1..]);
            for _ in 0..rectangles {
                let head = self.socket.take(12).unwrap();
                assert_eq!(number(&head[8..]), 0, "only raw pixels were asked for");
                let [x, y, w, h] = [0, 2, 4, 6].map(|at| usize::from(short(&head[at..at + 2])));
                let bytes = self.socket.take(w * h * 4).unwrap();
                for (index, pixel) in bytes.chunks_exact(4).enumerate() {
                    let at = (y + index / w) * width + x + index % w;
                    pixels[at] = u32::from_le_bytes(pixel.try_into().unwrap()) & 0x00ff_ffff;
                }
                missing = missing.saturating_sub(w * h);
            }
        }
        Picture { width: self.width, pixels }
    }
}

/// What a password makes of a challenge. The protocol takes the bits of each byte of the key in
/// the other order.
fn answer(challenge: &[u8], password: &str) -> Vec<u8> {
    let mut key = [0; 8];
    for (to, from) in key.iter_mut().zip(password.bytes()) {
        *to = from.reverse_bits();
    }
    let cipher = des::Des::new(&key.into());
    let mut answer = Vec::new();
    for half in challenge.chunks_exact(8) {
        let mut block = Block::<des::Des>::try_from(half).unwrap();
        cipher.encrypt_block(&mut block);
        answer.extend_from_slice(&block);
    }
    answer
}

fn number(bytes: &[u8]) -> u32 {
    u32::from_be_bytes(bytes.try_into().unwrap())
}

fn short(bytes: &[u8]) -> u16 {
    u16::from_be_bytes(bytes.try_into().unwrap())
}
