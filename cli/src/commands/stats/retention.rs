//! `hostler stats retention`.

use std::time::Duration;

use hostler_client::v1;

use super::args::Retention;
use crate::context::Context;
use crate::errors::Failure;
use crate::mask::Mask;
use crate::views::RetentionView;

/// The etag keeps a change that somebody else has just made.
pub(super) async fn run(context: &mut Context<'_>, args: Retention) -> Result<(), Failure> {
    let found = context.client.monitoring().retention().await?;
    let mut new = v1::StatsRetention::default();
    let mut mask = Mask::default();
    let mut changes = false;
    let fields = [
        (&mut new.raw, args.raw, "raw"),
        (&mut new.minute, args.minute, "minute"),
        (&mut new.ten_minutes, args.ten_minutes, "ten_minutes"),
        (&mut new.hour, args.hour, "hour"),
    ];
    for (field, keep, path) in fields {
        changes |= keep.is_some();
        mask.set(field, keep.map(wire).transpose()?.map(Some), path);
    }
    if !changes {
        return Ok(context.output.item(&RetentionView::from(found))?);
    }
    let request = v1::UpdateStatsRetentionRequest {
        retention: Some(new),
        update_mask: Some(mask.into()),
        etag: found.etag,
        ..Default::default()
    };
    let changed = context.client.monitoring().update_retention(request).await?;
    Ok(context.output.done(
        "Changed how long figures are kept.",
        &RetentionView::from(changed),
    )?)
}

fn wire(keep: Duration) -> Result<prost_types::Duration, Failure> {
    prost_types::Duration::try_from(keep).map_err(|_| Failure::Usage("a time is too long".to_owned()))
}
