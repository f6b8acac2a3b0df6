import os
import sys

from flask import Flask

app = Flask(__name__)


@app.route("/")
def hello_world():
    return "<p>Hello, World!</p>"


if __name__ == "__main__":
    port = int(os.getenv("PORT") or 9000)
    if len(sys.argv) == 1 or sys.argv[1] == "runserver":
        app.run(host="127.0.0.1", port=port, debug=True)
