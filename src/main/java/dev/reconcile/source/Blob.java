// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

/**
 * A file of a commit. Its content is not read yet.
 *
 * @param path within the tree, separated by {@code /}
 * @param id git's object id of the content
 */
public record Blob(String path, String id, boolean executable) {}
