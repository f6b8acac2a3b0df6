// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import java.util.Map;

/**
 * Limits of nginx that would end a request before gunicorn's limits do. A higher limit of gunicorn
 * is meant for the request, not only for one of the two programs that it passes. A limit that
 * {@code extra} sets is left alone.
 *
 * @param options gunicorn's settings
 * @param extra raw lines of the site
 */
record NginxLimits(Map<String, String> options, String extra) {
  // nginx's defaults: https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_read_timeout,
  // https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers
  private static final long READ_TIMEOUT_SECONDS = 60;
  private static final long HEADER_BYTES = 8 << 10;
  private static final long LARGEST_HEADER_KIBIBYTES = 64;

  /**
   * Returns how long nginx must wait for an answer, in nginx's notation; empty if its default is
   * enough.
   */
  String readTimeout() {
    if (extra.contains("proxy_read_timeout")) {
      return "";
    }
    long seconds = number("timeout", READ_TIMEOUT_SECONDS);
    return seconds == 0 ? "1d" : seconds > READ_TIMEOUT_SECONDS ? seconds + "s" : "";
  }

  /**
   * Returns the buffers that one line of a request's head must fit into; empty if nginx's defaults
   * are large enough.
   */
  String headerBuffers() {
    if (extra.contains("large_client_header_buffers")) {
      return "";
    }
    long line = number("limit_request_line", 0);
    long field = number("limit_request_field_size", HEADER_BYTES);
    long most = Math.max(line, field);
    if (field == 0 || most > LARGEST_HEADER_KIBIBYTES << 10) {
      return "4 " + LARGEST_HEADER_KIBIBYTES + "k";
    }
    return most > HEADER_BYTES ? "4 " + ((most + 1023) / 1024) + "k" : "";
  }

  private long number(String option, long otherwise) {
    String text = options.getOrDefault(option, "");
    return text.matches("[0-9]{1,9}") ? Long.parseLong(text) : otherwise;
  }
}
