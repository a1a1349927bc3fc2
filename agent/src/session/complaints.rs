//! A failure that repeats is logged once.

/// What was complained of last.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    last: Option<String>,
}

impl Complaints {
    /// Logs a problem, unless it is the one that was logged last.
    pub(super) fn about(&mut self, problem: &str, what_next: &str) {
        if self.last.as_deref() == Some(problem) {
            tracing::debug!(problem, "still no session");
        } else {
            tracing::warn!(problem, "{what_next}");
            self.last = Some(problem.to_owned());
        }
    }

    /// All is well: the next problem is news.
    pub(super) fn over(&mut self) {
        self.last = None;
    }
}
