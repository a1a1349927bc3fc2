//! Things as the CLI shows them. Names and meanings of the fields are those of the API's messages; states are their lower-case words.

mod account;
mod alert;
mod audit;
mod catalog;
mod channel;
mod condition;
mod event;
mod history;
mod hypervisor;
mod notification;
mod operation;
mod preference;
mod retention;
mod rule;
mod server;
mod snapshot;
mod stats;
mod word;

pub(crate) use account::{SessionView, TokenView, UserView};
pub(crate) use alert::{AlertChangeView, AlertView, SilenceView};
pub(crate) use audit::AuditEventView;
pub(crate) use catalog::{PoolView, SystemView, TariffView};
pub(crate) use channel::{ChannelView, DeliveryView};
pub(crate) use event::EventView;
pub(crate) use history::HistoryView;
pub(crate) use hypervisor::{FindingView, HypervisorView, ReportView, TemplateView};
pub(crate) use notification::NotificationView;
pub(crate) use operation::OperationView;
pub(crate) use preference::PreferenceView;
pub(crate) use retention::RetentionView;
pub(crate) use rule::{DryRunAlertView, RuleView};
pub(crate) use server::ServerView;
pub(crate) use snapshot::SnapshotView;
pub(crate) use stats::StatsView;
pub(crate) use word::parse_enum;
