# Made by reconcile from apps/@NAME@.yaml: change it there, it is written over here.
server {
    listen 80;
    server_name @SERVER_NAME@;
    client_max_body_size @MAX_BODY@;

    location / {
        proxy_set_header Host $host;
        proxy_set_header X-Real-IP $remote_addr;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_pass http://unix:/run/@NAME@_gunicorn.sock;
    }
}
