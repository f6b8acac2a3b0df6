// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.List;

/**
 * The log files of a site.
 *
 * @param access access logs; empty for nginx's default
 * @param error the path of the error log; empty for nginx's default
 */
public record SiteLogs(List<AccessLog> access, String error) {
  public SiteLogs {
    access = List.copyOf(access);
  }
}
