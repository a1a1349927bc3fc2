//! What the benchmark prints: plain lines, and one table of figures against their goals.

use std::io::Write;

pub(crate) fn line(text: &str) {
    let mut out = std::io::stdout().lock();
    // A closed pipe ends the report, not the measurement.
    drop(writeln!(out, "{text}").and_then(|()| out.flush()));
}

/// One figure, what it was measured against, and what it should be.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) goal: &'static str,
    pub(crate) met: Option<bool>,
}

pub(crate) fn table(figures: &[Figure]) {
    line("");
    line("| figure | measured | goal | |");
    line("| --- | --- | --- | --- |");
    for figure in figures {
        let verdict = match figure.met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        line(&format!(
            "| {} | {} | {} | {verdict} |",
            figure.name, figure.value, figure.goal
        ));
    }
}

pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
