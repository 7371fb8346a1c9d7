mkdir -p /opt ## cached static
echo 'log "in $CONF"; touch "$CONF/seen"' > /opt/lib.sh ## cached static
CONF=/opt/conf ## both shared
log() { echo "$*" >> /opt/log; } ## both shared
mkdir "$CONF" ## cached static
log made ## cached static
umask 077 ## both shared
touch /opt/mine ## cached static
cd /opt/conf ## both shared
touch here ## cached static
. /opt/lib.sh ## run unknown-source
