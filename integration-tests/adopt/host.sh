# SPDX-License-Identifier: Apache-2.0
# Functions for the setups, on the host.
make_base() { # once
  git config --global user.name t; git config --global user.email t@example.net
  for u in deploy ubuntu django; do useradd --create-home --shell /bin/bash $u; chmod 755 /home/$u; done
  useradd --system --no-create-home webapp
  python3 - <<'END'
import zipfile
# stand-ins: what a real server has installed can be listed and installed again without a network
STUBS = {"Django": ("4.2.7", {}),
  "celery": ("5.3.4", {"celery_stub.py": "import time\ndef main(): time.sleep(9999)\n"}), "fastapi": ("0.104.1", {}),
  "python_dotenv": ("1.0.0", {}),
  "uvicorn": ("0.24.0", {"uvicorn/__init__.py": "", "uvicorn/workers.py":
    "from gunicorn.workers.sync import SyncWorker\nclass UvicornWorker(SyncWorker): pass\n"})}
for name, (version, files) in STUBS.items():
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(f"/srv/wheels/{name}-{version}-py3-none-any.whl", "w") as z:
        files = dict(files or {name.lower() + "_stub.py": ""})
        files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n"
        files[f"{info}/WHEEL"] = "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        if name == "celery":
            files[f"{info}/entry_points.txt"] = "[console_scripts]\ncelery = celery_stub:main\n"
        files[f"{info}/RECORD"] = "".join(f"{f},,\n" for f in list(files)) + f"{info}/RECORD,,\n"
        for f, text in files.items():
            z.writestr(f, text)
END
  python3 -m venv /srv/tmpl; /srv/tmpl/bin/pip install -q Flask gunicorn
  mkdir -p /etc/letsencrypt/live/any /etc/cron.d
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=example.test -addext "subjectAltName=DNS:example.test" \
    -keyout /etc/letsencrypt/live/any/privkey.pem -out /etc/letsencrypt/live/any/fullchain.pem 2>/dev/null
  cp /etc/letsencrypt/live/any/fullchain.pem /etc/letsencrypt/live/any/chain.pem
  printf 'ssl_session_cache shared:le_nginx_SSL:10m;\nssl_session_timeout 1440m;\nssl_session_tickets off;\nssl_protocols TLSv1.2 TLSv1.3;\nssl_prefer_server_ciphers off;\n' >/etc/letsencrypt/options-ssl-nginx.conf
  openssl dhparam -dsaparam -out /etc/letsencrypt/ssl-dhparams.pem 2048 2>/dev/null
}
stub() { # FILE [CALLABLE]: an app that says what it is asked and what it is run with
  mkdir -p "$(dirname "$1")"
  cat >"$1" <<'END'
import grp, os, pwd

def APP(environ, start_response):
    shown = sorted(k for k in environ if k.startswith("HTTP_") and k not in ("HTTP_CONNECTION", "HTTP_ACCEPT", "HTTP_USER_AGENT"))
    lines = ["method=" + environ["REQUEST_METHOD"], "path=" + environ["PATH_INFO"], "query=" + environ.get("QUERY_STRING", ""),
             "scheme=" + environ["wsgi.url_scheme"], "proto=" + environ.get("SERVER_PROTOCOL", "")]
    lines += [k + "=" + environ[k] for k in shown]
    lines += ["user=" + pwd.getpwuid(os.getuid()).pw_name, "group=" + grp.getgrgid(os.getgid()).gr_name]
    lines += ["env." + k + "=" + os.environ[k] for k in sorted(os.environ) if k.startswith(("APP_", "DJANGO_", "FLASK_", "MY_")) ]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [("\n".join(lines) + "\n").encode()]

def create_app(*a, **k):
    return APP
END
  sed -i "s/\bAPP\b/${2:-app}/g" "$1"
}
venv() { # DIR [PACKAGE…]: a virtualenv with Flask, gunicorn, and these
  mkdir -p "$(dirname "$1")"; cp -a /srv/tmpl "$1"
  sed -i "1s|.*|#!$1/bin/python3|" "$1/bin/gunicorn" "$1/bin/pip" "$1/bin/flask"
  if [ $# -gt 1 ]; then "$1/bin/python3" -m pip install -q "${@:2}"; fi
}
cert() { for d in "$@"; do ln -sfn any "/etc/letsencrypt/live/$d"; done; }
site() { rm -f /etc/nginx/sites-enabled/default; for s in "$@"; do ln -sf "/etc/nginx/sites-available/$s" "/etc/nginx/sites-enabled/$s"; done; }
static() { mkdir -p "$1"; echo "static of $1" >"$1/a.css"; }
up() { systemctl daemon-reload; systemctl enable -q --now "$@"; }
