// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The nginx that is, or will be, installed on a host. It is queried once, on demand. */
final class InstalledNginx {
  private final Facts facts;
  private final FileFacts files;
  private final CommandRunner commands;
  private final ObservationLog observations;
  private @Nullable NginxVersion version;
  private @Nullable String said;

  InstalledNginx(
      Facts facts, FileFacts files, CommandRunner commands, ObservationLog observations) {
    this.facts = facts;
    this.files = files;
    this.commands = commands;
    this.observations = observations;
  }

  /** Clears the cache, because an installed package may have changed it. */
  void forget() {
    version = null;
    said = null;
  }

  NginxVersion version() throws HostException {
    NginxVersion known = version;
    if (known == null) {
      known = find();
      version = known;
    }
    return known;
  }

  /** Returns its build settings; those of Debian if nginx is missing or cannot be queried. */
  NginxBuild build() throws HostException {
    String words = words();
    return words.contains("configure arguments:") ? NginxBuild.of(words) : NginxBuild.DEBIAN;
  }

  /**
   * Returns its current process: that of nginx.service, else one that runs outside of systemd. The
   * answer is not cached.
   */
  Optional<NginxProcess> running() throws HostException {
    String pid =
        commands
            .run(Command.of("systemctl", "show", "--property=MainPID", "--value", "nginx.service"))
            .out()
            .strip();
    Optional<NginxProcess> ofUnit =
        pid.matches("[0-9]{1,10}") ? NginxProcess.of(Long.parseLong(pid)) : Optional.empty();
    return ofUnit.isPresent() ? ofUnit : NginxProcess.byHand();
  }

  // the output of "nginx -V"; empty without nginx
  private String words() throws HostException {
    String known = said;
    if (known == null) {
      Optional<String> program = facts.live() ? facts.program("nginx") : Optional.empty();
      known = "";
      if (program.isPresent()) {
        files.seeContent(program.get());
        known = commands.run(Command.of("nginx", "-V")).err();
      }
      said = known;
    }
    return known;
  }

  private NginxVersion find() throws HostException {
    var built = NginxVersion.in(words());
    if (built.isPresent()) {
      return built.get();
    }
    for (String name : List.of("nginx", "nginx-common")) {
      var installed = facts.packageVersion(name).flatMap(NginxVersion::in);
      if (installed.isPresent()) {
        return installed.get();
      }
    }
    if (facts.live() && facts.program("apt-cache").isPresent()) {
      // Not installed yet: the version that apt would install, so that the next run finds the same.
      observations.invalidate();
      String policy = commands.run(Command.of("apt-cache", "policy", "nginx")).out();
      int candidate = policy.indexOf("Candidate:");
      if (candidate >= 0) {
        return NginxVersion.in(policy.substring(candidate)).orElse(NginxVersion.OLDEST);
      }
    }
    return NginxVersion.OLDEST;
  }
}
