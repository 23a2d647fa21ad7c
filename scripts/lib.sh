# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck shell=bash
# What the scripts of this folder share. Sourced, never run; whoever sources it has set -euo pipefail.

export LC_ALL=C.UTF-8
SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CORES=$(nproc 2>/dev/null || echo 2)

# What building takes, what the tests take besides, and what only the static checks and only fuzzing take.
BUILD_PACKAGES=(gcc libc6-dev cmake ninja-build pkg-config libglib2.0-dev libgnutls28-dev libcurl4-gnutls-dev
    libsqlite3-dev libmicrohttpd-dev libjansson-dev libcmark-dev libidn2-dev libunistring-dev libgpgme-dev gnupg gpgsm
    libgmime-3.0-dev libxml2-dev libetpan-dev)
TEST_PACKAGES=(libcmocka-dev python3 tzdata openssl postfix poppler-utils universal-ctags systemd gpgv sqv rnp
    dovecot-imapd)
CHECK_PACKAGES=(clang-tidy cppcheck)
FUZZ_PACKAGES=(clang libclang-rt-dev)

say() { printf '%s\n' "$*"; }
die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# The packages among "$@" that are not installed, one a line.
missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s\n' "$package"
    done
}

# Runs "$@" with no service started by a package's installation: what we install is for tests and started by them.
without_services() {
    local policy=/usr/sbin/policy-rc.d status=0
    if [ -e "$policy" ]; then
        "$@" || status=$?
    else
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        "$@" || status=$?
        rm -f "$policy"
    fi
    return "$status"
}

# Installs those of the packages "$@" that are not there yet; asks nothing, removes nothing.
need_packages() {
    local missing log
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || die "this machine has no apt-get; install by its own means: ${missing[*]}"
    [ "$(id -u)" = 0 ] || die "only root can install packages; run this as root once, or install them yourself:
    apt-get install ${missing[*]}"
    say "Installing ${#missing[@]} packages: ${missing[*]}"
    log=$(mktemp)
    export DEBIAN_FRONTEND=noninteractive
    # Postfix is a peer for tests, with a configuration of their own; the machine's mail stays as it is.
    if [[ " ${missing[*]} " == *" postfix "* ]] && command -v debconf-set-selections >/dev/null; then
        echo "postfix postfix/main_mailer_type select No configuration" | debconf-set-selections
    fi
    apt-get -q -o DPkg::Lock::Timeout=300 update </dev/null >"$log" 2>&1 ||
        say "The lists of packages could not be renewed; trying with those that are here."
    if ! without_services apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 --no-install-recommends \
        --no-remove install "${missing[@]}" </dev/null >>"$log" 2>&1; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        die "the packages could not be installed (above: what apt-get said); install them by hand and run this again"
    fi
    rm -f "$log"
}

# need_servers FOLDER: mail servers that cannot be installed beside Postfix, unpacked into FOLDER/root with nothing of
# them installed but the libraries. The tests that want them say so when they are not there.
SERVER_PACKAGES=(exim4-daemon-light opensmtpd)
need_servers() {
    local folder=$1 deb libraries=()
    [ ! -e "$folder/complete" ] || return 0
    command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 0
    rm -rf "$folder"
    mkdir -p "$folder/debs" "$folder/root"
    if ! (cd "$folder/debs" && apt-get -q -o APT::Sandbox::User=root download "${SERVER_PACKAGES[@]}" </dev/null \
        >"$folder/log" 2>&1); then
        say "Exim and OpenSMTPD could not be fetched; their tests will be skipped (why: $folder/log)."
        return 0
    fi
    for deb in "$folder"/debs/*.deb; do
        dpkg -x "$deb" "$folder/root"
        mapfile -t -O "${#libraries[@]}" libraries < <(dpkg-deb -f "$deb" Depends | tr ',' '\n' |
            sed -n 's/^ *\(lib[a-z0-9.+-]*\).*/\1/p')
    done
    need_packages "${libraries[@]}"
    # Nothing of it shall run with rights that its caller has not.
    find "$folder/root" -perm /6000 -exec chmod a-s {} +
    touch "$folder/complete"
}

# configure_and_build FOLDER [CMAKE OPTION]...: says little when all is well, everything when not.
configure_and_build() {
    local folder=$1 launcher=() log
    shift
    command -v ccache >/dev/null && launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache)
    mkdir -p "$folder"
    log=$folder/build.log
    cmake -S "$SOURCE" -B "$folder" -G Ninja "${launcher[@]}" "$@" </dev/null >"$log" 2>&1 || {
        tail -n 40 "$log" >&2
        die "cmake could not configure ${folder#"$SOURCE"/} (above: its last lines; all of them in $log)"
    }
    ninja -C "$folder" -j "$CORES" </dev/null >>"$log" 2>&1 || {
        grep -nE -A6 'error:|FAILED|undefined reference' "$log" | head -n 60 >&2
        die "the build failed (above: the first errors; all in $log)"
    }
}

# Ends what still runs from FOLDER; true when there was nothing. Our own programs alone, by their ids.
ended_strays() {
    local folder=$1 link exe clean=0
    for link in /proc/[0-9]*/exe; do
        exe=$(readlink "$link" 2>/dev/null) || continue
        case "$exe" in
        "$folder"/*)
            local pid=${link#/proc/}
            pid=${pid%/exe}
            say "still running: $exe (process $pid); ended"
            kill "$pid" 2>/dev/null || true
            clean=1
            ;;
        esac
    done
    return "$clean"
}
