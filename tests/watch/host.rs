//! The head line's facts of a real engine.

use prebake::ops::host;

use super::context;
use crate::support::World;

#[tokio::test]
async fn the_engine_of_this_machine_tells_its_product_and_its_disk() {
    let context = context(&World::new()).await;
    let host = host(&context).await.unwrap();
    assert_eq!(host.address, context.engine.host().to_string());
    assert_eq!((host.facts.product.as_str(), host.facts.os.as_str()), ("Docker", "linux"));
    let same = host.facts.engine_version == context.engine.versions().engine;
    assert!(same && host.facts.min_api_version <= Some(host.facts.api_version), "{host:?}");
    let disk = host.facts.disk.unwrap();
    assert!(disk.free <= disk.total && disk.total > 0, "{disk:?}");
}
