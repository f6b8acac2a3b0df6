// SPDX-License-Identifier: Apache-2.0
/**
 * Examines the web server as visitors see it: the files that nginx reads, the user of its workers,
 * and the server that answers a request.
 */
@NullMarked
package dev.reconcile.web;

import org.jspecify.annotations.NullMarked;
