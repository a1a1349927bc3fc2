//! What development mode says at its start: where it is, how to sign in, what to try.

use std::fmt::Write;
use std::path::Path;

use crate::app::App;
use crate::config::TlsMode;
use crate::domain::page::PageRequest;
use crate::domain::user::{Role, UserFilter};

const OPERATOR: &str = "operator@example.org";

/// Makes the first operator where `plant` allows it.
pub(super) async fn text(app: &App, tls: TlsMode, state_dir: &Path, plant: bool) -> anyhow::Result<String> {
    let scheme = if tls == TlsMode::Off { "http" } else { "https" };
    let url = format!("{scheme}://{}", app.address());
    let mut text = format!(
        "\nHostler runs at {url} (open it in a browser), with simulated machines and mail in this log.\n\n"
    );
    let operators = UserFilter {
        role: Some(Role::Operator),
        ..UserFilter::default()
    };
    let first = app
        .ports()
        .store
        .user_list(&operators, PageRequest::first(1))
        .await?;
    if let Some(operator) = first.items.first() {
        writeln!(
            text,
            "Sign in as {}. Password lost? Stop this and run:\n  target/debug/hostlerd --dev --state-dir {} user reset-password {}",
            operator.email,
            state_dir.display(),
            operator.email,
        )?;
    } else if plant {
        let password = app.user_create(OPERATOR, Role::Operator, None).await?;
        writeln!(
            text,
            "Sign in as {OPERATOR} with the password {password} (shown this once)."
        )?;
    } else {
        writeln!(
            text,
            "This database is not development mode's own: no operator and no catalog were made in it. Use\n\
             \x20 hostlerd user create EMAIL --role operator"
        )?;
    }
    writeln!(
        text,
        "\nThree commands to try, in another terminal:\n\
         \x20 target/debug/hostler login {url}\n\
         \x20 target/debug/hostler servers create web-1 --tariff small --system debian-13\n\
         \x20 target/debug/hostler servers list\n\n\
         Ctrl-C stops it; what you made is kept in {}.",
        state_dir.display(),
    )?;
    Ok(text)
}
