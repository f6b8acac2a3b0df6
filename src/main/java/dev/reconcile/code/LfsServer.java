// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.source.LfsAccess;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import dev.reconcile.state.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The access of a repository's server to the objects that Git LFS keeps. */
final class LfsServer {
  private LfsServer() {}

  /**
   * Requests access where that is necessary: an ssh server grants it for some minutes.
   *
   * @param url the address of the repository
   * @param repository the repository, which asks in the way in which the commits were fetched
   * @throws SourceException UNREACHABLE
   */
  static LfsAccess access(RepoUrl url, Repository repository) throws SourceException {
    if (!(url instanceof RepoUrl.Ssh ssh)) {
      return LfsAccess.of(url);
    }
    String answer = repository.lfs(ssh);
    try {
      JsonObject json = JsonObject.parse(answer.getBytes(StandardCharsets.UTF_8));
      StringBuilder header = new StringBuilder();
      for (Map.Entry<String, String> field : json.object("header").pairs().entrySet()) {
        if (field.getKey().equalsIgnoreCase("Authorization")) {
          header.append("Authorization: ").append(field.getValue().replaceAll("\\p{Cntrl}", ""));
        }
      }
      return LfsAccess.granted(ssh, json.text("href"), header.toString());
    } catch (IOException e) {
      throw new SourceException(
          SourceException.Reason.UNREACHABLE,
          "Git LFS fetch failed",
          ssh + " has no git-lfs-authenticate that answers: " + e.getMessage());
    }
  }
}
