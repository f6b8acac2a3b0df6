// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import org.jspecify.annotations.Nullable;

/**
 * A value that is read at first use. A failed read leaves it unset. Not thread-safe.
 *
 * @param <T> the type of the value
 */
public final class Lazy<T> {
  private @Nullable T value;

  /**
   * The way to read a value.
   *
   * @param <T> the type of the value
   */
  @FunctionalInterface
  public interface Reader<T> {
    /** Reads the value. */
    T read() throws HostException;
  }

  /** Returns the value; reads it if it is unset. */
  public T get(Reader<T> reader) throws HostException {
    T known = value;
    if (known == null) {
      known = reader.read();
      value = known;
    }
    return known;
  }

  /** Unsets the value, because it may have changed. */
  public void forget() {
    value = null;
  }
}
