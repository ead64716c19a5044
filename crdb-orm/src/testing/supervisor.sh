# Runs one throw-away database server for the process that started this script, and takes it away again.
#
# Arguments: the server's own folder, `postgresql` or `cockroach`, the folder of its programs, and a TCP port
# (empty: a unix socket in the folder for PostgreSQL, a port of its own choice for CockroachDB).
#
# Standard input is a pipe whose other end only the parent holds. It closes when the parent ends, in whatever
# way: a normal end, a panic, Ctrl-C, SIGTERM, SIGKILL. Nothing has to run in the parent for the clean-up.
#
# The parent is told by files in the folder: `ready`, or `failed` with the reason. The server writes to `log`.

folder=$1 kind=$2 programs=$3 port=$4

# The server is the only job in the background, so `$!` is its pid from the moment it exists. It is a child of
# this shell: its pid cannot belong to anything else before the shell has waited for it.
finish() {
    trap '' INT TERM HUP
    if [ -n "$!" ]; then
        kill -s "$stop_signal" "$!" 2>/dev/null
        patience=250
        while [ "$patience" -gt 0 ] && kill -0 "$!" 2>/dev/null; do
            sleep 0.02
            patience=$((patience - 1))
        done
        [ "$patience" -gt 0 ] || kill -s KILL "$!" 2>/dev/null
        wait "$!" 2>/dev/null
    fi
    cd /
    # A process of the server that is just ending may still write a file while the folder goes.
    for _ in 1 2 3 4 5; do
        rm -rf -- "$folder" && break
        sleep 0.2
    done
    exit 0
}

wait_for_the_parent() {
    while read -r _; do :; done
}

fail() {
    echo "$1" >failed.tmp && mv failed.tmp failed
    wait_for_the_parent
    finish
}

ready() {
    if [ "$kind" = postgresql ]; then
        case $(sed -n 8p data/postmaster.pid 2>/dev/null) in ready*) true ;; *) false ;; esac
    else
        [ -s listening-url ]
    fi
}

umask 077
cd "$folder" || exit 1
export HOME="$folder" TZ=UTC LC_ALL=C

# The last resort where the system has it: a server whose supervisor was killed with SIGKILL is stopped by the kernel.
guard=
if [ "$kind" = postgresql ]; then stop_signal=QUIT; else stop_signal=TERM; fi
if setpriv --pdeathsig "$stop_signal" true 2>/dev/null; then guard="setpriv --pdeathsig $stop_signal"; fi

trap finish INT TERM HUP

if [ "$kind" = postgresql ]; then
    "$programs/initdb" --no-sync --locale=C --encoding=UTF8 -A trust -U postgres -D data >log 2>&1 </dev/null ||
        fail "initdb failed"
    # The superuser needs no password; a role that a test creates needs its own, so that a wrong one can be tried.
    printf '%s\n' 'local all postgres trust' 'local all all scram-sha-256' \
        'host all postgres 127.0.0.1/32 trust' 'host all all 127.0.0.1/32 scram-sha-256' >data/pg_hba.conf
    # CockroachDB sees a deadlock at once; PostgreSQL would wait a second before it looks.
    set -- -c "unix_socket_directories=\"$folder\"" -c unix_socket_permissions=0700 -c "listen_addresses=${port:+127.0.0.1}" \
        -p "${port:-5432}" -c max_connections=200 -c deadlock_timeout=20ms -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
        -c wal_level=minimal -c max_wal_senders=0 -c jit=off -c password_encryption=scram-sha-256 \
        -c timezone=UTC -c log_timezone=UTC -c dynamic_shared_memory_type=mmap -c logging_collector=off
    $guard "$programs/postgres" -D "$folder/data" "$@" >>log 2>&1 </dev/null &
else
    export COCKROACH_SKIP_ENABLING_DIAGNOSTIC_REPORTING=true
    $guard "$programs/cockroach" start-single-node --insecure --store=type=mem,size=1GiB \
        --listen-addr="127.0.0.1:${port:-0}" --http-addr=127.0.0.1:0 --listening-url-file="$folder/listening-url" \
        >log 2>&1 </dev/null &
fi

patience=3000
until ready; do
    kill -0 "$!" 2>/dev/null || fail "the server ended while it started"
    [ "$patience" -gt 0 ] || fail "the server was not ready after a minute"
    sleep 0.02
    patience=$((patience - 1))
done
echo "$!" >server.pid
: >ready

wait_for_the_parent
finish
