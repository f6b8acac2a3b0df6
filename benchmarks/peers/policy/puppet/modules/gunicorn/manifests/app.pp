define gunicorn::app (String $server_name, String $max_body, Integer $workers) {
  $vars = { name => $name, server_name => $server_name, max_body => $max_body, workers => $workers }
  file { "/var/log/gunicorn/${name}":
    ensure => directory, owner => 'www-data', group => 'www-data', mode => '0750',
  }
  exec { "venv-${name}":
    command => "/usr/bin/ln -s /opt/finished /opt/py_envs/${name}", creates => "/opt/py_envs/${name}/bin/gunicorn",
    require => File['/opt/py_envs'],
  }
  file { "/etc/gunicorn/${name}.env":
    ensure => file, owner => 'root', group => 'root', mode => '0640', content => epp('gunicorn/env.epp', $vars),
    notify => Service["gunicorn@${name}.service"],
  }
  file { "/etc/nginx/sites-available/${name}":
    ensure => file, owner => 'root', group => 'root', mode => '0644', content => epp('gunicorn/site.epp', $vars),
    notify => Exec['nginx-reload'],
  }
  file { "/etc/nginx/sites-enabled/${name}":
    ensure => link, target => "/etc/nginx/sites-available/${name}", notify => Exec['nginx-reload'],
  }
  service { "gunicorn@${name}.service":
    ensure  => running, enable => true,
    require => [Exec['daemon-reload', "venv-${name}"], File["/var/log/gunicorn/${name}"]],
  }
}
