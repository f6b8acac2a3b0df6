// SPDX-License-Identifier: Apache-2.0
/** Hosts that fail or end at a chosen call, and the record of what was survived. */
@NullMarked
package dev.reconcile.fault;

import org.jspecify.annotations.NullMarked;
