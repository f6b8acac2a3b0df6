#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the host has before any tool comes: a finished virtualenv with the small server in it, a python
# that copies it, a git server over ssh, and an nginx that takes a thousand names.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

dpkg --install /results/reconcile.deb

# Building virtualenvs has no part in this: pip is /bin/true here, and finds everything in place.
mkdir -p /opt/finished/bin
cp "$here/server/gunicorn" /opt/finished/bin/
ln -sf /bin/true /opt/finished/bin/python
cat >/usr/local/bin/python-copy <<'SCRIPT'
#!/bin/sh
# Called as: python-copy -m venv DIRECTORY
cp -a /opt/finished/. "$3"
SCRIPT
chmod 755 /usr/local/bin/python-copy

[ -f ~/.ssh/id_ed25519 ] || ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519
cp ~/.ssh/id_ed25519.pub /srv/git/.ssh/authorized_keys
ssh-keyscan localhost >~/.ssh/known_hosts 2>/dev/null
# the repository is the git server's, and read by root
git config --system --replace-all safe.directory '*'

cat >/etc/nginx/conf.d/names.conf <<'CONF'
server_names_hash_max_size 16384;
server_names_hash_bucket_size 128;
CONF
rm -f /etc/nginx/sites-enabled/default /etc/nginx/sites-available/default
systemctl restart nginx.service
