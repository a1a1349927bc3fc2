//! One run of a scenario: how it is turned back, if at all, and where it is cut short.

use std::sync::Arc;

use hostlerd::adapters::sim::{Fault, Method};
use hostlerd::domain::ids::OperationId;
use hostlerd::domain::operation::{OperationState, StepDirection};
use hostlerd::engine::operations::step_names;
use hostlerd::ports::hypervisor::{HypervisorError, Rejection};
use hostlerd::ports::store::Store;

use crate::lab::{Lab, PATIENCE, caller};
use crate::scenario::Scenario;
use crate::seizure::Seized;
use crate::view::{Outcome, hashes};

/// Where the world can be stopped in each step, in this order.
pub(crate) const PLACES: [&str; 4] = ["before_act", "after_act", "before_record", "after_record"];

#[derive(Clone, Debug)]
pub(crate) enum Turn {
    /// It goes on to its end.
    Never,
    /// What its last step writes is refused, and everything is undone.
    Refused,
    /// Somebody cancels while it is at this point.
    Cancelled { at: String },
}

/// What goes wrong besides.
#[derive(Clone, Debug)]
pub(crate) enum Mishap {
    Nothing,
    /// Every worker is killed at this point.
    Crash {
        at: String,
    },
    /// Every worker is asked to stop at this point, and another one takes over.
    Stop {
        at: String,
    },
    /// The hypervisor refuses this call for good: the nth from the beginning of the operation, or of its undoing.
    Refusal {
        method: Method,
        nth: u32,
    },
}

#[derive(Clone, Debug)]
pub(crate) struct Course {
    pub(crate) scenario: Scenario,
    pub(crate) turn: Turn,
    pub(crate) mishap: Mishap,
}

/// What a run has brought about.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) outcome: Outcome,
    /// Every point that the operation reached, each once, in order.
    pub(crate) points: Vec<String>,
    /// The calls to the hypervisor from the beginning of the operation, or of its undoing.
    pub(crate) calls: Vec<(Method, u32)>,
    /// It was stuck, and an operator had it retried.
    pub(crate) was_stuck: bool,
}

enum Act {
    Seize,
    /// And from here on calls are counted and refused.
    GiveBack,
    Cancel,
    Crash,
    Stop,
}

pub(crate) fn point(scenario: Scenario, step: &str, direction: StepDirection, place: &str) -> String {
    format!("{} {step} {direction} {place}", scenario.kind())
}

pub(crate) fn refusal() -> HypervisorError {
    HypervisorError::Rejected {
        reason: Rejection::InvalidParameter,
        text: "Parameter verification failed.".to_owned(),
    }
}

impl Course {
    pub(crate) const fn plain(scenario: Scenario) -> Self {
        Self {
            scenario,
            turn: Turn::Never,
            mishap: Mishap::Nothing,
        }
    }

    pub(crate) fn turned(&self, turn: &Turn) -> Self {
        Self {
            turn: turn.clone(),
            ..self.clone()
        }
    }

    pub(crate) fn with(&self, mishap: Mishap) -> Self {
        Self {
            mishap,
            ..self.clone()
        }
    }

    /// Everything that is done by hand, in the order of the points.
    fn stops(&self) -> Vec<(String, Vec<Act>)> {
        let steps = step_names(self.scenario.kind());
        let last = steps.last().copied().unwrap_or_default();
        let mut stops = match &self.turn {
            Turn::Never => Vec::new(),
            Turn::Refused => vec![
                (
                    point(self.scenario, last, StepDirection::Do, "before_record"),
                    vec![Act::Seize],
                ),
                (
                    point(self.scenario, last, StepDirection::Undo, "before_act"),
                    vec![Act::GiveBack],
                ),
            ],
            Turn::Cancelled { at } => vec![(at.clone(), vec![Act::Cancel])],
        };
        let end = match &self.mishap {
            Mishap::Nothing | Mishap::Refusal { .. } => return stops,
            Mishap::Crash { at } => (at, Act::Crash),
            Mishap::Stop { at } => (at, Act::Stop),
        };
        match stops.iter_mut().find(|(point, _)| point == end.0) {
            Some((_, acts)) => acts.push(end.1),
            None => stops.push((end.0.clone(), vec![end.1])),
        }
        stops
    }

    pub(crate) async fn run(&self, store: Arc<dyn Store>) -> Told {
        let mut lab = Lab::new(store).await;
        lab.start_worker();
        let stage = self.scenario.prepare(&lab).await;
        let (effects, old) = (lab.control.effects().len(), hashes(&lab));
        let stops = self.stops();
        lab.plan.clear();
        if let Some((first, _)) = stops.first() {
            lab.plan.stop_at(first);
        }
        let mut counted = lab.control.calls();
        if matches!(self.turn, Turn::Never) {
            self.refuse(&lab);
        }
        let id = self.scenario.ask(&lab, &stage).await;
        let mut seized = None;
        let mut stops = stops.into_iter().peekable();
        while let Some((point, acts)) = stops.next() {
            let arrived = tokio::time::timeout(PATIENCE, lab.plan.arrived()).await;
            assert!(arrived.is_ok(), "{point} is never reached: {self:?}");
            for act in acts {
                if matches!(act, Act::GiveBack) {
                    counted = lab.control.calls();
                    self.refuse(&lab);
                }
                act.perform(&mut lab, id, &mut seized).await;
            }
            if let Some((next, _)) = stops.peek() {
                lab.plan.stop_at(next);
            }
            lab.plan.release();
        }
        let was_stuck = self.ends(&lab, id).await;
        let calls = lab.control.calls().into_iter().filter_map(|(method, count)| {
            let count = count - counted.get(&method).copied().unwrap_or_default();
            (count > 0).then_some((method, count))
        });
        let calls = calls.collect();
        let effects = lab.effects_since(effects);
        let outcome = Outcome::of(&lab, id, &effects, &old).await;
        // The end is told before the worker passes the last point: here, and of what the scenario prepared.
        lab.stop_workers().await;
        let kind = format!("{} ", self.scenario.kind());
        let mut points = lab.plan.seen();
        points.retain(|point| point.starts_with(&kind));
        Told {
            outcome,
            points,
            calls,
            was_stuck,
        }
    }

    fn refuse(&self, lab: &Lab) {
        if let Mishap::Refusal { method, nth } = self.mishap {
            lab.control.inject(Fault::before(method, refusal()).nth(nth));
        }
    }

    /// Follows the operation to an end; when it is stuck, an operator lets it try again.
    async fn ends(&self, lab: &Lab, id: OperationId) -> bool {
        let (operation, _) = lab.end_of(id).await;
        if operation.state != OperationState::Stuck {
            return false;
        }
        lab.operations
            .retry(&caller(hostlerd::domain::user::Role::Operator), id)
            .await
            .unwrap();
        let (operation, steps) = lab.end_of(id).await;
        assert!(
            operation.state.is_terminal(),
            "{self:?}: {operation:#?} {steps:#?}"
        );
        true
    }
}

impl Act {
    async fn perform(self, lab: &mut Lab, id: OperationId, seized: &mut Option<Seized>) {
        match self {
            Self::Seize => *seized = Some(lab.seize(id).await),
            Self::GiveBack => lab.give_back(seized.take().unwrap()).await,
            Self::Cancel => {
                let cancelled = lab.operations.cancel(&lab.customer, id).await.unwrap();
                assert!(cancelled.cancel_requested);
            }
            Self::Crash => {
                lab.crash().await;
                lab.start_worker();
            }
            // No lease has to run out: time stands still.
            Self::Stop => {
                lab.ask_workers_to_stop();
                lab.start_worker();
            }
        }
    }
}
