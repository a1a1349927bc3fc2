ALTER TABLE servers
    ADD KEY servers_hypervisor (hypervisor, id),
    DROP KEY servers_hypervisor_live;
