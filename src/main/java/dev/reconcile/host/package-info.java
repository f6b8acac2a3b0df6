// SPDX-License-Identifier: Apache-2.0
/** The boundary to the machine: reconcile reads facts and makes changes only here. */
@NullMarked
package dev.reconcile.host;

import org.jspecify.annotations.NullMarked;
