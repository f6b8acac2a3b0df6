// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

/**
 * The object that a branch or tag of a repository pointed to.
 *
 * @param url the repository, in a form that {@link RepoUrl#parse} accepts, without a password
 * @param ref the branch or tag; empty for the default branch
 * @param id the object's id; empty if the server was not asked, and for an abbreviated id, which
 *     may come to mean another commit
 * @param key the file of the ssh key that was used; empty for the user's own keys
 */
public record Tip(String url, String ref, String id, String key) {}
