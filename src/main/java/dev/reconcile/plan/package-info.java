// SPDX-License-Identifier: Apache-2.0
/** The pure comparison of desired and live state. */
@NullMarked
package dev.reconcile.plan;

import org.jspecify.annotations.NullMarked;
