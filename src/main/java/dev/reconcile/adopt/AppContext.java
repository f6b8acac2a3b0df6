// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

/**
 * The context in which the keys and drop-ins of an app are written.
 *
 * @param seen the host
 * @param app the app
 * @param sourcing the source of its code and packages
 * @param ownership the match of nginx's servers with the apps
 * @param draft receives the files and findings
 */
record AppContext(
    HostInventory seen,
    FoundApp app,
    Sourcing sourcing,
    SiteMatching ownership,
    Adoption.Draft draft) {}
