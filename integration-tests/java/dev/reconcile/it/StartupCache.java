// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.MountableFile;

/**
 * The JVM's cache of reconcile's classes, as the package and the launcher of a checkout have it. A
 * start without it takes three times the CPU, and the tests start reconcile some thousand times.
 *
 * <p>Invariant: the first host that needs the cache of a jar makes it; every other host gets a
 * copy.
 */
final class StartupCache {
  /** The options of the JVM with which the cache fits (src/main/launcher/java.sh). */
  static final List<String> OPTIONS =
      List.of(
          "-XX:-UsePerfData",
          "-XX:+UseSerialGC",
          "--enable-native-access=ALL-UNNAMED",
          "-XX:TieredStopAtLevel=1",
          "-XX:CompileThresholdScaling=10",
          "-Xmx1g",
          "-Xlog:disable",
          "-XX:AOTCache=/opt/reconcile/reconcile.aot");

  private static final String FOLDER = "/opt/reconcile/";
  private static final List<String> NAMES = List.of("reconcile.aot", "reconcile-known.aot");
  private static final Path KEPT = Path.of("target/test-cache");
  private static final Path TRAINING = Path.of("src/main/launcher/java.sh");
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private StartupCache() {}

  /**
   * Puts the cache beside the jar of a host. The JVM takes it only for a jar with the size and the
   * time of the one that it was made of, so the jar gets a time of its own.
   */
  static synchronized void install(TestHost host, GenericContainer<?> container, Path jar) {
    try {
      Files.createDirectories(KEPT);
      String made = Files.size(jar) + " " + Files.getLastModifiedTime(jar).toMillis();
      host.run("touch", "--date=@1000000000", FOLDER + "reconcile.jar");
      // each process of the tests has hosts of its own
      try (FileChannel channel =
              FileChannel.open(
                  KEPT.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var _ = channel.lock()) {
        Path stamp = KEPT.resolve("made-of");
        if (!Files.exists(stamp) || !Files.readString(stamp).equals(made)) {
          train(host, container);
          Files.writeString(stamp, made);
          return;
        }
      }
      for (String name : NAMES) {
        container.copyFileToContainer(
            MountableFile.forHostPath(KEPT.resolve(name), 0644), FOLDER + name);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void train(TestHost host, GenericContainer<?> container) {
    host.copyFolder(Path.of("desired-state"), FOLDER + "training");
    container.copyFileToContainer(MountableFile.forHostPath(TRAINING, 0644), FOLDER + "java.sh");
    Result trained =
        host.exec(
            LIMIT,
            "sh",
            "-ec",
            ". %1$sjava.sh; train /opt/java/bin/java %1$sreconcile.jar %1$sreconcile.aot %1$straining"
                .formatted(FOLDER));
    if (!trained.ok()) {
      throw new AssertionError("the JVM's cache cannot be made: " + trained);
    }
    for (String name : NAMES) {
      container.copyFileFromContainer(FOLDER + name, KEPT.resolve(name).toString());
    }
    host.run("rm", "-r", FOLDER + "training");
  }
}
