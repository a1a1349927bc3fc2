//! What a command works with.

use futures_util::stream::BoxStream;
use hostler_client::{Client, Error, v1};

use crate::errors::Failure;
use crate::lookup;
use crate::output::{Output, View};
use crate::profile::{Folders, Profile, Wanted};
use crate::progress;

/// The server to call and the streams to write to.
pub(crate) struct Context<'a> {
    pub(crate) client: Client,
    pub(crate) profile: Profile,
    pub(crate) output: &'a mut Output,
}

impl<'a> Context<'a> {
    pub(crate) fn open(wanted: &Wanted, output: &'a mut Output) -> Result<Self, Failure> {
        let profile = Profile::open(Folders::of_this_user()?, wanted)?;
        Ok(Self {
            client: profile.client()?,
            profile,
            output,
        })
    }

    /// Writes the beginning of a list, and says when that is not all.
    pub(crate) async fn list_first<T, V>(
        &mut self,
        all: BoxStream<'static, Result<T, Error>>,
        limit: usize,
    ) -> Result<(), Failure>
    where
        V: View + From<T>,
    {
        let (entries, cut) = self.first(all, limit).await?;
        let views: Vec<V> = entries.into_iter().map(V::from).collect();
        self.output.list(&views)?;
        self.say_more(cut, limit)
    }

    /// Reads the beginning of a list, and whether that is not all.
    pub(crate) async fn first<T>(
        &self,
        all: BoxStream<'static, Result<T, Error>>,
        limit: usize,
    ) -> Result<(Vec<T>, bool), Failure> {
        let mut entries = lookup::collect(all, limit.saturating_add(1)).await?;
        let cut = entries.len() > limit;
        entries.truncate(limit);
        Ok((entries, cut))
    }

    /// Says that a list was cut.
    pub(crate) fn say_more(&mut self, cut: bool, limit: usize) -> Result<(), Failure> {
        if cut {
            self.output.note(&format!(
                "more: the list goes on after these {limit}; --limit N shows others"
            ))?;
        }
        Ok(())
    }

    /// Waits for an operation, unless told not to, and returns how it stands then.
    pub(crate) async fn follow(
        &mut self,
        operation: v1::Operation,
        no_wait: bool,
    ) -> Result<v1::Operation, Failure> {
        if no_wait {
            return Ok(operation);
        }
        progress::follow(&self.client, self.output, &operation.id).await
    }
}
