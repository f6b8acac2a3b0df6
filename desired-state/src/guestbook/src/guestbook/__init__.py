"""A guest book: Flask with SQLite, as a package with its database in the instance folder."""

import os
import sqlite3

from flask import Flask, current_app, g, request


def create_app():
    app = Flask(__name__)
    app.config["DATABASE"] = os.path.join(app.instance_path, "guestbook.sqlite")
    app.teardown_appcontext(close)
    app.cli.command("init-db")(init_db)
    app.add_url_rule("/", view_func=entries)
    app.add_url_rule("/sign", view_func=sign, methods=["POST"])
    return app


def database():
    if "database" not in g:
        g.database = sqlite3.connect(current_app.config["DATABASE"], timeout=20)
        g.database.execute("PRAGMA journal_mode = WAL")
    return g.database


def close(_error):
    opened = g.pop("database", None)
    if opened is not None:
        opened.close()


def init_db():
    """Creates the tables that are missing."""
    with current_app.open_resource("schema.sql") as schema:
        database().executescript(schema.read().decode())


def entries():
    rows = database().execute("SELECT name FROM entry ORDER BY id").fetchall()
    return "".join(f"{row[0]}\n" for row in rows) or "nobody yet\n"


def sign():
    database().execute("INSERT INTO entry (name) VALUES (?)", (request.form["name"],))
    database().commit()
    return "thank you\n"
