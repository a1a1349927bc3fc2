//! What is worth an alert.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::alert_rules_client::AlertRulesClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::page::{self, Page};

/// Keeps the rules of alerts.
#[derive(Clone, Debug)]
pub struct AlertRules {
    connection: Connection,
}

impl AlertRules {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns one page of rules, oldest first: the caller's own and the installation's.
    pub async fn list(&self, request: v1::ListAlertRulesRequest) -> Result<Page<v1::AlertRule>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertRulesClient::new(channel).list_alert_rules(request).await
            })
            .await?;
        Ok(Page {
            items: answer.rules,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all rules, oldest first.
    pub fn list_all(
        &self,
        filter: v1::ListAlertRulesRequest,
    ) -> BoxStream<'static, Result<v1::AlertRule, Error>> {
        let rules = self.clone();
        page::all(move |page_token| {
            let (rules, filter) = (rules.clone(), filter.clone());
            async move {
                rules
                    .list(v1::ListAlertRulesRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Returns one rule.
    pub async fn get(&self, id: &str) -> Result<v1::AlertRule, Error> {
        let request = v1::GetAlertRuleRequest {
            alert_rule_id: id.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertRulesClient::new(channel).get_alert_rule(request).await
            })
            .await?;
        present(answer.rule, "the rule")
    }

    /// Creates a rule.
    pub async fn create(&self, mut request: v1::CreateAlertRuleRequest) -> Result<v1::AlertRule, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertRulesClient::new(channel).create_alert_rule(request).await
            })
            .await?;
        present(answer.rule, "the rule")
    }

    /// Changes a rule.
    pub async fn update(&self, mut request: v1::UpdateAlertRuleRequest) -> Result<v1::AlertRule, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertRulesClient::new(channel).update_alert_rule(request).await
            })
            .await?;
        present(answer.rule, "the rule")
    }

    /// Deletes a rule; its open alerts end.
    pub async fn delete(&self, mut request: v1::DeleteAlertRuleRequest) -> Result<(), Error> {
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertRulesClient::new(channel).delete_alert_rule(request).await
            })
            .await?;
        Ok(())
    }

    /// Tells how often and when a rule would have fired over stored history.
    pub async fn dry_run(
        &self,
        request: v1::DryRunAlertRuleRequest,
    ) -> Result<v1::DryRunAlertRuleResponse, Error> {
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                AlertRulesClient::new(channel).dry_run_alert_rule(request).await
            })
            .await
    }
}
