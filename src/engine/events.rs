//! What happens in the engine, as it happens: so that nobody has to ask again and again.

use std::collections::HashMap;
use std::pin::Pin;

use bollard::models::{EventMessage, EventMessageTypeEnum};
use bollard::query_parameters::EventsOptionsBuilder;
use futures_util::{Stream, StreamExt as _, stream};
use jiff::Timestamp;

use super::{Engine, EngineError};
use crate::domain::layer::labels;

/// What containers and images go through that shows in a list. Programs run inside of containers
/// make events too, by the thousand.
const ACTIONS: [&str; 12] = [
    "create", "start", "die", "destroy", "rename", "pause", "unpause", "tag", "untag", "delete",
    "pull", "load",
];

/// One thing that happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EngineEvent {
    /// A container of prebake's was made, renamed, removed, or began or ended.
    Container,
    /// An image came, went, or got or lost a name. Any image: it may be somebody's base.
    Image,
}

/// What happens, until the connection is lost; the last item is the error.
pub type EngineEvents = Pin<Box<dyn Stream<Item = Result<EngineEvent, EngineError>> + Send>>;

impl Engine {
    /// What happens in the engine from `since` on, which it may have to remember: whoever lists
    /// after that moment misses nothing.
    #[must_use]
    pub fn events(&self, since: Timestamp) -> EngineEvents {
        let what = "follow what happens in the engine";
        let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        let filters: HashMap<&str, Vec<String>> =
            HashMap::from([("type", words(&["container", "image"])), ("event", words(&ACTIONS))]);
        let since = since.as_second().to_string();
        let options = EventsOptionsBuilder::default().since(&since).filters(&filters).build();
        let engine = self.clone();
        let lost = EngineError::Lost {
            host: self.host().to_string(),
            what: what.to_owned(),
            cause: "the stream of events ended".to_owned(),
        };
        let told = self.patient().events(Some(options)).filter_map(move |event| {
            let event = event.map_err(|error| engine.error(what, error));
            std::future::ready(event.map(|event| ours(&event)).transpose())
        });
        Box::pin(told.chain(stream::iter([Err(lost)])))
    }
}

fn ours(event: &EventMessage) -> Option<EngineEvent> {
    match event.typ {
        Some(EventMessageTypeEnum::IMAGE) => Some(EngineEvent::Image),
        Some(EventMessageTypeEnum::CONTAINER) => {
            let told = event.actor.as_ref()?.attributes.as_ref()?;
            told.contains_key(labels::ROLE).then_some(EngineEvent::Container)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use bollard::models::EventActor;

    use super::*;

    fn check(typ: EventMessageTypeEnum, label: &str, expected: Option<EngineEvent>) {
        let attributes = HashMap::from([(label.to_owned(), String::new())]);
        let actor = EventActor { attributes: Some(attributes), ..EventActor::default() };
        let typ = Some(typ);
        assert_eq!(ours(&EventMessage { typ, actor: Some(actor), ..Default::default() }), expected);
    }

    #[test]
    fn containers_of_others_are_not_told() {
        check(EventMessageTypeEnum::CONTAINER, labels::ROLE, Some(EngineEvent::Container));
        check(EventMessageTypeEnum::CONTAINER, "com.example", None);
        check(EventMessageTypeEnum::IMAGE, "name", Some(EngineEvent::Image));
        check(EventMessageTypeEnum::VOLUME, labels::ROLE, None);
    }
}
