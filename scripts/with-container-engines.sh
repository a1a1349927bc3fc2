#!/usr/bin/env bash
# with-container-engines.sh CMD [ARG...]: runs CMD beside a Docker Engine, a Podman and a guest of LXC of its own, and says where they are. All live in
# namespaces of their own (mounts, network, cgroups, processes): they touch neither the machine's network nor engines that it has, and end,
# containers and all, with this script. There is no network in them but loopback and their own bridges. Needs root; for others the variables
# are empty, and tests say what they leave out. scripts/install-test-tools.sh must have run.
#
#   HOSTLER_TEST_DOCKER_SOCKET  a Docker Engine with the image box:1, busybox and nothing else
#   HOSTLER_TEST_PODMAN_SOCKET  the service of a Podman with the same
#   HOSTLER_TEST_GUESTS         a process in whose namespaces LXC runs the guest 900100, and the directory that its guests are in
set -euo pipefail

fail() { echo "with-container-engines: $*" >&2; exit 1; }

[ $# -gt 0 ] || fail "usage: with-container-engines.sh CMD [ARG...]"

# The first process of the namespaces: makes them usable, and waits.
if [ "$1" = --init ]; then
  mount --make-rprivate /
  # Anew, since it shows the network namespace that it was mounted in.
  umount --recursive --lazy /sys
  mount -t sysfs sysfs /sys
  if [ "$2" = 2 ]; then
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    # A group with processes in it cannot give controllers to its children.
    mkdir -p /sys/fs/cgroup/init
    while read -r process; do echo "$process" > /sys/fs/cgroup/init/cgroup.procs || true; done < /sys/fs/cgroup/cgroup.procs
  else
    mount -t tmpfs -o mode=755 cgroups /sys/fs/cgroup
    # As the machine has them: those that belong together stay together, and what it does not use stays unused.
    while IFS=: read -r _ controllers _; do
      case $controllers in
        '') mkdir /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified ;;
        name=*) mkdir "/sys/fs/cgroup/${controllers#name=}" && mount -t cgroup -o "none,$controllers" cgroup "/sys/fs/cgroup/${controllers#name=}" ;;
        *) mkdir "/sys/fs/cgroup/$controllers" && mount -t cgroup -o "$controllers" cgroup "/sys/fs/cgroup/$controllers" ;;
      esac
    done < /proc/self/cgroup
  fi
  # Engines leave things in /run.
  mount -t tmpfs -o mode=755 run /run
  ip link set lo up
  echo 1 > /proc/sys/net/ipv4/ip_forward
  exec tini -s -g -- sleep infinity
fi

export HOSTLER_TEST_DOCKER_SOCKET='' HOSTLER_TEST_PODMAN_SOCKET='' HOSTLER_TEST_GUESTS=''
if [ "$(id -u)" -ne 0 ]; then
  echo "with-container-engines: not root, so tests of containers are left out" >&2
  exec "$@"
fi
for program in dockerd docker podman lxc-start tini busybox ip; do
  command -v "$program" > /dev/null || fail "$program is missing: run scripts/install-test-tools.sh first"
done

# The path of a socket may have 107 bytes.
dir=$(mktemp -d /tmp/hostler-engines.XXXXXX)
name=${dir##*/}
lab_pid='' command_pid=''
clean_up() {
  if [ -n "$command_pid" ]; then kill -KILL -- "-$command_pid" 2> /dev/null || true; fi
  if [ -n "$lab_pid" ]; then
    # With the first process of the namespaces all others end.
    kill -KILL "$lab_pid" 2> /dev/null || true
    wait "$lab_pid" 2> /dev/null || true
  fi
  find /sys/fs/cgroup -depth -type d -path "*/$name*" -exec rmdir {} + 2> /dev/null || true
  for _ in $(seq 100); do
    if rm -rf "$dir" 2> /dev/null; then break; fi
    sleep 0.05
  done
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# Background commands get process groups of their own: clean_up decides.
set -m
version=1
if [ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]; then version=2; fi
setpriv --pdeathsig KILL unshare --mount --net --cgroup --pid --ipc --uts --fork --kill-child --mount-proc \
  "$(realpath "$0")" --init "$version" > "$dir/lab.log" 2>&1 < /dev/null &
lab_pid=$!

# wait_for WHAT LOG COMMAND...: until the command succeeds, for 30 seconds at most.
wait_for() {
  local what=$1 log=$2
  shift 2
  for _ in $(seq 600); do
    if "$@" > /dev/null 2>&1; then return; fi
    kill -0 "$lab_pid" 2> /dev/null || break
    sleep 0.05
  done
  cat "$log" >&2
  fail "$what does not start"
}
first() { pgrep --parent "$lab_pid" --exact tini; }
wait_for "the namespaces" "$dir/lab.log" first
inner=$(first)
inside() { exec nsenter --target "$inner" --mount --net --cgroup --pid --ipc --uts -- "$@"; }

# Files are copied and not laid over each other: that works on every file system, and the image is small.
inside dockerd --data-root "$dir/docker" --exec-root "$dir/docker-run" --pidfile "$dir/docker.pid" --host "unix://$dir/docker.sock" \
  --storage-driver vfs --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$name" > "$dir/docker.log" 2>&1 < /dev/null &
inside podman --root "$dir/podman" --runroot "$dir/podman-run" --tmpdir "$dir/podman-tmp" --storage-driver vfs --cgroup-manager cgroupfs \
  --events-backend file --network-backend netavark --runtime runc \
  system service --time 0 "unix://$dir/podman.sock" > "$dir/podman.log" 2>&1 < /dev/null &
# They end with the namespaces, and nobody has to hear of that.
disown %2 %3

mkdir -p "$dir/box"/{bin,etc,proc,sys,dev,tmp,root}
cp "$(command -v busybox)" "$dir/box/bin/busybox"
for applet in $(busybox --list); do
  if [ "$applet" != busybox ]; then ln -sf busybox "$dir/box/bin/$applet"; fi
done
tar --directory "$dir/box" --create --file "$dir/box.tar" .
for engine in docker podman; do
  socket="$dir/$engine.sock"
  wait_for "$engine" "$dir/$engine.log" docker --host "unix://$socket" version
  docker --host "unix://$socket" import --change 'CMD ["/bin/sh"]' "$dir/box.tar" box:1 > "$dir/import.log" 2>&1 ||
    { cat "$dir/import.log" >&2; fail "$engine takes no image"; }
done

# A guest with the programs of this machine and accounts of its own.
guest=$dir/lxc/900100
mkdir -p "$guest"/rootfs/{dev,etc,proc,run,sys,tmp,usr,var}
for link in bin sbin lib lib64; do ln -s "usr/$link" "$guest/rootfs/$link"; done
printf 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/:/bin/sh\n' > "$guest/rootfs/etc/passwd"
printf 'root:x:0:\ndaemon:x:1:\n' > "$guest/rootfs/etc/group"
printf 'root:!:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\n' > "$guest/rootfs/etc/shadow"
chmod 600 "$guest/rootfs/etc/shadow"
cat > "$guest/config" << GUEST
lxc.uts.name = 900100
lxc.rootfs.path = dir:$guest/rootfs
lxc.mount.entry = /usr usr none bind,ro 0 0
lxc.mount.auto = proc:mixed sys:ro
lxc.net.0.type = empty
lxc.apparmor.profile = unconfined
lxc.init.cmd = /usr/bin/tini -- sleep infinity
GUEST
(inside mkdir -p /var/lib/lxc)
(inside mount --bind "$dir/lxc" /var/lib/lxc)
(inside lxc-start --name 900100 --logfile "$dir/lxc.log") < /dev/null || { cat "$dir/lxc.log" >&2; fail "LXC starts no guest"; }

export HOSTLER_TEST_GUESTS="$inner $dir/lxc"
export HOSTLER_TEST_DOCKER_SOCKET="$dir/docker.sock" HOSTLER_TEST_PODMAN_SOCKET="$dir/podman.sock"
"$@" <&0 &
command_pid=$!
status=0
wait "$command_pid" || status=$?
exit "$status"
