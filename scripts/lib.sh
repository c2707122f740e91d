# shellcheck shell=bash
# What the scripts beside this file share; they source it. Messages go to stderr, as the scripts' results may be read.
# Each answers --help with the comment that it begins with.

export LC_ALL=C.UTF-8

# shellcheck disable=SC2034 # all of these are for the scripts
{
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/jetson-core
  # The suite that all packages come from, whatever the machine runs.
  suite=bookworm

  # For the program: .NET links it with a C compiler.
  program_packages=(gcc libc6-dev)
  # For its packages, and to compile it across.
  packaging_packages=(bash-completion binutils debhelper dpkg-dev xz-utils)
  arm64_packages=(binutils-aarch64-linux-gnu gcc-aarch64-linux-gnu libc6-dev-arm64-cross)
  # For the image: U-Boot's cross build, apt's downloads, the stand-ins.
  image_packages=(apt debian-archive-keyring bc binutils bison cpio dpkg-dev flex gcc gcc-aarch64-linux-gnu git kmod
    jq libc6-dev-arm64-cross libssl-dev liblzma5 libzstd1 make python3-dev squashfs-tools swig xxd xz-utils)
  # For the system for development: snapd's cross build, which is of Go alone.
  dev_packages=(golang-dbus-dev golang-github-boltdb-bolt-dev golang-github-coreos-go-systemd-dev
    golang-github-gorilla-mux-dev golang-github-jessevdk-go-flags-dev golang-github-juju-ratelimit-dev
    golang-github-mvo5-goconfigparser-dev golang-github-snapcore-snapd-dev golang-go golang-golang-x-crypto-dev
    golang-golang-x-xerrors-dev golang-gopkg-macaroon.v1-dev golang-gopkg-mgo.v2-dev golang-gopkg-retry.v1-dev
    golang-gopkg-tomb.v2-dev golang-gopkg-yaml.v2-dev golang-gopkg-yaml.v3-dev)
  # For the tests: the real tools that judge what we write, and QEMU to boot it.
  test_packages=("${dev_packages[@]}"
    acl android-sdk-libsparse-utils bash-completion bmap-tools btrfs-progs busybox chromium cpio device-tree-compiler
    diffoscope-minimal dosfstools dracut-core e2fsprogs erofs-utils exfatprogs f2fs-tools fdisk fish gdisk
    golang-gopkg-check.v1-dev gpg gpgconf groff initramfs-tools-core jq kmod lbzip2 libarchive-tools libubootenv-tool
    libxml2-utils lintian lz4 lzop mandoc memtest86+ mtools neovim nginx-light openssl pbzip2 python3-jsonschema
    python3-yaml qemu-system-arm qemu-utils shellcheck snapd squashfs-tools strace tmux u-boot-qemu u-boot-tools
    xfsprogs xorriso xz-utils zsh zstd)
}

for argument; do
  if [ "$argument" = --help ]; then
    sed -n '1d; /^#/!q; s/^# \{0,1\}//p' "$0"
    exit
  fi
done
unset argument

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }

# die MESSAGE [HINT]
die() {
  say "cannot go on: $1"
  [ $# -lt 2 ] || printf '  hint: %s\n' "$2" >&2
  exit 3
}

# need_packages PACKAGE…: installs those that are missing; asks for no rights when none is.
need_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local as_root=()
  if [ "$(id -u)" != 0 ]; then
    may_sudo || die "these Debian packages are missing: ${missing[*]}" "as root: apt-get install ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o Dpkg::Use-Pty=0)
  logged apt "apt-get cannot update its lists" "${apt[@]}" update
  logged apt "apt-get cannot install ${missing[*]}" "${apt[@]}" install -y --no-install-recommends "${missing[@]}"
}

# Is there a sudo that asks for nothing, or a person to ask?
may_sudo() { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; }

need_dotnet() {
  command -v dotnet >/dev/null || die "there is no dotnet" "install the .NET 10 SDK: https://dot.net/download"
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
}

# logged NAME MESSAGE COMMAND…: runs a command or function with its output in a log; ends with MESSAGE if it fails.
# To be called as a statement of its own: in a condition, bash would not stop at the function's first failure.
logged() {
  local log=$cache/log/$1.log message=$2 status
  mkdir -p "$cache/log"
  set +e
  (set -e; "${@:3}") >"$log" 2>&1
  status=$?
  set -e
  [ $status = 0 ] || die "$message" "see $log"
}

# step TITLE COMMAND…: says what was done and how long it took.
step() {
  local start=$SECONDS
  "${@:2}"
  say "$(printf '%-32s %4d s' "$1" $((SECONDS - start)))"
}

# once NAME KEY COMMAND…: runs a command that makes NAME in the folder $work, unless it is there for the same KEY.
# shellcheck disable=SC2154 # the caller's
once() {
  local name=$1 key=$2
  [ "$(cat "$work/$name.key" 2>/dev/null)" != "$key" ] || return 0
  rm -rf "${work:?}/$name" "$work/$name.key"
  logged "$name" "$name cannot be made" "${@:3}"
  echo "$key" >"$work/$name.key"
}

# publish PROJECT OUT: compiles a project to machine code, with exactly the packages of its lock file.
publish() {
  local target=(-r linux-x64)
  [ "${3:-}" != arm64 ] || target=(-r linux-arm64 -p:CppCompilerAndLinker=aarch64-linux-gnu-gcc
    -p:ObjCopyName=aarch64-linux-gnu-objcopy)
  dotnet restore "$1" --locked-mode
  dotnet publish "$1" --no-restore -c Release "${target[@]}" -o "$2" -p:DebugType=none -nologo -v quiet
}

# use_one_time: the time that files in results get, where nobody has said it: that of the checkout's last commit.
use_one_time() {
  [ -n "${SOURCE_DATE_EPOCH:-}" ] || SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct 2>/dev/null) ||
    SOURCE_DATE_EPOCH=$(stat -c %Y "$root/scripts/build-tx1") # no git: an unpacked archive
  export SOURCE_DATE_EPOCH
}

# digest: the first 16 digits of the SHA-256 of stdin, as a name for what follows from it.
digest() { sha256sum | cut -c 1-16; }

# scratch: makes a folder that goes away with the script, in $scratch. Not in /tmp, which may be small or in memory.
scratch() {
  mkdir -p "$cache/tmp"
  scratch=$(mktemp -d "$cache/tmp/${0##*/}.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
}

# input KEY [PATTERN]: the path of a file that scripts/inputs has fetched.
input() {
  local path
  path=$(sed -n "s|^$1 ||p" "$cache/inputs/index" | grep -m 1 "${2:-}") || die "scripts/inputs has no \"$1\""
  echo "$cache/inputs/$path"
}
