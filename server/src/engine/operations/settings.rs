//! How patient the workers are.

use std::time::Duration;

/// A worker and its patience. Tests shorten everything.
#[derive(Clone, Debug)]
pub struct WorkerSettings {
    /// Names this worker in leases; unique among all instances.
    pub owner: String,
    /// Operations at a time.
    pub slots: u32,
    /// How long a claim lasts without renewal; renewed at a third.
    pub lease: Duration,
    /// How often to look for work that no notice told of.
    pub idle: Duration,
    pub retry: RetrySettings,
    pub steps: StepSettings,
}

impl WorkerSettings {
    pub fn new(owner: impl Into<String>) -> Self {
        Self {
            owner: owner.into(),
            slots: 16,
            lease: Duration::from_secs(30),
            idle: Duration::from_secs(5),
            retry: RetrySettings::default(),
            steps: StepSettings::default(),
        }
    }
}

/// How often a step is tried again, and when.
#[derive(Clone, Copy, Debug)]
pub struct RetrySettings {
    pub first_wait: Duration,
    pub longest_wait: Duration,
    /// Tries of one step before its failure counts as permanent. With the waits of the default, 20
    /// tries are a quarter of an hour: longer than a node takes to start again.
    pub attempts: u32,
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_secs(60),
            attempts: 20,
        }
    }
}

/// How patient a step is, and how it follows remote tasks.
#[derive(Clone, Copy, Debug)]
pub struct StepSettings {
    /// How long one step may be at it, all its tries and waits together; longer than any deadline below.
    pub limit: Duration,
    /// The first pause between two looks at a task; later ones grow to `longest_poll`.
    pub first_poll: Duration,
    pub longest_poll: Duration,
    pub deadlines: Deadlines,
}

impl Default for StepSettings {
    fn default() -> Self {
        Self {
            limit: Duration::from_secs(2 * 60 * 60),
            first_poll: Duration::from_millis(500),
            longest_poll: Duration::from_secs(2),
            deadlines: Deadlines::default(),
        }
    }
}

/// How long a remote task may take before it is given up.
#[derive(Clone, Copy, Debug)]
pub struct Deadlines {
    pub create: Duration,
    /// A start may wait 45 seconds for a file system to be sure that nobody else has it.
    pub start: Duration,
    /// On top of the time a shutdown was given.
    pub stop: Duration,
    pub resize: Duration,
    pub snapshot: Duration,
    pub delete: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            create: Duration::from_secs(30 * 60),
            start: Duration::from_secs(120),
            stop: Duration::from_secs(60),
            resize: Duration::from_secs(10 * 60),
            snapshot: Duration::from_secs(15 * 60),
            delete: Duration::from_secs(10 * 60),
        }
    }
}
