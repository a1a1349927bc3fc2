//! Mails about alerts, in the languages there are.

use super::text::MailText;
use crate::domain::alert::{Alert, AlertTransition, TransitionKind};
use crate::domain::alert_condition::{AlertMetric, Condition, ServerProblem};
use crate::domain::metric::RATIO_ONE;
use crate::domain::user::Locale;

pub(super) fn write(locale: Locale, transition: &AlertTransition, link: &str) -> MailText {
    let alert = &transition.alert;
    let words = words(locale, transition.kind);
    let (rule, server) = (&alert.rule_name, &alert.server_name);
    let mut text = format!("{}\n\n{rule}\n{server}\n", words.sentence);
    if let Some(value) = figure(alert) {
        text.push_str(&value);
        text.push('\n');
    }
    text.push('\n');
    text.push_str(words.look);
    text.push_str("\n\n");
    text.push_str(link);
    text.push('\n');
    MailText {
        subject: format!("{}: {rule}: {server}", words.subject).into(),
        text,
    }
}

struct Words {
    subject: &'static str,
    sentence: &'static str,
    look: &'static str,
}

fn words(locale: Locale, kind: TransitionKind) -> Words {
    let over = match kind {
        TransitionKind::Resolved | TransitionKind::Withdrawn => true,
        TransitionKind::Fired
        | TransitionKind::DataLost
        | TransitionKind::DataFound
        | TransitionKind::Acknowledged
        | TransitionKind::Unacknowledged
        | TransitionKind::Silenced
        | TransitionKind::Unsilenced
        | TransitionKind::Repeated => false,
    };
    match (locale, over) {
        (Locale::English, false) => Words {
            subject: "Alert",
            sentence: "An alert fires on one of your servers.",
            look: "See the server here:",
        },
        (Locale::English, true) => Words {
            subject: "Resolved",
            sentence: "An alert on one of your servers is over.",
            look: "See the server here:",
        },
        (Locale::Russian, false) => Words {
            subject: "Оповещение",
            sentence: "На одном из ваших серверов сработало оповещение.",
            look: "Сервер можно посмотреть здесь:",
        },
        (Locale::Russian, true) => Words {
            subject: "Снято",
            sentence: "Оповещение на одном из ваших серверов снято.",
            look: "Сервер можно посмотреть здесь:",
        },
        (Locale::Japanese, false) => Words {
            subject: "アラート",
            sentence: "お使いのサーバーでアラートが発生しています。",
            look: "サーバーはこちらで確認できます:",
        },
        (Locale::Japanese, true) => Words {
            subject: "解消",
            sentence: "お使いのサーバーのアラートは解消しました。",
            look: "サーバーはこちらで確認できます:",
        },
    }
}

/// The figure, in words that every language has.
fn figure(alert: &Alert) -> Option<String> {
    match alert.condition {
        Condition::Metric(condition) => {
            let value = alert.progress.value?;
            Some(if condition.metric.is_ratio() {
                format!("{}: {} %", unit(condition.metric), percent(value))
            } else {
                format!("{}: {value} B/s", unit(condition.metric))
            })
        }
        Condition::ServerState {
            problem: ServerProblem::Down | ServerProblem::Failed,
            ..
        }
        | Condition::OperationStuck { .. } => None,
    }
}

const fn unit(metric: AlertMetric) -> &'static str {
    match metric {
        AlertMetric::CpuRatio => "CPU",
        AlertMetric::MemoryRatio => "RAM",
        AlertMetric::DiskRatio => "Disk",
        AlertMetric::NetworkInRate => "Network in",
        AlertMetric::NetworkOutRate => "Network out",
        AlertMetric::DiskReadRate => "Disk read",
        AlertMetric::DiskWriteRate => "Disk write",
    }
}

/// With one digit behind the point.
fn percent(fixed: u64) -> String {
    let tenths = fixed * 1000 / RATIO_ONE;
    format!("{}.{}", tenths / 10, tenths % 10)
}
