package dev.reconcile.source;

import org.slf4j.LoggerFactory;

/** The log, which is set up at the first line only: most runs have nothing to say. */
final class Log {
  private Log() {}

  static void warn(String format, Object... arguments) {
    LoggerFactory.getLogger(Repository.class).warn(format, arguments);
  }

  static void debug(String format, Object... arguments) {
    LoggerFactory.getLogger(Repository.class).debug(format, arguments);
  }
}
