// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * A network of IP addresses.
 *
 * @param text the network as written
 * @param address an address in it
 * @param prefix the number of bits that all its addresses share
 */
record Network(String text, InetAddress address, int prefix) {
  /** Parses a text of {@link dev.reconcile.model.TextFormat#NETWORK}. */
  static Network of(String text) {
    int slash = text.indexOf('/');
    InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    int prefix =
        slash < 0
            ? address.getAddress().length * Byte.SIZE
            : Integer.parseInt(text.substring(slash + 1));
    return new Network(text, address, prefix);
  }

  /** Returns whether this is a network of IPv6. */
  boolean isV6() {
    return address instanceof Inet6Address;
  }

  /** Returns whether the address is the first of the network, as nginx wants it. */
  boolean isExact() {
    return first().equals(address);
  }

  private InetAddress first() {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      int bits = Math.clamp(prefix - (long) i * Byte.SIZE, 0, Byte.SIZE);
      bytes[i] = (byte) (bytes[i] & (0xff << (Byte.SIZE - bits)));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns what to write in place of a network that is not exact. */
  String advice() {
    return "%s is an address in the network %s/%s. Write that, or %s for this address alone."
        .formatted(text, words(first()), prefix, words(address));
  }

  private static String words(InetAddress address) {
    return address.getHostAddress().replaceFirst("(^|:)(0(:|$)){2,}", "::");
  }
}
