//! The `AlertRules` service.

use std::sync::Arc;

use hostler_proto::v1;
use hostler_proto::v1::alert_rules_server::AlertRules as AlertRulesRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::AlertRuleId;
use crate::engine::alerts::{AlertRulePatch, AlertRules, DryRun, NewAlertRule};
use crate::services::convert::{AlertViewer, Guarded, RulesOf, Update, wire_alert_rule, wire_dry_run};
use crate::services::inbound::{Inbound, ask};

pub(super) struct AlertRulesService {
    pub(super) rules: Arc<AlertRules>,
    pub(super) inbound: Inbound,
}

#[tonic::async_trait]
impl AlertRulesRpcs for AlertRulesService {
    async fn create_alert_rule(
        &self,
        request: Request<v1::CreateAlertRuleRequest>,
    ) -> Result<Response<v1::CreateAlertRuleResponse>, Status> {
        let (caller, new) = self.inbound.change::<_, NewAlertRule>(request)?;
        let rule = self.rules.create(&caller, new).await?;
        Ok(Response::new(v1::CreateAlertRuleResponse {
            rule: Some(wire_alert_rule(rule, &AlertViewer::of(&caller))),
        }))
    }

    async fn get_alert_rule(
        &self,
        request: Request<v1::GetAlertRuleRequest>,
    ) -> Result<Response<v1::GetAlertRuleResponse>, Status> {
        let (caller, id) = ask::<_, AlertRuleId>(request)?;
        let rule = self.rules.get(&caller, id).await?;
        Ok(Response::new(v1::GetAlertRuleResponse {
            rule: Some(wire_alert_rule(rule, &AlertViewer::of(&caller))),
        }))
    }

    async fn list_alert_rules(
        &self,
        request: Request<v1::ListAlertRulesRequest>,
    ) -> Result<Response<v1::ListAlertRulesResponse>, Status> {
        let (caller, RulesOf(owner), listing) = self.inbound.list(request)?;
        let page = self.rules.list(&caller, owner, listing.page).await?;
        let next_page_token = listing.next(&page);
        let viewer = AlertViewer::of(&caller);
        Ok(Response::new(v1::ListAlertRulesResponse {
            rules: page.map(|rule| wire_alert_rule(rule, &viewer)).items,
            next_page_token,
        }))
    }

    async fn update_alert_rule(
        &self,
        request: Request<v1::UpdateAlertRuleRequest>,
    ) -> Result<Response<v1::UpdateAlertRuleResponse>, Status> {
        let (caller, input) = self
            .inbound
            .change::<_, Update<AlertRuleId, AlertRulePatch>>(request)?;
        let rule = self
            .rules
            .update(&caller, input.id, input.patch, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::UpdateAlertRuleResponse {
            rule: Some(wire_alert_rule(rule, &AlertViewer::of(&caller))),
        }))
    }

    async fn delete_alert_rule(
        &self,
        request: Request<v1::DeleteAlertRuleRequest>,
    ) -> Result<Response<v1::DeleteAlertRuleResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Guarded<AlertRuleId>>(request)?;
        self.rules
            .delete(&caller, input.id, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::DeleteAlertRuleResponse {}))
    }

    async fn dry_run_alert_rule(
        &self,
        request: Request<v1::DryRunAlertRuleRequest>,
    ) -> Result<Response<v1::DryRunAlertRuleResponse>, Status> {
        let (caller, run) = ask::<_, DryRun>(request)?;
        let report = self.rules.dry_run(&caller, run).await?;
        Ok(Response::new(wire_dry_run(&report)))
    }
}
