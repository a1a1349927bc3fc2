//! Gives each command to the file that does it.

use clap::CommandFactory as _;

use crate::args::{Cli, Command};
use crate::commands::{
    account, alerts, audit, channels, completions, containers, deliveries, hypervisors, node_commands, nodes,
    notifications, operations, pools, rules, servers, sessions, sign_in, snapshots, stats, systems, tariffs,
    templates, tokens, users,
};
use crate::context::Context;
use crate::errors::Failure;
use crate::output::Output;

pub(crate) async fn dispatch(cli: Cli, output: &mut Output) -> Result<(), Failure> {
    let wanted = cli.global.wanted();
    match cli.command {
        Command::Login(args) => sign_in::login(output, &wanted, args).await,
        Command::Logout => sign_in::logout(output, &wanted).await,
        Command::Completions(args) => completions::run(output, Cli::command(), &args),
        Command::Whoami => sign_in::whoami(&mut Context::open(&wanted, output)?).await,
        Command::Servers(command) => servers::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Snapshots(command) => snapshots::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Stats(args) => stats::run(&mut Context::open(&wanted, output)?, args).await,
        Command::Alerts(command) => alerts::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Rules(command) => rules::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Notifications(command) => {
            notifications::run(&mut Context::open(&wanted, output)?, command).await
        }
        Command::Channels(command) => channels::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Deliveries(command) => deliveries::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Operations(command) => operations::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Tariffs(command) => tariffs::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Systems(command) => systems::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Templates(command) => templates::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Pools(command) => pools::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Hypervisors(command) => {
            hypervisors::run(&mut Context::open(&wanted, output)?, command).await
        }
        Command::Nodes(command) => nodes::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Containers(command) => containers::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Logs(args) => containers::logs(&mut Context::open(&wanted, output)?, args).await,
        Command::NodeCommands(command) => {
            node_commands::run(&mut Context::open(&wanted, output)?, command).await
        }
        Command::Users(command) => users::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Audit(command) => audit::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Tokens(command) => tokens::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Sessions(command) => sessions::run(&mut Context::open(&wanted, output)?, command).await,
        Command::Account(command) => account::run(&mut Context::open(&wanted, output)?, command).await,
    }
}
