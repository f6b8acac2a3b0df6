import multiprocessing

bind = ['unix:/run/desk/desk.sock', '127.0.0.1:8301']
workers = multiprocessing.cpu_count() + 1
user = 'deploy'
group = 'www-data'
accesslog = '/var/log/desk/access.log'
errorlog = '/var/log/desk/error.log'
timeout = 77
raw_env = ['APP_FROM_CONFIG=1']
