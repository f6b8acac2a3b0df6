package dev.reconcile.apply;

import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.SelfSigned;
import dev.reconcile.kind.SelfSignedKind;
import dev.reconcile.model.Attributes;
import dev.reconcile.model.Step;
import java.time.Duration;
import java.time.Instant;

/** Gets keys and certificates. */
final class Certificates {
  private static final Duration VALID = Duration.ofDays(365);
  private static final Duration SKEW = Duration.ofHours(1); // a browser's clock may be behind

  private final Host host;
  private final Progress progress;

  Certificates(Host host, Progress progress) {
    this.host = host;
    this.progress = progress;
  }

  /**
   * Makes a key and its certificate. The certificate is written last, and an old one goes first: a
   * run that is killed in between leaves none, never one that its key does not fit.
   */
  void make(Step.MakeSelfSigned step) throws HostException {
    String app = step.folder().substring(step.folder().lastIndexOf('/') + 1);
    try (Progress.Ongoing _ = progress.begins(app, "making a key and its certificate")) {
      SelfSigned pair = SelfSigned.of(step.names(), Instant.now().minus(SKEW), VALID);
      host.remove(SelfSignedKind.certificate(step.folder()));
      host.writeFile(SelfSignedKind.key(step.folder()), pair.key(), Attributes.root(0600));
      host.writeFile(
          SelfSignedKind.certificate(step.folder()), pair.certificate(), Attributes.root(0644));
    }
  }
}
