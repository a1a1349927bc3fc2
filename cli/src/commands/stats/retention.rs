//! `hostler stats retention`.

use std::time::Duration;

use hostler_client::v1;

use super::args::Retention;
use super::loss::{Kept, loss};
use crate::context::Context;
use crate::errors::Failure;
use crate::mask::Mask;
use crate::prompt;
use crate::views::RetentionView;

/// The etag keeps a change that somebody else has just made, and what was asked about is what goes.
pub(super) async fn run(context: &mut Context<'_>, args: Retention) -> Result<(), Failure> {
    let found = context.client.monitoring().retention().await?;
    let mut new = v1::StatsRetention::default();
    let mut mask = Mask::default();
    let mut kept = Vec::new();
    let fields = [
        (&mut new.raw, found.raw, args.raw, "raw", "samples"),
        (
            &mut new.minute,
            found.minute,
            args.minute,
            "minute",
            "averages of a minute",
        ),
        (
            &mut new.ten_minutes,
            found.ten_minutes,
            args.ten_minutes,
            "ten_minutes",
            "averages of ten minutes",
        ),
        (
            &mut new.hour,
            found.hour,
            args.hour,
            "hour",
            "averages of an hour",
        ),
    ];
    for (field, now, new, path, figures) in fields {
        mask.set(field, new.map(wire).transpose()?.map(Some), path);
        kept.push(Kept {
            figures,
            now: now.and_then(|now| now.try_into().ok()),
            new,
        });
    }
    if kept.iter().all(|kept| kept.new.is_none()) {
        return Ok(context.output.item(&RetentionView::from(found))?);
    }
    if let Some(warning) = loss(&kept) {
        prompt::confirm(context.output, &warning, "retention", args.yes)?;
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
