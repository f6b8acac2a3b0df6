// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A setting of gunicorn (versions 20.1 to 26.1), which an app may set as an option or not.
 *
 * <p>Invariant: a setting that can be an option has a flag that passes its value to gunicorn
 * unchanged; any other setting has a refusal that says what to do instead.
 *
 * @param name the setting's name (docs.gunicorn.org, "Settings")
 * @param flag its name on the command line; empty if it cannot be an option
 * @param sort the type of its value
 * @param key the key of the desired state that sets it; empty if no key does
 * @param refusal why it cannot be an option and what to do, in full sentences; empty if it can be
 *     one
 */
public record GunicornSetting(String name, String flag, Sort sort, String key, String refusal) {
  /** The type of a setting's value. */
  public enum Sort {
    /** One text. */
    TEXT,
    /** A whole number, 0 or above. */
    NUMBER,
    /** True or false; on the command line the flag is present or absent. */
    FLAG,
    /** Several texts; on the command line the flag precedes each. */
    LIST
  }

  private static final String OPTIONS =
      """
      config --config TEXT
      backlog --backlog NUMBER
      worker_class --worker-class TEXT
      threads --threads NUMBER
      worker_connections --worker-connections NUMBER
      max_requests --max-requests NUMBER
      max_requests_jitter --max-requests-jitter NUMBER
      timeout --timeout NUMBER
      graceful_timeout --graceful-timeout NUMBER
      keepalive --keep-alive NUMBER
      limit_request_line --limit-request-line NUMBER
      limit_request_fields --limit-request-fields NUMBER
      limit_request_field_size --limit-request-field_size NUMBER
      reload --reload FLAG
      reload_engine --reload-engine TEXT
      reload_extra_files --reload-extra-file LIST
      spew --spew FLAG
      preload_app --preload FLAG
      sendfile --no-sendfile FLAG
      worker_tmp_dir --worker-tmp-dir TEXT
      forwarded_allow_ips --forwarded-allow-ips TEXT
      disable_redirect_access_to_syslog --disable-redirect-access-to-syslog FLAG
      access_log_format --access-logformat TEXT
      loglevel --log-level TEXT
      capture_output --capture-output FLAG
      logger_class --logger-class TEXT
      logconfig --log-config TEXT
      logconfig_json --log-config-json TEXT
      syslog_addr --log-syslog-to TEXT
      syslog --log-syslog FLAG
      syslog_prefix --log-syslog-prefix TEXT
      syslog_facility --log-syslog-facility TEXT
      statsd_host --statsd-host TEXT
      dogstatsd_tags --dogstatsd-tags TEXT
      statsd_prefix --statsd-prefix TEXT
      enable_backlog_metric --enable-backlog-metric FLAG
      proc_name --name TEXT
      pythonpath --pythonpath TEXT
      permit_obsolete_folding --permit-obsolete-folding FLAG
      strip_header_spaces --strip-header-spaces FLAG
      tolerate_dangerous_framing --tolerate-dangerous-framing FLAG
      permit_unconventional_http_method --permit-unconventional-http-method FLAG
      permit_unconventional_http_version --permit-unconventional-http-version FLAG
      casefold_http_method --casefold-http-method FLAG
      forwarder_headers --forwarder-headers TEXT
      header_map --header-map TEXT
      asgi_loop --asgi-loop TEXT
      asgi_lifespan --asgi-lifespan TEXT
      asgi_disconnect_grace_period --asgi-disconnect-grace-period NUMBER
      http_parser --http-parser TEXT
      root_path --root-path TEXT
      dirty_apps --dirty-app LIST
      dirty_workers --dirty-workers NUMBER
      dirty_timeout --dirty-timeout NUMBER
      dirty_threads --dirty-threads NUMBER
      dirty_graceful_timeout --dirty-graceful-timeout NUMBER
      control_socket_mode --control-socket-mode TEXT
      control_socket_disable --no-control-socket FLAG
      """;

  // names of flags that differ from the setting's name, which users write as settings
  private static final Map<String, String> FLAGS_OF_REFUSED =
      Map.of(
          "access_logfile", "accesslog",
          "error_logfile", "errorlog",
          "log_file", "errorlog",
          "env", "raw_env",
          "pid", "pidfile",
          "paster", "paste",
          "paste_global", "raw_paste_global_conf",
          "proxy_allow_from", "proxy_allow_ips",
          "uwsgi_allow_from", "uwsgi_allow_ips");

  private static final String REFUSED =
      """
      wsgi_app KEY gunicorn.app
      bind KEY gunicorn.bind
      workers KEY gunicorn.workers
      accesslog KEY gunicorn.access_log
      errorlog KEY gunicorn.error_log
      chdir KEY directory
      user KEY user
      group KEY group
      raw_env KEY env
      daemon FOREGROUND
      enable_stdio_inheritance FOREGROUND
      pidfile PIDFILE
      umask UMASK
      initgroups GROUPS
      reuse_port SOCKET
      check_config ENDS
      print_config ENDS
      tmp_upload_dir PYTHON
      secure_scheme_headers PYTHON
      logconfig_dict PYTHON
      default_proc_name PYTHON
      on_starting PYTHON
      on_reload PYTHON
      when_ready PYTHON
      pre_fork PYTHON
      post_fork PYTHON
      post_worker_init PYTHON
      worker_int PYTHON
      worker_abort PYTHON
      pre_exec PYTHON
      pre_request PYTHON
      post_request PYTHON
      child_exit PYTHON
      worker_exit PYTHON
      nworkers_changed PYTHON
      on_exit PYTHON
      on_dirty_starting PYTHON
      dirty_post_fork PYTHON
      dirty_worker_init PYTHON
      dirty_worker_exit PYTHON
      paste PASTE
      raw_paste_global_conf PASTE
      proxy_protocol PROXY
      proxy_allow_ips PROXY
      protocol HTTP
      uwsgi_allow_ips HTTP
      http_protocols HTTP
      http2_cleartext HTTP
      http2_max_concurrent_streams HTTP
      http2_initial_window_size HTTP
      http2_max_frame_size HTTP
      http2_max_header_list_size HTTP
      keyfile TLS
      certfile TLS
      ssl_version TLS
      ssl_context TLS
      cert_reqs TLS
      ca_certs TLS
      suppress_ragged_eofs TLS
      do_handshake_on_connect TLS
      ciphers TLS
      control_socket CONTROL
      """;

  private static final String UNIT = new Layout("NAME").service().replace(".service", "");

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("FOREGROUND", "systemd runs gunicorn in the foreground. Remove the setting."),
          Map.entry(
              "PIDFILE",
              """
              systemd already knows gunicorn's process (the property MainPID of %s), and a \
              pidfile prevents the start of the standby instance that tests a new revision. \
              Remove the setting.\
              """
                  .formatted(UNIT)),
          Map.entry(
              "UMASK",
              """
              It applies to gunicorn's own temporary files only. The unit's UMask=0027 applies \
              to the files that the app writes. To change it, add a drop-in to reconcile.yaml: \
              files: {%sumask.conf: {content: "[Service]\\nUMask=0007\\n"}}.\
              """
                  .formatted(Layout.dropIns(UNIT + ".service"))),
          Map.entry("GROUPS", "systemd gives gunicorn all groups of its user. Remove the setting."),
          Map.entry(
              "SOCKET",
              "systemd creates the app's socket before gunicorn starts. Remove the setting."),
          Map.entry(
              "ENDS",
              "With it, gunicorn exits instead of serving. Pass it on the command line by hand."),
          Map.entry(
              "PYTHON",
              """
              gunicorn has no command-line option for it. Set it in gunicorn.conf.py in the \
              app's source, which gunicorn reads by default.\
              """),
          Map.entry(
              "PASTE",
              """
              gunicorn reads it only from its command line, where gunicorn.app names the app.\
              """),
          Map.entry(
              "PROXY",
              """
              nginx speaks plain HTTP to the app. Remove the setting. To accept the PROXY \
              protocol in nginx, give the site a template whose "listen" has proxy_protocol.\
              """),
          Map.entry(
              "HTTP",
              "nginx speaks HTTP/1 to the app. Remove the setting. nginx serves HTTP/2 to browsers."),
          Map.entry(
              "TLS", "nginx speaks plain HTTP to the app. Configure certificates with site.tls."),
          Map.entry(
              "CONTROL",
              """
              Each instance has a control socket of its own, /run/%s/.gunicorn/gunicorn.ctl. At \
              any other path, the standby instance that tests a new revision would replace it. \
              control_socket_disable: true turns it off.\
              """
                  .formatted(new Layout("NAME").runtimeFolder())));

  private static final Map<String, GunicornSetting> ALL = all();

  private static Map<String, GunicornSetting> all() {
    Map<String, GunicornSetting> all = new LinkedHashMap<>();
    OPTIONS
        .lines()
        .map(line -> line.split(" ", -1))
        .map(word -> new GunicornSetting(word[0], word[1], Sort.valueOf(word[2]), "", ""))
        .forEach(setting -> all.put(setting.name, setting));
    REFUSED
        .lines()
        .map(line -> line.split(" ", -1))
        .map(word ->
            word[1].equals("KEY")
                ? new GunicornSetting(
                    word[0], "", Sort.TEXT, word[2], "It is set through " + word[2] + ".")
                : new GunicornSetting(
                    word[0], "", Sort.TEXT, "", REASONS.getOrDefault(word[1], "")))
        .forEach(setting -> all.put(setting.name, setting));
    return Collections.unmodifiableMap(all);
  }

  /** Returns all settings by name; those that can be options come first. */
  public static Map<String, GunicornSetting> byName() {
    return ALL;
  }

  /**
   * Finds a setting by its name, or by the name of its flag, which users also write.
   *
   * @param word such as {@code loglevel} or {@code log_level}
   */
  public static Optional<GunicornSetting> of(String word) {
    GunicornSetting named = ALL.get(FLAGS_OF_REFUSED.getOrDefault(word, word));
    if (named != null) {
      return Optional.of(named);
    }
    String flag = "--" + word.replace('_', '-');
    return ALL.values().stream()
        .filter(setting -> setting.flag.replace('_', '-').equals(flag))
        .findFirst();
  }

  /** Tells whether it can be an option. */
  public boolean isOption() {
    return refusal.isEmpty();
  }
}
