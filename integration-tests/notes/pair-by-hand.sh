#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A server made by hand with one project in two services, as the tutorials of Celery have it: the
# site and the worker share a folder and a virtualenv. The worker takes its jobs from a folder.
set -e
useradd --system --home-dir /srv/shop deploy
mkdir -p /srv/shop/shop /srv/shop/jobs
echo 'VERSION = "first"' > /srv/shop/shop/__init__.py
cat > /srv/shop/shop/wsgi.py <<'P'
import os
from shop import VERSION


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{VERSION} {os.environ['SHOP_MODE']}\n".encode()]
P
cat > /srv/shop/shop/worker.py <<'P'
import os, signal, sys, time
from shop import VERSION

ended = []
signal.signal(signal.SIGTERM, lambda *_: ended.append(True))
while not ended:
    for job in [name for name in os.listdir("jobs") if name.endswith(".new")]:
        mine = f"jobs/{job[:-4]}.{os.getpid()}"
        try:
            os.rename("jobs/" + job, mine)
        except FileNotFoundError:
            continue
        what = [VERSION, os.environ["SHOP_MODE"], os.environ["QUEUE"], *sys.argv[1:]]
        with open(mine + ".tmp", "w") as file:
            file.write(" ".join(what) + "\n")
        os.rename(mine + ".tmp", f"jobs/{job[:-4]}.done")
        os.remove(mine)
    time.sleep(0.1)
P
echo gunicorn > /srv/shop/requirements.txt
cp -a /srv/quick /srv/shop/venv
find /srv/shop/venv/bin /srv/shop/venv/pyvenv.cfg -type f -exec sed -i 's|/srv/quick|/srv/shop/venv|g' {} +
chown -R deploy:www-data /srv/shop
echo 'SHOP_MODE=live' > /etc/shop.env
cat > /etc/systemd/system/gunicorn.service <<'U'
[Unit]
Description=gunicorn of the shop
After=network.target

[Service]
User=deploy
Group=www-data
WorkingDirectory=/srv/shop
EnvironmentFile=/etc/shop.env
ExecStart=/srv/shop/venv/bin/gunicorn --workers 2 --bind 127.0.0.1:8000 shop.wsgi:application

[Install]
WantedBy=multi-user.target
U
cat > /etc/systemd/system/celery.service <<'U'
[Unit]
Description=worker of the shop
After=network.target

[Service]
User=deploy
Group=www-data
WorkingDirectory=/srv/shop
EnvironmentFile=/etc/shop.env
Environment=QUEUE=mail
ExecStart=/srv/shop/venv/bin/python -m shop.worker --queue mail -l info
Restart=always
TimeoutStopSec=45

[Install]
WantedBy=multi-user.target
U
systemctl daemon-reload
systemctl enable --now gunicorn celery
cat > /etc/nginx/sites-enabled/shop <<'N'
server {
    listen 80;
    server_name shop.test;
    location / {
        proxy_set_header Host $host;
        proxy_pass http://127.0.0.1:8000;
    }
}
N
nginx -t -q
systemctl reload nginx
