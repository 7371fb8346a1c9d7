touch /opt/first ## cached static
exec > /srv/log ## run redirects
echo "written to the log" ## run follows-state 2
