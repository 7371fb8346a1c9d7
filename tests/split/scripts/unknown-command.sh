touch /opt/first ## cached static
make-something /opt/made ## run unknown-command
touch /opt/second ## run follows-unknown 2
