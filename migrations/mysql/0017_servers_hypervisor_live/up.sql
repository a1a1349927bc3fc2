-- A sweep reads the live servers of its hypervisor page by page: in the order of this index, nothing is sorted.
ALTER TABLE servers
    ADD KEY servers_hypervisor_live (hypervisor, live_id),
    DROP KEY servers_hypervisor;
