touch /opt/first ## cached static
exec 3> /srv/log ## run redirects
echo "written to the log" >&3 ## run follows-state 2
