// SPDX-License-Identifier: Apache-2.0
/**
 * Parses nginx's configuration language and determines which server answers a request. It reads
 * text only.
 */
@NullMarked
package dev.reconcile.nginx;

import org.jspecify.annotations.NullMarked;
