# shellcheck shell=bash disable=SC2016
# Functions for scripts that need a Debian with nothing on it. To be sourced; it
# takes root. The mirror, its keys and the proxy are the machine's own: they are
# read from its apt configuration when a script runs and stand in no file here.

need_debootstrap() {
    command -v debootstrap >/dev/null && return
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q debootstrap
}

# debian_mirror prints where the machine gets Debian from.
debian_mirror() {
    local uri
    uri=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 == "Debian" && !seen++ { print $2 }')
    if [ -z "$uri" ]; then
        echo "apt knows of no Debian archive here: run apt-get update, or see /etc/apt" >&2
        return 1
    fi
    echo "${uri%/}"
}

# make_root ROOT SUITE [PACKAGE...] makes a minimal Debian in the directory ROOT
# and gives it the machine's sources, for its own suite, proxy and resolver.
make_root() {
    local root=$1 suite=$2 mirror machine file
    shift 2
    need_debootstrap
    mirror=$(debian_mirror)
    machine=$(. /etc/os-release && echo "$VERSION_CODENAME")
    debootstrap --variant=minbase ${1:+--include="$(IFS=, && echo "$*")"} "$suite" "$root" "$mirror"
    rm -f "$root/etc/apt/sources.list"
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
        # Other archives' keys are not there.
        if [ -f "$file" ] && grep -qF "$mirror" "$file"; then
            sed "s/\b$machine\b/$suite/g" "$file" >"$root$file"
        fi
    done
    apt-config dump | { grep -iE '^acquire::[^ ]*proxy' || true; } >"$root/etc/apt/apt.conf.d/90machine"
    cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
    # What an image has not, either. Programs must not find more than there.
    rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/archives/*.deb
}

# in_root ROOT USER COMMAND... runs a command in ROOT, with /proc, and with the
# directories in the array binds ("FROM:TO") there for reading. Mounts and
# processes are in namespaces that end with the command: nothing is left over,
# and nothing of the machine is below ROOT when that is removed.
binds=()
in_root() {
    local root=$1 user=$2 bind
    shift 2
    for bind in "${binds[@]}"; do
        mkdir -p "$root${bind#*:}"
    done
    unshare --mount --pid --fork --kill-child --propagation private \
        bash -euc '
            root=$1 user=$2 n=$3
            shift 3
            mount -t proc proc "$root/proc"
            for ((; n > 0; n--)); do
                mount --bind "${1%%:*}" "$root${1#*:}"
                mount -o remount,bind,ro "$root${1#*:}"
                shift
            done
            chroot --userspec="$user" "$root" "$@"' \
        in_root "$root" "$user" "${#binds[@]}" "${binds[@]}" "$@"
}
