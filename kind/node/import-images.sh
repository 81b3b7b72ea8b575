#!/bin/bash
# Imports image archives into the containerd of a node's root file system.
# Usage: import-images.sh ROOT ARCHIVE…
# Runs in a mount and a process namespace of its own: what it mounts and starts ends with it.
set -o errexit -o nounset -o pipefail

root=$1
shift
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"

chroot "$root" containerd >"$root/tmp/containerd.log" 2>&1 &
for _ in $(seq 100); do
  chroot "$root" ctr version >/dev/null 2>&1 && break
  sleep 0.1
done
if ! chroot "$root" ctr version >/dev/null; then
  tail -20 "$root/tmp/containerd.log" >&2
  exit 1
fi
for archive in "$@"; do
  chroot "$root" ctr --namespace=k8s.io images import --all-platforms --no-unpack --digests - <"$archive"
done
# Pinned: kubelet's image collection must not delete what cannot be pulled again.
for image in $(chroot "$root" ctr --namespace=k8s.io images list --quiet); do
  chroot "$root" ctr --namespace=k8s.io images label "$image" \
    io.cri-containerd.image=managed io.cri-containerd.pinned=pinned
done
kill %1
wait %1 || true
