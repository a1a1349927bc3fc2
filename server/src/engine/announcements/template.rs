//! The shape of a file of `server/templates`: a subject, paragraphs, and a link in one of them.

/// A message whose values are not filled in yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) subject: &'static str,
    pub(super) paragraphs: Vec<Paragraph>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Paragraph {
    Text(&'static str),
    Link {
        /// What leads to the link, where it is not a button; may be empty.
        lead: &'static str,
        /// The words of the button.
        label: &'static str,
    },
}

impl Template {
    /// A file without a subject has an empty one: a test looks at every file there is.
    pub(super) fn parse(file: &'static str) -> Self {
        let (head, body) = file.split_once("\n\n").unwrap_or((file, ""));
        Self {
            subject: head.strip_prefix("Subject: ").unwrap_or_default(),
            paragraphs: body.trim_end().split("\n\n").map(paragraph).collect(),
        }
    }
}

fn paragraph(text: &'static str) -> Paragraph {
    let (lead, last) = text.rsplit_once('\n').unwrap_or(("", text));
    match last.strip_prefix('[').and_then(|last| last.strip_suffix(']')) {
        Some(label) => Paragraph::Link { lead, label },
        None => Paragraph::Text(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_subject_and_paragraphs() {
        let template = Template::parse("Subject: One\n\nTwo.\n\nThree:\n[Four]\n\nFive.\n");
        assert_eq!(template.subject, "One");
        assert_eq!(
            template.paragraphs,
            [
                Paragraph::Text("Two."),
                Paragraph::Link {
                    lead: "Three:",
                    label: "Four"
                },
                Paragraph::Text("Five."),
            ]
        );
    }
}
