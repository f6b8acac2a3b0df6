// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.report.Timestamps;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;

/**
 * The generator of run ids.
 *
 * <p>Invariant: no two runs of a host have the same id, because the second would collide with the
 * backup of the first. The clock may be set back, and a process id recurs after a reboot, so the id
 * contains 64 random bits.
 */
public final class RunId {
  // Java's own source of randomness takes longer to load than a whole run with nothing to do.
  private static final Path RANDOM = Path.of("/dev/urandom");

  private RunId() {}

  /** Returns a unique id; ids sort by time, as far as the clock is right. */
  public static String at(Instant started) {
    try (InputStream random = Files.newInputStream(RANDOM)) {
      String suffix = HexFormat.of().formatHex(random.readNBytes(Long.BYTES));
      return Timestamps.compact(started) + "-" + suffix;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
