// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.CertificateInfo;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
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

/** The steps that generate or order keys and certificates. */
final class CertificateIssuer {
  private static final Duration VALID = Duration.ofDays(365);
  private static final Duration SKEW = Duration.ofHours(1); // a browser's clock may be slow

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String RELOAD = "systemctl try-reload-or-restart nginx.service";

  private final Host host;
  private final Progress progress;

  CertificateIssuer(Host host, Progress progress) {
    this.host = host;
    this.progress = progress;
  }

  /**
   * Generates a key and its self-signed certificate. The old certificate is removed first and the
   * new one is written last, so that a killed run never leaves a certificate without its key.
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
   * Orders a certificate with certbot, which reloads nginx after each renewal.
   *
   * @throws StepFailure if the order fails, with the cause; the failure is recorded if the CA may
   *     have refused the order
   */
  void obtain(Step.ObtainCertificate step) throws HostException, StepFailure {
    Optional<CertbotFailure> failure;
    try (Progress.Ongoing _ = progress.begins(step.name(), "getting its certificate")) {
      failure = certbot(step);
    }
    if (failure.isEmpty()) {
      host.discardTree(CertificateBackoff.path(step.name()));
      return;
    }
    String next =
        failure.get().isRefusal()
            ? "The certificate is ordered again after %s, or with --only %s."
                .formatted(recorded(step).next(), step.name())
            : "The next run orders the certificate.";
    throw StepFailure.of(
        "Certificate not issued",
        "%s\nUntil there is a certificate, %s is served as before. %s"
            .formatted(failure.get().words(), step.name(), next),
        failure.get().command());
  }

  private CertificateBackoff recorded(Step.ObtainCertificate step) throws HostException {
    CertificateBackoff backoff =
        CertificateBackoff.after(
            CertificateBackoff.of(host.facts(), step.name()), step.digest(), Instant.now());
    host.writeState(
        CertificateBackoff.path(step.name()),
        Content.of(backoff.text()),
        FileAttributes.root(0600));
    return backoff;
  }

  private Optional<CertbotFailure> certbot(Step.ObtainCertificate step) throws HostException {
    CommandRunner.Result result;
    try {
      result = host.run(command(step));
    } catch (HostException e) {
      return Optional.of(CertbotFailure.of(e));
    }
    return result.ok() ? misfit(step) : Optional.of(CertbotFailure.of(result, step));
  }

  // An unexpected certificate is a failure, or every run would order it again (for example if the
  // issuer adds names).
  private Optional<CertbotFailure> misfit(Step.ObtainCertificate step) throws HostException {
    String path = SelfSignedKind.certificate(CertificateKind.folder(step.name()));
    Optional<String> file = host.facts().realPath(path);
    Optional<CertificateInfo> got =
        file.isEmpty()
            ? Optional.empty()
            : CertificateInfo.parse(host.facts().read(file.get(), Limits.KEY_FILE));
    List<String> names = got.map(CertificateInfo::names).orElse(List.of());
    return names.equals(step.names())
        ? Optional.empty()
        : Optional.of(
            new CertbotFailure(
                true,
                "certbot succeeded, but the certificate %s is for %s."
                    .formatted(path, names.isEmpty() ? "no name" : String.join(", ", names)),
                Optional.of("certbot certificates --cert-name " + step.name())));
  }

  // certonly: certbot's nginx plugin would edit files that reconcile owns.
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
