//! `hostler sessions`.

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::views::SessionView;

/// Your open sessions: where you are signed in
#[derive(Debug, Subcommand)]
pub(crate) enum Sessions {
    /// List your sessions, newest first
    #[command(alias = "ls")]
    List,
    /// End a session
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// Id, or its beginning
    #[arg(value_name = "SESSION")]
    session: String,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Sessions) -> Result<(), Failure> {
    match command {
        Sessions::List => {
            let all = context
                .client
                .auth()
                .list_all_sessions(v1::ListSessionsRequest::default());
            let sessions = lookup::collect(all, usize::MAX).await?;
            let views: Vec<_> = sessions.into_iter().map(SessionView::from).collect();
            Ok(context.output.list(&views)?)
        }
        Sessions::Revoke(args) => {
            let session = lookup::session(&context.client, &args.session).await?;
            let request = v1::RevokeSessionRequest {
                session_id: session.id.clone(),
                ..Default::default()
            };
            context.client.auth().revoke_session(request).await?;
            Ok(context
                .output
                .done("Ended the session.", &SessionView::from(session))?)
        }
    }
}
