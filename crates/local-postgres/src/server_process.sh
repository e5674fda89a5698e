# Becomes the server, and leaves behind a watcher that reads the pipe from the owner. A line means that all
# is well and its work is done; the end of the file means that the owner is gone, even by kill -9, and then
# the watcher stops the server and removes what was temporary.
#
# usage: sh -c SCRIPT name DATA PASSING-DIRECTORY-OR-"" ANOTHER-OR-"" POSTGRES ARGUMENTS...
data=$1 passing=$2 passing_too=$3; shift 3
exec 3<&0
# Forked twice: the server must not have a child which it did not start.
( (
    cd / && exec </dev/null >/dev/null 2>&1
    trap '' HUP INT TERM
    read -r line <&3 && exit 0
    # The number may be another process's by now: ask postmaster.pid, and /proc where there is one.
    for attempt in 1 2 3; do
        if read -r pid <"$data/postmaster.pid" && [ "$pid" = "$$" ]; then
            case $(readlink "/proc/$$/cwd") in
                "$data" | "") kill -INT "$$" ;;
            esac
            break
        fi
        sleep 1
    done
    attempt=0
    while [ -e "$data/postmaster.pid" ] && [ "$attempt" -lt 100 ]; do
        sleep 0.1
        attempt=$((attempt + 1))
    done
    for directory in "$passing" "$passing_too"; do
        [ -z "$directory" ] || rm -rf -- "$directory"
    done
) & )
exec "$@" </dev/null 3<&-
