"""A server's life through a client that Python generated from the contract.

Arguments: the server's address (host:port), the folder of the .proto files, an e-mail address and,
for the mail-free sign-in, nothing else: the password is read from standard input. Ends with 0 and
`life cycle done` when every step did what it should.
"""

import importlib
import sys
import tempfile
import uuid
from pathlib import Path

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from grpc_tools import protoc

PACKAGE = "hostler/v1"


def generate(protos: Path, out: Path) -> None:
    files = sorted(str(path) for path in (protos / PACKAGE).glob("*.proto"))
    include = Path(protoc.__file__).parent / "_proto"
    arguments = ["protoc", f"-I{protos}", f"-I{include}", f"--python_out={out}", f"--grpc_python_out={out}", *files]
    if protoc.main(arguments) != 0:
        sys.exit("the contract does not generate")
    sys.path.insert(0, str(out))


def module(name: str):
    return importlib.import_module(f"hostler.v1.{name}")


class Life:
    def __init__(self, channel: grpc.Channel) -> None:
        self.channel = channel
        self.metadata: list[tuple[str, str]] = []

    def stub(self, noun: str):
        grpc_module = module(f"{noun}_pb2_grpc")
        return getattr(grpc_module, f"{noun.capitalize()}Stub")(self.channel)

    def call(self, noun: str, method: str, **fields):
        request = getattr(module(f"{noun}_pb2"), f"{method}Request")(**fields)
        return getattr(self.stub(noun), method)(request, metadata=self.metadata, timeout=30)

    def sign_in(self, email: str, password: str) -> None:
        answer = self.call("auth", "SignIn", email=email, password=password, device_name="python")
        self.metadata = [("authorization", f"Bearer {answer.tokens.access_token}")]

    def finish(self, answer) -> None:
        """Waits for the operation of an answer; it must succeed."""
        operations = module("operations_pb2")
        last = answer.operation
        for update in self.call("operations", "WatchOperation", operation_id=last.id):
            last = update.operation
        if last.state != operations.OPERATION_STATE_SUCCEEDED:
            sys.exit(f"{last.kind} did not succeed: {last}")

    def state(self, server_id: str) -> str:
        servers = module("servers_pb2")
        server = self.call("servers", "GetServer", server_id=server_id).server
        return servers.ServerState.Name(server.state)


def expect(found: str, wanted: str) -> None:
    if found != wanted:
        sys.exit(f"expected {wanted}, found {found}")


def bad_fields(life: Life) -> list[str]:
    try:
        life.call("servers", "CreateServer", name="Not A Name", tariff_id="x", operating_system_id="y")
    except grpc.RpcError as error:
        status = rpc_status.from_call(error)
        for detail in status.details:
            if detail.Is(error_details_pb2.BadRequest.DESCRIPTOR):
                bad = error_details_pb2.BadRequest()
                detail.Unpack(bad)
                return sorted(violation.field for violation in bad.field_violations)
    return []


def main() -> None:
    address, protos, email = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    password = sys.stdin.readline().rstrip("\n")
    with tempfile.TemporaryDirectory() as out:
        generate(protos, Path(out))
        with grpc.insecure_channel(address) as channel:
            live(Life(channel), email, password)
    print("life cycle done")


def live(life: Life, email: str, password: str) -> None:
    life.sign_in(email, password)
    expect(str(bad_fields(life)), str(["name", "operating_system_id", "tariff_id"]))
    tariff = life.call("catalog", "ListTariffs").tariffs[0]
    system = life.call("catalog", "ListOperatingSystems").operating_systems[0]
    name = f"py-{uuid.uuid4().hex[:8]}"
    made = life.call(
        "servers",
        "CreateServer",
        name=name,
        tariff_id=tariff.id,
        operating_system_id=system.id,
        request_id=str(uuid.uuid4()),
    )
    if len(made.root_password) < 16:
        sys.exit("no root password was shown")
    life.finish(made)
    server = made.server.id
    expect(life.state(server), "SERVER_STATE_RUNNING")
    taken = life.call("snapshots", "CreateSnapshot", server_id=server, name="before")
    life.finish(taken)
    life.finish(life.call("servers", "ResizeServer", server_id=server, memory_bytes=tariff.memory_bytes * 2))
    life.finish(life.call("snapshots", "RestoreSnapshot", snapshot_id=taken.snapshot.id, start_after=True))
    expect(life.state(server), "SERVER_STATE_RUNNING")
    life.finish(life.call("servers", "StopServer", server_id=server))
    expect(life.state(server), "SERVER_STATE_STOPPED")
    life.finish(life.call("servers", "StartServer", server_id=server))
    life.finish(life.call("servers", "RestartServer", server_id=server))
    life.finish(life.call("servers", "RenameServer", server_id=server, name=f"{name}-2"))
    life.finish(life.call("snapshots", "DeleteSnapshot", snapshot_id=taken.snapshot.id))
    life.finish(life.call("servers", "DeleteServer", server_id=server))
    try:
        life.call("servers", "GetServer", server_id=server)
    except grpc.RpcError as error:
        expect(error.code().name, "NOT_FOUND")
    else:
        expect(life.state(server), "SERVER_STATE_DELETED")


main()
