package dev.reconcile.apply;

import dev.reconcile.host.CertificateInfo;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.SelfSigned;
import dev.reconcile.kind.CertificateBackoff;
import dev.reconcile.kind.CertificateKind;
import dev.reconcile.kind.SelfSignedKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Gets keys and certificates. */
final class CertificateIssuer {
  private static final Duration VALID = Duration.ofDays(365);
  private static final Duration SKEW = Duration.ofHours(1); // a browser's clock may be behind

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int LINES = 12;
  private static final String BUSY = "Another instance of Certbot is already running";
  private static final int MOST_BYTES = 64 << 10;
  private static final String RELOAD = "systemctl try-reload-or-restart nginx.service";

  private final Host host;
  private final Progress progress;

  CertificateIssuer(Host host, Progress progress) {
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
      host.writeFile(SelfSignedKind.key(step.folder()), pair.key(), FileAttributes.root(0600));
      host.writeFile(
          SelfSignedKind.certificate(step.folder()), pair.certificate(), FileAttributes.root(0644));
    }
  }

  /**
   * Has certbot get a certificate, which nginx is told of whenever it is renewed.
   *
   * @throws StepFailure if it is refused, with certbot's words; then that is remembered, unless no
   *     issuer was asked
   */
  void obtain(Step.ObtainCertificate step) throws HostException, StepFailure {
    String words;
    try (Progress.Ongoing _ = progress.begins(step.name(), "getting its certificate")) {
      words = certbot(step);
    }
    if (words.isEmpty()) {
      host.discardTree(CertificateBackoff.path(step.name()));
      return;
    }
    if (words.contains(BUSY)) {
      throw new StepFailure(
          "A certificate could not be had",
          "certbot is at work for somebody else, a renewal perhaps. The next run orders it.");
    }
    CertificateBackoff setback =
        CertificateBackoff.after(
            CertificateBackoff.of(host.facts(), step.name()), step.digest(), Instant.now());
    host.writeState(
        CertificateBackoff.path(step.name()),
        Content.of(setback.text()),
        FileAttributes.root(0600));
    throw new StepFailure(
        "A certificate could not be had",
        "certbot said:\n"
            + words.indent(4)
            + "Until there is one, "
            + step.name()
            + " is served as before. It is ordered again after "
            + setback.next()
            + ", or with --only "
            + step.name()
            + ".");
  }

  private String certbot(Step.ObtainCertificate step) throws HostException {
    try {
      CommandRunner.Result result = host.run(command(step));
      String words = result.tail(LINES);
      return result.ok() ? misfit(step) : words.isEmpty() ? "(nothing)" : words;
    } catch (HostException e) {
      return e.message(); // it did not end, or is not there
    }
  }

  // An issuer that adds names of its own, say, must not be asked again in every run.
  private String misfit(Step.ObtainCertificate step) throws HostException {
    String path = SelfSignedKind.certificate(CertificateKind.folder(step.name()));
    Optional<String> file = host.facts().realPath(path);
    Optional<CertificateInfo> got =
        file.isEmpty()
            ? Optional.empty()
            : CertificateInfo.parse(host.facts().read(file.get(), MOST_BYTES));
    List<String> names = got.map(CertificateInfo::names).orElse(List.of());
    return names.equals(step.names())
        ? ""
        : "nothing is wrong; but what it got, " + path + ", is for " + String.join(", ", names);
  }

  // Only its files are wanted: its plugin for nginx would edit what is ours.
  private Command command(Step.ObtainCertificate step) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "certbot",
                "certonly",
                "--non-interactive",
                "--agree-tos",
                "--no-eff-email",
                "--email",
                step.email(),
                "--server",
                step.server(),
                "--webroot",
                "--webroot-path",
                step.webroot(),
                "--cert-name",
                step.name(),
                "--renew-with-new-domains",
                step.anew() ? "--force-renewal" : "--keep-until-expiring",
                "--deploy-hook",
                RELOAD));
    step.names().forEach(name -> argv.addAll(List.of("--domain", name)));
    return new Command(argv, "", Map.of(), LIMIT).over(host.network());
  }
}
