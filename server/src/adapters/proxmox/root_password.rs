//! Sets root's password in a running guest. Proxmox VE has no call for that: the guest's console is a root shell
//! (`cmode=shell`), and the hash is given to `chpasswd` there.

use super::call::Call;
use super::cluster::Cluster;
use super::console::Terminal;
use super::guests::{Seat, claim};
use super::listing;
use super::loose::Fields;
use crate::domain::guest::{GuestRef, GuestStatus};
use crate::ports::hypervisor::{HypervisorError, HypervisorResult, Rejection};

/// The shell prints it with the exit status behind. What is typed has quotes in the middle, so that its echo does
/// not match.
const DONE: &[u8] = b"DONE";
const DONE_AS_TYPED: &str = "DO''NE";

pub(super) async fn set(cluster: &Cluster, guest: &GuestRef, hash: &str) -> HypervisorResult<()> {
    if !is_sha512_crypt(hash) {
        return Err(rejected(
            Rejection::InvalidParameter,
            "the password is not a $6$ hash",
        ));
    }
    let seat = claim(cluster, guest).await?;
    require_shell(&seat).await?;
    let mut terminal = Terminal::open(cluster, &seat).await?;
    let result = change(&mut terminal, hash).await;
    terminal.leave().await;
    result
}

async fn require_shell(seat: &Seat<'_>) -> HypervisorResult<()> {
    let status = seat.data(Call::get(&seat.path(&["status", "current"]))).await?;
    if listing::status(Fields(&status)) != GuestStatus::Running {
        return Err(rejected(Rejection::Unsupported, "the guest must be running"));
    }
    // Not what is pending: a console mode takes effect at the next start.
    let config = seat
        .data(Call::get(&seat.path(&["config"])).with("current", 1))
        .await?;
    if Fields(&config).text("cmode").as_deref() != Some("shell") {
        return Err(rejected(
            Rejection::Unsupported,
            "the guest's console asks for a login; set its console mode to shell and restart it",
        ));
    }
    Ok(())
}

async fn change(terminal: &mut Terminal, hash: &str) -> HypervisorResult<()> {
    // Somebody may have left a half-typed line.
    terminal.type_in("\u{3}\r").await?;
    terminal
        .wait_for(|output| (!output.is_empty()).then_some(()))
        .await?;
    terminal
        .type_in(&format!(
            " unset HISTFILE; echo 'root:{hash}' | chpasswd -e; echo {DONE_AS_TYPED}$?\r"
        ))
        .await?;
    match terminal.wait_for(exit_status).await {
        Ok(0) => Ok(()),
        Ok(status) => Err(HypervisorError::TaskFailed(format!(
            "chpasswd ended with {status}"
        ))),
        Err(HypervisorError::Unavailable(text)) => Err(HypervisorError::TaskFailed(format!(
            "the guest's shell did not confirm the new password ({text}); somebody may be using the console"
        ))),
        Err(error) => Err(error),
    }
}

/// The number behind the marker, once something follows it.
fn exit_status(output: &[u8]) -> Option<u32> {
    let at = output.windows(DONE.len()).position(|window| window == DONE)?;
    let rest = output.get(at + DONE.len()..)?;
    let end = rest.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(rest.get(..end)?).ok()?.parse().ok()
}

/// `$6$`, perhaps `rounds=N$`, salt, `$`, 86 characters; none of them means anything to a shell within quotes.
fn is_sha512_crypt(hash: &str) -> bool {
    let base64 = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'/')
    };
    let Some(rest) = hash.strip_prefix("$6$") else {
        return false;
    };
    let rest = match rest.strip_prefix("rounds=") {
        Some(rounds) => match rounds.split_once('$') {
            Some((count, rest))
                if (1..=9).contains(&count.len()) && count.bytes().all(|b| b.is_ascii_digit()) =>
            {
                rest
            }
            Some(_) | None => return false,
        },
        None => rest,
    };
    match rest.split_once('$') {
        Some((salt, digest)) => {
            (1..=16).contains(&salt.len()) && base64(salt) && digest.len() == 86 && base64(digest)
        }
        None => false,
    }
}

fn rejected(reason: Rejection, text: &str) -> HypervisorError {
    HypervisorError::Rejected {
        reason,
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_hash_reaches_the_shell() {
        let digest = "a".repeat(86);
        for good in [
            format!("$6$salt./9${digest}"),
            format!("$6$rounds=10000$s${digest}"),
        ] {
            assert!(is_sha512_crypt(&good), "{good}");
        }
        for bad in [
            String::new(),
            "secret".to_owned(),
            format!("$5$salt${digest}"),
            format!("$6$salt${digest}x"),
            format!("$6$sa'lt${digest}"),
            format!("$6$rounds=x$s${digest}"),
            format!("$6${digest}"),
        ] {
            assert!(!is_sha512_crypt(&bad), "{bad}");
        }
    }

    #[test]
    fn the_marker_counts_only_with_its_number_complete() {
        assert_eq!(exit_status(b"# echo DO''NE$?\r\n"), None);
        assert_eq!(exit_status(b"DONE"), None);
        assert_eq!(exit_status(b"DONE0"), None);
        assert_eq!(exit_status(b"x\r\nDONE0\r\n# "), Some(0));
        assert_eq!(exit_status(b"DONE127\r\n"), Some(127));
    }
}
