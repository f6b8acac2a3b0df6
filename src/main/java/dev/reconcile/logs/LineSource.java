// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.logs;

import dev.reconcile.host.HostException;
import java.io.Closeable;
import java.util.Optional;

/** A place that has log lines, read from the oldest wanted line on. */
interface LineSource extends Closeable {
  /** Returns the next line; empty if there is none now. */
  Optional<LogLine> next() throws HostException;

  @Override
  void close();
}
