//! How machines join.

use hostler_client::v1;
use serde::Serialize;

use super::args::{Enrol, Withdraw};
use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::views::EnrolmentView;

/// The document that a new token answers with.
#[derive(Serialize)]
struct Created {
    enrolment_token: EnrolmentView,
    secret: String,
}

pub(super) async fn enrol(context: &mut Context<'_>, args: Enrol) -> Result<(), Failure> {
    let node_id = match &args.node {
        Some(wanted) => lookup::node(&context.client, wanted).await?.id,
        None => String::new(),
    };
    let request = v1::CreateEnrolmentTokenRequest {
        display_name: args.name.unwrap_or_default(),
        labels: args.label.into_iter().collect(),
        ttl: args.ttl.and_then(|ttl| ttl.try_into().ok()),
        node_id,
        ..Default::default()
    };
    let again = !request.node_id.is_empty();
    let created = context.client.nodes().create_enrolment_token(request).await?;
    let secret = created.secret.expose();
    context.output.secret("Enrolment token", secret)?;
    if context.output.is_for_people() {
        let server = context.profile.server().to_owned();
        let force = if again { " --force" } else { "" };
        context.output.note(&format!(
            "On the machine, as root; paste the token when it waits for it, and end with Enter:\n  \
             hostler-agent enrol --server {server} --token-stdin{force}\n  \
             hostler-agent run"
        ))?;
    }
    let document = Created {
        secret: secret.to_owned(),
        enrolment_token: created.enrolment_token.into(),
    };
    let sentence = format!("A machine may join until {}.", document.enrolment_token.until());
    Ok(context.output.done(&sentence, &document)?)
}

pub(super) async fn list(context: &mut Context<'_>) -> Result<(), Failure> {
    let all = context
        .client
        .nodes()
        .list_all_enrolment_tokens(v1::ListEnrolmentTokensRequest::default());
    let tokens = lookup::collect(all, usize::MAX).await?;
    let views: Vec<_> = tokens.into_iter().map(EnrolmentView::from).collect();
    Ok(context.output.list(&views)?)
}

pub(super) async fn withdraw(context: &mut Context<'_>, args: Withdraw) -> Result<(), Failure> {
    let token = lookup::enrolment_token(&context.client, &args.token).await?;
    context.client.nodes().revoke_enrolment_token(&token.id).await?;
    let token = EnrolmentView::from(token);
    Ok(context
        .output
        .done("No machine can join by this token any more.", &token)?)
}
