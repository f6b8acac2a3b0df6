"""A clock that counts who asks: FastAPI under uvicorn's worker, with SQLite."""

import sqlite3
from datetime import datetime, timezone

from fastapi import FastAPI

DATABASE = "data/clock.sqlite"
app = FastAPI()


def connect():
    return sqlite3.connect(DATABASE, timeout=20)


def migrate():
    with connect() as database:
        database.execute("CREATE TABLE IF NOT EXISTS visit (at TEXT NOT NULL)")


@app.get("/")
def now():
    with connect() as database:
        count = database.execute("SELECT count(*) FROM visit").fetchone()[0]
    return {"time": datetime.now(timezone.utc).isoformat(), "visits": count}


@app.post("/visits")
def visit():
    with connect() as database:
        database.execute("INSERT INTO visit (at) VALUES (?)", (datetime.now().isoformat(),))
    return {"counted": True}


if __name__ == "__main__":
    migrate()
