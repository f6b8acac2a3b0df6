// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;

/** Refs that only JGit can read: on a web server, or in a reftable on this machine. */
final class JGitRefs {
  private JGitRefs() {}

  /**
   * Converts JGit's refs. Refs without a commit, such as HEAD of an empty repository, are left out.
   */
  static Refs of(Collection<Ref> refs) {
    Map<String, String> ids = new HashMap<>();
    Map<String, String> peeled = new HashMap<>();
    for (Ref ref : refs) {
      ObjectId id = ref.getObjectId();
      if (id != null) {
        ids.put(ref.getName(), id.name());
        ObjectId commit = ref.getPeeledObjectId();
        if (commit != null) {
          peeled.put(ref.getName(), commit.name());
        }
      }
    }
    return new AdvertisedRefs(ids, peeled);
  }

  /** Reads the refs of a repository on this machine. */
  static Refs read(Repository jgit) throws SourceException {
    List<Ref> refs = new ArrayList<>();
    try {
      for (Ref ref : jgit.getRefDatabase().getRefs()) {
        refs.add(jgit.getRefDatabase().peel(ref));
      }
      Ref head = jgit.exactRef(Constants.HEAD);
      if (head != null) {
        refs.add(head);
      }
    } catch (IOException e) {
      throw SourceException.storage("Unreadable git refs", jgit.getDirectory(), e);
    }
    return of(refs);
  }
}
