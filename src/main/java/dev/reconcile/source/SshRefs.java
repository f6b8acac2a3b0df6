package dev.reconcile.source;

import java.io.BufferedInputStream;
import java.nio.charset.StandardCharsets;

/**
 * Asks an ssh server where its branches and tags stand: what {@code git ls-remote} does, in git's
 * first protocol, where the server lists everything at once and unasked.
 */
final class SshRefs {
  private SshRefs() {}

  /**
   * Returns the refs.
   *
   * @throws SourceException UNREACHABLE or NOT_A_REPO, within a minute or so at the latest
   */
  static Refs read(OpenSsh ssh, RepoUrl.Ssh url) throws SourceException {
    return SshQuestion.ask(
        ssh,
        url,
        "git-upload-pack " + SshQuestion.quoted(url.path()),
        process -> {
          Refs refs = RefAdvertisement.read(new BufferedInputStream(process.getInputStream()));
          process
              .getOutputStream()
              .write("0000".getBytes(StandardCharsets.US_ASCII)); // "that is all"
          process.getOutputStream().close();
          return refs;
        });
  }
}
