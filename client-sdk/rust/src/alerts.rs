//! What is and was wrong with servers.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::alerts_client::AlertsClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::page::{self, Page};
use crate::watch_alerts::{self, AlertEvent};

/// Shows alerts, live and past, and keeps what is not to be told of.
#[derive(Clone, Debug)]
pub struct Alerts {
    connection: Connection,
}

/// An alert and what has happened to it.
#[derive(Clone, Debug)]
pub struct AlertHistory {
    /// The alert as it is now.
    pub alert: v1::Alert,
    /// The newest changes, newest first.
    pub changes: Vec<v1::AlertChange>,
}

impl Alerts {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns one page of alerts, newest first.
    pub async fn list(&self, request: v1::ListAlertsRequest) -> Result<Page<v1::Alert>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertsClient::new(channel).list_alerts(request).await
            })
            .await?;
        Ok(Page {
            items: answer.alerts,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all alerts, newest first.
    pub fn list_all(&self, filter: v1::ListAlertsRequest) -> BoxStream<'static, Result<v1::Alert, Error>> {
        let alerts = self.clone();
        page::all(move |page_token| {
            let (alerts, filter) = (alerts.clone(), filter.clone());
            async move { alerts.list(v1::ListAlertsRequest { page_token, ..filter }).await }
        })
    }

    /// Returns one alert and what has happened to it.
    pub async fn get(&self, id: &str) -> Result<AlertHistory, Error> {
        let request = v1::GetAlertRequest {
            alert_id: id.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertsClient::new(channel).get_alert(request).await
            })
            .await?;
        Ok(AlertHistory {
            alert: present(answer.alert, "the alert")?,
            changes: answer.changes,
        })
    }

    /// Says that somebody looks after an alert.
    pub async fn acknowledge(&self, mut request: v1::AcknowledgeAlertRequest) -> Result<v1::Alert, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertsClient::new(channel).acknowledge_alert(request).await
            })
            .await?;
        present(answer.alert, "the alert")
    }

    /// Takes that back.
    pub async fn unacknowledge(
        &self,
        mut request: v1::UnacknowledgeAlertRequest,
    ) -> Result<v1::Alert, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertsClient::new(channel).unacknowledge_alert(request).await
            })
            .await?;
        present(answer.alert, "the alert")
    }

    /// Keeps alerts from being told of for a while.
    pub async fn silence(&self, mut request: v1::CreateSilenceRequest) -> Result<v1::Silence, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertsClient::new(channel).create_silence(request).await
            })
            .await?;
        present(answer.silence, "the silence")
    }

    /// Returns one page of silences, newest first.
    pub async fn list_silences(&self, request: v1::ListSilencesRequest) -> Result<Page<v1::Silence>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertsClient::new(channel).list_silences(request).await
            })
            .await?;
        Ok(Page {
            items: answer.silences,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all silences, newest first.
    pub fn list_all_silences(
        &self,
        filter: v1::ListSilencesRequest,
    ) -> BoxStream<'static, Result<v1::Silence, Error>> {
        let alerts = self.clone();
        page::all(move |page_token| {
            let (alerts, filter) = (alerts.clone(), filter.clone());
            async move {
                alerts
                    .list_silences(v1::ListSilencesRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Ends a silence.
    pub async fn delete_silence(&self, mut request: v1::DeleteSilenceRequest) -> Result<(), Error> {
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertsClient::new(channel).delete_silence(request).await
            })
            .await?;
        Ok(())
    }

    /// Tells the alerts that fire, then each change: all of them once, over broken connections and restarts of the server. Give the cursor of
    /// the last change that was read to go on behind it; `None` begins with all that fire. The stream ends after an error that trying again
    /// would not cure.
    pub fn watch(&self, cursor: Option<String>) -> BoxStream<'static, Result<AlertEvent, Error>> {
        watch_alerts::alerts(self.connection.clone(), cursor.unwrap_or_default())
    }
}
