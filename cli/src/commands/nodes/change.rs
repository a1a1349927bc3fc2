//! What operators change about nodes.

use hostler_client::v1;

use super::args::{Remove, Update};
use crate::context::Context;
use crate::errors::Failure;
use crate::mask::Mask;
use crate::views::NodeView;
use crate::{lookup, namesakes, prompt};

/// The etag keeps a change that somebody else has just made: labels are changed on what was read.
pub(super) async fn update(context: &mut Context<'_>, args: Update) -> Result<(), Failure> {
    let found = lookup::node(&context.client, &args.one.node).await?;
    let mut node = v1::Node {
        id: found.id,
        ..Default::default()
    };
    let changes_labels = !args.label.is_empty() || !args.no_label.is_empty();
    let mut labels = found.labels;
    labels.retain(|key, _| !args.no_label.contains(key));
    labels.extend(args.label);
    let named = args.name.is_some();
    let mut mask = Mask::default();
    mask.set(&mut node.display_name, args.name, "display_name");
    mask.set(&mut node.labels, changes_labels.then_some(labels), "labels");
    let changes_machine = args.no_hypervisor_node || args.hypervisor_node.is_some();
    mask.set(
        &mut node.hypervisor_node,
        changes_machine.then_some(args.hypervisor_node),
        "hypervisor_node",
    );
    let request = v1::UpdateNodeRequest {
        node: Some(node),
        update_mask: Some(mask.into()),
        etag: found.etag,
        ..Default::default()
    };
    let node = context.client.nodes().update(request).await?;
    let (id, name) = (node.id.clone(), node.display_name.clone());
    context
        .output
        .done(&format!("Changed the node {name}."), &NodeView::from(node))?;
    if named {
        let all = context.client.nodes().list_all(v1::ListNodesRequest::default());
        let of = |node: v1::Node| (node.id, node.display_name);
        namesakes::tell(context.output, "node", (&id, &name), all, of).await?;
    }
    Ok(())
}

pub(super) async fn revoke(context: &mut Context<'_>, args: Remove) -> Result<(), Failure> {
    let node = lookup::node(&context.client, &args.one.node).await?;
    let name = node.display_name.clone();
    let warning = format!("This cuts the agent of {name} off until the machine is enrolled again");
    prompt::confirm(context.output, &warning, &name, args.confirm.yes)?;
    let request = v1::RevokeNodeRequest {
        node_id: node.id,
        etag: node.etag,
        ..Default::default()
    };
    let node = NodeView::from(context.client.nodes().revoke(request).await?);
    let sentence =
        format!("Revoked the key of {name}. To let it in again: hostler nodes enrol --node {name}");
    Ok(context.output.done(&sentence, &node)?)
}

pub(super) async fn delete(context: &mut Context<'_>, args: Remove) -> Result<(), Failure> {
    let node = lookup::node(&context.client, &args.one.node).await?;
    let name = node.display_name.clone();
    let warning = format!("This deletes the node {name} and what is known of it");
    prompt::confirm(context.output, &warning, &name, args.confirm.yes)?;
    let request = v1::DeleteNodeRequest {
        node_id: node.id.clone(),
        etag: node.etag.clone(),
        ..Default::default()
    };
    context.client.nodes().delete(request).await?;
    let node = NodeView::from(node);
    Ok(context.output.done(&format!("Deleted the node {name}."), &node)?)
}
