// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Apps that other servers than gunicorn serve, asked through nginx all the time: a uvicorn and a
 * hypercorn with the socket of systemd, a waitress with a socket of its own and a Node server with
 * a port.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AnyServerIT {
  private static final List<String> APPS = List.of("uvi", "hyper", "wait", "node");

  private static final String ASGI =
      """
      async def app(scope, receive, send):
          if scope["type"] == "lifespan":
              while True:
                  kind = (await receive())["type"]
                  await send({"type": kind + ".complete"})
                  if kind == "lifespan.shutdown":
                      return
          if scope["type"] == "websocket":
              await receive()
              await send({"type": "websocket.accept"})
              while True:
                  message = await receive()
                  if message["type"] == "websocket.disconnect":
                      return
                  await send({"type": "websocket.send", "text": "VERSION " + message["text"]})
          head = [(b"content-type", b"text/plain")]
          await send({"type": "http.response.start", "status": STATUS, "headers": head})
          await send({"type": "http.response.body", "body": b"VERSION\\n"})
      """;

  private static final String WSGI =
      """
      def app(environ, start_response):
          start_response("STATUS OK", [("Content-Type", "text/plain")])
          return [b"VERSION\\n"]
      """;

  private static final String NODE =
      """
      require("http").createServer((request, response) => {
        response.writeHead(STATUS, {"Content-Type": "text/plain"});
        response.end("VERSION\\n");
      }).listen(process.env.PORT, process.env.HOST);
      """;

  private static final Map<String, String> RUN =
      Map.of(
          "uvi", "{run: 'python3 -m uvicorn --fd 3 main:app'}",
          "hyper", "{run: 'hypercorn --bind fd://3 main:app', bind: fd}",
          "wait", "{run: 'waitress-serve --unix-socket={socket} main:app', bind: socket}",
          "node", "{run: node main.js, bind: port}");

  private static final String TAKER =
      """
      import http.server, socketserver, sys, time

      class Page(http.server.BaseHTTPRequestHandler):
          def do_GET(self):
              self.send_response(200)
              self.end_headers()
              self.wfile.write(b"taken\\n")

      socketserver.TCPServer.allow_reuse_address = True
      while True:
          try:
              socketserver.TCPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()
          except OSError:
              time.sleep(0.001)
      """;

  private static final String WEBSOCKET =
      """
      import asyncio, websockets

      async def talk():
          async with websockets.unix_connect("/run/uvi_gunicorn.sock", "ws://uvi/") as socket:
              await socket.send("hello")
              print(await socket.recv())

      asyncio.run(talk())
      """;

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    Stage.makeQuickPython(host);
    host.run(
        "bash",
        "-ec",
        """
        cd /srv/tools/servers
        for name in python3-{asgiref,click,h11,h2,hpack,hypercorn,hyperframe,pkg-resources} \
          python3-{priority,toml,typing-extensions,uvicorn,waitress,websockets,wsproto} \
          ../npm/{nodejs,libnode108,libuv1,libc-ares2,libicu72} \
          ../npm/node-{acorn,busboy,cjs-module-lexer,undici,xtend}; do
          dpkg-deb --extract "$name"_* /
        done
        """);
    operator.converge(tree("one", 200));
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static DesiredTree tree(String version, int status) {
    Map<String, String> code = new TreeMap<>();
    code.put("src/uvi/main.py", ASGI);
    code.put("src/hyper/main.py", ASGI);
    code.put("src/wait/main.py", WSGI);
    code.put("src/node/main.js", NODE);
    DesiredTree tree = new DesiredTree(Map.of("reconcile.yaml", "version: 1\n"));
    for (Map.Entry<String, String> file : code.entrySet()) {
      String text = file.getValue().replace("VERSION", version).replace("STATUS", "" + status);
      tree = tree.with(file.getKey(), text);
    }
    for (String app : APPS) {
      tree = tree.withRaw("apps/" + app + ".yaml", yaml(app, "web: " + RUN.get(app) + "\n"));
    }
    return tree;
  }

  private static String code(String text, String version) {
    return text.replace("VERSION", version).replace("STATUS", "200");
  }

  private static String yaml(String app, String server) {
    String venv = "venv: {system_packages: true, install: none}\n";
    return "source: {folder: src/%1$s}\nsite: {server_name: %1$s.test}\n".formatted(app)
        + server
        + (app.equals("node") ? "" : venv);
  }

  private static void assertPages(String version) {
    for (String app : APPS) {
      assertThat(operator.page(app)).as(app).isEqualTo(version + "\n");
    }
  }

  private static Result underLoad(DesiredTree tree) {
    operator.push(tree);
    Load.During during = Load.ofAll(host, APPS, operator::apply);
    assertThat(during.load().failed()).as(during.load() + during.result().stdout()).isZero();
    return during.result();
  }

  @Test
  @Order(1)
  void eachIsDeployedAndReachedByNginxAlone() {
    assertPages("one");
    operator.assertConverged();
    assertThat(host.run("python3", "-c", WEBSOCKET)).isEqualTo("one hello\n");
    assertThat(host.exec("test", "-e", "/opt/py_envs/node").ok()).isFalse();
    host.runScript(
        """
        useradd stranger
        socket=/run/gunicorn-wait/web.sock
        test "$(stat -c %G /run/gunicorn-wait)" = www-data
        if su -s /bin/sh stranger -c "curl -s --unix-socket $socket http://localhost/"; then
          exit 1
        fi
        test ! -e /run/wait_gunicorn.sock
        """);
    // the signal would end these servers, or open the debugger of Node
    String show = "systemctl show -P MainPID 'gunicorn@*.service'";
    String pids = host.runScript(show);
    host.runScript(Stage.ROTATE + "sleep 1");
    assertThat(host.runScript(show)).isEqualTo(pids);
    assertThat(host.run("reconcile", "status")).contains("uvi", "node").contains("Healthy");
  }

  @Test
  @Order(2)
  void newCodeLosesNoRequest() {
    succeed(0, underLoad(tree("two", 200)));
    assertPages("two");
    operator.assertConverged();
    assertThat(host.run("sh", "-c", "ls /run/systemd/system")).doesNotContain("reconcile-");
  }

  @Test
  @Order(3)
  void brokenCodeIsQuarantinedAndTheOldOneServes() {
    Result result = succeed(3, underLoad(tree("three", 500)));
    assertThat(result.stdout() + result.stderr()).contains("Health check failed");
    assertPages("two");
  }

  @Test
  @Order(4)
  void itIsRolledBackUnderLoad() {
    succeed(0, underLoad(tree("four", 200)));
    Load.During back = Load.ofAll(host, APPS, () -> host.exec("reconcile", "rollback"));
    succeed(0, back.result());
    assertThat(back.load().failed()).as(back.load().toString()).isZero();
    assertPages("two"); // the run in between failed, so its code is no target
  }

  @Test
  @Order(5)
  void itComesBackByItselfAndAfterABoot() {
    operator.push(tree("two", 200));
    succeed(0, operator.apply());
    host.runScript(
        """
        systemctl kill --signal KILL gunicorn@wait.service gunicorn@node.service
        for app in wait node; do
          for i in $(seq 100); do
            curl -sf -H "Host: $app.test" localhost && break
            sleep 0.2
          done
        done
        """);
    assertPages("two");
    host.reboot();
    assertPages("two");
    operator.assertConverged();
  }

  @Test
  @Order(6)
  void fromOneServerToAnotherAndBack() {
    DesiredTree tree = tree("two", 200);
    DesiredTree gunicorn =
        tree.withRaw("apps/wait.yaml", yaml("wait", "gunicorn: {app: 'main:app'}\n"))
            .withRaw(
                "apps/hyper.yaml",
                yaml(
                    "hyper",
                    "web: {run: 'hypercorn --bind 127.0.0.1:{port} main:app', bind: port}\n"));
    succeed(0, underLoad(gunicorn));
    assertPages("two");
    operator.assertConverged();
    succeed(0, underLoad(tree));
    assertPages("two");
    operator.assertConverged();
  }

  /** The standby instances have ended by then, and the web processes serve. */
  @Thorough
  @Test
  @Order(7)
  void aProcessThatFailsTakesServersBackUnderLoad() {
    DesiredTree tree =
        tree("two", 200)
            .with("src/uvi/main.py", code(ASGI, "bad"))
            .with("src/wait/main.py", code(WSGI, "bad"))
            .with("src/node/main.js", code(NODE, "bad"));
    for (String app : List.of("uvi", "wait", "node")) {
      String server = "web: " + RUN.get(app) + "\nprocesses: {job: sleep 1}\n";
      tree = tree.withRaw("apps/" + app + ".yaml", yaml(app, server));
    }
    Result result = succeed(3, underLoad(tree));
    assertThat(result.stdout() + result.stderr()).contains("Process did not stay up");
    assertPages("two");
    assertThat(host.run("sh", "-c", "ls /run/systemd/system")).doesNotContain("reconcile-");
  }

  /** A program that waits for the moment in which the app does not listen, and then answers 200. */
  @Test
  @Order(8)
  void aProgramThatTakesThePortIsNoProofOfTheApp() {
    String node = yaml("node", "web: " + RUN.get("node") + "\nhealth: {timeout: 3s}\n");
    DesiredTree tree = tree("two", 200).withRaw("apps/node.yaml", node);
    host.write("/var/tmp/take.py", TAKER, "0644");
    host.runScript(
        """
        port=$(sed -n 's/^PORT="\\(.*\\)"/\\1/p' /etc/gunicorn/node.env)
        setsid setpriv --reuid stranger --clear-groups python3 /var/tmp/take.py "$port" \
          >/dev/null 2>&1 </dev/null &
        echo $! >/var/tmp/taker
        """);

    operator.push(tree.with("src/node/main.js", code(NODE, "five")));
    Result result = operator.apply();

    assertThat(result.ok()).isFalse();
    assertThat(result.stdout() + result.stderr())
        .contains("Port taken by another program", "(python3) of user stranger listens there")
        .doesNotContain("quarantine");
    String kill = "kill " + host.read("/var/tmp/taker").strip();
    assertThat(host.exec("reconcile", "doctor").stdout())
        .contains("Port taken by another program", kill);
    host.runScript(kill);
    succeed(0, operator.apply());
    assertThat(operator.page("node")).isEqualTo("five\n");
    operator.assertConverged();
    assertThat(
            host.exec("setpriv", "--bounding-set", "-sys_ptrace", "reconcile", "doctor").stdout())
        .as("root that may not see the open files of other users")
        .contains("finding")
        .doesNotContain("Port taken");
  }
}
