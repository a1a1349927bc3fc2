//! How long figures are kept.

use hostler_client::v1;
use serde::Serialize;

use crate::output::View;
use crate::table::Cell;
use crate::units::time;

/// Spans as the API writes them, such as `172800s`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RetentionView {
    raw: Option<String>,
    minute: Option<String>,
    ten_minutes: Option<String>,
    hour: Option<String>,
    update_time: Option<String>,
    etag: String,
    #[serde(skip)]
    spans: [String; 4],
}

impl From<v1::StatsRetention> for RetentionView {
    fn from(retention: v1::StatsRetention) -> Self {
        let kept = [
            retention.raw,
            retention.minute,
            retention.ten_minutes,
            retention.hour,
        ];
        let [raw, minute, ten_minutes, hour] = kept.map(|kept| kept.map(|kept| kept.to_string()));
        Self {
            raw,
            minute,
            ten_minutes,
            hour,
            update_time: time::machine(retention.update_time),
            etag: retention.etag,
            spans: kept.map(|kept| {
                let span = kept.and_then(|kept| kept.try_into().ok());
                span.map(time::hours).unwrap_or_default()
            }),
        }
    }
}

impl View for RetentionView {
    const COLUMNS: &'static [&'static str] = &["SAMPLES", "MINUTES", "TEN MINUTES", "HOURS", "CHANGED"];

    fn cells(&self) -> Vec<Cell> {
        self.details().into_iter().map(|(_, cell)| cell).collect()
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let [raw, minute, ten_minutes, hour] = &self.spans;
        vec![
            ("Samples", raw.as_str().into()),
            ("Minutes", minute.as_str().into()),
            ("Ten minutes", ten_minutes.as_str().into()),
            ("Hours", hour.as_str().into()),
            ("Changed", time::human(self.update_time.as_deref()).into()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> RetentionView {
        let days = |days: i64| {
            Some(prost_types::Duration {
                seconds: days * 86_400,
                nanos: 0,
            })
        };
        RetentionView::from(v1::StatsRetention {
            raw: days(2),
            minute: days(14),
            ten_minutes: days(60),
            hour: days(730),
            update_time: None,
            etag: "1".to_owned(),
        })
    }

    #[test]
    fn its_details_are_for_people() {
        insta::assert_snapshot!(crate::table::pairs(&usual().details(), false), @r"
        Samples:      2 d
        Minutes:      14 d
        Ten minutes:  60 d
        Hours:        730 d
        Changed:      -
        ");
    }

    #[test]
    fn its_json_is_stable() {
        insta::assert_json_snapshot!(usual(), @r#"
        {
          "raw": "172800s",
          "minute": "1209600s",
          "ten_minutes": "5184000s",
          "hour": "63072000s",
          "update_time": null,
          "etag": "1"
        }
        "#);
    }
}
