// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import java.util.ArrayList;
import java.util.List;

/** IPv6 addresses in the canonical form of RFC 5952. */
final class Ipv6 {
  private static final int GROUPS = 8;

  private Ipv6() {}

  /** Returns the canonical form; empty if the text is not an IPv6 address. */
  static String usual(String text) {
    List<Integer> groups = groups(text);
    if (groups.size() != GROUPS) {
      return "";
    }
    int start = 0;
    int length = 0;
    for (int i = 0; i < GROUPS; i++) {
      int zeros = 0;
      while (i + zeros < GROUPS && groups.get(i + zeros) == 0) {
        zeros++;
      }
      if (zeros > length && zeros > 1) {
        start = i;
        length = zeros;
      }
    }
    StringBuilder usual = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (length > 0 && i == start) {
        usual.append("::");
        i += length - 1;
      } else {
        boolean first = usual.isEmpty() || usual.charAt(usual.length() - 1) == ':';
        usual.append(first ? "" : ":").append(Integer.toHexString(groups.get(i)));
      }
    }
    return usual.toString();
  }

  private static List<Integer> groups(String text) {
    int gap = text.indexOf("::");
    List<Integer> head = gap < 0 ? part(text) : part(text.substring(0, gap));
    List<Integer> tail = gap < 0 ? List.of() : part(text.substring(gap + 2));
    List<Integer> groups = new ArrayList<>(head);
    for (int i = head.size() + tail.size(); gap >= 0 && i < GROUPS; i++) {
      groups.add(0);
    }
    groups.addAll(tail);
    return head.contains(-1) || tail.contains(-1) ? List.of() : groups;
  }

  // The last group may be an IPv4 address.
  private static List<Integer> part(String text) {
    List<Integer> groups = new ArrayList<>();
    for (String group : text.isEmpty() ? new String[0] : text.split(":", -1)) {
      if (group.matches("[0-9a-fA-F]{1,4}")) {
        groups.add(Integer.parseInt(group, 16));
      } else if (group.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
        String[] bytes = group.split("\\.", -1);
        groups.add(Integer.parseInt(bytes[0]) * 256 + Integer.parseInt(bytes[1]));
        groups.add(Integer.parseInt(bytes[2]) * 256 + Integer.parseInt(bytes[3]));
      } else {
        groups.add(-1);
      }
    }
    return groups;
  }
}
