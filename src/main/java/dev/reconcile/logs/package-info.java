// SPDX-License-Identifier: Apache-2.0

/** The log lines of an app, from all places that have some, in the order of their times. */
@NullMarked
package dev.reconcile.logs;

import org.jspecify.annotations.NullMarked;
