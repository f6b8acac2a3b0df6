# The shared units and folders, and every app behind nginx.
class gunicorn (Hash[String, Hash] $apps) {
  file { ['/etc/gunicorn', '/opt/py_envs', '/var/log/gunicorn']:
    ensure => directory, owner => 'root', group => 'root', mode => '0755',
  }
  file {
    default: ensure => file, owner => 'root', group => 'root', mode => '0644', notify => Exec['daemon-reload'];
    '/etc/systemd/system/gunicorn.target':   source => 'puppet:///modules/gunicorn/gunicorn.target';
    '/etc/systemd/system/gunicorn@.service': source => 'puppet:///modules/gunicorn/gunicorn@.service';
    '/etc/systemd/system/gunicorn@.socket':  source => 'puppet:///modules/gunicorn/gunicorn@.socket';
  }
  file { '/etc/logrotate.d/gunicorn':
    ensure => file, owner => 'root', group => 'root', mode => '0644', source => 'puppet:///modules/gunicorn/logrotate',
  }
  exec { 'daemon-reload': command => '/usr/bin/systemctl daemon-reload', refreshonly => true }
  exec { 'nginx-reload':
    command => '/usr/sbin/nginx -t && /usr/bin/systemctl reload nginx.service', provider => shell, refreshonly => true,
    require => Service['nginx.service'],
  }
  service { 'nginx.service': ensure => running, enable => true }
  service { 'gunicorn.target': ensure => running, enable => true, require => Exec['daemon-reload'] }
  $apps.each |$name, $settings| { gunicorn::app { $name: * => $settings } }
}
