package dev.reconcile.model;

/**
 * The part a resource plays on the host, which fixes when it is made and when it is removed.
 * Removal runs the other way round: the link before the site, the stop before the unit.
 */
public enum Role {
  /** A system user that builds run as: made only where something is to be built. */
  BUILDER(Phase.USERS, Phase.USERS),
  PACKAGE(Phase.PACKAGES, Phase.REMOVE_PACKAGES),
  DIRECTORY(Phase.DIRECTORIES, Phase.REMOVE_DIRECTORIES),
  CHECKOUT(Phase.CHECKOUTS, Phase.REMOVE_TREES),
  VENV(Phase.VENVS, Phase.REMOVE_TREES),
  FILE(Phase.FILES, Phase.REMOVE_FILES),
  /** A file of no app: what builds and rehearsals may read is there before them. */
  HOST_FILE(Phase.HOST_FILES, Phase.REMOVE_FILES),
  KEY_PAIR(Phase.FILES, Phase.REMOVE_FILES),
  /** Something that is only given to an app whose site answers. */
  CERTIFICATE(Phase.CERTIFICATES, Phase.REMOVE_FILES),
  UNIT_FILE(Phase.UNIT_FILES, Phase.REMOVE_UNIT_FILES),
  ENABLEMENT(Phase.ENABLE, Phase.DISABLE),
  SOCKET(Phase.SOCKETS, Phase.STOP_SOCKETS),
  INSTANCE(Phase.INSTANCES, Phase.STOP_INSTANCES),
  /** Something that others need too: it is started, but never remembered as ours or removed. */
  NEEDED(Phase.INSTANCES, Phase.STOP_INSTANCES),
  CONFLICT(Phase.CONFLICTS, Phase.CONFLICTS),
  NGINX_CONF(Phase.NGINX_CONF, Phase.REMOVE_NGINX_CONF),
  SITE(Phase.SITES, Phase.REMOVE_SITES),
  SITE_LINK(Phase.SITE_LINKS, Phase.REMOVE_SITE_LINKS);

  private final Phase making;
  private final Phase removing;

  Role(Phase making, Phase removing) {
    this.making = making;
    this.removing = removing;
  }

  /** When it is created or updated. */
  public Phase making() {
    return making;
  }

  /** When it is deleted. */
  public Phase removing() {
    return removing;
  }
}
