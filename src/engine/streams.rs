//! What containers write and read: their logs, a live attachment, a program run inside.

use std::pin::Pin;

use bollard::container::LogOutput;
use bollard::models::ExecConfig;
use bollard::query_parameters::{
    AttachContainerOptionsBuilder, LogsOptionsBuilder, ResizeExecOptionsBuilder,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::io::AsyncWrite;

use super::{Engine, EngineError};
use crate::domain::log::Source;

/// A piece of output as the engine sends it; not cut at line ends.
#[derive(Clone, Debug)]
pub struct Output {
    /// Which of the two streams; a terminal has one only, which counts as standard output.
    pub source: Source,
    /// The bytes.
    pub bytes: Bytes,
}

/// A stream of output; it ends when the container does.
pub type Outputs = Pin<Box<dyn Stream<Item = Result<Output, EngineError>> + Send>>;

/// Both directions of a container or of a program in it.
pub struct Attachment {
    /// What it writes.
    pub output: Outputs,
    /// What it reads.
    pub input: Pin<Box<dyn AsyncWrite + Send>>,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Attachment")
    }
}

fn output(log: LogOutput) -> Output {
    match log {
        LogOutput::StdErr { message } => Output { source: Source::Stderr, bytes: message },
        LogOutput::StdOut { message }
        | LogOutput::Console { message }
        | LogOutput::StdIn { message } => Output { source: Source::Stdout, bytes: message },
    }
}

impl Engine {
    /// The log of a container from its beginning; with `follow` until the container ends.
    #[must_use]
    pub fn logs(&self, id: &str, follow: bool) -> Outputs {
        self.log_stream(id, LogsOptionsBuilder::default().follow(follow))
    }

    /// The last `lines` lines of a container's log.
    #[must_use]
    pub fn last_logs(&self, id: &str, lines: u32) -> Outputs {
        self.log_stream(id, LogsOptionsBuilder::default().tail(&lines.to_string()))
    }

    fn log_stream(&self, id: &str, options: LogsOptionsBuilder) -> Outputs {
        let engine = self.clone();
        let options = options.stdout(true).stderr(true).build();
        let stream = self.patient().logs(id, Some(options));
        Box::pin(stream.map(move |piece| {
            piece.map(output).map_err(|error| engine.error("read the container's log", error))
        }))
    }

    /// Attaches to a container: to what it writes from now on, and to what it reads if `stdin`.
    pub async fn attach(&self, id: &str, stdin: bool) -> Result<Attachment, EngineError> {
        let options = AttachContainerOptionsBuilder::default()
            .stream(true)
            .stdout(true)
            .stderr(true)
            .stdin(stdin)
            .detach_keys("ctrl-p,ctrl-q")
            .build();
        let call = self.docker().attach_container(id, Some(options));
        let attached = self.call("attach to the container", call).await?;
        let engine = self.clone();
        let outputs = attached.output.map(move |piece| {
            piece.map(output).map_err(|error| engine.error("follow the container", error))
        });
        Ok(Attachment { output: Box::pin(outputs), input: attached.input })
    }

    /// Runs a program in a running container, on a terminal if `tty`; returns its id too.
    pub async fn exec(
        &self,
        container: &str,
        program: &[&str],
        tty: bool,
    ) -> Result<(String, Attachment), EngineError> {
        let what = "run a program in the container";
        let config = ExecConfig {
            attach_stdin: Some(true),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            tty: Some(tty),
            cmd: Some(program.iter().map(|&word| word.to_owned()).collect()),
            ..ExecConfig::default()
        };
        let id = self.call(what, self.docker().create_exec(container, config)).await?.id;
        let options = bollard::exec::StartExecOptions { detach: false, tty, output_capacity: None };
        match self.call(what, self.docker().start_exec(&id, Some(options))).await? {
            bollard::exec::StartExecResults::Attached { output: outputs, input } => {
                let engine = self.clone();
                let outputs = outputs
                    .map(move |piece| piece.map(output).map_err(|error| engine.error(what, error)));
                Ok((id, Attachment { output: Box::pin(outputs), input }))
            }
            bollard::exec::StartExecResults::Detached => Err(EngineError::Refused {
                what: what.to_owned(),
                status: None,
                cause: "it did not attach".to_owned(),
            }),
        }
    }

    /// The exit status of a program run by [`Engine::exec`]; `None`: it still runs.
    pub async fn exec_status(&self, id: &str) -> Result<Option<i64>, EngineError> {
        let facts = self.call("inspect the program", self.docker().inspect_exec(id)).await?;
        Ok(facts.exit_code)
    }

    /// Tells the terminal of a program run by [`Engine::exec`] its size, in character cells.
    pub async fn resize_exec(&self, id: &str, size: (u16, u16)) -> Result<(), EngineError> {
        let options =
            ResizeExecOptionsBuilder::default().w(i32::from(size.0)).h(i32::from(size.1)).build();
        self.call("resize the terminal", self.docker().resize_exec(id, options)).await
    }
}
