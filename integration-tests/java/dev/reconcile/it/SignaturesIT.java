// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.differences;
import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With --verify-commit, a commit without a good signature by an allowed key changes nothing. */
class SignaturesIT {

  private static final String SIGNERS = "/etc/reconcile/allowed_signers";
  private static final String KEYRING = "/etc/reconcile/allowed_keys.gpg";
  private static final String MOTD = "/etc/motd.reconcile";

  /** The keys of two people, for ssh and OpenPGP; keys that expired and were revoked. */
  private static final String MAKE_KEYS =
      """
      install -d -m 700 -o git -g git /srv/git/keys /srv/git/keys/gnupg
      install -d -m 755 /etc/reconcile
      cd /srv/git/keys
      cat >make <<'END'
      set -e
      export GNUPGHOME=/srv/git/keys/gnupg
      for name in ann eve; do ssh-keygen -q -t ed25519 -N '' -C $name -f $name; done
      new() { gpg -q --batch --passphrase '' "$@"; }
      new --quick-gen-key 'Ann <ann@test>' ed25519 sign never
      new --quick-gen-key 'Eve <eve@test>' ed25519 sign never
      new --quick-gen-key 'Rev <rev@test>' ed25519 sign never
      new --faked-system-time 20200101T000000 --quick-gen-key 'Old <old@test>' ed25519 sign 30d
      gpg -q --batch --export ann@test old@test >ring.gpg
      print=$(gpg --list-keys --with-colons rev@test | awk -F: '/^fpr/ { print $10; exit }')
      sed 's/^:-----/-----/' "gnupg/openpgp-revocs.d/$print.rev" >revocation
      END
      runuser -u git -- sh make
      """;

  /**
   * Replaces main's newest commit, which must be unsigned, by a signed one: format, key, and the
   * committer's time.
   */
  private static final String SIGN =
      """
      export GIT_DIR=/srv/git/desired.git GNUPGHOME=/srv/git/keys/gnupg HOME=/srv/git
      export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost GIT_AUTHOR_DATE="$3"
      export GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost GIT_COMMITTER_DATE="$3"
      printf '#!/bin/sh\\nexec gpg --faked-system-time "$FAKED" "$@"\\n' >/tmp/faked
      chmod 755 /tmp/faked
      program=gpg
      if [ -n "${4:-}" ]; then program=/tmp/faked; export FAKED="$4"; fi
      as_git() { runuser -u git -- "$@"; }
      parent=$(as_git git rev-parse -q --verify main^ || true)
      id=$(as_git git -c gpg.format="$1" -c gpg.program="$program" -c user.signingkey="$2" \
        commit-tree -S -m signed ${parent:+-p "$parent"} 'main^{tree}')
      as_git git update-ref refs/heads/main "$id"
      echo "$id"
      """;

  private static Operator operator;
  private static TestHost host;
  private static int texts;

  private String text;

  @BeforeAll
  static void boot() {
    operator = Operator.boot();
    host = operator.host();
    host.runScript(MAKE_KEYS);
    host.write("/etc/reconcile/config.yaml", "verify-commit: true\nallow-rewind: true\n", "0644");
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  /** A commit that is due, not signed yet, on a host that allows Ann. */
  @BeforeEach
  void commitAndAllowAnn() {
    host.runScript(
        """
        install -m 644 /srv/git/keys/ring.gpg %s
        echo "ann@test $(cat /srv/git/keys/ann.pub)" >%s
        chmod 644 %s
        """
            .formatted(KEYRING, SIGNERS, SIGNERS));
    text = "text " + ++texts;
    operator.push(
        DesiredTree.bare()
            .with(
                "reconcile.yaml",
                "version: 1\nfiles: {%s: {content: %s}}\n".formatted(MOTD, text)));
  }

  private static String sign(String format, String key) {
    return host.run("sh", "-ec", SIGN, "sh", format, key, "2026-01-02T03:04:05Z").strip();
  }

  private static String ssh(String name) {
    return sign("ssh", "/srv/git/keys/" + name);
  }

  private void accepted() {
    succeed(0, operator.apply());
    assertThat(host.read(MOTD)).isEqualTo(text);
    operator.assertConverged();
  }

  /** Nothing happens, not even to what has drifted, neither in an apply nor in a plan. */
  private static String refused() {
    host.runScript("echo drift >" + MOTD);
    List<String> before = operator.snapshot("/etc", "/opt", "/usr/share", "/run", "/tmp");

    Result planned = succeed(77, operator.plan());
    Result applied = succeed(77, operator.apply());

    assertThat(differences(before, operator.snapshot("/etc", "/opt", "/usr/share", "/run", "/tmp")))
        .as("the lock, and the time when something last was in /tmp")
        .allMatch(line -> line.matches("[-+] (/run|/run/reconcile.lock|/tmp) .*"));
    assertThat(applied.stdout()).as("the name of the run alone").matches("Run: \\S+\n");
    assertThat(applied.stderr()).isEqualTo(planned.stderr()).contains("Nothing was changed");
    assertThat(host.read("/var/lib/reconcile/last-run.json")).contains("\"exit_code\" : 77");
    return applied.stderr();
  }

  @Test
  void goodSshSignaturePasses() {
    ssh("ann");
    accepted();
  }

  @Thorough
  @Test
  void goodOpenPgpSignaturePasses() {
    sign("openpgp", "ann@test");
    accepted();
  }

  @Test
  void unsignedCommitIsRefusedAndSoIsASignedTagOfIt() {
    assertThat(refused()).contains("Unsigned commit", "a signed tag does not count");
    host.runScript(
        """
        runuser -u git -- env HOME=/srv/git git --git-dir /srv/git/desired.git \
          -c user.name=t -c user.email=t@t -c gpg.format=ssh -c user.signingkey=/srv/git/keys/ann \
          tag -f -s -m v1 v1 main
        """);
    Result result = succeed(77, operator.apply("--ref", "v1"));
    assertThat(result.stderr()).contains("Unsigned commit");
  }

  @Test
  void unknownKeysAreRefusedWithTheirFingerprints() {
    String id = ssh("eve");
    String print = host.run("ssh-keygen", "-lf", "/srv/git/keys/eve.pub").split(" ", -1)[1];
    assertThat(refused())
        .contains("Signature by an unknown key", id.substring(0, 12), print, SIGNERS);

    id = sign("openpgp", "eve@test");
    print = fingerprint("eve@test");
    assertThat(refused())
        .contains("Signature by an unknown key", id.substring(0, 12), print, KEYRING);
  }

  private static String fingerprint(String user) {
    return host.run(
            "sh",
            "-ec",
            "runuser -u git -- gpg --homedir /srv/git/keys/gnupg --with-colons --list-keys \"$1\""
                + " | awk -F: '/^fpr/ { print $10; exit }'",
            "sh",
            user)
        .strip();
  }

  @Thorough
  @Test
  void expiredKeysAreRefusedWhateverTimeTheCommitClaims() {
    host.runScript(
        "echo \"ann@test valid-before=\\\"20250101\\\" $(cat /srv/git/keys/ann.pub)\" >" + SIGNERS);
    ssh("ann");
    assertThat(refused()).contains("Signature by an expired key", "valid-before");
    host.run("sh", "-ec", SIGN, "sh", "ssh", "/srv/git/keys/ann", "2024-01-02T03:04:05Z");
    assertThat(refused()).contains("Signature by an expired key", "valid-before");

    host.run(
        "sh", "-ec", SIGN, "sh", "openpgp", "old@test", "2020-01-02T03:04:05Z", "20200102T030405");
    assertThat(refused()).contains("Signature by an expired key", fingerprint("old@test"));
  }

  @Thorough
  @Test
  void revokedKeyIsRefused() {
    sign("openpgp", "rev@test");
    host.runScript(
        """
        cd /srv/git/keys
        runuser -u git -- gpg -q --batch --homedir gnupg --import revocation
        runuser -u git -- gpg -q --batch --homedir gnupg --export rev@test >%s
        """
            .formatted(KEYRING));
    assertThat(refused()).contains("Signature by a revoked key", fingerprint("rev@test"));
  }

  @Thorough
  @Test
  void commitChangedAfterSigningIsRefused() {
    for (String format : List.of("ssh", "openpgp")) {
      sign(format, format.equals("ssh") ? "/srv/git/keys/ann" : "ann@test");
      host.runScript(
          """
          export GIT_DIR=/srv/git/desired.git HOME=/srv/git
          git config --system safe.directory '*'
          id=$(git cat-file commit main | sed 's/^signed$/changed/' | git hash-object -t commit -w --stdin)
          chown -R git:git "$GIT_DIR"
          runuser -u git -- git update-ref refs/heads/main "$id"
          """);
      assertThat(refused()).contains("Bad signature");
    }
  }

  @Thorough
  @Test
  void signatureForAnotherPurposeIsRefused() {
    host.runScript(
        """
        export GIT_DIR=/srv/git/desired.git HOME=/srv/git
        git config --system safe.directory '*'
        cd /tmp
        git cat-file commit main >object
        ssh-keygen -q -Y sign -n file -f /srv/git/keys/ann object
        awk 'NR == FNR { s = s (NR > 1 ? "\\n " : "") $0; next }
          !done && /^$/ { print "gpgsig " s; done = 1 } { print }' object.sig object >signed
        id=$(git hash-object -t commit -w signed)
        chown -R git:git "$GIT_DIR"
        runuser -u git -- git update-ref refs/heads/main "$id"
        rm object object.sig signed
        """);
    assertThat(refused()).contains("Bad signature", "namespace");
  }

  @Thorough
  @Test
  void keysThatAreMissingOrOthersCanWriteAreNotUsed() {
    ssh("ann");
    host.run("chmod", "o+w", SIGNERS);
    assertThat(refused()).contains("Keys writable by other users", SIGNERS, "chmod");
    host.runScript("chmod 644 %1$s; chown www-data %1$s".formatted(SIGNERS));
    assertThat(refused()).contains("Keys writable by other users", "chown root");
    host.run("chown", "root", SIGNERS);
    host.run("chown", "www-data", "/etc/reconcile");
    assertThat(refused()).contains("Keys writable by other users", "/etc/reconcile");
    host.run("chown", "root", "/etc/reconcile");
    host.run("rm", SIGNERS);
    assertThat(refused()).contains("Missing file of allowed keys", SIGNERS);
  }

  @Thorough
  @Test
  void lastGoodCommitIsCheckedToo() {
    ssh("ann");
    accepted();
    host.run("mv", "/srv/git/desired.git", "/srv/git/away.git");
    try {
      succeed(69, operator.apply());
      host.runScript("echo \"ann@test $(cat /srv/git/keys/eve.pub)\" >" + SIGNERS);
      Result result = succeed(77, operator.apply());
      assertThat(result.stderr()).contains("Signature by an unknown key");
    } finally {
      host.run("mv", "/srv/git/away.git", "/srv/git/desired.git");
    }
  }

  @Thorough
  @Test
  void withoutTheOptionNoSignatureIsLookedAt() {
    host.write("/etc/other.yaml", "verify-commit: false\nallow-rewind: true\n", "0644");
    host.run("rm", SIGNERS, KEYRING);
    succeed(0, operator.apply("--config", "/etc/other.yaml"));
    assertThat(host.read(MOTD)).isEqualTo(text);
  }
}
