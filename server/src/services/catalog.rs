//! The `Catalog` service.

use std::sync::Arc;

use hostler_proto::v1;
use hostler_proto::v1::catalog_server::Catalog as CatalogRpcs;
use tonic::{Request, Response, Status};

use crate::domain::ids::{IpPoolId, OperatingSystemId, TariffId};
use crate::engine::catalog::{
    Catalog, IpPoolPatch, NewIpPool, NewOperatingSystem, NewTariff, OperatingSystemPatch, TariffPatch,
};
use crate::services::convert::{
    Guarded, HypervisorName, InState, Nothing, TemplatesOf, Update, Viewer, wire_finding, wire_hypervisor,
    wire_ip_pool, wire_operating_system, wire_sweep_report, wire_tariff, wire_template,
};
use crate::services::inbound::{Inbound, ask};

pub(super) struct CatalogService {
    pub(super) catalog: Arc<Catalog>,
    pub(super) inbound: Inbound,
}

#[tonic::async_trait]
impl CatalogRpcs for CatalogService {
    async fn list_tariffs(
        &self,
        request: Request<v1::ListTariffsRequest>,
    ) -> Result<Response<v1::ListTariffsResponse>, Status> {
        let (caller, InState(state), listing) = self.inbound.list(request)?;
        let page = self.catalog.list_tariffs(&caller, state, listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListTariffsResponse {
            tariffs: page.map(wire_tariff).items,
            next_page_token,
        }))
    }

    async fn get_tariff(
        &self,
        request: Request<v1::GetTariffRequest>,
    ) -> Result<Response<v1::GetTariffResponse>, Status> {
        let (_, id) = ask::<_, TariffId>(request)?;
        let tariff = self.catalog.get_tariff(id).await?;
        Ok(Response::new(v1::GetTariffResponse {
            tariff: Some(wire_tariff(tariff)),
        }))
    }

    async fn create_tariff(
        &self,
        request: Request<v1::CreateTariffRequest>,
    ) -> Result<Response<v1::CreateTariffResponse>, Status> {
        let (caller, new) = self.inbound.change::<_, NewTariff>(request)?;
        let tariff = self.catalog.create_tariff(&caller, new).await?;
        Ok(Response::new(v1::CreateTariffResponse {
            tariff: Some(wire_tariff(tariff)),
        }))
    }

    async fn update_tariff(
        &self,
        request: Request<v1::UpdateTariffRequest>,
    ) -> Result<Response<v1::UpdateTariffResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Update<TariffId, TariffPatch>>(request)?;
        let tariff = self
            .catalog
            .update_tariff(&caller, input.id, input.patch, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::UpdateTariffResponse {
            tariff: Some(wire_tariff(tariff)),
        }))
    }

    async fn delete_tariff(
        &self,
        request: Request<v1::DeleteTariffRequest>,
    ) -> Result<Response<v1::DeleteTariffResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Guarded<TariffId>>(request)?;
        self.catalog
            .delete_tariff(&caller, input.id, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::DeleteTariffResponse {}))
    }

    async fn list_operating_systems(
        &self,
        request: Request<v1::ListOperatingSystemsRequest>,
    ) -> Result<Response<v1::ListOperatingSystemsResponse>, Status> {
        let (caller, InState(state), listing) = self.inbound.list(request)?;
        let page = self
            .catalog
            .list_operating_systems(&caller, state, listing.page)
            .await?;
        let next_page_token = listing.next(&page);
        let viewer = Viewer::of(&caller);
        Ok(Response::new(v1::ListOperatingSystemsResponse {
            operating_systems: page
                .map(|operating_system| wire_operating_system(operating_system, viewer))
                .items,
            next_page_token,
        }))
    }

    async fn get_operating_system(
        &self,
        request: Request<v1::GetOperatingSystemRequest>,
    ) -> Result<Response<v1::GetOperatingSystemResponse>, Status> {
        let (caller, id) = ask::<_, OperatingSystemId>(request)?;
        let operating_system = self.catalog.get_operating_system(id).await?;
        Ok(Response::new(v1::GetOperatingSystemResponse {
            operating_system: Some(wire_operating_system(operating_system, Viewer::of(&caller))),
        }))
    }

    async fn create_operating_system(
        &self,
        request: Request<v1::CreateOperatingSystemRequest>,
    ) -> Result<Response<v1::CreateOperatingSystemResponse>, Status> {
        let (caller, new) = self.inbound.change::<_, NewOperatingSystem>(request)?;
        let operating_system = self.catalog.create_operating_system(&caller, new).await?;
        Ok(Response::new(v1::CreateOperatingSystemResponse {
            operating_system: Some(wire_operating_system(operating_system, Viewer::of(&caller))),
        }))
    }

    async fn update_operating_system(
        &self,
        request: Request<v1::UpdateOperatingSystemRequest>,
    ) -> Result<Response<v1::UpdateOperatingSystemResponse>, Status> {
        let (caller, input) = self
            .inbound
            .change::<_, Update<OperatingSystemId, OperatingSystemPatch>>(request)?;
        let operating_system = self
            .catalog
            .update_operating_system(&caller, input.id, input.patch, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::UpdateOperatingSystemResponse {
            operating_system: Some(wire_operating_system(operating_system, Viewer::of(&caller))),
        }))
    }

    async fn delete_operating_system(
        &self,
        request: Request<v1::DeleteOperatingSystemRequest>,
    ) -> Result<Response<v1::DeleteOperatingSystemResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Guarded<OperatingSystemId>>(request)?;
        self.catalog
            .delete_operating_system(&caller, input.id, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::DeleteOperatingSystemResponse {}))
    }

    async fn list_templates(
        &self,
        request: Request<v1::ListTemplatesRequest>,
    ) -> Result<Response<v1::ListTemplatesResponse>, Status> {
        let (_, TemplatesOf(hypervisor), listing) = self.inbound.list(request)?;
        let all = self.catalog.list_templates(hypervisor.as_deref()).await?;
        let page = listing.part(all);
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListTemplatesResponse {
            templates: page.map(wire_template).items,
            next_page_token,
        }))
    }

    async fn list_hypervisors(
        &self,
        request: Request<v1::ListHypervisorsRequest>,
    ) -> Result<Response<v1::ListHypervisorsResponse>, Status> {
        let (_, Nothing, listing) = self.inbound.list(request)?;
        let page = listing.part(self.catalog.list_hypervisors().await);
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListHypervisorsResponse {
            hypervisors: page.map(wire_hypervisor).items,
            next_page_token,
        }))
    }

    async fn check_hypervisor(
        &self,
        request: Request<v1::CheckHypervisorRequest>,
    ) -> Result<Response<v1::CheckHypervisorResponse>, Status> {
        let (_, HypervisorName(name)) = ask(request)?;
        let findings = self.catalog.check_hypervisor(&name).await?;
        Ok(Response::new(v1::CheckHypervisorResponse {
            findings: findings.into_iter().map(wire_finding).collect(),
        }))
    }

    async fn get_hypervisor_report(
        &self,
        request: Request<v1::GetHypervisorReportRequest>,
    ) -> Result<Response<v1::GetHypervisorReportResponse>, Status> {
        let (_, HypervisorName(name)) = ask(request)?;
        let report = self.catalog.hypervisor_report(&name).await?;
        Ok(Response::new(v1::GetHypervisorReportResponse {
            report: Some(wire_sweep_report(report)),
        }))
    }

    async fn list_ip_pools(
        &self,
        request: Request<v1::ListIpPoolsRequest>,
    ) -> Result<Response<v1::ListIpPoolsResponse>, Status> {
        let (_, Nothing, listing) = self.inbound.list(request)?;
        let page = self.catalog.list_ip_pools(listing.page).await?;
        let next_page_token = listing.next(&page);
        Ok(Response::new(v1::ListIpPoolsResponse {
            ip_pools: page.map(wire_ip_pool).items,
            next_page_token,
        }))
    }

    async fn get_ip_pool(
        &self,
        request: Request<v1::GetIpPoolRequest>,
    ) -> Result<Response<v1::GetIpPoolResponse>, Status> {
        let (_, id) = ask::<_, IpPoolId>(request)?;
        let ip_pool = self.catalog.get_ip_pool(id).await?;
        Ok(Response::new(v1::GetIpPoolResponse {
            ip_pool: Some(wire_ip_pool(ip_pool)),
        }))
    }

    async fn create_ip_pool(
        &self,
        request: Request<v1::CreateIpPoolRequest>,
    ) -> Result<Response<v1::CreateIpPoolResponse>, Status> {
        let (caller, new) = self.inbound.change::<_, NewIpPool>(request)?;
        let ip_pool = self.catalog.create_ip_pool(&caller, new).await?;
        Ok(Response::new(v1::CreateIpPoolResponse {
            ip_pool: Some(wire_ip_pool(ip_pool)),
        }))
    }

    async fn update_ip_pool(
        &self,
        request: Request<v1::UpdateIpPoolRequest>,
    ) -> Result<Response<v1::UpdateIpPoolResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Update<IpPoolId, IpPoolPatch>>(request)?;
        let ip_pool = self
            .catalog
            .update_ip_pool(&caller, input.id, input.patch, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::UpdateIpPoolResponse {
            ip_pool: Some(wire_ip_pool(ip_pool)),
        }))
    }

    async fn delete_ip_pool(
        &self,
        request: Request<v1::DeleteIpPoolRequest>,
    ) -> Result<Response<v1::DeleteIpPoolResponse>, Status> {
        let (caller, input) = self.inbound.change::<_, Guarded<IpPoolId>>(request)?;
        self.catalog
            .delete_ip_pool(&caller, input.id, input.etag.as_deref())
            .await?;
        Ok(Response::new(v1::DeleteIpPoolResponse {}))
    }
}
