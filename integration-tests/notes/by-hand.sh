#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A server made by hand: a page of notes, typed command by command. What reconcile must be able to
# take over: gunicorn runs as root and binds its own socket in /var/run, the site is named after the
# domain and not after the app.
set -e
A=flask_labstoo
mkdir -p /usr/share/nginx/$A/static /var/www/$A
cat > /usr/share/nginx/$A/main.py <<'P'
from flask import Flask

app = Flask(__name__)

@app.route("/")
def hello_world():
    return "<p>Hello, World!</p>"
P
python3 -m venv /opt/py_envs/$A
/opt/py_envs/$A/bin/pip install -q flask gunicorn
cat > /etc/systemd/system/gunicorn.target <<'U'
[Unit]
Description=Gunicorn

[Install]
WantedBy=multi-user.target
U
cat > /etc/systemd/system/gunicorn@.service <<'U'
[Unit]
Description=gunicorn daemon
After=network.target
PartOf=gunicorn.target
# Since systemd 235 reloading target can pass through
ReloadPropagatedFrom=gunicorn.target


[Service]
User=root
Group=root
ExecStart=/opt/py_envs/%i/bin/gunicorn --workers 2 --bind unix:/var/run/%i_gunicorn.sock  --chdir /usr/share/nginx/%i  main:app

[Install]
WantedBy=gunicorn.target
U
systemctl daemon-reload
systemctl start gunicorn.target
systemctl enable  gunicorn@flask_labstoo
systemctl start gunicorn@flask_labstoo
mkdir -p /etc/letsencrypt/live/labstoo.com; cd /etc/letsencrypt/live/labstoo.com; openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=labstoo.com -addext subjectAltName=DNS:labstoo.com -keyout privkey.pem -out fullchain.pem 2>/dev/null
cat > /etc/nginx/conf.d/post_log.conf <<'N'
log_format post_log '$remote_addr - $remote_user [$time_local] "$request" $status $request_body';
N
cat > /etc/nginx/sites-available/labstoo <<'N'
server {
    listen 80;
    server_name labstoo.com;
    return 302 https://labstoo.co$request_uri;
}

server {

    listen 443 ssl http2;
    ssl_certificate /etc/letsencrypt/live/labstoo.com/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/labstoo.com/privkey.pem;

    server_name labstoo.com;
    client_max_body_size 100M;
    keepalive_timeout  0;

    # GET, POSST, PUT, DELETE, PATCH 만 가능
    if ($request_method !~ ^(GET|POST|PUT|DELETE|PATCH)$ ) {
        return 444;
   }


    root /var/www/flask_labstoo/;
    access_log /var/log/nginx/flask_labstoo_access.log;
    access_log /var/log/nginx/flask_labstoo_request.log   post_log;
    error_log /var/log/nginx/flask_labstoo_error.log;

    location /static/ {
        alias /usr/share/nginx/flask_labstoo/static/;
    }

    location /{
        include proxy_params;
        proxy_pass http://unix:/var/run/flask_labstoo_gunicorn.sock;
    }

}
N
ln -s /etc/nginx/sites-available/labstoo /etc/nginx/sites-enabled/labstoo
systemctl restart nginx
mkdir -p /etc/reconcile/secrets/flask_labstoo; echo s3cret > /etc/reconcile/secrets/flask_labstoo/SECRET_KEY
