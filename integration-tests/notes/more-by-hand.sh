#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# More apps on the server of by-hand.sh, as people add them later, with the mistakes that they make:
# a misspelt socket, a secret in a unit, a virtualenv inside the code, no list of requirements.
set -e
mkdir -p /usr/share/nginx/about
printf 'from flask import Flask\napp = Flask(__name__)\n@app.route("/")\ndef about(): return "about us"\n' \
  > /usr/share/nginx/about/main.py
printf 'flask\n' > /usr/share/nginx/about/requirements.txt
python3 -m venv /opt/py_envs/about
/opt/py_envs/about/bin/pip install -q flask gunicorn
systemctl enable --now gunicorn@about
cat > /etc/nginx/sites-enabled/about <<'N'
server {
    listen 80;
    server_name about.test;
    location / { include proxy_params; proxy_pass http://unix:/run/about_gunicorn.sock; }
}
N

B=flask_blog
mkdir -p /usr/share/nginx/$B
cat > /usr/share/nginx/$B/main.py <<'P'
from flask import Flask

app = Flask(__name__)

@app.route("/")
def blog():
    return "a blog"
P
printf 'flask\ngunicorn\n' > /usr/share/nginx/$B/requirements.txt
python3 -m venv /opt/py_envs/$B
/opt/py_envs/$B/bin/pip install -q -r /usr/share/nginx/$B/requirements.txt
systemctl enable gunicorn@$B
systemctl start gunicorn@$B
cat > /etc/nginx/sites-available/blog <<'N'
server {
    listen 80;
    server_name blog.test;
    location / {
        proxy_pass http://unix:/var/run/flask_blgo_gunicorn.sock;
    }
}
N
ln -s /etc/nginx/sites-available/blog /etc/nginx/sites-enabled/blog

mkdir -p /srv/shop/shop
cat > /srv/shop/shop/__init__.py <<'P'
import os
from flask import Flask

application = Flask(__name__)

@application.route("/items")
def items():
    return os.environ["SHOP_MODE"] + " " + str(len(os.environ["SHOP_SECRET"]))
P
printf '#!/bin/sh\necho backup\n' > /srv/shop/backup.sh
chmod 755 /srv/shop/backup.sh
python3 -m venv /srv/shop/venv
/srv/shop/venv/bin/pip install -q flask gunicorn
cat > /etc/systemd/system/shop.service <<'U'
[Unit]
Description=The shop
this line is no setting

[Service]
WorkingDirectory=/srv/shop
Environment="SHOP_MODE=live on %H" SHOP_SECRET=s3cr3t\x21
ExecStart=/srv/shop/venv/bin/gunicorn -w 3 --bind=unix:/run/shop.sock \
    --timeout 45 --access-logfile /var/log/shop.log shop:application
MemoryMax=1G
LimitNOFILE=4096

[Install]
WantedBy=multi-user.target
U
systemctl daemon-reload
systemctl enable --now shop.service
cat > /etc/nginx/sites-available/shop <<'N'
upstream shop {
    server unix:/run/shop.sock fail_timeout=0;
}

# the shop, and its old name
server {
    listen 80;
    listen [::]:80;
    server_name shop.test;

    location ~ \.php$ { return 404; }
    location / {
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_read_timeout 60s;
        proxy_pass http://shop;
    }
}

server {
    listen 80;
    server_name old-shop.test;
    return 301 http://shop.test$request_uri;
}
N
ln -s /etc/nginx/sites-available/shop /etc/nginx/sites-enabled/shop
mkdir -p /var/www/plain
echo plain > /var/www/plain/index.html
cat > /etc/nginx/conf.d/plain.conf <<'N'
server { listen 80; server_name plain.test; root /var/www/plain; }
N
cat > /etc/systemd/system/report.service <<'U'
[Service]
Type=oneshot
ExecStart=/bin/true
U
systemctl daemon-reload
nginx -t -q
systemctl reload nginx
