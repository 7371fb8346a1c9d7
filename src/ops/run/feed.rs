//! Standard input on its way to a program, apart from everything else: a program that reads
//! nothing holds up its input alone, never its output or the person's signals.

use std::pin::Pin;

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Standard input, in pieces as they come.
pub type Input = mpsc::Receiver<Bytes>;

/// Input that is being passed on, until this is dropped.
pub(in crate::ops) struct Feed(JoinHandle<()>);

impl Feed {
    /// Passes on what comes. The end of ours is the end of theirs; without input theirs stays
    /// open. Must be called inside the runtime.
    pub(in crate::ops) fn start(
        input: Option<Input>,
        mut writer: Pin<Box<dyn AsyncWrite + Send>>,
    ) -> Self {
        Self(tokio::spawn(async move {
            if let Some(mut input) = input {
                while let Some(bytes) = input.recv().await {
                    if writer.write_all(&bytes).await.is_err() || writer.flush().await.is_err() {
                        break;
                    }
                }
                let _ = writer.shutdown().await;
            }
            // Both directions of a connection live as long as each other.
            std::future::pending::<()>().await;
            drop(writer);
        }))
    }
}

impl Drop for Feed {
    fn drop(&mut self) {
        self.0.abort();
    }
}
