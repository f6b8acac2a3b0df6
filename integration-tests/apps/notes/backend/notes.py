"""Notes: Flask with SQLAlchemy and Alembic, in a subfolder of its repository."""

import os

from flask import Flask, request
from sqlalchemy import Column, Integer, Text, create_engine
from sqlalchemy.orm import Session, declarative_base

engine = create_engine(os.environ["DATABASE_URL"], connect_args={"timeout": 20})
Base = declarative_base()
app = Flask(__name__)


class Note(Base):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)
    text = Column(Text)


@app.get("/")
def notes():
    with Session(engine) as session:
        return "".join(f"{note.text}\n" for note in session.query(Note).order_by(Note.id)) or "none\n"


@app.post("/")
def add():
    with Session(engine) as session:
        session.add(Note(text=request.form["text"]))
        session.commit()
    return "kept\n"
