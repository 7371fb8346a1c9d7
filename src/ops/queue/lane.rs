//! One environment in the queue: what is baked for it, the build that goes on, and what is next
//! when that ended. It decides; the queue acts.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::domain::environment::Environment;
use crate::domain::image::BaseImage;
use crate::domain::layer::Stack;
use crate::ops::bake::Ensured;
use crate::ops::build::Wish;
use crate::ops::intent::IntentSender;
use crate::ops::{Folders, Intent, OpError};
use crate::store::desktop;

/// How a build ended.
pub(super) type Ended = Result<Ensured, OpError>;

/// One environment.
pub(super) struct Lane {
    pub(super) environment: Environment,
    pub(super) inputs: Inputs,
    /// What its builds are to be, until one of them ends by itself.
    pub(super) wish: Wish,
    /// The build that goes on.
    pub(super) build: Option<Build>,
    pub(super) last: Option<Last>,
}

/// How the last build of an environment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    Built,
    Failed,
    EndedEarly,
}

/// All in an environment that decides what is baked for it: its base, and its keys on one that is
/// always the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inputs {
    base: String,
    layers: Vec<String>,
}

impl Inputs {
    pub(super) fn of(folders: &Folders, environment: &Environment) -> Result<Self, OpError> {
        let base = BaseImage {
            reference: environment.base_image.clone(),
            id: String::new(),
            platform: String::new(),
            user: String::new(),
        };
        let stack = Stack::lay_out(environment, &base, &desktop::scripts(folders)?);
        let layers = stack.layers.iter().map(|layer| layer.key.to_string()).collect();
        Ok(Self { base: base.reference, layers })
    }

    /// Whether one bake may be for both. Two names can be of one base.
    fn may_share(&self, other: &Self) -> bool {
        self.layers.iter().any(|layer| other.layers.contains(layer))
    }
}

/// A build that goes on.
pub(super) struct Build {
    pub(super) sender: IntentSender,
    /// Whether another client, or lane, began its bake.
    pub(super) is_joined: Arc<AtomicBool>,
    /// What it bakes.
    pub(super) inputs: Inputs,
    pub(super) fate: Fate,
    /// Whether this queue stopped a build whose bake it may have joined.
    pub(super) is_bereft: bool,
}

/// What is to become of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is wanted.
    SeenThrough,
    /// It is stopped, and begun again with what was saved.
    BegunAgain,
    /// It is stopped: its environment is not one of those that are built any more.
    Dropped,
}

impl Build {
    /// Stops it; a bake that it only joined is left to whoever began it.
    pub(super) fn stop(&mut self, fate: Fate) {
        self.fate = fate;
        let is_joined = self.is_joined.load(Ordering::Relaxed);
        self.sender.tell(if is_joined { Intent::Leave } else { Intent::Cancel });
    }

    /// Whether what stops this build may take the bake away from one that bakes `inputs`.
    pub(super) fn may_bereave(&self, inputs: &Inputs) -> bool {
        self.fate != Fate::SeenThrough && self.inputs.may_share(inputs)
    }
}

/// What is next for an environment whose build ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is built again, because a save made that build pointless.
    Again,
    /// It is built again, because the bake that it had joined was stopped by this queue.
    AgainAlone,
    /// Nothing, until a save.
    Rest,
    /// It is forgotten.
    Forget,
}

impl Lane {
    /// Takes note of the end of its build. `is_last`: no build is begun any more.
    pub(super) fn end(&mut self, ended: &Ended, is_last: bool) -> Next {
        let (fate, is_bereft) = match self.build.take() {
            Some(build) => (build.fate, build.is_bereft),
            None => (Fate::SeenThrough, false),
        };
        let is_gone = matches!(ended, Err(OpError::CancelledElsewhere { .. }));
        match fate {
            Fate::Dropped => return Next::Forget,
            Fate::BegunAgain if !is_last => return Next::Again,
            Fate::SeenThrough if is_bereft && is_gone && !is_last => return Next::AgainAlone,
            Fate::BegunAgain | Fate::SeenThrough => {}
        }
        self.wish = Wish::default();
        self.last = Some(match ended {
            Ok(Ensured { failure: None, .. }) => Last::Built,
            Err(error) if error.is_ended_early() => Last::EndedEarly,
            Ok(_) | Err(_) => Last::Failed,
        });
        Next::Rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::layer::LayerKind;
    use crate::ops::intent::intents;

    const WISH: Wish = Wish { anew: true, pull: true };

    fn inputs(layers: &[&str]) -> Inputs {
        let layers = layers.iter().map(|&layer| layer.to_owned()).collect();
        Inputs { base: "base".to_owned(), layers }
    }

    fn build(layers: &[&str]) -> Build {
        Build {
            sender: intents().0,
            is_joined: Arc::default(),
            inputs: inputs(layers),
            fate: Fate::SeenThrough,
            is_bereft: false,
        }
    }

    fn lane(fate: Fate, is_bereft: bool) -> Lane {
        Lane {
            environment: Environment::default(),
            inputs: inputs(&["a"]),
            wish: WISH,
            build: Some(Build { fate, is_bereft, ..build(&["a"]) }),
            last: None,
        }
    }

    #[test]
    fn what_is_next_is_told_by_the_fate_of_a_build_and_by_its_end() {
        const LAYER: LayerKind = LayerKind::Environment;
        let cancelled = || Err(OpError::Cancelled { layer: LAYER });
        let elsewhere = || Err(OpError::CancelledElsewhere { layer: LAYER });
        let failed = || Err(OpError::Unusable(String::new()));
        let (wanted, again, dropped) = (Fate::SeenThrough, Fate::BegunAgain, Fate::Dropped);
        let rest = |last| (Next::Rest, Some(last), Wish::default());
        let (failure, early) = (rest(Last::Failed), rest(Last::EndedEarly));
        let kept = |next| (next, None, WISH);
        let cases = [
            (wanted, false, failed(), false, failure),
            (wanted, false, cancelled(), false, early),
            // Nobody here wanted it to end, and nothing here ended it.
            (wanted, false, elsewhere(), false, failure),
            (wanted, true, elsewhere(), false, kept(Next::AgainAlone)),
            (wanted, true, elsewhere(), true, failure),
            (wanted, true, failed(), false, failure),
            (again, false, cancelled(), false, kept(Next::Again)),
            // It had failed before it heard that it was to stop.
            (again, false, failed(), false, kept(Next::Again)),
            (again, false, cancelled(), true, early),
            (dropped, false, cancelled(), false, kept(Next::Forget)),
            (dropped, true, elsewhere(), true, kept(Next::Forget)),
        ];
        for (number, (fate, is_bereft, ended, is_last, expected)) in cases.into_iter().enumerate() {
            let mut lane = lane(fate, is_bereft);
            let next = lane.end(&ended, is_last);
            assert_eq!((next, lane.last, lane.wish), expected, "case {number}");
            assert!(lane.build.is_none());
        }
    }

    #[tokio::test]
    async fn a_bake_that_was_joined_is_left_and_one_of_its_own_is_cancelled() {
        for (is_joined, expected) in [(false, Intent::Cancel), (true, Intent::Leave)] {
            let (sender, mut told) = intents();
            let mut build = Build { sender, ..build(&["a"]) };
            build.is_joined.store(is_joined, Ordering::Relaxed);
            build.stop(Fate::BegunAgain);
            assert_eq!(told.ended().await, expected);
        }
    }

    #[test]
    fn only_a_stopped_build_of_a_shared_layer_bereaves() {
        let mut owner = build(&["desktop", "a"]);
        assert!(!owner.may_bereave(&inputs(&["desktop", "b"])));
        owner.stop(Fate::Dropped);
        assert!(owner.may_bereave(&inputs(&["desktop", "b"])));
        assert!(!owner.may_bereave(&inputs(&["b"])));
    }
}
