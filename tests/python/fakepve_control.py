"""A fake Proxmox VE API that a test starts, steers and asks.

    fakepve_control.py ['{"time_scale": 0.05, ...}']

The first line of output is JSON: {"url", "ca", "token", "secret"}; `ca` is the PEM certificate that a client must trust. From then
on every line of input is one order (JSON) and gets one line of answer (JSON). The end of the input ends the program, so it cannot
outlive the test that started it.

Settings (the only argument, a JSON object; every key may be left out):
    time_scale         real seconds per Proxmox second; 0 = a task has ended before its request is answered (default 0.05)
    version, release_version      what GET /version says
    nodes              names of nodes beside pve1
    storages           {name: {type, content, avail, ...}} beside local and local-lvm and over the default `fast`
    pools              names of empty pools
    templates          [name or {storage, name, size}] beside the default one

Orders and their answers (null unless said otherwise):
    {"call": "lose_quorum", "args": [], "kw": {}}   a method of FakePve by name; its result
    {"ct": 300, "set": {"lock": "backup"}}          sets attributes of a container; without "set" describes it
    {"cts": true}                                   [{vmid, node, status, lock, name, config, pending, snapshots}]
    {"storage": "fast", "set": {"avail": 0}}        sets options of a storage; without "set" shows it
    {"add_template": ["local", "name.tar.zst", 1000]}         storage, file name, bytes
    {"remove_template": ["local", "name.tar.zst"]}
    {"token": "secret"}                             from now on the token has this secret
    {"doom": {...}}  {"hold": ...}  {"lose": {...}}  {"hang": {...}}  {"list": {...}}      faults that fakepve_faults.py describes
    {"get": "requests"}                             an attribute of FakePve, such as every request seen: [method, path, body]
An order that is wrong or fails is answered {"error": "..."}: a result is never an object with that one key otherwise.
"""

import asyncio
import inspect
import json
import logging
import sys
import tempfile

from fakepve.certs import make_cert
from fakepve_faults import TroubledPve

TOKEN = "cp@pve!api"
SECRET = "00000000-0000-4000-8000-000000000001"
TEMPLATE = {"storage": "local", "name": "debian-13-standard_13.1-1_amd64.tar.zst", "size": 53_808_785}
GIB = 1 << 30

# What a control plane's token is given, and nothing beyond it: a call that needs more must fail in a test, too.
GRANTS = {
    "/vms": [
        "VM.Allocate",
        "VM.Audit",
        "VM.Config.CPU",
        "VM.Config.Disk",
        "VM.Config.Memory",
        "VM.Config.Network",
        "VM.Config.Options",
        "VM.Console",
        "VM.PowerMgmt",
        "VM.Snapshot",
        "VM.Snapshot.Rollback",
    ],
    "/nodes": ["Sys.Audit"],
    "/storage/local": ["Datastore.Audit"],
    "/sdn/zones/localnetwork/vmbr0": ["SDN.Use"],
}


def add_storage(pve, name, options):
    """Adds a storage that can hold root file systems, unless the options say something else."""
    defaults = {"type": "btrfs", "active": 1, "content": "rootdir", "path": f"/{name}", "files": set(), "avail": 50 * GIB}
    pve.storages[name] = {**defaults, **options}
    pve.grant(TOKEN, f"/storage/{name}", "Datastore.AllocateSpace", "Datastore.Audit")


def build(settings):
    """The fake as the settings want it; a key that does not exist is an error."""
    settings = dict(settings)
    pve = TroubledPve(host="127.0.0.1", port=0)
    pve.time_scale = settings.pop("time_scale", 0.05)
    pve.version = settings.pop("version", "9.2.11")
    pve.release_version = settings.pop("release_version", "9.2")
    pve.apitokens[TOKEN] = SECRET
    for path, privileges in GRANTS.items():
        pve.grant(TOKEN, path, *privileges)
    for node in settings.pop("nodes", []):
        pve.add_node(node)
    for name, options in {"fast": {}, **settings.pop("storages", {})}.items():
        add_storage(pve, name, options)
    for pool in settings.pop("pools", []):
        pve.pools[pool] = set()
        pve.grant(TOKEN, f"/pool/{pool}", "Pool.Audit")
    for template in [TEMPLATE, *settings.pop("templates", [])]:
        entry = {"name": template} if isinstance(template, str) else template
        entry = {**TEMPLATE, **entry}
        pve.store_file(entry["storage"], entry["name"], entry["size"], content="vztmpl")
    if settings:
        raise ValueError(f"unknown settings: {', '.join(sorted(settings))}")
    return pve


def describe(ct):
    return {
        "vmid": ct.vmid,
        "node": ct.node,
        "status": ct.status,
        "lock": ct.lock,
        "name": ct.name,
        "config": dict(ct.config),
        "pending": dict(ct.pending),
        "snapshots": list(ct.snapshots),
    }


def order_ct(pve, order):
    ct = pve.ct(order["ct"])
    if ct is None:
        raise LookupError(f"there is no container {order['ct']}")
    if "set" not in order:
        return describe(ct)
    for name, value in order["set"].items():
        if not hasattr(ct, name):
            raise AttributeError(f"a container has no attribute {name!r}")
        setattr(ct, name, value)
    return None


def order_storage(pve, order):
    if order["storage"] not in pve.storages:
        raise LookupError(f"there is no storage {order['storage']!r}")
    storage = pve.storages[order["storage"]]
    if "set" not in order:
        return storage
    storage.update(order["set"])
    return None


async def order_call(pve, order):
    result = getattr(pve, order["call"])(*order.get("args", []), **order.get("kw", {}))
    return await result if inspect.isawaitable(result) else result


def order_add_template(pve, order):
    storage, name, size = order["add_template"]
    pve.store_file(storage, name, size, content="vztmpl")


def order_remove_template(pve, order):
    storage, name = order["remove_template"]
    del pve.storages[storage]["volumes"][f"vztmpl/{name}"]


def order_token(pve, order):
    pve.apitokens[TOKEN] = order["token"]


ORDERS = {
    "call": order_call,
    "ct": order_ct,
    "cts": lambda pve, order: [describe(ct) for ct in pve.cts],
    "storage": order_storage,
    "add_template": order_add_template,
    "remove_template": order_remove_template,
    "token": order_token,
    "doom": lambda pve, order: pve.order_doom(order["doom"]),
    "hold": lambda pve, order: pve.order_hold(order["hold"]),
    "lose": lambda pve, order: pve.order_lose(order["lose"]),
    "hang": lambda pve, order: pve.order_hang(order["hang"]),
    "list": lambda pve, order: pve.order_list(order["list"]),
    "get": lambda pve, order: getattr(pve, order["get"]),
}


async def answer(pve, line):
    """The result of one order, or what was wrong with it: a mistaken test must see an error, not a dead peer."""
    try:
        order = json.loads(line)
        known = [name for name in ORDERS if name in order]
        if len(known) != 1:
            raise ValueError(f"an order has exactly one of: {', '.join(ORDERS)}")
        result = ORDERS[known[0]](pve, order)
        return await result if inspect.isawaitable(result) else result
    except Exception as error:  # whatever it is, the test that gave the order must read it
        return {"error": f"{type(error).__name__}: {error}"}


def plain(value):
    """What JSON lacks: sets become sorted lists, bytes and objects their text."""
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


async def main():
    # Dropped connections are what tests ask for, and no news.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    pve = build(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})
    with tempfile.TemporaryDirectory() as directory:
        cert, key, _ = make_cert(directory, hosts=[pve.host])
        await pve.start(cert, key)
        with open(cert, encoding="ascii") as file:
            ca = file.read()
    print(json.dumps({"url": pve.url, "ca": ca, "token": TOKEN, "secret": SECRET}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await answer(pve, line), default=plain), flush=True)
    await pve.stop()


if __name__ == "__main__":
    asyncio.run(main())
