mkdir -p /opt/a /opt/b ## cached static
cd /opt/a ## both shared
touch z ## cached static
pushd /opt/b > /dev/null ## both shared
touch y ## cached static
cd /srv ## both shared
touch w ## cached static
cd - ## run for-run
popd > /dev/null ## run for-run
