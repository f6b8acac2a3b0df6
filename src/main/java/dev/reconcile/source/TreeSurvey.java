// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A survey of a folder of a commit. It collects the entries that an export would refuse, and adds
 * up the sizes of the others.
 */
final class TreeSurvey implements TreeWalk.Visitor {
  private static final int MOST_TOLD = 5;
  private static final int MOST_REFUSED = 100;
  private static final int MOST_SIZES = 50_000; // files with equal content are one object
  private static final long BLOCK = 4096;

  private final FileContents objects;
  private final List<SourceException> refused = new ArrayList<>();
  private final List<LfsFile> large = new ArrayList<>();
  private final Map<String, Long> sizes = new HashMap<>();
  private int files;
  private long bytes;

  TreeSurvey(FileContents objects) {
    this.objects = objects;
  }

  /**
   * Returns the folder's size.
   *
   * @throws SourceException UNSAFE_TREE, with the first few refused entries
   */
  TreeContents result() throws SourceException {
    if (refused.isEmpty()) {
      return new TreeContents(files, bytes, large);
    }
    throw summary();
  }

  private SourceException summary() {
    StringBuilder detail = new StringBuilder();
    refused.stream()
        .limit(MOST_TOLD)
        .forEach(reason -> detail.append(detail.isEmpty() ? "" : "\n").append(reason.detail()));
    if (refused.size() > MOST_TOLD) {
      detail.append("\n… and ").append(refused.size() - MOST_TOLD).append(" more");
      detail.append(refused.size() >= MOST_REFUSED ? " at least." : ".");
    }
    return new SourceException(
        Reason.UNSAFE_TREE, String.valueOf(refused.getFirst().getMessage()), detail.toString());
  }

  @Override
  public void folder(String path) {
    add(BLOCK);
  }

  @Override
  public void file(String path, Entry entry) throws SourceException {
    Long size = sizes.get(entry.id());
    if (size == null) {
      size = objects.size(entry.id());
      if (sizes.size() < MOST_SIZES) {
        sizes.put(entry.id(), size);
      }
    }
    add(size);
  }

  @Override
  public void large(LfsFile file, Entry entry) {
    large.add(file);
    add(file.size());
  }

  @Override
  public void link(String path, String to) {
    add(BLOCK);
  }

  private void add(long size) {
    files++;
    long blocks = size / BLOCK + (size % BLOCK == 0 ? 0 : 1);
    bytes = Math.min(Long.MAX_VALUE / 2, bytes + Math.min(Long.MAX_VALUE / 4, blocks * BLOCK));
  }

  @Override
  public void refused(SourceException why) throws SourceException {
    refused.add(why);
    if (refused.size() >= MOST_REFUSED) {
      throw summary();
    }
  }
}
