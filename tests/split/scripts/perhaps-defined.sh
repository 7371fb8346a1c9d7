log() { echo "$*" >> /opt/log; } ## both shared
log start ## cached static
if [ -e /opt/quiet ]; then log() { :; }; fi ## run changed-later 5
(log() { exit 3; }) ## cached static
find /opt -name log -exec chmod 600 {} \; ## run follows-read 3
log "task $TASK_ID" ## run unknown-source
