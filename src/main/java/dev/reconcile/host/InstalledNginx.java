package dev.reconcile.host;

import java.util.List;
import java.util.Optional;

/**
 * Finds out which nginx is on the host, or will be.
 *
 * @param facts the host
 * @param files where the program is noted as seen
 * @param commands how it is asked
 * @param sightings what was seen
 */
record InstalledNginx(Facts facts, FileFacts files, CommandRunner commands, Sightings sightings) {
  NginxVersion version() throws HostException {
    Optional<String> program = facts.live() ? facts.program("nginx") : Optional.empty();
    if (program.isPresent()) {
      files.seeContent(program.get());
      var said = NginxVersion.in(commands.run(Command.of("nginx", "-v")).tail(1));
      if (said.isPresent()) {
        return said.get();
      }
    }
    for (String name : List.of("nginx", "nginx-common")) {
      var installed = facts.packageVersion(name).flatMap(NginxVersion::in);
      if (installed.isPresent()) {
        return installed.get();
      }
    }
    if (facts.live() && facts.program("apt-cache").isPresent()) {
      // not installed yet: what apt would install decides, so that the next run finds no difference
      sightings.spoil();
      String policy = commands.run(Command.of("apt-cache", "policy", "nginx")).out();
      int candidate = policy.indexOf("Candidate:");
      if (candidate >= 0) {
        return NginxVersion.in(policy.substring(candidate)).orElse(NginxVersion.OLDEST);
      }
    }
    return NginxVersion.OLDEST;
  }
}
