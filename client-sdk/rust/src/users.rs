//! Accounts: one's own, and everybody's for staff.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::users_client::UsersClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::page::{self, Page};

/// Shows and changes accounts.
#[derive(Clone, Debug)]
pub struct Users {
    connection: Connection,
}

impl Users {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns the account that calls.
    pub async fn me(&self) -> Result<v1::User, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, v1::GetMeRequest {}, |channel, request| async move {
                UsersClient::new(channel).get_me(request).await
            })
            .await?;
        present(answer.user, "the account")
    }

    /// Changes the account that calls.
    pub async fn update_me(&self, mut request: v1::UpdateMeRequest) -> Result<v1::User, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                UsersClient::new(channel).update_me(request).await
            })
            .await?;
        present(answer.user, "the account")
    }

    /// Returns one page of accounts.
    pub async fn list(&self, request: v1::ListUsersRequest) -> Result<Page<v1::User>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                UsersClient::new(channel).list_users(request).await
            })
            .await?;
        Ok(Page {
            items: answer.users,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all accounts that pass the filter.
    pub fn list_all(&self, filter: v1::ListUsersRequest) -> BoxStream<'static, Result<v1::User, Error>> {
        let users = self.clone();
        page::all(move |page_token| {
            let (users, filter) = (users.clone(), filter.clone());
            async move { users.list(v1::ListUsersRequest { page_token, ..filter }).await }
        })
    }

    /// Returns one account.
    pub async fn get(&self, id: &str) -> Result<v1::User, Error> {
        let answer = self
            .connection
            .call(
                Rule::SAFE,
                v1::GetUserRequest {
                    user_id: id.to_owned(),
                },
                |channel, request| async move { UsersClient::new(channel).get_user(request).await },
            )
            .await?;
        present(answer.user, "the account")
    }

    /// Changes an account's role, state or name.
    pub async fn update(&self, mut request: v1::UpdateUserRequest) -> Result<v1::User, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                UsersClient::new(channel).update_user(request).await
            })
            .await?;
        present(answer.user, "the account")
    }
}
