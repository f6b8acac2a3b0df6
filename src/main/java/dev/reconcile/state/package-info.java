// SPDX-License-Identifier: Apache-2.0
/** The records on disk: the state, a manifest for each run, and the report of the last run. */
@NullMarked
package dev.reconcile.state;

import org.jspecify.annotations.NullMarked;
