#!/usr/bin/env bash
# End what up.sh started in DIR, by process id, and remove its link.
set -uo pipefail
dir=$(realpath "$1") link=/etc/slurm/slurm.conf
if [ "$(readlink "$link")" != "$dir/slurm.conf" ]; then echo "no Slurm of $dir is running"; exit 0; fi
timeout 10 scancel --partition=main
for file in "$dir"/slurmd.pid "$dir"/slurmctld.pid "$dir"/munge/pid; do
    pid=$(cat "$file" 2>/dev/null) || continue
    kill "$pid" 2>/dev/null
    for _ in $(seq 50); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.2
    done
    kill -9 "$pid" 2>/dev/null
done
rm "$link"
