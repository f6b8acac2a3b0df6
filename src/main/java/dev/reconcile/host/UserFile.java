package dev.reconcile.host;

import dev.reconcile.model.Content;

/**
 * A file of a directory, as a user can read it.
 *
 * @param place its path with all links followed, relative to the directory
 * @param content what it holds
 */
public record UserFile(String place, Content content) {}
