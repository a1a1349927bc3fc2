//! What there is to buy and what it is made from.

use futures_util::stream::BoxStream;
use hostler_proto::v1;
use hostler_proto::v1::catalog_client::CatalogClient;

use crate::connection::{Connection, Rule, fill_request_id};
use crate::error::{Error, present};
use crate::page::{self, Page};

/// Describes what can be bought, and lets operators change it.
#[derive(Clone, Debug)]
pub struct Catalog {
    connection: Connection,
}

impl Catalog {
    pub(crate) const fn new(connection: Connection) -> Self {
        Self { connection }
    }

    /// Returns one page of tariffs, oldest first.
    pub async fn list_tariffs(&self, request: v1::ListTariffsRequest) -> Result<Page<v1::Tariff>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).list_tariffs(request).await
            })
            .await?;
        Ok(Page {
            items: answer.tariffs,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all tariffs, oldest first.
    pub fn list_all_tariffs(
        &self,
        filter: v1::ListTariffsRequest,
    ) -> BoxStream<'static, Result<v1::Tariff, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_tariffs(v1::ListTariffsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Returns one tariff, retired ones too.
    pub async fn get_tariff(&self, id: &str) -> Result<v1::Tariff, Error> {
        let request = v1::GetTariffRequest {
            tariff_id: id.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).get_tariff(request).await
            })
            .await?;
        present(answer.tariff, "the tariff")
    }

    /// Creates a tariff.
    pub async fn create_tariff(&self, mut request: v1::CreateTariffRequest) -> Result<v1::Tariff, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).create_tariff(request).await
            })
            .await?;
        present(answer.tariff, "the tariff")
    }

    /// Changes a tariff.
    pub async fn update_tariff(&self, mut request: v1::UpdateTariffRequest) -> Result<v1::Tariff, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).update_tariff(request).await
            })
            .await?;
        present(answer.tariff, "the tariff")
    }

    /// Deletes a tariff that no server uses.
    pub async fn delete_tariff(&self, mut request: v1::DeleteTariffRequest) -> Result<(), Error> {
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).delete_tariff(request).await
            })
            .await?;
        Ok(())
    }

    /// Returns one page of operating systems, oldest first.
    pub async fn list_operating_systems(
        &self,
        request: v1::ListOperatingSystemsRequest,
    ) -> Result<Page<v1::OperatingSystem>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).list_operating_systems(request).await
            })
            .await?;
        Ok(Page {
            items: answer.operating_systems,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all operating systems, oldest first.
    pub fn list_all_operating_systems(
        &self,
        filter: v1::ListOperatingSystemsRequest,
    ) -> BoxStream<'static, Result<v1::OperatingSystem, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_operating_systems(v1::ListOperatingSystemsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Returns one operating system, retired ones too.
    pub async fn get_operating_system(&self, id: &str) -> Result<v1::OperatingSystem, Error> {
        let request = v1::GetOperatingSystemRequest {
            operating_system_id: id.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).get_operating_system(request).await
            })
            .await?;
        present(answer.operating_system, "the operating system")
    }

    /// Creates an operating system from a template.
    pub async fn create_operating_system(
        &self,
        mut request: v1::CreateOperatingSystemRequest,
    ) -> Result<v1::OperatingSystem, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).create_operating_system(request).await
            })
            .await?;
        present(answer.operating_system, "the operating system")
    }

    /// Changes an operating system.
    pub async fn update_operating_system(
        &self,
        mut request: v1::UpdateOperatingSystemRequest,
    ) -> Result<v1::OperatingSystem, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).update_operating_system(request).await
            })
            .await?;
        present(answer.operating_system, "the operating system")
    }

    /// Deletes an operating system that no server uses.
    pub async fn delete_operating_system(
        &self,
        mut request: v1::DeleteOperatingSystemRequest,
    ) -> Result<(), Error> {
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).delete_operating_system(request).await
            })
            .await?;
        Ok(())
    }

    /// Returns one page of the templates that the hypervisors offer, by name.
    pub async fn list_templates(
        &self,
        request: v1::ListTemplatesRequest,
    ) -> Result<Page<v1::Template>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).list_templates(request).await
            })
            .await?;
        Ok(Page {
            items: answer.templates,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all templates that the hypervisors offer, by name.
    pub fn list_all_templates(
        &self,
        filter: v1::ListTemplatesRequest,
    ) -> BoxStream<'static, Result<v1::Template, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_templates(v1::ListTemplatesRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Returns one page of the configured hypervisors, by name.
    pub async fn list_hypervisors(
        &self,
        request: v1::ListHypervisorsRequest,
    ) -> Result<Page<v1::Hypervisor>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).list_hypervisors(request).await
            })
            .await?;
        Ok(Page {
            items: answer.hypervisors,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all configured hypervisors, by name.
    pub fn list_all_hypervisors(
        &self,
        filter: v1::ListHypervisorsRequest,
    ) -> BoxStream<'static, Result<v1::Hypervisor, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_hypervisors(v1::ListHypervisorsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Examines one hypervisor and says what to put right, the worst first.
    pub async fn check_hypervisor(&self, name: &str) -> Result<Vec<v1::HypervisorFinding>, Error> {
        let request = v1::CheckHypervisorRequest {
            name: name.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).check_hypervisor(request).await
            })
            .await?;
        Ok(answer.findings)
    }

    /// Returns what the last comparison of a hypervisor's guests with the servers found.
    pub async fn hypervisor_report(&self, name: &str) -> Result<v1::HypervisorReport, Error> {
        let request = v1::GetHypervisorReportRequest {
            name: name.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).get_hypervisor_report(request).await
            })
            .await?;
        present(answer.report, "the report")
    }

    /// Returns one page of address pools, oldest first.
    pub async fn list_ip_pools(&self, request: v1::ListIpPoolsRequest) -> Result<Page<v1::IpPool>, Error> {
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).list_ip_pools(request).await
            })
            .await?;
        Ok(Page {
            items: answer.ip_pools,
            next_page_token: answer.next_page_token,
        })
    }

    /// Returns all address pools, oldest first.
    pub fn list_all_ip_pools(
        &self,
        filter: v1::ListIpPoolsRequest,
    ) -> BoxStream<'static, Result<v1::IpPool, Error>> {
        let this = self.clone();
        page::all(move |page_token| {
            let (this, filter) = (this.clone(), filter.clone());
            async move {
                this.list_ip_pools(v1::ListIpPoolsRequest { page_token, ..filter })
                    .await
            }
        })
    }

    /// Returns one address pool.
    pub async fn get_ip_pool(&self, id: &str) -> Result<v1::IpPool, Error> {
        let request = v1::GetIpPoolRequest {
            ip_pool_id: id.to_owned(),
        };
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).get_ip_pool(request).await
            })
            .await?;
        present(answer.ip_pool, "the address pool")
    }

    /// Creates an address pool.
    pub async fn create_ip_pool(&self, mut request: v1::CreateIpPoolRequest) -> Result<v1::IpPool, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).create_ip_pool(request).await
            })
            .await?;
        present(answer.ip_pool, "the address pool")
    }

    /// Changes an address pool.
    pub async fn update_ip_pool(&self, mut request: v1::UpdateIpPoolRequest) -> Result<v1::IpPool, Error> {
        fill_request_id(&mut request.request_id);
        let answer = self
            .connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).update_ip_pool(request).await
            })
            .await?;
        present(answer.ip_pool, "the address pool")
    }

    /// Deletes an address pool that no server uses.
    pub async fn delete_ip_pool(&self, mut request: v1::DeleteIpPoolRequest) -> Result<(), Error> {
        fill_request_id(&mut request.request_id);
        self.connection
            .call(Rule::SAFE, request, |channel, request| async move {
                CatalogClient::new(channel).delete_ip_pool(request).await
            })
            .await?;
        Ok(())
    }
}
