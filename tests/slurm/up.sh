#!/usr/bin/env bash
# A Slurm of one node, on loopback, whose files are all in DIR but for the link /etc/slurm/slurm.conf:
#     tests/slurm/up.sh DIR      and at the end      tests/slurm/down.sh DIR
# Needs root and Debian's slurm-wlm and munge, neither systemd nor cgroups.
set -euo pipefail
mkdir -p "$1"/{state,spool,munge} /etc/slurm
dir=$(realpath "$1") host=$(hostname -s)
link=/etc/slurm/slurm.conf # job steps look nowhere else
if [ -e "$link" ] || [ -L "$link" ]; then echo "$link is there already: another Slurm?"; exit 1; fi

chmod 755 "$dir/munge"
mungekey --create --keyfile "$dir/munge/key"
munged --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" --pid-file="$dir/munge/pid" \
    --seed-file="$dir/munge/seed" --log-file="$dir/munge/log"

cat >"$dir/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=1,batch_sched_delay=0
ReturnToService=2
KillWait=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(awk '/MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
ln -s "$dir/slurm.conf" "$link"
slurmctld
slurmd

for _ in $(seq 60); do
    if [ "$(sinfo --noheader --format=%t 2>/dev/null)" = idle ]; then exit 0; fi
    sleep 1
done
echo "Slurm does not come up within a minute:"
tail -n 20 "$dir"/slurm*.log
exit 1
