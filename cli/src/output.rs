//! The one place that writes: results to standard output, everything else to standard error.

use std::io::{self, IsTerminal as _, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use hostler_client::Error;
use serde::Serialize;

use crate::table::{self, Cell, Growing};

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// Columns and sentences, for people
    #[default]
    Table,
    /// One JSON document
    Json,
    /// One YAML document
    Yaml,
}

/// A thing as the CLI shows it. Its serialized form is documented and stable; columns and details may change.
pub(crate) trait View: Serialize {
    /// Heads of the columns.
    const COLUMNS: &'static [&'static str];

    /// The row in a list.
    fn cells(&self) -> Vec<Cell>;

    /// All there is to say about one.
    fn details(&self) -> Vec<(&'static str, Cell)>;
}

/// Where text goes.
struct Stream {
    writer: Box<dyn Write + Send>,
    terminal: bool,
    color: bool,
}

impl Stream {
    fn foreign(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.terminal {
            self.writer.write_all(harmless(bytes).as_bytes())?;
        } else {
            self.writer.write_all(bytes)?;
        }
        self.writer.flush()
    }
}

/// Without characters that could move the cursor, colour what follows, or answer in the person's name.
fn harmless(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect()
}

/// Writes for one run of the program.
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) verbose: bool,
    results: Stream,
    messages: Stream,
}

impl Output {
    /// Writes to the standard streams, in colour where they are terminals and `NO_COLOR` is not set.
    pub(crate) fn standard(format: Format, verbose: bool) -> Self {
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|value| value != "dumb");
        let stream = |writer, terminal| Stream {
            writer,
            terminal,
            color: wanted && terminal,
        };
        Self {
            format,
            verbose,
            results: stream(Box::new(io::stdout()), io::stdout().is_terminal()),
            messages: stream(Box::new(io::stderr()), io::stderr().is_terminal()),
        }
    }

    /// True when results may be coloured.
    pub(crate) const fn color(&self) -> bool {
        self.results.color
    }

    /// True when results are for people and not for programs.
    pub(crate) fn is_for_people(&self) -> bool {
        self.format == Format::Table
    }

    /// True when somebody watches the messages.
    pub(crate) const fn is_interactive(&self) -> bool {
        self.messages.terminal
    }

    /// Writes a list.
    pub(crate) fn list<V: View>(&mut self, views: &[V]) -> io::Result<()> {
        match self.format {
            Format::Table => {
                let rows: Vec<_> = views.iter().map(View::cells).collect();
                let text = table::rows(V::COLUMNS, &rows, self.results.color);
                self.raw(&text)
            }
            Format::Json | Format::Yaml => self.document(&views),
        }
    }

    /// Writes tables under their titles for people, and what they are made of for programs.
    pub(crate) fn tables<V: View>(
        &mut self,
        tables: impl Iterator<Item = (String, Vec<V>)>,
        whole: &impl Serialize,
    ) -> io::Result<()> {
        if self.format != Format::Table {
            return self.document(whole);
        }
        for (index, (title, views)) in tables.enumerate() {
            let gap = if index > 0 { "\n" } else { "" };
            self.raw(&format!("{gap}{title}\n"))?;
            self.list(&views)?;
        }
        Ok(())
    }

    /// True when a list can be drawn in the place of one that was drawn before.
    pub(crate) fn can_redraw(&self) -> bool {
        self.results.terminal && self.format == Format::Table
    }

    /// Draws a list over the `lines` of the one before; tells how many it takes.
    pub(crate) fn redraw<V: View>(&mut self, views: &[V], lines: usize) -> io::Result<usize> {
        let rows: Vec<_> = views.iter().map(View::cells).collect();
        let text = table::rows(V::COLUMNS, &rows, self.results.color);
        let up = if lines > 0 {
            format!("\x1b[{lines}A")
        } else {
            String::new()
        };
        // Lines that are too long are cut, for the time being: wrapped ones would take more than a line each.
        self.raw(&format!("{up}\r\x1b[J\x1b[?7l{text}\x1b[?7h"))?;
        Ok(text.lines().count())
    }

    /// Writes one thing in full.
    pub(crate) fn item<V: View>(&mut self, view: &V) -> io::Result<()> {
        match self.format {
            Format::Table => {
                let text = table::pairs(&view.details(), self.results.color);
                self.raw(&text)
            }
            Format::Json | Format::Yaml => self.document(view),
        }
    }

    /// Writes one thing in full and what belongs to it, and for programs what both are in.
    pub(crate) fn item_with<V: View, W: View>(
        &mut self,
        view: &V,
        parts: &[W],
        whole: &impl Serialize,
    ) -> io::Result<()> {
        if self.format != Format::Table {
            return self.document(whole);
        }
        self.item(view)?;
        if !parts.is_empty() {
            self.raw("\n")?;
            self.list(parts)?;
        }
        Ok(())
    }

    /// Writes what was done: a sentence for people, the thing for programs.
    pub(crate) fn done(&mut self, sentence: &str, thing: &impl Serialize) -> io::Result<()> {
        match self.format {
            Format::Table => self.raw(&format!("{sentence}\n")),
            Format::Json | Format::Yaml => self.document(thing),
        }
    }

    /// Writes one of many events: a line for people, a line of JSON or a document of YAML for programs.
    pub(crate) fn event(&mut self, line: &str, thing: &impl Serialize) -> io::Result<()> {
        let text = match self.format {
            Format::Table => format!("{line}\n"),
            Format::Json => serde_json::to_string(thing).map_err(io::Error::other)? + "\n",
            Format::Yaml => format!(
                "---\n{}",
                serde_norway::to_string(thing).map_err(io::Error::other)?
            ),
        };
        self.raw(&text)
    }

    /// Writes what a list has more of: below one head for people, a line of JSON or a document of YAML each for programs.
    pub(crate) fn list_more<V: View>(&mut self, table: &mut Growing, views: &[V]) -> io::Result<()> {
        if self.format == Format::Table {
            if views.is_empty() {
                return Ok(());
            }
            let rows: Vec<_> = views.iter().map(View::cells).collect();
            let text = table.rows(V::COLUMNS, &rows, self.results.color);
            return self.raw(&text);
        }
        for view in views {
            self.event("", view)?;
        }
        Ok(())
    }

    /// Writes a secret that is shown this once. Programs find it in the document instead.
    pub(crate) fn secret(&mut self, what: &str, secret: &str) -> io::Result<()> {
        if self.format != Format::Table {
            return Ok(());
        }
        self.raw(&format!("{what}: {secret}\n"))?;
        self.note("It is shown this once: keep it now.")
    }

    /// Writes text that is the result itself.
    pub(crate) fn raw(&mut self, text: &str) -> io::Result<()> {
        self.results.writer.write_all(text.as_bytes())?;
        self.results.writer.flush()
    }

    /// Writes what somebody else's program has put out: as it is for programs, and without what controls a terminal for people.
    pub(crate) fn foreign(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.results.foreign(bytes)
    }

    /// The same, of what it calls errors.
    pub(crate) fn foreign_error(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.messages.foreign(bytes)
    }

    /// Tells the person how far somebody else's program is.
    pub(crate) fn foreign_note(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.messages.foreign(bytes)
    }

    /// Tells the person something beside the result.
    pub(crate) fn note(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.messages.writer, "{text}")
    }

    /// Tells that what goes on stands still for now.
    pub(crate) fn connection_lost(&mut self, after: Duration, error: &Error) -> io::Result<()> {
        let pause = after.as_secs().max(1);
        self.note(&format!("connection lost ({error}); trying again in {pause} s"))
    }

    /// Asks on the terminal, without ending the line.
    pub(crate) fn ask(&mut self, question: &str) -> io::Result<()> {
        write!(self.messages.writer, "{question}")?;
        self.messages.writer.flush()
    }

    /// Writes an error: the first line stands out, the others explain.
    pub(crate) fn error(&mut self, text: &str) -> io::Result<()> {
        let style = if self.messages.color {
            AnsiColor::Red.on_default().bold()
        } else {
            Style::new()
        };
        writeln!(self.messages.writer, "{style}error{style:#}: {text}")
    }

    fn document(&mut self, value: &impl Serialize) -> io::Result<()> {
        let text = match self.format {
            Format::Yaml => serde_norway::to_string(value).map_err(io::Error::other)?,
            Format::Json | Format::Table => {
                serde_json::to_string_pretty(value).map_err(io::Error::other)? + "\n"
            }
        };
        self.raw(&text)
    }
}
