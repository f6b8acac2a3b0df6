// SPDX-License-Identifier: Apache-2.0
/** What runs leave on disk: the state, a manifest for each run, and the record of the last run. */
@NullMarked
package dev.reconcile.state;

import org.jspecify.annotations.NullMarked;
