touch /opt/first ## cached static
. /usr/local/lib/settings.sh ## run unknown-source
echo "$SETTING" > /opt/setting ## run follows-unknown 2
