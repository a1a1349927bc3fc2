//! `hostler hypervisors`.

use clap::{Args, Subcommand};
use hostler_client::v1;

use crate::context::Context;
use crate::errors::Failure;
use crate::lookup;
use crate::views::{FindingView, HypervisorView, ReportView};

/// Hypervisors of the server's configuration; for staff
#[derive(Debug, Subcommand)]
pub(crate) enum Hypervisors {
    /// List hypervisors and whether they answer
    #[command(alias = "ls")]
    List,
    /// Examine one hypervisor and say what to put right; fails when something is wrong
    Check(One),
    /// Show what comparing its guests with the servers found: what belongs to nobody, what is missing
    Report(One),
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Its name in the server's configuration
    #[arg(value_name = "NAME")]
    name: String,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Hypervisors) -> Result<(), Failure> {
    match command {
        Hypervisors::List => {
            let all = context
                .client
                .catalog()
                .list_all_hypervisors(v1::ListHypervisorsRequest::default());
            let hypervisors = lookup::collect(all, usize::MAX).await?;
            let views: Vec<_> = hypervisors.into_iter().map(HypervisorView::from).collect();
            Ok(context.output.list(&views)?)
        }
        Hypervisors::Report(args) => {
            let report = context.client.catalog().hypervisor_report(&args.name).await?;
            Ok(context.output.item(&ReportView::from(report))?)
        }
        Hypervisors::Check(args) => {
            let findings = context.client.catalog().check_hypervisor(&args.name).await?;
            let errors = findings
                .iter()
                .filter(|finding| finding.severity() == v1::FindingSeverity::Error)
                .count();
            let views: Vec<_> = findings.into_iter().map(FindingView::from).collect();
            context.output.list(&views)?;
            if errors == 0 {
                Ok(())
            } else {
                Err(Failure::Local(format!(
                    "{} has errors to put right: {errors}",
                    args.name
                )))
            }
        }
    }
}
