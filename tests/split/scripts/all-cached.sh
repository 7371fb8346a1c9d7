#!/bin/bash
set -e ## cached for-cached
touch /opt/a ## cached static
