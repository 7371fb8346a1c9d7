//! What an engine is like: for `prebake doctor` and the head line of the screen.
//!
//! Apart from the connection because none of it is needed to work, and asking takes the engine
//! its time.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use bollard::API_DEFAULT_VERSION;
use bollard::models::{SystemInfo, SystemVersion};
use serde::Serialize;
use tokio::process::Command;

use super::{ApiVersion, Engine, EngineError};

/// A file system that hangs must not take the doctor with it.
const DISK_LIMIT: Duration = Duration::from_secs(2);

/// What an engine is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EngineFacts {
    /// Whose work it is, as in `Docker` or `Podman`.
    pub product: String,
    /// The engine's own version, as in `20.10.24`.
    pub engine_version: String,
    /// The newest API it speaks.
    pub api_version: ApiVersion,
    /// The oldest API it speaks.
    pub min_api_version: Option<ApiVersion>,
    /// The API that prebake's client was written for. Requests name no version, so an older
    /// engine is no trouble.
    pub client_api_version: ApiVersion,
    /// Its operating system in Go's words, as in `linux`.
    pub os: String,
    /// Its processor in Go's words, as in `amd64`.
    pub arch: String,
    /// The storage driver, as in `overlay2`.
    pub storage_driver: String,
    /// Whether images live in containerd's store instead of the engine's own.
    pub containerd_store: bool,
    /// The engine's folder, on the engine's machine.
    pub root_dir: String,
    /// The log driver of containers that name none.
    pub logging_driver: String,
    /// Whether the engine runs without root.
    pub rootless: bool,
    /// How many containers there are, running or not.
    pub containers: Option<u64>,
    /// How many images there are.
    pub images: Option<u64>,
    /// The disk under the engine's folder; `None`: the engine is on another machine, or hides
    /// its folder.
    pub disk: Option<Disk>,
}

/// The room on a file system, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Disk {
    /// All of it.
    pub total: u64,
    /// What a user may still fill.
    pub free: u64,
}

impl Engine {
    /// Asks the engine what it is like, and its file system how full it is.
    pub async fn facts(&self) -> Result<EngineFacts, EngineError> {
        let (told, version) = tokio::try_join!(
            self.call("ask what the engine is like", self.docker().info()),
            self.call("ask for the engine's version", self.docker().version()),
        )?;
        let here = self.is_here(&told);
        let mut facts = convert(self, told, version);
        if here && !facts.root_dir.is_empty() {
            facts.disk = Disk::of(Path::new(&facts.root_dir)).await;
        }
        Ok(facts)
    }

    /// The engine's folder and the room on its disk, and nothing else of what the engine is like;
    /// none: it is on another machine, or hides its folder.
    pub async fn disk(&self) -> Result<Option<(String, Disk)>, EngineError> {
        let told = self.call("ask what the engine is like", self.docker().info()).await?;
        let root = told.docker_root_dir.clone().filter(|root| !root.is_empty());
        let Some(root) = root.filter(|_| self.is_here(&told)) else { return Ok(None) };
        Ok(Disk::of(Path::new(&root)).await.map(|disk| (root, disk)))
    }

    /// Whether the engine runs on this machine. A socket can be forwarded from another one, whose
    /// folder is not the one of that name here.
    fn is_here(&self, told: &SystemInfo) -> bool {
        self.host().is_local()
            && fs::read_to_string("/proc/sys/kernel/hostname")
                .is_ok_and(|name| Some(name.trim()) == told.name.as_deref())
    }
}

fn convert(engine: &Engine, told: SystemInfo, version: SystemVersion) -> EngineFacts {
    let versions = engine.versions();
    let unknown = || "unknown".to_owned();
    EngineFacts {
        product: product(&version),
        engine_version: versions.engine.clone(),
        api_version: versions.api,
        min_api_version: version.min_api_version.as_deref().and_then(ApiVersion::parse),
        client_api_version: ApiVersion::parse(&API_DEFAULT_VERSION.to_string())
            .unwrap_or(versions.api),
        os: versions.os.clone(),
        arch: version.arch.unwrap_or_else(unknown),
        containerd_store: is_containerd(told.driver_status.as_deref()),
        storage_driver: told.driver.unwrap_or_else(unknown),
        root_dir: told.docker_root_dir.unwrap_or_default(),
        logging_driver: told.logging_driver.unwrap_or_else(unknown),
        rootless: is_rootless(told.security_options.as_deref()),
        containers: told.containers.and_then(|count| u64::try_from(count).ok()),
        images: told.images.and_then(|count| u64::try_from(count).ok()),
        disk: None,
    }
}

/// Docker calls its own part just `Engine`, podman says `Podman Engine`.
fn product(version: &SystemVersion) -> String {
    let mut parts = version.components.iter().flatten();
    let named = parts.find_map(|part| part.name.strip_suffix("Engine")).map(str::trim);
    named.filter(|name| !name.is_empty()).unwrap_or("Docker").to_owned()
}

/// The engine says it in the status of the storage driver, the driver's name does not.
fn is_containerd(status: Option<&[Vec<String>]>) -> bool {
    status.unwrap_or_default().iter().any(|pair| {
        matches!(pair.as_slice(), [name, value]
            if name == "driver-type" && value.starts_with("io.containerd.snapshotter"))
    })
}

fn is_rootless(options: Option<&[String]>) -> bool {
    options
        .unwrap_or_default()
        .iter()
        .any(|option| option.split(',').any(|part| part == "name=rootless"))
}

impl Disk {
    /// The room on the file system of a local path, if it tells in time. The standard library
    /// cannot ask; `df` is on every machine.
    pub async fn of(path: &Path) -> Option<Self> {
        let df = Command::new("df")
            .arg("-Pk")
            .arg("--")
            .arg(path)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(DISK_LIMIT, df).await.ok()?.ok()?;
        parse_df(&String::from_utf8_lossy(&output.stdout))
    }
}

/// Reads the second line of `df -Pk`: the name may hold spaces, so it is found by the three
/// numbers and the percentage in a row.
fn parse_df(text: &str) -> Option<Disk> {
    let words: Vec<&str> = text.lines().nth(1)?.split_whitespace().collect();
    let kib = |word: &str| word.parse::<u64>().ok()?.checked_mul(1024);
    words.windows(4).find_map(|row| match row {
        [total, used, free, share] if share.ends_with('%') => {
            kib(used)?;
            Some(Disk { total: kib(total)?, free: kib(free)? })
        }
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use bollard::models::SystemVersionComponents;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(
        "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/sda1 100 40 55 43% /\n",
        Some((100, 55))
    )]
    #[case("head\n/dev/my disk 1 100 40 55 43% /mnt/a b\n", Some((100, 55)))]
    #[case("head\nnone - - - - /proc\n", None)]
    #[case("df: /nowhere: No such file or directory\n", None)]
    #[case("", None)]
    fn df_is_read(#[case] text: &str, #[case] kib: Option<(u64, u64)>) {
        let expected = kib.map(|(total, free)| Disk { total: total * 1024, free: free * 1024 });
        assert_eq!(parse_df(text), expected);
    }

    #[tokio::test]
    async fn df_answers_for_a_folder_that_exists_and_not_for_another() {
        let folder = tempfile::tempdir().unwrap();
        let room = Disk::of(folder.path()).await.unwrap();
        assert!(room.total > 0 && room.free <= room.total, "{room:?}");
        assert_eq!(Disk::of(&folder.path().join("nowhere")).await, None);
    }

    #[rstest]
    #[case(&["Engine", "containerd"], "Docker")]
    #[case(&["Podman Engine", "Conmon"], "Podman")]
    #[case(&[], "Docker")]
    fn the_product_is_told_by_its_parts(#[case] parts: &[&str], #[case] expected: &str) {
        let part = |name: &&str| SystemVersionComponents {
            name: (*name).to_owned(),
            ..SystemVersionComponents::default()
        };
        let components = Some(parts.iter().map(part).collect());
        let version = SystemVersion { components, ..SystemVersion::default() };
        assert_eq!(product(&version), expected);
    }

    #[rstest]
    #[case(&["Backing Filesystem", "extfs"], false)]
    #[case(&["driver-type", "io.containerd.snapshotter.v1"], true)]
    #[case(&["driver-type"], false)]
    #[case(&[], false)]
    fn the_store_is_told_by_the_drivers_status(#[case] pair: &[&str], #[case] expected: bool) {
        let pair = pair.iter().map(|&word| word.to_owned()).collect();
        assert_eq!(is_containerd(Some(&[pair])), expected);
        assert!(!is_containerd(None));
    }

    #[test]
    fn rootless_is_told_by_the_security_options() {
        let options = |text: &str| vec!["name=seccomp,profile=default".to_owned(), text.to_owned()];
        assert!(is_rootless(Some(&options("name=rootless"))));
        assert!(!is_rootless(Some(&options("name=cgroupns"))));
        assert!(!is_rootless(None));
    }
}
