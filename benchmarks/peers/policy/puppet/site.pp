class { 'gunicorn': apps => lookup('apps', Hash) }
