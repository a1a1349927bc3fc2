//! How long figures are kept.

use std::time::Duration;

use hostler_proto::v1;
use prost_types::Duration as WireDuration;

use super::reader::{Mask, Reader};
use super::time::{wire_duration, wire_time};
use crate::domain::codes::Code;
use crate::domain::fields::FieldErrors;
use crate::domain::tier::{RetentionSetting, Tier};
use crate::domain::time::Timestamp;
use crate::engine::stats::RetentionPatch;

const FIELDS: [&str; 4] = ["raw", "minute", "ten_minutes", "hour"];

/// A change of the one retention that there is.
#[derive(Debug)]
pub(in crate::services) struct RetentionUpdate {
    pub(in crate::services) patch: RetentionPatch,
    pub(in crate::services) etag: Option<String>,
}

impl TryFrom<v1::UpdateStatsRetentionRequest> for RetentionUpdate {
    type Error = FieldErrors;

    fn try_from(request: v1::UpdateStatsRetentionRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("retention.");
        let mask = read.mask(request.update_mask, &FIELDS);
        let new = request.retention.unwrap_or_default();
        let mut keep = |tier, value| keep(&mut read, &mask, tier, value);
        let patch = RetentionPatch {
            raw: keep(Tier::Raw, new.raw),
            minute: keep(Tier::Minute, new.minute),
            ten_minutes: keep(Tier::TenMinutes, new.ten_minutes),
            hour: keep(Tier::Hour, new.hour),
        };
        let etag = read.etag(&request.etag);
        read.finish(|| Some(Self { patch, etag: etag? }))
    }
}

fn keep(read: &mut Reader, mask: &Mask, tier: Tier, value: Option<WireDuration>) -> Option<Duration> {
    if !mask.names(tier.code(), value.is_some()) {
        return None;
    }
    let keep = read.duration(tier.code(), value, tier.longest_keep())?;
    let keep = keep.unwrap_or_default();
    if let Some(problem) = tier.keep_problem(keep) {
        read.bad(tier.code(), problem);
    }
    Some(keep)
}

pub(in crate::services) fn wire_retention(setting: &RetentionSetting) -> v1::StatsRetention {
    let keep = |tier| Some(wire_duration(setting.retention.of(tier)));
    let changed = setting.update_time > Timestamp::default();
    v1::StatsRetention {
        raw: keep(Tier::Raw),
        minute: keep(Tier::Minute),
        ten_minutes: keep(Tier::TenMinutes),
        hour: keep(Tier::Hour),
        update_time: changed.then(|| wire_time(setting.update_time)).flatten(),
        etag: setting.generation.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn hours(hours: i64) -> WireDuration {
        WireDuration {
            seconds: hours * 3600,
            nanos: 0,
        }
    }

    fn update(retention: v1::StatsRetention, paths: &[&str]) -> Result<RetentionUpdate, FieldErrors> {
        RetentionUpdate::try_from(v1::UpdateStatsRetentionRequest {
            retention: Some(retention),
            update_mask: Some(prost_types::FieldMask {
                paths: paths.iter().map(|path| (*path).to_owned()).collect(),
            }),
            ..Default::default()
        })
    }

    #[test]
    fn all_bad_times_are_named_at_once() {
        let bad = v1::StatsRetention {
            raw: Some(hours(32 * 24)),
            minute: Some(hours(-1)),
            ten_minutes: Some(hours(23)),
            hour: Some(WireDuration {
                seconds: 86_401,
                nanos: 0,
            }),
            ..Default::default()
        };
        let errors = update(bad, &[]).unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        let right = FIELDS.map(|field| format!("retention.{field}"));
        assert_eq!(fields, right);
    }

    #[test]
    fn only_what_is_named_is_changed_and_must_then_be_given() {
        let new = v1::StatsRetention {
            raw: Some(hours(24)),
            hour: Some(hours(48)),
            ..Default::default()
        };
        let changed = update(new.clone(), &["raw"]).unwrap();
        let right = RetentionPatch {
            raw: Some(Duration::from_hours(24)),
            ..RetentionPatch::default()
        };
        assert_eq!(changed.patch, right);
        let errors = update(new, &["minute", "update_time"]).unwrap_err();
        let fields: Vec<_> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["update_mask", "retention.minute"]);
    }
}
