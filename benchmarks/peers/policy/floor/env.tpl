# Made by reconcile from apps/@NAME@.yaml: change it there, it is written over here.
GUNICORN_APP="main:app"
GUNICORN_CMD_ARGS="--workers @WORKERS@ --bind unix:/run/@NAME@_gunicorn.sock --access-logfile /var/log/gunicorn/@NAME@/access.log --error-logfile /var/log/gunicorn/@NAME@/error.log"
