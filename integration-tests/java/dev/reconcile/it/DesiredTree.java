package dev.reconcile.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A desired-state tree in the making, content by path. Each method gives a changed copy.
 *
 * @param files all there is
 */
record DesiredTree(Map<String, String> files) {

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

  /** What a plain app answers if it is not told otherwise. */
  static final String ANSWER = "hello from www-data\n";

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

  DesiredTree with(String path, String content) {
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
}
