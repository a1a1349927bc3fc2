//! From a figure to the person who is told of it, over real parts, with what goes wrong on the way.

mod absurd_answers;
mod alert_crashes;
mod bad_states;
mod clocks;
mod endings;
mod heartbeats;
mod mail_crashes;
mod mail_outage;
mod mail_refusals;
mod secrets;
mod slow_reader;
mod whole_way;
