// SPDX-License-Identifier: Apache-2.0
/** The scan of a server that was set up by hand, for its adoption. */
@NullMarked
package dev.reconcile.scan;

import org.jspecify.annotations.NullMarked;
