// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Virtualenvs of apps whose requirements are more than a list of names. */
class VirtualenvIT {
  /** What an app's requirements say of its own tree; each is the requirements of an app. */
  private static final Map<String, String> LINES =
      Map.of(
          "edit", "-e .\n",
          "quoted", "-r \"my reqs.txt\"\n",
          "vendor",
              "--find-links ./vendor\n--no-index\nshopkit\ngunicorn\n--find-links /srv/wheels\n");

  private static final String QUICK = "venv: {python: " + Stage.QUICK_PYTHON + "}\n";

  private static final String MAIN =
      """
      import os

      import shopkit

      VALUE = shopkit.VALUE
      if os.path.exists("in-place"):
          # a file that the package does not list
          with open(os.path.join(os.path.dirname(shopkit.__file__), "templates", "page.txt")) as page:
              VALUE = page.read()


      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [(VALUE + "\\n").encode()]
      """;

  private static final String SETUP =
      """
      from setuptools import setup
      setup(name="shopkit", version="1.0", packages=["shopkit"], package_dir={"": "%s"})
      """;

  private static final String MAKE_WHEEL =
      """
      import sys, zipfile
      path, value = sys.argv[1:]
      info = "shopkit-1.0.dist-info"
      files = {"shopkit/__init__.py": f"VALUE = '{value}'\\n",
               f"{info}/METADATA": "Metadata-Version: 2.1\\nName: shopkit\\nVersion: 1.0\\n",
               f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
      files[f"{info}/RECORD"] = "".join(name + ",,\\n" for name in files) + f"{info}/RECORD,,\\n"
      with zipfile.ZipFile(path, "w") as archive:
          for name, text in files.items():
              archive.writestr(name, text)
      """;

  private static Operator operator;
  private static TestHost host;
  private static DesiredTree tree;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.git().allowRoot();
    host.write("/var/tmp/wheel.py", MAKE_WHEEL, "0644");
    Stage.makeQuickPython(host);
    tree = DesiredTree.of("plain").plain("plain", QUICK);
    operator.converge(tree);
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static Map<String, String> code(String line, String value) {
    Map<String, String> files = new TreeMap<>();
    files.put("main.py", MAIN);
    files.put("requirements.txt", line);
    files.put("my reqs.txt", "# in a file with a blank in its name\n.\n");
    files.put("setup.py", SETUP.formatted("src"));
    files.put("src/shopkit/__init__.py", "VALUE = '%s'\n".formatted(value));
    files.put("libs/shopkit/setup.py", SETUP.formatted(""));
    files.put("libs/shopkit/shopkit/__init__.py", "VALUE = '%s'\n".formatted(value));
    files.put("vendor/.keep", "");
    if (line.startsWith("-e ")) {
      files.put("in-place", "");
      files.put("src/shopkit/templates/page.txt", value);
    }
    return files;
  }

  private static void push(String app, String line, String value) {
    host.git().push(app, code(line, value));
    // text files are all that a test can push
    host.runScript(
        """
        git clone -q /srv/git/%1$s.git /var/tmp/clone
        cd /var/tmp/clone
        python3 /var/tmp/wheel.py vendor/shopkit-1.0-py3-none-any.whl %2$s
        git add -A
        git -c user.name=t -c user.email=t commit -qm wheel
        git push -q origin HEAD:main
        cd /
        rm -r /var/tmp/clone
        chown -R git:git /srv/git/%1$s.git
        """
            .formatted(app, value));
  }

  @Test
  void newCodeOfTheTreeIsServed() {
    host.runScript("git config --system safe.directory '*'");
    DesiredTree all = tree;
    for (Map.Entry<String, String> app : LINES.entrySet()) {
      push(app.getKey(), app.getValue(), "one");
      all =
          all.with(
              "apps/" + app.getKey() + ".yaml",
              "source: {git: \"%s\"}\nsite: {server_name: %s.test}\n%s"
                  .formatted(
                      host.git().fileUrl(app.getKey()),
                      app.getKey(),
                      app.getKey().equals("edit") ? "" : QUICK));
    }
    operator.converge(all);
    for (String app : LINES.keySet()) {
      assertThat(operator.page(app)).as(app).isEqualTo("one\n");
    }
    operator.assertConverged();
    LINES.forEach((app, line) -> push(app, line, "two"));
    Result plan = succeed(0, operator.plan());
    assertThat(plan.stdout()).contains("+# built from the source at ");
    succeed(0, operator.apply());
    for (String app : LINES.keySet()) {
      assertThat(operator.page(app)).as(app).isEqualTo("two\n");
    }
    operator.assertConverged();
    assertThat(host.sh("grep -rl /var/lib/reconcile/checkouts /var/lib/reconcile/venvs").stdout())
        .as("nothing points into a tree")
        .isEmpty();
    operator.converge(tree);
  }

  /** Without pip; names only, because pip compiles some modules later than others. */
  private static String packages(String venv) {
    return host.runScript(
        "cd %s/lib/python3*/site-packages; ls -d * | grep -vxE 'pip|pip-.*'".formatted(venv));
  }

  /** Makes the wheel of a package that requires pip. */
  private static final String NEEDS_PIP =
      """
      python3 - <<'PYTHON'
      import zipfile
      with zipfile.ZipFile("/srv/wheels/needspip-1.0-py3-none-any.whl", "w") as wheel:
          info = "needspip-1.0.dist-info/"
          wheel.writestr("needspip.py", "VALUE = 1\\n")
          wheel.writestr(
              info + "METADATA",
              "Metadata-Version: 2.1\\nName: needspip\\nVersion: 1.0\\nRequires-Dist: pip>=20\\n")
          wheel.writestr(
              info + "WHEEL",
              "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
          wheel.writestr(info + "RECORD", "needspip.py,,\\n")
      PYTHON
      """;

  @Thorough
  @Test
  void virtualenvHasWhatVenvInstallsExceptPipUnlessItIsNeeded() {
    host.runScript("python3 -m venv /var/tmp/plain; /var/tmp/plain/bin/pip install -q gunicorn");
    String main = tree.files().get("src/plain/main.py");
    DesiredTree both = tree;
    for (String app : List.of("lean", "lists")) {
      both =
          both.with(
                  "apps/" + app + ".yaml", "source: {folder: src/%s}\nsite: false\n".formatted(app))
              .with("src/" + app + "/main.py", main)
              .with("src/" + app + "/requirements.txt", app.equals("lists") ? "pip\n" : "");
    }
    // the index has no pip: it counts as installed, as it does with venv
    host.runScript(NEEDS_PIP);
    both =
        both.with("apps/needs.yaml", "source: {folder: src/needs}\nsite: false\n")
            .with("src/needs/main.py", main)
            .with("src/needs/requirements.txt", "needspip\n");
    operator.converge(both);
    assertThat(host.run(Layout.of("needs").venv() + "/bin/pip", "check"))
        .contains("No broken requirements");
    String lean = Layout.of("lean").venv();
    String lists = Layout.of("lists").venv();
    assertThat(packages(lean)).isEqualTo(packages("/var/tmp/plain")).isEqualTo(packages(lists));
    assertThat(host.sh(lean + "/bin/python -c 'import pip'").ok()).isFalse();
    assertThat(host.run(lists + "/bin/pip", "list")).contains("gunicorn");
    assertThat(host.run(lean + "/bin/python", "-c", "import sys; print(sys.path)"))
        .doesNotContain("tools");
    operator.assertConverged();
    String tools = host.run("ls", "/var/lib/reconcile/tools");
    assertThat(tools.lines()).as("installed once").hasSize(1);
    assertThat(host.run("find", "/var/lib/reconcile/tools", "!", "-user", "root")).isEmpty();
    host.runScript("touch /usr/share/python-wheels/pip-*.whl");
    operator.converge(both.with("src/lean/requirements.txt", "click\n"));
    assertThat(host.run("ls", "/var/lib/reconcile/tools").lines())
        .as("installed again after an upgrade, in place of the earlier ones")
        .hasSize(1)
        .doesNotContain(tools.strip());
    operator.converge(tree);
    host.runScript("rm -r /srv/wheels/needspip-*.whl /var/tmp/plain");
  }

  @Thorough
  @Test
  void packageThatNeedsPipToBeBuiltHasIt() {
    host.git()
        .push(
            "old",
            Map.of(
                "main.py",
                MAIN,
                "requirements.txt",
                ".\n",
                "setup.py",
                """
                import pip
                from setuptools import setup
                setup(name="shopkit", version="1.0", packages=["shopkit"], setup_requires=["click"])
                """,
                "shopkit/__init__.py",
                "VALUE = 'old'\n",
                // not the module that makes the virtualenv
                "venv.py",
                "raise SystemExit('of the app')\n"));
    operator.converge(
        tree.with(
            "apps/old.yaml",
            "source: {git: \"%s\"}\nsite: {server_name: old.test}\n"
                .formatted(host.git().fileUrl("old"))));
    assertThat(operator.page("old")).isEqualTo("old\n");
    operator.converge(tree);
  }

  @Thorough
  @Test
  void directoryThatNobodyManagesIsWatchedWhereRequirementsReferToIt() {
    host.runScript("mkdir -p /srv/own/src/shopkit/templates /srv/own/instance");
    code("-e file:///srv/own\n", "one")
        .forEach((path, content) -> host.write("/srv/own/" + path, content, "0644"));
    host.runScript("chown -R bin:bin /srv/own; mkdir /srv/own/uploads");
    operator.converge(
        tree.with(
            "apps/own.yaml",
            "source: {path: /srv/own}\nuser: bin\nsite: {server_name: own.test}\n" + QUICK));
    assertThat(operator.page("own")).isEqualTo("one\n");
    host.runScript(
        "echo x >/srv/own/instance/shop.sqlite; echo x >/srv/own/app.log; echo x >/srv/own/uploads/x; mkdir -p /srv/own/__pycache__");
    operator.assertConverged();
    host.write("/srv/own/src/shopkit/__init__.py", "VALUE = 'two'\n", "0644");
    host.write("/srv/own/src/shopkit/templates/page.txt", "two", "0644");
    succeed(0, operator.apply());
    assertThat(operator.page("own")).isEqualTo("two\n");
    operator.assertConverged();
    operator.converge(tree);
  }

  @Thorough
  @Test
  void linkThatAnotherToolSwitchesIsNoticed() {
    String main = tree.files().get("src/plain/main.py");
    host.write("/srv/releases/1/main.py", main, "0644");
    host.write("/srv/releases/2/main.py", main.replace("'hello'", "'second'"), "0644");
    host.runScript("cd /srv; touch releases/1/requirements.txt releases/2/requirements.txt");
    host.runScript("ln -s releases/1 /srv/current");
    operator.converge(
        tree.with(
            "apps/linked.yaml",
            "source: {path: /srv/current}\nsite: {server_name: linked.test}\n" + QUICK));
    operator.assertConverged();
    operator.apply();
    host.runScript("ln -sfn releases/2 /srv/current");
    assertThat(operator.page("linked")).isEqualTo(DesiredTree.answer("linked"));
    assertThat(succeed(0, operator.plan()).stdout()).contains("restart gunicorn@linked.service");
    succeed(0, operator.apply());
    assertThat(operator.page("linked")).isEqualTo(DesiredTree.answer("linked", "second"));
    operator.assertConverged();
    operator.converge(tree);
  }

  @Test
  void requirementsAreReadWithTheRightsOfTheAppsUser() {
    Layout hers = Layout.of("hers");
    host.write("/srv/its/main.py", tree.files().get("src/plain/main.py"), "0644");
    host.write("/srv/hers/main.py", tree.files().get("src/plain/main.py"), "0644");
    host.write("/etc/secret-list", "topsecret==1.0\n", "0600");
    host.runScript(
        """
        ln -s /etc/secret-list /srv/its/requirements.txt
        printf 'click\\n-r more.txt\\n' >/srv/hers/requirements.txt
        ln /etc/secret-list /srv/hers/more.txt
        chown -hR %1$s /srv/its
        chown -h %2$s /srv/hers /srv/hers/requirements.txt
        """
            .formatted(Layout.of("its").user(), hers.user()));
    operator.push(
        tree.with("apps/its.yaml", "source: {path: /srv/its}\nsite: false\n" + QUICK)
            .with("apps/hers.yaml", "source: {path: /srv/hers}\nsite: false\n" + QUICK)
            .plain("other", QUICK));
    Result result = succeed(3, operator.apply());
    String all = result.stdout() + result.stderr();
    assertThat(all)
        .contains("Requirements not readable", "/srv/its/requirements.txt leads out of /srv/its")
        .contains(
            "on requirements.txt line 2",
            hers.user() + ", who runs the app, cannot read /srv/hers/more.txt")
        .doesNotContain("topsecret");
    assertThat(operator.page("other"))
        .as("the others converge")
        .isEqualTo(DesiredTree.answer("other"));
    host.runScript(
        "chgrp %s /etc/secret-list; chmod 640 /etc/secret-list; rm /srv/its/requirements.txt"
            .formatted(hers.group()));
    host.runScript("printf '# mine\\n' >/srv/its/requirements.txt; echo click >/etc/secret-list");
    succeed(0, operator.apply());
    assertThat(host.read(hers.venv() + "/reconcile-venv.txt")).contains("# more.txt\nclick\n");
    operator.converge(tree);
  }

  @Thorough
  @Test
  void hashesAreCheckedAndNeedGunicorn() {
    String hashed =
        host.run(
            "python3",
            "-c",
            """
            import glob, hashlib, os
            for path in sorted(glob.glob("/srv/wheels/*.whl")):
                name, version = os.path.basename(path).split("-")[:2]
                digest = hashlib.sha256(open(path, "rb").read()).hexdigest()
                if name in ("click", "gunicorn", "setuptools"):
                    print(f"{name}=={version} \\\\\\n    --hash=sha256:{digest}")
            """);
    String site = "source: {folder: src/hashed}\nsite: {server_name: hashed.test}\n";
    DesiredTree good =
        tree.with("apps/hashed.yaml", site)
            .with("src/hashed/main.py", tree.files().get("src/plain/main.py"))
            .with("src/hashed/requirements.txt", "-r requirements/all.txt\n")
            .with("src/hashed/requirements/all.txt", hashed);
    operator.converge(good);
    assertThat(operator.page("hashed")).isEqualTo(DesiredTree.answer("hashed"));
    operator.push(
        good.with(
            "src/hashed/requirements/all.txt",
            hashed.replaceAll("(?s)gunicorn==[^\\n]*\\n[^\\n]*\\n", "")));
    Result result = succeed(3, operator.plan());
    assertThat(result.stdout() + result.stderr())
        .contains(
            "Hashes without gunicorn",
            "on requirements/all.txt line 1",
            "Add it to requirements.txt");
    operator.push(
        good.with("src/hashed/requirements/all.txt", hashed.replaceAll("sha256:.", "sha256:0")));
    result = succeed(3, operator.apply());
    assertThat(result.stdout() + result.stderr())
        .contains("THESE PACKAGES DO NOT MATCH THE HASHES");
    assertThat(operator.page("hashed"))
        .as("the one before")
        .isEqualTo(DesiredTree.answer("hashed"));
    operator.converge(tree);
  }

  @Thorough
  @Test
  void usersAreMadeWhereSomethingIsBuiltAndByNoPlan() {
    assertThat(host.run("getent", "passwd", "reconcile-build1"))
        .contains(":/var/lib/reconcile/build/home:/usr/sbin/nologin");
    host.runScript("userdel reconcile-build1");
    operator.assertConverged();
    operator.push(tree.plain("fresh", QUICK));
    Result plan = succeed(0, operator.plan());
    assertThat(plan.stdout()).startsWith("create user reconcile-build1\n");
    assertThat(host.sh("getent passwd reconcile-build1").ok())
        .as("a plan changes nothing")
        .isFalse();
    assertThat(succeed(0, operator.apply()).stdout()).contains("user reconcile-build1 created");
    operator.push(tree.plain("fresh", "user: reconcile-build1\n"));
    assertThat(succeed(65, operator.plan()).stderr()).contains("User reserved for builds");
    operator.converge(tree);
  }

  @Thorough
  @Test
  void requirementOverSshUsesTheAppsOwnKeyAlone() {
    // the private package looks for the key as it is built
    host.git()
        .push(
            "private",
            Map.of(
                "setup.py",
                """
                import glob, os
                from setuptools import setup
                found = []
                for folder in [os.environ["HOME"], "/etc/reconcile", "/root", "/var/lib/reconcile", "/tmp", "/run"]:
                    for where, _, names in os.walk(folder):
                        for name in names:
                            try:
                                if "PRIV" "ATE KEY" in open(os.path.join(where, name)).read():
                                    found.append(os.path.join(where, name))
                            except (OSError, UnicodeError):
                                pass
                os.makedirs("shopkit", exist_ok=True)
                open("shopkit/__init__.py", "w").write("VALUE = %r" % ("keys: %s" % found))
                setup(name="shopkit", version="1.0", packages=["shopkit"])
                """));
    host.runScript(
        """
        mkdir -p -m 700 /etc/reconcile/keys
        ssh-keygen -q -t ed25519 -N '' -f /etc/reconcile/keys/blog
        cat /etc/reconcile/keys/blog.pub >>/srv/git/.ssh/authorized_keys
        """);
    host.git()
        .push(
            "blog",
            Map.of(
                "main.py",
                MAIN,
                "requirements.txt",
                "# private\nshopkit @ git+ssh://git@localhost/srv/git/private.git\n"));
    String yaml =
        "source: {git: \"git@localhost:/srv/git/blog.git\"%s}\nsite: {server_name: blog.test}\n"
            + QUICK;
    operator.push(tree.with("apps/blog.yaml", yaml.formatted("")));
    Result result = succeed(3, operator.plan());
    assertThat(result.stdout() + result.stderr())
        .contains(
            "Private requirement without a key",
            "on requirements.txt line 2",
            "source.key in apps/blog.yaml");
    DesiredTree good =
        tree.with("apps/blog.yaml", yaml.formatted(", key: /etc/reconcile/keys/blog"));
    host.runScript("mv /root/.ssh/id_ed25519 /root/.ssh/aside; chmod 644 /etc/reconcile/keys/blog");
    operator.push(good);
    assertThat(succeed(3, operator.plan()).stdout())
        .contains("Key readable by others", "/etc/reconcile/keys/blog");
    host.runScript("chmod 600 /etc/reconcile/keys/blog");
    operator.converge(good);
    assertThat(operator.page("blog")).isEqualTo("keys: []\n");
    String line = host.run("sed", "-n", "2p", "/etc/reconcile/keys/blog").strip();
    assertThat(
            host.sh(
                    "grep -rlsF '%s' /var /run /tmp /home /opt /srv /usr/share/nginx"
                        .formatted(line))
                .stdout())
        .as("no copy of the key is left")
        .isEmpty();
    assertThat(host.sh("pgrep ssh-agent").ok()).isFalse();
    host.runScript("sleep 1.2"); // what has changed within the last second is not written down yet
    succeed(0, operator.apply());
    assertThat(host.read("/var/lib/reconcile/unchanged")).contains("\t/etc/reconcile/keys/blog\n");
    assertThat(succeed(0, operator.apply("-v")).stderr()).doesNotContain("looking in full");
    host.runScript("mv /root/.ssh/known_hosts /root/.ssh/aside.hosts");
    host.git()
        .push(
            "blog",
            Map.of(
                "main.py",
                MAIN,
                "requirements.txt",
                "shopkit @ git+ssh://git@127.0.0.1/srv/git/private.git\n"));
    operator.converge(tree);
    host.runScript("cd /root/.ssh; mv aside id_ed25519; mv aside.hosts known_hosts");
  }
}
