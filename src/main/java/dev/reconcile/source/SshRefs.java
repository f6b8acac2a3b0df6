// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.BufferedInputStream;
import java.nio.charset.StandardCharsets;

/**
 * The refs of an ssh server, listed as {@code git ls-remote} does, in version 0 of git's protocol,
 * where the server sends all refs at once and unasked.
 */
final class SshRefs {
  private SshRefs() {}

  /**
   * Returns the refs.
   *
   * @throws SourceException UNREACHABLE or NOT_A_REPO, after about a minute at the latest
   */
  static Refs read(OpenSsh ssh, RepoUrl.Ssh url) throws SourceException {
    return SshQuestion.ask(
        ssh,
        url,
        "git-upload-pack " + SshQuestion.quoted(url.path()),
        process -> {
          Refs refs = RefAdvertisement.read(new BufferedInputStream(process.getInputStream()));
          // the flush packet ends the conversation
          process.getOutputStream().write("0000".getBytes(StandardCharsets.US_ASCII));
          process.getOutputStream().close();
          return refs;
        });
  }
}
