import os

from flask import Flask

app = Flask(__name__)


@app.route("/")
def hello():
    return f"<p>Hello from {os.environ.get('GREETER', 'reconcile')}!</p>\n"
