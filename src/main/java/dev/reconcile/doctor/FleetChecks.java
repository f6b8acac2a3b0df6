// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.doctor.DoctorContext.Fleet;
import dev.reconcile.fleet.EtcdctlEngine;
import dev.reconcile.host.ClientCertificate;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Diagnostic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The checks of a host in a fleet: its files, etcdctl, and what the engine says to it. */
final class FleetChecks {
  private static final String AUTHORITY = EtcdctlEngine.FILES + "/ca.pem";
  private static final String CERTIFICATE = EtcdctlEngine.FILES + "/cert.pem";
  private static final String KEY = EtcdctlEngine.FILES + "/key.pem";
  private static final Duration SOON = Duration.ofDays(30);
  private static final int OF_OTHERS = 077;
  private static final int WRITABLE = 022;

  private FleetChecks() {}

  static List<Diagnostic> record(DoctorContext context) {
    return context
        .fleet()
        .filter(fleet -> !fleet.damage().isEmpty())
        .map(fleet ->
            List.of(
                Diagnostic.finding(
                    "Unreadable fleet.json", fleet.damage(), "rm /var/lib/reconcile/fleet.json")))
        .orElse(List.of());
  }

  static List<Diagnostic> client(DoctorContext context) throws HostException {
    boolean isMissing = context.fleet().isPresent() && context.facts().program("etcdctl").isEmpty();
    return isMissing
        ? List.of(
            Diagnostic.finding(
                "etcdctl not installed",
                "This host is in a fleet, and asks its engine by etcdctl.",
                "apt-get install -y etcd-client"))
        : List.of();
  }

  static List<Diagnostic> files(DoctorContext context) throws HostException {
    if (context.fleet().filter(Fleet::needsCertificate).isEmpty()) {
      return List.of();
    }
    List<Diagnostic> findings = new ArrayList<>();
    for (String path : List.of(AUTHORITY, CERTIFICATE, KEY)) {
      file(context.facts(), path).ifPresent(findings::add);
    }
    return findings;
  }

  private static Optional<Diagnostic> file(Facts facts, String path) throws HostException {
    Optional<String> file = facts.file(path);
    if (file.isEmpty()) {
      return Optional.of(
          Diagnostic.finding(
              "Missing file of the fleet",
              """
              %s is not there. etcd knows this host by the three files of its certificate, and \
              docs/fleet.md tells how they are made.\
              """
                  .formatted(path),
              "install -D -m 0600 %s %s"
                  .formatted(path.substring(path.lastIndexOf('/') + 1), path)));
    }
    Stat stat = facts.stat(file.get()).orElseThrow();
    int wrong = stat.mode() & (path.equals(KEY) ? OF_OTHERS : WRITABLE);
    boolean isRoots = !facts.live() || stat.uid() == 0;
    return wrong == 0 && isRoots
        ? Optional.empty()
        : Optional.of(
            Diagnostic.finding(
                "Exposed file of the fleet",
                """
                %s does not belong to root, or others have access to it. Who has the key can halt \
                and hasten the rollouts of the group.\
                """
                    .formatted(path),
                "chown root:root %1$s; chmod 0600 %1$s".formatted(path)));
  }

  static List<Diagnostic> certificate(DoctorContext context) throws HostException {
    Optional<Fleet> fleet = context.fleet().filter(Fleet::needsCertificate);
    Optional<byte[]> pem = read(context.facts(), CERTIFICATE);
    if (fleet.isEmpty() || pem.isEmpty()) {
      return List.of();
    }
    Optional<ClientCertificate> certificate = ClientCertificate.parse(pem.get());
    if (certificate.isEmpty()) {
      return List.of(notPem(CERTIFICATE));
    }
    List<Diagnostic> findings = new ArrayList<>();
    expiry(context.now(), CERTIFICATE, certificate.get()).ifPresent(findings::add);
    name(fleet.get(), certificate.get()).ifPresent(findings::add);
    Optional<byte[]> key = read(context.facts(), KEY);
    if (key.isPresent() && !certificate.get().belongsTo(key.get())) {
      findings.add(
          Diagnostic.finding(
              "Key of another certificate",
              "%s does not belong to %s. Copy both of one certificate.".formatted(KEY, CERTIFICATE),
              "openssl pkey -pubout -in " + KEY));
    }
    findings.addAll(authority(context, fleet.get(), certificate.get()));
    return findings;
  }

  // The servers may have another authority than the hosts. So this counts only if nothing works.
  private static List<Diagnostic> authority(
      DoctorContext context, Fleet fleet, ClientCertificate certificate) throws HostException {
    Optional<byte[]> pem = read(context.facts(), AUTHORITY);
    if (pem.isEmpty()) {
      return List.of();
    }
    Optional<ClientCertificate> authority = ClientCertificate.parse(pem.get());
    if (authority.isEmpty()) {
      return List.of(notPem(AUTHORITY));
    }
    List<Diagnostic> findings = new ArrayList<>();
    expiry(context.now(), AUTHORITY, authority.get()).ifPresent(findings::add);
    if (!fleet.answers() && !certificate.isSignedBy(pem.get())) {
      findings.add(
          Diagnostic.finding(
              "Certificate of another authority",
              "%s is not signed by %s.".formatted(CERTIFICATE, AUTHORITY),
              "openssl verify -CAfile %s %s".formatted(AUTHORITY, CERTIFICATE)));
    }
    return findings;
  }

  private static Diagnostic notPem(String path) {
    return Diagnostic.finding(
        "Unreadable certificate of the fleet",
        path + " has no certificate in PEM form.",
        "openssl x509 -noout -subject -in " + path);
  }

  private static Optional<Diagnostic> expiry(
      Instant now, String path, ClientCertificate certificate) {
    Instant until = certificate.until();
    if (until.minus(SOON).isAfter(now)) {
      return Optional.empty();
    }
    String words = until.isAfter(now) ? "expires at" : "has expired at";
    return Optional.of(
        Diagnostic.finding(
            "Certificate of the fleet expires",
            """
            %s %s %s. Then etcd refuses this host, and newer commits wait. Make a new one as in \
            docs/fleet.md, and copy it to this host.\
            """
                .formatted(path, words, until),
            "openssl x509 -noout -subject -dates -in " + path));
  }

  private static Optional<Diagnostic> name(Fleet fleet, ClientCertificate certificate) {
    return certificate.name().equals(fleet.host())
        ? Optional.empty()
        : Optional.of(
            Diagnostic.finding(
                "Certificate of another host",
                """
                This host is %s, and its certificate names %s. The name in the certificate is the \
                user of etcd, whose role allows to write the row of one host.\
                """
                    .formatted(
                        fleet.host(), certificate.name().isEmpty() ? "nobody" : certificate.name()),
                "openssl x509 -noout -subject -in " + CERTIFICATE));
  }

  private static Optional<byte[]> read(Facts facts, String path) throws HostException {
    Optional<String> file = facts.file(path);
    return file.isPresent()
        ? Optional.of(facts.read(file.get(), Limits.CONFIG_FILE))
        : Optional.empty();
  }

  static List<Diagnostic> engine(DoctorContext context) {
    return context.fleet().map(Fleet::engine).orElse(List.of());
  }
}
