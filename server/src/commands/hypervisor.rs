//! `hostlerd hypervisor check`: is everything right for selling servers on it, in plain words.

use anyhow::bail;

use super::output::say;
use crate::app::hypervisors;
use crate::args::HypervisorCommand;
use crate::config::Config;
use crate::domain::guest::{Finding, Severity};

/// `false` when something is wrong.
pub(super) async fn carry_out(command: &HypervisorCommand, config: &Config) -> anyhow::Result<bool> {
    let HypervisorCommand::Check { name } = command;
    let all = hypervisors(config)?;
    let mut looked_at = 0;
    let mut fine = true;
    for (found, hypervisor) in all
        .iter()
        .filter(|(found, _)| name.as_deref().is_none_or(|name| name == *found))
    {
        looked_at += 1;
        let status = hypervisor.status().await;
        say(&format!(
            "{found} ({}{})",
            status.kind,
            if status.simulated { ", simulated" } else { "" }
        ))?;
        for finding in hypervisor.check().await {
            fine &= finding.severity != Severity::Error;
            say(&line(&finding))?;
        }
    }
    match (looked_at, name) {
        (0, Some(name)) => bail!("the configuration has no hypervisor {name}"),
        (0, None) => bail!(
            "the configuration has no hypervisor: add [hypervisors.NAME] with kind = \"proxmox\" or \"sim\""
        ),
        _ => Ok(fine),
    }
}

fn line(finding: &Finding) -> String {
    let mark = match finding.severity {
        Severity::Ok => "ok     ",
        Severity::Warning => "warning",
        Severity::Error => "ERROR  ",
    };
    let advice = if finding.advice.is_empty() {
        String::new()
    } else {
        format!("\n           {}", finding.advice)
    };
    format!("  {mark}  {}: {}{advice}", finding.subject, finding.text)
}
