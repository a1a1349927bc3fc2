//! The `Users` service.

use std::sync::Arc;

use hostler_proto::v1;
use hostler_proto::v1::users_server::Users as UsersRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::UserId;
use crate::domain::user::{UserFilter, UserPatch};
use crate::engine::users::Users;
use crate::services::convert::{Nothing, OwnUpdate, Update, wire_user};
use crate::services::inbound::{Inbound, ask};

pub(super) struct UsersService {
    pub(super) users: Arc<Users>,
    pub(super) inbound: Inbound,
}

#[tonic::async_trait]
impl UsersRpcs for UsersService {
    async fn get_me(
        &self,
        request: Request<v1::GetMeRequest>,
    ) -> Result<Response<v1::GetMeResponse>, Status> {
        let (caller, Nothing) = ask(request)?;
        let user = self.users.get_me(&caller).await?;
        Ok(Response::new(v1::GetMeResponse {
            user: Some(wire_user(user)),
        }))
    }

    async fn update_me(
        &self,
        request: Request<v1::UpdateMeRequest>,
    ) -> Result<Response<v1::UpdateMeResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, OwnUpdate>(request)?;
        let user = self
            .users
            .update_me(&caller, input.patch, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::UpdateMeResponse {
            user: Some(wire_user(user)),
        }))
    }

    async fn list_users(
        &self,
        request: Request<v1::ListUsersRequest>,
    ) -> Result<Response<v1::ListUsersResponse>, Status> {
        let (_, filter, listing) = self.inbound.list::<_, UserFilter>(request)?;
        let page = self.users.list(&filter, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListUsersResponse {
            users: page.map(wire_user).items,
            next_page_token,
        }))
    }

    async fn get_user(
        &self,
        request: Request<v1::GetUserRequest>,
    ) -> Result<Response<v1::GetUserResponse>, Status> {
        let (_, id) = ask::<_, UserId>(request)?;
        let user = self.users.get(id).await?;
        Ok(Response::new(v1::GetUserResponse {
            user: Some(wire_user(user)),
        }))
    }

    async fn update_user(
        &self,
        request: Request<v1::UpdateUserRequest>,
    ) -> Result<Response<v1::UpdateUserResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Update<UserId, UserPatch>>(request)?;
        let user = self
            .users
            .update(&caller, input.id, input.patch, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::UpdateUserResponse {
            user: Some(wire_user(user)),
        }))
    }
}
