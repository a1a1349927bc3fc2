"""Faults that fakepve lacks: tasks that end badly, are killed or take as long as a test wants, answers that get lost, and figures.

    {"doom": {"type": "vzstart", "vmid": 10001, "exit": "got timeout", "times": 1}}
        the next tasks of this type, on any container without "vmid", end with this exit status and do nothing; as the real ones do,
        a creation that fails removes what it made. The exit status "unexpected status" is a worker that was killed: what it had
        begun stays, lock and all. With "done": true they have done all they should.
    {"hold": "vzcreate"}      tasks of this type wait, once begun, until {"hold": null}
    {"lose": {"method": "POST", "path": "/status/start", "status": 596, "times": 1}}
        the call is carried out and answered with this status and an empty body; without a status the connection is closed
    {"hang": {"method": "POST", "path": "/status/start", "times": 1}}
        the call is not carried out, and never answered
    {"list": {"vmid": 10001, "as": {"cpu": "NaN"}, "without": ["mem"], "hidden": false}}
        from now on the container is listed with these fields, without those, or not at all; {"list": {"vmid": 10001}} ends it
"""

import asyncio

from aiohttp import web
from fakepve import FakePve
from fakepve.model import TaskError

KILLED = "unexpected status"
# The lock that a worker of this type holds while it is at it.
LOCKS = {"vzsnapshot": "snapshot", "vzdelsnapshot": "snapshot-delete", "vzrollback": "rollback", "vzdestroy": "destroyed"}


class TroubledPve(FakePve):
    """fakepve and its faults."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.dooms = []
        self.losses = []
        self.hangs = []
        self.listed = {}
        self.held = None
        self.let_go = asyncio.Event()

    def order_doom(self, doom):
        self.dooms.append({"vmid": None, "times": 1, "done": False, **doom})

    def order_hold(self, kind):
        self.held = kind
        self.let_go.set()
        self.let_go = asyncio.Event()

    def order_lose(self, loss):
        self.losses.append({"status": None, "times": 1, **loss})

    def order_hang(self, hang):
        self.hangs.append({"times": 1, **hang})

    def order_list(self, rule):
        self.listed[rule["vmid"]] = {"as": {}, "without": [], "hidden": False, **rule}

    def ct_resources(self, user, kind=None):
        rows = []
        for row in super().ct_resources(user, kind):
            rule = self.listed.get(row["vmid"])
            if rule is None:
                rows.append(row)
            elif not rule["hidden"]:
                shown = {**row, **rule["as"]}
                rows.append({key: value for key, value in shown.items() if key not in rule["without"]})
        return rows

    async def task(self, node, ttype, tid, user, body, vm=None, lock=True, log=()):
        doom = take(self.dooms, lambda doom: doom["type"] == ttype and doom["vmid"] in (None, int(tid or 0)))

        async def troubled():
            if self.held == ttype:
                await self.let_go.wait()
            if doom is None:
                return await body()
            if doom["done"]:
                await body()
            elif doom["exit"] == KILLED:
                if vm is not None and ttype in LOCKS:
                    vm.lock = LOCKS[ttype]
            elif ttype == "vzcreate":
                self._drop(vm)
            raise TaskError(doom["exit"])

        upid = await super().task(node, ttype, tid, user, troubled, vm=vm, lock=lock, log=log)
        # The real one lists the newest first, those of the same second too.
        self.tasklog.sort(key=lambda task: -task["pid"])
        return upid

    async def _answer(self, request, handler, generic, path_node):
        def matches(rule):
            return rule["method"] == request.method and request.path.endswith(rule["path"])

        if take(self.hangs, matches):
            await asyncio.Event().wait()
        answer = await super()._answer(request, handler, generic, path_node)
        loss = take(self.losses, matches)
        if loss is None:
            return answer
        if loss["status"] is None:
            request.transport.close()
            raise ConnectionResetError("the answer is lost")
        return web.Response(status=loss["status"], reason="Connection timed out")


def take(rules, matches):
    """The first rule that matches; it is gone after as many times as it says."""
    for rule in rules:
        if matches(rule):
            rule["times"] -= 1
            if rule["times"] <= 0:
                rules.remove(rule)
            return rule
    return None
