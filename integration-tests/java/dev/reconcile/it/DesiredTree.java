// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A desired-state tree in the making, content by path. Each method gives a changed copy.
 *
 * @param files all there is
 */
record DesiredTree(Map<String, String> files) {
  private static final Pattern APP = Pattern.compile("apps/(.*)\\.yaml");

  /** In a tree with more apps than these, layouts come again. */
  private static final int VARIED = 20;

  /**
   * Answers with its GREETING and the user it runs as; /secret with the fingerprint of its SECRET.
   * It needs nothing but gunicorn, so its virtualenv is made quickly.
   */
  private static final String CODE =
      """
      import hashlib
      import os
      import pwd


      def body(path):
          if path == "/secret":
              return hashlib.sha256(os.environ["SECRET"].encode()).hexdigest()
          user = pwd.getpwuid(os.getuid()).pw_name
          return f"{os.environ.get('GREETING', 'hello')} from {user}"


      def app(environ, start_response):
          start_response("200 OK", [("Content-Type", "text/plain")])
          return [(body(environ["PATH_INFO"]) + "\\n").encode()]
      """;

  /** What the plain app shop, whose user is the usual one, answers if it is not told otherwise. */
  static final String ANSWER = answer("shop");

  /** What a plain app answers if it is not told otherwise. */
  static String answer(String app) {
    return answer(app, "hello");
  }

  /** What a plain app answers if this is its greeting. */
  static String answer(String app, String greeting) {
    return greeting + " from " + Layout.of(app).user() + "\n";
  }

  /** No app yet, but the code of the plain ones. */
  static DesiredTree bare() {
    return new DesiredTree(Map.of("reconcile.yaml", "version: 1\n", "src/plain/main.py", CODE));
  }

  /** Plain apps of these names, each served as NAME.test. */
  static DesiredTree of(String... apps) {
    DesiredTree tree = bare();
    for (String app : apps) {
      tree = tree.plain(app, "");
    }
    return tree;
  }

  /**
   * The sample of this project; its app hello does not say where it lies, and so lies elsewhere.
   */
  static DesiredTree sample() {
    DesiredTree sample = read(Path.of("desired-state"));
    String hello = sample.files().getOrDefault("apps/hello.yaml", "");
    String usual = "/usr/share/nginx/hello/";
    assertThat(hello).contains(usual);
    return sample.with(
        "apps/hello.yaml", hello.replace(usual, Layout.of("hello").directory() + "/"));
  }

  /** All files below a folder of this project. */
  static DesiredTree read(Path folder) {
    SortedMap<String, String> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(path).toString(), Files.readString(path));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new DesiredTree(files);
  }

  /** With a plain app, and more lines in its file. */
  DesiredTree plain(String app, String more) {
    String yaml = "source: {folder: src/plain}\nsite: {server_name: %s.test}\n".formatted(app);
    return with("apps/" + app + ".yaml", yaml + more);
  }

  /** With a file; an app that does not say where it lies gets a {@link Layout} of its own. */
  DesiredTree with(String path, String content) {
    Matcher app = APP.matcher(path);
    return app.matches()
        ? withRaw(path, Layout.of(app.group(1)).in(content))
        : withRaw(path, content);
  }

  /** With a file as it is. */
  DesiredTree withRaw(String path, String content) {
    SortedMap<String, String> changed = new TreeMap<>(files);
    changed.put(path, content);
    return new DesiredTree(changed);
  }

  DesiredTree without(String path) {
    SortedMap<String, String> changed = new TreeMap<>(files);
    if (changed.remove(path) == null) {
      throw new IllegalArgumentException(path + " is not there");
    }
    return new DesiredTree(changed);
  }

  DesiredTree withoutApp(String app) {
    return without("apps/" + app + ".yaml");
  }

  /** The same tree; that two of its apps have the same layout is a mistake of the test. */
  DesiredTree varied() {
    List<Layout> layouts =
        files.keySet().stream()
            .map(APP::matcher)
            .filter(Matcher::matches)
            .map(app -> Layout.of(app.group(1)))
            .toList();
    for (Layout one : layouts.size() > VARIED ? List.<Layout>of() : layouts) {
      for (Layout other : layouts) {
        if (!one.equals(other) && one.isLike(other)) {
          throw new IllegalArgumentException(one + " is like " + other);
        }
      }
    }
    return this;
  }
}
