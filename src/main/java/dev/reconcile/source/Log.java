// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import org.slf4j.LoggerFactory;

/** The package's log. It is initialised at the first message, because most runs log nothing. */
final class Log {
  private Log() {}

  static void warn(String format, Object... arguments) {
    LoggerFactory.getLogger(Repository.class).warn(format, arguments);
  }

  static void debug(String format, Object... arguments) {
    LoggerFactory.getLogger(Repository.class).debug(format, arguments);
  }
}
