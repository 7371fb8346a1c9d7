//! Published ports as the engine writes them, there and back.

use std::collections::HashMap;

use bollard::models::PortBinding;

use crate::domain::port::{Port, Protocol};

/// What of the host leads to each port. An empty port of the host is a free one.
pub(super) fn bindings(ports: &[Port]) -> HashMap<String, Option<Vec<PortBinding>>> {
    let mut bindings: HashMap<String, Option<Vec<PortBinding>>> = HashMap::new();
    for port in ports {
        let inside = format!("{}/{}", port.container, port.protocol.name());
        bindings.entry(inside).or_default().get_or_insert_default().push(PortBinding {
            host_ip: Some(port.address.to_string()),
            host_port: Some(port.host.map(|host| host.to_string()).unwrap_or_default()),
        });
    }
    bindings
}

/// What [`bindings`] has become.
pub(super) fn open_ports(found: HashMap<String, Option<Vec<PortBinding>>>) -> Vec<Port> {
    let read = |inside: &str, binding: PortBinding| {
        let (container, protocol) = inside.split_once('/')?;
        Some(Port {
            address: binding.host_ip?.parse().ok()?,
            host: binding.host_port?.parse().ok(),
            container: container.parse().ok()?,
            protocol: if protocol == "udp" { Protocol::Udp } else { Protocol::Tcp },
        })
    };
    let each = found.into_iter().flat_map(|(inside, bindings)| {
        let bindings = bindings.unwrap_or_default().into_iter();
        bindings.filter_map(|binding| read(&inside, binding)).collect::<Vec<_>>()
    });
    let mut ports: Vec<Port> = each.collect();
    ports.sort_by_key(|port| (port.container, port.host));
    ports
}
