// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/**
 * The role of a resource, which determines the phases in which it is made and removed. Removal has
 * the reverse order: the link goes before the site, the stop before the unit.
 */
public enum Role {
  /** A system user that runs builds; it is created only where something is built. */
  BUILDER(Phase.USERS, Phase.USERS),
  /** A system user of the host. */
  ACCOUNT(Phase.USERS, Phase.USERS),
  PACKAGE(Phase.PACKAGES, Phase.REMOVE_PACKAGES),
  DIRECTORY(Phase.DIRECTORIES, Phase.REMOVE_DIRECTORIES),
  CHECKOUT(Phase.CHECKOUTS, Phase.REMOVE_TREES),
  VENV(Phase.VENVS, Phase.REMOVE_TREES),
  FILE(Phase.FILES, Phase.REMOVE_FILES),
  /** A file of the host. It is written before builds and rehearsals, which may read it. */
  HOST_FILE(Phase.HOST_FILES, Phase.REMOVE_FILES),
  /** A file that a unit of an app reads when it starts. It changes together with code and units. */
  SETTINGS(Phase.UNIT_FILES, Phase.REMOVE_FILES),
  KEY_PAIR(Phase.FILES, Phase.REMOVE_FILES),
  /** A certificate, which is ordered only after the app's site answers. */
  CERTIFICATE(Phase.CERTIFICATES, Phase.REMOVE_FILES),
  UNIT_FILE(Phase.UNIT_FILES, Phase.REMOVE_UNIT_FILES),
  ENABLEMENT(Phase.ENABLE, Phase.DISABLE),
  SOCKET(Phase.SOCKETS, Phase.STOP_SOCKETS),
  INSTANCE(Phase.INSTANCES, Phase.STOP_INSTANCES),
  /** A background process of an app, which is restarted after all web processes. */
  PROCESS(Phase.PROCESSES, Phase.STOP_INSTANCES),
  /** The timer of a schedule. It starts after the web processes serve, and stops before. */
  TIMER(Phase.TARGET, Phase.DISABLE),
  /** A unit that other programs need, too: reconcile starts it, but never owns or removes it. */
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

  /** Returns the phase in which it is created or updated. */
  public Phase making() {
    return making;
  }

  /** Returns the phase in which it is deleted. */
  public Phase removing() {
    return removing;
  }
}
