// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.testcontainers.utility.MountableFile;

/**
 * The Debian package, made of the jar that Maven has just built.
 *
 * @param file where it is, on the machine that runs the tests
 */
record DebianPackage(Path file) {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Makes it, in the jar's own version if {@code version} is empty. */
  static DebianPackage make(String version) {
    String path =
        run(
            Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "JAR",
                System.getProperty("reconcile.jar", "target/reconcile.jar"),
                "VERSION",
                version,
                "LEVEL",
                "1"),
            "packaging/deb.sh");
    return new DebianPackage(Path.of(path.strip()));
  }

  /** What Debian's own judge of packages has to say, warnings included; empty if it is content. */
  String faults() {
    return run(Map.of(), "lintian", "--fail-on", "none", file.toString());
  }

  /** Installs it as an administrator does, without a network; gives what apt says. */
  String install(TestHost host) {
    String uploaded = host.upload(MountableFile.forHostPath(file, 0644)) + ".deb";
    host.run("mv", uploaded.replaceFirst("\\.deb$", ""), uploaded);
    return apt(host, "install", uploaded);
  }

  /** Has apt-get do something without asking back; gives what it says. */
  static String apt(TestHost host, String command, String what) {
    Result result =
        host.exec(
            LIMIT,
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-q",
            "-y",
            "-o",
            "APT::Sandbox::User=root",
            command,
            what);
    assertThat(result.ok()).describedAs("%s", result).isTrue();
    return result.stdout() + result.stderr();
  }

  private static String run(Map<String, String> environment, String... argv) {
    try {
      ProcessBuilder builder =
          new ProcessBuilder(argv).redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().putAll(environment);
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      assertThat(process.waitFor()).describedAs("%s: %s", argv[0], output).isZero();
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
