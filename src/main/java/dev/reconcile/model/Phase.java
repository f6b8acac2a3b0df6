// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/** The phases of an apply, in order. */
public enum Phase {
  USERS,
  PACKAGES,
  DIRECTORIES,
  HOST_FILES,
  CHECKOUTS,
  VENVS,
  /** Build steps run in new trees, which need the virtualenvs and are not live yet. */
  BUILDS,
  /** Data leaves a directory that is taken over, before a new revision runs. */
  MOVE_DATA,
  /** The release steps of the apps, after everything is built and before any rehearsal. */
  RELEASE,
  REHEARSE,
  DISABLE,
  FILES,
  NGINX_CONF,
  CONFLICTS,
  /** The sites of all diverted apps are written, before nginx reads any of them. */
  DIVERT,
  DIVERT_NGINX,
  /** The lasting sites are back on disk, after nginx has read all diversions. */
  DIVERTED,
  SWITCH,
  UNIT_FILES,
  ENABLE,
  DAEMON_RELOAD,
  SOCKETS,
  /** New requests of all apps that restart reach their standby instances, before any drain. */
  LEAD,
  INSTANCES,
  TARGET,
  SITES,
  REMOVE_SITE_LINKS,
  SITE_LINKS,
  REMOVE_SITES,
  REMOVE_NGINX_CONF,
  NGINX_RELOAD,
  CERTIFICATES,
  STOP_INSTANCES,
  STOP_SOCKETS,
  /** The background processes of all apps begin to restart, after all web processes serve. */
  PROCESSES,
  /** The background processes must run, each for some seconds. */
  PROVE_PROCESSES,
  /** The background processes must still run after those of all apps were proved. */
  CONFIRM_PROCESSES,
  REMOVE_UNIT_FILES,
  REMOVE_FILES,
  REMOVE_TREES,
  REMOVE_DIRECTORIES,
  REMOVE_PACKAGES
}
