set -- one two ## run for-run
touch "/opt/$1" ## run arguments
touch /opt/zero ## run follows-write 2
