//! Counters that only grow, of things that come and go: how much they grew between two looks.

/// What two counters of one thing said.
type Pair = [u64; 2];

#[derive(Debug)]
struct Counter {
    name: String,
    values: Pair,
    /// The look that saw it last.
    look: u64,
}

/// Pairs of counters by the name of what they belong to.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    known: Vec<Counter>,
    look: u64,
    growth: Option<Pair>,
}

impl Counters {
    /// Begins another look.
    pub(crate) fn begin(&mut self) {
        self.look += 1;
        self.growth = None;
    }

    /// Notes what one thing counts.
    pub(crate) fn note(&mut self, name: &str, values: Pair) {
        let look = self.look;
        let Some(counter) = self.known.iter_mut().find(|counter| counter.name == name) else {
            // Since when it counts is not known.
            self.known.push(Counter {
                name: name.to_owned(),
                values,
                look,
            });
            return;
        };
        let [first, second] = counter.values;
        // One that has fallen began anew: how much it had grown before is not known.
        if let (Some(first), Some(second)) = (values[0].checked_sub(first), values[1].checked_sub(second)) {
            let [sum_first, sum_second] = self.growth.unwrap_or_default();
            self.growth = Some([sum_first.saturating_add(first), sum_second.saturating_add(second)]);
        }
        counter.values = values;
        counter.look = look;
    }

    /// Ends the look: how much all of them together grew since the look before. `None` when that is not known of any.
    pub(crate) fn end(&mut self) -> Option<Pair> {
        let look = self.look;
        self.known.retain(|counter| counter.look == look);
        self.growth.take()
    }
}

/// Growth over a time as bytes per second.
pub(crate) fn rate(growth: u64, seconds: f64) -> Option<i64> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "a rate needs no more than 53 bits, and a cast of floating point saturates"
    )]
    (seconds > 0.0).then(|| (growth as f64 / seconds).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(counters: &mut Counters, seen: &[(&str, Pair)]) -> Option<Pair> {
        counters.begin();
        for (name, values) in seen {
            counters.note(name, *values);
        }
        counters.end()
    }

    #[test]
    fn growth_is_known_from_the_second_look_on() {
        let mut counters = Counters::default();
        assert_eq!(look(&mut counters, &[("a", [1, 10]), ("b", [5, 5])]), None);
        assert_eq!(
            look(&mut counters, &[("a", [4, 10]), ("b", [6, 7])]),
            Some([4, 2])
        );
    }

    #[test]
    fn a_counter_that_fell_adds_nothing_until_the_next_look() {
        let mut counters = Counters::default();
        look(&mut counters, &[("a", [100, 100]), ("b", [0, 0])]);
        assert_eq!(
            look(&mut counters, &[("a", [1, 200]), ("b", [1, 1])]),
            Some([1, 1])
        );
        assert_eq!(
            look(&mut counters, &[("a", [3, 202]), ("b", [1, 1])]),
            Some([2, 2])
        );
        assert_eq!(look(&mut counters, &[("a", [0, 0])]), None);
    }

    #[test]
    fn what_went_and_came_back_begins_anew() {
        let mut counters = Counters::default();
        look(&mut counters, &[("a", [1, 1]), ("b", [1, 1])]);
        look(&mut counters, &[("b", [1, 1])]);
        assert_eq!(look(&mut counters, &[("a", [9, 9]), ("b", [2, 1])]), Some([1, 0]));
    }

    #[test]
    fn a_rate_is_growth_over_time() {
        assert_eq!(rate(1000, 10.0), Some(100));
        assert_eq!(rate(1000, 0.0), None);
        assert_eq!(rate(u64::MAX, 0.1), Some(i64::MAX));
    }
}
