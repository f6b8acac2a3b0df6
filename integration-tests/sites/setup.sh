#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What the sites need on the host before reconcile is there: one gunicorn that answers at every
# address which the files of nginx name, certificates, static files, bodies for uploads, IPv6.
set -euo pipefail
cd "$(dirname "$0")"
mount -o remount,rw /proc/sys
echo 0 >/proc/sys/net/ipv6/conf/all/disable_ipv6
for size in 2M 5M; do truncate -s "$size" "/srv/$size.bytes"; done
for user in deploy django; do useradd --create-home "$user"; chmod 755 "/home/$user"; done

folder=/home/django/deploy/app
mkdir -p $folder/static/{ico,.well-known} $folder/media /var/www/html/.well-known/acme-challenge
echo css >$folder/static/a.css
echo icon >$folder/static/ico/favicon.ico
echo contact >$folder/static/.well-known/security.txt
echo media >$folder/media/a.css
echo token >/var/www/html/.well-known/acme-challenge/t

grep -ohE '/etc/letsencrypt/live/[^/]*' ./*/original.conf | sort -u | while read -r live; do
  mkdir -p "$live"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
    -subj "/CN=${live##*/}" -addext "subjectAltName=DNS:${live##*/},DNS:www.${live##*/}" \
    -keyout "$live/privkey.pem" -out "$live/fullchain.pem" 2>/dev/null
done
printf 'ssl_session_timeout 1440m;\nssl_protocols TLSv1.2 TLSv1.3;\n' \
  >/etc/letsencrypt/options-ssl-nginx.conf
openssl dhparam -dsaparam -out /etc/letsencrypt/ssl-dhparams.pem 2048 2>/dev/null

addresses=$(grep -ohE 'unix:/[^; ]*|(127\.0\.0\.1|localhost):[0-9]+' ./*/original.conf |
  sed 's|unix:/*|unix:/|; s/localhost/127.0.0.1/' | sort -u)
binds=(--bind 0.0.0.0:5000)
for address in $addresses; do
  case $address in unix:*) mkdir -p "$(dirname "${address#unix:}")" ;; esac
  binds+=(--bind "$address")
done
systemd-run --quiet --unit originals --working-directory "$PWD" \
  /srv/quick/bin/gunicorn --umask 0 --workers 2 "${binds[@]}" main:application

rm -f /etc/nginx/sites-enabled/*
for file in */original.conf; do
  cp "$file" "/etc/nginx/sites-enabled/${file%%/*}"
done
nginx -t
systemctl restart nginx
curl -s -o /dev/null --retry 30 --retry-connrefused --retry-delay 1 http://127.0.0.1:5000/
