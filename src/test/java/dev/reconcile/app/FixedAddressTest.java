// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.systemd.CommandWords;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses in the commands of servers, as people write them. */
final class FixedAddressTest {
  @ParameterizedTest
  @CsvSource({
    "uvicorn --port 8000 main:app, --port 8000",
    "uvicorn main:app --host 127.0.0.1 --port=8000, --port=8000",
    "uvicorn --uds /tmp/app.sock main:app, --uds /tmp/app.sock",
    "hypercorn -b 127.0.0.1:8000 main:app, -b 127.0.0.1:8000",
    "hypercorn --bind '[::]:8000' main:app, --bind [::]:8000",
    "hypercorn --bind unix:/run/app.sock main:app, --bind unix:/run/app.sock",
    "daphne -p 8001 main:app, -p 8001",
    "daphne -u /run/app.sock main:app, -u /run/app.sock",
    "daphne -e tcp:port=8000:interface=127.0.0.1 main:app, -e tcp:port=8000:interface=127.0.0.1",
    "waitress-serve --listen=*:8080 main:app, --listen=*:8080",
    "waitress-serve --unix-socket=/run/app.sock main:app, --unix-socket=/run/app.sock",
    "python manage.py runserver 0.0.0.0:8000, 0.0.0.0:8000",
    "python manage.py runserver 8000, runserver 8000",
    "python -m http.server 8000, http.server 8000",
    "php -S localhost:8000, -S localhost:8000",
    "next start -p 3000, -p 3000",
    "env PORT=3000 node server.js, PORT=3000",
    "/usr/bin/env -S PORT=3000 node server.js, PORT=3000",
    "env SOCKET=/tmp/app.sock node server.js, SOCKET=/tmp/app.sock",
    "sh -c 'PORT=3000 exec node server.js', PORT=3000",
    "sh -c 'export PORT=3000; node server.js', PORT=3000",
    "bash -ec 'cd app && exec uvicorn --port 8000 main:app', --port 8000",
    "env A=1 /bin/sh -e -c 'exec uvicorn --port=8000 main:app', --port=8000",
  })
  void isFound(String command, String fixed) {
    assertThat(FixedAddress.in(CommandWords.ofShell(command))).contains(fixed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "uvicorn --fd 3 main:app",
        "uvicorn --port {port} main:app",
        "hypercorn --bind fd://3 --workers 4 main:app",
        "hypercorn --bind unix:{socket} main:app",
        "waitress-serve --unix-socket={socket} --threads=80 main:app",
        "waitress-serve --listen=127.0.0.1:{port} main:app",
        "node server.js --redis localhost:6379 --statsd-host=localhost:8125",
        "uwsgi --fd 3 -p 4 --harakiri 300",
        "node 8000",
        "8000",
        "env PORT={port} node server.js",
        "env PORT=4 node server.js",
        "sh -c 'exec node server.js --port {port}'",
        "env NODE_ENV=production node server.js",
        "daphne --fd 3 -t 600 main:app",
      })
  void isNotFound(String command) {
    assertThat(FixedAddress.in(CommandWords.ofShell(command))).isEmpty();
  }
}
