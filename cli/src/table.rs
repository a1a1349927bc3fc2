//! Plain text in columns.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

const GAP: usize = 2;

/// What a piece of text says about the thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Tone {
    #[default]
    Plain,
    Good,
    Changing,
    Bad,
}

impl Tone {
    pub(crate) const fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Good => AnsiColor::Green.on_default(),
            Self::Changing => AnsiColor::Yellow.on_default(),
            Self::Bad => AnsiColor::Red.on_default().bold(),
        }
    }
}

/// One field of a table.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) tone: Tone,
}

impl Cell {
    pub(crate) fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

/// A table that grows while it is shown: its head comes first, and a column stays as wide as it has become.
#[derive(Debug, Default)]
pub(crate) struct Growing {
    widths: Vec<usize>,
}

impl Growing {
    /// Lays out more rows, the first time below their head.
    pub(crate) fn rows(&mut self, columns: &[&str], rows: &[Vec<Cell>], color: bool) -> String {
        let begins = self.widths.is_empty();
        if begins {
            self.widths = columns.iter().map(|column| column.width()).collect();
        }
        for row in rows {
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(shown(&cell.text).width());
            }
        }
        let mut text = String::new();
        if begins {
            let head: Vec<Cell> = columns.iter().map(|column| Cell::from(*column)).collect();
            let style = color.then(|| Style::new().bold());
            text.push_str(&line(&head, &self.widths, style, color));
        }
        for row in rows {
            text.push_str(&line(row, &self.widths, None, color));
        }
        text
    }
}

/// Lays out a table with its head.
pub(crate) fn rows(columns: &[&str], rows: &[Vec<Cell>], color: bool) -> String {
    Growing::default().rows(columns, rows, color)
}

/// Lays out one thing: a name and a value a line.
pub(crate) fn pairs(pairs: &[(&str, Cell)], color: bool) -> String {
    let width = pairs
        .iter()
        .map(|(name, _)| name.width() + 1)
        .max()
        .unwrap_or_default();
    pairs
        .iter()
        .map(|(name, value)| line(&[format!("{name}:").into(), value.clone()], &[width], None, color))
        .collect()
}

fn line(cells: &[Cell], widths: &[usize], style: Option<Style>, color: bool) -> String {
    let mut line = String::new();
    for (index, cell) in cells.iter().enumerate() {
        let text = shown(&cell.text);
        let style = style.unwrap_or_else(|| if color { cell.tone.style() } else { Style::new() });
        line.extend([
            style.render().to_string(),
            text.clone(),
            style.render_reset().to_string(),
        ]);
        if index + 1 < cells.len() {
            let width = widths.get(index).copied().unwrap_or_default();
            line.extend(std::iter::repeat_n(' ', width.saturating_sub(text.width()) + GAP));
        }
    }
    line.push('\n');
    line
}

/// Lays out one row without a head.
pub(crate) fn row(cells: &[Cell], color: bool) -> String {
    line(cells, &[], None, color).trim_end().to_owned()
}

/// Text from elsewhere must not move the cursor or break the line, and an empty field is marked.
fn shown(text: &str) -> String {
    if text.is_empty() {
        return "-".to_owned();
    }
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_by_what_is_seen() {
        let text = rows(
            &["NAME", "STATE", "ADDRESS"],
            &[
                vec![
                    "web-1".into(),
                    Cell::toned("running", Tone::Good),
                    "192.0.2.7".into(),
                ],
                vec!["日本".into(), "lost".into(), "".into()],
                vec!["a\x1b[2Jb\n".into(), "stopped".into(), "192.0.2.8".into()],
            ],
            false,
        );
        insta::assert_snapshot!(text, @r"
        NAME     STATE    ADDRESS
        web-1    running  192.0.2.7
        日本     lost     -
        a [2Jb   stopped  192.0.2.8
        ");
    }

    #[test]
    fn a_table_that_grows_has_one_head_and_keeps_its_widths() {
        let mut table = Growing::default();
        let columns = ["NAME", "CPU"];
        let mut text = table.rows(&columns, &[vec!["database-1".into(), "5 %".into()]], false);
        text.push_str(&table.rows(&columns, &[vec!["web".into(), "97 %".into()]], false));
        insta::assert_snapshot!(text, @r"
        NAME        CPU
        database-1  5 %
        web         97 %
        ");
    }

    #[test]
    fn colours_are_for_terminals() {
        let cells = [vec![Cell::toned("running", Tone::Good)]];
        assert!(rows(&["STATE"], &cells, true).contains("\x1b[32mrunning\x1b[0m"));
        assert!(!rows(&["STATE"], &cells, false).contains('\x1b'));
    }
}
