package dev.reconcile.app;

/**
 * What nginx serves itself.
 *
 * <p>Invariant: a prefix of a folder ends with a slash, and so does the folder. nginx puts what
 * follows the prefix behind the folder as it is, so that with one slash alone {@code /static../x}
 * would be a file beside the folder.
 *
 * @param location nginx's words for the location: a prefix, or {@code =} and a path
 * @param path the folder, or the file
 */
public record Static(String location, String path) {}
