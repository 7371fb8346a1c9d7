git clone --depth 1 https://example.com/project.git /opt/project ## cached fetches
git config --global user.name Dev ## cached static
git -C /opt/project pull ## run newest
pip install requests ## run follows-write 3
