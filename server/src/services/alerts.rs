//! The `Alerts` service.

use std::sync::Arc;

use futures_util::StreamExt as _;
use hostler_proto::v1;
use hostler_proto::v1::alerts_server::Alerts as AlertsRpcs;
use tonic::{Request, Response, Status};

use crate::domain::alert::AlertFilter;
use crate::domain::ids::{AlertId, SilenceId};
use crate::engine::alerts::{Alerts, NewSilence, Silences};
use crate::services::convert::{
    AlertViewer, Cursor, WithPast, wire_alert, wire_alerts_event, wire_change, wire_silence,
};
use crate::services::inbound::{Inbound, ask};
use crate::services::streams::{Answers, Streams};

pub(super) struct AlertsService {
    pub(super) alerts: Arc<Alerts>,
    pub(super) silences: Arc<Silences>,
    pub(super) inbound: Inbound,
    pub(super) streams: Streams,
}

#[tonic::async_trait]
impl AlertsRpcs for AlertsService {
    async fn list_alerts(
        &self,
        request: Request<v1::ListAlertsRequest>,
    ) -> Result<Response<v1::ListAlertsResponse>, Status> {
        let (caller, filter, listing) = self.inbound.list::<_, AlertFilter>(request)?;
        let page = self.alerts.list(&caller, filter, listing.page).await?;
        let next_page_token = listing.next(&page);
        let viewer = AlertViewer::of(&caller);
        Ok(Response::new(v1::ListAlertsResponse {
            alerts: page.map(|alert| wire_alert(alert, &viewer)).items,
            next_page_token,
        }))
    }

    async fn get_alert(
        &self,
        request: Request<v1::GetAlertRequest>,
    ) -> Result<Response<v1::GetAlertResponse>, Status> {
        let (caller, id) = ask::<_, AlertId>(request)?;
        let (alert, changes) = self.alerts.get(&caller, id).await?;
        let viewer = AlertViewer::of(&caller);
        let changes = changes.into_iter();
        Ok(Response::new(v1::GetAlertResponse {
            alert: Some(wire_alert(alert, &viewer)),
            changes: changes.map(|change| wire_change(change, &viewer)).collect(),
        }))
    }

    async fn acknowledge_alert(
        &self,
        request: Request<v1::AcknowledgeAlertRequest>,
    ) -> Result<Response<v1::AcknowledgeAlertResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, AlertId>(request)?;
        let alert = self.alerts.acknowledge(&caller, id).await?;
        Ok(Response::new(v1::AcknowledgeAlertResponse {
            alert: Some(wire_alert(alert, &AlertViewer::of(&caller))),
        }))
    }

    async fn unacknowledge_alert(
        &self,
        request: Request<v1::UnacknowledgeAlertRequest>,
    ) -> Result<Response<v1::UnacknowledgeAlertResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, AlertId>(request)?;
        let alert = self.alerts.unacknowledge(&caller, id).await?;
        Ok(Response::new(v1::UnacknowledgeAlertResponse {
            alert: Some(wire_alert(alert, &AlertViewer::of(&caller))),
        }))
    }

    type WatchAlertsStream = Answers<v1::WatchAlertsResponse>;

    async fn watch_alerts(
        &self,
        request: Request<v1::WatchAlertsRequest>,
    ) -> Result<Response<Self::WatchAlertsStream>, Status> {
        let (caller, Cursor(cursor)) = ask(request)?;
        let events = self.alerts.watch(&caller, cursor, self.streams.stop())?;
        let viewer = AlertViewer::of(&caller);
        let answers = events.map(move |event| event.map(|event| wire_alerts_event(event, &viewer)));
        self.streams.answer(&caller, answers)
    }

    async fn create_silence(
        &self,
        request: Request<v1::CreateSilenceRequest>,
    ) -> Result<Response<v1::CreateSilenceResponse>, Status> {
        let (caller, new) = self.inbound.change::<_, NewSilence>(request)?;
        let silence = self.silences.create(&caller, new).await?;
        Ok(Response::new(v1::CreateSilenceResponse {
            silence: Some(wire_silence(silence)),
        }))
    }

    async fn list_silences(
        &self,
        request: Request<v1::ListSilencesRequest>,
    ) -> Result<Response<v1::ListSilencesResponse>, Status> {
        let (caller, WithPast(with_past), listing) = self.inbound.list(request)?;
        let page = self.silences.list(&caller, with_past, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListSilencesResponse {
            silences: page.map(wire_silence).items,
            next_page_token,
        }))
    }

    async fn delete_silence(
        &self,
        request: Request<v1::DeleteSilenceRequest>,
    ) -> Result<Response<v1::DeleteSilenceResponse>, Status> {
        let (caller, id) = self.inbound.change::<_, SilenceId>(request)?;
        self.silences.delete(&caller, id).await?;
        Ok(Response::new(v1::DeleteSilenceResponse {}))
    }
}
