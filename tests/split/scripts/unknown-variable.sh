mkdir -p "/opt/${FLAVOUR:-plain}" ## run unknown-variable
echo "$HOME $USER_SHELL" > /srv/x ## run unknown-variable
echo "$HOME" > /etc/home ## cached static
