package dev.reconcile.source;

/**
 * Where a branch or tag of a repository stood.
 *
 * @param url the repository, as {@link RepoUrl#parse} takes it; without a password
 * @param ref the branch or tag; empty for the default branch
 * @param id the object that it named; empty if it was not asked for, or has no lasting answer
 * @param key the file of the ssh key that it was asked with; empty for the user's own
 */
public record Tip(String url, String ref, String id, String key) {}
