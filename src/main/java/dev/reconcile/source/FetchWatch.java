package dev.reconcile.source;

/** Told of fetches, which may take long. */
public interface FetchWatch {
  /** Nobody is watching. */
  FetchWatch NONE = url -> () -> {};

  /**
   * A fetch begins.
   *
   * @param url the repository, its password masked
   * @return to be run when it has ended, well or not
   */
  Runnable begins(String url);
}
