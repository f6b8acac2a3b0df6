// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.List;
import java.util.Optional;

/** The nginx that is, or will be, installed on a host. It is queried once, on demand. */
final class InstalledNginx {
  private final Facts facts;
  private final FileFacts files;
  private final CommandRunner commands;
  private final ObservationLog observations;
  private final Lazy<NginxVersion> version = new Lazy<>();
  private final Lazy<String> versionOutput = new Lazy<>();

  InstalledNginx(
      Facts facts, FileFacts files, CommandRunner commands, ObservationLog observations) {
    this.facts = facts;
    this.files = files;
    this.commands = commands;
    this.observations = observations;
  }

  /** Clears the cache, because an installed package may have changed it. */
  void forget() {
    version.forget();
    versionOutput.forget();
  }

  NginxVersion version() throws HostException {
    return version.get(this::find);
  }

  /** Returns its build settings; those of Debian if nginx is missing or cannot be queried. */
  NginxBuild build() throws HostException {
    String output = versionOutput();
    return output.contains("configure arguments:") ? NginxBuild.of(output) : NginxBuild.DEBIAN;
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
  private String versionOutput() throws HostException {
    return versionOutput.get(() -> {
      Optional<String> program = facts.live() ? facts.program("nginx") : Optional.empty();
      if (program.isEmpty()) {
        return "";
      }
      files.seeContent(program.get());
      return commands.run(Command.of("nginx", "-V")).err();
    });
  }

  private NginxVersion find() throws HostException {
    var built = NginxVersion.in(versionOutput());
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
