// SPDX-License-Identifier: Apache-2.0
/**
 * The conversion of a server that was set up by hand to a desired-state tree. This package does not
 * access a host.
 */
@NullMarked
package dev.reconcile.adopt;

import org.jspecify.annotations.NullMarked;
