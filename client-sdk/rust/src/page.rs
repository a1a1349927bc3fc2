//! Lists: one page, or all pages as a stream.

use std::future::Future;

use futures_util::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use tonic::Code;

use crate::error::Error;

/// One page of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The entries, in the order the call documents.
    pub items: Vec<T>,
    /// Asks for the next page; empty on the last one.
    pub next_page_token: String,
}

/// All entries, fetching a page when the one before is used up. It ends after the first error.
pub(crate) fn all<T, F, Fut>(fetch: F) -> BoxStream<'static, Result<T, Error>>
where
    T: Send + 'static,
    F: Fn(String) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Page<T>, Error>> + Send,
{
    stream::try_unfold((fetch, Some(String::new())), |(fetch, token)| async move {
        let Some(token) = token else { return Ok(None) };
        let page = fetch(token.clone()).await?;
        let next = match page.next_page_token {
            last if last.is_empty() => None,
            same if same == token => {
                return Err(Error::local(
                    Code::Internal,
                    "PROTOCOL",
                    "the server repeats a page of a list",
                ));
            }
            next => Some(next),
        };
        Ok(Some((
            stream::iter(page.items.into_iter().map(Ok)),
            (fetch, next),
        )))
    })
    .try_flatten()
    .boxed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn entries_of_all_pages_come_in_order() {
        let entries = all(|token| async move {
            let (items, next) = match token.as_str() {
                "" => (vec![1, 2], "two"),
                "two" => (vec![], "three"),
                _ => (vec![3], ""),
            };
            Ok(Page {
                items,
                next_page_token: next.to_owned(),
            })
        });
        assert_eq!(entries.try_collect::<Vec<_>>().await.unwrap(), [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_server_that_repeats_a_page_does_not_keep_us_for_ever() {
        let entries = all(|_| async {
            Ok(Page {
                items: vec![1],
                next_page_token: "again".to_owned(),
            })
        });
        let error = entries.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.reason(), "PROTOCOL");
    }
}
