//! How long things may take, and how long pauses are: one place, so that tests need not wait as long as machines do.

use std::time::Duration;

/// Limits and pauses of an agent.
#[derive(Clone, Debug)]
pub struct Timing {
    /// For name, TCP and TLS together.
    pub connect_timeout: Duration,
    /// For the answer to a call, and for the server's welcome.
    pub answer_timeout: Duration,
    /// A connection is asked for a sign of life this often.
    pub ping_interval: Duration,
    /// Without an answer for so long, a connection is dead.
    pub ping_timeout: Duration,
    /// The longest pause after the first failure; it doubles with each one that follows.
    pub backoff_first: Duration,
    /// It does not grow beyond this.
    pub backoff_cap: Duration,
    /// The pause after a refusal that needs somebody to do something, between a half and all of it.
    pub refused_pause: Duration,
    /// A session that lasted this long was a success: the next pause is short again.
    pub settled_after: Duration,
    /// Samples that are not stored by the server after so long go to disk.
    pub patience: Duration,
    /// A server that stores nothing for so long is left, and tried anew. It doubles each time that this does not help.
    pub give_up_after: Duration,
    /// It does not grow beyond this.
    pub give_up_cap: Duration,
    /// How long the end of a session waits for the server's last word.
    pub farewell: Duration,
    /// The shortest interval between two looks or two heartbeats that a server may ask for.
    pub shortest_interval: Duration,
    /// How often the machine is looked at before a server has said so.
    pub sample_interval: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(15),
            answer_timeout: Duration::from_secs(20),
            ping_interval: Duration::from_secs(10),
            ping_timeout: Duration::from_secs(10),
            backoff_first: Duration::from_secs(1),
            backoff_cap: Duration::from_secs(60),
            refused_pause: Duration::from_secs(60),
            settled_after: Duration::from_secs(30),
            patience: Duration::from_secs(60),
            give_up_after: Duration::from_secs(180),
            give_up_cap: Duration::from_secs(3600),
            farewell: Duration::from_secs(2),
            shortest_interval: Duration::from_secs(1),
            sample_interval: Duration::from_secs(10),
        }
    }
}
