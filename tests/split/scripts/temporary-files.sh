curl -fsSL -o /tmp/tool https://example.com/tool ## cached fetches
mv /tmp/tool /usr/local/bin/tool ## cached static
[ -e /tmp/given ] && touch /opt/given ## run temporary-file
touch /opt/fixed ## cached static
