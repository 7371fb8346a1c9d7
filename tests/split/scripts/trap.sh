touch /opt/first ## cached static
trap 'touch /srv/left' EXIT ## run trap
touch /opt/second ## run follows-state 2
