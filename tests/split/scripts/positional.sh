set -- one two ## both shared
touch "/opt/$1" ## run arguments
touch /opt/zero ## cached static
