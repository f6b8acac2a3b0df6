package dev.reconcile.app;

import java.util.List;

/**
 * The log files of a site.
 *
 * @param access access logs; empty if nginx's own is used
 * @param error the path of the error log; empty if nginx's own is used
 */
public record SiteLogs(List<AccessLog> access, String error) {
  public SiteLogs {
    access = List.copyOf(access);
  }
}
