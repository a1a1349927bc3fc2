//! One announcement in the words of each receiver. Nothing in it is markup: names that people chose stay text.

use serde_json::{Value, json};

use crate::ports::notifier::{Announcement, Post, Tone};

/// What Slack takes in a header and in a section, in characters.
const SLACK_HEADER: usize = 150;
const SLACK_SECTION: usize = 3000;
/// More than any text of ours has.
const TEAMS_TEXT: usize = 4000;

pub(super) fn slack(announcement: &Announcement) -> Value {
    let plain = |text: &str, most| json!({"type": "plain_text", "text": cut(text, most), "emoji": false});
    let mut blocks = vec![json!({"type": "header", "text": plain(&announcement.title, SLACK_HEADER)})];
    if !announcement.paragraphs.is_empty() {
        let text = announcement.paragraphs.join("\n\n");
        blocks.push(json!({"type": "section", "text": plain(&text, SLACK_SECTION)}));
    }
    if let Some(link) = &announcement.link {
        blocks.push(json!({"type": "actions", "elements": [
            {"type": "button", "text": plain(&link.label, 75), "url": link.url},
        ]}));
    }
    json!({
        // What notifications on telephones show. Markup there, so it has to be taken out.
        "text": escaped(cut(&announcement.title, SLACK_SECTION)),
        "attachments": [{"color": slack_colour(announcement.tone), "blocks": blocks}],
    })
}

const fn slack_colour(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "#868e96",
        Tone::Good => "good",
        Tone::Warning => "warning",
        Tone::Bad => "danger",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// An Adaptive Card as workflows take it. Rich text blocks, because text blocks read Markdown.
pub(super) fn teams(announcement: &Announcement) -> Value {
    let run = |text: &str, extra: Value| {
        let mut run = json!({"type": "TextRun", "text": cut(text, TEAMS_TEXT)});
        if let (Value::Object(run), Value::Object(extra)) = (&mut run, extra) {
            run.extend(extra);
        }
        json!({"type": "RichTextBlock", "inlines": [run]})
    };
    let title = json!({"size": "Large", "weight": "Bolder", "color": teams_colour(announcement.tone)});
    let mut body = vec![run(&announcement.title, title)];
    body.extend(announcement.paragraphs.iter().map(|text| run(text, json!({}))));
    let actions: Vec<Value> = announcement
        .link
        .iter()
        .map(|link| json!({"type": "Action.OpenUrl", "title": link.label, "url": link.url}))
        .collect();
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "body": body,
                "actions": actions,
            },
        }],
    })
}

const fn teams_colour(tone: Tone) -> &'static str {
    match tone {
        Tone::Neutral => "Default",
        Tone::Good => "Good",
        Tone::Warning => "Warning",
        Tone::Bad => "Attention",
    }
}

/// What programs read: docs/webhooks.md.
pub(super) fn webhook(post: &Post) -> Value {
    let announcement = &post.announcement;
    let time = prost_types::Timestamp {
        seconds: post.create_time.as_seconds(),
        nanos: 0,
    };
    json!({
        "id": post.delivery_id.to_string(),
        "kind": announcement.kind,
        "time": time.to_string(),
        "title": announcement.title,
        "text": announcement.paragraphs.join("\n\n"),
        "link": announcement.link.as_ref().map(|link| link.url.as_str()),
        "facts": announcement.facts,
    })
}

fn cut(text: &str, most: usize) -> &str {
    match text.char_indices().nth(most) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::DeliveryId;
    use crate::domain::time::Timestamp;
    use crate::ports::notifier::Link;

    fn announcement() -> Announcement {
        Announcement {
            kind: "server_created",
            tone: Tone::Good,
            title: "<!channel> *web-1* & more".to_owned(),
            paragraphs: vec![
                "First [x](https://evil.example).".to_owned(),
                "Second.".to_owned(),
            ],
            link: Some(Link {
                label: "Open".to_owned(),
                url: "https://hostler.example/servers/1".to_owned(),
            }),
            facts: json!({"server_id": "1"}),
        }
    }

    fn post() -> Post {
        Post {
            delivery_id: DeliveryId::from_uuid(uuid::Uuid::from_u128(7)),
            create_time: Timestamp::from_micros(1_800_000_000_123_456),
            now: Timestamp::from_micros(1_800_000_060_000_000),
            announcement: announcement(),
        }
    }

    #[test]
    fn slack_gets_blocks_in_which_nothing_is_markup() {
        let body = slack(&announcement());
        assert_eq!(body["text"], "&lt;!channel&gt; *web-1* &amp; more");
        let blocks = body["attachments"][0]["blocks"].as_array().unwrap();
        assert_eq!(blocks.len(), 3);
        assert_eq!(blocks[0]["text"]["type"], "plain_text");
        assert_eq!(
            blocks[1]["text"]["text"],
            "First [x](https://evil.example).\n\nSecond."
        );
        assert_eq!(
            blocks[2]["elements"][0]["url"],
            "https://hostler.example/servers/1"
        );
        assert!(!body.to_string().contains("mrkdwn"));
    }

    #[test]
    fn slack_takes_a_header_of_150_characters_at_most() {
        let long = Announcement {
            title: "я".repeat(400),
            ..announcement()
        };
        let header = slack(&long)["attachments"][0]["blocks"][0]["text"]["text"].clone();
        assert_eq!(header.as_str().unwrap().chars().count(), SLACK_HEADER);
    }

    #[test]
    fn teams_gets_an_adaptive_card_without_markdown() {
        let body = teams(&announcement());
        assert_eq!(body["type"], "message");
        let card = &body["attachments"][0]["content"];
        assert_eq!(
            (card["type"].as_str(), card["version"].as_str()),
            (Some("AdaptiveCard"), Some("1.4"))
        );
        let blocks = card["body"].as_array().unwrap();
        assert_eq!(blocks.len(), 3);
        assert!(blocks.iter().all(|block| block["type"] == "RichTextBlock"));
        assert_eq!(card["actions"][0]["type"], "Action.OpenUrl");
    }

    #[test]
    fn a_webhook_gets_words_and_facts() {
        let body = webhook(&post());
        assert_eq!(body["id"], "00000000-0000-0000-0000-000000000007");
        assert_eq!(body["time"], "2027-01-15T08:00:00Z");
        assert_eq!(body["text"], "First [x](https://evil.example).\n\nSecond.");
        assert_eq!(body["facts"]["server_id"], "1");
    }
}
