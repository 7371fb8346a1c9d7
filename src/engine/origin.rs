//! What a container was created with, whoever made it.
//!
//! Apart from [`super::containers`] because those are ours: of them the engine is asked what they
//! do, and here what somebody else wanted.

use std::net::IpAddr;

use bollard::models::{
    ContainerInspectResponse, HostConfig, ImageConfig, MountPoint, RestartPolicyNameEnum,
};
use bollard::query_parameters::InspectContainerOptions;

use super::{Engine, EngineError, ImageFacts};
use crate::domain::import::container::{Container, Mounted, Setup};
use crate::domain::port::{Port, Protocol};

impl Engine {
    /// What a container was created with, and its image; `None`: there is no such container.
    pub async fn origin(
        &self,
        name: &str,
    ) -> Result<Option<(Container, Option<ImageFacts>)>, EngineError> {
        let what = format!("inspect the container `{name}`");
        let call = self.docker().inspect_container(name, None::<InspectContainerOptions>);
        let found = match self.call(what, call).await {
            Ok(found) => found,
            Err(error) if error.is_not_found() => return Ok(None),
            Err(error) => return Err(error),
        };
        let image_id = found.image.clone().unwrap_or_default();
        let mut container = convert(found);
        let image = self.image(&image_id).await?;
        let named = self.image(&container.image).await?;
        container.image_has_moved = named.is_some_and(|named| named.id != image_id);
        // Podman has no such list of a container that runs, and none is no reason to fail.
        let changes = self.docker().container_changes(name).await;
        container.changes = changes.ok().map(|changes| changes.map_or(0, |changes| changes.len()));
        Ok(Some((container, image)))
    }
}

impl ImageFacts {
    /// What the image gives every container.
    #[must_use]
    pub fn setup(&self) -> Setup {
        let ImageConfig { env, user, working_dir, entrypoint, cmd, .. } = self.config.clone();
        Setup {
            variables: env.unwrap_or_default(),
            user: user.unwrap_or_default(),
            workdir: working_dir.unwrap_or_default(),
            entrypoint: entrypoint.unwrap_or_default(),
            command: cmd.unwrap_or_default(),
        }
    }
}

fn convert(found: ContainerInspectResponse) -> Container {
    let config = found.config.unwrap_or_default();
    let host = found.host_config.unwrap_or_default();
    // Engines call a container by its id, and one in the host's network as the host.
    let hostname = config.hostname.unwrap_or_default();
    let is_named = !found.id.unwrap_or_default().starts_with(&hostname)
        && host.network_mode.as_deref() != Some("host");
    Container {
        name: found.name.unwrap_or_default().trim_start_matches('/').to_owned(),
        image: config.image.unwrap_or_default(),
        image_has_moved: false,
        setup: Setup {
            variables: config.env.unwrap_or_default(),
            user: config.user.unwrap_or_default(),
            workdir: config.working_dir.unwrap_or_default(),
            entrypoint: config.entrypoint.unwrap_or_default(),
            command: config.cmd.unwrap_or_default(),
        },
        mounts: found.mounts.into_iter().flatten().map(mounted).collect(),
        ports: ports(&host),
        options: options(&host, is_named),
        labels: config.labels.unwrap_or_default().into_iter().collect(),
        changes: None,
    }
}

fn mounted(mount: MountPoint) -> Mounted {
    let kind = mount.typ.unwrap_or_default();
    let source = if kind == "volume" { mount.name } else { mount.source };
    Mounted {
        kind,
        source: source.unwrap_or_default(),
        target: mount.destination.unwrap_or_default(),
        read_only: mount.rw == Some(false),
    }
}

/// Published ports, sorted by what they lead to. A port of no address is one of all of them.
fn ports(host: &HostConfig) -> Vec<String> {
    let mut ports = Vec::new();
    for (inside, bindings) in host.port_bindings.iter().flatten() {
        let (number, protocol) = inside.split_once('/').unwrap_or((inside, "tcp"));
        let Ok(container) = number.parse::<u16>() else { continue };
        for binding in bindings.iter().flatten() {
            let address = binding.host_ip.as_deref().and_then(|address| address.parse().ok());
            let protocol = if protocol == "udp" { Protocol::Udp } else { Protocol::Tcp };
            let host = binding.host_port.as_deref().and_then(|port| port.parse().ok());
            let address = address.unwrap_or(IpAddr::from([0, 0, 0, 0]));
            ports.push((container, Port { address, host, container, protocol }.to_string()));
        }
    }
    ports.sort();
    ports.into_iter().map(|(_, port)| port).collect()
}

/// The sizes of `/dev/shm`, in bytes, that docker and podman give every container.
const SHM_SIZES: [i64; 3] = [0, 64 << 20, 65_536_000];
/// How many processes podman lets every container have; docker sets no limit.
const PIDS_LIMIT: i64 = 2048;

/// What tasks have no option for.
fn options(host: &HostConfig, is_named: bool) -> Vec<String> {
    let network = host.network_mode.as_deref().unwrap_or_default();
    let restart = host.restart_policy.as_ref().and_then(|policy| policy.name);
    let restarts =
        !matches!(restart, None | Some(RestartPolicyNameEnum::EMPTY | RestartPolicyNameEnum::NO));
    let mode = |mode: &Option<String>| mode.clone().unwrap_or_default();
    let (pid, ipc) = (mode(&host.pid_mode), mode(&host.ipc_mode));
    // Docker itself adds this one to the others.
    let is_open = host.privileged == Some(true) || pid == "host" || ipc == "host";
    let has_security =
        host.security_opt.iter().flatten().any(|option| !is_open || option != "label=disable");
    let limits_pids = host.pids_limit.is_some_and(|limit| limit > 0 && limit != PIDS_LIMIT);
    let said = [
        ("hostname", is_named),
        ("privileged", host.privileged == Some(true)),
        ("read_only", host.readonly_rootfs == Some(true)),
        ("init", host.init == Some(true)),
        ("cap_add", host.cap_add.as_ref().is_some_and(|list| !list.is_empty())),
        ("cap_drop", host.cap_drop.as_ref().is_some_and(|list| !list.is_empty())),
        ("group_add", host.group_add.as_ref().is_some_and(|list| !list.is_empty())),
        ("devices", host.devices.as_ref().is_some_and(|list| !list.is_empty())),
        ("device_requests", host.device_requests.as_ref().is_some_and(|list| !list.is_empty())),
        ("security_opt", has_security),
        ("dns", host.dns.as_ref().is_some_and(|list| !list.is_empty())),
        ("extra_hosts", host.extra_hosts.as_ref().is_some_and(|list| !list.is_empty())),
        ("tmpfs", host.tmpfs.as_ref().is_some_and(|list| !list.is_empty())),
        ("memory", host.memory.is_some_and(|bytes| bytes > 0)),
        ("shm_size", host.shm_size.is_some_and(|bytes| !SHM_SIZES.contains(&bytes))),
        ("ulimits", host.ulimits.as_ref().is_some_and(|list| !list.is_empty())),
        ("pids_limit", limits_pids),
        ("pid", !matches!(pid.as_str(), "" | "private")),
        ("ipc", !matches!(ipc.as_str(), "" | "private" | "shareable")),
        ("cpus", host.nano_cpus.is_some_and(|cpus| cpus > 0)),
        ("network", !matches!(network, "" | "default" | "bridge")),
        ("restart", restarts),
    ];
    said.into_iter().filter(|(_, is_said)| *is_said).map(|(name, _)| name.to_owned()).collect()
}
