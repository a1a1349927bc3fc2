"""fill.py DATABASE COUNT: copies the one server in a SQLite database until there are COUNT more, as no hypervisor could make them."""

import sqlite3
import sys

COPY = """
with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ?)
insert into servers (id, owner_id, name, live_name, state, state_reason, tariff_id, operating_system_id, cpu_millicores,
                     memory_bytes, disk_bytes, price_minor, currency, ip_pool_id, create_time, update_time, generation)
select randomblob(16), owner_id, 'bench-' || n, 'bench-' || n, case n % 3 when 0 then 'stopped' else 'running' end, '', tariff_id,
       operating_system_id, cpu_millicores, memory_bytes, disk_bytes, price_minor, currency, ip_pool_id,
       create_time - n * 1000000, update_time, 1
from numbers, (select * from servers limit 1)
"""

database, count = sys.argv[1:]
with sqlite3.connect(database, timeout=30) as connection:
    connection.execute(COPY, (int(count),))
