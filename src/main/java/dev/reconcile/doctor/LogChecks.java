// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The checks of the logs of apps, and of the logrotate rules that limit their size. */
final class LogChecks {
  private static final String RULES = "/etc/logrotate.d";
  private static final int MOST_BYTES = 1 << 20;

  private static final Pattern GUNICORN =
      Pattern.compile("--(?:access|error)-logfile[ =]'?(/[^ '\"]+)");
  private static final Pattern NGINX =
      Pattern.compile("(?m)^\\s*(?:access|error)_log\\s+(/[^ ;$]+)");
  private static final Pattern COMMENT = Pattern.compile("(?m)#.*$");
  private static final Pattern RULE = Pattern.compile("([^{}]*)\\{[^}]*}");

  private LogChecks() {}

  /** Finds logs without a rule: reconcile's own rules cover only the usual place of logs. */
  static List<Diagnostic> unrotated(DoctorContext context) throws HostException {
    SortedMap<String, List<Pattern>> rules = rules(context.facts());
    List<Diagnostic> findings = new ArrayList<>();
    for (String log : logs(context.facts())) {
      if (files(rules, log).isEmpty()) {
        findings.add(
            Diagnostic.finding(
                "Log without rotation",
                "No rule in " + RULES + " rotates " + log + ", so it grows without limit.",
                """
                printf '%%s {\\n weekly\\n rotate 8\\n missingok\\n notifempty\\n \
                compress\\n copytruncate\\n}\\n' %s >>%s/apps\
                """
                    .formatted(log, RULES)));
      }
    }
    return findings;
  }

  /** Finds logs that two rules name: logrotate skips the second rule with all of its logs. */
  static List<Diagnostic> rotatedTwice(DoctorContext context) throws HostException {
    SortedMap<String, List<Pattern>> rules = rules(context.facts());
    SortedMap<String, String> pairs = new TreeMap<>();
    for (String log : logs(context.facts())) {
      List<String> files = files(rules, log);
      if (files.size() > 1) {
        pairs.putIfAbsent(String.join(" and ", files), log);
      }
    }
    List<Diagnostic> findings = new ArrayList<>();
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      findings.add(
          Diagnostic.finding(
              "Log rotated by two rules",
              """
              %s both name %s. logrotate skips the second rule with all of its logs. Remove \
              the log from one of them.\
              """
                  .formatted(pair.getKey(), pair.getValue()),
              "logrotate --debug /etc/logrotate.conf 2>&1 | grep duplicate"));
    }
    return findings;
  }

  private static List<String> files(SortedMap<String, List<Pattern>> rules, String log) {
    return rules.entrySet().stream()
        .filter(rule -> rule.getValue().stream().anyMatch(path -> path.matcher(log).matches()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static SortedSet<String> logs(Facts facts) throws HostException {
    SortedSet<String> logs = new TreeSet<>();
    for (String name : facts.list(Layout.ENVIRONMENTS)) {
      Optional<Layout> app = Layout.appOfEnvironment(name).map(Layout::new);
      if (app.isPresent()) {
        find(GUNICORN, text(facts, app.get().environment()), logs);
        find(NGINX, text(facts, app.get().siteLink()), logs);
      }
    }
    logs.removeIf(log -> log.startsWith("/dev/"));
    return logs;
  }

  private static void find(Pattern pattern, String text, SortedSet<String> logs) {
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      logs.add(String.valueOf(matcher.group(1)));
    }
  }

  /** Returns each file with rules, and the patterns of the paths that its rules name. */
  private static SortedMap<String, List<Pattern>> rules(Facts facts) throws HostException {
    SortedMap<String, List<Pattern>> rules = new TreeMap<>();
    List<String> files = new ArrayList<>(List.of("/etc/logrotate.conf"));
    facts.list(RULES).stream()
        .filter(name -> !name.contains(".dpkg-") && !name.endsWith("~")) // as logrotate does
        .forEach(name -> files.add(RULES + "/" + name));
    for (String file : files) {
      List<Pattern> patterns = new ArrayList<>();
      Matcher rule = RULE.matcher(COMMENT.matcher(text(facts, file)).replaceAll(""));
      while (rule.find()) {
        for (String path : rule.group(1).strip().split("[\\s\"']+", -1)) {
          patterns.add(glob(path));
        }
      }
      rules.put(file, patterns);
    }
    return rules;
  }

  // As in glob(7), neither * nor ? matches a slash.
  private static Pattern glob(String path) {
    String regex = Pattern.quote(path).replace("*", "\\E[^/]*\\Q").replace("?", "\\E[^/]\\Q");
    return Pattern.compile(regex);
  }

  private static String text(Facts facts, String path) throws HostException {
    return facts.text(path, MOST_BYTES).orElse("");
  }
}
