//! What a base image's registry says: whether its reference names another image there by now. Asked
//! only on request, because it takes the network.

use serde::Serialize;

use super::{Context, OpError};
use crate::engine::EngineError;

/// A base image at its registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AtRegistry {
    /// The digest that the reference names there; none: it was not told, see `error`, or the
    /// reference itself names an image that cannot move.
    pub digest: Option<String>,
    /// Whether that is another image than the engine's; none: nobody can tell.
    pub moved: Option<bool>,
    /// Why nobody can tell, as a sentence.
    pub error: Option<String>,
}

/// Asks the registry of `reference`, and compares what it says with the engine's own image.
pub async fn at_registry(context: &Context, reference: &str) -> AtRegistry {
    if reference.contains('@') || reference.starts_with("sha256:") {
        return AtRegistry { digest: None, moved: Some(false), error: None };
    }
    let asked = async {
        let local = context.engine.image(reference).await?;
        Ok((context.engine.digest_at_registry(reference).await?, local))
    };
    match asked.await {
        Ok((digest, local)) => {
            compare(reference, digest, local.as_ref().map(|local| local.digests.as_slice()))
        }
        Err::<_, EngineError>(error) => {
            let error = OpError::Registry { reference: reference.to_owned(), cause: error.cause() };
            AtRegistry { digest: None, moved: None, error: Some(error.to_string()) }
        }
    }
}

fn compare(reference: &str, digest: String, local: Option<&[String]>) -> AtRegistry {
    let is_same = |own: &String| own.rsplit('@').next() == Some(&*digest);
    let (moved, error) = match local {
        None => (None, None),
        Some([]) => (
            None,
            Some(format!(
                "base image `{reference}` of the engine came from no registry, so nobody can tell whether it moved there; `docker pull {reference}` takes the registry's"
            )),
        ),
        Some(own) => (Some(!own.iter().any(is_same)), None),
    };
    AtRegistry { digest: Some(digest), moved, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_moved_if_none_of_its_digests_is_that_of_the_registry() {
        let own = ["debian@sha256:a".to_owned(), "mirror:5000/debian@sha256:b".to_owned()];
        for (digest, local, moved) in [
            ("sha256:a", Some(&own[..]), Some(false)),
            ("sha256:b", Some(&own[..]), Some(false)),
            ("sha256:c", Some(&own[..]), Some(true)),
            ("sha256:a", Some(&[][..]), None),
            ("sha256:a", None, None),
        ] {
            let told = compare("debian", digest.to_owned(), local);
            assert_eq!((told.digest.as_deref(), told.moved), (Some(digest), moved));
            assert_eq!(told.error.is_some(), local.is_some_and(<[_]>::is_empty));
        }
    }
}
