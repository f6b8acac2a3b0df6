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
 * What a run is called. Invariant: no two runs of a host have one name, or the second would find
 * its backup there already. Neither the clock, which may be set back, nor the process number, which
 * comes again after a reboot, makes sure of that; 64 random bits do.
 */
public final class RunId {
  // Java's own source of randomness takes longer to load than a run with nothing to do
  private static final Path RANDOM = Path.of("/dev/urandom");

  private RunId() {}

  /** A name that nothing else has; sorts by the time, as far as the clock is right. */
  public static String at(Instant started) {
    try (InputStream random = Files.newInputStream(RANDOM)) {
      return Timestamps.compact(started)
          + "-"
          + HexFormat.of().formatHex(random.readNBytes(Long.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
