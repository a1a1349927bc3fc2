//! `hostler templates`.

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::views::TemplateView;

/// Container templates that the hypervisors offer; for operators
#[derive(Debug, Subcommand)]
pub(crate) enum Templates {
    /// List templates, by name
    #[command(alias = "ls")]
    List(List),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Only of the hypervisor of this name
    #[arg(long, value_name = "NAME", default_value = "", hide_default_value = true)]
    hypervisor: String,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Templates) -> Result<(), Failure> {
    let Templates::List(args) = command;
    let filter = v1::ListTemplatesRequest {
        hypervisor: args.hypervisor,
        ..Default::default()
    };
    let templates = lookup::collect(context.client.catalog().list_all_templates(filter), usize::MAX).await?;
    let views: Vec<_> = templates.into_iter().map(TemplateView::from).collect();
    Ok(context.output.list(&views)?)
}
