# Makes the folder of throw-away servers, and removes it with them when the process that wanted it is gone, however it ended.
#
# $1: the folder; $2: its mode. Standard output: `made`, or why it could not be made. Standard input: a pipe that only the owner writes
# to; it tells `starting` and `started`, and the end of the pipe is the end of the owner.
trap '' HUP INT TERM PIPE
folder=$1

# Made here and not by the owner: who is killed in between would leave a folder that nobody removes.
reason=$(mkdir -m "$2" -- "$folder" 2>&1) || { echo "$reason"; exit 1; }
echo made
exec >/dev/null
state=started
while read -r line; do state=$line; done

# An owner that ended while a server was starting leaves one that has not written its pid file yet: look for it for 3 seconds more.
least=1
[ "$state" = starting ] && least=60

# end <data folder of the server> <its pid file> <signal>: a number alone may belong to another program by now.
end() {
    pid=$(head -n 1 "$2") || return
    tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF -e "$1" || return
    alive=yes
    kill -s "$3" "$pid"
}

round=0
signal=QUIT
while [ "$round" -lt 200 ]; do
    round=$((round + 1))
    alive=no
    [ "$round" -gt 100 ] && signal=KILL
    end "$folder/data/postgres" "$folder/data/postgres/postmaster.pid" "$signal"
    end "$folder/data/redis" "$folder/data/redis/redis.pid" KILL
    [ "$alive" = no ] && [ "$round" -ge "$least" ] && break
    sleep 0.05
done

# The second attempt is for a folder into which somebody still wrote during the first.
rm -rf -- "$folder" || { sleep 1; rm -rf -- "$folder"; }
