//! The HTML of a mail. Plain enough for every reader of mail: no scripts, no pictures, nothing from elsewhere.

use super::filling::fill;
use super::library::LAYOUT;
use crate::domain::codes::Code as _;
use crate::domain::user::Locale;

/// A part of a mail, with its values filled in.
pub(super) enum Part {
    Text(String),
    Link {
        lead: String,
        label: String,
        url: String,
    },
}

pub(super) fn page(locale: Locale, subject: &str, parts: &[Part]) -> String {
    let body: Vec<String> = parts.iter().map(part).collect();
    fill(
        LAYOUT,
        &[
            ("language", locale.code().to_owned()),
            ("subject", escaped(subject)),
            ("body", body.join("\n")),
        ],
    )
}

fn part(part: &Part) -> String {
    match part {
        Part::Text(text) => paragraph(text),
        Part::Link { lead, label, url } => {
            let (label, url) = (escaped(label), escaped(url));
            let button = format!(
                "<p style=\"margin:24px 0\"><a href=\"{url}\" style=\"display:inline-block;padding:10px 20px;\
                 background:#1864ab;color:#ffffff;border-radius:6px;text-decoration:none\">{label}</a></p>\n\
                 <p style=\"margin:0 0 16px;color:#495057;font-size:13px;word-break:break-all\">{url}</p>"
            );
            if lead.is_empty() {
                button
            } else {
                format!("{}\n{button}", paragraph(lead))
            }
        }
    }
}

fn paragraph(text: &str) -> String {
    format!("<p style=\"margin:0 0 16px\">{}</p>", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_chose_is_no_markup() {
        let parts = [
            Part::Text("<script>alert(1)</script> & {{body}}".to_owned()),
            Part::Link {
                lead: String::new(),
                label: "<b>".to_owned(),
                url: "https://x/?a=1&b=\"'".to_owned(),
            },
        ];
        let page = page(Locale::Japanese, "</title>", &parts);
        assert!(page.contains("lang=\"ja\""));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; {{body}}"));
        assert!(page.contains("<title>&lt;/title&gt;</title>"));
        assert!(page.contains("href=\"https://x/?a=1&amp;b=&quot;&#39;\""));
        assert!(!page.contains("<script") && !page.contains("<b>"));
    }
}
