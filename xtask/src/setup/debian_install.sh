# Installs the Debian packages named as arguments. Their services are neither started now nor at the next boot.
set -eu
export DEBIAN_FRONTEND=noninteractive

policy=/usr/sbin/policy-rc.d
cluster_settings=/etc/postgresql-common/createcluster.conf
marker='# Written by `cargo xtask setup` while it installs packages. If it is still there afterwards, delete it.'

restore() {
    if grep -qsF "$marker" "$policy"; then rm -f "$policy"; fi
    if [ -e "$cluster_settings.before-ates" ]; then mv -f "$cluster_settings.before-ates" "$cluster_settings"; fi
}
trap restore EXIT
trap 'exit 130' INT TERM HUP

# Package lists may be old or missing: then the first attempt fails, and the second one has fresh ones.
install() {
    apt-get install --yes --quiet=2 -o Dpkg::Use-Pty=0 --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" && return
    apt-get update --quiet=2 || true
    apt-get install --yes --quiet=2 -o Dpkg::Use-Pty=0 --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
}

is_installed() {
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# 101 means "not allowed": the package's installation then goes on without starting anything. An administrator's own policy stays.
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\n%s\nexit 101\n' "$marker" > "$policy"
    chmod 755 "$policy"
fi

had_redis=no
if is_installed redis-server; then had_redis=yes; fi

# Installing PostgreSQL also creates a database cluster that starts at every boot, unless this setting says no.
case " $* " in
    *" postgresql "*)
        is_installed postgresql-common || install postgresql-common
        if ! grep -qs '^ *create_main_cluster' "$cluster_settings"; then
            cp -p "$cluster_settings" "$cluster_settings.before-ates"
            echo 'create_main_cluster = false' >> "$cluster_settings"
        fi
        ;;
esac

install "$@"

if [ "$had_redis" = no ] && is_installed redis-server && command -v systemctl > /dev/null; then
    systemctl disable redis-server.service || true
fi
